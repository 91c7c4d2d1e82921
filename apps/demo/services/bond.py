"""Goods in bond in the demo: an entry that is stored, its period soon over, and one that is processed."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from django.db import transaction

from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.parties.models import Party
from apps.warehouse.models import BondedEntry, Lot, Zone
from apps.warehouse.services import bonded, stock
from terminal.bonded import BondedRegime
from terminal.stock import Amount, CustomsStatus

BY: Final = Actor.itself("demo")
STORED: Final = [("Copper cathodes", "740311", 40, "bundle", 98_400), ("Zinc ingots", "790111", 24, "pallet", 25_200)]
YARN: Final = ("Cotton yarn", "520512", 600, "bale", 12_000)
WEEK: Final = timedelta(days=6)
PERIOD_LEFT: Final = timedelta(days=12)
"""Of the stored goods: their owner was warned 14 days ahead."""


@transaction.atomic
def put_in_bond(terminal: Terminal, *, at: datetime) -> None:
    """Two entries with their ledgers, begun a week ago. Nothing happens where the bonded store is missing."""
    zone = Zone.objects.filter(terminal=terminal, kind=Zone.Kind.BONDED, active=True).first()
    owners = list(Party.objects.filter(kind=Party.Kind.SHIPPER, active=True).order_by("pk")[:2])
    if zone is None or not owners or BondedEntry.objects.filter(terminal=terminal).exists():
        return
    _store(zone, owners[0], at)
    _process(zone, owners[-1], at)


def _store(zone: Zone, owner: Party, at: datetime) -> None:
    began = at - WEEK
    lots = [_lot(zone, owner, goods, began) for goods in STORED]
    ends_on = (at + PERIOD_LEFT).date()
    entry = _open(zone, owner, "5230-2026-0417", BondedRegime.STORAGE, "Copper and zinc", ends_on, began)
    bonded.take_into_bond(entry, lots, by=BY, at=began)
    bonded.take_sample(lots[0], gross_kg=Decimal(2), document="LAB-2211", by=BY, at=at - timedelta(days=5))
    part = stock.split_lot(lots[0], 10, by=BY, at=at - timedelta(days=3))
    stock.release_lot(part, CustomsStatus.FREE, reference="REL-5230-88", by=BY, at=at - timedelta(days=3))
    stock.withdraw(part, 10, by=BY, at=at - timedelta(days=2))


def _process(zone: Zone, owner: Party, at: datetime) -> None:
    began = at - WEEK
    yarn = _lot(zone, owner, YARN, began)
    ends_on = (at + timedelta(days=335)).date()
    entry = _open(zone, owner, "5230-2026-0388", BondedRegime.PROCESSING, "Cotton yarn to cloth", ends_on, began)
    bonded.take_into_bond(entry, [yarn], by=BY, at=began)
    cloth = bonded.Product(
        goods="Cotton cloth", hs_code="520811", packages=90, package_kind="roll", gross_kg=Decimal(4_200)
    )
    waste = bonded.Product(
        goods="Cotton waste", hs_code="520299", packages=12, package_kind="bale", gross_kg=Decimal(640), waste=True
    )
    used = [bonded.Used(lot=yarn, packages=250)]
    bonded.process(
        entry, used=used, made=[cloth, waste], zone=zone, loss_kg=Decimal(160), by=BY, at=at - timedelta(days=1)
    )


def _open(
    zone: Zone, owner: Party, document: str, regime: BondedRegime, goods: str, ends_on: date, at: datetime
) -> BondedEntry:
    return bonded.open_entry(
        terminal=zone.terminal,
        document=document,
        owner=owner,
        regime=regime.value,
        goods=goods,
        ends_on=ends_on,
        least_yield_percent=Decimal(80) if regime is BondedRegime.PROCESSING else None,
        most_yield_percent=Decimal(92) if regime is BondedRegime.PROCESSING else None,
        by=BY,
        at=at,
    )


def _lot(zone: Zone, owner: Party, goods: tuple[str, str, int, str, int], at: datetime) -> Lot:
    name, code, packages, kind, kilograms = goods
    told = {"goods": name, "hs_code": code, "package_kind": kind, "customs_status": CustomsStatus.BONDED.value}
    amount = Amount(packages, Decimal(kilograms))
    return stock.receive_lot(owner=owner, zone=zone, amount=amount, goods={**told, "origin": "KZ"}, by=BY, at=at)
