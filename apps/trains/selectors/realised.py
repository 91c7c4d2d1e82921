"""What stands on a train against what was planned, and how far each wagon is."""

from collections import Counter
from dataclasses import dataclass

from apps.trains.models import PlannedLoad, TrainVisit, Wagon, WagonLoad
from apps.trains.selectors.loading import plan_of, planned_loads
from terminal.lifecycle import LoadPlanState
from terminal.trainload.realised import Deviating, Spot, deviations


@dataclass(frozen=True)
class NotAsPlanned:
    """A box that is not as planned, by its number; see ``Deviating``."""

    number: str
    visit_id: int
    deviating: Deviating


@dataclass(frozen=True)
class WagonProgress:
    """How far the work at one wagon is, in boxes: what came, what of that is off, what is planned, what is on."""

    wagon: Wagon
    came: int
    came_off: int
    planned: int
    loaded: int

    @property
    def left(self) -> int:
        """Lifts that are left."""
        return self.came - self.came_off + max(0, self.planned - self.loaded)


def not_as_planned(train: TrainVisit) -> list[NotAsPlanned]:
    """Every box that deviates from the train's approved plan, wagon by wagon; none without such a plan. Three queries.

    While the train is being loaded, what is still to be loaded is among them.
    """
    plan = plan_of(train, LoadPlanState.APPROVED)
    if plan is None:
        return []
    planned, real = planned_loads(plan), _real(train)
    every: list[PlannedLoad | WagonLoad] = [*planned, *real]
    numbers = {each.visit_id: each.visit.container.number for each in every}
    found = deviations({each.visit_id: _spot(each) for each in planned}, {each.visit_id: _spot(each) for each in real})
    return [NotAsPlanned(numbers[pk], pk, each) for each in found for pk in [int(str(each.box))]]


def _real(train: TrainVisit) -> list[WagonLoad]:
    loads = WagonLoad.objects.filter(wagon__train=train, leg=WagonLoad.Leg.DEPARTING)
    return list(loads.select_related("visit__container", "wagon").order_by("wagon__sequence", "place"))


def _spot(load: PlannedLoad | WagonLoad) -> Spot:
    return Spot(load.wagon.sequence, load.wagon.number, load.place)


def progress(train: TrainVisit) -> list[WagonProgress]:
    """How far each wagon is, in their order; those that were set out are not among them. Four queries."""
    plan = plan_of(train, LoadPlanState.APPROVED)
    planned = Counter(each.wagon_id for each in planned_loads(plan)) if plan else Counter[int]()
    counted: Counter[tuple[int, str, bool]] = Counter()
    loads = WagonLoad.objects.filter(wagon__train=train).values_list("wagon", "leg", "done_at")
    for wagon, leg, done_at in loads:
        counted[wagon, leg, done_at is not None] += 1
    came, goes = WagonLoad.Leg.ARRIVING.value, WagonLoad.Leg.DEPARTING.value
    return [
        WagonProgress(
            wagon=each,
            came=counted[each.pk, came, True] + counted[each.pk, came, False],
            came_off=counted[each.pk, came, True],
            planned=planned[each.pk],
            loaded=counted[each.pk, goes, True] + counted[each.pk, goes, False],
        )
        for each in Wagon.objects.filter(train=train, set_out_at=None).order_by("sequence")
    ]
