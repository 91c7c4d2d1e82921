"""Area, goods and doors of the warehouse."""

from decimal import Decimal

from apps.sandbox.services.scene import Scene
from apps.warehouse import services as warehouse
from apps.warehouse.models import Booking, CargoOrder, DockAppointment, Lot, Zone
from apps.warehouse.services import orders
from terminal.cargo import PackingLine
from terminal.stock import CustomsStatus


def book(scene: Scene) -> None:
    """``wait``: where nothing is free, wait for it."""
    row = warehouse.book_or_wait(
        zone=Zone.objects.select_related("terminal").get(terminal=scene.terminal, code=scene.said("zone")),
        party=scene.party,
        area_m2=Decimal(scene.said("area")),
        start_at=scene.day(scene.said("starts")),
        end_at=scene.day(scene.said("ends")),
        goods="household appliances",
        reference=f"SANDBOX-{scene.cue.about}",
        by=scene.by,
        at=scene.at,
    )
    scene.keep("booking", row)


def _booking(scene: Scene) -> Booking:
    return scene.known("booking", Booking)


def confirm(scene: Scene) -> None:
    warehouse.confirm(_booking(scene), by=scene.by, at=scene.at)


def refuse(scene: Scene) -> None:
    warehouse.reject(_booking(scene), by=scene.by, at=scene.at, reason=scene.said("reason"))


def goods_come(scene: Scene) -> None:
    warehouse.check_in(_booking(scene), by=scene.by, at=scene.at)


def goods_go(scene: Scene) -> None:
    warehouse.complete(_booking(scene), by=scene.by, at=scene.at)


def give_area_up(scene: Scene) -> None:
    warehouse.cancel_booking(_booking(scene), by=scene.by, at=scene.at, reason="Sold elsewhere")
    warehouse.serve_waiting_list(at=scene.at, terminal=scene.terminal)


def unpack(scene: Scene) -> None:
    line = PackingLine(
        line=1,
        goods="Ceramic tableware",
        packages=scene.said("packages"),
        package_kind="carton",
        gross_kg=Decimal(scene.said("packages") * 12),
        volume_m3=Decimal(scene.said("packages")) / 10,
        hs_code="691110",
        origin="CN",
        customs_status=CustomsStatus.FREE,
    )
    row = orders.order_unpacking(
        visit=scene.visit(scene.said("box", "")),
        party=scene.party,
        zone=Zone.objects.select_related("terminal").get(terminal=scene.terminal, code="cfs"),
        lines=[line],
        reference=f"SANDBOX-{scene.cue.about}",
        by=scene.by,
        at=scene.at,
    )
    scene.keep("order", row)


def _order(scene: Scene) -> CargoOrder:
    return scene.known("order", CargoOrder)


def accept(scene: Scene) -> None:
    orders.accept_order(_order(scene), by=scene.by, at=scene.at)


def refuse_order(scene: Scene) -> None:
    orders.reject_order(_order(scene), reason=scene.said("reason"), by=scene.by, at=scene.at)


def cancel_order(scene: Scene) -> None:
    orders.cancel_order(_order(scene), by=scene.by, at=scene.at)


def begin(scene: Scene) -> None:
    orders.start_order(_order(scene), gang="gang 1", gang_size=4, by=scene.by, at=scene.at)


def count(scene: Scene) -> None:
    row = _order(scene)
    counted = [
        orders.LineCount(line=line, packages=scene.said("packages"), seen="torn open") for line in row.lines.all()
    ]
    orders.count_lines(row, counted, by=scene.by, at=scene.at)


def unpacked(scene: Scene) -> None:
    for lot in orders.finish_unpacking(_order(scene), by=scene.by, at=scene.at):
        scene.keep("lot", lot)


def hand_out(scene: Scene) -> None:
    lot = scene.known("lot", Lot, scene.said("of"))
    half = orders.Planned(lot=lot, packages=lot.packages // 2)
    row = orders.order_withdrawal(
        terminal=scene.terminal, party=scene.party, planned=[half], reference="SANDBOX", by=scene.by, at=scene.at
    )
    scene.keep("order", row)


def stop(scene: Scene) -> None:
    orders.stop_order(_order(scene), reason=scene.said("reason"), by=scene.by, at=scene.at)


def door(scene: Scene) -> None:
    row = warehouse.book_dock(
        terminal=scene.terminal,
        party=scene.party,
        work=scene.said("work"),
        start_at=scene.day(scene.said("hour") / 24),
        plate="苏G30001",
        by=scene.by,
        at=scene.at,
    )
    scene.keep("door", row)


def _door(scene: Scene) -> DockAppointment:
    return scene.known("door", DockAppointment)


def at_door(scene: Scene) -> None:
    warehouse.arrive_at_dock(_door(scene), by=scene.by, at=scene.at)


def door_opens(scene: Scene) -> None:
    warehouse.start_at_dock(_door(scene), by=scene.by, at=scene.at)


def door_closes(scene: Scene) -> None:
    warehouse.finish_at_dock(_door(scene), by=scene.by, at=scene.at)


def cancel_door(scene: Scene) -> None:
    warehouse.cancel_dock(_door(scene), by=scene.by, at=scene.at)
