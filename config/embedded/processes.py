"""Questions about other processes, asked of ``/proc`` where there is one."""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

GONE = "ZX"


def runs(pid: int, *, naming: str = "") -> bool:
    """Whether the process lives and its command line names ``naming``. A zombie is dead; so is a reused number."""
    folder = Path(f"/proc/{pid}")
    if not Path("/proc/self").exists():
        return _answers_signals(pid)
    try:
        state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
        command = os.fsdecode((folder / "cmdline").read_bytes())
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in GONE and naming in command


def _answers_signals(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def left_behind(folder: Path) -> list[int]:
    """Processes whose working folder was this one, or below it, and has been deleted under them."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            place = str((process / "cwd").readlink())
            if place.endswith(" (deleted)") and Path(place.removesuffix(" (deleted)")).is_relative_to(folder):
                found.append(int(process.name))
    return found


def wait_until(condition: Callable[[], bool], *, seconds: float, pause: float = 0.02) -> bool:
    """Whether the condition came true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True
