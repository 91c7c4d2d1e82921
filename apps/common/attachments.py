"""Files somebody gave us: kept as they came, known by what their bytes say, shown to those who may see them."""

import hashlib
from collections.abc import Callable
from pathlib import PurePath
from typing import Any, BinaryIO, Final, Protocol
from uuid import UUID

import puremagic
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import models, transaction

from apps.common.models import Attachment
from terminal.errors import Malformed, Refused, gettext_noop

UNKNOWN: Final = "application/octet-stream"
TEXT: Final = "text/plain"
CHUNK_BYTES: Final = 64 * 1024
NAME_LENGTH: Final = 255
VIEW: Final = "common.view_attachment"


class FileTooLarge(Malformed):
    """The file is larger than this site takes."""

    message = gettext_noop("The file has more than %(most_bytes)s bytes, the most this terminal takes.")


class EmptyFile(Malformed):
    """There is nothing in the file."""

    message = gettext_noop("The file is empty.")


class NoSuchFile(Refused):
    """There is no such attachment, or it is not for the one who asks."""

    kind = "absent"
    message = gettext_noop("There is no such file.")


class Asker(Protocol):
    """Who keeps or asks for a file: ``apps.parties.actors.Actor``, which lies above this app."""

    @property
    def label(self) -> str: ...

    def may(self, right: str, terminal: Any) -> bool: ...


def keep(
    file: BinaryIO, *, name: str, by: Asker, terminal: models.Model | None = None, subject: models.Model | None = None
) -> Attachment:
    """Keep a file as it came, private, with its SHA-256 and the media type its bytes show.

    ``subject`` is the row it belongs to. Raises ``FileTooLarge`` (over ``ATTACHMENT_MAX_BYTES``) before more is read,
    and ``EmptyFile``. When the surrounding transaction fails, the stored bytes go with the row.
    """
    content = _read(file)
    kept = Attachment(
        terminal_id=terminal.pk if terminal else None,
        subject_kind=subject._meta.label_lower if subject else "",
        subject_id=subject.pk if subject else None,
        name=_plain_name(name),
        media_type=sniffed(content),
        size_bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        added_by=by.label,
    )
    with transaction.atomic():
        kept.file.save(str(kept.public_id), ContentFile(content), save=False)
        try:
            kept.save()
        except BaseException:
            kept.file.delete(save=False)
            raise
    return kept


def kept_with(subject: models.Model, public_id: UUID) -> Attachment:
    """The file that was kept with a row under that number. Raises ``NoSuchFile``."""
    kind = subject._meta.label_lower
    found = Attachment.objects.filter(public_id=public_id, subject_kind=kind, subject_id=subject.pk).first()
    if found is None:
        raise NoSuchFile
    return found


# Note [Files that are not for all staff]
# A kind of row may keep its files for fewer people than staff with the right to see attachments: superusers, too, see
# them only where the app that knows the row says so.
_KEEPERS: dict[str, Callable[[Attachment, Any], bool]] = {}


def keep_for_few(subject_kind: str, may_see: Callable[[Attachment, Any], bool]) -> None:
    """Files of this kind of row are shown to whom ``may_see`` says and to nobody else. See the Note above."""
    _KEEPERS[subject_kind] = may_see


def shown_to(public_id: UUID, by: Asker) -> Attachment:
    """The attachment, for staff of its terminal with ``common.view_attachment``. Raises ``NoSuchFile`` otherwise.

    One that belongs to no terminal is for nobody but a superuser, whose rights end nowhere.
    """
    found = Attachment.objects.filter(public_id=public_id).first()
    keeper = _KEEPERS.get(found.subject_kind) if found else None
    if found is None or not (keeper(found, by) if keeper else by.may(VIEW, found.terminal_id or 0)):
        raise NoSuchFile
    return found


def sniffed(content: bytes) -> str:
    """The media type that the bytes show, whatever they are called; text is told from binary last."""
    try:
        found = str(puremagic.from_string(content, mime=True))
    except (puremagic.PureError, ValueError):
        found = ""
    return found or (TEXT if _is_text(content) else UNKNOWN)


def _read(file: BinaryIO) -> bytes:
    most = settings.ATTACHMENT_MAX_BYTES
    content = bytearray()
    while chunk := file.read(CHUNK_BYTES):
        content += chunk
        if len(content) > most:
            raise FileTooLarge(most_bytes=most)
    if not content:
        raise EmptyFile
    return bytes(content)


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return "\0" not in text


def _plain_name(name: str) -> str:
    """The last part of what the sender called it, without control characters."""
    last = PurePath(name.replace("\\", "/")).name
    return "".join(each for each in last if each.isprintable())[:NAME_LENGTH] or "file"
