"""Every figure a change could move, taken at one moment; and the difference between two such looks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db.models import Q

from apps.alerts import selectors as alerts
from apps.alerts.models import Rule
from apps.alerts.models.scopes import PARTS
from apps.calls.models import Call
from apps.containers.models import Visit
from apps.network.models import Terminal
from apps.planning.services.what_if.trains import AHEAD, Train, trains_to_come
from apps.trains.selectors.occupation import planned_clashes
from apps.yard.models import Block, BlockClosure
from apps.yard.selectors import utilisation, yard_now
from terminal.lifecycle import VisitState
from terminal.pressure import Level, level

TO_BE_PLACED: Final = timedelta(hours=24)
MOST_PLACED: Final = 600
"""Boxes to come that are tried for a place; of more the first."""


@dataclass(frozen=True)
class Read:
    """A watched figure: how much, of what, and how its rule would look at it."""

    name: str
    value: Decimal
    capacity: Decimal | None
    level: Level | None


@dataclass(frozen=True)
class Look:
    """The terminal's figures at one moment."""

    figures: dict[str, Read]
    trains: dict[int, Train]


@dataclass(frozen=True)
class Difference:
    """One figure before and after."""

    code: str
    before: Read
    after: Read

    @property
    def by(self) -> Decimal:
        """After minus before."""
        return self.after.value - self.before.value

    @property
    def changed(self) -> bool:
        return bool(self.by) or self.before.capacity != self.after.capacity


@dataclass(frozen=True)
class TrainEffect:
    """One train before and after; None: it was not, or is not, among those that are to come."""

    before: Train | None
    after: Train | None

    @property
    def call(self) -> Call:
        """The call of the train."""
        there = self.before or self.after
        assert there is not None, "one of the two is there"
        return there.call


@dataclass(frozen=True)
class Effects:
    """What a change does: every figure, and the trains it touches."""

    figures: list[Difference] = field(default_factory=list)
    trains: list[TrainEffect] = field(default_factory=list)


def look(terminal: Terminal, at: datetime) -> Look:
    """All figures as they stand."""
    trains = trains_to_come(terminal, at)
    figures = dict(_watched(terminal, at))
    for code, count in COUNTS.items():
        figures[code] = Read(code, Decimal(count(terminal, at)), None, None)
    figures["trains_without_track"] = Read(
        "trains_without_track", Decimal(sum(not each.fits for each in trains.values())), None, None
    )
    figures["trains_waiting"] = Read(
        "trains_waiting", Decimal(sum(t.waits_minutes > 0 for t in trains.values())), None, None
    )
    waits = Decimal(sum(t.waits_minutes for t in trains.values())) / 60
    figures["train_waiting_hours"] = Read("train_waiting_hours", waits.quantize(Decimal("0.1")), None, None)
    figures["trains_late"] = Read("trains_late", Decimal(sum(t.late_minutes > 0 for t in trains.values())), None, None)
    return Look(figures, trains)


def effects(before: Look, after: Look) -> Effects:
    """The difference between two looks, in the order of the first."""
    none = Read("", Decimal(0), None, None)
    codes = dict.fromkeys([*before.figures, *after.figures])
    figures = [Difference(code, before.figures.get(code, none), after.figures.get(code, none)) for code in codes]
    calls = dict.fromkeys([*before.trains, *after.trains])
    trains = [TrainEffect(before.trains.get(call), after.trains.get(call)) for call in calls]
    return Effects(figures, [each for each in trains if each.before != each.after])


def _watched(terminal: Terminal, at: datetime) -> Iterator[tuple[str, Read]]:
    """Every figure of the terminal, and of its parts, that a rule watches, as the rule reads it."""
    rules = Rule.objects.filter(terminal=terminal, active=True).select_related("terminal", *PARTS).order_by("pk")
    looked = alerts.Look(terminal, at)
    for rule in rules:
        measured = looked.reading(rule)
        if measured is not None:
            value, capacity = measured
            judged = _of_the_day(value, capacity) if rule.is_flow else level(rule.thresholds, value / capacity)
            code = f"{rule.metric}:{rule.part}" if rule.part_id else str(rule.metric)
            yield code, Read(str(rule), value, capacity, judged)


def _of_the_day(expected: Decimal, rated: Decimal) -> Level:
    return Level.RAISE if expected > rated else Level.OK


def _to_come(terminal: Terminal, at: datetime) -> list[Visit]:
    """Boxes that are to come within a day by a carrier, in the order they are to come."""
    call, until = "arrival_call__", at + TO_BE_PLACED
    soon = Q(**{f"{call}estimated_arrival_at__lte": until}) | Q(
        **{f"{call}estimated_arrival_at": None, f"{call}scheduled_arrival_at__lte": until}
    )
    advised = Visit.objects.filter(soon, terminal=terminal, state=VisitState.ADVISED.value)
    advised = advised.filter(arrival_call__departed_at=None).select_related("container", "terminal", "departure_call")
    return list(advised.order_by("arrival_call__scheduled_arrival_at", "pk")[:MOST_PLACED])


def _without_a_place(terminal: Terminal, at: datetime) -> int:
    """Boxes in the yard without a cell, and those to come within a day for which the placement finds none."""
    unknown, coming = utilisation(terminal).cell_unknown, _to_come(terminal, at)
    if not coming:
        return unknown
    now = yard_now(terminal, coming, at)
    left = 0
    for visit in coming:
        place = now.best(visit.pk)
        if place is None:
            left += 1
        else:
            now.put(visit.pk, place, "")
    return unknown + left


def _open_capacity(terminal: Terminal, at: datetime) -> int:
    """TEU the open bays hold at the site's fill."""
    closed = dict.fromkeys(Block.objects.filter(terminal=terminal).values_list("pk", flat=True), 0)
    blocks = Block.objects.in_bulk(closed)
    for closure in BlockClosure.objects.in_force(at).filter(block__in=closed):
        whole = blocks[closure.block_id].bays
        bays = (closure.last_bay or whole) - (closure.first_bay or 1) + 1
        closed[closure.block_id] = min(whole, closed[closure.block_id] + bays)
    places = sum((block.bays - closed[pk]) * block.rows * block.tiers for pk, block in blocks.items())
    return int(places * Decimal(terminal.operating_fill))


def _connections_missed(terminal: Terminal, at: datetime) -> int:
    """Boxes to come whose next carrier is to leave before the one that brings them is here."""
    advised = Visit.objects.filter(terminal=terminal, state=VisitState.ADVISED.value, departure_call__departed_at=None)
    pairs: Any = advised.select_related("arrival_call", "departure_call").exclude(arrival_call=None)
    return sum(_too_late(each) for each in pairs.exclude(departure_call=None))


def _too_late(visit: Visit) -> bool:
    comes: Any = visit.arrival_call.expected_arrival_at if visit.arrival_call else None
    leaves: Any = visit.departure_call.expected_departure_at if visit.departure_call else None
    return bool(comes and leaves and leaves <= comes)


def _clashes(terminal: Terminal, at: datetime) -> int:
    return len(planned_clashes(terminal, at, at + AHEAD))


COUNTS: Final[dict[str, Callable[[Terminal, datetime], int]]] = {
    "open_yard_capacity_teu": _open_capacity,
    "boxes_without_place": _without_a_place,
    "connections_missed": _connections_missed,
    "track_clashes": _clashes,
}
