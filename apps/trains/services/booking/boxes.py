"""The containers that use a booking: planned on its train by it, and no more when they are taken out of it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F, Q, QuerySet

from apps.common.integrity import refusals
from apps.containers import services as containers
from apps.containers.models import Visit
from apps.containers.selectors import has_the_say
from apps.containers.services.rows import bring_up_to_date, lock_calls, lock_visits
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.parties.models import Party
from apps.trains.models import BookedSlot, SlotBooking
from apps.trains.services.booking.refusals import (
    GoesElsewhere,
    HoldsNoPlaces,
    InAnotherBooking,
    LeavesByAnother,
    MoreThanBooked,
    NotInThisBooking,
    NotYourContainer,
)
from apps.trains.services.booking.rows import journal, lock, lock_all
from apps.trains.services.booking.rules import OPEN, require_may_book, require_not_over, require_open
from apps.yard import services as yard
from apps.yard.models import WorkOrder
from terminal.equipment import SizeType
from terminal.events import EventKind
from terminal.lifecycle import SlotBookingState, VisitState
from terminal.work import Work

UNDER_WAY = [VisitState.ADVISED.value, VisitState.ACTIVE.value]


def bookable_visits(party: Party, terminal: Terminal, at: datetime) -> QuerySet[Visit]:
    """The party's boxes that are here or announced, those that are here first."""
    theirs = Visit.objects.seen_by(party, at).filter(terminal=terminal, state__in=UNDER_WAY)
    return theirs.select_related("container").order_by("state", "-pk")


def require_visits(booking: SlotBooking, numbers: Iterable[str], at: datetime) -> list[Visit]:
    """The boxes of these numbers over which the party has the say. Raises ``NotYourContainer``."""
    wanted = list(dict.fromkeys(numbers))
    found = bookable_visits(booking.party, booking.train.call.terminal, at).filter(container__number__in=wanted)
    known = {visit.container.number: visit for visit in reversed(found)}
    for number in wanted:
        if number not in known or not has_the_say(known[number], booking.party, at):
            raise NotYourContainer(number=number)
    return [known[number] for number in wanted]


@transaction.atomic
def assign_containers(booking: SlotBooking, visits: Sequence[Visit], *, by: Actor, at: datetime) -> SlotBooking:
    """Let containers use the booking, all or none: they are planned on its train, and where it is not known where they
    go, it is to the booking's destination. Those that use it already stay.

    Raises ``NotYours``, ``HoldsNoPlaces``, ``NotOpenForBooking``, ``CutOffPassed``, ``NotYourContainer`` (the
    booking's party has no part in it), ``GoesElsewhere``, ``LeavesByAnother``, ``InAnotherBooking``,
    ``MoreThanBooked``, and as ``containers.describe``.
    """
    require_may_book(by, booking.party, booking.train)
    call = lock_calls([booking.train.call_id])[booking.train.call_id]
    rows = lock_visits(visits)
    lock(booking)
    call.terminal, booking.train.call = booking.train.call.terminal, call
    require_open(booking.train, at)
    if booking.state != SlotBookingState.CONFIRMED:
        raise HoldsNoPlaces(booking=booking.number, state=booking.state)
    mine = set(booking.slots.values_list("visit", flat=True))
    new = [row for row in rows if row.pk not in mine]
    _require_theirs(booking, new, at)
    for row in new:
        _require_goes(booking, row)
    require_boxes_fit(booking, booking.teu, booking.boxes, new)
    if new:
        _write(booking, new, by, at)
    bring_up_to_date(visits, rows, "departure_call", "destination")
    return booking


def _require_theirs(booking: SlotBooking, visits: list[Visit], at: datetime) -> None:
    terminal = booking.train.call.terminal
    known = bookable_visits(booking.party, terminal, at).filter(pk__in=[visit.pk for visit in visits])
    theirs = set(known.values_list("pk", flat=True))
    for visit in visits:
        if visit.pk not in theirs:
            raise NotYourContainer(number=visit.container.number)


def _require_goes(booking: SlotBooking, visit: Visit) -> None:
    number, planned = visit.container.number, visit.departure_call
    if visit.destination not in ("", booking.destination):
        said = {"destination": visit.destination, "wanted": booking.destination}
        raise GoesElsewhere(number=number, booking=booking.number, **said)
    if planned is not None and planned.pk != booking.train.call_id and planned.phase in OPEN:
        raise LeavesByAnother(number=number, carrier=planned.number)


def require_boxes_fit(booking: SlotBooking, teu: Decimal, boxes: int, more: Iterable[Visit] = ()) -> None:
    """Raise ``MoreThanBooked`` when the booking's containers, with some more, take more than so much."""
    visits = [*Visit.objects.filter(booked_slot__booking=booking).select_related("container"), *more]
    taken = sum((teu_of(visit) for visit in visits), Decimal(0))
    if taken > teu or len(visits) > boxes:
        wanted = {"wanted_teu": str(taken), "wanted_boxes": len(visits)}
        raise MoreThanBooked(booking=booking.number, teu=str(teu), boxes=boxes, **wanted)


def teu_of(visit: Visit) -> Decimal:
    """The TEU of the box by the size its papers say."""
    return SizeType.parse(visit.size_type).teu


def _write(booking: SlotBooking, visits: list[Visit], by: Actor, at: datetime) -> None:
    names = ", ".join(visit.container.number for visit in visits)
    with refusals(trains_bookedslot_visit_id_key=InAnotherBooking(number=names)):
        BookedSlot.objects.bulk_create([BookedSlot(booking=booking, visit=visit) for visit in visits])
    where, call = booking.destination, booking.train.call
    papers = [containers.Papers(visit=each, departure_call=call, destination=where) for each in visits]
    containers.describe(papers, by=by.entrusted(), at=at)
    _changed(booking, by, at, added=[visit.container.number for visit in visits])


def _changed(booking: SlotBooking, by: Actor, at: datetime, **boxes: list[str]) -> None:
    SlotBooking.objects.filter(pk=booking.pk).update(version=F("version") + 1)
    booking.version += 1
    journal(booking, EventKind.SLOTS_CHANGED, by, at, **boxes)


@transaction.atomic
def unassign_containers(booking: SlotBooking, numbers: Iterable[str], *, by: Actor, at: datetime) -> SlotBooking:
    """Take containers out of the booking: they are planned on its train no more, and asked for no more.

    After the cut-off only staff can. Raises ``NotYours``, ``NotInThisBooking``, ``BookingIsOver``,
    ``NotOpenForBooking``, ``CutOffPassed``, ``OnItsCarrier`` (it stands on the train) and ``OrderInHand`` (it is being
    loaded).
    """
    require_may_book(by, booking.party, booking.train)
    row = lock_all(booking)
    require_not_over(booking)
    if by.party is not None:
        require_open(row.train, at)
    slots = {slot.visit.container.number: slot for slot in booking.slots.select_related("visit__container")}
    wanted = list(dict.fromkeys(numbers))
    for number in wanted:
        if number not in slots:
            raise NotInThisBooking(number=number, booking=booking.number)
    if wanted:
        _take_out(booking, [slots[number] for number in wanted], by=by, at=at)
        _changed(booking, by, at, removed=wanted)
    return booking


def give_boxes_back(booking: SlotBooking, *, by: Actor, at: datetime) -> None:
    """Take out of a locked booking that has ended whatever has not left by its train."""
    gone = Q(visit__state=VisitState.DEPARTED.value, visit__departure_call=booking.train.call_id)
    slots = booking.slots.exclude(gone).select_related("visit__container")
    _take_out(booking, list(slots), by=by, at=at)


def _take_out(booking: SlotBooking, slots: list[BookedSlot], *, by: Actor, at: datetime) -> None:
    visits, call = [slot.visit for slot in slots], booking.train.call
    asked = WorkOrder.objects.open().filter(visit__in=visits, kind=Work.LOAD.value, call=call)
    for order in asked.order_by("pk"):
        yard.cancel_order(order, reason=f"taken out of {booking.number}", by=by.entrusted(), at=at)
    containers.forget_departure(visits, call, by=by.entrusted(), at=at)
    BookedSlot.objects.filter(pk__in=[slot.pk for slot in slots]).delete()


def give_up(visit: Visit) -> None:
    """A box that does not come uses no booking; its places stay the party's."""
    _raise_version(visit)
    BookedSlot.objects.filter(visit=visit).delete()


def join_visits(visit: Visit, merged: Visit) -> None:
    """What was booked for a visit that was merged is the other's, unless that has a booking of its own."""
    _raise_version(merged)
    slots = BookedSlot.objects.filter(visit=merged)
    if BookedSlot.objects.filter(visit=visit).exists():
        slots.delete()
    else:
        slots.update(visit=visit, version=F("version") + 1)


def _raise_version(visit: Visit) -> None:
    SlotBooking.objects.filter(slots__visit=visit).update(version=F("version") + 1)
