"""Ships on the screen: the board, each ship with its lists and how far they are, the lines of all lists."""

from apps.ships.admin.lines import StowageLineAdmin
from apps.ships.admin.ships import ShipCallAdmin

__all__ = ["ShipCallAdmin", "StowageLineAdmin"]
