"""The smallest pictures there are, and things that only look like one."""

import struct
import zlib
from io import BytesIO


def png(width: int = 2, height: int = 1) -> bytes:
    """A grey PNG of that many pixels."""
    rows = b"".join(b"\0" + b"\x80" * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    chunks = (struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def jpeg(width: int = 640, height: int = 480) -> bytes:
    """The frame of a JPEG: headers that say a size, a scan, an end."""
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    parts = [(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"), (0xC0, frame), (0xDA, b"\x01\x01\x00\x00\x3f\x00")]
    segments = (bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data for marker, data in parts)
    return b"\xff\xd8" + b"".join(segments) + b"\x12\x34\xff\xd9"


def webp(width: int = 640, height: int = 480) -> bytes:
    """The head of an extended WebP."""
    said = b"VP8X" + struct.pack("<I", 10) + b"\0\0\0\0"
    said += (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBP" + said + b"VP8L" + struct.pack("<I", 4) + b"\0\0\0\0"
    return b"RIFF" + struct.pack("<I", len(body)) + body


def photo(content: bytes, name: str = "door.png") -> BytesIO:
    """An open file with a name, as an upload is one."""
    file = BytesIO(content)
    file.name = name
    return file
