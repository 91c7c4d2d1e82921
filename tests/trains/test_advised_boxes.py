"""What a consist says of boxes that were advised before."""

from datetime import timedelta

import pytest

from apps.containers.services import Advice, advise
from apps.parties.actors import Actor
from apps.trains import services as trains
from apps.trains.consist import Consist, ConsistBox, ConsistWagon
from terminal.identifiers import WagonScheme
from terminal.regimes import Direction, Regime
from tests.factories.calls import MARCH_14
from tests.factories.containers import container_number
from tests.factories.parties import PartyFactory
from tests.factories.trains import TrainVisitFactory

pytestmark = pytest.mark.django_db

BY = Actor.itself("test")
CAME = MARCH_14
HOUR = timedelta(hours=1)
ONE, TWO = container_number(1, "TBJ"), container_number(2, "TBJ")


@pytest.fixture
def train(lyg):
    return TrainVisitFactory(call__terminal=lyg, call__operator=PartyFactory())


def consist_of(laden, *numbers):
    return Consist(
        [
            ConsistWagon(
                place, WagonScheme.CN7, f"{5200100 + place}", "X70", 22_000, None,
                [ConsistBox(1, number, "42G1", laden, 20_000, "KZALA")],
            )
            for place, number in enumerate(numbers, 1)
        ]
    )  # fmt: skip


def advised_by_its_operator(train, laden):
    said = {"regime": Regime.EXPORT, "direction": Direction.OUTBOUND, "laden": laden}
    operator = train.call.operator
    advice = Advice(terminal=train.call.terminal, number=ONE, size_type="42G1", roles=[(operator, "line")], **said)
    return advise([advice], by=Actor.program(operator, "key:x"), at=CAME - HOUR)[0]


def test_a_laden_box_is_laden_whatever_was_advised(train):
    visit = advised_by_its_operator(train, laden=False)
    matched = trains.receive_consist(train, consist_of(True, ONE), by=BY, at=CAME).found[ONE]
    visit.refresh_from_db()
    assert matched == visit
    assert (visit.laden, visit.claimed) == (True, ["regime", "direction"])


def by_note(*notes):
    return Consist(
        [ConsistWagon(1, WagonScheme.CN7, "5200101", "X70", 22_000, None,
                      [ConsistBox(1, ONE, "42G1", True, 20_000, "KZALA", notes=notes)])]
    )  # fmt: skip


@pytest.mark.parametrize(("kind", "number", "is_his"), [("cim", "398-0114", True), ("smgs", "398-0114", False)])
def test_a_box_a_shipper_advised_is_known_by_its_consignment_note(train, kind, number, is_his):
    shipper = PartyFactory()
    said = {"number": ONE, "size_type": "42G1", "roles": [(shipper, "shipper")], "references": [("cim", "398-0114")]}
    visit = advise([Advice(terminal=train.call.terminal, **said)], by=Actor.program(shipper, "key:x"), at=CAME - HOUR)[
        0
    ]
    comparison = trains.receive_consist(train, by_note((kind, number)), by=BY, at=CAME)
    assert (comparison.unannounced == ()) == is_his
    assert (train.wagons.get().loads.get().visit == visit) == is_his


def test_a_box_nobody_announced_is_known_by_its_consignment_note_from_then_on(train):
    trains.receive_consist(train, by_note(("cim", "7"), ("smgs", "7")), by=BY, at=CAME)
    references = train.wagons.get().loads.get().visit.references.order_by("kind")
    assert [(each.kind, each.value) for each in references] == [("cim", "7"), ("smgs", "7")]


def test_an_empty_box_is_known_to_be_empty(train):
    visit = advised_by_its_operator(train, laden=True)
    trains.receive_consist(train, consist_of(False, ONE), by=BY, at=CAME)
    visit.refresh_from_db()
    assert (visit.laden, visit.claimed) == (False, ["regime", "direction"])


def test_a_box_known_to_be_laden_stays_laden_when_a_consist_calls_it_empty(train):
    advice = Advice(terminal=train.call.terminal, number=TWO, size_type="42G1", laden=True, arrival_call=train.call)
    [known] = advise([advice], by=BY, at=CAME - HOUR)
    trains.receive_consist(train, consist_of(False, TWO), by=BY, at=CAME)
    known.refresh_from_db()
    assert known.laden is True
