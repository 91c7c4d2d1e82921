"""Free times at the dock doors, how long work takes there, and a day's plan."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db.models import F, Q

from apps.network.models import Terminal
from apps.parties.rows import everybodys_rows
from apps.warehouse.models import Closure, DockAppointment, DockDoor, DockDuration, Zone
from terminal import docks
from terminal.capacity import Window
from terminal.errors import Malformed, gettext_noop
from terminal.moments import utc
from terminal.throughput import site_day

DAYS_SEARCHED: Final = 14
TIMES_TOLD: Final = 3


class NoDuration(Malformed):
    """Nobody has said how long that work takes."""

    message = gettext_noop("Nobody has said how long “%(work)s, %(handover)s” takes at a door here: ask the terminal.")


class NoSuchDoor(Malformed):
    """The terminal has no such door in operation, or none at which that work is done."""

    message = gettext_noop("There is no door %(door)s in operation here at which %(work)s is done.")


@dataclass(frozen=True, slots=True)
class FreeTime:
    """A time in which a door is free and its zone open. An appointment fits if it begins by ``latest_start_at``."""

    door: DockDoor
    start_at: datetime
    end_at: datetime
    latest_start_at: datetime


@dataclass(frozen=True, slots=True)
class DoorTime:
    """A start at which an appointment fits at a door."""

    door: str
    start_at: datetime


def dock_duration(terminal: Terminal, work: str, handover: str, length_ft: int | None = None) -> timedelta:
    """How long it takes, for that length of container where that is told. Raises ``NoDuration``."""
    rows = DockDuration.objects.filter(terminal=terminal, work=work, handover=handover)
    fitting = rows.filter(Q(length_ft=None) | Q(length_ft=length_ft)).order_by(F("length_ft").asc(nulls_last=True))
    row = fitting.first()
    if row is None:
        raise NoDuration(work=work, handover=handover)
    return timedelta(minutes=row.minutes)


def doors_for(terminal: Terminal, work: str, *, zone: Zone | None = None, door: str | None = None) -> list[DockDoor]:
    """The doors in operation at which that work is done, by code. Raises ``NoSuchDoor`` when there is none."""
    rows = DockDoor.objects.filter(terminal=terminal, active=True, zone__active=True).select_related("zone__terminal")
    rows = rows.filter(Q(serves=[]) | Q(serves__contains=[work]))
    if zone is not None:
        rows = rows.filter(zone=zone)
    if door is not None:
        rows = rows.filter(code=door)
    found = list(rows.order_by("code"))
    if not found:
        raise NoSuchDoor(door=door or "—", work=work)
    return found


def open_windows(zone: Zone, since: datetime, until: datetime) -> list[Window]:
    """When the zone is open between the two moments, in UTC and in order; day and night is one window."""
    site = zone.terminal.zone
    day, windows = since.astimezone(site).date() - timedelta(days=1), list[Window]()
    while day <= until.astimezone(site).date():
        start, end = _hours(zone, day)
        start, end = max(start, utc(since)), min(end, utc(until))
        if start < end and day.isoweekday() not in zone.closed_weekdays:
            if windows and windows[-1][1] == start:
                start = windows.pop()[0]
            windows.append((start, end))
        day += timedelta(days=1)
    return windows


def _hours(zone: Zone, day: date) -> Window:
    opens, closes = zone.opens_at, zone.closes_at
    if opens is None or closes is None or opens == closes:
        opens = closes = time.min
    last = day if opens < closes else day + timedelta(days=1)
    site = zone.terminal.zone
    return utc(datetime.combine(day, opens, site)), utc(datetime.combine(last, closes, site))


@everybodys_rows()
def free_at_doors(
    doors: Sequence[DockDoor], since: datetime, until: datetime, *, but: DockAppointment | None = None
) -> dict[int, list[Window]]:
    """When each door is free and its zone open, by the door's key. Two queries. ``but``: as if not booked."""
    appointments = DockAppointment.objects.holding_door().overlapping(since, until).filter(door__in=doors)
    taken: dict[int, list[Window]] = {door.pk: [] for door in doors}
    for door, start, end in appointments.exclude(pk=but.pk if but else 0).values_list("door_id", "start_at", "end_at"):
        taken[door].append((start, end))
    zones = {door.zone_id: door.zone for door in doors}
    closed: dict[int, list[Window]] = {pk: [] for pk in zones}
    closures = Closure.objects.filter(zone__in=zones, start_at__lt=until, end_at__gt=since)
    for zone, start, end in closures.values_list("zone_id", "start_at", "end_at"):
        closed[zone].append((start, end))
    opened = {pk: open_windows(zone, since, until) for pk, zone in zones.items()}
    return {door.pk: docks.free_windows(opened[door.zone_id], taken[door.pk] + closed[door.zone_id]) for door in doors}


def free_dock_times(doors: Sequence[DockDoor], duration: timedelta, day: date, *, at: datetime) -> list[FreeTime]:
    """The free times of a day of the site at these doors that are long enough, from now on and as far ahead as doors
    are booked, by door and time.
    """
    site = doors[0].zone.terminal.zone
    latest = at + timedelta(days=max(door.zone.horizon_days for door in doors))
    if not site_day(at, site) <= day <= site_day(latest, site):
        return []
    since, until = (utc(datetime.combine(each, time.min, site)) for each in (day, day + timedelta(days=1)))
    since = max(since, at)
    if since >= until:
        return []
    free = free_at_doors(doors, since, until)
    return [
        FreeTime(door, start, end, end - duration)
        for door in doors
        for start, end in free[door.pk]
        if end - start >= duration
    ]


def next_dock_times(
    doors: Sequence[DockDoor],
    duration: timedelta,
    not_before: datetime,
    *,
    at: datetime,
    but: DockAppointment | None = None,
) -> list[DoorTime]:
    """The next starts at which the work fits at these doors, in each free time the earliest, within two weeks."""
    since = max(not_before, at)
    free = free_at_doors(doors, since, since + timedelta(days=DAYS_SEARCHED), but=but)
    return sorted(_starts(doors, free, duration, since), key=lambda each: (each.start_at, each.door))[:TIMES_TOLD]


def _starts(
    doors: Iterable[DockDoor], free: dict[int, list[Window]], duration: timedelta, since: datetime
) -> Iterator[DoorTime]:
    for door in doors:
        yield from (DoorTime(door.code, start) for start in docks.starts(free[door.pk], duration, since))


@dataclass(frozen=True, slots=True)
class DoorDay:
    """A door on one day of the site: its appointments, and when its zone is closed."""

    door: DockDoor
    appointments: Sequence[DockAppointment]
    closed: Sequence[Window]


def dock_day(terminal: Terminal, day: date, *, hidden: Collection[str] = ()) -> list[DoorDay]:
    """Every door in operation, by zone and code, with the appointments of the day whose status is not ``hidden``."""
    site = terminal.zone
    since, until = (utc(datetime.combine(each, time.min, site)) for each in (day, day + timedelta(days=1)))
    doors = list(
        DockDoor.objects.filter(terminal=terminal, active=True)
        .select_related("zone__terminal")
        .order_by("zone__code", "code")
    )
    told = DockAppointment.objects.overlapping(since, until).filter(door__in=doors).exclude(status__in=list(hidden))
    by_door: dict[int, list[DockAppointment]] = {door.pk: [] for door in doors}
    for each in told.select_related("party", "visit__container", "booking").order_by("start_at", "pk"):
        by_door[each.door_id].append(each)
    zones = {door.zone_id: door.zone for door in doors}
    closed = {pk: _closed(zone, since, until) for pk, zone in zones.items()}
    return [DoorDay(door, by_door[door.pk], closed[door.zone_id]) for door in doors]


def _closed(zone: Zone, since: datetime, until: datetime) -> list[Window]:
    closures = zone.closures.filter(start_at__lt=until, end_at__gt=since).values_list("start_at", "end_at")
    shut = docks.free_windows([(since, until)], open_windows(zone, since, until))
    return sorted([*shut, *((max(since, start), min(until, end)) for start, end in closures)])
