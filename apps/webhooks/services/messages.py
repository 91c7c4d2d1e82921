"""A message in hand, and what became of a try."""

from dataclasses import dataclass
from datetime import datetime

from terminal.webhooks import Fate, fate_of


@dataclass(frozen=True)
class Claimed:
    """A message in hand. ``attempt``: which try this is."""

    id: int
    webhook: int
    lane: int
    entry: int | None
    event: str
    reason: str
    attempt: int


@dataclass(frozen=True)
class Tried:
    """What became of a try. ``withheld``: it was not to be told any more; ``unsendable``: we could not make it."""

    claimed: Claimed
    at: datetime
    status: int | None = None
    took_ms: int = 0
    answer: str = ""
    retry_after: str = ""
    withheld: bool = False
    unsendable: bool = False

    @property
    def fate(self) -> Fate:
        """What the answer means. Our own fault is none of the address."""
        return Fate.REFUSED if self.unsendable else fate_of(self.status)
