"""Bookings: wishes for area in each zone, granted while there is room, kept, broken, or turned away."""

import heapq
from dataclasses import dataclass, fields

import numpy as np

from terminal.traffic.moments import HOUR, NEVER, Days, Flags, Floats, Moments, Numbers, seconds
from terminal.traffic.parameters import Scenario
from terminal.traffic.streams import Stream, Streams


@dataclass
class Bookings:
    """One element a booking. ``stay`` is the box to be unpacked (its place among the stays), or -1.

    Moments are ``NEVER`` where a thing did not happen; ``waits`` is 1 for one that stood on the waiting list in vain.
    """

    zone: Numbers
    party: Numbers
    area_dm2: Numbers
    stay: Numbers
    requested: Moments
    start: Moments
    end: Moments
    confirmed: Moments
    checked_in: Moments
    completed: Moments
    cancelled: Moments
    rejected: Moments
    expired: Moments
    no_show: Moments
    waits: Numbers

    def __len__(self) -> int:
        return len(self.zone)

    @property
    def over(self) -> Moments:
        """When each gave its area back: its end, or earlier."""
        gone = (self.completed, self.cancelled, self.expired, self.no_show)
        over: Moments = np.minimum.reduce([self.end, *gone])
        return over


def book(
    days: Days, demand: Floats, scenario: Scenario, fetched: tuple[Numbers, Moments, Moments], streams: Streams
) -> Bookings:
    """Every booking of these days. ``demand``: each day's against the mean day at the rated yearly volume.

    ``fetched``: boxes that leave by road (place, ready, out), some of them unpacked here.
    """
    parts = [
        _of_zone(number, days, demand, scenario, streams[f"warehouse-{wish[0]}"])
        for number, wish in enumerate(scenario.warehouse.wishes)
    ]
    bookings = Bookings(*(np.concatenate([getattr(part, each.name) for part in parts]) for each in fields(Bookings)))
    order = np.lexsort((bookings.zone, bookings.requested))
    bookings = Bookings(*(getattr(bookings, each.name)[order] for each in fields(Bookings)))
    _name_boxes(bookings, scenario, fetched, streams["strips"])
    return bookings


def _of_zone(number: int, days: Days, demand: Floats, scenario: Scenario, stream: Stream) -> Bookings:
    wish = scenario.warehouse.wishes[number]
    _code, a_day, area, area_sigma, length, length_sigma = wish
    day = np.repeat(np.arange(len(days)), stream.draw.poisson(a_day * demand))
    many = len(day)
    rules = scenario.warehouse
    lead_h = rules.strip_lead_median_h if number == len(rules.wishes) - 1 else rules.lead_median_h
    requested, start, end = _times(day, days, scenario, length, length_sigma, lead_h, stream)
    area_dm2 = np.rint(area * 100 * np.exp(area_sigma * stream.normal(many))).astype(np.int64) // 500 * 500 + 1000
    bookings = Bookings(
        zone=np.full(many, number),
        party=stream.draw.integers(0, 6, many),
        area_dm2=area_dm2,
        stay=np.full(many, -1),
        requested=requested,
        start=start,
        end=end,
        confirmed=np.full(many, NEVER),
        checked_in=np.full(many, NEVER),
        completed=np.full(many, NEVER),
        cancelled=np.full(many, NEVER),
        rejected=np.full(many, NEVER),
        expired=np.full(many, NEVER),
        no_show=np.full(many, NEVER),
        waits=np.zeros(many, dtype=np.int64),
    )
    _fate(bookings, scenario, stream)
    _grant(bookings, days, scenario.site.zones[number][1], stream.happens(scenario.warehouse.waits, many))
    return bookings


def _times(
    day: Numbers, days: Days, scenario: Scenario, length: float, sigma: float, lead_h: float, stream: Stream
) -> tuple[Moments, Moments, Moments]:
    many = len(day)
    start = days.midnights[day] + 8 * HOUR + stream.draw.integers(0, 22, many) * 1800
    lead = stream.hours(lead_h, scenario.warehouse.lead_sigma, many) + HOUR
    lasts = np.maximum(seconds(24 * length * np.exp(sigma * stream.normal(many))), 6 * HOUR)
    order = np.argsort(start - lead, kind="stable")
    return (start - lead)[order], start[order], (start + lasts // HOUR * HOUR)[order]


def _fate(bookings: Bookings, scenario: Scenario, stream: Stream) -> None:
    """What becomes of each if there is room for it."""
    rules, many = scenario.warehouse, len(bookings)
    fate = stream.pick([rules.expired, rules.cancelled, rules.no_show, 1.0], many)
    lead = bookings.start - bookings.requested
    answered = np.minimum(stream.hours(rules.confirm_median_h, 0.8, many), lead * 2 // 3)
    at_once = np.isin(bookings.zone, (0, 4))
    expires = np.minimum(bookings.requested + 48 * HOUR, bookings.end)
    bookings.expired = np.where((fate == 0) & ~at_once, expires, NEVER)
    confirmed = bookings.requested + np.where(at_once, 0, answered)
    bookings.confirmed = np.where(bookings.expired < NEVER, NEVER, confirmed)
    rest = bookings.start - np.minimum(confirmed, bookings.start)
    given_up = confirmed + (rest * stream.draw.random(many)).astype(np.int64)
    bookings.cancelled = np.where((fate == 1) & (bookings.expired >= NEVER), given_up, NEVER)
    missed = np.minimum(bookings.start + 24 * HOUR, bookings.end)
    bookings.no_show = np.where(fate == 2, missed, NEVER)
    stays = (bookings.confirmed < NEVER) & (bookings.cancelled >= NEVER) & (bookings.no_show >= NEVER)
    length = bookings.end - bookings.start
    came = bookings.start + (np.minimum(length // 4, 4 * HOUR) * stream.draw.random(many)).astype(np.int64)
    bookings.checked_in = np.where(stays, came, NEVER)
    share = np.where(stream.happens(rules.early_out, many), stream.uniform(0.45, 0.99, many), 1.0)
    out = np.maximum(bookings.start + (length * share).astype(np.int64), came + HOUR)
    bookings.completed = np.where(stays, np.minimum(out, np.maximum(bookings.end, came + HOUR)), NEVER)


def half_day(moments: Moments, days: Days) -> Numbers:
    """The half-day (two a day, from the first midnight of ``days``) in which each moment falls."""
    day = days.index(moments)
    return day * 2 + (moments >= days.noons[day])


def _grant(bookings: Bookings, days: Days, capacity_m2: float, willing: Flags) -> None:
    """In the order they are asked, against the area free in every half-day.

    Who ends gives back every half-day that has not ended by then, as the terminal's own counters do.
    """
    used = np.zeros(2 * len(days) + 2, dtype=np.int64)
    room = int(capacity_m2 * 100)
    first, last = half_day(bookings.start, days), half_day(bookings.end - 1, days)
    over = bookings.over
    back_from = np.maximum(half_day(over, days), first)
    returns: list[tuple[int, int]] = []
    for each in range(len(bookings)):
        while returns and returns[0][0] <= bookings.requested[each]:
            _at, gone = heapq.heappop(returns)
            used[back_from[gone] : last[gone] + 1] -= bookings.area_dm2[gone]
        span = slice(first[each], last[each] + 1)
        if used[span].max(initial=0) + bookings.area_dm2[each] > room:
            _turn_away(bookings, each, bool(willing[each]))
            continue
        used[span] += bookings.area_dm2[each]
        heapq.heappush(returns, (int(over[each]), each))


def _turn_away(bookings: Bookings, each: int, waits: bool) -> None:
    for name in ("confirmed", "checked_in", "completed", "cancelled", "expired", "no_show"):
        getattr(bookings, name)[each] = NEVER
    bookings.waits[each] = waits
    if waits:
        bookings.expired[each] = bookings.start[each]
    else:
        bookings.rejected[each] = bookings.requested[each]


def _name_boxes(
    bookings: Bookings, scenario: Scenario, fetched: tuple[Numbers, Moments, Moments], stream: Stream
) -> None:
    """Part of the bookings in the unpacking zone are for a box that stands here: ready when asked for, and it waits."""
    stays, ready, out = fetched
    cfs = len(scenario.warehouse.wishes) - 1
    strips = stream.happens(scenario.warehouse.strip, len(bookings))
    wanted = (bookings.zone == cfs) & (bookings.confirmed < NEVER) & strips
    order = np.argsort(ready, kind="stable")
    place = np.searchsorted(ready[order], bookings.requested) - 1
    used: set[int] = set()
    for booking in np.flatnonzero(wanted & (place >= 0)):
        for back in range(int(place[booking]), max(int(place[booking]) - 150, -1), -1):
            box = int(order[back])
            if box not in used and out[box] > bookings.end[booking]:
                used.add(box)
                bookings.stay[booking] = stays[box]
                break
