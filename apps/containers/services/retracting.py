"""Movements that were entered wrongly, taken back one by one, the latest first."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.dispatch import Signal

from apps.common.integrity import refusals
from apps.containers.models import Visit
from apps.containers.selectors.movements import MOVEMENTS, latest_movement
from apps.containers.services.numbers import require_reason
from apps.containers.services.rows import lock_calls, lock_visits
from apps.containers.services.undoing import undo_rules
from apps.journal.models import Entry
from apps.journal.services import AlreadyRetracted
from apps.journal.services import retract as retract_entry
from apps.parties.actors import Actor
from terminal.errors import Malformed, Refused, gettext_noop
from terminal.events import ARRIVALS, Classifier, EventKind
from terminal.lifecycle import Position, VisitState
from terminal.moments import require_zone

RIGHT: Final = "containers.retract_movement"


class NoSuchEntry(Refused):
    """The journal has no such entry."""

    kind = "absent"
    message = gettext_noop("The journal has no entry %(id)s.")


class NotAMovement(Malformed):
    """Only what moved a box is taken back here."""

    message = gettext_noop("This entry (%(what)s) is no movement of a box: only a movement can be taken back.")


class RetractionStands(Refused):
    """A retraction is not taken back."""

    message = gettext_noop("A retraction cannot be taken back. Enter the movement again, as it really was.")


class LaterMovement(Refused):
    """Movements are taken back in the order in which they can be undone."""

    message = gettext_noop("%(number)s was moved later (%(what)s, %(time)s, entry %(id)s): take that back first.")


class CameAgain(Refused):
    """A box that left and came again cannot have stayed."""

    message = gettext_noop("%(number)s has come again since: its departure cannot be taken back.")


class MoveCannotBeUndone(Refused):
    """Nobody who keeps cells takes this move back."""

    message = gettext_noop("The move of %(number)s cannot be taken back here: move it to where it really stands.")


# Note [Who undoes what a movement did]
# A box that never came leaves its cell, one that was never loaded leaves its wagon. Cells and wagons belong to apps
# that lie above: they listen here, and what they do (or refuse) is part of the same transaction. Of a move between
# cells they must answer that they undid it: nobody else can.
taking_back = Signal()
"""Sent when a movement is taken back, inside the transaction, the visit already as before it: ``visit`` (locked),
``entry`` (the journal's row of the movement), ``by``, ``at``. A receiver that undid a move answers True."""


@transaction.atomic
def retract(entry: UUID, *, reason: str, by: Actor, at: datetime) -> Entry:
    """Take back a movement by the public id of its journal entry: the visit is as it was before it.

    Only the latest standing movement of a visit. What rules did because of it is undone (``undoing``). Returns the
    journal's row that says so, of the same lineage; the days it was counted on are counted again. Raises
    ``NoSuchEntry``, ``NotYours`` (``containers.retract_movement``), ``RetractionStands``, ``NotAMovement``,
    ``AlreadyRetracted``, ``LaterMovement``, ``CameAgain``, ``MoveCannotBeUndone``, ``ReasonMissing``, ``NaiveTime``.
    """
    require_zone(at)
    moved = Entry.objects.filter(public_id=entry).first()
    if moved is None:
        raise NoSuchEntry(id=str(entry))
    _require_may(moved, reason, by)
    visit = _locked(moved)
    _require_latest(moved, visit)
    _put_back(visit, moved)
    answers = taking_back.send(sender=Visit, visit=visit, entry=moved, by=by, at=at)
    if moved.kind == EventKind.CONTAINER_MOVED and not any(answer for _, answer in answers):
        raise MoveCannotBeUndone(number=visit.container.number)
    said = retract_entry(moved, actor=by.label, reason=reason)
    undo_rules(visit, moved.lineage, at=at)
    return said


def _require_may(moved: Entry, reason: str, by: Actor) -> None:
    visit = Visit.objects.filter(pk=moved.visit_id or 0).select_related("terminal").first()
    if visit is not None:
        by.require(RIGHT, visit.terminal)
    if moved.kind == EventKind.RETRACTED:
        raise RetractionStands
    if visit is None or moved.kind not in MOVEMENTS or moved.classifier != Classifier.ACTUAL:
        raise NotAMovement(what=moved.kind)
    require_reason(reason)


def _locked(moved: Entry) -> Visit:
    visit = Visit.objects.get(pk=moved.visit_id or 0)
    lock_calls([visit.arrival_call_id, visit.departure_call_id, _advised_by(visit)])
    return lock_visits([visit])[0]


def _require_latest(moved: Entry, visit: Visit) -> None:
    if not Entry.objects.standing().filter(pk=moved.pk).exists():
        raise AlreadyRetracted
    latest = latest_movement(visit)
    if latest is not None and latest.pk != moved.pk:
        facts = {"what": latest.kind, "time": latest.happened_at.isoformat(), "id": str(latest.public_id)}
        raise LaterMovement(number=visit.container.number, **facts)


def _put_back(visit: Visit, moved: Entry) -> None:
    """Not a step of the lifecycle: what is written here says that a step was never taken."""
    if moved.kind == EventKind.CONTAINER_MOVED:
        return
    values = _before_arrival(visit) if moved.kind in ARRIVALS else _before_departure(visit, moved)
    again = CameAgain(number=visit.container.number)
    with refusals(container_is_in_one_place=again, stays_of_a_container_do_not_overlap=again):
        Visit.objects.filter(pk=visit.pk).update(**values, version=F("version") + 1)
    visit.refresh_from_db()


def _before_arrival(visit: Visit) -> dict[str, Any]:
    return {
        "state": VisitState.ADVISED.value,
        "position": Position.INBOUND.value,
        "arrived_at": None,
        "arrival_call": _advised_by(visit),
        "carrier_call": None,
    }


def _advised_by(visit: Visit) -> int | None:
    """The call by which the box was advised to come."""
    advised = Entry.objects.filter(visit_id=visit.pk, kind=EventKind.VISIT_ADVISED.value).order_by("pk").first()
    return advised.call_id if advised else None


def _before_departure(visit: Visit, moved: Entry) -> dict[str, Any]:
    """Where the movement's entry does not say where it began, the box stands in the yard, its cell unknown."""
    was = moved.payload.get("was") or Position.IN_YARD.value
    return {
        "state": VisitState.ACTIVE.value,
        "position": was,
        "departed_at": None,
        "carrier_call": visit.departure_call_id if was == Position.ON_CARRIER else None,
    }
