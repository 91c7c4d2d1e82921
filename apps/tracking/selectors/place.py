"""How far a reader has come in the order of commits, and the cursor that says so."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Final, Self

from terminal.errors import Malformed, gettext_noop

LARGEST: Final = 2**63 - 1


class UnknownCursor(Malformed):
    """The cursor is not one this API gave."""

    message = gettext_noop("This cursor is not one you were given. Begin again without a cursor.")


@dataclass(frozen=True)
class Place:
    """How far a reader has come in the order of commits. ``Place(0, 0)`` is before the first row."""

    xid: int = 0
    entry: int = 0

    @classmethod
    def read(cls, text: str) -> Self:
        """The place a cursor stands for. Raises ``UnknownCursor``."""
        try:
            xid, entry = (int(part) for part in urlsafe_b64decode(text.encode("ascii")).decode("ascii").split("."))
        except ValueError as odd:
            raise UnknownCursor from odd
        place = cls(xid, entry)
        if not (0 <= xid <= LARGEST and 0 <= entry <= LARGEST) or place.written() != text:
            raise UnknownCursor
        return place

    def written(self) -> str:
        """The cursor: opaque to the reader, safe in an address."""
        return urlsafe_b64encode(f"{self.xid}.{self.entry}".encode()).decode()


BEGINNING: Final = Place()
"""Before the first row."""
