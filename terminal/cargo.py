"""What the warehouse is asked to do with goods, and what it may put into a box together.

Unpacking (strip) empties a box into stock, stuffing fills one from it, and a withdrawal hands goods out at a door.
"""

from enum import StrEnum


class OrderKind(StrEnum):
    """What a cargo order asks for."""

    STRIP = "strip"
    STUFF = "stuff"
    WITHDRAW = "withdraw"
