"""Cargo orders with their packing lists, and goods in stock."""

from decimal import Decimal
from typing import Any

import factory

from apps.warehouse.models import CargoOrder, DeclaredLot, Lot, LotMovement
from terminal.cargo import PackingLine
from terminal.stock import CustomsStatus, LotMove
from tests.factories.containers import VisitFactory
from tests.factories.network import TerminalFactory
from tests.factories.parties import PartyFactory
from tests.factories.warehouse import APRIL_1, ZoneFactory

COTTON = "Cotton yarn"
HS_COTTON = "520512"


class OrderFactory(factory.django.DjangoModelFactory):
    """Almaty Cotton asks to have a box unpacked into zone A."""

    class Meta:
        model = CargoOrder

    terminal = factory.SubFactory(TerminalFactory)
    number = factory.Sequence(lambda n: f"CO-{n:06d}")
    kind = "strip"
    party = factory.SubFactory(PartyFactory, code="almaty-cotton", name="Almaty Cotton")
    visit = factory.SubFactory(VisitFactory, active=True)
    zone = factory.SubFactory(ZoneFactory)
    requested_at = APRIL_1
    requested_by = "test"


def declared(order: CargoOrder, packages: int = 100, **more: Any) -> DeclaredLot:
    """A line of its packing list: cotton yarn in bales of 10 kg."""
    line = order.lines.count() + 1
    values = {"goods": COTTON, "package_kind": "bale", "gross_kg": Decimal(10 * packages), "hs_code": HS_COTTON, **more}
    return DeclaredLot.objects.create(order=order, line=line, packages=packages, **values)


class LotFactory(factory.django.DjangoModelFactory):
    """100 bales of cotton yarn of Almaty Cotton in zone A, free of customs: 1,000 kg, 2 m³. No movement tells of it."""

    class Meta:
        model = Lot

    terminal = factory.SubFactory(TerminalFactory)
    number = factory.Sequence(lambda n: f"LOT-{n:06d}")
    owner = factory.SubFactory(PartyFactory, code="almaty-cotton", name="Almaty Cotton")
    zone = factory.SubFactory(ZoneFactory)
    goods = COTTON
    packages = 100
    package_kind = "bale"
    gross_kg = factory.LazyAttribute(lambda lot: Decimal(10 * lot.packages))
    volume_m3 = Decimal(2)
    hs_code = HS_COTTON
    customs_status = CustomsStatus.FREE.value
    received_at = APRIL_1
    moved_at = APRIL_1


def moved(lot: Lot, packages: int, **more: Any) -> LotMovement:
    """A movement of the lot, the goods 10 kg a package."""
    values = {"kind": LotMove.RECEIVED.value, "gross_kg": Decimal(10 * packages), "volume_m3": Decimal(0), **more}
    return LotMovement.objects.create(
        lot=lot, packages=packages, owner=lot.owner, zone=lot.zone, happened_at=APRIL_1, by="test", **values
    )


def stocked(packages: int = 100, **more: Any) -> Lot:
    """A lot with the movement by which it came."""
    lot: Lot = LotFactory(packages=packages, **more)
    moved(lot, packages, gross_kg=lot.gross_kg, volume_m3=lot.volume_m3)
    return lot


def bales(packages: int = 100, line: int = 1, **more: Any) -> PackingLine:
    """A line of a packing list that is not ordered yet: cotton yarn in bales of 10 kg, free of customs."""
    values = {"goods": COTTON, "package_kind": "bale", "gross_kg": Decimal(10 * packages), "hs_code": HS_COTTON, **more}
    return PackingLine(line=line, packages=packages, **{"customs_status": CustomsStatus.FREE, **values})
