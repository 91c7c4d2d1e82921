"""The counters of the half-days: the database keeps them; here is when a booking gives its area back.

# Note [The database counts]
Every statement that makes, changes or deletes bookings is followed by one trigger, whoever wrote it: it sums what the
bookings hold after it less what they held before it, by zone and half-day of the site, and adds that to the counters.
It makes the counters that are missing, with the capacity of the zone's row, which it locks against a change of area
(only when something is missing); it locks the counters by zone and time, so that nobody waits in a circle; then it
counts. Whether it fits is the database's own word: CHECK ``half_day_is_not_overbooked``. So a booking cannot be moved,
enlarged or slipped in past its counters, and a service writes nothing but the booking.

A booking that holds area counts from the half-day of its first moment to that of its last, 1 µs before its end. One
that has given it back (``released_at``) still counts in the half-days before that one: the area was held then.
"""

from datetime import datetime
from typing import Any

from apps.warehouse.models import Booking
from terminal.lifecycle import HOLDING_SPACE, BookingStatus


def giving_back(booking: Booking, wanted: BookingStatus, at: datetime) -> dict[str, Any]:
    """What a step to ``wanted`` sets beside the status: when the area was given back, if the step gives it back."""
    held = BookingStatus(booking.status) in HOLDING_SPACE
    return {"released_at": at} if held and wanted not in HOLDING_SPACE else {}
