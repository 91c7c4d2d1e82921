"""Taking a generated world in, whole or not at all, through the services by which any history is taken in.

# Note [In which order]
Calls first, so that the stays find theirs; stays by the quarter, so that no more than its lines are in memory; then
what hangs on stays. After each part the database checks what it had put off, or ten years of checks would pile up.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

import numpy as np
from django.db import transaction

from apps.calls.models import Call
from apps.calls.services import take_in_calls
from apps.common.bulk import run, take_statistics
from apps.containers.models import Container, Hold, Permission, Visit, VisitRole
from apps.containers.services import take_in_holds, take_in_mistakes, take_in_moves
from apps.customs.models import Declaration, DeclaredContainer
from apps.customs.services import take_in_declarations
from apps.demo.services.traffic.carriers import moment
from apps.demo.services.traffic.here import stand
from apps.demo.services.traffic.room import others, that_fit
from apps.demo.services.traffic.told import Told
from apps.journal.models import Entry
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.tracking.services import import_flow
from apps.trains.models import TrackStay, TrainVisit
from apps.trains.services import take_in_trains
from apps.warehouse.services import take_in_bookings
from terminal.errors import Refused, gettext_noop
from terminal.traffic import Order, World
from terminal.traffic.moments import Numbers
from terminal.traffic.records import Records

BY: Final = Actor.itself("traffic generator")
PREFIX: Final = "traffic:"
PARTS: Final = 4
"""Steps of the progress besides the quarters of stays."""

Progress = Callable[[str], object]
"""Is told what is done next, once for each step of ``steps``."""


class AnotherTraffic(Refused):
    """A terminal has room for one generated world at a time."""

    message = gettext_noop(
        "Traffic is generated here already for part of that time (%(number)s on %(on)s). Choose other days, or another "
        "terminal or database."
    )


class NotTakenIn(Refused):
    """The import refused the generated stays: something else at the terminal stands in their way."""

    message = gettext_noop("The generated stays were refused (%(count)s problems), nothing was taken in: %(first)s")


@dataclass
class Loaded:
    """What was taken in: rows by kind. ``refused``: reports whose number was none, turned away at the door.

    ``without_track`` and ``without_room``: trains and bookings for which others at the terminal left no place.
    """

    rows: dict[str, int] = field(default_factory=dict)
    refused: int = 0
    without_track: int = 0
    without_room: int = 0
    known_already: bool = False


def source_of(order: Order, terminal: Terminal) -> str:
    """Under which source an order's traffic is known at a terminal: the same order, the same source."""
    return f"{PREFIX}{terminal.code}:{sha256(order.name.encode()).hexdigest()[:12]}"


def load(
    world: World, terminal: Terminal, *, until: datetime, at: datetime, progress: Progress | None = None
) -> Loaded:
    """Take in what the records hold of ``world`` at ``until``; ``at`` is now.

    The same order twice changes nothing, at once or later. Raises ``AnotherTraffic`` and ``NotTakenIn``, and leaves
    nothing then.
    """
    source = source_of(world.order, terminal)
    with transaction.atomic():
        run("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{PREFIX}{terminal.code}"])
        if Call.objects.filter(terminal=terminal, source=source).exists():
            return Loaded(known_already=True)
        require_no_other(world, terminal)
        return _Load(world, terminal, source, until, at, progress or (lambda _what: None)).whole()


def require_no_other(world: World, terminal: Terminal) -> None:
    """Raise ``AnotherTraffic`` when another world's carriers come in this one's window."""
    window = (moment(world.start), moment(world.end))
    others = Call.objects.filter(terminal=terminal, source__startswith=PREFIX, scheduled_arrival_at__range=window)
    if other := others.order_by("scheduled_arrival_at").first():
        raise AnotherTraffic(number=other.number, on=f"{other.scheduled_arrival_at:%Y-%m-%d}")


def steps(world: World) -> int:
    """How many times ``Progress`` is told something."""
    return len(list(quarters(world))) + PARTS


def quarters(world: World) -> Iterator[tuple[str, Numbers]]:
    """The quarters of the year in which boxes of the world came, by their first month, each with its boxes."""
    if not len(world.boxes):
        return
    months = world.boxes.in_at.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)
    quarter = months // 3
    edges = np.flatnonzero(np.concatenate(([True], quarter[1:] != quarter[:-1])))
    for start, end in zip(edges.tolist(), [*edges[1:].tolist(), len(quarter)], strict=True):
        yield str(np.datetime64(int(quarter[start]) * 3, "M")), np.arange(start, end)


@dataclass
class _Load:
    world: World
    terminal: Terminal
    source: str
    until: datetime
    at: datetime
    progress: Progress

    def __post_init__(self) -> None:
        self.records = Records(self.world, int(self.until.timestamp()))
        self.told = Told(self.records)
        self.loaded = Loaded()
        self.facts: dict[str, Any] = {"terminal": self.terminal, "source": self.source, "by": BY, "at": self.at}

    def whole(self) -> Loaded:
        """Everything, in order."""
        self._calls()
        for quarter, boxes in quarters(self.world):
            self._stays(quarter, boxes[np.isin(boxes, self.records.stays, assume_unique=True)])
        self._bookings()
        self._now()
        return self.loaded

    def _did(self, what: str, rows: int) -> None:
        self.loaded.rows[what] = self.loaded.rows.get(what, 0) + rows
        run("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")

    def _calls(self) -> None:
        self.progress("calls")
        self._did("calls", take_in_calls(self.told.calls(), **self.facts))
        self.progress("trains")
        taken = take_in_trains(self.told.trains(), **self.facts)
        self.loaded.without_track = taken.without_track
        self._did("trains", taken.trains)
        take_statistics(Call, TrainVisit, TrackStay, Entry)

    def _stays(self, quarter: str, stays: Numbers) -> None:
        self.progress(f"stays from {quarter} on")
        if not len(stays):
            return
        sheet = io.BytesIO("".join(self.records.flow(stays)).encode())
        sheet.name = f"{self.world.order.name}-from-{quarter}.csv"
        report = import_flow(file=sheet, terminal=self.terminal, by=BY, at=self.at, source=self.source)
        if not report.accepted:
            raise NotTakenIn(count=report.problem_count, first=str(report.problems[0]))
        self._did("stays", report.added)
        self._did("containers", report.containers)
        take_statistics(Container, Visit, VisitRole, Entry)
        declared = take_in_declarations(self.told.declarations(self._declared(stays)), **self.facts)
        self._did("declarations", declared.declarations)
        self._did("holds", take_in_holds(self.told.holds(stays), **self.facts))
        self._did("moves", take_in_moves(self.told.moves(stays), **self.facts))
        mistakes, refused = take_in_mistakes(self.told.mistakes(stays), **self.facts)
        self.loaded.refused += refused
        self._did("mistakes", mistakes)
        take_statistics(Declaration, DeclaredContainer, Permission, Hold, Entry)

    def _declared(self, stays: Numbers) -> Numbers:
        """The stays of declarations whose last box is among these: a document may stand over two quarters."""
        boxes, known = self.world.boxes, self.records.stays
        numbers = boxes.declaration[known]
        last = np.full(len(self.world.declarations), -1)
        np.maximum.at(last, numbers[numbers >= 0], known[numbers >= 0])
        ends = last[np.maximum(numbers, 0)]
        here: Numbers = known[(numbers >= 0) & (ends >= stays[0]) & (ends <= stays[-1])]
        return here

    def _bookings(self) -> None:
        self.progress("warehouse bookings")
        asked = self.told.asked()
        fit = list(that_fit(self.records, asked, others(self.records, self.terminal)))
        self.loaded.without_room = len(asked) - len(fit)
        self._did("bookings", take_in_bookings(self.told.bookings(fit), **self.facts).bookings)

    def _now(self) -> None:
        self.progress("what is expected, and where boxes stand")
        self._did("expected", stand(self.records, self.terminal, self.source, by=BY, at=self.until))
