"""What the gate keeps of a box that was known under two numbers: it goes over to the visit that goes on.

# Note [Two words on one box]
Whoever gave the right to collect under one number knew nothing of the other. Where both visits have rights that stand,
and not the same parties gave them, nobody here can say whose word counts: all of them end, and whoever has the say
gives a new one. Rights of the same parties go over; of two PINs the later one counts, as if it had been made anew. A
right whose giver has no say over the box any more, now that the parts of both visits are known, ends as well. A truck
that comes under a right that has ended is held at the desk, so that no box leaves in doubt. Two trucks that are to
collect the box refuse the joining: one may be on its way or have it aboard, and only people can say which is right.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db.models import F

from apps.common.integrity import refusals
from apps.containers.models import Visit
from apps.containers.selectors import has_the_say
from apps.gate.models import AppointmentBox, DeliveryOrder, Inspection, ReleasePin
from apps.gate.services.refusals import TwoTrucksCollectIt
from apps.gate.services.rights import end_right
from apps.parties.actors import Actor
from terminal.events import EventKind
from terminal.throughput import Direction

Right = DeliveryOrder | ReleasePin

ENDS: Final = {DeliveryOrder: EventKind.DELIVERY_ORDER_REVOKED, ReleasePin: EventKind.PIN_REVOKED}
WHY: Final = "the box was known under two numbers"


def join_visits(visit: Visit, merged: Visit, *, by: Actor, at: datetime) -> None:
    """Rights, trucks' boxes and inspections of the merged visit are the other's; both are locked.

    See Note [Two words on one box]. Raises ``TwoTrucksCollectIt``.
    """
    for right in _ending(visit, merged, at):
        end_right(right, ENDS[type(right)], by=by, at=at, why=WHY)
    with refusals(a_box_is_collected_by_one_truck=lambda: _two_trucks(visit, merged)):
        AppointmentBox.objects.filter(visit=merged).update(visit=visit, version=F("version") + 1)
    for model in (DeliveryOrder, ReleasePin, Inspection):
        model._default_manager.filter(visit=merged).update(visit=visit, version=F("version") + 1)


def _ending(visit: Visit, merged: Visit, at: datetime) -> list[Right]:
    """The rights that do not survive, the first given first."""
    mine, theirs = _open(visit), _open(merged)
    both = sorted([*mine, *theirs], key=lambda right: (right.issued_at, right.pk))
    ours, others = _givers(mine, at), _givers(theirs, at)
    if ours and others and ours != others:
        return both
    earlier_pins = [right for right in both if isinstance(right, ReleasePin)][:-1]
    return [right for right in both if right in earlier_pins or not has_the_say(visit, right.issued_by, at)]


def _open(visit: Visit) -> list[Right]:
    """Neither revoked nor used, locked."""
    found: list[Right] = []
    for model in (DeliveryOrder, ReleasePin):
        # Joined: the visit is asked for, and a right keeps its giver. See Note [Locked alone].
        rows = model._default_manager.filter(visit=visit, revoked_at=None, used_at=None).order_by("pk")
        found += rows.select_related("issued_by", "visit__container").select_for_update(of=("self",), no_key=True)
    return found


def _givers(rights: Iterable[Right], at: datetime) -> set[int]:
    """Whose word stands still."""
    return {right.issued_by_id for right in rights if right.valid_until > at}


def _two_trucks(visit: Visit, merged: Visit) -> TwoTrucksCollectIt:
    turns = AppointmentBox.objects.filter(direction=Direction.OUT.value, ended_at=None).select_related("appointment")
    wrong, right = turns.get(visit=visit), turns.get(visit=merged)
    facts = {"truck": str(right.appointment), "former": wrong.number, "other": str(wrong.appointment)}
    return TwoTrucksCollectIt(number=merged.container.number, **facts)
