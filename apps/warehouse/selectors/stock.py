"""What lies in the warehouse: now, and at any moment that is past."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, Sum

from apps.network.models import Terminal
from apps.parties.models import Party
from apps.warehouse.models import Lot, LotMovement, Zone
from terminal.errors import Refused, gettext_noop
from terminal.stock import Amount, CustomsStatus


class NoSuchLot(Refused):
    """To the one who asks there is no such lot."""

    kind = "absent"
    message = gettext_noop("There is no lot %(lot)s in your stock.")


@dataclass(frozen=True, slots=True)
class Held:
    """What there was of a lot at a moment, whose it was then, and where it lay."""

    lot_id: int
    owner_id: int
    zone_id: int
    amount: Amount


def stock_at(terminal: Terminal, at: datetime, *, owner: Party | None = None, zone: Zone | None = None) -> list[Held]:
    """The stock of a terminal at a moment, by lot, owner and zone: one sum over the movements until then."""
    moved = LotMovement.objects.until(at).filter(lot__terminal=terminal)
    moved = moved.filter(owner=owner) if owner else moved
    moved = moved.filter(zone=zone) if zone else moved
    groups = moved.order_by("lot_id", "owner_id", "zone_id").values("lot_id", "owner_id", "zone_id")
    sums = groups.annotate(there=Sum("packages"), kilograms=Sum("gross_kg"), volume=Sum("volume_m3"))
    return [_held(row) for row in sums.filter(there__gt=0)]


def _held(row: Any) -> Held:
    amount = Amount(row["there"], row["kilograms"], row["volume"])
    return Held(row["lot_id"], row["owner_id"], row["zone_id"], amount)


@dataclass(frozen=True, slots=True)
class Holding:
    """A lot as it was at a moment, for a reader."""

    lot: Lot
    owner: Party
    zone: Zone
    packages: int
    gross_kg: Decimal
    volume_m3: Decimal

    @property
    def customs_status(self) -> str:
        """As it is now; what became of goods that have changed hands since is their owner's to know."""
        return self.lot.customs_status if self.lot.owner_id == self.owner.pk else CustomsStatus.UNKNOWN.value


def holdings(held: Iterable[Held]) -> list[Holding]:
    """The lots themselves with what was held of each. Three queries."""
    rows = list(held)
    lots = Lot.objects.select_related("visit__container").in_bulk([each.lot_id for each in rows])
    owners = Party.objects.in_bulk({each.owner_id for each in rows})
    zones = Zone.objects.in_bulk({each.zone_id for each in rows})
    return [
        Holding(
            lots[each.lot_id],
            owners[each.owner_id],
            zones[each.zone_id],
            each.amount.packages,
            each.amount.gross_kg,
            each.amount.volume_m3,
        )
        for each in rows
    ]


def stock_of(owner: Party, terminal: Terminal) -> QuerySet[Lot]:
    """The party's lots at the terminal of which something is left, the first received first."""
    lots = Lot.objects.in_stock().filter(owner=owner, terminal=terminal)
    return lots.select_related("zone", "owner", "terminal", "visit__container").order_by("received_at", "pk")


def lot_of(owner: Party, terminal: Terminal, public_id: UUID) -> Lot:
    """The party's lot. Raises ``NoSuchLot`` for one that is not there, or somebody else's."""
    lots = Lot.objects.filter(owner=owner, terminal=terminal, public_id=public_id)
    found = lots.select_related("zone", "owner", "terminal", "visit__container").first()
    if found is None:
        raise NoSuchLot(lot=str(public_id))
    return found
