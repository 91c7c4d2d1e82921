"""Trains and ships: announced, late, here, worked, gone; and places on trains."""

from datetime import datetime
from decimal import Decimal
from typing import Final

from apps.calls import services as calls
from apps.calls.models import Call
from apps.containers import services as containers
from apps.sandbox.script import BOXES
from apps.sandbox.services.deeds.boxes import advice
from apps.sandbox.services.scene import LINE, Scene
from apps.ships import services as ships
from apps.ships.models import ShipCall
from apps.trains import services as trains
from apps.trains.models import SlotBooking, TrainService, TrainVisit
from terminal.consists import Consist, ConsistBox, ConsistWagon
from terminal.identifiers import WagonScheme
from terminal.lifecycle import Phase
from terminal.readiness import Step
from terminal.throughput import Mode

IMO: Final = "9074729"
FIRST_WAGON: Final = 5_300_000
EMPTY_WAGONS: Final = 8
TEU_A_BOX: Final = Decimal(2)


def train(scene: Scene) -> None:
    """A train is announced, with the boxes it brings and the papers of its wagons."""
    code = scene.said("service")
    cut_off = scene.said("cut_off")
    row = trains.announce_train(
        terminal=scene.terminal,
        number=scene.cue.about,
        service=TrainService.objects.get(terminal=scene.terminal, code=code) if code else None,
        scheduled_arrival_at=scene.day(scene.said("comes")),
        scheduled_departure_at=scene.day(scene.said("leaves")),
        cut_off_at=scene.day(cut_off) if cut_off else None,
        length_m=400,
        by=scene.by,
        at=scene.at,
    )
    scene.keep("call", row.call)
    scene.keep("train", row)
    if code:
        trains.open_quotas(row)
    names = scene.said("boxes", ())
    if names:
        wanted = [advice(scene, name, by_call=row.call) for name in names]
        for name, visit in zip(names, containers.advise(wanted, by=scene.by, at=scene.at), strict=True):
            scene.keep("box", visit, name)
        trains.receive_consist(row, _consist(scene, names), by=scene.by, at=scene.at)


def _consist(scene: Scene, names: tuple[str, ...]) -> Consist:
    return Consist([_wagon(scene, place, name) for place, name in enumerate(names, 1)])


def _wagon(scene: Scene, place: int, name: str) -> ConsistWagon:
    box = BOXES[name]
    on_it = ConsistBox(
        1, scene.number(name), box.size_type, box.laden, box.gross_kg, box.destination, (f"CR{7000 + box.place}",)
    )
    return _empty(scene, place, [on_it])


def _empty(scene: Scene, place: int, boxes: list[ConsistBox]) -> ConsistWagon:
    """Wagons are numbered by the train they are in, so that none is in two."""
    number = FIRST_WAGON + _train(scene).pk % 10_000 * 60 + place
    return ConsistWagon(place, WagonScheme.CN7, str(number), "X70", 22_000, Decimal("13.4"), boxes)


def _train(scene: Scene) -> TrainVisit:
    return scene.known("train", TrainVisit)


def empty_wagons(scene: Scene) -> None:
    """Its wagons are told: they came empty."""
    empties = Consist([_empty(scene, place, []) for place in range(1, EMPTY_WAGONS + 1)])
    trains.receive_consist(_train(scene), empties, by=scene.by, at=scene.at)


def late(scene: Scene) -> None:
    """Another estimate: ``comes``, ``leaves`` (days after the day began)."""
    names = {"comes": "estimated_arrival_at", "leaves": "estimated_departure_at"}
    times: dict[str, datetime] = {
        column: scene.day(scene.said(name)) for name, column in names.items() if scene.said(name) is not None
    }
    calls.change_times(scene.known("call", Call), by=scene.by, at=scene.at, **times)


def train_comes(scene: Scene) -> None:
    trains.arrive_train(_train(scene), by=scene.by, at=scene.at)


def discharge(scene: Scene) -> None:
    trains.discharge(_train(scene), by=scene.by, at=scene.at)


def load(scene: Scene) -> None:
    trains.load(_train(scene), [scene.visit(name) for name in scene.said("boxes")], by=scene.by, at=scene.at)


def train_ready(scene: Scene) -> None:
    calls.finish_work(scene.known("call", Call), by=scene.by, at=scene.at)


def train_leaves(scene: Scene) -> None:
    """It leaves, after its work was finished where that was not said before."""
    row = _train(scene)
    if row.call.phase != Phase.READY:
        calls.finish_work(row.call, by=scene.by, at=scene.at)
    trains.note_brake_test(row, by=scene.by, at=scene.at)
    trains.send_consist(row, by=scene.by, at=scene.at)
    trains.depart_train(row, by=scene.by, at=scene.at)
    row.call.refresh_from_db()
    calls.close(row.call, by=scene.by, at=scene.at)


def cancel_train(scene: Scene) -> None:
    calls.cancel(scene.known("call", Call), by=scene.by, at=scene.at, reason="No wagons")


def barge(scene: Scene) -> None:
    """A barge is scheduled: nobody has announced it yet."""
    new = calls.NewCall(
        terminal=scene.terminal,
        mode=Mode.BARGE,
        number=scene.cue.about,
        scheduled_arrival_at=scene.day(scene.said("comes")),
        scheduled_departure_at=scene.day(scene.said("leaves")),
    )
    scene.keep("call", calls.announce_calls([new], by=scene.by, at=scene.at)[0])


def ship(scene: Scene) -> None:
    row = ships.announce_ship(
        terminal=scene.terminal,
        name="Yellow Sea Sandbox",
        voyage_in=scene.cue.about,
        imo=IMO,
        line=scene.helper(LINE),
        scheduled_arrival_at=scene.day(scene.said("comes")),
        scheduled_departure_at=scene.day(scene.said("leaves")),
        by=scene.by,
        at=scene.at,
    )
    scene.keep("ship", row)
    scene.keep("call", row.call)


def ship_comes(scene: Scene) -> None:
    call = scene.known("call", Call)
    calls.arrive(call, by=scene.by, at=scene.at)
    calls.start_work(call, by=scene.by, at=scene.at)


def load_ship(scene: Scene) -> None:
    boxes = [scene.visit(name) for name in scene.said("boxes")]
    containers.leave_visits(boxes, step=Step.LOAD, by=scene.by, at=scene.at)


def ship_leaves(scene: Scene) -> None:
    row = scene.known("ship", ShipCall)
    calls.finish_work(row.call, by=scene.by, at=scene.at)
    ships.depart_ship(row, by=scene.by, at=scene.at)


def places(scene: Scene) -> None:
    boxes = scene.said("boxes")
    row = trains.book_slots(
        train=scene.known("train", TrainVisit, scene.said("train")),
        party=scene.party,
        destination="KZALA",
        teu=TEU_A_BOX * boxes,
        boxes=boxes,
        reference=f"SANDBOX-{scene.cue.about}",
        wait=True,
        by=scene.by,
        at=scene.at,
    )
    scene.keep("places", row)


def use_places(scene: Scene) -> None:
    booking = scene.known("places", SlotBooking)
    trains.assign_containers(booking, [scene.visit(scene.said("box"))], by=scene.by, at=scene.at)


def give_places_up(scene: Scene) -> None:
    trains.cancel_slots(scene.known("places", SlotBooking), by=scene.by, at=scene.at)


def close_places(scene: Scene) -> None:
    trains.release_slots(at=scene.at, terminal=scene.terminal)
