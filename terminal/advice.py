"""By which way the terminal learnt that a box is to come."""

from enum import StrEnum


class Way(StrEnum):
    """Who advised a box: a party's program, the consist of a train, a warehouse booking, or staff at a desk."""

    PARTY = "party"
    CONSIST = "consist"
    BOOKING = "booking"
    STAFF = "staff"
