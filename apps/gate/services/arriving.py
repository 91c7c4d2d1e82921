"""A truck at the gate: its call begins, its boxes get their visits, and what is wrong goes to the desk.

# Note [A truck at the gate is never sent off by a rule]
A truck that comes at the wrong hour, with another plate, or for a box it may not have, stands on the lane whatever the
books say. So nothing of this is refused: it becomes a case at the trouble desk, which holds the truck until somebody
resolves it or turns the truck away. What it asks for is asked again at the gate when it leaves.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from apps.calls import services as calls
from apps.calls.models import Call
from apps.common.integrity import refusals
from apps.common.numbers import next_number
from apps.containers import services as containers
from apps.containers.models import Reference, Visit
from apps.containers.services.rows import lock_visits
from apps.gate.models import Appointment, AppointmentBox
from apps.gate.selectors import in_the_way, rules_of, standing_right
from apps.gate.services.booking import require_plate
from apps.gate.services.boxes import WantedBox, claim_boxes, described, write_boxes
from apps.gate.services.desk import Wrong, hold, open_cases
from apps.gate.services.hours import told
from apps.gate.services.refusals import AlreadyLetIn, TruckIsHere, TruckIsNotHere
from apps.gate.services.rows import RIGHT, boxes_of, handed_back, journal, lock_appointment, step
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.parties.models import Party
from terminal.events import EventKind
from terminal.gate import Trouble, require_truckload
from terminal.lifecycle import APPOINTMENT, AppointmentStatus, VisitState
from terminal.throughput import Direction, Mode


@transaction.atomic
def arrive_truck(appointment: Appointment, *, by: Actor, at: datetime, plate: str = "") -> Appointment:
    """The truck stands at the gate; ``plate`` where it is another one than was booked.

    Its call begins and what it brings gets its visits. Arrived, or in trouble with a case for each thing that is wrong:
    see Note [A truck at the gate is never sent off by a rule].

    Raises ``NotYours``, ``StepNotAllowed``, ``TruckIsHere``, ``PlateMissing``.
    """
    row = lock_appointment(appointment)
    by.require(RIGHT, row.terminal)
    APPOINTMENT.require_step(row.status, AppointmentStatus.ARRIVED.value)
    came = require_plate(plate) if plate else row.plate
    wrong = [*_of_time(row, at), *_of_truck(row, came)]
    _begin_call(row, came, by=by, at=at)
    boxes = boxes_of(row)
    bind_visits(row, boxes, by=by, at=at)
    wrong += of_boxes(boxes, at)
    with refusals(a_truck_is_here_once=TruckIsHere(plate=came)):
        status = AppointmentStatus.IN_TROUBLE if wrong else AppointmentStatus.ARRIVED
        step(row, status, by=by, at=at, call=row.call, arrived_at=at, plate=came)
    open_cases(row, wrong, by=by, at=at)
    return handed_back(appointment, row)


def arrive_without_appointment(
    *,
    terminal: Terminal,
    plate: str,
    boxes: Sequence[WantedBox],
    by: Actor,
    at: datetime,
    haulier: Party | None = None,
    driver_name: str = "",
    driver_phone: str = "",
) -> Appointment:
    """A truck has come that booked no hour: it is held at the desk, which lets it in or turns it away.

    Raises ``NotYours``, ``TruckIsHere``, ``PlateMissing`` and what is refused of the boxes when booking.
    """
    by.require(RIGHT, terminal)
    wanted = described(boxes, by=by)
    claimed = claim_boxes(wanted, terminal=terminal, haulier=haulier, by=by, at=at)
    row = Appointment(terminal=terminal, haulier=haulier, plate=require_plate(plate), driver_name=driver_name)
    row.driver_phone, row.booked_at, row.booked_by = driver_phone, at, by.label[:120]
    row.status, row.arrived_at, row.number = AppointmentStatus.IN_TROUBLE.value, at, next_number("GA", at)
    with transaction.atomic(), refusals(a_truck_is_here_once=TruckIsHere(plate=row.plate)):
        _begin_call(row, row.plate, by=by, at=at)
        row.save()
        write_boxes(row, wanted, claimed)
        mine = boxes_of(row)
        bind_visits(row, mine, by=by, at=at)
        journal(row, EventKind.APPOINTMENT_IN_TROUBLE, by=by, at=at)
        open_cases(row, [Wrong(Trouble.NO_APPOINTMENT), *of_boxes(mine, at)], by=by, at=at)
    return row


def add_box(appointment: Appointment, wanted: WantedBox, *, by: Actor, at: datetime) -> AppointmentBox:
    """A box more, or another one than was booked, on a truck that is at the gate and has not been let in.

    Raises ``NotYours``, ``TruckIsNotHere``, ``AlreadyLetIn``, and what is refused of a box when booking.
    """
    by.require(RIGHT, appointment.terminal)
    new = described([wanted], by=by)
    claimed = claim_boxes(new, terminal=appointment.terminal, haulier=appointment.haulier, by=by, at=at)
    with transaction.atomic():
        row = lock_appointment(appointment)
        _require_on_the_lane(row)
        known = boxes_of(row)
        sizes = {number: claim.visit.size_type for number, claim in claimed.items()}
        load = [(Direction(each.direction), each.number, each.size_type) for each in known]
        require_truckload([*load, (wanted.direction, new[0].number, sizes.get(new[0].number, new[0].size_type))])
        write_boxes(row, new, claimed)
        boxes = [each for each in boxes_of(row) if each.pk not in {box.pk for box in known}]
        bind_visits(row, boxes, by=by, at=at)
        hold(row, of_boxes(boxes, at), by=by, at=at)
    handed_back(appointment, row)
    return boxes[0]


def _require_on_the_lane(row: Appointment) -> None:
    if not row.is_here:
        raise TruckIsNotHere(truck=str(row))
    if row.admitted_at is not None:
        raise AlreadyLetIn(truck=str(row))


def bind_visits(row: Appointment, boxes: list[AppointmentBox], *, by: Actor, at: datetime) -> None:
    """What a truck brings gets the visit it was advised under, or one of its own when nobody announced it."""
    brought = [each for each in boxes if each.comes_in and each.visit_id is None]
    known = containers.match_arrivals(
        terminal=row.terminal,
        boxes={each.number: _references(each) for each in brought},
        party=row.haulier,
        at=at,
    )
    joined = {row.pk: row.joined_into for row in lock_visits(known.values()) if row.joined_into}
    known = {number: joined.get(visit.pk) or visit for number, visit in known.items()}
    unknown = [each for each in brought if each.number not in known]
    made = containers.advise([_unannounced(row, each) for each in unknown], by=by.entrusted(), at=at)
    visits = known | dict(zip((each.number for each in unknown), made, strict=True))
    for each in brought:
        each.visit = visits[each.number]
        AppointmentBox.objects.filter(pk=each.pk).update(visit=each.visit)


def of_boxes(boxes: list[AppointmentBox], at: datetime) -> Iterator[Wrong]:
    """What is wrong with the boxes: no right any more, not ready to leave, or here already."""
    collected = [each for each in boxes if not each.comes_in and each.visit is not None]
    stops = in_the_way([each.visit for each in collected if each.visit], at)
    for each in collected:
        if not standing_right(each, at):
            yield Wrong(Trouble.NO_RIGHT, box=each)
        if found := stops.get(each.visit_id or 0):
            yield Wrong(Trouble.NOT_READY, ", ".join(dict.fromkeys(stop.code for stop in found)), each)
    brought = [each for each in boxes if each.comes_in]
    here = set(_active(brought))
    yield from (Wrong(Trouble.WRONG_BOX, "already at the terminal", each) for each in brought if each.number in here)


def _active(boxes: list[AppointmentBox]) -> Sequence[str]:
    if not boxes:
        return []
    active = Visit.objects.filter(
        terminal=boxes[0].appointment.terminal_id,
        state=VisitState.ACTIVE.value,
        container__number__in=[each.number for each in boxes],
    )
    return list(active.values_list("container__number", flat=True))


def _of_time(row: Appointment, at: datetime) -> Iterator[Wrong]:
    rules, begins = rules_of(row.terminal), row.starts_at
    if begins is None:
        return
    if at < begins - rules.early:
        yield Wrong(Trouble.TOO_EARLY, told(begins))
    if at > begins + rules.late:
        yield Wrong(Trouble.TOO_LATE, told(begins))


def _of_truck(row: Appointment, came: str) -> Iterator[Wrong]:
    if came != row.plate:
        yield Wrong(Trouble.OTHER_TRUCK, row.plate)


def _begin_call(row: Appointment, plate: str, *, by: Actor, at: datetime) -> Call:
    """The truck is a call from its arrival on."""
    new = calls.NewCall(
        terminal=row.terminal,
        mode=Mode.ROAD,
        number=plate,
        carrier=row.haulier.name[:120] if row.haulier else "",
        operator=row.haulier,
        scheduled_arrival_at=row.starts_at,
    )
    (call,) = calls.announce_calls([new], by=by.entrusted(), at=at)
    calls.arrive(call, by=by.entrusted(), at=at)
    row.call = call
    return call


def _references(box: AppointmentBox) -> list[tuple[str, str]]:
    return [(kind, box.reference) for kind in Reference.Kind.values] if box.reference else []


def _unannounced(row: Appointment, box: AppointmentBox) -> containers.Advice:
    said: dict[str, Any] = {"number": box.number, "size_type": box.size_type, "laden": box.laden}
    return containers.Advice(terminal=row.terminal, arrival_call=row.call, unannounced=True, **said)
