"""Movements taken back by id, the latest first; what stood before them stands again."""

from datetime import timedelta

import pytest

from apps.common.ids import uuid7
from apps.containers import services
from apps.containers.services import Arrived
from apps.journal.models import Entry
from apps.journal.services import AlreadyRetracted, correct
from apps.parties.actors import Actor, NotYours
from apps.reports.models import DailyThroughput
from apps.reports.services import fold_journal
from terminal.lifecycle import Position
from terminal.readiness import Owner, Step
from tests.factories.calls import MARCH_14, CallFactory
from tests.factories.containers import PermissionRuleFactory, VisitFactory
from tests.factories.parties import staff
from tests.factories.trains import TrainVisitFactory
from tests.factories.yard import BlockFactory

pytestmark = pytest.mark.django_db

GATE = Actor.itself("gate")
LATER = MARCH_14 + timedelta(hours=2)


def take_back(entry, by=GATE, reason="wrong box", at=LATER):
    return services.retract(entry.public_id, reason=reason, by=by, at=at)


def latest(visit):
    return Entry.objects.filter(visit_id=visit.pk).order_by("pk").last()


@pytest.fixture
def train(lyg):
    return CallFactory(working=True, terminal=lyg)


@pytest.fixture
def discharged(lyg, train):
    visit = VisitFactory(terminal=lyg)
    services.arrive_visits([Arrived(visit, Position.IN_YARD, train)], by=GATE, at=MARCH_14)
    return visit


@pytest.fixture
def loaded(discharged, train):
    for step in (Step.LOAD, Step.GATE_OUT):
        PermissionRuleFactory(terminal=discharged.terminal, step=step.value, required=False)
    services.describe([services.Papers(visit=discharged, departure_call=train)], by=GATE, at=MARCH_14)
    services.leave_visits([discharged], step=Step.LOAD, by=GATE, at=MARCH_14 + timedelta(hours=1))
    return discharged


def test_a_box_that_never_came_is_advised_again(discharged):
    entry = latest(discharged)
    said = take_back(entry)
    discharged.refresh_from_db()
    assert (discharged.state, discharged.position) == ("advised", "inbound")
    assert (discharged.arrived_at, discharged.arrival_call) == (None, None)
    assert (said.kind, said.lineage, said.revision) == ("retracted", entry.lineage, 2)
    assert said.payload == {"retracts": "container-discharged", "reason": "wrong box"}


def test_it_is_expected_by_the_call_it_was_advised_with(lyg):
    planned, other = CallFactory(terminal=lyg), CallFactory(working=True, terminal=lyg)
    advice = services.Advice(terminal=lyg, number="CSQU3054383", size_type="22G1", arrival_call=planned)
    (visit,) = services.advise([advice], by=GATE, at=MARCH_14)
    services.arrive_visits([Arrived(visit, Position.IN_YARD, other)], by=GATE, at=MARCH_14)
    take_back(latest(visit))
    visit.refresh_from_db()
    assert visit.arrival_call == planned


def test_a_box_that_was_not_loaded_stands_in_the_yard_again(loaded):
    take_back(latest(loaded))
    loaded.refresh_from_db()
    assert (loaded.state, loaded.position, loaded.departed_at) == ("active", "in_yard", None)
    assert loaded.carrier_call is None


def test_a_visit_that_ended_with_its_carrier_goes_on(loaded, train):
    services.departed_with(train, by=GATE, at=LATER)
    take_back(latest(loaded))
    loaded.refresh_from_db()
    assert (loaded.state, loaded.position) == ("active", "in_yard")


def test_a_box_that_did_not_pass_the_gate_is_on_its_truck_still(lyg):
    PermissionRuleFactory(terminal=lyg, step=Step.GATE_OUT.value, required=False)
    truck = CallFactory(terminal=lyg, truck=True, working=True)
    visit = VisitFactory(active=True, terminal=lyg)
    services.put_on_truck([visit], truck, by=GATE, at=MARCH_14)
    services.leave_visits([visit], step=Step.GATE_OUT, by=GATE, at=LATER)
    take_back(latest(visit))
    visit.refresh_from_db()
    assert (visit.state, visit.position, visit.carrier_call) == ("active", "on_carrier", truck)


def test_a_later_movement_is_taken_back_first(discharged, loaded):
    first = Entry.objects.filter(visit_id=loaded.pk, kind="container-discharged").get()
    with pytest.raises(services.LaterMovement, match="container-loaded") as refused:
        take_back(first)
    assert refused.value.facts["id"] == str(latest(loaded).public_id)
    take_back(latest(loaded))
    take_back(first)
    loaded.refresh_from_db()
    assert loaded.state == "advised"


def test_a_box_unpacked_since_has_come(discharged):
    PermissionRuleFactory(terminal=discharged.terminal, step=Step.STRIP.value, required=False)
    entry = latest(discharged)
    services.strip_visits([discharged], by=GATE, at=LATER)
    with pytest.raises(services.LaterMovement, match="container-stripped"):
        take_back(entry)


def test_what_a_box_that_came_again_shows_is_not_denied(loaded, train):
    services.departed_with(train, by=GATE, at=LATER)
    entry = latest(loaded)
    again = VisitFactory(terminal=loaded.terminal, container=loaded.container)
    services.arrive_visits([Arrived(again, Position.IN_YARD, None)], by=GATE, at=LATER + timedelta(days=1))
    with pytest.raises(services.CameAgain, match=loaded.container.number):
        take_back(entry)


def test_a_retraction_is_not_taken_back(discharged):
    entry = latest(discharged)
    said = take_back(entry)
    with pytest.raises(services.RetractionStands):
        take_back(said)
    with pytest.raises(AlreadyRetracted):
        take_back(entry)
    discharged.refresh_from_db()
    assert discharged.state == "advised"


def test_of_a_corrected_entry_the_latest_word_is_taken_back(discharged):
    entry = latest(discharged)
    corrected = correct(entry, at=MARCH_14 + timedelta(minutes=5), actor="terminal:gate")
    with pytest.raises(AlreadyRetracted):
        take_back(entry)
    assert take_back(corrected).revision == 3


def test_an_unknown_id_is_no_entry():
    with pytest.raises(services.NoSuchEntry):
        services.retract(uuid7(), reason="?", by=GATE, at=LATER)


def test_what_moved_no_box_is_no_movement(lyg):
    advice = services.Advice(terminal=lyg, number="CSQU3054383", size_type="22G1")
    (visit,) = services.advise([advice], by=GATE, at=MARCH_14)
    with pytest.raises(services.NotAMovement, match="visit-advised"):
        take_back(latest(visit))


def test_taking_back_wants_a_reason_and_its_own_right(discharged):
    clerk = Actor.person(staff("containers.change_visit", username="li"))
    with pytest.raises(NotYours):
        take_back(latest(discharged), by=clerk)
    with pytest.raises(services.ReasonMissing):
        take_back(latest(discharged), reason=" ")
    manager = Actor.person(staff("containers.retract_movement", username="wang"))
    assert take_back(latest(discharged), by=manager)


def test_the_day_is_counted_without_it(discharged):
    fold_journal(at=LATER)
    assert DailyThroughput.objects.get().in_teu == 1
    take_back(latest(discharged))
    fold_journal(at=LATER)
    assert DailyThroughput.objects.get().in_teu == 0


def test_customs_holds_stay_when_an_arrival_is_taken_back(discharged):
    hold = services.NewHold(visit=discharged, owner=Owner.CUSTOMS, reason="inspection")
    services.place_holds([hold], by=GATE, at=MARCH_14)
    take_back(Entry.objects.get(kind="container-discharged"))
    assert discharged.holds.filter(lifted_at=None).count() == 1


def test_a_box_that_never_came_leaves_its_cell(lyg):
    from apps.yard import services as yard
    from apps.yard.models import Standing

    block = BlockFactory(terminal=lyg)
    visit = VisitFactory(terminal=lyg)
    services.arrive_visits([Arrived(visit)], by=GATE, at=MARCH_14)
    arrived = latest(visit)
    yard.place(visit, block, 1, 1, 1, by=GATE, at=MARCH_14)
    with pytest.raises(services.LaterMovement, match="container-moved"):
        take_back(arrived)
    take_back(latest(visit))
    assert not Standing.objects.exists()
    take_back(arrived)
    visit.refresh_from_db()
    assert visit.state == "advised"


def test_a_box_that_was_not_loaded_leaves_its_wagon(lyg, loaded, train):
    from apps.trains.models import Wagon, WagonLoad

    wagon = Wagon.objects.create(train=TrainVisitFactory(call=train), sequence=1, scheme="CN7", number="5220001")
    WagonLoad.objects.create(wagon=wagon, visit=loaded, leg="arriving", done_at=MARCH_14)
    WagonLoad.objects.create(wagon=wagon, visit=loaded, leg="departing", done_at=LATER)
    take_back(latest(loaded))
    assert [each.leg for each in WagonLoad.objects.all()] == ["arriving"]
    take_back(Entry.objects.get(kind="container-discharged"))
    assert WagonLoad.objects.get().done_at is None
