"""A zone's area: what was booked in it is never taken away from under a booking."""

from datetime import datetime
from decimal import Decimal

from django.db.models import F, Q, QuerySet

from apps.common.integrity import refusals
from apps.parties.actors import Actor
from apps.warehouse.models import HalfDay, Zone
from apps.warehouse.selectors import most_held
from terminal.capacity import half_day_at
from terminal.errors import Refused, gettext_noop


class AreaIsBooked(Refused):
    """More is booked in some half-day to come than the zone would have."""

    message = gettext_noop(
        "%(held_m2)s m² of %(zone)s are booked for %(half_day)s; it cannot have only %(wanted_m2)s m²."
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
    return AreaIsBooked(
        zone=zone.code, held_m2=str(held), half_day=str(half_day or "—"), wanted_m2=str(wanted.capacity_m2)
    )
