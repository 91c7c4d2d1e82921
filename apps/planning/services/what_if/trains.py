"""The trains that are to come, as a change would move them: their track, their wait for it, their lateness."""

from collections.abc import Hashable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from apps.calls.models import Call
from apps.network.models import Terminal
from apps.trains.models import Track, TrackPlan, TrainVisit
from apps.trains.selectors import usable_m
from apps.trains.selectors.delays import LateTrain, late_trains
from apps.trains.selectors.fitting import fitting_tracks
from apps.trains.selectors.occupation import COMING, expected_stay, planned_stay, track_times
from terminal.tracks import OPEN_END, Fit, TrackTime, earliest

AHEAD: Final = timedelta(hours=72)
"""How far trains are looked at."""


@dataclass(frozen=True)
class Train:
    """A train that is to come: on which track, how long it waits for one, by how much it leaves late.

    ``fits``: whether any track ever takes it; of one that none takes no wait can be told.
    """

    call: Call
    track: str
    waits_minutes: int
    late_minutes: int
    fits: bool


def coming_trains(terminal: Terminal, at: datetime) -> list[TrainVisit]:
    """Trains that are to come within three days, in the order of the timetable."""
    soon = Q(call__estimated_arrival_at__lte=at + AHEAD) | Q(
        call__estimated_arrival_at=None, call__scheduled_arrival_at__lte=at + AHEAD
    )
    coming = TrainVisit.objects.filter(soon, call__terminal=terminal, call__phase__in=COMING)
    return list(coming.select_related("call__terminal", "service").order_by("call__scheduled_arrival_at", "pk"))


def trains_to_come(terminal: Terminal, at: datetime) -> dict[int, Train]:
    """Each by its call: numbers repeat daily."""
    late = {each.train.pk: each for each in late_trains(terminal, at)}
    coming = coming_trains(terminal, at)
    tracks = dict(TrackPlan.objects.filter(train__in=coming).values_list("train", "track__code"))
    turns = _turns(terminal, coming, {pk: each.delay.ready_at for pk, each in late.items()}, at)
    return {train.call_id: _as_told(train, tracks, turns, late) for train in coming}


def _as_told(train: TrainVisit, tracks: dict[int, str], turns: "dict[int, _Turn]", late: dict[int, LateTrain]) -> Train:
    turn, behind = turns.get(train.pk), late.get(train.pk)
    return Train(
        call=train.call,
        track=tracks.get(train.pk, ""),
        waits_minutes=turn.waits if turn else 0,
        late_minutes=max(turn.behind if turn else 0, (behind.lateness.minutes or 0) if behind else 0),
        fits=turn is not None or expected_stay(train) is None,
    )


@dataclass(frozen=True)
class _Turn:
    """How long a train waits for a track, and by how much it leaves after its plan as it then stays, in minutes."""

    waits: int
    behind: int


def _turns(
    terminal: Terminal, coming: list[TrainVisit], ready: dict[Hashable, datetime], at: datetime
) -> dict[int, _Turn]:
    """When each finds a track that has room, whoever comes first going first, on whatever track takes it.

    Each stays as long as it was planned to, however early or late it comes. One that stands here over its time is taken
    to leave when its work is done (``ready``), at the soonest now.
    """
    stays = {train: stay for train in coming if (stay := expected_stay(train))}
    tracks = list(Track.objects.filter(terminal=terminal))
    own = {train.pk for train in coming}
    taken = {
        track: [_ending(each, ready, at) for each in there if each.train not in own]
        for track, there in track_times(tracks, at, OPEN_END).items()
    }
    turns = {}
    for train, (arrives, _leaves) in sorted(stays.items(), key=lambda each: (each[1], each[0].pk)):
        starts = max(arrives, at)
        wanted = TrackTime(train.pk, 0, train.length_m, starts, starts + planned_stay(train))
        found = _soonest(train, taken, wanted)
        if found is not None:
            track, fit = found
            until, end = fit.starts_at + (wanted.ends_at - wanted.starts_at), fit.from_m + train.length_m
            turns[train.pk] = _Turn(_minutes(fit.starts_at - starts), _behind(train, until))
            taken[track].append(TrackTime(train.pk, fit.from_m, end, fit.starts_at, until))
    return turns


def _ending(there: TrackTime, ready: dict[Hashable, datetime], at: datetime) -> TrackTime:
    if there.ends_at < OPEN_END:
        return there
    return replace(there, ends_at=max(ready.get(there.train, at), at + timedelta(minutes=1)))


def _behind(train: TrainVisit, leaves: datetime) -> int:
    planned = train.call.scheduled_departure_at
    return max(0, _minutes(leaves - planned)) if planned else 0


def _minutes(lasts: timedelta) -> int:
    return round(lasts / timedelta(minutes=1))


def _soonest(train: TrainVisit, taken: dict[int, list[TrackTime]], wanted: TrackTime) -> tuple[int, Fit] | None:
    found = []
    for track in fitting_tracks(train):
        fit = earliest(usable_m(track), taken.get(track.pk, []), wanted)
        if fit is not None:
            found.append((track.pk, fit))
    return min(found, key=lambda each: each[1].starts_at, default=None)
