"""Wagons as visitors of their own: set out of a train, mended, emptied, and taken by another train."""

from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Max, QuerySet

from apps.containers import services as containers
from apps.containers.models import Visit
from apps.containers.services.rows import lock_calls
from apps.journal.services import record
from apps.parties.actors import Actor
from apps.trains.models import Track, TrainVisit, Wagon, WagonLoad
from apps.trains.selectors import standing_stay
from apps.trains.selectors.fitting import profile
from apps.trains.services.arriving import RIGHT, of_train
from apps.trains.services.leaving import here
from apps.trains.services.refusals import (
    AlreadySetOut,
    NothingOnIt,
    NotMended,
    NotStanding,
    StandsElsewhere,
    StillOnIt,
    TrackElsewhere,
    TrackOfAnotherGauge,
    WagonOfAnotherGauge,
    WagonThere,
)
from apps.trains.services.working import lift_off
from terminal.events import EventKind
from terminal.identifiers import WagonScheme, gauge_of
from terminal.lifecycle import Position

FACTS: Final = ("scheme", "number", "wagon_type", "tare_kg", "length_m", "axles", "places")
"""What a wagon is, whatever train it is in."""


IN_TRAIN: Final[dict[str, Any]] = {
    "set_out_at": None,
    "set_out_for": "",
    "set_out_note": "",
    "stands_on": None,
    "mended_at": None,
    "taken_at": None,
    "taken_as": None,
}
"""What is said of a wagon that is in its train."""


def set_out(
    wagon: Wagon,
    *,
    by: Actor,
    at: datetime,
    reason: str = Wagon.SetOut.DEFECTIVE,
    track: Track | None = None,
    note: str = "",
) -> Wagon:
    """Take a wagon out of its train, for ``reason`` (``Wagon.SetOut``): it stands without one, on ``track``.

    What is on it stays on it. The consist of the train is to be sent again. Raises ``NotYours``, ``CallIsOver`` (kept
    in the journal), ``NotHere``, ``AlreadySetOut``, ``TrackElsewhere``.
    """
    train = wagon.train
    with here(train, "wagon set out", by=by, at=at):
        row = Wagon.objects.select_for_update().get(pk=wagon.pk)
        if row.set_out_at is not None:
            raise AlreadySetOut(number=row.number)
        if track is not None:
            _require_stands(row, track, train)
        said = {"set_out_at": at, "set_out_for": reason, "set_out_note": note, "stands_on": track, "mended_at": None}
        _write(wagon, **said)
        _consist_is_old(train)
        told = {"reason": str(reason), "track": track.code if track else "", "note": note}
        _record(wagon, train, EventKind.WAGON_SET_OUT, by=by, at=at, **told)
    return wagon


@transaction.atomic
def mend(wagon: Wagon, *, by: Actor, at: datetime) -> Wagon:
    """A defective wagon that stands here is in order again. Raises ``NotYours``, ``NotStanding``."""
    by.require(RIGHT, wagon.train.call.terminal)
    _standing(wagon)
    _write(wagon, mended_at=at)
    _record(wagon, wagon.train, EventKind.WAGON_MENDED, by=by, at=at)
    return wagon


@transaction.atomic
def empty(wagon: Wagon, *, by: Actor, at: datetime) -> list[Visit]:
    """Lift what came on a wagon that stands without a train off it into the yard, also when its train has left.

    Raises ``NotYours``, ``NotStanding``, ``NothingOnIt``, and as ``containers.arrive_visits``.
    """
    by.require(RIGHT, wagon.train.call.terminal)
    lock_calls([wagon.train.call_id])
    _standing(wagon)
    loads = list(_on(wagon).select_related("visit__container", "wagon"))
    if not loads:
        raise NothingOnIt(number=wagon.number)
    call = wagon.train.call
    arrived = [containers.Arrived(load.visit, Position.IN_YARD, call, left_behind=True) for load in loads]
    return lift_off(wagon.train, loads, arrived, by=by, at=at)


def take(wagon: Wagon, train: TrainVisit, *, by: Actor, at: datetime) -> Wagon:
    """A train takes a wagon that stands here, as its last; its own it takes back to its old place. The wagon in it.

    Raises ``NotYours``, ``CallIsOver`` (kept in the journal), ``NotHere`` (of the train), ``NotStanding``,
    ``StandsElsewhere``, ``NotMended``, ``StillOnIt``, ``WagonOfAnotherGauge``.
    """
    with here(train, "wagon taken", by=by, at=at):
        row = _standing(wagon)
        _require_may_go(row, train)
        if row.train_id == train.pk:
            taken = _write(wagon, **IN_TRAIN)
        else:
            taken = _in_train(row, train)
            _write(wagon, taken_at=at, taken_as=taken, stands_on=None)
        _consist_is_old(train)
        _record(taken, train, EventKind.WAGON_TAKEN, by=by, at=at, came_with=row.train.call.number)
    return taken


def _require_may_go(wagon: Wagon, train: TrainVisit) -> None:
    if wagon.train.call.terminal_id != train.call.terminal_id:
        raise StandsElsewhere(number=wagon.number, train=train.call.number)
    if wagon.set_out_for == Wagon.SetOut.DEFECTIVE and wagon.mended_at is None:
        raise NotMended(number=wagon.number)
    gauge, runs_on = gauge_of(WagonScheme(wagon.scheme)), _runs_on(train)
    if runs_on not in (None, gauge):
        raise WagonOfAnotherGauge(number=wagon.number, gauge_mm=gauge, train=train.call.number, train_gauge_mm=runs_on)
    boxes = [] if wagon.train_id == train.pk else list(_on(wagon).values_list("visit__container__number", flat=True))
    if boxes:
        raise StillOnIt(number=wagon.number, boxes=", ".join(sorted(boxes)))


def _require_stands(wagon: Wagon, track: Track, train: TrainVisit) -> None:
    if track.terminal_id != train.call.terminal_id:
        raise TrackElsewhere(track=track.code, train=train.call.number)
    gauge = gauge_of(WagonScheme(wagon.scheme))
    if track.gauge_mm != gauge:
        facts = {"gauge_mm": gauge, "track_gauge_mm": track.gauge_mm}
        raise TrackOfAnotherGauge(train=wagon.number, track=track.code, **facts)


def _runs_on(train: TrainVisit) -> int | None:
    """The gauge of its wagons, else of the track it stands on, mm."""
    stay = standing_stay(train)
    return profile(train).gauge_mm or (stay.track.gauge_mm if stay else None)


def _standing(wagon: Wagon) -> Wagon:
    """The wagon's row, locked, where it stands without a train."""
    # Joined: a wagon keeps its train; taken into another one it is another row. See Note [Locked alone].
    row = Wagon.objects.select_related("train__call").select_for_update(of=("self",)).get(pk=wagon.pk)
    if row.set_out_at is None or row.taken_at is not None:
        raise NotStanding(number=row.number)
    return row


def _on(wagon: Wagon) -> QuerySet[WagonLoad]:
    """What came on it and is not off. What was loaded onto it holds its train, so that nothing of that stays."""
    return WagonLoad.objects.filter(wagon=wagon, leg=WagonLoad.Leg.ARRIVING, done_at=None).order_by("place")


def _in_train(wagon: Wagon, train: TrainVisit) -> Wagon:
    """The wagon's row in the train: the one its papers made already, else a new one at the end."""
    facts = {name: getattr(wagon, name) for name in FACTS}
    last = Wagon.objects.filter(train=train).aggregate(last=Max("sequence"))["last"] or 0
    known = {"train": train, "scheme": facts.pop("scheme"), "number": facts.pop("number")}
    row, made = Wagon.objects.get_or_create(**known, defaults={**facts, "sequence": last + 1})
    if made:
        return row
    before = Wagon.objects.filter(taken_as=row)
    if row.set_out_at is None and before.exists():
        raise WagonThere(number=wagon.number, train=train.call.number)
    before.update(taken_as=None)
    return _write(row, **IN_TRAIN)


def _write(wagon: Wagon, **values: Any) -> Wagon:
    Wagon.objects.filter(pk=wagon.pk).update(**values, version=F("version") + 1)
    for name, value in values.items():
        setattr(wagon, name, value)
    return wagon


def _consist_is_old(train: TrainVisit) -> None:
    sent = TrainVisit.objects.filter(pk=train.pk).exclude(consist_sent_at=None)
    if sent.update(consist_sent_at=None, version=F("version") + 1):
        train.consist_sent_at = None


def _record(wagon: Wagon, train: TrainVisit, kind: EventKind, *, by: Actor, at: datetime, **more: str) -> None:
    said = {"number": train.call.number, "wagon": wagon.number, "scheme": str(wagon.scheme), **more}
    record(of_train(train, kind, by=by, at=at, payload=said))
