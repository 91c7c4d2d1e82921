"""Lend one server to many processes: the first one in starts it, after the last one out it stops.

# Note [Two locks]
``lease`` is held shared by every process that uses the server, for as long as it lives: the kernel gives it back even
after ``kill -9``. ``gate`` is held by whoever starts or stops the server, so nobody is let in while it goes down.
A keeper, one small process per server, waits until it could hold the lease alone and then stops the server.
"""

import fcntl
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from config.embedded.errors import CannotStart
from config.embedded.places import PROJECT, make_folder
from config.embedded.processes import wait_until


class Server(Protocol):
    """What can be lent."""

    @property
    def kind(self) -> str:
        """The name the keeper knows it by."""

    @property
    def folder(self) -> Path:
        """Where its files and locks lie."""

    def lives(self) -> bool:
        """Whether its process runs."""

    def start(self) -> None:
        """Bring the server up, or return at once when it answers."""

    def stop(self) -> None:
        """Bring it down, or return at once when it is."""


class Lease:
    """This process's use of one server."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._held: int | None = None

    def take(self) -> None:
        """Start the server where nobody has, and keep it up until this process ends or calls ``give_back``."""
        make_folder(self.server.folder)
        with gate(self.server.folder):
            self._held = self._held or _hold(self.server.folder, fcntl.LOCK_SH)
            self.server.start()
            self._see_that_a_keeper_waits()

    def revive(self) -> bool:
        """Start the server again where it died under its users. Answers whether that was needed."""
        if self.server.lives():
            return False
        with gate(self.server.folder):
            self.server.start()
        return True

    def while_stopped(self, act: "Callable[[], None]") -> None:
        """Stop the server, act on its files, start it again. Raises ``CannotStart`` while somebody else uses it."""
        held = self._held
        with gate(self.server.folder):
            if held is None or not wait_until(lambda: _only_user(held), seconds=2):
                raise CannotStart(f"Another command uses the server in {self.server.folder}: wait for it to end.")
            try:
                self.server.stop()
                act()
            finally:
                self.server.start()
                fcntl.flock(held, fcntl.LOCK_SH)

    def give_back(self) -> None:
        """Stop the server now when nobody else uses it; otherwise leave it to the others."""
        if self._held is None:
            return
        with gate(self.server.folder):
            os.close(self._held)
            self._held = None
            stopped = stop_if_unused(self.server)
        if stopped:
            wait_until(self._keeper_has_left, seconds=2)

    def _keeper_has_left(self) -> bool:
        """So that whoever was told that all has stopped finds nothing running."""
        if (office := try_lock(self.server.folder / "keeper")) is None:
            return False
        os.close(office)
        return True

    def _see_that_a_keeper_waits(self) -> None:
        """Through a shell that ends at once, so that the keeper is nobody's child and nobody's zombie."""
        if (nobody_keeps := try_lock(self.server.folder / "keeper")) is None:
            return
        os.close(nobody_keeps)
        keeper = [sys.executable, "-m", "config.embedded.keeper", self.server.kind, str(self.server.folder)]
        with (self.server.folder / "keeper.log").open("ab") as log:
            subprocess.run(
                ["/bin/sh", "-c", '"$@" &', "sh", *keeper],
                cwd=PROJECT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                check=True,
            )


@contextmanager
def gate(folder: Path) -> Iterator[None]:
    """Alone in starting or stopping the server of this folder. See Note [Two locks]."""
    descriptor = open_lock(folder / "gate")
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def stop_if_unused(server: Server) -> bool:
    """Stop the server unless somebody holds its lease; call it inside the gate. Answers whether it was stopped."""
    descriptor = open_lock(server.folder / "lease")
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        server.stop()
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True


def wait_until_unused(folder: Path) -> None:
    """Return once nobody holds the lease."""
    os.close(_hold(folder, fcntl.LOCK_EX))


def open_lock(path: Path) -> int:
    """A descriptor to lock, never handed to a started program."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def try_lock(path: Path) -> int | None:
    """Hold the lock file alone, or ``None`` when somebody else does."""
    descriptor = open_lock(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def _only_user(held: int) -> bool:
    """Hold the lease alone; the kernel lets go of it in between, so hold it with the others again where that fails."""
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        fcntl.flock(held, fcntl.LOCK_SH)
        return False
    return True


def _hold(folder: Path, how: int) -> int:
    descriptor = open_lock(folder / "lease")
    fcntl.flock(descriptor, how)
    return descriptor
