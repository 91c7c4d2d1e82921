"""A file of container flow is taken in as reported history: whole, or not at all."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime
from os import SEEK_END
from pathlib import PurePath
from typing import IO, Any, Final

from django.core.files import File
from django.db import transaction

from apps.common.integrity import refusals
from apps.common.models import Attachment
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.parties.history import begin_history
from apps.tracking.models import FlowImport
from apps.tracking.services.flow import checks, writing
from apps.tracking.services.flow.report import FlowReport, Problem, Worst
from apps.tracking.services.flow.rows import Stay, Unreadable, read_stays
from apps.tracking.services.flow.staging import stage
from terminal.errors import Refused, gettext_noop

__all__ = ["FlowReport", "Problem", "import_flow"]

RIGHT: Final = "tracking.add_flowimport"
SHOWN_TIME: Final = "YYYY-MM-DD HH24:MI:SS"
MEANWHILE: Final = (
    "stays_of_a_container_do_not_overlap",
    "container_is_in_one_place",
    "a_reported_visit_is_one_visit",
    "a_reported_call_is_one_call",
)

Progress = Callable[[int], object]
"""Is told how many bytes of the file are read."""


class EnteredMeanwhile(Refused):
    """Somebody entered one of the boxes while the file was being taken in."""

    message = gettext_noop("While the file was read, one of its boxes was entered by someone else. Import it again.")


class _TakeItBack(Exception):
    """Ends the transaction without leaving anything behind."""


def import_flow(
    *,
    file: IO[bytes],
    terminal: Terminal,
    by: Actor,
    at: datetime,
    source: str | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> FlowReport:
    """Take in a CSV of stays (one a line, columns as ``rows.COLUMNS`` and ``OPTIONAL``) as history others report.

    Each stay becomes a visit with its journal entries, each vehicle a call, unless ``source`` (``flow:`` and the
    terminal's code unless named) told of the call before. With any problem nothing is taken in, and the report names
    every line, column and value. Stays reported before, word for word, are counted and left alone; the same stay told
    differently is a problem. ``file`` is binary and can be rewound; it is kept with the import.
    Raises ``NotYours``, and ``EnteredMeanwhile`` when a box was entered at the same time.
    """
    report, named = FlowReport(dry_run=dry_run), source or f"flow:{terminal.code}"
    try:
        with transaction.atomic(), refusals(**dict.fromkeys(MEANWHILE, EnteredMeanwhile())):
            facts = begin_history(RIGHT, terminal=terminal, source=named, by=by, at=at)
            shown = {"zone": terminal.zone_name, "form": SHOWN_TIME}
            _take_in(file, facts | shown, report, progress or (lambda _done: None))
            if dry_run or not report.accepted:
                raise _TakeItBack
            _keep(file, terminal, named, by, at, report)
    except _TakeItBack:
        pass
    return report


def _take_in(file: IO[bytes], params: dict[str, Any], report: FlowReport, progress: Progress) -> None:
    problems = Worst()
    try:
        stage(_counted(read_stays(file, problems, progress), report))
        checks.check_within(problems)
        report.already_known = checks.check_against_known(problems, params)
        report.warnings = list(checks.warnings(params))
    except Unreadable:
        pass
    report.problem_count, report.problems = problems.count, problems.sorted()
    if report.accepted:
        report.containers = writing.write_containers()
        report.calls = writing.write_calls(params)
        report.added = writing.write_visits(params)
        writing.write_roles(params)
        report.entries = writing.write_journal(params)


def _counted(stays: Iterator[Stay], report: FlowReport) -> Iterator[Stay]:
    for stay in stays:
        report.stays += 1
        yield stay


def _keep(file: IO[bytes], terminal: Terminal, source: str, by: Actor, at: datetime, report: FlowReport) -> None:
    """The original, however large an operator's file is, and the row that says what came of it."""
    kept = _attachment(file, terminal, by)
    file.seek(0)
    kept.file.save(kept.name, File(file), save=False)
    try:
        kept.save()
        taken = FlowImport.objects.create(
            terminal=terminal,
            file=kept,
            source=source,
            stays=report.stays,
            added=report.added,
            already_known=report.already_known,
            imported_at=at,
            imported_by=by.label,
        )
        Attachment.objects.filter(pk=kept.pk).update(subject_id=taken.pk)
    except BaseException:
        kept.file.delete(save=False)
        raise


def _attachment(file: IO[bytes], terminal: Terminal, by: Actor) -> Attachment:
    size_bytes = file.seek(0, SEEK_END)
    file.seek(0)
    content: Any = file
    return Attachment(
        terminal_id=terminal.pk,
        subject_kind=FlowImport._meta.label_lower,
        name=PurePath(str(getattr(file, "name", "") or "flow.csv")).name,
        media_type="text/csv",
        sha256=hashlib.file_digest(content, "sha256").hexdigest(),
        size_bytes=size_bytes,
        added_by=by.label,
    )
