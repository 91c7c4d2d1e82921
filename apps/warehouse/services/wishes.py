"""What is asked of the warehouse, held against what it can do: its time, its zone, its goods, its box; and who asks."""

from collections.abc import Callable
from datetime import datetime
from decimal import ROUND_UP, Decimal
from typing import Any

from apps.common.integrity import refusals
from apps.parties.actors import Actor, NotYours
from apps.parties.models import Party
from apps.warehouse.models import Booking, Zone
from apps.warehouse.selectors import next_starts, require_time, times_of, visits_worth_a_booking, why_closed
from terminal.capacity import Stay
from terminal.errors import Malformed, Refused, gettext_noop
from terminal.moments import utc

SMALLEST_M2 = Decimal("0.01")
RIGHT = "warehouse.change_booking"


class NoRoom(Refused):
    """The zone is open, but full for some of the time asked for."""

    message = gettext_noop("%(zone)s has no %(area_m2)s m² free for the whole time: %(free_m2)s m² are free.")


class ZoneClosed(Refused):
    """The zone takes nothing in at the time asked for, however empty it is."""

    message = gettext_noop("%(zone)s is closed at that time: %(reason)s.")


class NoSuchContainer(Malformed):
    """No box of the party's is known here by that number; whether it is a stranger's is not said."""

    message = gettext_noop("For unpacking and stuffing, name a container of yours that is here or announced.")


class GoodsTooHigh(Malformed):
    """The goods are higher than the zone."""

    message = gettext_noop("Goods of %(height_m)s m do not stand in %(zone)s, which is %(zone_height_m)s m high.")


class GoodsTooHeavy(Malformed):
    """The goods weigh more on a square metre than the floor of the zone bears."""

    message = gettext_noop("The floor of %(zone)s bears %(floor_load_t_per_m2)s t/m², not %(load_t_per_m2)s.")


def stay_of(start_at: datetime, end_at: datetime, area_m2: Decimal) -> Stay:
    """The wish in UTC, its area rounded up to 0.01 m². Raises ``EmptyStay`` and ``NaiveTime``."""
    stay = Stay(start_at, end_at, area_m2)
    return Stay(utc(stay.start), utc(stay.end), stay.amount.quantize(SMALLEST_M2, ROUND_UP))


def require_bookable(wish: Booking, stay: Stay, by: Actor, at: datetime, *, advised: bool = False) -> None:
    """Raise what stands against the wish, but for want of room. ``advised``: its boxes are advised with it."""
    require_may_book(by, wish.party, wish.zone)
    require_time(wish.zone, stay, at)
    require_goods(wish)
    _require_box(wish, at, advised=advised)
    require_open(wish.zone, stay, at)


def require_may_book(by: Actor, party: Party, zone: Zone) -> None:
    """Raise ``NotYours`` unless the party itself asks, or staff who may book for others."""
    if by.party is None:
        by.require(RIGHT, zone.terminal)
    elif by.party.pk != party.pk:
        raise NotYours(right=RIGHT, terminal=zone.terminal.name)


def require_goods(wish: Booking) -> None:
    """Raise ``GoodsTooHigh`` or ``GoodsTooHeavy`` where the zone cannot take them; what nobody told is let in."""
    zone = wish.zone
    if wish.height_m and zone.height_m and wish.height_m > zone.height_m:
        raise GoodsTooHigh(zone=zone.code, height_m=str(wish.height_m), zone_height_m=str(zone.height_m))
    bears = zone.floor_load_t_per_m2
    if wish.load_t_per_m2 and bears and wish.load_t_per_m2 > bears:
        raise GoodsTooHeavy(zone=zone.code, load_t_per_m2=str(wish.load_t_per_m2), floor_load_t_per_m2=str(bears))


def _require_box(wish: Booking, at: datetime, *, advised: bool) -> None:
    if wish.visit is None and (advised or wish.work == Booking.Work.STORAGE.value):
        return
    theirs = visits_worth_a_booking(wish.party, wish.zone.terminal, at)
    if wish.visit is None or not theirs.filter(pk=wish.visit.pk).exists():
        raise NoSuchContainer()


def require_open(zone: Zone, stay: Stay, at: datetime) -> None:
    """Raise ``ZoneClosed``, with the next times that fit."""
    reason = why_closed(zone, stay.start, stay.end)
    if reason is not None:
        raise ZoneClosed(zone=zone.code, reason=reason, **_next(zone, stay, at))


def room_or_refusal(zone: Zone, stay: Stay, at: datetime, *, but: Booking | None = None) -> Any:
    """Run the block in a transaction; a half-day that overflows undoes it and raises ``NoRoom``.

    ``but``: the booking that is changed. See Note [The database counts] in ``half_days``.
    """
    if stay.amount > zone.capacity_m2:
        raise _no_room(zone, stay, at, but)()
    return refusals(half_day_is_not_overbooked=_no_room(zone, stay, at, but))


def _no_room(zone: Zone, stay: Stay, at: datetime, but: Booking | None) -> Callable[[], Refused]:
    return lambda: NoRoom(
        zone=zone.code,
        area_m2=str(stay.amount),
        free_m2=str(times_of([zone], stay.start, stay.end, but)[0].free_m2(stay.start, stay.end)),
        **_next(zone, stay, at, but),
    )


def _next(zone: Zone, stay: Stay, at: datetime, but: Booking | None = None) -> dict[str, Any]:
    starts = next_starts(zone, stay.amount, stay.end - stay.start, stay.start, at=at, but=but)
    told = [start.isoformat() for start in starts]
    return {"next_start_at": told[0] if told else None, "next_starts": told}
