"""One PostgreSQL server in one folder, reached over a unix socket only."""

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import psycopg2
from psycopg2.extensions import connection as Connection

from config.embedded.errors import CannotStart
from config.embedded.identity import Identity, identity_for, programs, reachable_home
from config.embedded.places import make_folder, socket_folder
from config.embedded.processes import runs, wait_until

SUPERUSER = "postgres"
OWNER = "landbridge_owner"
APPLICATION = "landbridge_app"
DATABASE = "landbridge"
START_SECONDS = 120
GHOST_SECONDS = 10
HERE = Path(__file__).parent

SETTINGS = """\
# Written at every start; settings of your own belong into postgresql.auto.conf (ALTER SYSTEM).
listen_addresses = ''
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = 256MB
effective_cache_size = 2GB
work_mem = 16MB
maintenance_work_mem = 128MB
max_wal_size = 2GB
checkpoint_timeout = 15min
random_page_cost = 1.1
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_min_messages = warning
log_line_prefix = '%m [%p] %u@%d '
"""
FORGETFUL = """\
# For data nobody will miss: tests.
fsync = off
synchronous_commit = off
full_page_writes = off
"""


@dataclass(frozen=True)
class Postgres:
    """The server whose files lie in ``folder``. Not durable: faster, and its data may be lost with the machine."""

    folder: Path
    usual_sockets: Path
    durable: bool = True
    kind: str = "postgres"

    @classmethod
    def at(cls, folder: Path, *, durable: bool = True) -> Self:
        """The server of this folder; its sockets lie where those of the folder above belong."""
        return cls(folder=folder.resolve(), usual_sockets=socket_folder(folder.parent), durable=durable)

    def url(self, *, role: str = APPLICATION, database: str = DATABASE) -> str:
        """An address as Django's settings read it (``env.db_url``)."""
        return f"postgres://{role}@/{self.sockets}/{database}"

    def connect(self, *, role: str = SUPERUSER, database: str = "postgres") -> Connection:
        """A connection in autocommit. Raises ``psycopg2.OperationalError``."""
        opened = psycopg2.connect(host=str(self.sockets), user=role, dbname=database, connect_timeout=10)
        opened.autocommit = True
        return opened

    def start(self) -> None:
        """Bring the server up with its roles and database. Raises ``CannotStart``."""
        if not self.answers():
            with disk_trouble(self.folder):
                self._start()
        self._prepare_roles()

    def stop(self) -> None:
        """Close every connection and shut down; returns when it is down."""
        pid = self._pid()
        if pid is None:
            return
        identity = identity_for(self._data)
        identity.run([self._programs(identity) / "pg_ctl", "stop", "-D", self._data, "-m", "fast", "-w", "-t", "60"])
        if not wait_until(lambda: not runs(pid, naming=str(self._data)), seconds=5):
            raise CannotStart(f"PostgreSQL (process {pid}) does not stop.")

    def begin_epoch(self, epoch: int) -> None:
        """Let transaction ids go on in this epoch (their upper 32 bits); the server must be stopped."""
        identity = identity_for(self._data)
        done = identity.run([self._programs(identity) / "pg_resetwal", "--epoch", str(epoch), "-D", self._data])
        if done.returncode:
            raise CannotStart(f"The transaction counter in {self._data} cannot be moved on: {said(done.stderr)}")

    def lives(self) -> bool:
        """Whether the postmaster runs."""
        return self._pid() is not None

    def answers(self) -> bool:
        """Whether a connection can be opened now."""
        try:
            with closing(self.connect()):
                return True
        except psycopg2.OperationalError:
            return False

    @property
    def _data(self) -> Path:
        """A link leads away where the account that runs the server cannot reach the folder."""
        return (self.folder / "data").resolve()

    @property
    def sockets(self) -> Path:
        """Where the socket lies: beside the data where that had to move."""
        home = self._data.parent
        return self.usual_sockets if home == self.folder else make_folder(home / "run")

    @property
    def log(self) -> Path:
        """What the server says."""
        return self._data.parent / "postgres.log"

    def _programs(self, identity: Identity) -> Path:
        return programs(identity, self._data.parent)

    def _pid(self) -> int | None:
        """The living postmaster of this data folder."""
        try:
            pid = int((self._data / "postmaster.pid").read_text().split()[0])
        except (FileNotFoundError, NotADirectoryError, IndexError, ValueError):
            return None
        return pid if runs(pid, naming=str(self._data)) else None

    def _start(self) -> None:
        identity = identity_for(self._data)
        if not self._data.exists():
            self._create(identity)
        if self._pid() is None:
            self._launch(identity)
        if not wait_until(self.answers, seconds=START_SECONDS, pause=0.05):
            raise CannotStart(f"PostgreSQL in {self._data} does not answer: {self._last_words()}")

    def _create(self, identity: Identity) -> None:
        """The data folder gets its name only when it is finished; a half-done one is swept away."""
        home = reachable_home(identity, self.folder)
        draft = home / "data.unfinished"
        shutil.rmtree(draft, ignore_errors=True)
        make_folder(draft)
        identity.own(draft)
        self._initialise(identity, home, draft)
        draft.rename(home / "data")
        if home != self.folder:
            (self.folder / "data").symlink_to(home / "data")

    def _initialise(self, identity: Identity, home: Path, draft: Path) -> None:
        done = identity.run(
            [
                programs(identity, home) / "initdb", "-D", draft, "--username", SUPERUSER, "--auth", "trust",
                "--encoding", "UTF8", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C",
                "--no-instructions",
            ]
        )  # fmt: skip
        if done.returncode:
            shutil.rmtree(draft, ignore_errors=True)
            raise CannotStart(f"PostgreSQL cannot create {home / 'data'}: {said(done.stderr)}")
        with (draft / "postgresql.conf").open("a") as file:
            file.write("\ninclude 'landbridge.conf'\n")

    def _launch(self, identity: Identity) -> None:
        self._write_settings()
        identity.own(self.sockets)
        self._begin_log(identity)
        command: list[str | Path] = [self._programs(identity) / "pg_ctl", "start", "-D", self._data, "-l", self.log]
        ghosts_left = wait_until(lambda: self._launched(identity, command), seconds=GHOST_SECONDS, pause=0.2)
        if not ghosts_left:
            raise CannotStart(f"PostgreSQL does not start in {self._data}: {self._last_words()}")

    def _launched(self, identity: Identity, command: Sequence[str | Path]) -> bool:
        """After ``kill -9`` of the postmaster its last children may hold its memory for a moment; then try again."""
        self._sweep_stale_locks()
        if identity.run([*command, "-w", "-t", str(START_SECONDS)]).returncode == 0:
            return True
        if "pre-existing shared memory" in self._tail():
            return False
        raise CannotStart(f"PostgreSQL does not start in {self._data}: {self._last_words()}")

    def _sweep_stale_locks(self) -> None:
        """Locks of a postmaster that is dead, a zombie, or whose number another process has now."""
        if self._pid() is None:
            for stale in (self._data / "postmaster.pid", *self.sockets.glob(".s.PGSQL.5432*")):
                stale.unlink(missing_ok=True)

    def _write_settings(self) -> None:
        text = SETTINGS.format(sockets=self.sockets) + ("" if self.durable else FORGETFUL)
        (self._data / "landbridge.conf").write_text(text)

    def _begin_log(self, identity: Identity) -> None:
        """One log per start, and the one before it."""
        if self.log.exists():
            self.log.replace(self.log.with_suffix(".log.old"))
        self.log.touch(mode=0o600)
        identity.own(self.log)

    def _tail(self) -> str:
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])
        except OSError:
            return ""

    def _last_words(self) -> str:
        return f"{said(self._tail())} The log is {self.log}; `make restore FILE=` brings a backup back."

    def _prepare_roles(self) -> None:
        """Roles at every start, as some came later; all else once per data folder, the database last of it."""
        with closing(self.connect()) as superuser, superuser.cursor() as cursor:
            cursor.execute((HERE / "roles.sql").read_text())
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.fetchone():
                return
            self._grant_in_template()
            cursor.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")

    def _grant_in_template(self) -> None:
        """Every database is a copy of the template, so test databases have the grants too."""
        with closing(self.connect(database="template1")) as template, template.cursor() as cursor:
            cursor.execute((HERE / "grants.sql").read_text())


def said(text: str) -> str:
    """The last complaint in a program's output, as one sentence."""
    plain = [line for line in text.splitlines() if line.strip() and "LOG:" not in line]
    complaints = re.findall(r"(?:FATAL|PANIC|ERROR|error):\s+(.+)", text) or plain
    return f"{complaints[-1].rstrip('.')}." if complaints else "it said nothing."


@contextmanager
def disk_trouble(folder: Path) -> Iterator[None]:
    """Say a full disk or a forbidden folder in a sentence."""
    try:
        yield
    except OSError as error:
        place = error.filename or folder
        raise CannotStart(f"{os.fsdecode(place)} cannot be written: {error.strerror or error}.") from error
