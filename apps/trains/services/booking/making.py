"""Places asked for: held at once, or waited for; more or fewer of them; and given up."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F

from apps.common.integrity import refusals
from apps.common.numbers import next_number
from apps.common.steps import require_version, take_step
from apps.parties.actors import Actor
from apps.parties.models import Party
from apps.trains.models import SlotBooking, TrainQuota, TrainVisit
from apps.trains.services.booking.boxes import give_boxes_back, require_boxes_fit
from apps.trains.services.booking.places import no_places
from apps.trains.services.booking.quotas import counter, free_teu, hold
from apps.trains.services.booking.refusals import NoPlaces
from apps.trains.services.booking.rows import journal, lock, lock_all
from apps.trains.services.booking.rules import (
    RIGHT,
    require_destination,
    require_may_book,
    require_not_over,
    require_open,
    require_teu,
)
from apps.trains.services.booking.waiting import serve
from terminal.events import EventKind
from terminal.lifecycle import SLOT_BOOKING, SlotBookingState


def book_slots(
    *,
    train: TrainVisit,
    party: Party,
    destination: str,
    teu: Decimal,
    boxes: int,
    by: Actor,
    at: datetime,
    reference: str = "",
    wait: bool = False,
) -> SlotBooking:
    """Hold TEU on a train for so many boxes to a destination: confirmed at once where they are free.

    With ``wait``, what is not free is waited for, where the destination has places at all. Raises ``NotYours``,
    ``TeuDoNotMatch``, ``NotOpenForBooking``, ``TakesNoBoxes``, ``CutOffPassed``, ``DestinationNotServed``, and
    ``NoPlaces`` with ``free_teu`` and ``next_trains``.
    """
    require_may_book(by, party, train)
    teu = require_teu(teu, boxes)
    wish = SlotBooking(train=train, party=party, destination=destination, teu=teu, boxes=boxes, reference=reference)
    return _book_or_wait(wish, by, at) if wait else _book_now(wish, by, at)


def _book_now(wish: SlotBooking, by: Actor, at: datetime) -> SlotBooking:
    row = _counter(wish, at)
    if free_teu(row) < wish.teu:
        raise no_places(row, wish.destination, wish.teu, at)
    return _book(wish, row, by, at)


@transaction.atomic
def _book_or_wait(wish: SlotBooking, by: Actor, at: datetime) -> SlotBooking:
    """Under the lock of the counter, or places that come free at this moment would be missed."""
    row = _counter(wish, at, lock=True)
    if free_teu(row) >= wish.teu:
        return _book(wish, row, by, at)
    if row.pk is None:
        raise no_places(row, wish.destination, wish.teu, at)
    return _write(wish, SlotBookingState.WAITING, EventKind.SLOTS_WAITING, by, at)


def _counter(wish: SlotBooking, at: datetime, *, lock: bool = False) -> TrainQuota:
    row = counter(wish.train, wish.destination, lock=lock)
    wish.train = row.train
    require_open(row.train, at)
    require_destination(row.train, wish.destination)
    return row


def _book(wish: SlotBooking, row: TrainQuota, by: Actor, at: datetime) -> SlotBooking:
    """Whoever was quicker in the meantime is noticed by the database, last of all: its row is held only briefly."""
    with refusals(train_places_are_not_oversold=lambda: _taken(wish, wish.teu, at)):
        booking = _write(wish, SlotBookingState.CONFIRMED, EventKind.SLOTS_BOOKED, by, at)
        hold(row, booking.teu)
    return booking


def _taken(booking: SlotBooking, teu: Decimal, at: datetime) -> NoPlaces:
    return no_places(counter(booking.train, booking.destination), booking.destination, teu, at)


def _write(booking: SlotBooking, state: SlotBookingState, kind: EventKind, by: Actor, at: datetime) -> SlotBooking:
    booking.number, booking.state = next_number("TB", at), state.value
    booking.booked_at, booking.booked_by = at, by.label[:120]
    booking.save(force_insert=True)
    journal(booking, kind, by, at)
    return booking


@transaction.atomic
def change_slots(
    booking: SlotBooking,
    *,
    by: Actor,
    at: datetime,
    teu: Decimal | None = None,
    boxes: int | None = None,
    reference: str | None = None,
    versions: Iterable[int] | None = None,
) -> SlotBooking:
    """Ask for more or fewer TEU or boxes; what is held stays held when more is not free.

    Whoever waits and asks for more waits anew. ``versions``: those of the booking to which the change was meant.
    Raises as ``book_slots``, and ``BookingIsOver``, ``ChangedSince``, ``MoreThanBooked`` (its containers take more).
    """
    require_may_book(by, booking.party, booking.train)
    row = counter(booking.train, booking.destination, lock=True)
    lock(booking)
    require_version(booking, versions)
    require_not_over(booking)
    require_open(row.train, at)
    boxes = booking.boxes if boxes is None else boxes
    teu = require_teu(booking.teu if teu is None else teu, boxes)
    require_boxes_fit(booking, teu, boxes)
    said = {"teu": teu, "boxes": boxes, "reference": booking.reference if reference is None else reference}
    changed = {name: value for name, value in said.items() if getattr(booking, name) != value}
    return _change(booking, row, changed, by, at) if changed else booking


def _change(booking: SlotBooking, row: TrainQuota, changed: dict[str, Any], by: Actor, at: datetime) -> SlotBooking:
    before, more = (
        {name: str(getattr(booking, name)) for name in changed},
        changed.get("teu", booking.teu) - booking.teu,
    )
    if booking.state == SlotBookingState.CONFIRMED:
        with refusals(train_places_are_not_oversold=lambda: _taken(booking, more, at)):
            hold(row, more)
    elif more > 0:
        changed = {**changed, "booked_at": at}
    SlotBooking.objects.filter(pk=booking.pk).update(**changed, version=F("version") + 1)
    booking.refresh_from_db(fields=[*changed, "version"])
    journal(booking, EventKind.SLOTS_CHANGED, by, at, was=before)
    serve(row, at=at)
    return lock(booking)


@transaction.atomic
def cancel_slots(booking: SlotBooking, *, by: Actor, at: datetime, reason: str = "") -> SlotBooking:
    """Give a booking up; its containers are planned on the train no more, and its places go to those who wait.

    Cancelled already: nothing more happens. After the cut-off only staff can. Raises ``NotYours``,
    ``NotOpenForBooking``, ``CutOffPassed``, ``StepNotAllowed`` (it has ended otherwise), and as
    ``unassign_containers``.
    """
    require_may_book(by, booking.party, booking.train)
    row = lock_all(booking)
    if booking.state == SlotBookingState.CANCELLED:
        return booking
    SLOT_BOOKING.require_step(booking.state, SlotBookingState.CANCELLED.value)
    if by.party is not None:
        require_open(row.train, at)
    end(booking, row, SlotBookingState.CANCELLED, EventKind.SLOTS_CANCELLED, by=by, at=at, reason=reason)
    serve(row, at=at)
    return booking


def end(
    booking: SlotBooking,
    row: TrainQuota,
    state: SlotBookingState,
    kind: EventKind,
    *,
    by: Actor,
    at: datetime,
    reason: str = "",
) -> None:
    """Take the last step of a locked booking: what it holds is free, and its boxes are no more its own."""
    if booking.state == SlotBookingState.CONFIRMED:
        hold(row, -booking.teu)
    take_step(booking, SLOT_BOOKING, state.value, field="state", reason=reason[:200])
    give_boxes_back(booking, by=by, at=at)
    journal(booking, kind, by, at, **({"reason": reason} if reason else {}))


@transaction.atomic
def confirm_slots(booking: SlotBooking, *, by: Actor, at: datetime) -> SlotBooking:
    """Give places to one that waits, out of its turn. Raises ``NotYours``, ``NoPlaces``, ``StepNotAllowed``,
    ``NotOpenForBooking``, ``TakesNoBoxes``, ``CutOffPassed``.
    """
    by.require(RIGHT, booking.train.call.terminal)
    row = counter(booking.train, booking.destination, lock=True)
    lock(booking)
    SLOT_BOOKING.require_step(booking.state, SlotBookingState.CONFIRMED.value)
    require_open(row.train, at)
    if free_teu(row) < booking.teu:
        raise no_places(row, booking.destination, booking.teu, at)
    take_step(booking, SLOT_BOOKING, SlotBookingState.CONFIRMED.value, field="state")
    hold(row, booking.teu)
    journal(booking, EventKind.SLOTS_CONFIRMED, by, at)
    return booking
