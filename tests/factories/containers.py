"""Boxes with right check digits, and their visits."""

from decimal import Decimal
from typing import Any

import factory

from apps.containers.models import (
    Container,
    Hold,
    Permission,
    PermissionRule,
    Reference,
    StopRule,
    Visit,
    VisitRole,
    Weight,
)
from terminal.equipment import SizeType
from terminal.events import EventKind
from terminal.identifiers import check_digit
from terminal.lifecycle import Position, VisitState
from terminal.readiness import Owner, Step
from terminal.readiness.rules import Deed
from terminal.regimes import Direction, Regime
from terminal.weights import Weighing
from tests.factories.calls import MARCH_14
from tests.factories.network import TerminalFactory
from tests.factories.parties import PartyFactory


def container_number(serial: int, owner: str = "KTZ") -> str:
    """A right number: ``container_number(305438, "CSQ")`` is CSQU3054383."""
    body = f"{owner}U{serial % 1_000_000:06d}"
    return body + check_digit(body + "0")


class ContainerFactory(factory.django.DjangoModelFactory):
    """A 20′ box; another size by ``size_type``, which sets its TEU."""

    class Meta:
        model = Container
        django_get_or_create = ("number",)

    number = factory.Sequence(lambda n: container_number(500_000 + n))
    size_type = "22G1"
    teu: Decimal = factory.LazyAttribute(lambda box: SizeType.parse(box.size_type).teu)


class VisitFactory(factory.django.DjangoModelFactory):
    """An advised visit. Traits: ``active`` (arrived, in the yard, cell unknown), ``in_yard`` (the same), ``departed``.

    ``in_yard`` says no more than ``active``: the cell itself is the yard's row.
    """

    class Meta:
        model = Visit

    terminal = factory.SubFactory(TerminalFactory)
    container = factory.SubFactory(ContainerFactory)
    state = VisitState.ADVISED.value
    position = Position.INBOUND.value
    laden = True
    gross_kg = 22_000
    regime = Regime.TRANSIT.value
    direction = Direction.THROUGH.value
    destination = "KZALA"
    advised_at = MARCH_14

    class Params:
        active: Any = factory.Trait(state=VisitState.ACTIVE.value, position=Position.IN_YARD.value, arrived_at=MARCH_14)
        in_yard: Any = factory.Trait(active=True)
        departed: Any = factory.Trait(
            state=VisitState.DEPARTED.value, position=Position.GONE.value, arrived_at=MARCH_14, departed_at=MARCH_14
        )


class VisitRoleFactory(factory.django.DjangoModelFactory):
    """A shipper's part in a visit since 14 March 2023."""

    class Meta:
        model = VisitRole

    visit = factory.SubFactory(VisitFactory)
    party = factory.SubFactory(PartyFactory)
    role = VisitRole.Role.SHIPPER
    since = MARCH_14
    given_by = "terminal:test"


class ReferenceFactory(factory.django.DjangoModelFactory):
    """A booking number of a visit."""

    class Meta:
        model = Reference

    visit = factory.SubFactory(VisitFactory)
    kind = Reference.Kind.BOOKING
    value = factory.Sequence(lambda n: f"BK{n:06d}")


class HoldFactory(factory.django.DjangoModelFactory):
    """A terminal's hold on every step."""

    class Meta:
        model = Hold

    visit = factory.SubFactory(VisitFactory, active=True)
    terminal = factory.LazyAttribute(lambda hold: hold.visit.terminal if hold.visit else TerminalFactory())
    owner = Owner.TERMINAL.value
    step = ""
    reason = "damaged corner post"
    placed_at = MARCH_14
    placed_by = "terminal:test"


class PermissionFactory(factory.django.DjangoModelFactory):
    """Customs' permission to load."""

    class Meta:
        model = Permission

    visit = factory.SubFactory(VisitFactory, active=True)
    owner = Owner.CUSTOMS.value
    step = Step.LOAD.value
    reference = factory.Sequence(lambda n: f"CD-2023-{n:06d}")
    granted_at = MARCH_14
    granted_by = "terminal:test"


class PermissionRuleFactory(factory.django.DjangoModelFactory):
    """A laden box in transit needs customs' permission to be loaded."""

    class Meta:
        model = PermissionRule

    terminal = factory.SubFactory(TerminalFactory)
    regime = Regime.TRANSIT.value
    laden = True
    direction = Direction.THROUGH.value
    step = Step.LOAD.value
    owner = Owner.CUSTOMS.value
    required = True


class StopRuleFactory(factory.django.DjangoModelFactory):
    """What comes through the gate is held by the terminal."""

    class Meta:
        model = StopRule

    terminal = factory.SubFactory(TerminalFactory)
    name = factory.Sequence(lambda n: f"rule {n}")
    event = EventKind.CONTAINER_GATED_IN.value
    deed = Deed.PLACE_HOLD.value
    reason = "to be looked at"


class WeightFactory(factory.django.DjangoModelFactory):
    """What the box weighs, by the terminal's own weighbridge: a verified gross mass."""

    class Meta:
        model = Weight

    visit = factory.SubFactory(VisitFactory, active=True)
    gross_kg = factory.LazyAttribute(lambda weight: weight.visit.gross_kg)
    how = Weighing.WEIGHBRIDGE.value
    noted_at = MARCH_14
    noted_by = "terminal:test"
