"""Which boxes matter more than others when a train cannot take them all (ours).

A box weighs 1. A booked one weighs more than whatever could stand in its place without a booking, so that booked boxes
go first wherever the rules let them. Of the others those weigh more that a customer planned on this very train, that
must not wait (a reefer burns power and spoils), and that have stood longer than a box usually does.
"""

from typing import Final

BOOKED: Final = 4.0
"""More than two 20′ boxes of the most pressing kind in place of one that is booked."""

PLANNED: Final = 0.5
REEFER: Final = 0.25
A_DAY_TOO_LONG: Final = 0.05
TOO_LONG_AT_MOST: Final = 0.25


def priority(*, booked: bool, planned: bool, reefer: bool, days_too_long: float) -> float:
    """The weight of a box's TEU: 1 to 2, and 5 to 6 where it is booked on the train."""
    waiting = min(TOO_LONG_AT_MOST, A_DAY_TOO_LONG * max(0.0, days_too_long))
    return 1.0 + BOOKED * booked + PLANNED * planned + REEFER * reefer + waiting
