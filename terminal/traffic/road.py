"""Trucks: when each comes, and which boxes share one."""

from dataclasses import dataclass

import numpy as np

from terminal.traffic.boxes import IS_20
from terminal.traffic.moments import DAY, HOUR, NEVER, Days, Flags, Moments, Numbers, seconds
from terminal.traffic.parameters import Road, Scenario
from terminal.traffic.season import rests
from terminal.traffic.streams import Stream


def hours(many: int, road: Road, stream: Stream) -> Moments:
    """Seconds into the day, as the weights of the hours say."""
    return stream.pick(road.hours, many) * HOUR + (stream.draw.random(many) * HOUR).astype(np.int64)


def fetched(ready: Moments, in_at: Moments, laden: Flags, days: Days, scenario: Scenario, stream: Stream) -> Moments:
    """When trucks take boxes that were ready at ``ready``: some days later, in trucks' hours, hurried by free time.

    The free days are those after the day of arrival; a box that would go after them is often fetched just before.
    """
    many, dwell = len(ready), scenario.dwell
    median = dwell.pick_up_median_h * np.where(laden, 1.0, dwell.empty_factor)
    wanted = np.maximum(in_at + stream.hours(median, dwell.pick_up_sigma, many), ready)
    free_until = days.midnights[np.minimum(days.index(in_at) + dwell.free_days + 1, len(days))]
    hurried = (wanted > free_until) & stream.happens(dwell.hurried, many) & (ready < free_until - DAY // 2)
    early = free_until - (stream.draw.random(many) * 1.5 * DAY).astype(np.int64)
    wanted = np.maximum(np.where(hurried, early, wanted), ready)
    return _in_truck_hours(wanted, ready, days, scenario, stream)


def _in_truck_hours(wanted: Moments, ready: Moments, days: Days, scenario: Scenario, stream: Stream) -> Moments:
    """On a day on which the truck drives (fewer do at weekends and holidays), in an hour of trucks."""
    day = days.index(wanted)
    busy = np.array(scenario.road.weekdays)[days.weekdays] / max(scenario.road.weekdays)
    busy *= np.where(rests("CN", days), scenario.demand.chinese_holiday, 1.0)
    for _again in range(3):
        stays = ~stream.happens(busy[day], len(day))
        day = np.minimum(day + stays, len(days) - 1)
    slot = days.midnights[day] + hours(len(day), scenario.road, stream)
    late = slot < ready
    return np.where(late, ready + (stream.draw.random(len(day)) * 3 * HOUR).astype(np.int64), slot)


def shared(at: Moments, size: Numbers, road: Road, stream: Stream) -> tuple[Numbers, Moments]:
    """The truck of each box (numbered from 0 in order of time) and its own moment: twins follow by two minutes.

    Two 20′ boxes of one hour may share a truck; the later one's time counts for both.
    """
    many = len(at)
    order = np.lexsort((np.arange(many), at))
    small = IS_20[size][order]
    hour = at[order] // HOUR
    joins = small & stream.happens(road.twin, many)
    joins[:1] = False
    joins[1:] &= small[:-1] & (hour[1:] == hour[:-1])
    place = np.arange(many)
    in_a_row = place - np.maximum.accumulate(np.where(joins, 0, place))
    twin = joins & (in_a_row % 2 == 1)
    truck = np.empty(many, dtype=np.int64)
    truck[order] = np.cumsum(~twin) - 1
    moments = at.copy()
    led = np.flatnonzero(twin)
    moments[order[led - 1]] = np.maximum(at[order[led - 1]], at[order[led]] - 120)
    return truck, moments


@dataclass
class Trucks:
    """One element a truck. ``slot`` is the hour of its appointment, which it may miss by some.

    ``missed`` is an earlier slot to which it did not come at all (``NEVER``: there was none).
    """

    announced: Moments
    slot: Moments
    arrived: Moments
    departed: Moments
    missed: Moments

    def __len__(self) -> int:
        return len(self.slot)


def trucks(truck: Numbers, at: Moments, announced: Moments, days: Days, road: Road, stream: Stream) -> Trucks:
    """The calls of trucks: ``truck`` numbers them, ``at`` and ``announced`` are of the boxes each brings or takes."""
    many = int(truck.max(initial=-1)) + 1
    first, last, told = np.full(many, NEVER), np.zeros(many, dtype=np.int64), np.zeros(many, dtype=np.int64)
    np.minimum.at(first, truck, at)
    np.maximum.at(last, truck, at)
    np.maximum.at(told, truck, announced)
    arrived = first - seconds(stream.uniform(0.08, 0.35, many))
    departed = last + seconds(road.visit_min / 60 * stream.uniform(0.4, 0.9, many))
    late = seconds(road.early_min / 60 * stream.normal(many))
    late = late + np.where(stream.happens(road.late, many), stream.waiting(road.late_mean_min / 60, many), 0)
    told = np.minimum(told, arrived - 300)
    slot = np.maximum(_hour(arrived - late, days), _hour(told, days))
    room = slot - told
    missed = _hour(told + HOUR + (room * stream.uniform(0.1, 0.9, many)).astype(np.int64), days)
    misses = stream.happens(1.6 * road.no_show, many) & (room > 8 * HOUR) & (missed < slot - 4 * HOUR)
    return Trucks(told, slot, arrived, departed, np.where(misses, missed, NEVER))


def _hour(moments: Moments, days: Days) -> Moments:
    """The beginning of the site's hour."""
    midnight = days.midnights[days.index(moments)]
    hour: Moments = midnight + (moments - midnight) // HOUR * HOUR
    return hour
