"""Everything that changes stock.

Locks: calls, visits and orders before lots, lots in the order of their numbers. Rights: ``warehouse.change_lot`` to
move goods, ``warehouse.release_lot`` for customs' word on them, ``warehouse.count_stock`` for counts; a party's program
splits and reserves its own goods and has everything else done for it by an order.
"""

from apps.warehouse.services.stock.counting import (
    Counted,
    CountedTwice,
    DifferenceUnexplained,
    MovedDuringTheCount,
    NothingCounted,
    NotInTheZone,
    PromisedToOrders,
    count_stock,
)
from apps.warehouse.services.stock.moving import (
    AnotherTerminals,
    CustomsHasNotReleased,
    IsReserved,
    NeedsCustomsYes,
    NoReference,
    NothingChanges,
    release_lot,
    split_lot,
    transfer,
    withdraw,
)
from apps.warehouse.services.stock.reserving import OrderHasIt, end_reservation, reserve
from apps.warehouse.services.stock.rows import (
    BeforeItMoved,
    lock_lots,
    move,
    moved,
    receive_lot,
    require_unstopped,
    stopping,
    stops,
    tell,
)

__all__ = [
    "AnotherTerminals",
    "BeforeItMoved",
    "Counted",
    "CountedTwice",
    "CustomsHasNotReleased",
    "DifferenceUnexplained",
    "IsReserved",
    "MovedDuringTheCount",
    "NeedsCustomsYes",
    "NoReference",
    "NotInTheZone",
    "NothingChanges",
    "NothingCounted",
    "OrderHasIt",
    "PromisedToOrders",
    "count_stock",
    "end_reservation",
    "lock_lots",
    "move",
    "moved",
    "receive_lot",
    "release_lot",
    "require_unstopped",
    "reserve",
    "split_lot",
    "stopping",
    "stops",
    "tell",
    "transfer",
    "withdraw",
]
