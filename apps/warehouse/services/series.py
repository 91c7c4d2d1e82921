"""Bookings that come again: made day by day in one transaction, with a report of which days failed and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.db.models import F

from apps.common.numbers import next_number
from apps.parties.actors import Actor
from apps.parties.models import Party
from apps.warehouse.models import Booking, BookingSeries, Zone
from apps.warehouse.selectors import InThePast, TooFarAhead
from apps.warehouse.services.booking import book_space
from apps.warehouse.services.steps import cancel_booking
from apps.warehouse.services.wishes import require_may_book
from terminal import recurring
from terminal.errors import Malformed, Refused, gettext_noop
from terminal.lifecycle import BOOKING, BookingStatus
from terminal.moments import utc
from terminal.throughput import site_day

MOST_DAYS: Final = 200
NOT_BEGUN: Final = BOOKING.sources(BookingStatus.CANCELLED.value)
"""Bookings of a series that end with it."""


class NoDays(Malformed):
    """None of the weekdays falls between the first and the last day."""

    message = gettext_noop("No such weekday lies from %(first_on)s to %(last_on)s.")


class TooManyDays(Malformed):
    """More bookings than one series may have."""

    message = gettext_noop("That would be %(days)s bookings; a series has at most %(most)s. End it earlier.")


class SeriesDoesNotFit(Refused):
    """Some of the days cannot be booked, and all or none were asked for; or none can. ``refused`` says why, by day."""

    message = gettext_noop("%(failed)s of %(days)s days cannot be booked; nothing was booked.")


@dataclass(frozen=True)
class SeriesDay:
    """What became of one day of a series: a booking, or the refusal."""

    on: date
    start_at: datetime
    end_at: datetime
    booking: Booking | None = None
    refusal: Refused | None = None


@transaction.atomic
def book_series(
    *,
    zone: Zone,
    party: Party,
    area_m2: Decimal,
    weekdays: Sequence[int],
    from_clock: time,
    duration_minutes: int,
    first_on: date,
    last_on: date,
    by: Actor,
    at: datetime,
    every_weeks: int = 1,
    all_or_none: bool = True,
    goods: str = "",
    reference: str = "",
) -> tuple[BookingSeries, list[SeriesDay]]:
    """Book the same area on every one of these days; the series, and what became of each day.

    ``weekdays``: 1 Monday to 7 Sunday. ``all_or_none`` False: those that fit. Each day is held as ``book_space`` holds
    it, in time order. Raises ``NoDays``, ``TooManyDays``, ``InThePast`` and ``TooFarAhead`` (all of it), ``NotYours``,
    and ``SeriesDoesNotFit`` with the days that do not and why (``refused``) when all were wanted, or when none fits.
    """
    require_may_book(by, party, zone)
    days = _days(first_on, last_on, weekdays, every_weeks)
    _require_within(zone, first_on, last_on, at)
    series = BookingSeries.objects.create(
        terminal=zone.terminal, number=next_number("WS", at), zone=zone, party=party, area_m2=area_m2,
        weekdays=sorted(set(weekdays)), every_weeks=every_weeks, from_clock=from_clock,
        duration_minutes=duration_minutes, first_on=first_on, last_on=last_on, goods=goods, reference=reference,
        requested_at=at, requested_by=by.label,
    )  # fmt: skip
    booked = [_book(series, day, by, at) for day in days]
    refused = [each for each in booked if each.booking is None]
    if refused and (all_or_none or len(refused) == len(booked)):
        raise SeriesDoesNotFit(days=len(booked), failed=len(refused), refused=[_told(each) for each in refused])
    return series, booked


def _days(first_on: date, last_on: date, weekdays: Sequence[int], every_weeks: int) -> list[date]:
    many = recurring.how_many(first_on, last_on, weekdays, every_weeks)
    if not many:
        raise NoDays(first_on=first_on.isoformat(), last_on=last_on.isoformat())
    if many > MOST_DAYS:
        raise TooManyDays(days=many, most=MOST_DAYS)
    return list(recurring.days(first_on, last_on, weekdays, every_weeks))


def _require_within(zone: Zone, first_on: date, last_on: date, at: datetime) -> None:
    """Raise ``InThePast`` or ``TooFarAhead`` where not one of the days can be booked."""
    latest = at + timedelta(days=zone.horizon_days)
    if last_on < site_day(at, zone.terminal.zone):
        raise InThePast(start_at=first_on.isoformat(), end_at=last_on.isoformat())
    if first_on > site_day(latest, zone.terminal.zone):
        raise TooFarAhead(horizon_days=zone.horizon_days, latest_end_at=latest.isoformat())


def _book(series: BookingSeries, on: date, by: Actor, at: datetime) -> SeriesDay:
    begins, site = datetime.combine(on, series.from_clock), series.terminal.zone
    ends = begins + timedelta(minutes=series.duration_minutes)
    start_at, end_at = (utc(each.replace(tzinfo=site)) for each in (begins, ends))
    try:
        booking = book_space(
            zone=series.zone, party=series.party, area_m2=series.area_m2, start_at=start_at, end_at=end_at,
            goods=series.goods, reference=series.reference, series=series, by=by, at=at,
        )  # fmt: skip
    except Refused as refusal:
        return SeriesDay(on, start_at, end_at, refusal=refusal)
    return SeriesDay(on, start_at, end_at, booking=booking)


def _told(day: SeriesDay) -> dict[str, Any]:
    """One refused day for a program."""
    assert day.refusal is not None
    return {"on": day.on.isoformat(), "code": day.refusal.code(), **day.refusal.facts}


@transaction.atomic
def cancel_series(series: BookingSeries, *, by: Actor, at: datetime, reason: str = "") -> list[Booking]:
    """Give up every booking of the series whose goods have not come and whose time is not over, in time order.

    Those that were given up now. Cancelled already: nothing more happens. Raises ``NotYours``.
    """
    require_may_book(by, series.party, series.zone)
    left = series.bookings.filter(status__in=NOT_BEGUN, end_at__gt=at)
    in_order = left.select_related("zone__terminal", "terminal", "party", "visit__container").order_by("start_at", "pk")
    given_up = [cancel_booking(each, by=by, at=at, reason=reason) for each in in_order]
    open_still = BookingSeries.objects.filter(pk=series.pk, cancelled_at=None)
    open_still.update(cancelled_at=at, version=F("version") + 1)
    series.refresh_from_db()
    return given_up
