"""Trains side by side where the gauge changes."""

from apps.trains.models import TrainVisit, Wagon
from terminal.identifiers import WagonScheme, gauge_of
from terminal.lifecycle import ON_SITE


def trains_of_other_gauge(train: TrainVisit) -> list[TrainVisit]:
    """Trains that stand at the same terminal with wagons of another gauge than this one's, the first to leave first."""
    own = {gauge_of(WagonScheme(each)) for each in _schemes(train)}
    other = [each.value for each in WagonScheme if gauge_of(each) not in own] if own else []
    wagons = Wagon.objects.filter(scheme__in=other, set_out_at=None, train__call__terminal=train.call.terminal_id)
    there = TrainVisit.objects.filter(call__phase__in=sorted(ON_SITE), pk__in=wagons.values("train"))
    return list(there.select_related("call__terminal", "service").order_by("call__scheduled_departure_at", "pk"))


def _schemes(train: TrainVisit) -> list[str]:
    wagons = Wagon.objects.filter(train=train, set_out_at=None).order_by()
    return list(wagons.values_list("scheme", flat=True).distinct())
