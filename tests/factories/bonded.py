"""Goods in bond: an entry of Almaty Cotton, and lots under it."""

from datetime import date
from decimal import Decimal
from typing import Any

from apps.parties.actors import Actor
from apps.warehouse.models import BondedEntry, Lot, Zone
from apps.warehouse.services import bonded
from tests.factories.cargo import stocked
from tests.factories.network import TerminalFactory
from tests.factories.parties import PartyFactory
from tests.factories.warehouse import APRIL_1, ZoneFactory

KEEPER = Actor.itself("test")
A_YEAR_ON = date(2027, 3, 31)


def bonded_zone() -> Zone:
    """The bonded store."""
    zone: Zone = ZoneFactory(code="bond", name="Bonded store", kind=Zone.Kind.BONDED)
    return zone


def bonded_lot(packages: int = 100, **more: Any) -> Lot:
    """Bales of 10 kg in the bonded store, in stock and under no entry yet."""
    return stocked(packages, zone=bonded_zone(), customs_status="bonded", **more)


def an_entry(document: str = "5230-2026-1", **more: Any) -> BondedEntry:
    """An entry of Almaty Cotton that lasts until 31 March 2027."""
    owner = PartyFactory(code="almaty-cotton", name="Almaty Cotton")
    values = {"owner": owner, "ends_on": A_YEAR_ON, "goods": "Cotton yarn", "at": APRIL_1, **more}
    return bonded.open_entry(terminal=TerminalFactory(), document=document, by=KEEPER, **values)


def in_bond(packages: int = 100, **more: Any) -> Lot:
    """A lot under an entry of its own."""
    lot = bonded_lot(packages)
    bonded.take_into_bond(an_entry(**more), [lot], by=KEEPER, at=APRIL_1)
    lot.refresh_from_db()
    return lot


def a_run(**more: Any) -> Any:
    """1,000 kg of yarn made into 830 kg of cloth, with 120 kg of waste and 50 kg lost."""
    lot = in_bond(100, regime="bonded-processing", least_yield_percent=Decimal(80), most_yield_percent=Decimal(90))
    cloth = bonded.Product(
        goods="Cotton cloth", hs_code="520811", packages=20, package_kind="roll", gross_kg=Decimal(830)
    )
    waste = bonded.Product(
        goods="Cotton waste", hs_code="520299", packages=3, package_kind="bale", gross_kg=Decimal(120), waste=True
    )
    values = {"used": [bonded.Used(lot=lot, packages=100)], "made": [cloth, waste], "loss_kg": Decimal(50), **more}
    return bonded.process(lot.entry, zone=bonded_zone(), by=KEEPER, at=APRIL_1, **values)
