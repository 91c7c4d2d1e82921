"""A train of a service with wagons, and boxes that could go with it."""

from datetime import timedelta

from django.utils import timezone

from apps.parties.actors import Actor
from apps.trains.models import TrainService
from apps.yard import services as yard
from terminal.lifecycle import Phase
from tests.factories.containers import PermissionFactory, VisitFactory
from tests.factories.trains import TrainVisitFactory, WagonFactory

BY = Actor.itself("test")
NOW = timezone.now()
HOUR = timedelta(hours=1)
SECONDS = 0.5


def service(terminal, **more):
    said = {"code": "X9014", "name": "Almaty", "route": ["CNLYG", "KZALA", "UZTAS"]}
    return TrainService.objects.get_or_create(terminal=terminal, code=said["code"], defaults={**said, **more})[0]


def a_train(terminal, wagons=2, **more):
    said = {
        "call__terminal": terminal,
        "call__phase": Phase.ARRIVED.value,
        "call__arrived_at": NOW - HOUR,
        "call__scheduled_departure_at": NOW + 8 * HOUR,
        "service": service(terminal),
    }
    train = TrainVisitFactory(**{**said, **more})
    for place in range(1, wagons + 1):
        WagonFactory(train=train, sequence=place)
    return train


def a_box(terminal, size="42G1", *, allowed=True, at=None, **more):
    """A box in the yard that customs lets go; ``at``: bay, row and tier of the terminal's only block."""
    said = {"in_yard": True, "arrived_at": NOW - HOUR, "gross_kg": 20_000, "container__size_type": size}
    visit = VisitFactory(terminal=terminal, **{**said, **more})
    if allowed:
        PermissionFactory(visit=visit)
    if at is not None:
        yard.place(visit, terminal.block_set.get(), *at, by=BY, at=NOW)
    return visit


def planned(plan):
    """Number to wagon and place."""
    return {each.visit.container.number: (each.wagon.sequence, each.place) for each in plan.loads.all()}


def numbers(*visits):
    return {each.container.number for each in visits}
