"""A booking as its source tells it, and the status it has come to."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from apps.warehouse.models import Booking, Zone
from terminal.lifecycle import HOLDING_SPACE, BookingStatus

_S = BookingStatus


@dataclass(frozen=True, slots=True)
class ReportedBooking:
    """A booking that a source reports: each step by its time, which is None while it has not been taken.

    ``reference`` is unique at the source, ``zone`` and ``party`` are codes; ``visit`` is the reference
    ("NUMBER/VEHICLE") under which the same source reported the visit, or "". ``waiting``: it joined the waiting list;
    unless it was confirmed, it never got room. ``reason`` is that of the cancellation or rejection.
    """

    reference: str
    zone: str
    party: str
    area_m2: Decimal
    start_at: datetime
    end_at: datetime
    requested_at: datetime
    work: str = Booking.Work.STORAGE.value
    visit: str = ""
    goods: str = ""
    confirmed_at: datetime | None = None
    checked_in_at: datetime | None = None
    completed_at: datetime | None = None
    cancelled_at: datetime | None = None
    rejected_at: datetime | None = None
    expired_at: datetime | None = None
    no_show_at: datetime | None = None
    waiting: bool = False
    reason: str = ""


BACKWARDS: Final = (
    _S.COMPLETED, _S.NO_SHOW, _S.CANCELLED, _S.REJECTED, _S.EXPIRED, _S.CHECKED_IN, _S.CONFIRMED,
)  # fmt: skip
"""Every status but the first, the last of the lifecycle first. Each has its time: ``checked_in``, ``checked_in_at``."""

WITH_REASON: Final = {_S.CANCELLED, _S.REJECTED}
"""The statuses that a booking keeps a reason with."""


def first_status(told: ReportedBooking, zone: Zone) -> BookingStatus:
    """What its request made it at once."""
    if told.waiting:
        return _S.WAITING
    at_once = zone.confirms_at_once and told.confirmed_at == told.requested_at
    return _S.CONFIRMED if at_once else _S.REQUESTED


def standing(told: ReportedBooking, zone: Zone) -> BookingStatus:
    """The status of the last step that was taken, in the order of the lifecycle."""
    return next((status for status in BACKWARDS if _at(told, status) is not None), first_status(told, zone))


def ended_at(told: ReportedBooking) -> datetime | None:
    """When it gave back what was left of its area; None while it may hold some."""
    ends = (status for status in BACKWARDS if status not in HOLDING_SPACE)
    return next((at for at in (_at(told, status) for status in ends) if at is not None), None)


def got_room(told: ReportedBooking) -> bool:
    """Whether it ever held its area."""
    return not told.waiting or bool(told.confirmed_at or told.checked_in_at)


def _at(told: ReportedBooking, status: BookingStatus) -> datetime | None:
    at: datetime | None = getattr(told, f"{status.value}_at")
    return at
