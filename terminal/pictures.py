"""Whether bytes are a picture a browser shows: JPEG, PNG or WebP, by what stands in them, never by their name.

Only the headers are read: the kind, that the picture's data follow, and how wide and high it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from terminal.errors import Malformed, gettext_noop

MOST_PIXELS: Final = 200_000_000
"""More than any camera takes; a header that says more wants to fill somebody's memory."""

PNG: Final = b"\x89PNG\r\n\x1a\n"
FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of a JPEG that begin a frame and carry its size."""

SCAN, END, ALONE = 0xDA, 0xD9, frozenset({0x01, *range(0xD0, 0xD9)})


@dataclass(frozen=True, slots=True)
class Picture:
    """What a picture is, and its size in pixels."""

    media_type: str
    width: int
    height: int


class NotAPicture(Malformed):
    """Not a JPEG, PNG or WebP picture, or one that is broken off."""

    message = gettext_noop("%(name)s is not a picture: a photo is a whole JPEG, PNG or WebP file.")


def require_picture(content: bytes, name: str) -> Picture:
    """What the picture is. Refuses ``NotAPicture``; ``name`` is how the sender called it."""
    found = _png(content) or _jpeg(content) or _webp(content)
    if found is None or not 0 < found.width * found.height <= MOST_PIXELS:
        raise NotAPicture(name=name)
    return found


def _png(content: bytes) -> Picture | None:
    if not content.startswith(PNG) or content[12:16] != b"IHDR" or b"IDAT" not in content:
        return None
    if b"IEND" not in content[-64:]:
        return None
    return Picture("image/png", _big(content[16:20]), _big(content[20:24]))


def _jpeg(content: bytes) -> Picture | None:
    if not content.startswith(b"\xff\xd8\xff"):
        return None
    size: tuple[int, int] | None = None
    for marker, at in _segments(content):
        if marker in FRAMES and at + 7 < len(content):
            size = _big(content[at + 5 : at + 7]), _big(content[at + 3 : at + 5])
        if marker == SCAN and size is not None and b"\xff\xd9" in content[at:]:
            return Picture("image/jpeg", *size)
    return None


def _segments(content: bytes) -> Iterator[tuple[int, int]]:
    """Each marker and where its length stands, up to where the picture's own data begin."""
    at = 2
    while at + 4 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF or marker in ALONE:
            at += 1 if marker == 0xFF else 2
            continue
        yield marker, at + 2
        if marker in (SCAN, END):
            return
        at += 2 + _big(content[at + 2 : at + 4])


def _webp(content: bytes) -> Picture | None:
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP" or len(content) < 30:
        return None
    if int.from_bytes(content[4:8], "little") + 8 > len(content):
        return None
    size = _webp_size(content[12:16], content)
    return Picture("image/webp", *size) if size else None


def _webp_size(chunk: bytes, content: bytes) -> tuple[int, int] | None:
    if chunk == b"VP8X":
        return _little(content[24:27]) + 1, _little(content[27:30]) + 1
    if chunk == b"VP8L" and content[20] == 0x2F:
        bits = _little(content[21:25])
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if chunk == b"VP8 " and content[23:26] == b"\x9d\x01\x2a":
        return _little(content[26:28]) & 0x3FFF, _little(content[28:30]) & 0x3FFF
    return None


def _big(part: bytes) -> int:
    return int.from_bytes(part, "big")


def _little(part: bytes) -> int:
    return int.from_bytes(part, "little")
