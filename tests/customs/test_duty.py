"""The operator's own duty: what arrived and what was tallied is told to customs, and told anew when it changed."""

from datetime import timedelta

import orjson
import pytest
from django.utils import timezone

from apps.containers.models import Damage, Reference, Seal, VisitRole, Weight
from apps.customs.models import DutyReport
from apps.customs.selectors.duty import is_discharged
from apps.customs.services import duty
from apps.customs.services.duty import making, sending
from apps.customs.tasks import make_duty_reports
from apps.journal.models import Entry
from apps.journal.services import Happening, record
from apps.parties.actors import Actor, NotYours
from apps.trains.models import WagonLoad
from terminal.events import EventKind
from tests.factories.calls import MARCH_14, CallFactory
from tests.factories.containers import VisitFactory, VisitRoleFactory
from tests.factories.parties import UserFactory
from tests.factories.ships import ShipCallFactory, StowageLineFactory
from tests.factories.trains import TrainVisitFactory, WagonFactory

pytestmark = pytest.mark.django_db
BY = Actor.itself("test")
LATER = MARCH_14 + timedelta(hours=5)


def seal(visit, number, at, act="affixed", owner="carrier"):
    return Seal.objects.create(visit=visit, number=number, owner=owner, act=act, noted_at=at, noted_by="test")


@pytest.fixture
def train():
    """Two boxes on wagons and one that was announced and is on none; one seal was listed and is another when seen."""
    train = TrainVisitFactory(call__working=True, consist_received_at=MARCH_14)
    for place in (1, 2):
        visit = VisitFactory(arrival_call=train.call, advised_at=MARCH_14 - timedelta(days=1))
        WagonLoad.objects.create(wagon=WagonFactory(train=train), visit=visit, leg="arriving", place=place)
    visit = WagonLoad.objects.first().visit
    seal(visit, "CR100", MARCH_14 - timedelta(hours=1))
    VisitFactory(arrival_call=train.call, advised_at=MARCH_14 - timedelta(days=1))
    return train


def come_off(train, at=LATER):
    for load in WagonLoad.objects.filter(wagon__train=train):
        load.done_at = at
        load.save()
        load.visit.state, load.visit.position, load.visit.arrived_at = "active", "in_yard", at
        load.visit.save()


def differences(report):
    return {(each["number"], each["what"]) for each in report.content["differences"]}


def test_a_train_is_reported_as_it_was_listed_and_as_it_was_found(train):
    arrival = duty.make_arrival_report(train.call, by=BY, at=LATER)
    sealed = WagonLoad.objects.first().visit
    seal(sealed, "CR100", LATER, "removed")
    seal(sealed, "XX999", LATER)
    come_off(train)
    over = VisitFactory(arrival_call=train.call, active=True, unannounced=True, advised_at=LATER)
    tally = duty.make_tally_report(train.call, by=BY, at=LATER + timedelta(hours=1))
    short = train.call.arriving.get(state="advised")
    assert (arrival.content["count"], arrival.content["call"]["mode"]) == (3, "rail")
    assert [box["seals"] for box in arrival.content["boxes"] if box["number"] == str(sealed)] == [["CR100"]]
    assert differences(tally) == {
        (str(short), "not_found"), (str(over), "not_listed"), (str(sealed), "other_seals"),
    }  # fmt: skip
    assert tally.content["counts"] == {
        "listed": 3, "found": 3, "as_listed": 2, "short": 1, "remains_on_board": 0, "over": 1,
    }  # fmt: skip
    assert tally.differences == 3


def test_what_the_tally_saw_does_not_change_what_the_papers_said(train):
    duty.make_arrival_report(train.call, by=BY, at=LATER)
    visit = WagonLoad.objects.first().visit
    Weight.objects.create(visit=visit, gross_kg=30_000, how="weighbridge", noted_at=LATER, noted_by="test")
    Damage.objects.create(visit=visit, side="roof", harm="hole", severity="major", noted_at=LATER, noted_by="test")
    visit.gross_kg, visit.laden = 30_000, False
    visit.save()
    come_off(train)
    assert duty.make_arrival_report(train.call, by=BY, at=LATER) is None
    tally = duty.make_tally_report(train.call, by=BY, at=LATER)
    assert {(str(visit), "other_weight"), (str(visit), "other_load")} < differences(tally)
    box = next(box for box in tally.content["boxes"] if box["number"] == str(visit))
    assert box["damages"] == [{"side": "roof", "harm": "hole", "severity": "major"}]


def test_a_seal_of_an_inspection_days_later_is_no_difference_of_the_tally(train):
    come_off(train)
    duty.make_tally_report(train.call, by=BY, at=LATER)
    seal(WagonLoad.objects.first().visit, "CUST1", LATER, owner="customs")
    seal(WagonLoad.objects.first().visit, "CR200", LATER + timedelta(days=2))
    assert duty.make_tally_report(train.call, by=BY, at=LATER + timedelta(days=2)) is None


def test_a_ships_list_is_set_against_its_tally():
    ship = ShipCallFactory(working=True)
    done, short, kept, extra = (StowageLineFactory(ship=ship) for _ in range(4))
    for line, values in (
        (done, {"state": "done", "done_at": LATER, "seals": ["A1"], "seals_seen": ["B2"], "gross_kg_seen": 26_000}),
        (short, {"state": "short"}),
        (kept, {"state": "cancelled", "reason": "optional cargo"}),
        (extra, {"state": "done", "done_at": LATER, "unlisted": True}),
    ):
        type(line).objects.filter(pk=line.pk).update(**values)
    StowageLineFactory(ship=ship, to_load=True)
    report = duty.make_tally_report(ship.call, by=BY, at=LATER)
    assert differences(report) == {
        (done.number, "other_seals"), (done.number, "other_weight"), (short.number, "not_found"),
        (kept.number, "not_discharged"), (extra.number, "not_listed"),
    }  # fmt: skip
    assert report.content["call"]["imo"] == "9074729"
    assert report.content["counts"]["listed"] == 3


def test_no_party_is_named_to_customs_beyond_the_papers(train):
    visit = WagonLoad.objects.first().visit
    role = VisitRoleFactory(visit=visit, role=VisitRole.Role.SHIPPER)
    Reference.objects.create(visit=visit, kind="smgs", value="S-77")
    Reference.objects.create(visit=visit, kind="own", value="PO-SECRET")
    told = orjson.dumps(duty.make_arrival_report(train.call, by=BY, at=LATER).content).decode()
    assert "S-77" in told
    assert "PO-SECRET" not in told
    assert role.party.name not in told


def test_a_late_tally_makes_a_further_revision_and_replaces_the_former(train):
    come_off(train)
    first = duty.make_tally_report(train.call, by=BY, at=LATER)
    assert duty.make_tally_report(train.call, by=BY, at=LATER) is None
    seal(WagonLoad.objects.first().visit, "ZZ1", LATER + timedelta(hours=3))
    second = duty.make_tally_report(train.call, by=BY, at=LATER + timedelta(hours=4))
    first.refresh_from_db()
    assert (first.status, second.revision, second.status) == ("replaced", 2, "waiting")
    assert sending.message_of(second)["replaces"] == first.number
    assert Entry.objects.filter(kind="duty-report-made", call_id=train.call_id).count() == 2


def test_the_beat_reports_an_arrival_at_once_and_a_tally_when_nothing_is_left_to_come_off(train, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: LATER)
    assert make_duty_reports() == 1
    assert make_duty_reports() == 0
    come_off(train)
    assert make_duty_reports() == 1
    assert set(DutyReport.objects.values_list("kind", flat=True)) == {"arrival", "tally"}
    monkeypatch.setattr(timezone, "now", lambda: LATER + timedelta(days=9))
    seal(WagonLoad.objects.first().visit, "ZZ1", LATER + timedelta(hours=3))
    assert make_duty_reports() == 0


def test_a_ship_that_is_ready_is_tallied_whatever_its_list_says():
    ship = ShipCallFactory(working=True)
    StowageLineFactory(ship=ship)
    assert making.make_due_reports(LATER) == 1
    type(ship.call).objects.filter(pk=ship.call_id).update(phase="ready")
    assert making.make_due_reports(LATER) == 1


@pytest.mark.parametrize("call", [{"truck": True, "arrived": True}, {"announced": True}])
def test_nothing_is_reported_of_trucks_and_of_what_has_not_come(call):
    with pytest.raises(duty.NothingToReport):
        duty.make_arrival_report(CallFactory(**call), by=BY, at=LATER)


def test_staff_make_and_send_again_only_by_right_and_only_what_is_new(train):
    report = duty.make_arrival_report(train.call, by=BY, at=LATER)
    with pytest.raises(duty.NothingNewToReport):
        duty.make_again(report, by=BY, at=LATER)
    nobody = Actor.person(UserFactory())
    for deed in (duty.make_again, duty.send_again):
        with pytest.raises(NotYours):
            deed(report, by=nobody, at=LATER)


def papers_come(train, at):
    record(
        Happening(
            kind=EventKind.CONSIST_RECEIVED, terminal_id=train.call.terminal_id, at=at, actor="t", call_id=train.call_id
        )
    )


def test_a_box_nobody_spoke_of_is_listed_where_the_first_consist_came_after_the_train(train):
    late = VisitFactory(arrival_call=train.call, unannounced=True, advised_at=LATER)
    assert duty.make_arrival_report(train.call, by=BY, at=LATER).content["count"] == 3
    papers_come(train, LATER)
    numbers = [box["number"] for box in duty.make_arrival_report(train.call, by=BY, at=LATER).content["boxes"]]
    assert (len(numbers), str(late) in numbers) == (4, True)


def test_further_papers_are_reported_as_they_have_the_boxes_now(train):
    duty.make_arrival_report(train.call, by=BY, at=LATER)
    train.call.arriving.update(gross_kg=20_500)
    assert duty.make_arrival_report(train.call, by=BY, at=LATER) is None
    papers_come(train, LATER + timedelta(minutes=1))
    again = duty.make_arrival_report(train.call, by=BY, at=LATER + timedelta(minutes=2))
    assert (again.revision, {box["gross_kg"] for box in again.content["boxes"]}) == (2, {20_500})


def test_what_was_stuffed_here_is_no_difference_of_what_came(train):
    came = WagonLoad.objects.first().visit
    train.call.arriving.update(laden=False)
    duty.make_arrival_report(train.call, by=BY, at=LATER)
    come_off(train)
    type(came).objects.filter(pk=came.pk).update(laden=True)
    told = {"terminal_id": came.terminal_id, "at": LATER, "actor": "t", "visit_id": came.pk}
    assert (str(came), "other_load") in differences(duty.make_tally_report(train.call, by=BY, at=LATER))
    record(Happening(kind=EventKind.CONTAINER_STUFFED, **told))
    assert (str(came), "other_load") not in differences(duty.make_tally_report(train.call, by=BY, at=LATER))


def test_a_train_without_papers_is_tallied_when_all_that_was_announced_has_come():
    call = CallFactory(working=True)
    visit = VisitFactory(arrival_call=call)
    assert not is_discharged(call)
    type(visit).objects.filter(pk=visit.pk).update(arrived_at=LATER, state="active", position="in_yard")
    assert is_discharged(call)
