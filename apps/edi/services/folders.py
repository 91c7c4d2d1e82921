"""Partners that exchange files: what lies in ``in`` is taken, what we wrote is put into ``out``.

# Note [A file is moved when all is written]
A file stays in ``in`` until what became of it is committed, and is moved then: to ``done``, or to ``refused`` with a
report beside it. A crash before the commit leaves the file and nothing else; a crash behind it leaves the file too, but
the interchange is known then, and it is answered as the first time and moved. A file is taken when it was not touched
for ``SETTLED`` and grows no more, and its name says that it is whole (no dot before it, no ``.tmp``, ``.part`` or
``.filepart`` behind): who copies slowly gives it such a name first. Whatever else a writer leaves half done is refused
as cut, for a whole interchange has its trailers.

What we write appears in ``out`` under its name at once and whole: it is written beside and renamed. Then that is noted.
A crash in between puts the same file there again.
"""

import logging
import os
import stat
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import F
from django.utils import translation

from apps.edi.models import Interchange, Partner
from apps.edi.services.answering import located
from apps.edi.services.taking import Taken, most_bytes, take
from apps.parties.actors import Actor
from terminal.edifact.exchange import Door, Fate

IN, OUT, DONE, REFUSED = "in", "out", "done", "refused"
SETTLED: Final = timedelta(seconds=5)
HALF: Final = (".tmp", ".part", ".filepart", ".crdownload")
log = logging.getLogger(__name__)
AT_ONCE: Final = 100
"""Files of one run, of each partner."""


def folder_of(partner: Partner, name: str) -> Path:
    """One of a partner's folders, there from the first use on."""
    path = Path(settings.EDI_FOLDERS) / partner.code / name
    path.mkdir(parents=True, exist_ok=True)
    return path


def place_of(partner: Partner) -> str:
    """Where a partner's folders are."""
    return str(Path(settings.EDI_FOLDERS) / partner.code)


def exchange_files(*, at: datetime) -> tuple[int, int]:
    """Take what partners put into their folders, and put there what was written for them; how many of each."""
    taken, put = 0, 0
    for partner in Partner.objects.in_use().filter(uses_folder=True).order_by("pk"):
        for name in (IN, OUT, DONE, REFUSED):
            folder_of(partner, name)
        taken += len(take_files(partner, at=at))
        put += put_files(partner, at=at)
    return taken, put


def take_files(partner: Partner, *, at: datetime) -> list[Taken]:
    """Take the files that are whole, in the order of their names. See the Note above."""
    found = []
    for path in list(_whole(partner, at))[:AT_ONCE]:
        try:
            taken = _take_file(path, partner, at)
        except (DatabaseError, OSError):
            log.exception("%s of %s could not be taken; it is tried again", path.name, partner.code)
            continue
        if taken is not None:
            found.append(taken)
    return found


def _take_file(path: Path, partner: Partner, at: datetime) -> Taken | None:
    data = _read(path)
    if data is None:
        return None
    by = Actor.itself(f"edi folder {partner.code}")
    taken = take(data, partner=partner, door=Door.FOLDER, by=by, at=at, name=path.name)
    _move(path, partner, taken.interchange)
    return taken


def put_files(partner: Partner, *, at: datetime) -> int:
    """Put what was written for the partner and is not there yet into its folder; how many."""
    count = 0
    while _put_one(partner, at):
        count += 1
    return count


def _whole(partner: Partner, at: datetime) -> Iterator[Path]:
    for path in sorted(folder_of(partner, IN).iterdir(), key=lambda each: each.name):
        if path.name.startswith(".") or path.suffix.lower() in HALF:
            continue
        try:
            found = path.lstat()
        except FileNotFoundError:
            continue
        untouched = at.timestamp() - max(found.st_mtime, found.st_ctime) >= SETTLED.total_seconds()
        if stat.S_ISREG(found.st_mode) and untouched:
            yield path


def _read(path: Path) -> bytes | None:
    """The file; None where it is not there any more, or grew meanwhile. No more of it than can be taken."""
    try:
        with path.open("rb") as file:
            before = os.fstat(file.fileno()).st_size
            data = file.read(most_bytes() + 1)
            after = os.fstat(file.fileno()).st_size
    except FileNotFoundError:
        return None
    return data if before == after else None


def _move(path: Path, partner: Partner, row: Interchange) -> None:
    """What is committed is moved; somebody else may have done it."""
    refused = row.fate == Fate.REFUSED
    target = folder_of(partner, REFUSED if refused else DONE) / path.name
    if target.exists():
        target = target.with_name(f"{row.public_id.hex[-12:]}-{path.name}")
    if refused:
        _write_whole(target.with_name(f"{target.name}.report.txt"), _report(row).encode())
    try:
        path.replace(target)
    except FileNotFoundError:
        return


def _report(row: Interchange) -> str:
    with translation.override("en"):
        why = located(row.fault) if row.fault else ""
    return f"{row.reference or row.public_id}: nothing of it was done.\n{why}\n"


@transaction.atomic
def _put_one(partner: Partner, at: datetime) -> bool:
    waiting = Interchange.objects.went().filter(partner=partner, to_folder=True, put_at=None).order_by("pk")
    row = waiting.select_for_update(skip_locked=True, of=("self",)).first()
    if row is None:
        return False
    original = row.original
    if original is not None:
        with original.file.open("rb") as file:
            _write_whole(folder_of(partner, OUT) / f"{row.reference}.edi", file.read())
    Interchange.objects.filter(pk=row.pk).update(put_at=at, version=F("version") + 1)
    return True


def _write_whole(path: Path, data: bytes) -> None:
    """A file that is there whole or not at all."""
    beside = path.with_name(f".{path.name}.tmp")
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
