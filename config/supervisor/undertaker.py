"""Ends the children of a supervisor that was killed: ``python -m config.supervisor.undertaker``, told on its input.

The kernel's own signal to orphans reaches only direct children, once, and may find one in the middle of a start. The
undertaker is told of every child (``+PID``, ``-PID``); when its input ends, it ends the groups of those that are left.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress

from config.embedded.places import PROJECT
from config.embedded.processes import runs, wait_until

PATIENCE_SECONDS = 15.0


class Undertaker:
    """The supervisor's side."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__], cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True, text=True, bufsize=1,
        )  # fmt: skip

    def note(self, sign: str, pid: int) -> None:
        """``+``: this child is to end with us; ``-``: it has ended."""
        assert self._process.stdin is not None
        with suppress(OSError):
            self._process.stdin.write(f"{sign}{pid}\n")

    def dismiss(self) -> None:
        """Nothing is left to do."""
        with suppress(OSError):
            self._process.communicate()


def remaining(notes: Iterable[str]) -> set[int]:
    """The children noted and not struck out, once the notes end."""
    left: set[int] = set()
    for note in notes:
        (left.add if note[0] == "+" else left.discard)(int(note[1:]))
    return left


def end_all(groups: set[int]) -> None:
    """Ask each process group to end; kill what does not."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        for group in groups:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(group, number)
        wait_until(lambda: not any(map(runs, groups)), seconds=PATIENCE_SECONDS, pause=0.1)


if __name__ == "__main__":
    for ignored in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    end_all(remaining(sys.stdin))
