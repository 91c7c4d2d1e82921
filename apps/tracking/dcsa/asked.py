"""What is asked of Track & Trace, in plain terms."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from terminal.dcsa import Version
from terminal.dcsa.wanted import Wanted


@dataclass(frozen=True)
class Sorted:
    """By one of ``SORTS``, falling or rising."""

    by: str
    falling: bool = False


@dataclass(frozen=True)
class Behind:
    """Where a walk goes on: what it sees (``horizon``), and the last row it was told, by what it is sorted by."""

    horizon: str
    keys: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One page of a walk. ``recorded``: operators of ``OPERATORS`` with the moment; ``event``: only this one.

    ``entries``: only of these rows of the journal.
    """

    version: Version
    wanted: Wanted
    recorded: tuple[tuple[str, datetime], ...] = ()
    sort: tuple[Sorted, ...] = ()
    limit: int = 100
    behind: Behind | None = None
    event: UUID | None = None
    entries: frozenset[int] | None = None

    def names_no_boxes(self) -> bool:
        """Whether it is about all boxes of the party."""
        wanted = self.wanted
        return not (wanted.container or wanted.bookings or wanted.documents or self.event)
