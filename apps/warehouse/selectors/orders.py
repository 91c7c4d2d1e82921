"""Cargo orders for those who ask: a party's own, and the tally of each."""

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from apps.common.models import Attachment
from apps.containers.selectors.noted import worn
from apps.network.models import Terminal
from apps.parties.models import Party
from apps.warehouse.models import CargoOrder, DeclaredLot, LotMovement, Reservation
from terminal.cargo import OrderKind
from terminal.errors import Refused, gettext_noop
from terminal.stock import EMPTY, Amount, total


class NoSuchOrder(Refused):
    """To the one who asks there is no such order."""

    kind = "absent"
    message = gettext_noop("There is no cargo order %(order)s of yours.")


def orders_of(party: Party, terminal: Terminal) -> QuerySet[CargoOrder]:
    """The party's orders at the terminal with all that is told of them. Four queries, however many."""
    rows = CargoOrder.objects.filter(party=party, terminal=terminal)
    return rows.select_related("terminal", "party", "zone", "booking", "visit__container").prefetch_related(
        Prefetch("lines", DeclaredLot.objects.select_related("lot")),
        Prefetch("planned", Reservation.objects.select_related("lot")),
    )


def order_of(party: Party, terminal: Terminal, public_id: UUID) -> CargoOrder:
    """The party's order. Raises ``NoSuchOrder`` for one that is not there, or somebody else's."""
    found = orders_of(party, terminal).filter(public_id=public_id).first()
    if found is None:
        raise NoSuchOrder(order=str(public_id))
    return found


def kept_with(order: CargoOrder) -> list[Attachment]:
    """The packing list an order came by, and the photos of its lines."""
    lines = DeclaredLot.objects.filter(order=order).values("pk")
    own = Q(subject_kind="warehouse.cargoorder", subject_id=order.pk)
    photos = Q(subject_kind="warehouse.declaredlot", subject_id__in=lines)
    return list(Attachment.objects.filter(own | photos).order_by("pk"))


@dataclass(frozen=True, slots=True)
class TallyRow:
    """Goods by the papers, or as planned, and as they were found or loaded; None: not counted yet."""

    line: int
    goods: str
    marks: str
    package_kind: str
    declared: Amount
    counted: Amount | None
    seen: str = ""

    @property
    def difference(self) -> Amount | None:
        """Found less declared."""
        return None if self.counted is None else self.counted - self.declared


@dataclass(frozen=True)
class Tally:
    """Everything a tally sheet says of an order."""

    order: CargoOrder
    rows: list[TallyRow]
    seals: tuple[str, ...]

    @property
    def declared(self) -> Amount:
        return total(row.declared for row in self.rows)

    @property
    def counted(self) -> Amount:
        return total(row.counted or EMPTY for row in self.rows)


def tally_of(order: CargoOrder) -> Tally:
    """What was declared or planned, and what was counted or loaded, with the seals its box wears."""
    rows = _declared(order) if order.kind == OrderKind.STRIP else _planned(order)
    seals = tuple(seal.number for seal in worn([order.visit])[order.visit.pk]) if order.visit else ()
    return Tally(order, rows, seals)


def _declared(order: CargoOrder) -> list[TallyRow]:
    return [
        TallyRow(each.line, each.goods, each.marks, each.package_kind, each.declared, each.counted, each.seen)
        for each in order.lines.all()
    ]


def _planned(order: CargoOrder) -> list[TallyRow]:
    """Reservations against what left stock for the order; nothing counted while it is not over."""
    went: dict[int, Amount] = defaultdict(lambda: EMPTY)
    for moved in LotMovement.objects.filter(order=order):
        went[moved.lot_id] -= Amount(moved.packages, moved.gross_kg, moved.volume_m3)
    rows = []
    for turn, each in enumerate(order.planned.all(), 1):
        lot, loaded = each.lot, went[each.lot_id] if order.done_at else None
        wanted = Amount(each.wanted, each.gross_kg or (loaded.gross_kg if loaded else EMPTY.gross_kg))
        rows.append(TallyRow(turn, f"{lot.goods} ({lot.number})", lot.marks, lot.package_kind, wanted, loaded))
    return rows
