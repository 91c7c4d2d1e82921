"""Plans are drawn up: for one train, or for a day's trains together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from time import monotonic
from typing import Any

from django.db import transaction
from django.db.models.functions import Coalesce

from apps.calls.services.refusals import lock
from apps.common.steps import ChangedMeanwhile, take_step
from apps.journal.services import record
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.trains.models import LeftBehind, LoadPlan, PlannedLoad, TrainVisit, Wagon
from apps.trains.selectors.loading import (
    CouldGo,
    as_candidates,
    could_go,
    loaded,
    placed,
    plan_of,
    planned_loads,
    standing_wagons,
    train_to_load,
)
from apps.trains.services.arriving import RIGHT, of_train
from apps.trains.services.loading.refusals import NothingMoreToPlan, NoWagonsYet
from terminal.events import EventKind
from terminal.lifecycle import LOAD_PLAN, ON_SITE, LoadPlanState, Phase
from terminal.throughput import day_bounds
from terminal.trainload import Candidate, Placement, Train, plan_loads
from terminal.trainload import LoadPlan as Found

TAKING: frozenset[str] = frozenset({Phase.SCHEDULED.value, Phase.ANNOUNCED.value, *ON_SITE})
CENT = Decimal("0.01")


@dataclass
class _Asked:
    """A train with what could go: as the search wants it, and as the rows have it. ``fixed``: by hand."""

    row: TrainVisit
    train: Train
    boxes: dict[int, Candidate]
    aboard: dict[int, Candidate]
    fixed: set[int]


def draw_up_plan(train: TrainVisit, *, seconds: float, by: Actor, at: datetime) -> LoadPlan:
    """Find the best loads for the train in ``seconds`` and keep them as its draft, in place of an earlier draft.

    What is loaded, and what staff put somewhere by hand, stays where it is. Raises ``NotYours``, ``NothingMoreToPlan``
    (it has left, or does not come), ``NoWagonsYet``, ``ChangedMeanwhile`` (its wagons changed during the search).
    """
    by.require(RIGHT, train.call.terminal)
    train.call.refresh_from_db()
    require_to_be_loaded(train)
    if not standing_wagons(train):
        raise NoWagonsYet(train=train.call.number)
    return _draw_up([train], seconds, by=by, at=at)[0]


def draw_up_day(terminal: Terminal, day: date, *, seconds: float, by: Actor, at: datetime) -> list[LoadPlan]:
    """Plan what all trains take that leave on a day of the site, together: a box goes where the day gains most.

    Boxes that are planned on one of the trains, or booked on it, stay with that. Trains whose wagons are not known are
    left out. Raises ``NotYours``, ``ChangedMeanwhile``.
    """
    by.require(RIGHT, terminal)
    since, until = day_bounds(day, terminal.zone)
    leaves = Coalesce("call__estimated_departure_at", "call__scheduled_departure_at")
    trains = TrainVisit.objects.annotate(leaves=leaves).filter(
        call__terminal=terminal, call__phase__in=sorted(TAKING), leaves__gte=since, leaves__lt=until
    )
    with_wagons = trains.filter(wagons__set_out_at=None, wagons__isnull=False).distinct()
    rows = list(with_wagons.select_related("call__terminal", "service__rules").order_by("leaves", "pk"))
    return _draw_up(rows, seconds, by=by, at=at) if rows else []


def require_to_be_loaded(train: TrainVisit) -> None:
    """Raise ``NothingMoreToPlan`` for a train that has left or does not come."""
    if train.call.phase not in TAKING:
        raise NothingMoreToPlan(train=train.call.number, phase=train.call.phase)


def _draw_up(trains: Sequence[TrainVisit], seconds: float, *, by: Actor, at: datetime) -> list[LoadPlan]:
    asked = [_asked(train, at) for train in trains]
    begun = monotonic()
    boxes = {key: box for each in asked for key, box in each.boxes.items()}
    aboard = [box for each in asked for box in each.aboard.values()]
    found = plan_loads([each.train for each in asked], list(boxes.values()), seconds=seconds, aboard=aboard)
    took = monotonic() - begun
    with transaction.atomic():
        for each in sorted(asked, key=lambda one: one.row.call_id):
            lock(each.row.call)
        return [_keep(each, found, took, len(asked) == 1, by=by, at=at) for each in asked]


def _asked(train: TrainVisit, at: datetime) -> _Asked:
    going, on_it = could_go(train, at), loaded(train)
    fixed = _by_hand(train, going, {(each.wagon_id, each.place) for each in on_it})
    aboard = as_candidates(train, [each.visit for each in on_it], at)
    settled = [*placed(train, on_it), *placed(train, fixed)]
    hand = {each.visit_id for each in fixed}
    return _Asked(train, train_to_load(train, settled=settled), going.boxes, aboard, hand)


def _by_hand(train: TrainVisit, going: CouldGo, taken: set[tuple[int, int]]) -> list[PlannedLoad]:
    """What staff put somewhere, where the box can still go and its wagon and place are there and free."""
    plan = plan_of(train, LoadPlanState.DRAFT) or plan_of(train, LoadPlanState.APPROVED)
    hand = [each for each in planned_loads(plan) if each.by_hand] if plan else []
    standing = {each.pk for each in standing_wagons(train)}
    fits = [each for each in hand if each.visit_id in going.boxes and each.wagon_id in standing]
    return [each for each in fits if not _places(each, going.boxes[each.visit_id]) & taken]


def _places(load: PlannedLoad, box: Candidate) -> set[tuple[int, int]]:
    return {(load.wagon_id, load.place + step) for step in range(box.bays)}


def _keep(asked: _Asked, found: Found, took: float, alone: bool, *, by: Actor, at: datetime) -> LoadPlan:
    require_to_be_loaded(asked.row)
    mine = [each for each in found.placements if each.train == asked.row.pk]
    _require_standing(asked.row, mine)
    if (draft := plan_of(asked.row, LoadPlanState.DRAFT)) is not None:
        take_step(draft, LOAD_PLAN, LoadPlanState.REPLACED.value, field="state")
    plan = LoadPlan.objects.create(
        train=asked.row, drawn_up_at=at, drawn_up_by=by.label, **_measures(asked, found, mine, took, alone)
    )
    PlannedLoad.objects.bulk_create(_load(plan, each, by_hand=each.box in asked.fixed) for each in mine)
    left = {key: reason for key, reason in found.left_behind.items() if key in asked.boxes}
    LeftBehind.objects.bulk_create(
        LeftBehind(plan=plan, visit_id=_pk(key), reason=reason.value) for key, reason in left.items()
    )
    said = {"number": asked.row.call.number, "boxes": len(mine), "left_behind": len(left)}
    record(of_train(asked.row, EventKind.LOAD_PLAN_DRAWN_UP, by=by, at=at, payload={**said, "teu": str(plan.worth)}))
    return plan


def _measures(asked: _Asked, found: Found, mine: list[Placement], took: float, alone: bool) -> dict[str, Any]:
    stays = {each.box for each in asked.train.aboard}
    chosen = [asked.boxes[_pk(each.box)] for each in mine if each.box not in stays]
    dug = {other for each in mine if (box := asked.boxes.get(_pk(each.box))) for other in box.above} & found.dug
    known = alone and isfinite(found.bound)
    return {
        "worth": Decimal(sum(box.worth for box in chosen)).quantize(CENT),
        "bound": Decimal(found.bound).quantize(CENT) if known else None,
        "dug": len(dug),
        "seconds": Decimal(took).quantize(CENT),
    }


def _require_standing(train: TrainVisit, plan: Iterable[Placement]) -> None:
    """Raise ``ChangedMeanwhile`` when a wagon of the plan went from the train while it was searched for."""
    wanted = {_pk(each.wagon) for each in plan}
    standing = Wagon.objects.filter(train=train, set_out_at=None, pk__in=wanted).order_by("pk").select_for_update()
    if len(standing) != len(wanted):
        raise ChangedMeanwhile(thing="train")


def _load(plan: LoadPlan, each: Placement, *, by_hand: bool) -> PlannedLoad:
    return PlannedLoad(plan=plan, wagon_id=_pk(each.wagon), place=each.place, visit_id=_pk(each.box), by_hand=by_hand)


def _pk(key: Any) -> int:
    """The planner knows boxes and wagons by their rows' numbers."""
    return int(key)
