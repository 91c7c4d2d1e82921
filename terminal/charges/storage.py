"""Storage of a box: free days, last free day, chargeable days by tiers, and the line a payer can recompute.

# Note [Which day is which]
The clock starts with an event, and the first day is the day of the site on which it happened or the next one. A day of
which pauses cover more than half is not counted: it is neither free nor charged, and moves no tier. Of the other days
the first so many (calendar or working days) are free; every day after the last of them is charged through the day of
the end, working day or not. A day is as long as the site's clocks make it, so that half of it may be 11½ or 12½ hours.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from terminal.charges.boxes import Box
from terminal.charges.calendars import DAY, WorkingCalendar
from terminal.charges.dates import FourDates, Override
from terminal.charges.lines import Event, Line, Part
from terminal.charges.money import times
from terminal.charges.rules import ClockStart, FreeDays, FreeTime, Tier, TierTable, Unit
from terminal.charges.tariffs import Tariff, TariffVersion
from terminal.errors import Malformed, gettext_noop
from terminal.moments import utc
from terminal.throughput import day_bounds, site_day

NO_TIME: Final = timedelta()
AS_OF: Final = "as-of"
"""The kind of an end that is none: the box stands there still, and somebody asks."""


class EmptyPause(Malformed):
    """A pause that ends before it begins."""

    message = gettext_noop("A pause from %(start)s to %(end)s is none: it ends after it begins.")


class EndBeforeClock(Malformed):
    """The stay ends before its clock starts."""

    message = gettext_noop("%(number)s: the clock starts at %(start)s, after the end of the stay at %(end)s.")


class WrongClockEvent(Malformed):
    """By the tariff another event starts the clock."""

    message = gettext_noop("The clock of %(number)s starts with %(expected)s by %(tariff)s, not with %(kind)s.")


class NoWorkingCalendar(Malformed):
    """Working days are to be counted, and nobody said which they are."""

    message = gettext_noop("%(tariff)s gives %(number)s working days free: say by which calendar.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Pause:
    """Time for which nobody pays: customs inspect the box, or the terminal is at fault. One that goes on ends now.

    Refuses ``EmptyPause`` and ``NaiveTime``.
    """

    starts_at: datetime
    ends_at: datetime
    reason: str

    def __post_init__(self) -> None:
        if utc(self.ends_at) <= utc(self.starts_at):
            raise EmptyPause(start=self.starts_at.isoformat(), end=self.ends_at.isoformat())


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """All that is known of a box's stay: from the event that starts the clock to its end (or ``as_of`` a moment)."""

    box: Box
    started: Event
    ended: Event
    pauses: tuple[Pause, ...] = ()
    override: Override | None = None
    guaranteed_through: date | None = None
    paid_through: date | None = None
    charged_through: date | None = None

    def __post_init__(self) -> None:
        if utc(self.ended.at) < utc(self.started.at):
            start, end = self.started.at.isoformat(), self.ended.at.isoformat()
            raise EndBeforeClock(number=self.box.number, start=start, end=end)


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """The days of one tier that are charged."""

    tier: Tier
    days: tuple[date, ...]


@dataclass(frozen=True, kw_only=True)
class StorageLine(Line):
    """Storage of one box, with everything it was computed from and every day by its fate.

    ``free_on``: the free days by the tariff, ``paused_on``: days that are not counted, ``chargeable_on``: all days
    that cost, ``steps``: those of them that are neither paid nor on an earlier line, by tiers.
    """

    standing: Standing
    calendar: WorkingCalendar | None
    rule: FreeTime
    free_on: tuple[date, ...]
    paused_on: tuple[date, ...]
    chargeable_on: tuple[date, ...]
    steps: tuple[Step, ...]
    dates: FourDates


def as_of(moment: datetime) -> Event:
    """The end of a stay that has none yet: charges as they are at a moment."""
    return Event(id="", kind=AS_OF, at=moment)


def clock_start(events: Iterable[Event], box: Box, tariff: Tariff, zone: ZoneInfo) -> Event | None:
    """The first event that starts the box's clock by the tariff of its own day; None: none has yet.

    Refuses ``NotInForce`` and ``NoRule``.
    """
    for event in sorted(events, key=lambda each: utc(each.at)):
        if tariff.on(site_day(event.at, zone)).free_time_for(box).clock_event == event.kind:
            return event
    return None


def charge_storage(
    standing: Standing, *, version: TariffVersion, zone: ZoneInfo, calendar: WorkingCalendar | None = None
) -> StorageLine:
    """Charge a stay by the tariff of the day on which its clock started. See Note [Which day is which].

    ``calendar``: needed where the tariff counts working days. Refuses ``NotInForce``, ``NoRule``,
    ``WrongClockEvent``, ``NoWorkingCalendar`` and ``DayNotInCalendar``.
    """
    rule = _rule(standing, version, zone)
    counting = _counting(rule, calendar, version, standing.box)
    paused = paused_days(standing.pauses, zone)
    first = first_day(standing.started.at, rule, zone)
    free = free_days(first, rule, paused, counting)
    dates = _dates(standing, first, free)
    out = site_day(standing.ended.at, zone)
    last = max(out, dates.calculated_on or out)
    chargeable = tuple(day for day in _days(dates.chargeable_from, out) if day not in paused)
    steps = tuple(_steps(chargeable, version.tiers_for(standing.box), dates))
    return StorageLine(
        what=standing.box.number,
        unit=Unit.TEU_DAY,
        version=version,
        zone=zone,
        events=tuple(each for each in (standing.started, standing.ended) if each.kind != AS_OF),
        parts=tuple(Part(quantity=times(Decimal(len(s.days)), standing.box.teu), rate=s.tier.rate) for s in steps),
        standing=standing,
        calendar=counting,
        rule=rule,
        free_on=free,
        paused_on=tuple(day for day in sorted(paused) if first <= day <= last),
        chargeable_on=chargeable,
        steps=steps,
        dates=dates,
    )


def first_day(started_at: datetime, rule: FreeTime, zone: ZoneInfo) -> date:
    """The first day that the clock counts."""
    day = site_day(started_at, zone)
    return day if rule.starts is ClockStart.SAME_DAY else day + DAY


def free_days(
    first: date, rule: FreeTime, paused: frozenset[date], calendar: WorkingCalendar | None = None
) -> tuple[date, ...]:
    """The free days from ``first`` on; the last of them is the last free day. ``calendar`` for working days only."""
    found: list[date] = []
    day = first
    while len(found) < rule.days:
        if day not in paused and (calendar is None or calendar.is_working(day)):
            found.append(day)
        day += DAY
    return tuple(found)


def paused_days(pauses: Iterable[Pause], zone: ZoneInfo) -> frozenset[date]:
    """The days of the site of which pauses together cover more than half; where two overlap, it counts once."""
    paused: set[date] = set()
    covered: dict[date, timedelta] = {}
    for start, end in _merged(pauses):
        for day in _days(site_day(start, zone), site_day(end, zone)):
            begins, over = day_bounds(day, zone)
            within = max(NO_TIME, min(end, over) - max(start, begins))
            covered[day] = covered.get(day, NO_TIME) + within
            if 2 * covered[day] > over - begins:
                paused.add(day)
    return frozenset(paused)


def _merged(pauses: Iterable[Pause]) -> list[tuple[datetime, datetime]]:
    merged: list[tuple[datetime, datetime]] = []
    for start, end in sorted((utc(each.starts_at), utc(each.ends_at)) for each in pauses):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _days(first: date, last: date) -> list[date]:
    start = first.toordinal()
    return [date.fromordinal(day) for day in range(start, last.toordinal() + 1)]


def _rule(standing: Standing, version: TariffVersion, zone: ZoneInfo) -> FreeTime:
    version.require_in_force(site_day(standing.started.at, zone))
    rule = version.free_time_for(standing.box)
    if rule.clock_event != standing.started.kind:
        raise WrongClockEvent(
            number=standing.box.number,
            expected=rule.clock_event,
            tariff=version.name,
            kind=standing.started.kind,
        )
    return rule


def _counting(
    rule: FreeTime, calendar: WorkingCalendar | None, version: TariffVersion, box: Box
) -> WorkingCalendar | None:
    """The calendar that is used; None: the tariff counts calendar days."""
    if rule.counted is FreeDays.CALENDAR:
        return None
    if calendar is None:
        raise NoWorkingCalendar(tariff=version.name, number=box.number)
    return calendar


def _dates(standing: Standing, first: date, free: tuple[date, ...]) -> FourDates:
    return FourDates(
        first_on=first,
        calculated_on=free[-1] if free else None,
        override=standing.override,
        guaranteed_through=standing.guaranteed_through,
        paid_through=standing.paid_through,
        charged_through=standing.charged_through,
    )


def _steps(chargeable: tuple[date, ...], table: TierTable, dates: FourDates) -> Iterator[Step]:
    for tier, end in table.spans():
        days = chargeable[tier.from_day - 1 : None if end is None else end - 1]
        charged = tuple(day for day in days if not dates.is_charged(day))
        if charged:
            yield Step(tier=tier, days=charged)
