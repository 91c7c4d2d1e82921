"""What the records know at a moment, as a forecast takes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
from django.db import connection

from apps.customs.models import Office
from apps.customs.selectors import OPEN
from apps.forecasts.selectors import statements
from apps.network.models import Terminal
from apps.trains.models import Track
from apps.warehouse.models import Zone
from terminal.forecasting.known import (
    BARGE,
    DAY,
    NEVER,
    RAIL,
    ROAD,
    SEA,
    Boxes,
    Calls,
    Estimates,
    Flags,
    Known,
    Moments,
    Numbers,
    Spells,
    Trucks,
)
from terminal.lifecycle import HOLDING_SPACE, DeclarationStatus
from terminal.metrics import Stock

HISTORY: Final = timedelta(days=100)
"""How far back a forecast looks."""
WAYS: Final = {"rail": RAIL, "sea": SEA, "barge": BARGE, "road": ROAD}
ANNOUNCED: Final = 14 * DAY
"""How long ahead a call counts as known of which the journal does not say when it was announced."""


@dataclass(frozen=True)
class Parts:
    """The zones and offices of a site, in the order in which a forecast numbers them."""

    zones: Sequence[Zone]
    offices: Sequence[Office]

    def of(self, stock: Stock) -> Sequence[Zone] | Sequence[Office]:
        """Those in which a stock is counted by itself."""
        kinds: dict[Stock, Sequence[Zone] | Sequence[Office]] = {
            Stock.WAREHOUSE_M2: self.zones,
            Stock.CUSTOMS_QUEUE: self.offices,
        }
        return kinds.get(stock, ())

    def number(self, stock: Stock, place: int) -> int:
        """The number of the zone or office that is the so many-th."""
        return self.of(stock)[place].pk


def parts_of(terminal: Terminal) -> Parts:
    """The parts of a site that are forecast by themselves."""
    zones = Zone.objects.filter(terminal=terminal, active=True).order_by("code")
    return Parts(list(zones), list(Office.objects.filter(terminal=terminal).order_by("code")))


def known(terminal: Terminal, at: datetime, parts: Parts | None = None) -> Known:
    """All that the records hold of the last months and of what is to come, as they stand; ``at`` is a full hour.

    What was recorded for later than ``at`` is left out, so that a forecast can be made for an hour that has passed.
    """
    parts = parts or parts_of(terminal)
    facts: dict[str, Any] = {
        "terminal": terminal.pk,
        "zone": terminal.zone_name,
        "at": at,
        "start": at - HISTORY,
        "holding": sorted(HOLDING_SPACE),
        "open": OPEN,
        "over": [DeclarationStatus.REJECTED.value, DeclarationStatus.WITHDRAWN.value],
        "zones": [zone.pk for zone in parts.zones],
        "offices": [office.pk for office in parts.offices],
    }
    now = int(at.timestamp())
    calls, lines, place = _calls(facts, now)
    boxes = _boxes(facts, now, place)
    return Known(
        start=_start(boxes, now),
        now=now,
        zone=terminal.zone,
        lines=lines,
        boxes=boxes,
        calls=calls,
        estimates=_estimates(facts, place),
        trucks=_trucks(facts, now),
        bookings=_spells(statements.BOOKINGS, facts, now, facts["zones"]),
        declarations=_spells(statements.DECLARATIONS, facts, now, facts["offices"]),
        zones=[zone.code for zone in parts.zones],
        zones_m2=[float(zone.usable_m2) for zone in parts.zones],
        offices=[office.name for office in parts.offices],
        places=sum(track.places for track in Track.objects.filter(terminal=terminal, closed=False)),
    )


def _start(boxes: Boxes, now: int) -> int:
    """From when on the records are whole: a terminal that began last month has a month of them."""
    first = int(boxes.in_at.min(initial=now))
    return max(now - int(HISTORY.total_seconds()), min(first, now))


def _columns(statement: str, facts: Mapping[str, Any], many: int) -> list[Sequence[Any]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, facts)
        rows = cursor.fetchall()
    return list(zip(*rows, strict=True)) if rows else [()] * many


def _whole(column: Sequence[Any]) -> Moments:
    return np.array(column, dtype=np.int64)


def _past(column: Sequence[Any], now: int) -> Moments:
    """Moments that have come; ``NEVER`` for the others."""
    moments = _whole(column)
    return np.where(moments <= now, moments, NEVER)


def _calls(facts: dict[str, Any], now: int) -> tuple[Calls, list[str], dict[int, int]]:
    ids, modes, numbers, services, carriers, told, planned, *times = _columns(statements.CALLS, facts, 10)
    facts["calls"] = list(ids)
    named = [
        service or _line_of(mode, number, carrier)
        for mode, number, service, carrier in zip(modes, numbers, services, carriers, strict=True)
    ]
    lines = sorted(set(named))
    numbered = {name: at for at, name in enumerate(lines)}
    arrives = _whole(planned)
    announced = np.where(_whole(told) < NEVER, _whole(told), arrives - ANNOUNCED)
    calls = Calls(
        way=np.array([WAYS[mode] for mode in modes], dtype=np.int64),
        line=np.array([numbered[name] for name in named], dtype=np.int64),
        announced=np.where(arrives < NEVER, announced, NEVER),
        planned=arrives,
        arrived=_past(times[0], now),
        departed=_past(times[1], now),
        cancelled=_past(times[2], now),
        names=list(numbers),
    )
    return calls, lines, {call: at for at, call in enumerate(ids)}


def _line_of(mode: str, number: str, carrier: str) -> str:
    """The service a call belongs to: of a voyage its first word, of a train its number, else the carrier."""
    first, *rest = number.split()
    return first if rest or mode == "rail" else carrier or mode


def _places(column: Sequence[int], place: dict[int, int]) -> Numbers:
    return np.array([place.get(each, -1) for each in column], dtype=np.int64)


def _boxes(facts: dict[str, Any], now: int, place: dict[int, int]) -> Boxes:
    teu, advised, came, went, by_mode, on_mode, by, on, bound = _columns(statements.BOXES, facts, 9)
    arrived, departed = _past(came, now), _past(went, now)
    gone: Flags = departed < NEVER
    names = {"": 0} | {name: at + 1 for at, name in enumerate(sorted(set(bound) - {""}))}
    comes = np.array([WAYS[mode] for mode in by_mode], dtype=np.int64)
    goes = np.array([WAYS[mode] for mode in on_mode], dtype=np.int64)
    return Boxes(
        teu=np.array(teu, dtype=np.float64),
        advised=_whole(advised),
        came=arrived,
        in_at=arrived,
        went=departed,
        out_at=departed,
        comes=comes,
        goes=np.where(gone, goes, -1),
        by=np.where(comes == ROAD, -1, _places(by, place)),
        on=np.where(gone & (goes != ROAD), _places(on, place), -1),
        bound=np.array([names[name] for name in bound], dtype=np.int64),
    )


def _estimates(facts: dict[str, Any], place: dict[int, int]) -> Estimates:
    call, told, says = _columns(statements.ESTIMATES, facts, 3)
    return Estimates(_places(call, place), _whole(told), _whole(says))


def _trucks(facts: dict[str, Any], now: int) -> Trucks:
    booked, slot, fetches, missed = _columns(statements.TRUCKS, facts, 4)
    return Trucks(_whole(booked), _whole(slot), np.array(fetches, dtype=bool), _past(missed, now))


def _spells(statement: str, facts: dict[str, Any], now: int, numbers: Sequence[int]) -> Spells:
    size, told, since, until, planned, part = _columns(statement, facts, 6)
    places = {number: at for at, number in enumerate(numbers)}
    return Spells(
        np.array(size, dtype=np.float64),
        _whole(told),
        _whole(since),
        _past(until, now),
        _whole(planned),
        np.array([places[number] for number in part], dtype=np.int64),
    )
