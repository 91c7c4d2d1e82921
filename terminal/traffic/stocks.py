"""What stands where in a world, moment by moment, and how often it is too much: the base rates of breaches."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np

from terminal.lifecycle import AlertState
from terminal.pressure import Thresholds, Watch, observe
from terminal.traffic.moments import HOUR, NEVER, Floats, Moments
from terminal.traffic.warehouse import half_day
from terminal.traffic.world import World

EVERY: Final = 900
"""Seconds between two looks: the time a breach must last to be an alert."""


@dataclass(frozen=True)
class Breaches:
    """How full one stock was in the window: shares of its capacity, and what the rule for it would have raised.

    ``over`` is the share of time on or over the raise line, ``alerts`` how many alerts that makes, ``longest_h`` the
    longest of them in hours.
    """

    stock: str
    capacity: float
    mean: float
    peak: float
    over: float
    alerts: int
    longest_h: float


def looks(world: World) -> Moments:
    """A moment every quarter of an hour of the window."""
    return np.arange(world.start, world.end, EVERY, dtype=np.int64)


def yard_teu(world: World, at: Moments) -> Floats:
    """TEU that really stood on the ground at these moments."""
    boxes = world.boxes
    return _level(boxes.in_at, boxes.out_at, boxes.teu_100, at) / 100


def train_places(world: World, at: Moments) -> Floats:
    """Trains that really stood on the tracks."""
    stood = world.stood
    return _level(stood.arrived, stood.departed, np.ones(len(stood.track), dtype=np.int64), at)


def waiting_trains(world: World, at: Moments) -> Floats:
    """Trains that stood before the terminal for want of a track."""
    came = np.where(world.stood.arrived < NEVER, world.trains.station, NEVER)
    return _level(came, world.stood.arrived, np.ones(len(came), dtype=np.int64), at)


def warehouse_m2(world: World, at: Moments) -> Floats:
    """Area held in the half-day of each moment, as the half-days' counters stand in the end."""
    bookings = world.bookings
    holds = (bookings.confirmed < NEVER) | (bookings.expired < NEVER) & (bookings.waits == 0)
    first = half_day(bookings.start, world.days)[holds]
    after = np.minimum(half_day(bookings.end - 1, world.days) + 1, half_day(bookings.over, world.days))[holds]
    change = np.zeros(2 * len(world.days) + 2, dtype=np.int64)
    kept = after > first
    np.add.at(change, first[kept], bookings.area_dm2[holds][kept])
    np.subtract.at(change, after[kept], bookings.area_dm2[holds][kept])
    held: Floats = np.cumsum(change)[half_day(at, world.days)] / 100
    return held


def base_rates(world: World, thresholds: Thresholds | None = None) -> list[Breaches]:
    """Yard, train places and warehouse over the window, judged by the rule the alerts use (terminal.md §8)."""
    at, site = looks(world), world.scenario.site
    stocks = (
        ("yard", float(site.operating_teu), yard_teu(world, at)),
        ("train places", float(len(site.tracks)), train_places(world, at)),
        ("warehouse", sum(area for _zone, area in site.zones), warehouse_m2(world, at)),
    )
    return [_breaches(name, room, level / room, at, thresholds or Thresholds()) for name, room, level in stocks]


def _level(comes: Moments, goes: Moments, size: Moments, at: Moments) -> Floats:
    """The sum of sizes that have come and not gone, at each of the moments."""
    arrival, departure = np.argsort(comes, kind="stable"), np.argsort(goes, kind="stable")
    came = np.concatenate(([0], np.cumsum(size[arrival])))
    gone = np.concatenate(([0], np.cumsum(size[departure])))
    in_all = came[np.searchsorted(comes[arrival], at, side="right")]
    level: Floats = (in_all - gone[np.searchsorted(goes[departure], at, side="right")]).astype(np.float64)
    return level


def _breaches(name: str, capacity: float, share: Floats, at: Moments, thresholds: Thresholds) -> Breaches:
    watch = Watch(AlertState.NORMAL, datetime.fromtimestamp(int(at[0]), UTC))
    raised, alerts, longest = 0, 0, 0
    for moment, value in zip(at.tolist(), np.round(share, 4).tolist(), strict=True):
        before = watch.is_alerting
        watch = observe(watch, thresholds, value, datetime.fromtimestamp(moment, UTC))
        if watch.is_alerting and not before:
            raised, alerts = moment, alerts + 1
        if before:
            longest = max(longest, moment - raised)
    over = float((share >= float(thresholds.raise_at)).mean())
    return Breaches(name, capacity, float(share.mean()), float(share.max()), over, alerts, longest / HOUR)
