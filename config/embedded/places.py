"""Where everything the product writes lies."""

import hashlib
import os
import re
import tempfile
from pathlib import Path

from config.embedded.errors import CannotStart

PROJECT = Path(__file__).resolve().parents[2]
LONGEST_SOCKET_PATH = 100
LONGEST_SOCKET_NAME = "/.s.PGSQL.5432"
PLAIN_PATH = re.compile(r"[A-Za-z0-9_./+-]+")


def var_folder() -> Path:
    """``$TERMINAL_VAR``, else ``var`` in the project."""
    return Path(os.environ.get("TERMINAL_VAR") or PROJECT / "var").absolute()


def make_folder(path: Path, *, mode: int = 0o700) -> Path:
    """Create the folder where absent and see that files can be written in it. Raises ``CannotStart``."""
    try:
        path.mkdir(mode=mode, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path) as probe:
            probe.write(b"landbridge")
    except OSError as error:
        raise CannotStart(f"Nothing can be written in {path}: {error.strerror or error}.") from error
    return path


def socket_folder(var: Path) -> Path:
    """A private folder for unix sockets: ``var/run``, or a short one under the temp folder where that path is too long.

    The short folder's name is made from the path of ``var``; ``var/run`` is then a link to it.
    """
    make_folder(var)
    run = var.resolve() / "run"
    if _fits(run):
        return make_folder(run)
    return _linked(run, f"landbridge-{os.getuid()}-{_digest(run)}")


def _fits(folder: Path) -> bool:
    whole = f"{folder}{LONGEST_SOCKET_NAME}"
    return len(whole) <= LONGEST_SOCKET_PATH and PLAIN_PATH.fullmatch(whole) is not None


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def _linked(run: Path, name: str) -> Path:
    """The same short folder for every process, whatever its ``$TMPDIR``: the link remembers it."""
    if not (run.is_symlink() and run.readlink().name == name):
        _relink(run, Path(tempfile.gettempdir()) / name)
    return _private(run.readlink())


def _relink(run: Path, target: Path) -> None:
    fresh = run.with_name(f"run.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    fresh.replace(run)


def _private(folder: Path) -> Path:
    make_folder(folder)
    if os.getuid() not in (0, folder.stat().st_uid):
        raise CannotStart(f"{folder} belongs to another user; set TMPDIR to a folder of your own.")
    folder.chmod(0o700)
    return folder
