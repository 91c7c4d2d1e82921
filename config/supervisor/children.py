"""One child process: started in a group of its own, restarted when it dies, stopped when asked."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from config.supervisor.undertaker import Undertaker

PR_SET_PDEATHSIG = 1
LONGEST_PAUSE_SECONDS = 30.0
STEADY_SECONDS = 60.0
LONGEST_LOG_BYTES = 20_000_000
libc = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass
class Child:
    """A process of the product. ``patience`` is how long it may take to end before it is killed, in seconds."""

    name: str
    command: Sequence[str]
    log: Path
    patience: float = 10.0
    descriptors: Sequence[int] = ()
    undertaker: Undertaker | None = None
    process: subprocess.Popen[bytes] | None = None
    _failures: int = 0
    _started: float = 0.0
    _not_before: float = field(default=0.0)

    def start(self) -> None:
        """Start it; it ends with us, even after ``kill -9``."""
        self._rotate_log()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                start_new_session=True, pass_fds=tuple(self.descriptors), preexec_fn=ends_with(os.getpid()),
            )  # fmt: skip
        self._started = time.monotonic()
        self._note("+")

    def tend(self, say: Callable[[str], None]) -> None:
        """Notice a death, say it, and start again after a pause that grows with every early death."""
        if self.process is None:
            if time.monotonic() >= self._not_before:
                self.start()
        elif (code := self.process.poll()) is not None:
            self._mourn(code, say)

    def _mourn(self, code: int, say: Callable[[str], None]) -> None:
        self._bury()
        steady = time.monotonic() - self._started > STEADY_SECONDS
        self._failures = 1 if steady else self._failures + 1
        pause = min(2.0 ** (self._failures - 1), LONGEST_PAUSE_SECONDS)
        self._not_before = time.monotonic() + pause
        say(f"{self.name} ended ({how(code)}); it starts again in {pause:.0f} s. Its log: {self.log}")

    def ask_to_end(self) -> None:
        """The polite signal; every process of the product finishes what it has in hand."""
        if self.process and self.process.poll() is None:
            self.process.terminate()

    def end(self) -> None:
        """Wait as long as patience lasts, then kill it and whatever it left behind."""
        if self.process is None:
            return
        try:
            self.process.wait(self.patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._bury()

    def _bury(self) -> None:
        """Kill what is left of the process group of a child that has ended."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self._note("-")
            self.process = None

    def _note(self, sign: str) -> None:
        if self.undertaker and self.process:
            self.undertaker.note(sign, self.process.pid)

    def _rotate_log(self) -> None:
        if self.log.exists() and self.log.stat().st_size > LONGEST_LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.old"))


def ends_with(parent: int) -> Callable[[], None] | None:
    """What a child does before it becomes its program: ask the kernel for SIGTERM when the parent dies."""
    if libc is None:
        return None
    prctl = libc.prctl

    def bind() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return bind


def how(code: int) -> str:
    """How a process ended, in words."""
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name
