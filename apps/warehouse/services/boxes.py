"""The containers a booking is for: advised with it, and given up with it.

# Note [What a booking gives up]
A booking that is cancelled takes back only what it said itself and nobody built upon: an advice that it made, of a box
that has not come, in which no other party has a part. What a train, a ship, a truck, another booking or a declaration
counts on stays, and so does what anybody holds or has allowed: who gave an advice up to be rid of a hold would be told
nothing here. Apps that lie above answer ``counting_on``; whoever has a word on any advice (``giving_up``) says no.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import F, Q
from django.dispatch import Signal

from apps.calls.models import Call
from apps.containers import services as containers
from apps.containers.models import Permission, Reference, Visit, VisitRole
from apps.containers.selectors import standing_holds
from apps.containers.services.advising import role_of
from apps.containers.services.numbers import require_number
from apps.containers.services.rows import lock_visits
from apps.parties.actors import Actor
from apps.ships.models import StowageLine
from apps.trains.models import WagonLoad
from apps.warehouse.models import BookedBox, Booking
from apps.warehouse.selectors import visits_worth_a_booking
from terminal.advice import Way
from terminal.errors import Malformed, Refused, gettext_noop
from terminal.lifecycle import BOOKING, BookingStatus, VisitState

OVER: Final = [each.value for each in BookingStatus if BOOKING.is_final(each.value)]

counting_on = Signal()
"""Sent before an advice is given up with its booking, inside the transaction: ``visit`` (locked), ``at``. A receiver
that counts on the box answers True, and the advice stays."""


class NamedTwice(Malformed):
    """One box, told of twice in one booking."""

    message = gettext_noop("%(number)s is named twice: name each container of a booking once.")


@dataclass(frozen=True, kw_only=True)
class NewBox:
    """A container a booking is for. ``laden`` None: nobody said. ``reference`` is the party's own."""

    number: str
    size_type: str
    reference: str = ""
    laden: bool | None = None
    arrival_call: Call | None = None


def advise_boxes(booking: Booking, boxes: Sequence[NewBox], *, by: Actor, at: datetime) -> list[BookedBox]:
    """Advise the containers of a booking in the party's name; one it has advised already, or that is here, is linked.

    The booking's number stands in the papers of all of them. Within the booking's transaction. Raises ``NamedTwice``
    and what an advice refuses.
    """
    numbers = [require_number(each.number, by=by) for each in boxes]
    if twice := next((each for each in numbers if numbers.count(each) > 1), None):
        raise NamedTwice(number=twice)
    known = _known(booking, numbers, at)
    new = [each for number, each in zip(numbers, boxes, strict=True) if number not in known]
    author = by if by.party is not None else by.entrusted()
    made = containers.advise([_advice(booking, each) for each in new], by=author, at=at)
    visits = known | {visit.container.number: visit for visit in made}
    papers = [Reference(visit=visit, kind=Reference.Kind.BOOKING, value=booking.number) for visit in known.values()]
    Reference.objects.bulk_create(papers, ignore_conflicts=True)
    rows = [BookedBox(booking=booking, visit=visits[each], made=each not in known) for each in numbers]
    return BookedBox.objects.bulk_create(rows)


def lock_boxes(booking: Booking, boxes: Sequence[NewBox], *, by: Actor, at: datetime) -> None:
    """Lock what the party has here of the containers a booking is for, before its half-days are counted.

    Who gives a booking up locks in that order, and the database itself looks at the visits once more at the end.
    """
    known = _known(booking, [require_number(each.number, by=by) for each in boxes], at).values() if boxes else ()
    lock_visits([*([booking.visit] if booking.visit else ()), *known])


def _known(booking: Booking, numbers: list[str], at: datetime) -> dict[str, Visit]:
    """The party's visits of these boxes, those that are here before those that are announced."""
    theirs = visits_worth_a_booking(booking.party, booking.terminal, at).filter(container__number__in=numbers)
    return {visit.container.number: visit for visit in reversed(theirs)}


def _advice(booking: Booking, box: NewBox) -> containers.Advice:
    own = [(Reference.Kind.OWN.value, box.reference)] if box.reference else []
    return containers.Advice(
        terminal=booking.terminal,
        number=box.number,
        size_type=box.size_type,
        laden=box.laden,
        arrival_call=box.arrival_call,
        references=[(Reference.Kind.BOOKING.value, booking.number), *own],
        roles=[(booking.party, role_of(booking.party))],
        way=Way.BOOKING,
    )


def give_boxes_up(booking: Booking, *, by: Actor, at: datetime) -> list[Visit]:
    """Take back the advices of a booking that is cancelled, within its transaction.

    See Note [What a booking gives up]. The visits that were cancelled.
    """
    advised = BookedBox.objects.filter(booking=booking, made=True, visit__state=VisitState.ADVISED.value)
    rows = lock_visits(each.visit for each in advised.select_related("visit"))
    stay = _wanted(booking, rows, at) if rows else ()
    free = [row for row in rows if row.state == VisitState.ADVISED and row.pk not in stay]
    return [row for row in free if _cancelled(row, booking, by=by.entrusted(), at=at)]


def _cancelled(visit: Visit, booking: Booking, *, by: Actor, at: datetime) -> bool:
    if any(answer for _, answer in counting_on.send(sender=Booking, visit=visit, at=at)):
        return False
    try:
        with transaction.atomic():
            containers.cancel_visit(visit, by=by, at=at, reason=f"booking {booking.number} was cancelled")
    except Refused:
        return False
    return True


def _wanted(booking: Booking, rows: list[Visit], at: datetime) -> set[int]:
    """Those on which others have a word, or build."""
    held = {number for number, holds in standing_holds(rows).items() if holds}
    planned = {row.pk for row in rows if row.departure_call_id is not None or row.consignment_id is not None}
    others = VisitRole.objects.filter(Q(until=None) | Q(until__gt=at)).exclude(party=booking.party)
    live = Booking.objects.exclude(pk=booking.pk).exclude(status__in=OVER)
    named = (
        others,
        Permission.objects.all(),
        WagonLoad.objects.all(),
        StowageLine.objects.all(),
        live,
        BookedBox.objects.filter(booking__in=live),
    )
    found = (each.filter(visit__in=rows).values_list("visit_id", flat=True) for each in named)
    return held | planned | {number for numbers in found for number in numbers}


def join_visits(visit: Visit, merged: Visit) -> None:
    """What was booked for a visit that was merged is booked for the other, which is no booking's to give up."""
    Booking.objects.filter(visit=merged).update(visit=visit, version=F("version") + 1)
    linked = BookedBox.objects.filter(visit=visit).values("booking")
    BookedBox.objects.filter(visit=merged, booking__in=linked).delete()
    BookedBox.objects.filter(visit=merged).update(visit=visit, made=False, version=F("version") + 1)
