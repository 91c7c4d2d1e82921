"""Planned and estimated times: every change is kept."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import F

from apps.calls.models import Call
from apps.calls.services.refusals import AlreadyHappened, lock, messages_about, require_order, require_under_way
from apps.journal.services import Happening, record
from apps.parties.actors import Actor
from terminal.events import Audience, Classifier, EventKind
from terminal.lifecycle import Phase
from terminal.moments import require_zone

UNCHANGED: Final[Any] = object()
"""Stands for a time that nobody spoke of; None takes a time back."""

FIRMNESS: Final = {
    Classifier.PLANNED: ("scheduled_arrival_at", "scheduled_departure_at"),
    Classifier.ESTIMATED: ("estimated_arrival_at", "estimated_departure_at"),
}
"""The pair of times of each kind: arrival, departure."""

NAMES: Final = {
    Classifier.PLANNED: (*FIRMNESS[Classifier.PLANNED], "cut_off_at"),
    Classifier.ESTIMATED: FIRMNESS[Classifier.ESTIMATED],
}
"""What one journal row of each kind speaks of."""

TOLD: Final = {"estimated_arrival_at": "told_arrival_at", "estimated_departure_at": "told_departure_at"}
"""Where it is kept which estimate others were told."""


def change_times(
    call: Call,
    *,
    by: Actor,
    at: datetime,
    estimated_arrival_at: datetime | None = UNCHANGED,
    estimated_departure_at: datetime | None = UNCHANGED,
    scheduled_arrival_at: datetime | None = UNCHANGED,
    scheduled_departure_at: datetime | None = UNCHANGED,
    cut_off_at: datetime | None = UNCHANGED,
) -> Call:
    """Say anew when a carrier is planned or estimated to come and go. What is left out stays; None takes a time back.

    One journal row ``call-time-changed`` for what is planned and one for what is estimated, with from and to; none when
    nothing changes. Estimates that differ little from what others were told last (``Call.tell_from_minutes``) are for
    staff only. Raises ``NotYours``, ``CallIsOver`` (kept in the journal), ``AlreadyHappened`` (it has arrived or
    left), ``DepartureBeforeArrival``, ``NaiveTime``.
    """
    said = {
        "estimated_arrival_at": estimated_arrival_at,
        "estimated_departure_at": estimated_departure_at,
        "scheduled_arrival_at": scheduled_arrival_at,
        "scheduled_departure_at": scheduled_departure_at,
        "cut_off_at": cut_off_at,
    }
    by.require("calls.change_call", call.terminal)
    with messages_about(call, message="change times", by=by, at=at):
        lock(call)
        require_under_way(call)
        new = {name: time for name, time in said.items() if time is not UNCHANGED and time != getattr(call, name)}
        _require_sense(call, new)
        _write(call, new, by=by, at=at)
    return call


def _require_sense(call: Call, new: dict[str, datetime | None]) -> None:
    require_zone(*new.values())
    for name in new:
        if (call.arrived_at and "arrival" in name) or call.phase == Phase.DEPARTED:
            raise AlreadyHappened(number=call.number, what=name.removesuffix("_at").replace("_", " "))
    for arrival, departure in FIRMNESS.values():
        if arrival in new or departure in new:
            require_order(new.get(arrival, getattr(call, arrival)), new.get(departure, getattr(call, departure)))


def _write(call: Call, new: dict[str, datetime | None], *, by: Actor, at: datetime) -> None:
    if not new:
        return
    changed = {name: {"from": _iso(getattr(call, name)), "to": _iso(time)} for name, time in new.items()}
    told = _worth_telling(call, new)
    Call.objects.filter(pk=call.pk).update(**new, **told, version=F("version") + 1)
    for name, time in (new | told).items():
        setattr(call, name, time)
    call.version += 1
    estimates = Audience.PUBLIC if told else Audience.STAFF
    audiences = {Classifier.PLANNED: Audience.PUBLIC, Classifier.ESTIMATED: estimates}
    rows = (_changed(call, firmness, changed, audiences[firmness], by=by, at=at) for firmness in FIRMNESS)
    record(*(row for row in rows if row is not None))


def _worth_telling(call: Call, new: dict[str, datetime | None]) -> dict[str, datetime | None]:
    """The estimates others are told from now on: both, when either differs enough from what they were told last."""
    little = timedelta(minutes=call.tell_from_minutes)
    if not any(_differs(new[name], getattr(call, told), little) for name, told in TOLD.items() if name in new):
        return {}
    return {told: new.get(name, getattr(call, name)) for name, told in TOLD.items()}


def _differs(one: datetime | None, other: datetime | None, little: timedelta) -> bool:
    if one is None or other is None:
        return one is not other
    return abs(one - other) >= max(little, timedelta(microseconds=1))


def _changed(
    call: Call,
    firmness: Classifier,
    changed: dict[str, dict[str, str | None]],
    audience: Audience,
    *,
    by: Actor,
    at: datetime,
) -> Happening | None:
    concerned = {name: changed[name] for name in NAMES[firmness] if name in changed}
    if not concerned:
        return None
    return Happening(
        kind=EventKind.CALL_TIME_CHANGED,
        terminal_id=call.terminal_id,
        at=at,
        actor=by.label,
        call_id=call.pk,
        classifier=firmness,
        audience=audience,
        payload={"mode": call.mode, "number": call.number, **concerned},
    )


def _iso(time: datetime | None) -> str | None:
    return time.isoformat() if time else None
