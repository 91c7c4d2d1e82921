"""Questions about room in the warehouse: what is free, and how full it is."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import F, FilteredRelation, Min, Q, QuerySet

from apps.calls.models import Call
from apps.containers.models import Visit
from apps.network.models import Terminal
from apps.parties.models import Party
from apps.warehouse.models import Booking, Closure, HalfDay, PartyInZone, Zone
from terminal import capacity
from terminal.capacity import Stay
from terminal.errors import Malformed, gettext_noop
from terminal.lifecycle import ON_SITE, Phase, VisitState
from terminal.throughput import Mode

NOTHING = Decimal(0)
WORTH_A_BOOKING = [VisitState.ADVISED.value, VisitState.ACTIVE.value]


EXPECTED = [Phase.SCHEDULED.value, Phase.ANNOUNCED.value, *sorted(ON_SITE)]
"""Calls by which a box may still come."""


class InThePast(Malformed):
    """The stay would begin before the present half-day of the site, or is over already."""

    message = gettext_noop("The stay from %(start_at)s to %(end_at)s lies in the past.")


class TooFarAhead(Malformed):
    """The stay would end after the last day that can be booked."""

    message = gettext_noop("A stay can be booked %(horizon_days)s days ahead; it must end before %(latest_end_at)s.")


class NoSuchZone(Malformed):
    """The terminal has no zone of that code."""

    message = gettext_noop("There is no warehouse zone %(zone)s here.")


class NoSuchCall(Malformed):
    """No carrier that still brings anything."""

    message = gettext_noop("No train, ship or barge %(id)s is to come or is here.")


def require_zone(terminal: Terminal, code: str) -> Zone:
    """The zone of that code. Raises ``NoSuchZone``."""
    found = Zone.objects.select_related("terminal").filter(terminal=terminal, code=code).first()
    if found is None:
        raise NoSuchZone(zone=code)
    return found


def require_call(terminal: Terminal, public_id: UUID) -> Call:
    """The train, ship or barge that is to come or is here. Raises ``NoSuchCall``."""
    expected = Call.objects.filter(terminal=terminal, phase__in=EXPECTED).exclude(mode=Mode.ROAD.value)
    found = expected.filter(public_id=public_id).first()
    if found is None:
        raise NoSuchCall(id=str(public_id))
    return found


def require_time(zone: Zone, stay: Stay, at: datetime) -> None:
    """Raise ``InThePast`` or ``TooFarAhead`` unless the stay lies from the present half-day to the zone's horizon."""
    site = zone.terminal.zone
    begun = capacity.half_day_bounds(capacity.half_day_at(at, site), site)[0]
    if stay.start < begun or stay.end <= at:
        raise InThePast(start_at=stay.start.isoformat(), end_at=stay.end.isoformat())
    latest = at + timedelta(days=zone.horizon_days)
    if stay.end > latest:
        raise TooFarAhead(horizon_days=zone.horizon_days, latest_end_at=latest.isoformat())


def visits_worth_a_booking(party: Party, terminal: Terminal, at: datetime) -> QuerySet[Visit]:
    """The party's boxes that are here or announced, those that are here first."""
    theirs = Visit.objects.seen_by(party, at).filter(terminal=terminal, state__in=WORTH_A_BOOKING)
    return theirs.select_related("container").order_by("state", "pk")


def touched(zone: Zone, start: datetime, end: datetime) -> list[capacity.HalfDay]:
    """The half-days of the site a stay in the zone holds, in order. Raises ``EmptyStay``."""
    return capacity.half_days(start, end, zone.terminal.zone)


def within(half_days: list[capacity.HalfDay]) -> Q:
    """The counters from the first to the last of consecutive half-days."""
    first, last = half_days[0], half_days[-1]
    return (
        Q(on__gte=first.day, on__lte=last.day)
        & ~Q(on=first.day, half__lt=first.half)
        & ~Q(on=last.day, half__gt=last.half)
    )


def free_area(zone: Zone, start: datetime, end: datetime) -> Decimal:
    """The m² free in every half-day from ``start`` to ``end``; never below zero. Raises ``EmptyStay``."""
    counted = zone.half_days.filter(within(touched(zone, start, end)))
    least = counted.aggregate(least=Min(F("capacity_m2") - F("used_m2")))["least"]
    return zone.capacity_m2 if least is None else max(NOTHING, min(least, zone.capacity_m2))


def stays(zone: Zone, since: datetime) -> list[Stay]:
    """What the zone's bookings hold after ``since``: their areas, widened to the half-days they take."""
    held = zone.bookings.holding_space().filter(end_at__gt=since - timedelta(hours=12))
    return [_widened(zone, booking) for booking in held.only("start_at", "end_at", "area_m2", "status")]


def _widened(zone: Zone, booking: Booking) -> Stay:
    taken, site = touched(zone, booking.start_at, booking.end_at), zone.terminal.zone
    start, end = capacity.half_day_bounds(taken[0], site)[0], capacity.half_day_bounds(taken[-1], site)[1]
    return Stay(start, end, booking.area_m2)


def confirms_at_once(zone: Zone, party: Party) -> bool:
    """Whether the terminal confirms the party at once in the zone: a word on the party goes before one on the zone."""
    word = PartyInZone.objects.filter(zone=zone, party=party).values_list("confirms_at_once", flat=True).first()
    return zone.confirms_at_once if word is None else word


def closure_in(zone: Zone, start: datetime, end: datetime) -> Closure | None:
    """The first closure that shares time with the window."""
    return zone.closures.filter(start_at__lt=end, end_at__gt=start).order_by("start_at").first()


@dataclass(frozen=True, slots=True)
class ZoneUse:
    """How much of a zone is held in one half-day, in m². ``usable_m2`` is without overbooking."""

    zone_id: int
    code: str
    name: str
    kind: str
    held_m2: Decimal
    usable_m2: Decimal
    free_m2: Decimal


def utilisation(terminal: Terminal, at: datetime) -> list[ZoneUse]:
    """The m² held now in each zone in operation, by code."""
    now = capacity.half_day_at(at, terminal.zone)
    present = FilteredRelation("half_days", condition=Q(half_days__on=now.day, half_days__half=now.half))
    zones = Zone.objects.filter(terminal=terminal, active=True).annotate(now=present).order_by("code")
    return [_use(zone) for zone in zones.annotate(held_m2=F("now__used_m2"))]


def _use(zone: Any) -> ZoneUse:
    held = zone.held_m2 or NOTHING
    free = max(NOTHING, zone.capacity_m2 - held)
    return ZoneUse(zone.pk, zone.code, zone.name, zone.kind, held, zone.usable_m2, free)


def why_closed(zone: Zone, start: datetime, end: datetime) -> str | None:
    """Why the zone takes no stay at that time: a closure's reason, ``outside-opening-hours``, ``not-in-operation``."""
    if not (zone.active and zone.terminal.active):
        return "not-in-operation"
    if closure := closure_in(zone, start, end):
        return closure.reason
    return None if zone.takes_in_at(start) else "outside-opening-hours"


@dataclass(frozen=True, slots=True)
class Occupancy:
    """One half-day of a zone: m² held of m² that may be booked."""

    half_day: capacity.HalfDay
    used_m2: Decimal
    capacity_m2: Decimal

    @property
    def free_m2(self) -> Decimal:
        """What may still be booked."""
        return self.capacity_m2 - self.used_m2


def occupancy(zone: Zone, first: date, days: int) -> list[Occupancy]:
    """Every half-day of ``days`` days from ``first`` on, with nothing held where nothing is counted."""
    counted = zone.half_days.filter(on__gte=first, on__lt=first + timedelta(days=days))
    known = {(row.on, row.half): row for row in counted}
    wanted = [capacity.HalfDay(first + timedelta(days=n), half) for n in range(days) for half in (0, 1)]
    return [_occupied(zone, each, known.get((each.day, each.half))) for each in wanted]


def _occupied(zone: Zone, half_day: capacity.HalfDay, row: HalfDay | None) -> Occupancy:
    if row is None:
        return Occupancy(half_day, NOTHING, zone.capacity_m2)
    return Occupancy(half_day, row.used_m2, row.capacity_m2)


def most_held(zone: Zone, at: datetime) -> tuple[Decimal, HalfDay | None]:
    """The most m² held in any half-day from the present one on, and which it is."""
    now = capacity.half_day_at(at, zone.terminal.zone)
    ahead = zone.half_days.filter(on__gte=now.day).exclude(on=now.day, half__lt=now.half)
    fullest = ahead.order_by("-used_m2", "on", "half").first()
    return (fullest.used_m2, fullest) if fullest else (NOTHING, None)
