"""Inspections: ordered, the box brought to its place, looked at, and let go again or seized.

# Note [What an inspection does]
While one is open, a hold of customs' stands on the box, so that it takes no step, and nobody pays for its storage. The
move to the inspection block is an order like any other; confirming it presents the box, and from then on the goods wait
for customs and no more for the terminal. A declaration is inspected when the last of its inspections is over. Goods
that are seized stay held by the office that seized them, whatever is decided about the declaration. Goods in the
warehouse have stops instead: see Note [What stops a box stops goods].
"""

from apps.customs.services.inspecting.finishing import SaysNothing, begin, call_off, finish, finish_all
from apps.customs.services.inspecting.goods import (
    EndsWithTheLook,
    GoodsAreInspected,
    GoodsAreSeized,
    GoodsAreStopped,
    StopIsLifted,
    lift_goods_stop,
)
from apps.customs.services.inspecting.moving import bring_to_inspection, note_carried_out, present
from apps.customs.services.inspecting.ordering import (
    BeingInspected,
    NothingToInspect,
    order_for,
    order_for_declaration,
    order_inspections,
)

__all__ = [
    "BeingInspected",
    "EndsWithTheLook",
    "GoodsAreInspected",
    "GoodsAreSeized",
    "GoodsAreStopped",
    "NothingToInspect",
    "SaysNothing",
    "StopIsLifted",
    "begin",
    "bring_to_inspection",
    "call_off",
    "finish",
    "finish_all",
    "lift_goods_stop",
    "note_carried_out",
    "order_for",
    "order_for_declaration",
    "order_inspections",
    "present",
]
