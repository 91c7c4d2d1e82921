"""Where a plain series leads, and when: the moments of its steps and the clocks that ran between them."""

from dataclasses import dataclass
from datetime import datetime

from terminal.customs.clocks import RUNS_IN, Period, Taken, time_taken, wait_began
from terminal.customs.reading import steps_to
from terminal.customs.word import Message, MessageKind
from terminal.lifecycle import DeclarationStatus
from terminal.moments import utc


@dataclass(frozen=True, slots=True)
class Move:
    """A step by a message: to which status, and when it counts."""

    message: Message
    status: DeclarationStatus
    at: datetime


@dataclass(frozen=True, slots=True)
class Followed:
    """A declaration on its way. ``over``: its clocks that had stopped, ``running``: the one that had not, until then.

    ``boxes``: key and number of each visit that a release lets go.
    """

    pk: int
    number: str
    office_id: int
    regime: str
    submitted_at: datetime
    arrived_at: datetime | None
    boxes: list[tuple[int, str]]
    over: list[Period]
    running: Period
    moves: list[Move]

    @property
    def last(self) -> Move:
        """Where it has come to."""
        return self.moves[-1]

    @property
    def channel(self) -> str:
        """The channel that was told; empty: none."""
        return next((each.message.channel.value for each in self.moves if each.message.channel), "")

    @property
    def stopped_at(self) -> datetime:
        """When the clock stopped that ran before the first step."""
        return max(self.running.began_at, self.moves[0].at)

    def periods(self) -> list[tuple[Period, bool]]:
        """The times that began with the steps, and whether each is over; of a release none begins."""
        began, found = self.running.began_at, list[tuple[Period, bool]]()
        for move, after in zip(self.moves, [*self.moves[1:], None], strict=True):
            began = max(move.at, began)
            clock = RUNS_IN.get(move.status)
            if clock is not None:
                ended = max(began, after.at) if after else began
                found.append((Period(clock, move.status, began, ended), after is not None))
        return found

    def taken(self) -> tuple[datetime, Taken]:
        """From when its release time counts, and how long it was."""
        began = wait_began(self.regime, self.arrived_at, self.submitted_at, self.last.at)
        first = Period(self.running.clock, self.running.status, self.running.began_at, self.stopped_at)
        periods = [*self.over, first, *(period for period, _ in self.periods())]
        return began, time_taken(periods, began, self.last.at)


def moves(series: list[Message], since: datetime, at: datetime) -> list[Move]:
    """The steps of a plain series. Each counts from no earlier than the one before it, and from no later than now."""
    status, has_channel, moment, found = DeclarationStatus.SUBMITTED, False, utc(since), list[Move]()
    for each in series:
        status = (steps_to(status, each, has_channel=has_channel) or [status])[-1]
        has_channel |= each.kind is MessageKind.CHANNEL
        moment = max(moment, min(utc(each.issued_at), utc(at)))
        found.append(Move(each, status, moment))
    return found
