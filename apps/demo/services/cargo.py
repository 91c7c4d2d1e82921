"""Containers that are unpacked at the demo's warehouse, and what lies there since."""

from datetime import datetime, timedelta
from decimal import Decimal

from apps.containers import services as containers
from apps.containers.models import Visit, VisitRole
from apps.containers.selectors import standing_holds
from apps.demo.services.week import shipper_of
from apps.parties.actors import Actor
from apps.parties.models import Party
from apps.warehouse.models import CargoOrder, Lot, Zone
from apps.warehouse.services import orders
from terminal.cargo import PackingLine
from terminal.readiness import Owner, Step
from terminal.stock import CustomsStatus

BY = Actor.itself("demo")
GOODS = [
    ("Cotton yarn", "bale", 120, 95, "520512", "UZ"),
    ("Ceramic tableware", "carton", 310, 12, "691110", "CN"),
    ("Machine parts", "case", 24, 140, "848790", "CN"),
]
FATES = ("done", "done", "in_progress", "accepted", "requested")
"""What became of each order by now."""


def unpack(visits: list[Visit], officer: Actor, at: datetime) -> None:
    """Five containers that wait for nothing else: two are unpacked, one stands open, two are asked for."""
    zone = Zone.objects.filter(terminal=visits[0].terminal, code="cfs").first() if visits else None
    if zone is None:
        return
    for place, (visit, party) in enumerate(_free(visits, at)):
        _go_on(_order(visit, party, zone, place, at), FATES[place], officer, at)
    lot = Lot.objects.in_stock().filter(zone=zone).order_by("pk").first()
    if lot is not None:
        half = orders.Planned(lot=lot, packages=lot.packages // 2)
        orders.order_withdrawal(
            terminal=lot.terminal, party=lot.owner, planned=[half], by=BY, at=at, reference="truck to Xuzhou"
        )


def _free(visits: list[Visit], at: datetime) -> list[tuple[Visit, Party]]:
    """Laden boxes on the ground that go nowhere yet and that nobody holds, with those who get what is in them."""
    held = standing_holds(visits)
    free = [visit for visit in visits if visit.departure_call_id is None and visit.laden and not held[visit.pk]]
    parties = {party.code: party for party in Party.objects.all()}
    chosen = [(visit, parties[shipper_of(visit.container.number)]) for visit in free[: len(FATES)]]
    for visit, party in chosen:
        since = visit.arrived_at or at
        containers.give_role(visit, party, VisitRole.Role.CONSIGNEE, by=BY, at=since)
    return chosen


def _order(visit: Visit, party: Party, zone: Zone, place: int, at: datetime) -> CargoOrder:
    most = visit.gross_kg - (visit.container.tare_kg or 0) if visit.gross_kg else 20_000
    lines = [_line(turn, GOODS[(place + turn) % len(GOODS)], most) for turn in (1, 2)]
    asked = max(visit.arrived_at or at, at - timedelta(hours=6))
    return orders.order_unpacking(
        visit=visit, party=party, zone=zone, lines=lines, by=BY, at=asked, reference=f"PL-{4700 + place}"
    )


def _line(turn: int, goods: tuple[str, str, int, int, str, str], most_kg: int) -> PackingLine:
    name, kind, packages, each_kg, hs_code, origin = goods
    packages = min(packages, most_kg // 2 // each_kg)
    return PackingLine(
        line=turn,
        goods=name,
        packages=packages,
        package_kind=kind,
        gross_kg=Decimal(packages * each_kg),
        volume_m3=Decimal(packages) / 10,
        hs_code=hs_code,
        origin=origin,
        customs_status=CustomsStatus.FREE,
    )


def _go_on(order: CargoOrder, fate: str, officer: Actor, at: datetime) -> None:
    begun = max(order.requested_at, at - timedelta(hours=4))
    if fate == "requested" or order.visit is None:
        return
    orders.accept_order(order, by=BY, at=begun)
    if fate == "accepted":
        return
    yes = f"UNP-{order.number}"
    containers.grant_permissions(
        [order.visit], owner=Owner.CUSTOMS, steps=[Step.STRIP], reference=yes, by=officer, at=begun
    )
    orders.start_order(order, gang="gang 2", gang_size=4, equipment="FL04", by=BY, at=begun)
    first, second = order.lines.all()
    counts = [orders.LineCount(line=first, packages=first.packages)]
    if fate == "done":
        counts.append(orders.LineCount(line=second, packages=second.packages - 2, seen="two torn open"))
    orders.count_lines(order, counts, by=BY, at=at)
    if fate == "done":
        orders.finish_unpacking(order, by=BY, at=at)
