"""A load plan as its page shows it: wagon by wagon with faults, and the boxes that stay with why."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from apps.common.words import sentence, word
from apps.trains.models import LeftBehind, LoadPlan, PlannedLoad, TrainVisit, Wagon
from apps.trains.selectors.leaving import what_keeps
from apps.trains.selectors.loading import CouldGo, Waiting, could_go, loaded, plan_of, planned_loads
from apps.trains.selectors.realised import NotAsPlanned, WagonProgress, not_as_planned, progress
from apps.trains.services import loading
from terminal.errors import Refused
from terminal.lifecycle import LoadPlanState
from terminal.readiness import Blocker


@dataclass
class ShownWagon:
    """A wagon with what the plan has on it (and whether that is on it), what is wrong with that, and how far it is."""

    wagon: Wagon
    far: WagonProgress
    loads: list[tuple[PlannedLoad, bool]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


@dataclass
class ShownPlan:
    """A plan of a train. ``faults``: of the train as a whole; ``going``: what could go with it at all."""

    plan: LoadPlan | None
    wagons: list[ShownWagon]
    faults: list[str]
    left: list[LeftBehind]
    waiting: list[tuple[Waiting, str]]
    going: CouldGo


def shown(train: TrainVisit, at: datetime) -> ShownPlan:
    """The train's draft, else its approved plan, as the page shows it."""
    plan = plan_of(train, LoadPlanState.DRAFT) or plan_of(train, LoadPlanState.APPROVED)
    loads = planned_loads(plan) if plan else []
    going = could_go(train, at)
    on_it = {each.visit_id for each in loaded(train)}
    wagons = {each.wagon.pk: ShownWagon(each.wagon, each) for each in progress(train)}
    for each in loads:
        if each.wagon_id in wagons:
            wagons[each.wagon_id].loads.append((each, each.visit_id in on_it))
    general = _share_out(loading.faults_of(plan, loads, at) if plan else [], wagons.values())
    return ShownPlan(plan, list(wagons.values()), general, _left(plan), _waiting(going), going)


def _share_out(faults: Iterable[Refused], wagons: Iterable[ShownWagon]) -> list[str]:
    """Each fault to the wagon it names, or that carries the box it names; the others are the train's."""
    by_name: dict[str, ShownWagon] = {}
    for shown_wagon in wagons:
        by_name[shown_wagon.wagon.number] = shown_wagon
        by_name |= {load.visit.container.number: shown_wagon for load, _done in shown_wagon.loads}
    general: list[str] = []
    for fault in faults:
        names = (str(fault.facts.get("wagon", "")), str(fault.facts.get("number", "")))
        at = next((by_name[name] for name in names if name in by_name), None)
        (at.faults if at else general).append(said(fault))
    return general


def _left(plan: LoadPlan | None) -> list[LeftBehind]:
    rows = (
        LeftBehind.objects.filter(plan=plan).select_related("visit__container") if plan else LeftBehind.objects.none()
    )
    return list(rows.order_by("reason", "visit__container__number"))


def _waiting(going: CouldGo) -> list[tuple[Waiting, str]]:
    return [(each, "; ".join(map(_stop, each.stops))) for each in going.waiting]


def _stop(blocker: Blocker) -> str:
    return f"{sentence(blocker.message, blocker.facts)} {sentence(blocker.remedy, blocker.facts)}"


def said(refusal: Refused) -> str:
    """A refusal in the reader's language."""
    return sentence(refusal.message, refusal.facts)


def keeps(train: TrainVisit, at: datetime) -> SafeString | str:
    """What stands between the train and its departure, a line each: owner, box, what is the case, what helps."""
    lines = (
        (word(each.owner.value), each.container, sentence(each.message, each.facts), sentence(each.remedy, each.facts))
        for each in what_keeps(train, at)
    )
    return format_html_join("", "<div><strong>{} {}</strong> {} <small>{}</small></div>", lines) or _("nothing")


def deviating(train: TrainVisit) -> SafeString | str:
    """What stands on the train otherwise than planned, a line each."""
    return format_html_join("", "<div>{} {} <small>{}</small></div>", map(_deviation, not_as_planned(train))) or "–"


def _deviation(each: NotAsPlanned) -> tuple[Any, ...]:
    spots = " → ".join(str(spot) for spot in (each.deviating.planned, each.deviating.real) if spot is not None)
    return each.number, word(each.deviating.how.value), spots


def plan_link(train: TrainVisit, to: str) -> str:
    """The train's plan in a few words, as a link to its page."""
    plans = LoadPlan.objects.filter(train=train).exclude(state=LoadPlanState.REPLACED.value)
    counted = plans.annotate(boxes=Count("loads")).order_by("pk")
    words = ", ".join(f"{plan.get_state_display()}: {plan.boxes}" for plan in counted) or _("none yet")
    return format_html_join("", LINK, [(to, words)])


LINK = '<a class="text-primary-600 dark:text-primary-400 font-medium" href="{}">{}</a>'
