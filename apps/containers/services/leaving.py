"""Boxes that leave the terminal's ground, or are unpacked on it. None moves while anything stands in its way."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce
from django.dispatch import Signal

from apps.calls.models import Call
from apps.common.integrity import refusals
from apps.containers.models import Visit
from apps.containers.selectors import situations
from apps.containers.services.rows import (
    bring_up_to_date,
    lock_calls,
    lock_visits,
    movement,
    of_visit,
    refreshed,
    require_right,
    require_unchanged,
)
from apps.journal.services import record_many
from apps.parties.actors import Actor
from terminal.errors import Malformed, Refused, gettext_noop
from terminal.events import EventKind
from terminal.lifecycle import WORKABLE, Position, VisitState
from terminal.moments import require_zone
from terminal.readiness import Blocker, NotReady, Step, blockers
from terminal.throughput import Mode
from terminal.work import Work


class NotAWayOut(Malformed):
    """Boxes leave by being loaded or through the gate."""

    message = gettext_noop("A box leaves by load or gate_out, not by %(step)s.")


class NoTruck(Refused):
    """A box is put on a truck that stands at the terminal."""

    message = gettext_noop("%(number)s is not a truck that is being served here (%(phase)s).")


class StillAboard(Refused):
    """A truck takes boxes out through the gate, where each is asked for, and not by merely driving away."""

    message = gettext_noop("These are on truck %(number)s and have not passed the gate: %(numbers)s.")


class LeavesBeforeItCame(Refused):
    """A departure before the arrival."""

    message = gettext_noop("A box cannot leave at %(time)s, before it came.")


LEFT: Final[dict[Step, dict[str, str]]] = {
    Step.LOAD: {"position": Position.ON_CARRIER.value},
    Step.GATE_OUT: {"state": VisitState.DEPARTED.value, "position": Position.GONE.value},
}
"""What becomes of a visit. A loaded box has left the ground, but its visit lasts until the carrier departs."""

KINDS: Final = {Step.LOAD: EventKind.CONTAINER_LOADED, Step.GATE_OUT: EventKind.CONTAINER_GATED_OUT}

WORK: Final = {Step.LOAD: Work.LOAD, Step.GATE_OUT: Work.DELIVER}
"""What is done to a box that leaves the ground."""


# Note [Who makes room when a box leaves]
# A box that leaves the ground leaves its cell, too. Cells belong to `yard`, which lies above: it listens here, and what
# it does (or refuses, when another box stands on top) is part of the same transaction.
leaving = Signal()
"""Sent when boxes leave the ground, inside the transaction: ``visits`` (their numbers), ``work``, ``by``, ``at``."""


@transaction.atomic
def leave_visits(visits: list[Visit], *, step: Step, by: Actor, at: datetime) -> list[Visit]:
    """The boxes leave the ground at ``at``: onto the carrier they are planned on, or out through the gate. All or none.

    ``departed_at`` is set by both. Raises ``NotReady`` exactly when ``what_stands_between`` answers anything for one of
    them, with every blocker of each; ``NotYours``, ``NotAWayOut``, ``LeavesBeforeItCame``, ``ChangedMeanwhile``,
    ``NaiveTime``.
    """
    if step not in LEFT:
        raise NotAWayOut(step=str(step))
    rows = _ready(visits, step=step, by=by, at=at)
    stood = {row.pk: row.position for row in rows}
    lifted = [row.pk for row in rows if row.position != Position.ON_CARRIER]
    values = {**LEFT[step], "departed_at": at}
    with refusals(box_leaves_after_it_came=LeavesBeforeItCame(time=at.isoformat())):
        _update(rows, values)
        _set_carrier(rows, aboard=step is Step.LOAD)
    leaving.send(sender=Visit, visits=lifted, work=WORK[step], by=by, at=at)
    record_many(movement(row, KINDS[step], _carrier(row, step), by=by, at=at, was=stood[row.pk]) for row in rows)
    bring_up_to_date(visits, rows, "state", "position", "carrier_call", "departed_at")
    return visits


@transaction.atomic
def put_on_truck(visits: list[Visit], truck: Call, *, by: Actor, at: datetime) -> list[Visit]:
    """The boxes were lifted onto a truck at the terminal, by which they are to leave; they pass the gate later.

    All or none. Raises ``NotReady`` as ``leave_visits`` through the gate would, ``NoTruck``, ``NotYours``.
    """
    lock_calls([truck.pk, *(visit.departure_call_id for visit in visits)])
    rows = _ready(visits, step=Step.GATE_OUT, by=by, at=at)
    truck.refresh_from_db(fields=["phase"])
    if truck.mode != Mode.ROAD or truck.phase not in WORKABLE:
        raise NoTruck(number=truck.number, phase=truck.phase)
    values = {"position": Position.ON_CARRIER.value, "carrier_call": truck, "departure_call": truck}
    _update(rows, values)
    leaving.send(sender=Visit, visits=[row.pk for row in rows], work=Work.DELIVER, by=by, at=at)
    bring_up_to_date(visits, rows, *values)
    return visits


def _set_carrier(rows: list[Visit], *, aboard: bool) -> None:
    """A loaded box is on the carrier it leaves by; one that passed the gate is on none any more."""
    Visit.objects.filter(pk__in=[row.pk for row in rows]).update(carrier_call=F("departure_call") if aboard else None)
    for row in rows:
        row.carrier_call = row.departure_call if aboard else None


@transaction.atomic
def strip_visits(visits: list[Visit], *, by: Actor, at: datetime) -> list[Visit]:
    """The boxes were unpacked at ``at``: empty from now on, and their gross weight no longer known. All or none.

    Raises as ``leave_visits``.
    """
    rows = _ready(visits, step=Step.STRIP, by=by, at=at)
    _update(rows, {"laden": False, "gross_kg": None})
    _know_load(rows)
    record_many(of_visit(row, EventKind.CONTAINER_STRIPPED, by=by, at=at) for row in rows)
    bring_up_to_date(visits, rows, "laden", "gross_kg", "claimed")
    return visits


def _know_load(rows: list[Visit]) -> None:
    """The terminal has seen for itself: the load is no claim any more."""
    without = Func(F("claimed"), Value("laden"), function="array_remove")
    Visit.objects.filter(pk__in=[row.pk for row in rows]).update(claimed=without)
    for row in rows:
        row.claimed = [name for name in row.claimed if name != "laden"]


@transaction.atomic
def departed_with(call: Call, *, by: Actor, at: datetime) -> int:
    """End the visits of all boxes on a carrier that has left; how many. Their movement was journalled when loaded.

    Called whenever a call departs (``apps.calls.services.departing``); a second time finds none. Raises
    ``StillAboard`` for a truck.
    """
    _require_gate_passed(call)
    on_it = Q(carrier_call=call) | Q(carrier_call=None, departure_call=call)
    aboard = Visit.objects.filter(on_it, state=VisitState.ACTIVE.value, position=Position.ON_CARRIER.value).order_by(
        "pk"
    )
    numbers = list(aboard.select_for_update().values_list("pk", flat=True))
    return Visit.objects.filter(pk__in=numbers).update(
        state=VisitState.DEPARTED.value,
        position=Position.GONE.value,
        carrier_call=None,
        departed_at=Coalesce("departed_at", at),
        version=F("version") + 1,
    )


def _require_gate_passed(call: Call) -> None:
    if call.mode == Mode.ROAD:
        # Joined: a visit keeps its box. See Note [Locked alone].
        aboard = Visit.objects.filter(carrier_call=call, state=VisitState.ACTIVE.value, departed_at=None)
        numbers = list(
            aboard.order_by("pk").select_for_update(of=("self",)).values_list("container__number", flat=True)
        )
        if numbers:
            raise StillAboard(number=call.number, numbers=", ".join(numbers))


def require_ready(visits: Iterable[Visit], *, step: Step, at: datetime) -> None:
    """Raise ``NotReady`` with every blocker of every visit, each with its container number, unless there is none."""
    rows = list(visits)
    standing = situations(rows, at)
    found = [(row, each) for row in rows for each in blockers(standing[row.pk], step, at)]
    if found:
        raise NotReady(step=step.value, codes=_codes(each for _, each in found), blockers=_told(found))


def _codes(found: Iterable[Blocker]) -> str:
    return ", ".join(dict.fromkeys(each.code for each in found))


def _told(found: list[tuple[Visit, Blocker]]) -> list[dict[str, Any]]:
    return [{**each.as_facts(), "container": row.container.number} for row, each in found]


def _ready(visits: list[Visit], *, step: Step, by: Actor, at: datetime) -> list[Visit]:
    """The visits locked, their calls before them, and nothing in their way."""
    require_zone(at)
    lock_calls(visit.departure_call_id for visit in visits)
    rows = lock_visits(visits)
    require_right(by, rows, "containers.change_visit")
    require_unchanged(visits, rows, "departure_call_id")
    require_ready(rows, step=step, at=at)
    return rows


def _update(rows: list[Visit], values: dict[str, Any]) -> None:
    Visit.objects.filter(pk__in=[row.pk for row in rows]).update(**values, version=F("version") + 1)
    for row in rows:
        refreshed(row, **values)


def _carrier(visit: Visit, step: Step) -> Call | None:
    call = visit.departure_call
    if step is Step.GATE_OUT and call is not None and call.mode != Mode.ROAD:
        return None
    return call
