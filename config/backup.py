"""One archive with all that cannot be made again: ``python -m config.backup save FILE`` and ``restore FILE``.

It holds the database (``pg_dump``, custom format), the attachments and the secrets, so it is readable by its owner
only. Restoring builds a second database first and swaps names at the end: a broken archive changes nothing. Readers of
the journal, inside and outside, go on from where they were; ``config.transaction_ids`` says why that needs care.
"""

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

import environ
import psycopg2
from psycopg2 import sql

from config import environment
from config.embedded.errors import CannotStart
from config.embedded.identity import installed_programs
from config.embedded.lease import try_lock
from config.embedded.places import make_folder, var_folder
from config.transaction_ids import Counter, bring_beyond

DUMP = "database.dump"
MANIFEST = "manifest.json"
FOLDERS = ("media", "secrets")
FORMAT = 1


def save(archive: Path) -> None:
    """Write the archive; nothing appears under its name until it is whole. Raises ``CannotStart``."""
    var = var_folder()
    partial = archive.with_name(f".{archive.name}.{os.getpid()}")
    try:
        with tempfile.TemporaryDirectory(dir=var, prefix="backup-") as scratch:
            dump = Path(scratch) / DUMP
            postgres_program("pg_dump", "--format", "custom", "--file", str(dump), database=place()["dbname"])
            _pack(partial, Path(scratch), var)
        partial.replace(archive)
    except OSError as error:
        raise CannotStart(f"{archive} cannot be written: {error.strerror or error}.") from error
    finally:
        partial.unlink(missing_ok=True)


def restore(archive: Path) -> None:
    """Put everything back as it was saved; refuses while the product runs. Raises ``CannotStart``."""
    var = var_folder()
    if try_lock(var / "supervisor.lock") is None:
        raise CannotStart("Landbridge runs on this folder: stop it first, then restore.")
    with tempfile.TemporaryDirectory(dir=var, prefix="restore-") as scratch:
        manifest = _unpack(archive, Path(scratch))
        _restore_database(Path(scratch) / DUMP, Counter.told(manifest))
        for name in FOLDERS:
            if (Path(scratch) / name).is_dir():
                _replace_folder(var / name, Path(scratch) / name)


def place() -> dict[str, str]:
    """Where the owner's database is, as libpq names things."""
    parsed = environ.Env.db_url_config(os.environ["DATABASE_OWNER_URL"])
    names = {"HOST": "host", "PORT": "port", "USER": "user", "PASSWORD": "password", "NAME": "dbname"}
    return {names[key]: str(value) for key, value in parsed.items() if key in names and value}


def postgres_program(name: str, *arguments: str, database: str) -> None:
    """Run one of PostgreSQL's own programs on the owner's server. Raises ``CannotStart`` with its complaint."""
    where = place() | {"dbname": database}
    settings = {f"PG{key.upper().replace('DBNAME', 'DATABASE')}": value for key, value in where.items()}
    command = [str(installed_programs() / name), *arguments]
    done = subprocess.run(command, env=os.environ | settings, capture_output=True, text=True)
    if done.returncode:
        complaint = (done.stderr.strip().splitlines() or ["no reason given"])[0]
        raise CannotStart(f"{name} failed: {complaint.rstrip('.')}.")


def _pack(archive: Path, scratch: Path, var: Path) -> None:
    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    manifest = {"format": FORMAT, "made_at": made_at, "counter": Counter.of(place()).as_manifest()}
    (scratch / MANIFEST).write_text(json.dumps(manifest))
    archive.touch(mode=0o600, exist_ok=False)
    with tarfile.open(archive, mode="w") as tar:
        tar.add(scratch / MANIFEST, MANIFEST)
        tar.add(scratch / DUMP, DUMP)
        for name in FOLDERS:
            if (var / name).is_dir():
                tar.add(var / name, name)


def _unpack(archive: Path, scratch: Path) -> dict[str, Any]:
    try:
        with archive.open("rb") as file, tarfile.open(fileobj=file, mode="r:") as tar:
            if MANIFEST not in tar.getnames():
                raise tarfile.TarError
            tar.extractall(scratch, members=expected(tar))
        manifest: dict[str, Any] = json.loads((scratch / MANIFEST).read_text())
    except (tarfile.TarError, ValueError) as error:
        raise CannotStart(f"{archive} is not a backup of Landbridge, or it is not whole.") from error
    except OSError as error:
        raise CannotStart(f"{archive} cannot be read: {error.strerror or error}.") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT or not (scratch / DUMP).exists():
        raise CannotStart(f"{archive} is a backup in a form this version does not know.")
    return manifest


def expected(tar: tarfile.TarFile) -> list[tarfile.TarInfo]:
    """The members, if there is nothing among them that ``save`` would not write. Raises ``tarfile.TarError``.

    By hand, because Python knows extraction filters only since 3.11.4.
    """
    for member in tar.getmembers():
        path = PurePosixPath(member.name)
        known = path.parts[:1] in [(name,) for name in FOLDERS] or member.name in (DUMP, MANIFEST)
        if not known or ".." in path.parts or not (member.isfile() or member.isdir()):
            raise tarfile.TarError(f"it holds {member.name}")
        member.mode &= 0o700
    return tar.getmembers()


def _restore_database(dump: Path, saved: Counter) -> None:
    name = place()["dbname"]
    fresh, old = f"{name}_restoring", f"{name}_replaced"
    _run_sql("DROP DATABASE IF EXISTS {0}", [fresh])
    _run_sql("CREATE DATABASE {0}", [fresh])
    postgres_program("pg_restore", "--no-owner", "--exit-on-error", "--dbname", fresh, str(dump), database=fresh)
    bring_beyond(saved, place() | {"dbname": fresh})
    _run_sql("DROP DATABASE IF EXISTS {0}", [old])
    _run_sql("ALTER DATABASE {0} RENAME TO {1}", [name, old])
    _run_sql("ALTER DATABASE {0} RENAME TO {1}", [fresh, name])
    _run_sql("DROP DATABASE {0}", [old])


def _run_sql(statement: str, names: Sequence[str]) -> None:
    where = place() | {"dbname": "postgres"}
    try:
        with closing(psycopg2.connect(**where)) as connection, connection.cursor() as cursor:  # type: ignore[call-overload]
            connection.autocommit = True
            cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
    except psycopg2.Error as error:
        raise CannotStart(f"The database cannot be replaced: {str(error).splitlines()[0]}.") from error


def _replace_folder(present: Path, restored: Path) -> None:
    aside = present.with_name(f"{present.name}.replaced")
    shutil.rmtree(aside, ignore_errors=True)
    if present.exists():
        present.rename(aside)
    restored.rename(present)
    shutil.rmtree(aside, ignore_errors=True)


def main(arguments: Sequence[str]) -> None:
    """``save FILE`` or ``restore FILE``."""
    verbs = {"save": (save, "saved to"), "restore": (restore, "restored from")}
    if len(arguments) != 2 or arguments[0] not in verbs or not arguments[1]:
        raise CannotStart("Name the archive: make backup FILE=landbridge.tar, or make restore FILE=landbridge.tar")
    act, words = verbs[arguments[0]]
    environment.prepare()
    make_folder(var_folder())
    act(Path(arguments[1]).absolute())
    print(f"Database, attachments and secrets {words} {arguments[1]}.")


if __name__ == "__main__":
    main(sys.argv[1:])
