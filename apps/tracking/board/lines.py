"""The lines of the call board, in a constant number of queries."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from apps.calls.lateness import Lateness
from apps.calls.models import Call
from apps.common.models import choices
from apps.network.models import Terminal
from apps.trains.models import TrackStay
from apps.yard.models import WorkOrder
from terminal.lifecycle import OPEN_ORDER, OrderState
from terminal.throughput import Mode

AHEAD: Final = timedelta(hours=24)
BACK: Final = timedelta(hours=6)
MOST: Final = 60
"""Lines of one section."""

MODES: Final = choices(Mode)
COMING: Final = Coalesce("estimated_arrival_at", "scheduled_arrival_at")
GOING: Final = Coalesce("estimated_departure_at", "scheduled_departure_at")


@dataclass(frozen=True)
class Line:
    """One carrier. ``done`` of ``orders``: its work orders. ``page``: its train, where it is one."""

    call: Call
    track: str
    done: int
    orders: int
    aside: int

    @property
    def page(self) -> Any:
        """The train of a rail call."""
        return getattr(self.call, "train", None)

    @property
    def percent(self) -> int:
        """Of its orders."""
        return 100 * self.done // self.orders if self.orders else 0

    @property
    def arrival(self) -> Lateness:
        """Against plan."""
        return Lateness.of(self.call.scheduled_arrival_at, self.call.arrived_at or self.call.estimated_arrival_at)

    @property
    def departure(self) -> Lateness:
        """Against plan."""
        return Lateness.of(self.call.scheduled_departure_at, self.call.departed_at or self.call.estimated_departure_at)


@dataclass(frozen=True)
class Section:
    """Expected, here, or left; ``more``: lines left out."""

    title: str
    lines: list[Line]
    more: int


def board(terminal: Terminal, at: datetime, mode: str = "") -> list[Section]:
    """What is here, expected within a day or overdue, and what left in the last six hours: eight queries at most."""
    calls = Call.objects.filter(terminal=terminal).select_related("train")
    calls = calls.filter(mode=mode) if mode else calls
    due = calls.expected().annotate(coming=COMING).filter(Q(coming=None) | Q(coming__lt=at + AHEAD))
    parts = [
        (_("Here"), calls.on_site().annotate(going=GOING).order_by("going", "pk")),
        (_("Expected"), due.order_by("coming", "pk")),
        (_("Left"), calls.filter(departed_at__gt=at - BACK).order_by("-departed_at", "pk")),
    ]
    found = [(title, _most(rows)) for title, rows in parts]
    every = [call for _title, (rows, _more) in found for call in rows]
    orders, tracks = _orders(every), _tracks(every)
    return [Section(title, [_line(each, orders, tracks) for each in rows], more) for title, (rows, more) in found]


def _most(rows: QuerySet[Call]) -> tuple[list[Call], int]:
    found = list(rows[: MOST + 1])
    return found[:MOST], rows.count() - MOST if len(found) > MOST else 0


def _line(call: Call, orders: Counter[tuple[int, str]], tracks: dict[int, str]) -> Line:
    done = orders[call.pk, OrderState.DONE.value]
    still = sum(orders[call.pk, state.value] for state in OPEN_ORDER)
    return Line(call, tracks.get(call.pk, ""), done, done + still, orders[call.pk, OrderState.QUARANTINED.value])


def _orders(calls: Iterable[Call]) -> Counter[tuple[int, str]]:
    """How many orders each call has in each state, whichever end of a transfer it is."""
    numbers, found = [call.pk for call in calls], Counter[tuple[int, str]]()
    for end in ("call", "onward_call"):
        rows = WorkOrder.objects.filter(**{f"{end}__in": numbers}).values_list(end, "state")
        for call, state, count in rows.annotate(Count("pk")).order_by():
            found[call, state] += count
    return found


def _tracks(calls: Iterable[Call]) -> dict[int, str]:
    here = TrackStay.objects.filter(train__call__in=[call.pk for call in calls], until=None)
    return dict(here.values_list("train__call", "track__code"))
