"""Where trains are to stand."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q

from apps.containers.services.rows import lock_calls
from apps.journal.services import record
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.trains.models import Track, TrackPlan, TrainVisit
from apps.trains.selectors import usable_m
from apps.trains.selectors.fitting import fitting_tracks
from apps.trains.selectors.occupation import COMING, advise_track, expected_stay, track_times
from apps.trains.services.arriving import RIGHT, of_train
from apps.trains.services.fitting import require_fits
from apps.trains.services.refusals import HasCome, NoFreeTrack, NoTimeYet
from terminal.events import EventKind
from terminal.tracks import TrackTime, first_metre

AHEAD: Final = timedelta(hours=48)
"""So long before they are expected trains get a track in the plan."""


@transaction.atomic
def plan_track(train: TrainVisit, *, by: Actor, at: datetime, track: Track | None = None) -> TrackPlan:
    """Plan where a train that is to come will stand: on a named track, else where it has room the soonest.

    Plans may clash (``selectors.occupation.planned_clashes`` shows them). Raises ``NotYours``, ``HasCome``,
    ``NoTimeYet``, ``NoFreeTrack`` (no track takes it), and as ``require_fits``.
    """
    by.require(RIGHT, train.call.terminal)
    lock_calls([train.call_id])
    train.call.refresh_from_db()
    if train.call.phase not in COMING:
        raise HasCome(train=train.call.number)
    if expected_stay(train) is None:
        raise NoTimeYet(train=train.call.number)
    if track is not None:
        require_fits(track, train)
        return _write(train, track, _metre(train, track), by=by, at=at, by_hand=True)
    advised = advise_track(train, at)
    if advised is None:
        raise NoFreeTrack(length_m=train.length_m, trains="—")
    return _write(train, advised.track, advised.fit.from_m, by=by, at=at, by_hand=False)


def plan_tracks(terminal: Terminal, *, by: Actor, at: datetime, ahead: timedelta = AHEAD) -> list[TrackPlan]:
    """Plan a track for every train of the next two days, anew where its times changed and staff chose none.

    Trains no track can take are passed over. Safe to run again; those that changed. Raises ``NotYours``.
    """
    coming = TrainVisit.objects.filter(call__terminal=terminal, call__phase__in=COMING)
    coming = coming.filter(Q(track_plan=None) | Q(track_plan__by_hand=False))
    changed = []
    for train in coming.select_related("call__terminal", "service", "track_plan__track").order_by("call_id"):
        expected = expected_stay(train)
        if expected and at <= expected[0] <= at + ahead and not _as_planned(train, expected):
            try:
                changed += _plan_anew(train, by=by, at=at)
            except (NoFreeTrack, HasCome, NoTimeYet):
                continue
    return changed


@transaction.atomic
def _plan_anew(train: TrainVisit, *, by: Actor, at: datetime) -> list[TrackPlan]:
    """The new plan, unless staff have chosen a track meanwhile."""
    lock_calls([train.call_id])
    if TrackPlan.objects.filter(train=train, by_hand=True).exists():
        return []
    return [plan_track(train, by=by, at=at)]


def _as_planned(train: TrainVisit, expected: tuple[datetime, datetime]) -> bool:
    """Its times are those it was planned for, and the track takes it, also with what its papers say since."""
    plan = getattr(train, "track_plan", None)
    if plan is None or (plan.starts_at, plan.ends_at) != expected:
        return False
    return plan.to_m <= usable_m(plan.track) and plan.track in fitting_tracks(train)


def _metre(train: TrainVisit, track: Track) -> int:
    """Where it is free, else from the buffer on: the clash is shown."""
    starts, ends = _stay(train)
    wanted = TrackTime(train.pk, 0, train.length_m, starts, ends)
    return first_metre(usable_m(track), track_times([track], starts, ends)[track.pk], wanted) or 0


def _stay(train: TrainVisit) -> tuple[datetime, datetime]:
    expected = expected_stay(train)
    assert expected is not None, "asked before"
    return expected


def _write(train: TrainVisit, track: Track, metre: int, *, by: Actor, at: datetime, by_hand: bool) -> TrackPlan:
    starts, ends = _stay(train)
    said = {
        "track": track,
        "from_m": metre,
        "to_m": metre + train.length_m,
        "starts_at": starts,
        "ends_at": ends,
        "by_hand": by_hand,
    }
    plan, _made = TrackPlan.objects.update_or_create(train=train, defaults=said)
    payload = {"number": train.call.number, "track": track.code, "from_m": metre, "to_m": metre + train.length_m}
    record(of_train(train, EventKind.TRACK_PLANNED, by=by, at=at, payload=payload))
    return plan
