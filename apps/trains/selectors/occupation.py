"""Tracks in time: who stands and who is to stand where, where plans clash, and the track a train is advised."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from apps.network.models import Terminal
from apps.trains.models import Track, TrackPlan, TrackStay, TrainVisit
from apps.trains.selectors import usable_m
from apps.trains.selectors.fitting import fitting_tracks
from terminal.lifecycle import Phase
from terminal.tracks import OPEN_END, Fit, TrackTime, clashes, earliest, in_the_way

COMING: Final = (Phase.SCHEDULED.value, Phase.ANNOUNCED.value)


@dataclass(frozen=True)
class Advised:
    """The track a train is advised: from when it has room there, and whether it must wait for it."""

    track: Track
    fit: Fit
    waits: bool


@dataclass(frozen=True)
class Clash:
    """A train that is to stand where another stands or is to stand, and what would fit instead; None: nothing does."""

    track: Track
    train: TrainVisit
    others: list[TrainVisit]
    advised: Advised | None


def expected_stay(train: TrainVisit) -> tuple[datetime, datetime] | None:
    """From when to when a train is expected here; None: nobody said when it comes.

    It leaves when somebody said it would; where only its plan is known, by its plan, and where it is to come late, not
    before it has stayed as long as planned.
    """
    call = train.call
    arrives = call.arrived_at or call.estimated_arrival_at or call.scheduled_arrival_at
    if arrives is None:
        return None
    said = call.departed_at or call.estimated_departure_at
    if said and said > arrives:
        return arrives, said
    stayed = arrives + planned_stay(train)
    return arrives, max(call.scheduled_departure_at or stayed, stayed)


def planned_stay(train: TrainVisit) -> timedelta:
    """How long its plan lets it stand; without one as long as its service does, or trains of the terminal do."""
    arrives, leaves = train.call.scheduled_arrival_at, train.call.scheduled_departure_at
    if arrives and leaves and leaves > arrives:
        return leaves - arrives
    return timedelta(hours=float(train.service.stay_hours if train.service else train.call.terminal.train_stay_hours))


def track_times(
    tracks: Iterable[Track], start: datetime, end: datetime, *, now: datetime | None = None
) -> dict[int, list[TrackTime]]:
    """What stands and what is to stand on each track between two moments; plans of trains that have come no more count.

    A train that stands there ends when it is expected to leave; one that is late by ``now`` (the first of the two
    moments, unless another is named) leaves nobody knows when.
    """
    found: dict[int, list[TrackTime]] = {track.pk: [] for track in tracks}
    stays = TrackStay.objects.filter(track__in=found, since__lt=end).filter(Q(until=None) | Q(until__gt=start))
    for stay in stays.select_related("train__call__terminal", "train__service"):
        found[stay.track_id].append(
            TrackTime(stay.train_id, stay.from_m, stay.to_m, stay.since, _leaves(stay, now or start))
        )
    plans = TrackPlan.objects.filter(track__in=found, starts_at__lt=end, ends_at__gt=start)
    for plan in plans.filter(train__call__phase__in=COMING):
        found[plan.track_id].append(TrackTime(plan.train_id, plan.from_m, plan.to_m, plan.starts_at, plan.ends_at))
    return found


def _leaves(stay: TrackStay, now: datetime) -> datetime:
    if stay.until is not None:
        return stay.until
    expected = expected_stay(stay.train)
    return expected[1] if expected and expected[1] > max(now, stay.since) else OPEN_END


def advise_track(train: TrainVisit, at: datetime) -> Advised | None:
    """Where it can stand the soonest; of equal ones the shortest track.

    None: no track will ever take it, or nobody said when it comes.
    """
    expected = expected_stay(train)
    if expected is None:
        return None
    starts = max(expected[0], at)
    ends = max(expected[1], starts + timedelta(minutes=1))
    tracks = fitting_tracks(train)
    taken = track_times(tracks, at, OPEN_END)
    wanted = TrackTime(train.pk, 0, train.length_m, starts, ends)
    fits = [(track, earliest(usable_m(track), taken[track.pk], wanted)) for track in tracks]
    found = [(fit.starts_at, turn, track, fit) for turn, (track, fit) in enumerate(fits) if fit is not None]
    if not found:
        return None
    when, _turn, track, fit = min(found, key=lambda each: each[:2])
    return Advised(track, fit, when > starts)


def planned_clashes(terminal: Terminal, start: datetime, end: datetime) -> list[Clash]:
    """Plans that meet another train between two moments, each with the trains in the way and what would fit."""
    tracks = {track.pk: track for track in Track.objects.filter(terminal=terminal)}
    times = track_times(tracks.values(), start, end)
    meeting: dict[tuple[int, object], None] = {}
    for pk, there in times.items():
        for one, other in clashes(there):
            meeting.update({(pk, each.train): None for each in (one, other)})
    plans = TrackPlan.objects.filter(train__in=[train for _track, train in meeting], train__call__phase__in=COMING)
    of_train = {plan.train_id: plan for plan in plans.select_related("train__call__terminal", "train__service")}
    trains = _trains(train for _track, train in meeting)
    return [_clash(tracks[pk], of_train[train], times[pk], trains, start) for pk, train in meeting if train in of_train]


def _trains(pks: Iterable[object]) -> dict[int, TrainVisit]:
    found = TrainVisit.objects.filter(pk__in=set(pks)).select_related("call__terminal", "service")
    return {train.pk: train for train in found}


def _clash(track: Track, plan: TrackPlan, there: list[TrackTime], trains: dict[int, TrainVisit], at: datetime) -> Clash:
    wanted = TrackTime(plan.train_id, plan.from_m, plan.to_m, plan.starts_at, plan.ends_at)
    others = [trains[each.train] for each in in_the_way(wanted, there)]  # type: ignore[index] # a train's number
    return Clash(track, plan.train, others, advise_track(plan.train, at))
