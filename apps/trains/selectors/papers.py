"""What a train's printed papers tell: which box is on which wagon, and what is noted of it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from apps.containers.models import Hazard, Seal, Visit, Weight
from apps.containers.selectors import worn
from apps.trains.models import PlannedLoad, TrainVisit, Wagon, WagonLoad
from apps.trains.selectors.delays import TO_COME
from apps.trains.selectors.loading import plan_of, planned_loads
from terminal.lifecycle import ON_SITE, LoadPlanState


@dataclass(frozen=True)
class OnPaper:
    """A box on a wagon. ``planned``: it is to be loaded there by the approved plan, and is not yet."""

    visit: Visit
    wagon: Wagon
    place: int
    planned: bool = False


@dataclass(frozen=True)
class Told:
    """Seals worn, whether the weight is a verified gross mass, and dangerous goods of a box."""

    seals: list[Seal]
    verified: bool
    hazards: list[Hazard]


def wagons_in(train: TrainVisit) -> list[Wagon]:
    """Wagons of the train in their order; those that were set out are in it no more."""
    return list(Wagon.objects.filter(train=train, set_out_at=None).order_by("sequence"))


def standing_on(train: TrainVisit) -> list[OnPaper]:
    """What stands on its wagons now: boxes that came and are not off, and boxes that were loaded. One query."""
    on_it = Q(leg=WagonLoad.Leg.ARRIVING, done_at=None) | Q(leg=WagonLoad.Leg.DEPARTING, done_at__isnull=False)
    return _real(train, on_it)


def leaving_on(train: TrainVisit) -> list[OnPaper]:
    """What it leaves with: boxes that were loaded, and until it has left those still to be by its approved plan."""
    real = _real(train, Q(leg=WagonLoad.Leg.DEPARTING, done_at__isnull=False))
    plan = plan_of(train, LoadPlanState.APPROVED) if train.call.phase in {*ON_SITE, *TO_COME} else None
    aboard = {each.visit.pk for each in real}
    waits = [each for each in planned_loads(plan) if each.visit_id not in aboard] if plan else []
    loads = [each for each in waits if each.wagon.set_out_at is None]
    return sorted([*real, *(_planned(each) for each in loads)], key=lambda each: (each.wagon.sequence, each.place))


def told_of(visits: Iterable[Visit]) -> dict[int, Told]:
    """What is noted of each visit that papers name, by the visits' numbers. Three queries."""
    rows = list(visits)
    seals, verified, hazards = worn(rows), {}, defaultdict(list)
    for weight in Weight.objects.standing().filter(visit__in=rows).order_by("noted_at", "pk"):
        verified[weight.visit_id] = weight.verified
    for hazard in Hazard.objects.standing().filter(visit__in=rows).order_by("pk"):
        hazards[hazard.visit_id].append(hazard)
    return {row.pk: Told(seals[row.pk], verified.get(row.pk, False), hazards[row.pk]) for row in rows}


def _real(train: TrainVisit, which: Q) -> list[OnPaper]:
    loads = WagonLoad.objects.filter(which, wagon__train=train, wagon__set_out_at=None)
    rows = loads.select_related("visit__container", "wagon").order_by("wagon__sequence", "place", "pk")
    return [OnPaper(each.visit, each.wagon, each.place) for each in rows]


def _planned(load: PlannedLoad) -> OnPaper:
    return OnPaper(load.visit, load.wagon, load.place, planned=True)
