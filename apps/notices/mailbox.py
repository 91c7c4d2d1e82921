"""Mail in the local mailbox (a Maildir), readable in the browser: what the embedded mail catcher took in."""

import email.policy
import mailbox
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.utils.html import escape

SHOWN = 200
"""How many mails the list shows, the newest first."""

HEAD = (
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src data:; '
    'style-src \'unsafe-inline\'"><base target="_blank">'
)
"""Stands before every mail's HTML: pictures only from the mail itself, no scripts, links in a new window."""


@dataclass(frozen=True)
class Mail:
    """One mail of the mailbox. ``html`` has its inline pictures inside; empty when the mail has none."""

    key: str
    subject: str
    sender: str
    recipient: str
    message_id: str
    sent_at: datetime | None
    text: str = field(default="", repr=False)
    html: str = field(default="", repr=False)


def newest(folder: str) -> list[Mail]:
    """The heads of the latest mails. An absent folder holds none."""
    box = _box(folder)
    if box is None:
        return []
    return [_mail(key, _read(box, key), with_body=False) for key in _keys_by_age(folder) if key in box][:SHOWN]


def find(folder: str, key: str) -> Mail | None:
    """One mail by its key in the mailbox; a key that the mailbox does not list is no mail."""
    box = _box(folder)
    if box is None or key not in set(box.keys()):
        return None
    return _mail(key, _read(box, key), with_body=True)


def _box(folder: str) -> "mailbox.Maildir | None":
    if not all((Path(folder) / part).is_dir() for part in ("new", "cur", "tmp")):
        return None
    return mailbox.Maildir(folder, create=False)


def _keys_by_age(folder: str) -> list[str]:
    files = [each for part in ("new", "cur") for each in (Path(folder) / part).iterdir() if each.is_file()]
    files.sort(key=lambda each: (each.stat().st_mtime_ns, each.name), reverse=True)
    return [each.name.partition(":")[0] for each in files]


def _read(box: mailbox.Maildir, key: str) -> EmailMessage:
    return BytesParser(policy=email.policy.default).parsebytes(box.get_bytes(key))


def _mail(key: str, message: EmailMessage, *, with_body: bool) -> Mail:
    head = {"subject": "Subject", "sender": "From", "recipient": "To", "message_id": "Message-ID"}
    values = {name: str(message.get(header, "")) for name, header in head.items()}
    body = {"text": _part(message, "plain"), "html": _framed(message)} if with_body else {}
    return Mail(key=key, sent_at=_date(message), **values, **body)


def _date(message: EmailMessage) -> datetime | None:
    try:
        sent_at = parsedate_to_datetime(str(message["Date"]))
    except ValueError:
        return None
    # "-0000" is UTC whose sender does not tell its zone; Python leaves it without one.
    return sent_at if sent_at.tzinfo else sent_at.replace(tzinfo=UTC)


def _part(message: EmailMessage, subtype: str) -> str:
    for part in message.walk():
        if part.get_content_type() == f"text/{subtype}":
            return _decoded(part)
    return ""


def _decoded(part: EmailMessage) -> str:
    try:
        return str(part.get_content())
    except (LookupError, UnicodeError):
        return (part.get_payload(decode=True) or b"").decode("utf-8", "replace")  # type: ignore[union-attr]


def _framed(message: EmailMessage) -> str:
    html = _part(message, "html")
    if not html:
        return ""
    for part in message.walk():
        if part.get_content_maintype() == "image" and (cid := str(part.get("Content-ID", "")).strip("<> ")):
            data = b64encode(part.get_payload(decode=True) or b"").decode()  # type: ignore[arg-type]
            html = html.replace(f"cid:{cid}", f"data:{escape(part.get_content_type())};base64,{data}")
    return HEAD + html
