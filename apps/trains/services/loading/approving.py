"""A plan is approved: what it says is what is to be done."""

from datetime import datetime

from django.db import transaction

from apps.common.steps import take_step
from apps.containers import services as containers
from apps.containers.models import Visit
from apps.containers.services.rows import lock_visits
from apps.journal.services import record
from apps.parties.actors import Actor
from apps.trains.models import LoadPlan, PlannedLoad
from apps.trains.selectors.loading import could_go, loaded, plan_of, planned_loads
from apps.trains.services.arriving import RIGHT, of_train
from apps.trains.services.lifting import plan_load
from apps.trains.services.loading.changing import call_off_loading, faults_of, lock_plan
from apps.trains.services.loading.refusals import PlanOvertaken
from terminal.events import EventKind
from terminal.lifecycle import LOAD_PLAN, LoadPlanState, Position
from terminal.readiness import Blocker


@transaction.atomic
def approve_plan(plan: LoadPlan, *, by: Actor, at: datetime) -> LoadPlan:
    """Make a draft the plan of its train; the one approved before is replaced, and what was asked for by it called off.

    Its boxes leave by the train from now on, and those in the yard are asked for, box by box. Raises ``PlanOvertaken``
    (boxes that are gone or not ready any more), the first fault of ``terminal.trainload``, ``StepNotAllowed`` (it is
    approved already), ``PlanIsReplaced``, ``NothingMoreToPlan``, ``NotYours``, ``OrderInHand``, and as
    ``containers.describe``.
    """
    by.require(RIGHT, plan.train.call.terminal)
    lock_plan(plan)
    LOAD_PLAN.require_step(plan.state, LoadPlanState.APPROVED.value)
    loads = planned_loads(plan)
    on_it = {each.visit_id for each in loaded(plan.train)}
    to_go = [each for each in loads if each.visit_id not in on_it]
    lock_visits(each.visit for each in to_go)
    leaving = _still_going(plan, to_go, at)
    for fault in faults_of(plan, loads, at):
        raise fault
    _replace_former(plan, {each.visit_id for each in loads}, by=by, at=at)
    also = {"approved_at": at, "approved_by": by.label}
    take_step(plan, LOAD_PLAN, LoadPlanState.APPROVED.value, field="state", **also)
    _ask_for(plan, leaving, by=by, at=at)
    said = {"number": plan.train.call.number, "boxes": len(loads), "teu": str(plan.worth)}
    record(of_train(plan.train, EventKind.LOAD_PLAN_APPROVED, by=by, at=at, payload=said))
    return plan


def _still_going(plan: LoadPlan, loads: list[PlannedLoad], at: datetime) -> list[Visit]:
    """The boxes as they are now. Raises ``PlanOvertaken`` with those that cannot go."""
    going = could_go(plan.train, at)
    waiting = {each.visit.pk: each.stops for each in going.waiting}
    lost = [each.visit for each in loads if each.visit_id not in going.boxes]
    if lost:
        told = [(visit, stop) for visit in lost for stop in waiting.get(visit.pk, [])]
        gone = ["gone"] if any(visit.pk not in waiting for visit in lost) else []
        raise PlanOvertaken(
            train=plan.train.call.number,
            numbers=", ".join(visit.container.number for visit in lost),
            codes=", ".join(dict.fromkeys([*gone, *(stop.code for _visit, stop in told)])),
            blockers=[_as_facts(visit, stop) for visit, stop in told],
        )
    return [going.visits[each.visit_id] for each in loads]


def _as_facts(visit: Visit, stop: Blocker) -> dict[str, object]:
    return {**stop.as_facts(), "container": visit.container.number}


def _replace_former(plan: LoadPlan, kept: set[int], *, by: Actor, at: datetime) -> None:
    former = plan_of(plan.train, LoadPlanState.APPROVED)
    if former is not None:
        dropped = [each.visit_id for each in planned_loads(former) if each.visit_id not in kept]
        take_step(former, LOAD_PLAN, LoadPlanState.REPLACED.value, field="state")
        call_off_loading(plan, dropped, by=by, at=at)


def _ask_for(plan: LoadPlan, visits: list[Visit], *, by: Actor, at: datetime) -> None:
    """The boxes leave by the train; those that stand in the yard are asked for, the others when they are here."""
    call = plan.train.call
    papers = [
        containers.Papers(visit=each, departure_call=call) for each in visits if each.departure_call_id != call.pk
    ]
    if papers:
        containers.describe(papers, by=by.entrusted(), at=at)
    in_yard = [each for each in visits if each.position == Position.IN_YARD]
    if in_yard:
        plan_load(plan.train, in_yard, by=by, at=at)
