"""A train is announced, and takes a track."""

from datetime import datetime
from typing import Any

from django.db import transaction

from apps.calls import services as calls
from apps.common.integrity import refusals
from apps.journal.services import Happening, record
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.trains.models import Track, TrackPlan, TrackStay, TrainService, TrainVisit
from apps.trains.selectors import free_from, stays_in_the_way
from apps.trains.selectors.fitting import free_tracks, in_the_track, profile
from apps.trains.services.fitting import require_fits
from apps.trains.services.refusals import NoFreeTrack, TrackTaken
from terminal.events import Audience, EventKind
from terminal.lifecycle import Phase
from terminal.throughput import Mode

RIGHT = "trains.change_trainvisit"


@transaction.atomic
def announce_train(
    *,
    terminal: Terminal,
    number: str,
    scheduled_arrival_at: datetime,
    scheduled_departure_at: datetime,
    by: Actor,
    at: datetime,
    service: TrainService | None = None,
    cut_off_at: datetime | None = None,
    length_m: int | None = None,
) -> TrainVisit:
    """Enter a train that is to come. Raises as ``calls.announce_calls``; ``calls.change_call`` is the right."""
    new = calls.NewCall(
        terminal=terminal,
        mode=Mode.RAIL,
        number=number,
        scheduled_arrival_at=scheduled_arrival_at,
        scheduled_departure_at=scheduled_departure_at,
        cut_off_at=cut_off_at,
        phase=Phase.ANNOUNCED,
        tell_from_minutes=service.eta_threshold_minutes if service else 0,
    )
    call = calls.announce_calls([new], by=by, at=at)[0]
    length = length_m or (service.length_m if service else TrainVisit._meta.get_field("length_m").default)
    return TrainVisit.objects.create(call=call, service=service, length_m=length)


def arrive_train(
    train: TrainVisit, *, by: Actor, at: datetime, track: Track | None = None, happened_at: datetime | None = None
) -> TrackStay:
    """The train stands on a track (a free one that is long enough, unless one is named) since ``happened_at``.

    Raises ``NotYours``, ``TrackTaken``, ``NoFreeTrack``, and as ``require_fits`` and ``calls.arrive``.
    """
    by.require(RIGHT, train.call.terminal)
    since = happened_at or at
    with calls.messages_about(train.call, message="arrive", by=by, at=at):
        calls.arrive(train.call, by=by, at=at, happened_at=since)
        _lock_tracks(train, track)
        return _take_track(train, track or _suggested(train, since), since, by=by)


def _lock_tracks(train: TrainVisit, track: Track | None) -> None:
    """One train at a time looks for room: on the track that is named, or on all of the terminal."""
    wanted = Track.objects.filter(pk=track.pk) if track else Track.objects.filter(terminal=train.call.terminal_id)
    list(wanted.order_by("pk").select_for_update(no_key=True).values_list("pk"))


def _suggested(train: TrainVisit, since: datetime) -> Track:
    """The planned track where it is free, else the shortest that is."""
    tracks = free_tracks(train, since)
    plan = TrackPlan.objects.filter(train=train).select_related("track").first()
    if plan is not None and (plan.track in tracks or (plan.by_hand and _takes(plan.track, train, since))):
        return plan.track
    if not tracks:
        standing = TrackStay.objects.filter(until=None, track__terminal=train.call.terminal)
        trains = ", ".join(standing.order_by("pk").values_list("train__call__number", flat=True)) or "—"
        raise NoFreeTrack(length_m=train.length_m, trains=trains)
    return tracks[0]


def _takes(track: Track, train: TrainVisit, since: datetime) -> bool:
    """Whether it fits and is free, also where cranes do not reach."""
    return not in_the_track(track, profile(train)) and free_from(track, train.length_m, since) is not None


def _take_track(train: TrainVisit, track: Track, since: datetime, *, by: Actor) -> TrackStay:
    require_fits(track, train)
    start = free_from(track, train.length_m, since)
    if start is None:
        raise _taken(track, since)
    end = start + train.length_m
    with refusals(track_metres_hold_one_train=lambda: _taken(track, since)):
        stay = TrackStay.objects.create(track=track, train=train, from_m=start, to_m=end, since=since)
    payload = {"number": train.call.number, "track": track.code, "from_m": start, "to_m": end}
    record(of_train(train, EventKind.TRACK_TAKEN, by=by, at=since, payload=payload))
    return stay


def _taken(track: Track, since: datetime) -> TrackTaken:
    there = ", ".join(stay.train.call.number for stay in stays_in_the_way(track, since))
    return TrackTaken(track=track.code, train=there or "—")


def of_train(train: TrainVisit, kind: EventKind, *, by: Actor, at: datetime, **more: Any) -> Happening:
    """A journal row about a train, for staff."""
    return Happening(
        kind=kind,
        terminal_id=train.call.terminal_id,
        at=at,
        actor=by.label,
        call_id=train.call_id,
        audience=Audience.STAFF,
        **more,
    )
