"""A photo is what its bytes are."""

import pytest

from terminal.pictures import NotAPicture, require_picture
from tests.factories.pictures import jpeg, png, webp


@pytest.mark.parametrize(
    ("content", "kind", "size"),
    [
        (png(2, 3), "image/png", (2, 3)),
        (jpeg(640, 480), "image/jpeg", (640, 480)),
        (webp(640, 480), "image/webp", (640, 480)),
    ],
)
def test_a_picture_is_known_by_its_bytes_with_its_size(content, kind, size):
    found = require_picture(content, "whatever.txt")
    assert (found.media_type, (found.width, found.height)) == (kind, size)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.7",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a\x01\x00\x01\x00",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
        b"\xff\xd8\xff\xe0",
        b"RIFF\x10\0\0\0WEBPVP8 ",
        png()[:-12],
        jpeg()[:-2],
        webp()[:-4],
        png(0, 5),
        png(5, 0),
        jpeg(0, 480),
        b"\x89PNG\r\n\x1a\n" + png(2, 2)[8:16] + b"\xff\xff\xff\xff" * 2 + png(2, 2)[24:],
    ],
)
def test_what_only_looks_like_one_is_none(content):
    with pytest.raises(NotAPicture, match=r"door\.jpg"):
        require_picture(content, "door.jpg")
