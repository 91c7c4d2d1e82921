"""How far a reader has come in the order of commits, and the cursor that says so."""

from dataclasses import dataclass
from typing import Final, Self

from apps.common.cursors import Question, UnknownCursor

LARGEST: Final = 2**63 - 1


@dataclass(frozen=True)
class Place:
    """How far a reader has come in the order of commits. ``Place(0, 0)`` is before the first row."""

    xid: int = 0
    entry: int = 0

    @classmethod
    def read(cls, cursor: str, question: Question) -> Self:
        """The place a cursor of this question stands for. Raises ``UnknownCursor``."""
        try:
            place = cls(*map(int, question.place(cursor).split(".")))
        except (TypeError, ValueError) as odd:
            raise UnknownCursor from odd
        if not (0 <= place.xid <= LARGEST and 0 <= place.entry <= LARGEST) or place.cursor(question) != cursor:
            raise UnknownCursor
        return place

    def cursor(self, question: Question) -> str | None:
        """The cursor; none before the first row, where there is nothing to read on from."""
        return question.cursor(f"{self.xid}.{self.entry}") if self != BEGINNING else None


BEGINNING: Final = Place()
"""Before the first row."""
