"""Plans are changed by hand, box by box; no edit brings a fault in that was not there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from apps.calls.services.refusals import lock
from apps.containers.models import Visit
from apps.journal.services import record
from apps.parties.actors import Actor
from apps.trains.models import LeftBehind, LoadPlan, PlannedLoad, Wagon, WagonLoad
from apps.trains.selectors.loading import (
    as_candidates,
    could_go,
    placed,
    planned_loads,
    train_to_load,
)
from apps.trains.services.arriving import RIGHT, of_train
from apps.trains.services.loading.drawing import require_to_be_loaded
from apps.trains.services.loading.refusals import (
    LoadedAlready,
    NotForThisTrain,
    NotOnThePlan,
    PlanIsApproved,
    PlanIsReplaced,
    WagonOfAnother,
)
from apps.yard import services as yard
from apps.yard.models import WorkOrder
from terminal.errors import Refused
from terminal.events import EventKind
from terminal.lifecycle import LoadPlanState
from terminal.readiness import NotReady, Step
from terminal.trainload import faults
from terminal.work import Work

QUANTITIES = ("kg", "teu", "wagons", "length_m", "times")
"""Facts that say how bad a fault is; the others say which it is."""

WHICH = ("wagon", "place", "destination", "what")


@dataclass(frozen=True)
class Edit:
    """A box is put on a wagon, or moved there: ``place`` is the first 20′ place it takes. No wagon: it is taken off."""

    visit: Visit
    wagon: Wagon | None = None
    place: int = 1


@transaction.atomic
def change_plan(plan: LoadPlan, edits: Sequence[Edit], *, by: Actor, at: datetime) -> LoadPlan:
    """Change a plan as staff say, all edits or none; what they put somewhere stays there when it is drawn up anew.

    On an approved plan boxes are moved and taken off (what was asked for them is called off). Raises the first fault
    of ``terminal.trainload`` that was not there before, ``NotYours``, ``PlanIsReplaced``, ``PlanIsApproved``,
    ``NotForThisTrain``, ``NotReady``, ``LoadedAlready``, ``NotOnThePlan``, ``WagonOfAnother``, ``NothingMoreToPlan``,
    ``OrderInHand``.
    """
    by.require(RIGHT, plan.train.call.terminal)
    lock_plan(plan)
    before = planned_loads(plan)
    after = _edited(plan, before, edits, at)
    _require_nothing_worse(plan, before, after, at)
    _write(plan, before, after)
    dropped = [each.visit_id for each in before if each.visit_id not in {load.visit_id for load in after}]
    if plan.state == LoadPlanState.APPROVED:
        call_off_loading(plan, dropped, by=by, at=at)
    record(of_train(plan.train, EventKind.LOAD_PLAN_CHANGED, by=by, at=at, payload=_told(plan, edits)))
    return plan


def lock_plan(plan: LoadPlan) -> None:
    """The plan as it is now, nobody else changing it; its train still takes boxes. Raises ``PlanIsReplaced``."""
    lock(plan.train.call)
    plan.refresh_from_db(from_queryset=LoadPlan.objects.select_for_update(of=("self",)))
    if plan.state == LoadPlanState.REPLACED:
        raise PlanIsReplaced(train=plan.train.call.number)
    require_to_be_loaded(plan.train)


def _edited(plan: LoadPlan, before: list[PlannedLoad], edits: Sequence[Edit], at: datetime) -> list[PlannedLoad]:
    """What the plan holds after the edits: rows that are not written yet."""
    loads = {each.visit_id: _copy(plan, each) for each in before}
    aboard = set(WagonLoad.objects.filter(wagon__train=plan.train, leg=WagonLoad.Leg.DEPARTING).values_list("visit"))
    for edit in edits:
        if (edit.visit.pk,) in aboard:
            raise LoadedAlready(number=edit.visit.container.number, train=plan.train.call.number)
        if edit.wagon is None:
            _take_off(plan, loads, edit)
        else:
            _put(plan, loads, edit, edit.wagon)
    new = [load.visit for key, load in loads.items() if key not in {each.visit_id for each in before}]
    _require_could_go(plan, new, at)
    return list(loads.values())


def _copy(plan: LoadPlan, load: PlannedLoad) -> PlannedLoad:
    return PlannedLoad(plan=plan, wagon=load.wagon, place=load.place, visit=load.visit, by_hand=load.by_hand)


def _take_off(plan: LoadPlan, loads: dict[int, PlannedLoad], edit: Edit) -> None:
    if loads.pop(edit.visit.pk, None) is None:
        raise NotOnThePlan(number=edit.visit.container.number, train=plan.train.call.number)


def _put(plan: LoadPlan, loads: dict[int, PlannedLoad], edit: Edit, wagon: Wagon) -> None:
    if wagon.train_id != plan.train_id or wagon.set_out_at is not None:
        raise WagonOfAnother(wagon=wagon.number, train=plan.train.call.number)
    if edit.visit.pk not in loads and plan.state == LoadPlanState.APPROVED:
        raise PlanIsApproved(train=plan.train.call.number)
    loads[edit.visit.pk] = PlannedLoad(plan=plan, wagon=wagon, place=edit.place, visit=edit.visit, by_hand=True)


def _require_could_go(plan: LoadPlan, visits: list[Visit], at: datetime) -> None:
    if not visits:
        return
    going = could_go(plan.train, at)
    waiting = {each.visit.pk: each.stops for each in going.waiting}
    for visit in visits:
        if stops := waiting.get(visit.pk):
            told = [{**each.as_facts(), "container": visit.container.number} for each in stops]
            raise NotReady(step=Step.LOAD.value, codes=", ".join(each.code for each in stops), blockers=told)
        if visit.pk not in going.boxes:
            raise NotForThisTrain(number=visit.container.number, train=plan.train.call.number)


def _require_nothing_worse(plan: LoadPlan, before: list[PlannedLoad], after: list[PlannedLoad], at: datetime) -> None:
    was = {_which(each): _how_bad(each) for each in faults_of(plan, before, at)}
    for fault in faults_of(plan, after, at):
        if _which(fault) not in was or _how_bad(fault) > was[_which(fault)]:
            raise fault


def _which(fault: Refused) -> tuple[Any, ...]:
    boxes = frozenset(fault.facts.get(name) for name in ("number", "other"))
    return (fault.code(), boxes, *(fault.facts.get(name) for name in WHICH))


def _how_bad(fault: Refused) -> float:
    return max((float(fault.facts[name]) for name in QUANTITIES if name in fault.facts), default=0.0)


def faults_of(plan: LoadPlan, loads: Iterable[PlannedLoad], at: datetime) -> list[Refused]:
    """What is wrong with loads of a plan's train, as it stands now."""
    rows = list(loads)
    boxes = {box.key: box for box in as_candidates(plan.train, [each.visit for each in rows], at).values()}
    return faults([train_to_load(plan.train)], boxes, placed(plan.train, rows))


def _write(plan: LoadPlan, before: list[PlannedLoad], after: list[PlannedLoad]) -> None:
    PlannedLoad.objects.filter(pk__in=[each.pk for each in before]).delete()
    PlannedLoad.objects.bulk_create(after)
    LeftBehind.objects.filter(plan=plan, visit__in=[each.visit_id for each in after]).delete()
    LoadPlan.objects.filter(pk=plan.pk).update(version=F("version") + 1)
    plan.version += 1


def call_off_loading(plan: LoadPlan, visits: Iterable[int], *, by: Actor, at: datetime) -> None:
    """Cancel what was asked for boxes that are on the plan no more. Raises ``OrderInHand`` where one is being moved."""
    train = plan.train
    orders = WorkOrder.objects.open().filter(visit__in=list(visits), call=train.call_id, kind=Work.LOAD.value)
    for order in orders.order_by("pk"):
        yard.cancel_order(order, reason=f"not planned on {train.call.number}", by=by.entrusted(), at=at)


def _told(plan: LoadPlan, edits: Sequence[Edit]) -> dict[str, Any]:
    changes = [
        {
            "container": each.visit.container.number,
            "wagon": each.wagon.number if each.wagon else "",
            "place": each.place,
        }
        for each in edits
    ]
    return {"number": plan.train.call.number, "changes": changes}
