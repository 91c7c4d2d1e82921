"""Cursors: how far a reader has come, good for the one question it was given to.

# Note [What a cursor is made of]
A place, and a short digest of who asked what. The digest guards against mistakes: a cursor of another question would
silently skip what lies before it. It guards no secret (who makes a cursor by hand reads nothing that another question
would not give), so that it is made without a key, and programs may keep their cursors for years.
"""

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Final

from terminal.errors import Malformed, gettext_noop

DIGEST_BYTES: Final = 9
LONGEST: Final = 100
"""Characters of the longest cursor there may be."""


class UnknownCursor(Malformed):
    """The cursor was not given to this question."""

    message = gettext_noop(
        "This cursor was not given to this question. Ask as for the page before, or begin again without a cursor."
    )


@dataclass(frozen=True, slots=True)
class Question:
    """Who asks what, as text: two questions are the same where their texts are."""

    text: str

    def cursor(self, place: str) -> str:
        """The cursor that stands for a place in the answer: opaque to the reader, safe in an address."""
        return urlsafe_b64encode(self._digest() + place.encode()).decode().rstrip("=")

    def place(self, cursor: str) -> str:
        """The place a cursor stands for. Raises ``UnknownCursor``, also for one that another question was given."""
        try:
            read = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
            place = read[DIGEST_BYTES:].decode("ascii")
        except ValueError as odd:
            raise UnknownCursor from odd
        if self.cursor(place) != cursor:
            raise UnknownCursor
        return place

    def _digest(self) -> bytes:
        return hashlib.blake2s(self.text.encode(), digest_size=DIGEST_BYTES).digest()
