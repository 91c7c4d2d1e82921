"""Offices of Lianyungang Customs, their officers, and declarations."""

from typing import Any

import factory

from apps.customs import services
from apps.customs.models import Declaration, GoodsStop, Inspection, Office, Officer
from apps.parties.actors import Actor
from apps.parties.models import User
from terminal.customs.inspecting import InspectionKind
from terminal.regimes import Direction, Regime
from tests.factories.calls import MARCH_14
from tests.factories.cargo import stocked
from tests.factories.containers import VisitFactory, VisitRoleFactory
from tests.factories.network import TerminalFactory
from tests.factories.parties import PartyFactory, staff

OFFICERS_RIGHTS = (
    "customs.view_declaration",
    "customs.change_declaration",
    "customs.view_office",
    "customs.view_inspection",
    "customs.change_inspection",
    "customs.view_goodsstop",
    "containers.change_hold",
    "containers.lift_customs_hold",
)


class OfficeFactory(factory.django.DjangoModelFactory):
    """The clearance office, which takes declarations. Trait ``anti_smuggling``: one that stops boxes."""

    class Meta:
        model = Office
        django_get_or_create = ("terminal", "code")

    terminal = factory.SubFactory(TerminalFactory)
    code = "clearance"
    name = factory.LazyAttribute(lambda office: f"{office.code.capitalize()} Office")
    kind = Office.Kind.SECTION
    clears = True

    class Params:
        anti_smuggling: Any = factory.Trait(code="port-patrol", kind=Office.Kind.ANTI_SMUGGLING, clears=False)


def officer_of(office: Office, username: str = "officer-li") -> Actor:
    """A person who decides for the office."""
    known = User.objects.filter(username=username).first()
    user = known or staff(*OFFICERS_RIGHTS, username=username, terminal=office.terminal)
    Officer.objects.get_or_create(user=user, office=office)
    return Actor.person(user)


def drafted(boxes: int = 1, party_code: str = "almaty-cotton", terminal: Any = None) -> Declaration:
    """A draft of the party over boxes of its own in the yard, at the clearance office unless there are others."""
    terminal = terminal or TerminalFactory()
    if not Office.objects.filter(terminal=terminal, clears=True).exists():
        OfficeFactory(terminal=terminal)
    party = PartyFactory(code=party_code)
    visits = [VisitFactory(terminal=terminal, active=True) for _ in range(boxes)]
    for visit in visits:
        VisitRoleFactory(visit=visit, party=party)
    return services.draft(
        terminal=terminal,
        declarant=party,
        visits=visits,
        regime=Regime.TRANSIT,
        direction=Direction.THROUGH,
        goods="cotton yarn",
        by=Actor.program(party, "key"),
        at=MARCH_14,
    )


def declarant_of(declaration: Declaration) -> Actor:
    """The declarant's program."""
    return Actor.program(declaration.declarant, "key")


def submitted(**more: Any) -> Declaration:
    """A declaration that waits at its office."""
    declaration = drafted(**more)
    return services.submit(declaration, by=declarant_of(declaration), at=MARCH_14)


def an_inspection() -> Inspection:
    """A box in the yard of which a physical look was ordered; there is no inspection block to bring it to."""
    office = OfficeFactory()
    visit = VisitFactory(terminal=office.terminal, in_yard=True)
    return services.order_inspections(
        office, InspectionKind.PHYSICAL, visits=[visit], by=officer_of(office), at=MARCH_14
    )[0]


def a_stop_of_goods() -> GoodsStop:
    """Goods in the warehouse that the clearance office has seized."""
    office = OfficeFactory()
    what = {"lot": stocked(), "reference": "CI-2026-000012", "reason": "undeclared alcohol"}
    when = {"placed_at": MARCH_14, "placed_by": "officer-li"}
    return GoodsStop.objects.create(terminal=office.terminal, office=office, kind="seizure", **what, **when)
