"""Secrets made once, at the first start, into files nobody else can read."""

import os
import secrets
from pathlib import Path

from config.embedded.errors import CannotStart
from config.embedded.places import make_folder


def kept_secret(folder: Path, name: str) -> str:
    """The secret of this name, made at the first call (0600, never overwritten). Safe for several processes at once."""
    path = make_folder(folder) / name
    if not path.exists():
        _write_once(path, secrets.token_urlsafe(48))
    try:
        return path.read_text().strip()
    except OSError as error:
        raise CannotStart(f"The secret in {path} cannot be read: {error.strerror}.") from error


def _write_once(path: Path, value: str) -> None:
    """A hard link either appears whole or not at all, and the first process wins."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(value)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
