from decimal import Decimal

import pytest

from apps.containers.models import Container, Reference, Visit, VisitRole
from apps.containers.services import Advice, UnknownKind, advise, arrive_visits, cancel_visit, give_role
from apps.containers.services.arriving import Arrived
from apps.containers.services.roles import NoPartOfIt
from apps.journal.models import Entry
from apps.parties.actors import Actor, NotYours
from terminal.equipment import UnknownSizeType
from terminal.events import EventKind
from terminal.identifiers import CyrillicLetter, WrongCheckDigit
from terminal.lifecycle import Position, StepNotAllowed, VisitState
from terminal.regimes import Direction, Goods, Regime
from tests.factories.calls import MARCH_14, CallFactory
from tests.factories.containers import ContainerFactory, VisitFactory, VisitRoleFactory, container_number
from tests.factories.network import TerminalFactory
from tests.factories.parties import PartyFactory, staff

pytestmark = pytest.mark.django_db

BEAT = Actor.itself("test")
BOX = "CSQU3054383"


@pytest.fixture
def sinotrans(db):
    return PartyFactory(code="sinotrans", kind="forwarder")


@pytest.fixture
def kazgrain(db):
    return PartyFactory(code="kazgrain", kind="shipper")


def word(terminal, number=BOX, **more) -> Advice:
    return Advice(**{"terminal": terminal, "number": number, "size_type": "22G1", "laden": True} | more)


def test_an_advice_becomes_a_visit_with_its_papers_and_parts(lyg, kazgrain, sinotrans):
    train = CallFactory(terminal=lyg)
    (visit,) = advise(
        [
            word(
                lyg, "csqu 305438-3", goods=Goods.STANDARD, gross_kg=24_100, destination="KZALA", regime=Regime.TRANSIT,
                direction=Direction.THROUGH, arrival_call=train, references=[("smgs", "29884411")],
                roles=[(kazgrain, "shipper"), (sinotrans, "forwarder")],
            )
        ],
        by=BEAT, at=MARCH_14,
    )  # fmt: skip
    visit = Visit.objects.get(pk=visit.pk)
    assert (visit.container.number, visit.container.teu, visit.state, visit.position) == (
        BOX, Decimal(1), VisitState.ADVISED, Position.INBOUND,
    )  # fmt: skip
    assert Reference.objects.get(visit=visit).value == "29884411"
    assert {role.party for role in visit.roles.all()} == {kazgrain, sinotrans}
    told = Entry.objects.get(kind=EventKind.VISIT_ADVISED)
    assert (told.visit_id, told.container_number, told.call_id) == (visit.pk, BOX, train.pk)


def test_any_number_of_visits_may_be_advised_for_one_box(lyg):
    first, second = advise([word(lyg), word(lyg)], by=BEAT, at=MARCH_14)
    assert first.container == second.container
    assert Visit.objects.filter(container__number=BOX).count() == 2


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"number": "MSKU1234567"}, WrongCheckDigit),
        ({"number": "СSQU3054383"}, CyrillicLetter),  # the first letter is Cyrillic
        ({"size_type": "XXXX"}, UnknownSizeType),
        ({"references": [("passport", "1")]}, UnknownKind),
    ],
)
def test_one_wrong_advice_enters_none(lyg, wrong, refusal):
    with pytest.raises(refusal):
        advise([word(lyg, container_number(7)), word(lyg, **wrong)], by=BEAT, at=MARCH_14)
    assert not Visit.objects.exists()
    assert not Container.objects.exists()


def test_a_program_has_a_part_in_what_it_advises_and_in_nothing_else(lyg, sinotrans, kazgrain):
    others = VisitRoleFactory(visit__terminal=lyg, visit__container__number=BOX, party=kazgrain).visit
    (own,) = advise([word(lyg)], by=Actor.program(sinotrans, "tms"), at=MARCH_14)
    assert list(Visit.objects.seen_by(sinotrans, MARCH_14)) == [own]
    assert list(Visit.objects.seen_by(kazgrain, MARCH_14)) == [others]
    assert own.roles.get().role == VisitRole.Role.FORWARDER


def test_a_clash_answers_exactly_as_no_clash(lyg, sinotrans):
    """A box that stands here for somebody else, of another size: the adviser is told what one of a free box is told."""
    clash = container_number(11)
    VisitFactory(terminal=lyg, active=True, container=ContainerFactory(number=clash, size_type="45G1"))
    told = []
    for number in (container_number(12), clash):
        (visit,) = advise([word(lyg, number)], by=Actor.program(sinotrans, "tms"), at=MARCH_14)
        seen = Visit.objects.seen_by(sinotrans, MARCH_14).get(pk=visit.pk)
        entry = Entry.objects.get(visit_id=visit.pk)
        told.append(
            (seen.state, seen.position, seen.size_type, seen.arrived_at, seen.version, entry.kind, entry.payload)
        )
    assert told[0] == told[1]


def test_a_hundred_advices_cost_as_many_queries_as_one(lyg, kazgrain, django_assert_num_queries):
    for start, count in ((0, 1), (1000, 100)):
        words = [
            word(lyg, container_number(start + n), references=[("booking", f"B{n}")], roles=[(kazgrain, "shipper")])
            for n in range(count)
        ]
        with django_assert_num_queries(9):
            advise(words, by=BEAT, at=MARCH_14)


def test_the_size_on_the_papers_of_a_stay_is_the_boxs_from_its_arrival_on(lyg):
    box = ContainerFactory(number=BOX, size_type="22G1")
    (visit,) = advise([word(lyg, size_type="45G1")], by=BEAT, at=MARCH_14)
    box.refresh_from_db()
    assert box.size_type == "22G1"
    arrive_visits([Arrived(visit)], by=BEAT, at=MARCH_14)
    box.refresh_from_db()
    assert (box.size_type, box.teu) == ("45G1", Decimal(2))
    assert Entry.objects.get(kind=EventKind.CONTAINER_GATED_IN).payload["teu"] == "2.00"


def test_an_advice_can_be_taken_back_before_the_box_came(lyg):
    visit = VisitFactory(terminal=lyg)
    cancel_visit(visit, by=BEAT, at=MARCH_14, reason="order withdrawn")
    assert (visit.state, Visit.objects.get(pk=visit.pk).state) == (VisitState.CANCELLED, VisitState.CANCELLED)
    with pytest.raises(StepNotAllowed):
        cancel_visit(VisitFactory(terminal=lyg, active=True), by=BEAT, at=MARCH_14)


def test_a_stranger_cannot_take_back_anothers_advice(lyg, sinotrans, kazgrain):
    visit = VisitRoleFactory(visit__terminal=lyg, party=kazgrain).visit
    with pytest.raises(NotYours):
        cancel_visit(visit, by=Actor.program(sinotrans, "tms"), at=MARCH_14)
    cancel_visit(visit, by=Actor.program(kazgrain, "erp"), at=MARCH_14)
    assert visit.state == VisitState.CANCELLED


def test_staff_advise_only_where_they_serve(lyg):
    clerk = Actor.person(staff("containers.change_visit", username="aigerim", terminal=lyg))
    advise([word(lyg)], by=clerk, at=MARCH_14)
    with pytest.raises(NotYours):
        advise([word(TerminalFactory(khorgos=True))], by=clerk, at=MARCH_14)


def test_only_a_party_with_a_part_gives_a_part(lyg, sinotrans, kazgrain):
    visit = VisitRoleFactory(visit__terminal=lyg, party=kazgrain).visit
    with pytest.raises(NoPartOfIt):
        give_role(visit, sinotrans, "forwarder", by=Actor.program(sinotrans, "tms"), at=MARCH_14)
    give_role(visit, sinotrans, "forwarder", by=Actor.program(kazgrain, "erp"), at=MARCH_14)
    assert list(Visit.objects.seen_by(sinotrans, MARCH_14)) == [visit]
