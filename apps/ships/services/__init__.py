"""Everything that changes ships' calls and their lists.

A person needs ``ships.change_shipcall``, and ``calls.change_call`` for the call. What is planned becomes work orders of
the yard, and what is confirmed there is tallied here.
"""

from apps.ships.services.calling import announce_ship, enter_ship
from apps.ships.services.closing import cancel_lines, depart_ship, reinstate_lines, require_closed_lists
from apps.ships.services.lists import read_list, receive_list, receive_sheet
from apps.ships.services.planning import plan_discharge, plan_load, plan_transfer
from apps.ships.services.refusals import (
    LineInHand,
    ListsStillOpen,
    NotBetweenThese,
    NotByWater,
    NothingSeen,
    NothingToPlan,
    NotListedAnyMore,
    NotOnThisList,
    NotToBePlanned,
    ShipWithoutImoNumber,
)
from apps.ships.services.tallying import Seen, expect_overlanded, note_seen, report_short, take_back, tally_order

__all__ = [
    "LineInHand",
    "ListsStillOpen",
    "NotBetweenThese",
    "NotByWater",
    "NotListedAnyMore",
    "NotOnThisList",
    "NotToBePlanned",
    "NothingSeen",
    "NothingToPlan",
    "Seen",
    "ShipWithoutImoNumber",
    "announce_ship",
    "cancel_lines",
    "depart_ship",
    "enter_ship",
    "expect_overlanded",
    "note_seen",
    "plan_discharge",
    "plan_load",
    "plan_transfer",
    "read_list",
    "receive_list",
    "receive_sheet",
    "reinstate_lines",
    "report_short",
    "require_closed_lists",
    "take_back",
    "tally_order",
]
