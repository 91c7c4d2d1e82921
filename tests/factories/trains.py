"""Tracks and trains."""

from datetime import timedelta

import factory

from apps.trains.models import Track, TrainVisit, Wagon
from terminal.identifiers.wagons import WagonScheme
from tests.factories.calls import MARCH_14, CallFactory
from tests.factories.network import TerminalFactory


class TrackFactory(factory.django.DjangoModelFactory):
    """A working track of 950 m."""

    class Meta:
        model = Track

    terminal = factory.SubFactory(TerminalFactory)
    code = factory.Sequence(lambda n: f"T{n}")
    usable_m = 950


class TrainVisitFactory(factory.django.DjangoModelFactory):
    """A train of 800 m that is announced."""

    class Meta:
        model = TrainVisit

    call = factory.SubFactory(
        CallFactory,
        mode="rail",
        number=factory.Sequence(lambda n: f"X90{n:02d}"),
        phase="announced",
        scheduled_arrival_at=MARCH_14,
        scheduled_departure_at=MARCH_14 + timedelta(hours=9),
    )
    length_m = 800


class WagonFactory(factory.django.DjangoModelFactory):
    """A flat wagon of a train, Chinese number, the next in the consist."""

    class Meta:
        model = Wagon

    train = factory.SubFactory(TrainVisitFactory)
    sequence = factory.Sequence(lambda n: n + 1)
    scheme = WagonScheme.CN7.value
    number = factory.Sequence(lambda n: f"5{n:06d}")
    tare_kg = 22_000
