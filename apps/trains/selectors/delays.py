"""Trains that will be late, told before they are: lifts left, against how fast boxes are lifted."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format

from apps.calls.lateness import Lateness
from apps.common.words import sentence
from apps.network.models import Terminal
from apps.trains.models import PlannedLoad, TrainVisit, WagonLoad
from apps.yard.models import WorkOrder
from terminal.delays import LOOKED_BACK, SAID, Cause, Delay, Lifts, delay, pace
from terminal.lifecycle import ON_SITE, WORKABLE, LoadPlanState, OrderState, Phase
from terminal.throughput import Mode
from terminal.work import Work

AHEAD: Final = timedelta(hours=24)
"""Trains that come later than that are not looked at."""

AT_TRAINS: Final = (Work.DISCHARGE.value, Work.LOAD.value, Work.TRANSFER.value)
TO_COME: Final = (Phase.SCHEDULED.value, Phase.ANNOUNCED.value)


@dataclass(frozen=True)
class LateTrain:
    """A train that will leave after its planned time, or is late already, and why."""

    train: TrainVisit
    delay: Delay

    @property
    def lateness(self) -> Lateness:
        """By how much it will leave after its planned time."""
        return Lateness(round(self.delay.late.total_seconds() / 60))

    @property
    def stands_over(self) -> bool:
        """All is lifted, and it stands here: nothing says when it leaves."""
        return self.delay.cause is Cause.NOT_AWAY

    @property
    def why(self) -> str:
        """The cause in the reader's language, with the figures behind it and the time of the zone the page speaks."""
        ready = date_format(timezone.localtime(self.delay.ready_at), "SHORT_DATETIME_FORMAT")
        return sentence(SAID[self.delay.cause], self.delay.facts | {"ready_at": ready})


def late_trains(terminal: Terminal, at: datetime) -> list[LateTrain]:
    """Trains here, or to come within a day, that will not be done by their planned departure; the latest first.

    Lifts left × how fast boxes were lifted in the last hours at this train, else at all trains, else as the site was
    built. Six queries, however many trains.
    """
    trains = _looked_at(terminal, at)
    left, made = lifts_left(trains), _made(terminal, at)
    every = Lifts(lifts=sum(each.lifts for each in made.values()), hours=sum(each.hours for each in made.values()))
    worked = sum(train.call.phase in WORKABLE for train in trains)
    site = max(1.0, terminal.rail_lifts_per_hour / max(1, worked))
    found = []
    for train in trains:
        late = delay(
            lifts=left[train.pk],
            pace=pace(made.get(train.call_id, Lifts()), every, site),
            site_per_hour=site,
            begins_at=_begins(train, at),
            departs_at=_planned_departure(train),
            now=at,
        )
        if late is not None:
            found.append(LateTrain(train, late))
    return sorted(found, key=lambda each: (-each.delay.late, each.train.pk))


def _looked_at(terminal: Terminal, at: datetime) -> list[TrainVisit]:
    soon = Q(call__estimated_arrival_at__lte=at + AHEAD) | Q(
        call__estimated_arrival_at=None, call__scheduled_arrival_at__lte=at + AHEAD
    )
    here = Q(call__phase__in=sorted(ON_SITE)) | (Q(call__phase__in=TO_COME) & soon)
    trains = TrainVisit.objects.filter(here, call__terminal=terminal, call__scheduled_departure_at__isnull=False)
    return list(trains.select_related("call").order_by("pk"))


def _begins(train: TrainVisit, at: datetime) -> datetime:
    expected: Any = train.call.expected_arrival_at
    return expected or at


def _planned_departure(train: TrainVisit) -> datetime:
    planned = train.call.scheduled_departure_at
    assert planned is not None
    return planned


def lifts_left(trains: list[TrainVisit]) -> Counter[int]:
    """Boxes still to come off each train and to go onto it, by the trains' numbers. Four queries."""
    came = WagonLoad.objects.filter(
        wagon__train__in=trains, leg=WagonLoad.Leg.ARRIVING, done_at=None, wagon__set_out_at=None
    )
    return Counter(came.values_list("wagon__train", flat=True)) + left_to_load(trains)


def left_to_load(trains: list[TrainVisit]) -> Counter[int]:
    """Boxes still to go onto each train, by the trains' numbers. Three queries.

    They are those of its approved plan; without one, those that were asked for.
    """
    aboard = WagonLoad.objects.filter(leg=WagonLoad.Leg.DEPARTING, wagon__train__in=trains).values("visit")
    planned = PlannedLoad.objects.filter(plan__train__in=trains, plan__state=LoadPlanState.APPROVED.value)
    with_plan = set(planned.values_list("plan__train", flat=True))
    waits = planned.filter(wagon__set_out_at=None).exclude(visit__in=aboard)
    left = Counter(waits.values_list("plan__train", flat=True))
    by_call = {train.call_id: train.pk for train in trains if train.pk not in with_plan}
    asked = WorkOrder.objects.open().filter(kind=Work.LOAD.value, call__in=by_call)
    left.update(by_call[call] for call in asked.values_list("call", flat=True) if call is not None)
    return left


def _made(terminal: Terminal, at: datetime) -> dict[int, Lifts]:
    """Lifts of the last hours by call: how many, and over how long since the first of them."""
    since = at - LOOKED_BACK
    done = WorkOrder.objects.filter(
        terminal=terminal, kind__in=AT_TRAINS, state=OrderState.DONE.value, done_at__gt=since, done_at__lte=at
    )
    times: dict[int, list[datetime]] = defaultdict(list)
    ends: dict[int, datetime] = {}
    rail = done.filter(call__mode=Mode.RAIL.value).values_list("call", "done_at", "call__departed_at")
    onward = done.filter(onward_call__mode=Mode.RAIL.value).values_list(
        "onward_call", "done_at", "onward_call__departed_at"
    )
    for call, done_at, departed_at in rail.union(onward, all=True):
        times[call].append(done_at or at)
        ends[call] = min(at, departed_at or at)
    return {
        call: Lifts(lifts=len(each), hours=max(0.0, (ends[call] - min(each)).total_seconds() / 3600))
        for call, each in times.items()
    }
