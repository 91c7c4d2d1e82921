"""Trains from the timetable: what runs in the next weeks, made once and kept in step until somebody touches it.

# Note [Touched]
A train that the timetable made is the timetable's as long as nobody has done anything with it: it is only scheduled,
its planned times are those the timetable wrote, nobody estimated others, no papers, wagons, boxes, bookings or plans
name it. What people have begun to count on, a change of the timetable leaves alone, and says so.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from apps.calls import services as calls
from apps.calls.models import Call
from apps.common.models import Row
from apps.containers.models import Visit
from apps.containers.services.rows import lock_calls
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.trains.models import LoadPlan, SlotBooking, TimetableLine, TrackPlan, TrainService, TrainVisit, Wagon
from apps.trains.services.booking import open_quotas
from apps.trains.services.booking.quotas import lock_counters
from terminal.lifecycle import Phase
from terminal.throughput import Mode
from terminal.timetable import RunningDays

AHEAD: Final = timedelta(weeks=4)
"""So far ahead there are trains for every line of the timetable."""

RIGHT: Final = "trains.change_trainvisit"
DROPPED: Final = "not in the timetable any more"

Run = tuple[int, date]
"""A line of the timetable on a day."""


@dataclass
class Timetabled:
    """What became of the timetable: trains made, moved to other times, cancelled, and left alone (touched)."""

    made: list[TrainVisit] = field(default_factory=list)
    moved: list[TrainVisit] = field(default_factory=list)
    cancelled: list[TrainVisit] = field(default_factory=list)
    left_alone: list[TrainVisit] = field(default_factory=list)


@transaction.atomic
def run_timetable(terminal: Terminal, *, by: Actor, at: datetime, ahead: timedelta = AHEAD) -> Timetabled:
    """Have a train for every line of the timetable on every day to come, ``ahead`` from now. Safe to run again.

    Trains that are made by a line that changed follow it, or are cancelled where it no longer runs; touched ones are
    left alone (see Note [Touched]). Raises ``NotYours``.
    """
    by.require(RIGHT, terminal)
    list(TrainService.objects.filter(terminal=terminal).order_by("pk").select_for_update().values_list("pk"))
    wanted = dict(_runs(terminal, at, ahead))
    done = Timetabled()
    for train in _to_come(terminal, at):
        _keep_in_step(train, wanted.get((train.line_id, train.runs_on)), done, by=by, at=at)  # type: ignore[arg-type]
    _make([(wanted[run], run[1]) for run in wanted.keys() - _known(terminal, wanted)], done, by=by, at=at)
    return done


def _runs(terminal: Terminal, at: datetime, ahead: timedelta) -> Iterator[tuple[Run, TimetableLine]]:
    zone = terminal.zone
    first, last = at.astimezone(zone).date(), (at + ahead).astimezone(zone).date()
    lines = TimetableLine.objects.filter(service__terminal=terminal, service__active=True)
    for line in lines.select_related("service__terminal", "service__rules").order_by("pk"):
        for day in running_days(line).between(first, last):
            if running_days(line).times(day, zone)[0] > at:
                yield (line.pk, day), line


def running_days(line: TimetableLine) -> RunningDays:
    """A line of the timetable in the terminal's own words."""
    names = ("weekdays", "arrives_at", "departs_at", "departs_days_later", "valid_from", "valid_until")
    return RunningDays(**{name: getattr(line, name) for name in names})


def _to_come(terminal: Terminal, at: datetime) -> QuerySet[TrainVisit]:
    """Trains the timetable made that have not come, each with whether it is touched; without a line, it was deleted."""
    coming = TrainVisit.objects.filter(call__terminal=terminal, runs_on__isnull=False)
    waiting = coming.filter(call__phase__in=[Phase.SCHEDULED, Phase.ANNOUNCED], call__scheduled_arrival_at__gt=at)
    return waiting.annotate(touched=_touched()).select_related("call__terminal", "service", "line").order_by("call_id")


def _touched() -> Q:
    """See Note [Touched]."""

    def named(rows: type[Row], name: str, of: str = "pk", **also: object) -> Exists:
        return Exists(rows.objects.filter(**{name: OuterRef(of)}, **also))  # type: ignore[attr-defined]

    return (
        ~Q(call__phase=Phase.SCHEDULED.value)
        | ~Q(call__scheduled_arrival_at=F("timetabled_arrival_at"))
        | ~Q(call__scheduled_departure_at=F("timetabled_departure_at"))
        | Q(call__estimated_arrival_at__isnull=False)
        | Q(call__estimated_departure_at__isnull=False)
        | Q(consist_received_at__isnull=False)
        | named(Wagon, "train")
        | named(SlotBooking, "train")
        | named(LoadPlan, "train")
        | named(TrackPlan, "train", by_hand=True)
        | named(Visit, "arrival_call", "call_id")
        | named(Visit, "departure_call", "call_id")
    )


def _keep_in_step(train: TrainVisit, line: TimetableLine | None, done: Timetabled, *, by: Actor, at: datetime) -> None:
    if line is not None and _as_timetabled(train, line):
        return
    if _is_touched(train):
        done.left_alone.append(train)
    elif line is None:
        _cancel(train, by=by, at=at)
        done.cancelled.append(train)
    else:
        _move(train, line, by=by, at=at)
        done.moved.append(train)


def _is_touched(train: TrainVisit) -> bool:
    """Asked again under locks, where it was not: whoever counts on the train now waits, or was here first."""
    if train.touched:  # type: ignore[attr-defined] # annotated
        return True
    train.call = lock_calls([train.call_id])[train.call_id]
    lock_counters(train)
    return TrainVisit.objects.filter(_touched(), pk=train.pk).exists()


def _as_timetabled(train: TrainVisit, line: TimetableLine) -> bool:
    assert train.runs_on is not None
    arrives, departs = running_days(line).times(train.runs_on, line.service.terminal.zone)
    has = (train.timetabled_arrival_at, train.timetabled_departure_at, train.length_m, train.call.cut_off_at)
    return has == (arrives, departs, line.service.length_m, _cut_off(line.service, departs))


def _cancel(train: TrainVisit, *, by: Actor, at: datetime) -> None:
    """The line lets it go, so that the day can have a train again should the line come back."""
    calls.cancel(train.call, by=by.entrusted(), at=at, reason=DROPPED)
    TrainVisit.objects.filter(pk=train.pk).update(line=None, version=F("version") + 1)


def _move(train: TrainVisit, line: TimetableLine, *, by: Actor, at: datetime) -> None:
    assert train.runs_on is not None
    arrives, departs = running_days(line).times(train.runs_on, line.service.terminal.zone)
    calls.change_times(
        train.call,
        by=by.entrusted(),
        at=at,
        scheduled_arrival_at=arrives,
        scheduled_departure_at=departs,
        cut_off_at=_cut_off(line.service, departs),
    )
    Call.objects.filter(pk=train.call_id).update(tell_from_minutes=line.service.eta_threshold_minutes)
    written = {"timetabled_arrival_at": arrives, "timetabled_departure_at": departs, "length_m": line.service.length_m}
    TrainVisit.objects.filter(pk=train.pk).update(**written, version=F("version") + 1)
    for name, value in written.items():
        setattr(train, name, value)


def _known(terminal: Terminal, wanted: Iterable[Run]) -> set[Run]:
    """Runs that have a train, whatever became of it: one that staff cancelled is not made again."""
    lines = {line for line, _day in wanted}
    known = TrainVisit.objects.filter(call__terminal=terminal, line__in=lines, runs_on__isnull=False)
    return set(known.values_list("line_id", "runs_on"))  # type: ignore[arg-type] # both are there


def _make(runs: list[tuple[TimetableLine, date]], done: Timetabled, *, by: Actor, at: datetime) -> None:
    runs.sort(key=lambda run: (run[1], run[0].arrives_at, run[0].pk))
    rows = calls.announce_calls([_new_call(line, day) for line, day in runs], by=by.entrusted(), at=at)
    for (line, day), call in zip(runs, rows, strict=True):
        done.made.append(_new_train(line, day, call))
    TrainVisit.objects.bulk_create(done.made)
    open_quotas(*done.made)


def _new_call(line: TimetableLine, day: date) -> calls.NewCall:
    service = line.service
    arrives, departs = running_days(line).times(day, service.terminal.zone)
    return calls.NewCall(
        terminal=service.terminal,
        mode=Mode.RAIL,
        number=service.code,
        scheduled_arrival_at=arrives,
        scheduled_departure_at=departs,
        cut_off_at=_cut_off(service, departs),
        phase=Phase.SCHEDULED,
        tell_from_minutes=service.eta_threshold_minutes,
    )


def _new_train(line: TimetableLine, day: date, call: Call) -> TrainVisit:
    return TrainVisit(
        call=call,
        service=line.service,
        length_m=line.service.length_m,
        line=line,
        runs_on=day,
        timetabled_arrival_at=call.scheduled_arrival_at,
        timetabled_departure_at=call.scheduled_departure_at,
    )


def _cut_off(service: TrainService, departs: datetime) -> datetime | None:
    """When boxes must be here; a train that takes none has no cut-off."""
    if service.runs == TrainService.Runs.ARRIVING:
        return None
    return departs - timedelta(minutes=service.cut_off_minutes)
