"""Work orders: asked for, handed out, confirmed. Every physical move of a box is one."""

from apps.yard.services.orders.at_once import Made, carry_out_at_once, move, write_down
from apps.yard.services.orders.confirming import carried_out, confirm
from apps.yard.services.orders.handing import hand_back, hand_out, hand_out_next, start
from apps.yard.services.orders.holding import HOLD_FOR, hold_place
from apps.yard.services.orders.planning import NewOrder, plan_orders
from apps.yard.services.orders.refusals import (
    AlreadyConfirmed,
    BoxBusy,
    CarrierElsewhere,
    HasAnOrder,
    InOtherHands,
    MachineBusy,
    MachineDown,
    NeedsACarrier,
    NoPlaceFound,
    NotForThisWork,
    NotItsCarrier,
    OrderInHand,
    PlaceHeld,
    SayWhy,
    TakesNoPlace,
    WaitsForDigging,
)
from apps.yard.services.orders.troubles import call_off, cancel_order, end_moot, quarantine, resume

__all__ = [
    "HOLD_FOR",
    "AlreadyConfirmed",
    "BoxBusy",
    "CarrierElsewhere",
    "HasAnOrder",
    "InOtherHands",
    "MachineBusy",
    "MachineDown",
    "Made",
    "NeedsACarrier",
    "NewOrder",
    "NoPlaceFound",
    "NotForThisWork",
    "NotItsCarrier",
    "OrderInHand",
    "PlaceHeld",
    "SayWhy",
    "TakesNoPlace",
    "WaitsForDigging",
    "call_off",
    "cancel_order",
    "carried_out",
    "carry_out_at_once",
    "confirm",
    "end_moot",
    "hand_back",
    "hand_out",
    "hand_out_next",
    "hold_place",
    "move",
    "plan_orders",
    "quarantine",
    "resume",
    "start",
    "write_down",
]
