"""Calls that are to come."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from apps.calls.models import Call
from apps.calls.services.refusals import NamelessCall, require_order
from apps.journal.services import Happening, record_many
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.parties.models import Party
from terminal.events import Audience, Classifier, EventKind
from terminal.lifecycle import Phase, StepNotAllowed
from terminal.moments import require_zone
from terminal.throughput import Mode

BEGINNINGS = (Phase.SCHEDULED, Phase.ANNOUNCED)


@dataclass(frozen=True, kw_only=True)
class NewCall:
    """A carrier that is to come: ``number`` is the train's, voyage's or plate's. Times are aware and planned."""

    terminal: Terminal
    mode: Mode
    number: str
    carrier: str = ""
    scheduled_arrival_at: datetime | None = None
    scheduled_departure_at: datetime | None = None
    cut_off_at: datetime | None = None
    operator: Party | None = None
    phase: Phase = Phase.SCHEDULED
    tell_from_minutes: int = 0


@transaction.atomic
def announce_calls(calls: list[NewCall], *, by: Actor, at: datetime) -> list[Call]:
    """Enter calls that are to come, all or none, in the order given.

    Raises ``NotYours``, ``NamelessCall``, ``DepartureBeforeArrival``, ``NaiveTime``, ``StepNotAllowed`` (a call begins
    scheduled or announced).
    """
    for terminal in {each.terminal for each in calls}:
        by.require("calls.change_call", terminal)
    rows = Call.objects.bulk_create([_row(each) for each in calls], batch_size=1000)
    record_many(_announced(row, by=by, at=at) for row in rows)
    return rows


def _row(new: NewCall) -> Call:
    _require_right(new)
    values = {name: getattr(new, name) for name in new.__dataclass_fields__}
    return Call(**values | {"mode": Mode(new.mode).value, "phase": new.phase.value, "number": new.number.strip()})


def _require_right(new: NewCall) -> None:
    if not new.number.strip():
        raise NamelessCall
    if new.phase not in BEGINNINGS:
        possible = ", ".join(each.value for each in BEGINNINGS)
        raise StepNotAllowed(thing="call", present="new", wanted=new.phase.value, possible=possible)
    require_zone(new.cut_off_at)
    require_order(new.scheduled_arrival_at, new.scheduled_departure_at)


def _announced(call: Call, *, by: Actor, at: datetime) -> Happening:
    times = ("scheduled_arrival_at", "scheduled_departure_at", "cut_off_at")
    planned = {name: getattr(call, name).isoformat() for name in times if getattr(call, name)}
    return Happening(
        kind=EventKind.CALL_ANNOUNCED,
        terminal_id=call.terminal_id,
        at=at,
        actor=by.label,
        call_id=call.pk,
        classifier=Classifier.ACTUAL,
        audience=Audience.STAFF,
        payload={"mode": call.mode, "number": call.number, "phase": call.phase, **planned},
    )
