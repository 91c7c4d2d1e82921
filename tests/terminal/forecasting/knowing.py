"""Small terminals to forecast: what comes and goes is known to the hour."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np

from terminal.forecasting.known import (
    DAY,
    HOUR,
    NEVER,
    RAIL,
    ROAD,
    Boxes,
    Calls,
    Estimates,
    Known,
    Spells,
    Trucks,
)

NOW = int(datetime(2026, 5, 4, 4, tzinfo=UTC).timestamp())
EMPTY = np.zeros(0, dtype=np.int64)


def nothing(zone: str = "Asia/Shanghai", start: int = NOW - 60 * DAY) -> Known:
    """A terminal of which nothing is known."""
    spells = Spells(np.zeros(0), *[EMPTY] * 5)
    return Known(
        start=start,
        now=NOW,
        zone=ZoneInfo(zone),
        lines=[],
        boxes=Boxes(np.zeros(0), *[EMPTY] * 10),
        calls=Calls(*[EMPTY] * 7, names=[]),
        estimates=Estimates(*[EMPTY] * 3),
        trucks=Trucks(EMPTY, EMPTY, np.zeros(0, dtype=bool), EMPTY),
        bookings=spells,
        declarations=spells,
        zones=[],
        zones_m2=[],
        offices=[],
        places=4,
    )


def trains_and_boxes(
    days: int = 60, *, a_day: int = 4, load: int = 20, ahead: int = 14, zone: str = "Asia/Shanghai"
) -> Known:
    """Trains every six hours: one brings boxes, the next takes them; trucks bring and fetch a few. Nobody is late."""
    start = NOW - days * DAY
    every = DAY // a_day
    planned = np.arange(start, NOW + ahead * DAY, every) + HOUR
    many = len(planned)
    came = planned <= NOW
    takes = np.arange(many) % 2 == 1
    calls = Calls(
        way=np.full(many, RAIL),
        line=np.zeros(many, dtype=np.int64),
        announced=planned - 14 * DAY,
        planned=planned,
        arrived=np.where(came, planned, NEVER),
        departed=np.where(planned + 5 * HOUR <= NOW, planned + 5 * HOUR, NEVER),
        cancelled=np.full(many, NEVER),
        names=[f"X{each}" for each in range(many)],
    )
    brings = np.flatnonzero(~takes & (planned < NOW + 2 * DAY))
    by = np.repeat(brings, load)
    at = planned[by] + HOUR + (np.arange(len(by)) % load) * 300
    on = by + 9
    out = np.where(on < many, planned[np.minimum(on, many - 1)] + 2 * HOUR + (np.arange(len(by)) % load) * 300, NEVER)
    here, gone = at <= NOW, out <= NOW
    boxes = Boxes(
        teu=np.ones(len(by)),
        advised=at - 30 * HOUR,
        came=np.where(here, at, NEVER),
        in_at=np.where(here, at, NEVER),
        went=np.where(gone, out, NEVER),
        out_at=np.where(gone, out, NEVER),
        comes=np.full(len(by), RAIL),
        goes=np.where(gone, RAIL, -1),
        by=by,
        on=np.where(gone, on, -1),
        bound=np.ones(len(by), dtype=np.int64),
    )
    whole = nothing(zone, start)
    known = boxes.advised <= NOW
    boxes = Boxes(*(getattr(boxes, name)[known] for name in boxes.__dataclass_fields__))
    values = {name: getattr(whole, name) for name in whole.__dataclass_fields__}
    return Known(**values | {"lines": ["X"], "boxes": boxes, "calls": calls})


def by_truck(days: int, stays: list[tuple[float, float]], zone: str = "Asia/Shanghai") -> Known:
    """Boxes by truck, each from so many hours before now for so many hours."""
    came = np.array([NOW - int(since * HOUR) for since, _length in stays], dtype=np.int64)
    out = came + np.array([int(length * HOUR) for _since, length in stays], dtype=np.int64)
    gone = out <= NOW
    many = len(stays)
    boxes = Boxes(
        teu=np.ones(many),
        advised=came,
        came=came,
        in_at=came,
        went=np.where(gone, out, NEVER),
        out_at=np.where(gone, out, NEVER),
        comes=np.full(many, ROAD),
        goes=np.where(gone, ROAD, -1),
        by=np.full(many, -1),
        on=np.full(many, -1),
        bound=np.zeros(many, dtype=np.int64),
    )
    whole = nothing(zone, NOW - days * DAY)
    values = {name: getattr(whole, name) for name in whole.__dataclass_fields__}
    return Known(**values | {"boxes": boxes})
