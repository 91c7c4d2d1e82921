"""The trains that are to come, as a change would move them: their track, their wait for it, their lateness."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from apps.network.models import Terminal
from apps.trains.models import Track, TrackPlan, TrainVisit
from apps.trains.selectors import usable_m
from apps.trains.selectors.delays import late_trains
from apps.trains.selectors.fitting import fitting_tracks
from apps.trains.selectors.occupation import COMING, expected_stay, track_times
from terminal.tracks import OPEN_END, Fit, TrackTime, earliest

AHEAD: Final = timedelta(hours=72)
"""How far trains are looked at."""


@dataclass(frozen=True)
class Train:
    """A train that is to come: on which track, how long it waits for it, by how much it leaves late."""

    track: str
    waits_minutes: int
    late_minutes: int


def coming_trains(terminal: Terminal, at: datetime) -> list[TrainVisit]:
    """Trains that are to come within three days, in the order of the timetable."""
    soon = Q(call__estimated_arrival_at__lte=at + AHEAD) | Q(
        call__estimated_arrival_at=None, call__scheduled_arrival_at__lte=at + AHEAD
    )
    coming = TrainVisit.objects.filter(soon, call__terminal=terminal, call__phase__in=COMING)
    return list(coming.select_related("call__terminal", "service").order_by("call__scheduled_arrival_at", "pk"))


def trains_to_come(terminal: Terminal, at: datetime) -> dict[str, Train]:
    """Each by its number."""
    late = {each.train.pk: each.lateness.minutes or 0 for each in late_trains(terminal, at)}
    coming = coming_trains(terminal, at)
    tracks = dict(TrackPlan.objects.filter(train__in=coming).values_list("train", "track__code"))
    waits = _waits(terminal, coming, at)
    return {
        train.call.number: Train(tracks.get(train.pk, ""), waits.get(train.pk, 0), late.get(train.pk, 0))
        for train in coming
    }


def _waits(terminal: Terminal, coming: list[TrainVisit], at: datetime) -> dict[int, int]:
    """Minutes each waits for a track that has room, whoever comes first going first, on whatever track takes it."""
    stays = {train: stay for train in coming if (stay := expected_stay(train))}
    tracks = list(Track.objects.filter(terminal=terminal))
    own = {train.pk for train in coming}
    taken = {
        track: [each for each in there if each.train not in own]
        for track, there in track_times(tracks, at, OPEN_END).items()
    }
    waits = {}
    for train, (arrives, leaves) in sorted(stays.items(), key=lambda each: (each[1], each[0].pk)):
        starts = max(arrives, at)
        wanted = TrackTime(train.pk, 0, train.length_m, starts, max(leaves, starts + timedelta(minutes=1)))
        found = _soonest(train, taken, wanted)
        if found is not None:
            track, fit = found
            waits[train.pk] = round((fit.starts_at - starts) / timedelta(minutes=1))
            lasts = wanted.ends_at - wanted.starts_at
            until, end = fit.starts_at + lasts, fit.from_m + train.length_m
            taken[track].append(TrackTime(train.pk, fit.from_m, end, fit.starts_at, until))
    return waits


def _soonest(train: TrainVisit, taken: dict[int, list[TrackTime]], wanted: TrackTime) -> tuple[int, Fit] | None:
    found = []
    for track in fitting_tracks(train):
        fit = earliest(usable_m(track), taken.get(track.pk, []), wanted)
        if fit is not None:
            found.append((track.pk, fit))
    return min(found, key=lambda each: each[1].starts_at, default=None)
