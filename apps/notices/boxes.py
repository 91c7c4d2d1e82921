"""Boxes of mail to read: a folder of the machine (maildir) or one of a mail server (IMAP), by an address of settings.

``maildir:///var/mail/bounces`` · ``imaps://user:password@host/INBOX`` · ``imap://…`` (STARTTLS where it is offered)

A sealed line is checked: whom the certificate does not name, or whom nobody vouches for, gets no password.
"""

import imaplib
import mailbox
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import unquote, urlsplit

TIMEOUT_S: Final = 20
PORT, SEALED_PORT = 143, 993
SEEN, FLAGGED = "S", "F"


class BoxAway(OSError):
    """The box cannot be opened or read: its address is wrong, or whoever keeps it is away."""


class Box(Protocol):
    """What is read of a box, and the two marks that are left in it."""

    def unread(self) -> list[str]:
        """The keys of the mails that are neither seen nor flagged, the oldest first."""

    def content(self, key: str, most: int) -> bytes | None:
        """A mail; None: it is longer than ``most`` bytes, or not there any more."""

    def mark_seen(self, key: str) -> None:
        """It is done with."""

    def flag(self, key: str) -> None:
        """A person has to look at it."""


@contextmanager
def box_at(url: str) -> Iterator[Box]:
    """The box at an address, opened and closed again. Raises ``BoxAway``."""
    where = urlsplit(url)
    if where.scheme == "maildir":
        yield Maildir(Path(unquote(where.path)))
        return
    if where.scheme not in ("imap", "imaps"):
        raise BoxAway(f"BOUNCES_URL begins with maildir, imap or imaps, not {where.scheme!r}.")
    try:
        box = Imap(url)
    except (imaplib.IMAP4.error, OSError) as trouble:
        raise BoxAway(str(trouble)) from trouble
    try:
        yield box
    except imaplib.IMAP4.error as trouble:
        raise BoxAway(str(trouble)) from trouble
    finally:
        box.close()


class Maildir:
    """A maildir. A mail that is marked moves from ``new`` to ``cur``, as mail readers move it."""

    def __init__(self, folder: Path) -> None:
        if not all((folder / part).is_dir() for part in ("new", "cur", "tmp")):
            raise BoxAway(f"{folder} is no maildir.")
        self.box = mailbox.Maildir(str(folder), create=False)

    def unread(self) -> list[str]:
        keys = [key for key in self.box.keys() if not set(self._flags(key)) & {SEEN, FLAGGED}]  # noqa: SIM118
        return sorted(keys)

    def content(self, key: str, most: int) -> bytes | None:
        try:
            path = self._path(key)
            return path.read_bytes() if path.stat().st_size <= most else None
        except (KeyError, FileNotFoundError):
            return None

    def mark_seen(self, key: str) -> None:
        self._mark(key, SEEN)

    def flag(self, key: str) -> None:
        self._mark(key, FLAGGED)

    def _path(self, key: str) -> Path:
        return Path(self.box._path, self.box._lookup(key))  # type: ignore[attr-defined]

    def _flags(self, key: str) -> str:
        return self._path(key).name.rpartition(":2,")[2] if ":2," in self._path(key).name else ""

    def _mark(self, key: str, flag: str) -> None:
        """By renaming alone: whatever is in the mail, it stays as it came."""
        try:
            path = self._path(key)
            flags = "".join(sorted({*self._flags(key), flag}))
            path.rename(path.parent.parent / "cur" / f"{path.name.partition(':')[0]}:2,{flags}")
        except (KeyError, FileNotFoundError):
            return


class Imap:
    """A folder of an IMAP server."""

    def __init__(self, url: str) -> None:
        where = urlsplit(url)
        host, folder = where.hostname or "", unquote(where.path.strip("/")) or "INBOX"
        checked = ssl.create_default_context()  # the library's own checks no certificate
        if where.scheme == "imaps":
            self.server: Any = imaplib.IMAP4_SSL(
                host, where.port or SEALED_PORT, ssl_context=checked, timeout=TIMEOUT_S
            )
        else:
            self.server = imaplib.IMAP4(host, where.port or PORT, timeout=TIMEOUT_S)
            if "STARTTLS" in self.server.capabilities:
                self.server.starttls(ssl_context=checked)
        self.server.login(unquote(where.username or ""), unquote(where.password or ""))
        self._done(self.server.select(_quoted(folder)))

    def unread(self) -> list[str]:
        found = self._done(self.server.uid("SEARCH", "UNSEEN", "UNFLAGGED", "UNDELETED"))
        return [key.decode() for key in (found[0] or b"").split()]

    def content(self, key: str, most: int) -> bytes | None:
        size = re.search(rb"RFC822\.SIZE (\d+)", _said(self._done(self.server.uid("FETCH", key, "(RFC822.SIZE)"))))
        if size is None or int(size[1]) > most:
            return None
        parts = self._done(self.server.uid("FETCH", key, "(BODY.PEEK[])"))
        return next((part[1] for part in parts if isinstance(part, tuple)), None)

    def mark_seen(self, key: str) -> None:
        self._done(self.server.uid("STORE", key, "+FLAGS.SILENT", r"(\Seen)"))

    def flag(self, key: str) -> None:
        self._done(self.server.uid("STORE", key, "+FLAGS.SILENT", r"(\Flagged)"))

    def close(self) -> None:
        """Say goodbye; a line that is gone already is closed too."""
        try:
            self.server.logout()
        except (imaplib.IMAP4.error, OSError):
            self.server.shutdown()

    @staticmethod
    def _done(answer: tuple[str, list[Any]]) -> list[Any]:
        said, parts = answer
        if said != "OK":
            raise BoxAway(f"{said} {_said(parts).decode(errors='replace')}")
        return parts


def _said(parts: list[Any]) -> bytes:
    return b" ".join(b" ".join(each) if isinstance(each, tuple) else each for each in parts if each)


def _quoted(folder: str) -> str:
    escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
