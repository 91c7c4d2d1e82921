"""A train is announced, its consist comes, it takes a track."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from apps.calls import services as calls
from apps.calls.models import Call
from apps.calls.services.refusals import lock, require_under_way
from apps.common.integrity import refusals
from apps.containers import services as containers
from apps.containers.models import Visit
from apps.journal.services import Happening, record
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.trains.consist import Consist, ConsistBox
from apps.trains.models import Track, TrackStay, TrainService, TrainVisit, Wagon, WagonLoad
from apps.trains.selectors import free_tracks
from apps.trains.services.refusals import ConsistInUse, NoFreeTrack, TrackClosed, TrackTaken, TrackTooShort
from terminal.events import Audience, EventKind
from terminal.lifecycle import Phase, StepNotAllowed
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
    )
    call = calls.announce_calls([new], by=by, at=at)[0]
    length = length_m or (service.length_m if service else TrainVisit._meta.get_field("length_m").default)
    return TrainVisit.objects.create(call=call, service=service, length_m=length)


def receive_consist(train: TrainVisit, consist: Consist, *, by: Actor, at: datetime) -> list[Visit]:
    """Write down what the train brings, wagon by wagon, in place of what was said before. All or nothing.

    A box nobody announced becomes an advised visit that is marked so; one that an earlier consist named and this one
    does not is cancelled if only that consist knew of it. Raises ``NotYours``, ``CallIsOver`` (kept in the journal),
    ``StepNotAllowed`` (the train has left), ``ConsistInUse``.
    """
    by.require(RIGHT, train.call.terminal)
    with calls.messages_about(train.call, message="consist", by=by, at=at):
        lock(train.call)
        require_under_way(train.call)
        _require_consist_may_change(train)
        WagonLoad.objects.filter(wagon__train=train, leg=WagonLoad.Leg.ARRIVING).delete()
        Wagon.objects.filter(train=train).delete()
        visits = _visits_of(train.call, consist.boxes, by=by, at=at)
        _cancel_unnamed(train.call, visits, by=by, at=at)
        _write(train, consist, visits)
        _note_consist(train, consist, visits, by=by, at=at)
    return list(visits.values())


def _require_consist_may_change(train: TrainVisit) -> None:
    if train.call.phase == Phase.DEPARTED:
        raise StepNotAllowed(thing="train", present=train.call.phase, wanted="consist received", possible=Phase.CLOSED)
    done = WagonLoad.objects.filter(wagon__train=train).exclude(done_at=None).count()
    if done:
        raise ConsistInUse(train=train.call.number, done=done)


def _visits_of(call: Call, boxes: list[ConsistBox], *, by: Actor, at: datetime) -> dict[str, Visit]:
    """The advised visit of each box, made where nobody announced it."""
    found = containers.match_arrivals(
        terminal=call.terminal, boxes={box.number: [] for box in boxes}, call=call, at=at
    )
    unannounced = [box for box in boxes if box.number not in found]
    advice = [
        containers.Advice(
            terminal=call.terminal,
            number=box.number,
            size_type=box.size_type,
            laden=box.laden,
            gross_kg=box.gross_kg,
            destination=box.destination,
            arrival_call=call,
            unannounced=True,
        )
        for box in unannounced
    ]
    made = containers.advise(advice, by=by, at=at) if advice else []
    return {**found, **{box.number: visit for box, visit in zip(unannounced, made, strict=True)}}


def _cancel_unnamed(call: Call, named: dict[str, Visit], *, by: Actor, at: datetime) -> None:
    left = Visit.objects.filter(arrival_call=call, unannounced=True, state="advised").exclude(
        pk__in=[visit.pk for visit in named.values()]
    )
    for visit in left.select_related("container", "terminal"):
        containers.cancel_visit(visit, by=by, at=at, reason="not in the consist")


def _write(train: TrainVisit, consist: Consist, visits: dict[str, Visit]) -> None:
    fields = ("sequence", "scheme", "number", "wagon_type", "tare_kg", "length_m")
    rows = [Wagon(train=train, **{name: getattr(wagon, name) for name in fields}) for wagon in consist.wagons]
    Wagon.objects.bulk_create(rows)
    WagonLoad.objects.bulk_create(
        WagonLoad(wagon=row, visit=visits[box.number], leg=WagonLoad.Leg.ARRIVING, place=box.position)
        for row, wagon in zip(rows, consist.wagons, strict=True)
        for box in wagon.boxes
    )


def _note_consist(train: TrainVisit, consist: Consist, visits: dict[str, Visit], *, by: Actor, at: datetime) -> None:
    TrainVisit.objects.filter(pk=train.pk).update(consist_received_at=at, version=F("version") + 1)
    train.consist_received_at = at
    counted = {
        "number": train.call.number,
        "wagons": len(consist.wagons),
        "boxes": len(visits),
        "unannounced": sum(visit.unannounced for visit in visits.values()),
    }
    record(of_train(train, EventKind.CONSIST_RECEIVED, by=by, at=at, payload=counted))


def arrive_train(
    train: TrainVisit, *, by: Actor, at: datetime, track: Track | None = None, happened_at: datetime | None = None
) -> TrackStay:
    """The train stands on a track (a free one that is long enough, unless one is named) since ``happened_at``.

    Raises ``NotYours``, ``TrackTaken``, ``TrackTooShort``, ``TrackClosed``, ``NoFreeTrack``, and as ``calls.arrive``.
    """
    by.require(RIGHT, train.call.terminal)
    since = happened_at or at
    with calls.messages_about(train.call, message="arrive", by=by, at=at):
        calls.arrive(train.call, by=by, at=at, happened_at=since)
        return _take_track(train, track or _suggested(train), since, by=by, at=at)


def _suggested(train: TrainVisit) -> Track:
    tracks = free_tracks(train.call.terminal, train.length_m)
    if not tracks:
        standing = TrackStay.objects.filter(until=None, track__terminal=train.call.terminal)
        trains = ", ".join(standing.values_list("train__call__number", flat=True)) or "—"
        raise NoFreeTrack(length_m=train.length_m, trains=trains)
    return tracks[0]


def _take_track(train: TrainVisit, track: Track, since: datetime, *, by: Actor, at: datetime) -> TrackStay:
    if track.closed:
        raise TrackClosed(track=track.code)
    if train.length_m > track.usable_m or track.terminal_id != train.call.terminal_id:
        raise TrackTooShort(
            train=train.call.number, length_m=train.length_m, track=track.code, usable_m=track.usable_m
        )

    def taken() -> TrackTaken:
        others = TrackStay.objects.filter(track=track).exclude(train=train).order_by("-since")
        return TrackTaken(track=track.code, train=others.values_list("train__call__number", flat=True).first() or "—")

    with refusals(track_metres_hold_one_train=taken):
        stay = TrackStay.objects.create(track=track, train=train, from_m=0, to_m=train.length_m, since=since)
    payload = {"number": train.call.number, "track": track.code, "from_m": 0, "to_m": train.length_m}
    record(of_train(train, EventKind.TRACK_TAKEN, by=by, at=since, payload=payload))
    return stay


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
