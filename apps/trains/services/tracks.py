"""A train takes its metres of a track, and leaves them."""

from datetime import datetime

from django.db.models import F

from apps.calls import services as calls
from apps.calls.models import Call
from apps.common.integrity import refusals
from apps.parties.actors import Actor
from apps.trains.models import Track, TrackStay, TrainVisit
from apps.trains.selectors import free_stretch, loads_to_discharge, stays_in_the_way
from apps.trains.services.refusals import (
    NoTrackFree,
    StillLoaded,
    TrackClosed,
    TrackElsewhere,
    TrackTaken,
    TrackTooShort,
)
from apps.trains.services.rows import asked, note
from terminal.errors import Refused
from terminal.events import EventKind

NAMED = 10


def arrive_train(
    train: TrainVisit, *, by: Actor, at: datetime, track: Track | None = None, happened_at: datetime | None = None
) -> TrackStay:
    """The train stands on a track since ``happened_at`` (now, unless said): on the one named, or the first with room.

    Raises ``NotYours``, ``CallIsOver`` (kept in the journal), ``StepNotAllowed``, ``InTheFuture``, ``TrackTaken``
    (naming the train in the way), ``TrackTooShort``, ``TrackClosed``, ``TrackElsewhere``, ``NoTrackFree``.
    """
    since = happened_at or at
    with asked(train, "arrive", by=by, at=at):
        calls.arrive(train.call, by=by, at=at, happened_at=happened_at)
        stay = _take(train, track, since)
        said = {"track": stay.track.code, "from_m": stay.from_m, "to_m": stay.to_m}
        note(train, EventKind.TRACK_TAKEN, by=by, at=since, **said)
    return stay


def depart_train(train: TrainVisit, *, by: Actor, at: datetime, happened_at: datetime | None = None) -> None:
    """The train has left with what was loaded, and its track is free from then on.

    Raises ``NotYours``, ``CallIsOver`` (kept in the journal), ``StepNotAllowed`` (it is not ready), ``StillLoaded``,
    ``InTheFuture``, ``DepartureBeforeArrival``.
    """
    with asked(train, "depart", by=by, at=at):
        calls.depart(train.call, by=by, at=at, happened_at=happened_at)


def leave_track(call: Call, *, by: Actor, happened_at: datetime) -> None:
    """Part of every departure of a train, whoever says it has left (``apps.calls.services.departing``).

    Raises ``StillLoaded`` naming the boxes that were to be discharged here.
    """
    train = TrainVisit.objects.select_related("call__terminal").filter(call=call).first()
    if train is None:
        return
    _require_unloaded(train)
    stays = train.stays.filter(until=None).select_related("track").order_by("pk")
    for stay in stays.select_for_update(of=("self",)):
        TrackStay.objects.filter(pk=stay.pk).update(until=happened_at, version=F("version") + 1)
        note(train, EventKind.TRACK_LEFT, by=by, at=happened_at, track=stay.track.code)


def _require_unloaded(train: TrainVisit) -> None:
    left = [load.visit.container.number for load in loads_to_discharge(train)]
    if left:
        named = ", ".join(left[:NAMED]) + (" …" if len(left) > NAMED else "")
        raise StillLoaded(train=train.call.number, count=len(left), numbers=named, boxes=left)


def _take(train: TrainVisit, track: Track | None, since: datetime) -> TrackStay:
    wanted = Track.objects.filter(pk=track.pk) if track else Track.objects.filter(terminal=train.call.terminal)
    locked = list(wanted.order_by("pk").select_for_update(no_key=True))
    if track is not None:
        _require_usable(train, locked[0])
    open_ones = sorted((each for each in locked if not each.closed), key=lambda each: (each.usable_m, each.code))
    for each in open_ones:
        start = free_stretch(each, train.length_m, since)
        if start is not None:
            return _stand(train, each, start, since)
    raise _no_room(train, locked[0] if track else None, since)


def _require_usable(train: TrainVisit, track: Track) -> None:
    if track.terminal_id != train.call.terminal_id:
        raise TrackElsewhere(track=track.code)
    if track.closed:
        raise TrackClosed(track=track.code)
    if train.length_m > track.usable_m:
        raise TrackTooShort(track=track.code, length_m=train.length_m, usable_m=track.usable_m)


def _stand(train: TrainVisit, track: Track, start: int, since: datetime) -> TrackStay:
    with refusals(track_metres_hold_one_train=lambda: _no_room(train, track, since)):
        return TrackStay.objects.create(
            track=track, train=train, from_m=start, to_m=start + train.length_m, since=since
        )


def _no_room(train: TrainVisit, track: Track | None, since: datetime) -> Refused:
    if track is None:
        return NoTrackFree(length_m=train.length_m)
    there = ", ".join(stay.train.call.number for stay in stays_in_the_way(track, since))
    return TrackTaken(track=track.code, length_m=train.length_m, trains=there)
