"""Photos of a damage: looked at before anything is written, kept when it stands."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import PurePath
from typing import BinaryIO, Final

from django.conf import settings

from apps.common.attachments import EmptyFile, FileTooLarge, keep
from apps.containers.models import Damage, Visit
from apps.parties.actors import Actor
from terminal.errors import Malformed, gettext_noop
from terminal.pictures import require_picture

MOST: Final = 20

Photo = tuple[str, bytes]
"""What the sender called it, and its bytes."""


class TooManyPhotos(Malformed):
    """More photos than one damage needs."""

    message = gettext_noop("%(found)s photos; one damage takes at most %(most)s.")


def looked_at(files: Sequence[BinaryIO]) -> list[Photo]:
    """The photos, each of them really a picture. Raises ``NotAPicture``, ``FileTooLarge``, ``EmptyFile``."""
    if len(files) > MOST:
        raise TooManyPhotos(found=len(files), most=MOST)
    return [_look_at(file) for file in files]


def _look_at(file: BinaryIO) -> Photo:
    most = settings.ATTACHMENT_MAX_BYTES
    name = PurePath(str(getattr(file, "name", "") or "photo")).name
    content = file.read(most + 1)
    if len(content) > most:
        raise FileTooLarge(most_bytes=most)
    if not content:
        raise EmptyFile
    require_picture(content, name)
    return name, content


def keep_photos(photos: Sequence[Photo], damage: Damage, visit: Visit, *, by: Actor) -> None:
    """Keep them as the damage's."""
    for name, content in photos:
        keep(BytesIO(content), name=name, by=by, terminal=visit.terminal, subject=damage)
