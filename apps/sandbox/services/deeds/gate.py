"""Trucks at the gate."""

from datetime import timedelta

from apps.gate import services as gate
from apps.gate.models import Appointment
from apps.gate.selectors import open_troubles
from apps.gate.services import WantedBox
from apps.sandbox.services.scene import HAULIER, Scene
from apps.yard import services as yard
from apps.yard.models import WorkOrder
from terminal.gate import Trouble, hour_at
from terminal.throughput import Direction


def order(scene: Scene) -> None:
    """The haulier may collect the box, for so many ``hours``."""
    gate.issue_delivery_order(
        scene.visit(scene.said("box", "")),
        issued_by=scene.party,
        haulier=scene.helper(HAULIER),
        valid_until=scene.at + timedelta(hours=scene.said("hours", 48)),
        by=scene.by,
        at=scene.at,
    )


def truck(scene: Scene) -> None:
    """A truck is booked for the ``hour`` of the sandbox's day."""
    row = gate.book_appointment(
        terminal=scene.terminal,
        haulier=scene.helper(HAULIER),
        starts_at=scene.day(scene.said("hour") / 24),
        plate=f"苏G{30_000 + scene.stage.day % 1000 * 10 + scene.stage.played % 10}",
        boxes=[WantedBox(direction=Direction.OUT, number=scene.number(scene.said("box", "")))],
        by=scene.by,
        at=scene.at,
    )
    scene.keep("truck", row)


def _of(scene: Scene) -> Appointment:
    return scene.known("truck", Appointment)


def truck_comes(scene: Scene) -> None:
    gate.arrive_truck(_of(scene), by=scene.by, at=scene.at, plate=scene.said("plate", ""))


def solve(scene: Scene) -> None:
    """The driver names a PIN that was given meanwhile."""
    until = scene.at + timedelta(hours=48)
    _pin, digits = gate.issue_pin(scene.visit(), issued_by=scene.party, valid_until=until, by=scene.by, at=scene.at)
    for box in _of(scene).boxes.all():
        gate.present_pin(box, digits, by=scene.by, at=scene.at)
    for case in open_troubles(_of(scene)):
        gate.resolve_trouble(case, resolution="The new right is there", by=scene.by, at=scene.at)


def truck_in(scene: Scene) -> None:
    gate.admit(_of(scene), by=scene.by, at=scene.at)


def lift_on(scene: Scene) -> None:
    """The boxes it is to take, after what stands on them."""
    wanted = WorkOrder.objects.open().filter(call=_of(scene).call).order_by("pk")
    while (order := wanted.first()) is not None:
        given = yard.hand_out(order, equipment=None, by=scene.by, at=scene.at)
        yard.confirm(given, by=scene.by, at=scene.at)


def truck_out(scene: Scene) -> None:
    gate.gate_out(_of(scene), by=scene.by, at=scene.at)


def turn_away(scene: Scene) -> None:
    row = _of(scene)
    if not open_troubles(row):
        gate.open_trouble(row, kind=Trouble.OTHER_TRUCK, by=scene.by, at=scene.at)
    gate.turn_away(row, reason="Not the truck that was booked", by=scene.by, at=scene.at)


def cancel_truck(scene: Scene) -> None:
    gate.cancel_appointment(_of(scene), by=scene.by, at=scene.at, reason="Another day")


def close_hour(scene: Scene) -> None:
    row = _of(scene)
    start = hour_at(row.starts_at or scene.at, scene.terminal.zone)
    gate.close_gate(
        scene.terminal,
        start_at=start,
        end_at=start + timedelta(hours=1),
        reason="Crane maintenance",
        by=scene.by,
        at=scene.at,
    )
