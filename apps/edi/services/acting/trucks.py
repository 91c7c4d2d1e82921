"""COPINO: a truck is announced, which is an appointment of the haulier's at the gate.

The document's number (BGM) is the appointment's reference: a replacement or a cancellation means the one under it.
"""

from datetime import datetime
from typing import Final

from apps.edi.services.cases import Case, box_at
from apps.edi.services.refusals import UnknownHere
from apps.gate import services as gate
from apps.gate.models import Appointment
from terminal.edifact.exchange import Unacted
from terminal.edifact.facts import BILL_OF_LADING, BOOKING, Box, Errand, Function, Means, Time, TruckNotice
from terminal.edifact.faults import MissingElement, WrongElement
from terminal.errors import gettext_noop
from terminal.throughput import Direction, Mode

COMES: Final = ("132", "200", "178")
"""Kinds of time that say when a truck is to come: expected, to be collected, arrival."""

WAYS: Final = {Errand.DELIVERY: Direction.IN, Errand.PICK_UP: Direction.OUT}
BOOKS: Final = frozenset({Function.ORIGINAL, Function.DUPLICATE, Function.REPLACEMENT, Function.CHANGE})
GIVES_UP: Final = frozenset({Function.REPLACEMENT, Function.CHANGE, Function.CANCELLATION, Function.DELETION})


def take_truck_notice(told: TruckNotice, case: Case) -> None:
    """Book an hour at the gate, instead of an earlier one, or give one up. What comes by rail is left."""
    function = told.head.function
    if function not in BOOKS | GIVES_UP:
        raise WrongElement.at(case.where("BGM", 3), function, "1, 3, 4, 5, 7, 9")
    truck = next((each for each in told.means if each.mode in (None, Mode.ROAD)), None)
    if truck is None and told.means:
        case.leave(Unacted.NOT_BY_TRUCK, case.where("TDT", 3), ", ".join(box.number for _, box in told.errands))
        return
    if function in GIVES_UP:
        _give_up(told, case)
    if function in BOOKS:
        _book(told, truck, case)


def _booked(told: TruckNotice, case: Case) -> Appointment | None:
    rows = Appointment.objects.booked().filter(terminal=case.partner.terminal_id, haulier=case.party)
    return rows.filter(reference=told.head.document[:60]).select_related("terminal").order_by("-pk").first()


def _give_up(told: TruckNotice, case: Case) -> None:
    booked = _booked(told, case) if told.head.document else None
    if booked is None:
        expected = gettext_noop("a truck that was announced before and has not come")
        raise UnknownHere.at(case.where("BGM", 2), told.head.document, expected)
    with case.asking():
        gate.cancel_appointment(booked, by=case.by, at=case.at, reason=f"COPINO {told.head.document}"[:200])
    case.done("appointment-cancelled", appointment=booked.number)


def _book(told: TruckNotice, truck: Means | None, case: Case) -> None:
    if truck is None or not truck.identity:
        raise MissingElement.at(case.where("TDT", 8), "", gettext_noop("the plate of the truck"))
    if told.head.document and _booked(told, case) is not None:
        case.leave(Unacted.SAID_BEFORE, case.where("BGM", 2), told.head.document)
        return
    boxes = [box for _, box in told.errands]
    with case.asking(boxes, case.where("TDT", 8)):
        booked = gate.book_appointment(
            terminal=case.partner.terminal,
            haulier=case.party,
            starts_at=_comes_at(told, truck, case),
            plate=truck.identity,
            boxes=[_wanted(errand, box) for errand, box in told.errands],
            driver_name=truck.name[:80],
            reference=told.head.document[:60],
            by=case.by,
            at=case.at,
        )
    starts_at = booked.starts_at.isoformat() if booked.starts_at else ""
    case.done("appointment", appointment=booked.number, id=str(booked.public_id), starts_at=starts_at)


def _comes_at(told: TruckNotice, truck: Means, case: Case) -> datetime:
    """When the truck says it comes, at this place or at all. Raises ``MissingElement``."""
    times: list[Time] = [each for place in truck.locations for each in place.times]
    times += [*truck.times, *told.head.times]
    for kind in COMES:
        for each in times:
            if each.kind == kind and not each.whole_day:
                return each.at
    raise MissingElement.at(case.where("DTM", 1), "", gettext_noop("when the truck comes (DTM 132)"))


def _wanted(errand: Errand, box: Box) -> gate.WantedBox:
    if not box.number:
        raise MissingElement.at(box_at(box), "", gettext_noop("a container number"))
    papers = box.reference(BOOKING) or box.reference(BILL_OF_LADING)
    return gate.WantedBox(
        direction=WAYS[errand], number=box.number, size_type=box.size_type, reference=papers[:60], laden=box.laden
    )
