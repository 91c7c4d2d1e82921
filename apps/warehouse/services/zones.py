"""A zone's area: what was booked in it is never taken away from under a booking."""

from datetime import datetime
from decimal import Decimal
from typing import Final

from django.db.models import F, Q, QuerySet

from apps.common.integrity import refusals
from apps.parties.actors import Actor
from apps.warehouse.models import HalfDay, Zone
from apps.warehouse.selectors import most_held
from terminal import capacity
from terminal.capacity import half_day_at, half_day_bounds
from terminal.errors import Refused, gettext_noop

BOOKINGS_NAMED: Final = 10


class AreaIsBooked(Refused):
    """More is booked in some half-day to come than the zone would have."""

    message = gettext_noop(
        "%(held_m2)s m² of %(zone)s are booked for %(half_day)s; it cannot have only %(wanted_m2)s m². "
        "Bookings: %(named)s."
    )


def resize_zone(zone: Zone, *, usable_m2: Decimal, overbooking_percent: Decimal, by: Actor, at: datetime) -> Zone:
    """Give the zone another area, from the present half-day of the site on. Raises ``AreaIsBooked``, ``NotYours``.

    The counters are locked in time order, as bookings lock them: nobody waits in a circle.
    """
    by.require("warehouse.change_zone", zone.terminal)
    wanted = Zone(usable_m2=usable_m2, overbooking_percent=overbooking_percent)
    with refusals(half_day_is_not_overbooked=lambda: _booked(zone, wanted, at)):
        changed = {"usable_m2": usable_m2, "overbooking_percent": overbooking_percent}
        Zone.objects.filter(pk=zone.pk).update(**changed, version=F("version") + 1)
        counters = _from_now_on(zone, at)
        list(counters.order_by("on", "half").select_for_update(no_key=True).values_list("pk"))
        counters.update(capacity_m2=wanted.capacity_m2)
    zone.refresh_from_db()
    return zone


def require_area(zone: Zone, *, usable_m2: Decimal, overbooking_percent: Decimal, at: datetime) -> None:
    """Raise ``AreaIsBooked`` when more is booked than that, as far as can be said without the lock."""
    wanted = Zone(usable_m2=usable_m2, overbooking_percent=overbooking_percent)
    if most_held(zone, at)[0] > wanted.capacity_m2:
        raise _booked(zone, wanted, at)


def _from_now_on(zone: Zone, at: datetime) -> QuerySet[HalfDay]:
    now = half_day_at(at, zone.terminal.zone)
    return HalfDay.objects.filter(zone=zone, on__gte=now.day).exclude(Q(on=now.day, half__lt=now.half))


def _booked(zone: Zone, wanted: Zone, at: datetime) -> AreaIsBooked:
    held, half_day = most_held(zone, at)
    numbers = _numbers(zone, half_day) if half_day else []
    more = max(0, len(numbers) - BOOKINGS_NAMED)
    named = ", ".join(numbers[:BOOKINGS_NAMED]) + (f" +{more}" if more else "")
    return AreaIsBooked(
        zone=zone.code, held_m2=str(held), half_day=str(half_day or "—"), wanted_m2=str(wanted.capacity_m2),
        bookings=numbers[:BOOKINGS_NAMED], more=more, named=named,
    )  # fmt: skip


def _numbers(zone: Zone, counted: HalfDay) -> list[str]:
    """The bookings that hold area in the half-day, the largest first."""
    half_day = capacity.HalfDay(counted.on, 1 if counted.half else 0)
    within = zone.bookings.holding_space().overlapping(*half_day_bounds(half_day, zone.terminal.zone))
    return list(within.order_by("-area_m2", "pk").values_list("number", flat=True))
