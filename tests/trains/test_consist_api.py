"""A consist over the API: for the terminal's own systems and people who may change trains."""

import pytest
from django.test import Client

from apps.journal.models import Entry
from apps.parties.models import Party
from apps.trains.models import Wagon, WagonLoad
from tests.factories.api import Program, program
from tests.factories.calls import MARCH_14
from tests.factories.containers import VisitFactory
from tests.factories.network import TerminalFactory
from tests.factories.parties import PartyFactory, staff
from tests.factories.trains import TrainVisitFactory

pytestmark = pytest.mark.django_db

BOX = {"position": 1, "container": "CSQU3054383", "size_type": "22G1", "laden": True, "gross_kg": 21000}
OTHER = {**BOX, "position": 2, "container": "TCLU5088040", "seals": ["CN771", "KZ903"]}


@pytest.fixture
def train(lyg):
    return TrainVisitFactory(call__terminal=lyg)


@pytest.fixture
def owner(lyg):
    return Program(PartyFactory(code="port-group", kind=Party.Kind.OWNER), "work")


def of(train):
    return f"/api/v1/trains/{train.call.public_id}/consist/"


def wagon(number, *boxes, **more):
    return {"scheme": "CN7", "number": str(number), "boxes": list(boxes), **more}


def body(*wagons):
    return {"wagons": list(wagons)}


def test_a_consist_is_handed_in_read_and_handed_in_again(owner, train):
    told = body(wagon(5200101, BOX, OTHER, tare_kg=22000, length_m="13.40"), wagon(5200102))
    made = owner.put(of(train), told)
    assert made.status_code == 200, made.json()
    assert [each["container"] for each in made.json()["added"]] == ["CSQU3054383", "TCLU5088040"]
    assert made.json()["unannounced"] == ["CSQU3054383", "TCLU5088040"]
    found = owner.get(of(train))
    assert (found["ETag"], made["ETag"], found.json()["version"]) == ('"2"', '"2"', 2)
    first, second = found.json()["wagons"]
    assert (first["number"], first["length_m"], second["boxes"]) == ("5200101", "13.40", [])
    assert [(each["container"], each["seals"], each["unannounced"]) for each in first["boxes"]] == [
        ("CSQU3054383", [], True), ("TCLU5088040", ["CN771", "KZ903"], True),
    ]  # fmt: skip
    again = owner.put(of(train), told).json()
    assert (again["nothing_changed"], again["same"], again["version"]) == (True, 2, 3)
    assert Entry.objects.filter(kind="consist-received").last().actor.startswith("terminal:machine:")


def test_the_difference_is_told_and_a_dry_run_changes_nothing(owner, train):
    owner.put(of(train), body(wagon(5200101, BOX, OTHER), wagon(5200102)))
    turned = body(wagon(5200102, BOX), wagon(5200101, {**OTHER, "gross_kg": 19000}))
    tried = owner.put(f"{of(train)}?dry_run=true", turned).json()
    assert (tried["dry_run"], tried["nothing_changed"], tried["version"]) == (True, False, 2)
    assert WagonLoad.objects.get(visit__container__number="CSQU3054383").wagon.number == "5200101"
    done = owner.put(of(train), turned).json()
    assert {**tried, "dry_run": False, "version": 3} == done
    assert done["moved"][0]["after"] == {"scheme": "CN7", "wagon": "5200102", "position": 1}
    assert done["changed"] == [
        {"container": "TCLU5088040", "facts": [{"name": "gross_kg", "before": "21000", "after": "19000"}]}
    ]
    assert len(done["reordered"]) == 1


def test_what_is_missing_and_what_is_strange_is_told(owner, train):
    absent = VisitFactory(terminal=train.call.terminal, arrival_call=train.call)
    heavy = [{**BOX, "gross_kg": 28000}, {**OTHER, "gross_kg": 28000}]
    made = owner.put(of(train), body(wagon(5200101, *heavy, tare_kg=22000))).json()
    assert [each["container"] for each in made["missing"]] == [absent.container.number]
    assert "wagon-too-heavy" in [each["code"] for each in made["doubts"]]
    assert owner.get(of(train)).json()["missing"] == made["missing"]


def test_every_fault_stands_at_its_member_with_what_would_be_right(owner, train):
    wrong = {**BOX, "container": "CSQU3054384"}
    refused = owner.put(of(train), body(wagon(5200101, wrong), wagon(520, {**OTHER, "position": 1})))
    assert (refused.status_code, refused.json()["code"], refused.json()["count"]) == (422, "consist-refused", 2)
    assert [fault["pointer"] for fault in refused.json()["faults"]] == [
        "/wagons/0/boxes/0/container", "/wagons/1/number",
    ]  # fmt: skip
    assert all(fault["reason"] and fault["remedy"] for fault in refused.json()["faults"])
    assert not Wagon.objects.exists()


@pytest.mark.parametrize(
    ("told", "pointer"),
    [
        ({}, "/wagons"),
        ({"wagons": []}, "/wagons"),
        (body(wagon(5200101, {**BOX, "laden": "yes"})), "/wagons/0/boxes/0/laden"),
        (body(wagon(5200101, {**BOX, "wheels": 4})), "/wagons/0/boxes/0/wheels"),
        (body(wagon(5200101, BOX, BOX, BOX)), "/wagons/0/boxes"),
        (body({**wagon(5200101), "scheme": "CN9"}), "/wagons/0/scheme"),
    ],
)
def test_a_body_of_another_form_is_refused_where_it_differs(owner, train, told, pointer):
    refused = owner.put(of(train), told)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid-content")
    assert pointer in [error["pointer"] for error in refused.json()["errors"]]


def test_if_match_keeps_an_older_consist_from_overwriting_a_newer_one(owner, train):
    owner.put(of(train), body(wagon(5200101, BOX)))
    stale = owner.put(of(train), body(wagon(5200102)), **{"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "changed-since")
    assert owner.put(of(train), body(wagon(5200102)), **{"If-Match": '"2"'}).status_code == 200


def test_a_cancelled_train_and_one_that_has_left_take_no_consist(owner, lyg):
    over = TrainVisitFactory(call__terminal=lyg, call__phase="cancelled")
    left = TrainVisitFactory(
        call__terminal=lyg, call__phase="departed", call__arrived_at=MARCH_14, call__departed_at=MARCH_14
    )
    for only_asked in ("", "?dry_run=true"):
        answers = [owner.put(of(train) + only_asked, body(wagon(5200101, BOX))) for train in (over, left)]
        assert [each.status_code for each in answers] == [409, 409]
        assert [each.json()["code"] for each in answers] == ["call-is-over", "step-not-allowed"]
    assert not Wagon.objects.exists()


def test_a_dry_run_is_refused_where_the_real_one_would_be(owner, train, lyg):
    told = body(wagon(5200101, BOX))
    owner.put(of(train), told)
    row = WagonLoad.objects.get()
    row.done_at = MARCH_14
    row.save()
    for only_asked in ("?dry_run=true", ""):
        clash = owner.put(of(train) + only_asked, body(wagon(5200101, {**OTHER, "position": 1})))
        assert (clash.status_code, clash.json()["code"]) == (409, "consist-contradicts")
        stale = owner.put(of(train) + only_asked, told, **{"If-Match": '"1"'})
        assert (stale.status_code, stale.json()["code"]) == (412, "changed-since")


def test_a_length_to_the_millimetre_is_kept_to_the_centimetre_and_the_same_again(owner, train):
    told = body(wagon(5200101, length_m="13.466"))
    owner.put(of(train), told)
    assert owner.get(of(train)).json()["wagons"][0]["length_m"] == "13.47"
    assert owner.put(of(train), told).json()["nothing_changed"]


def test_a_party_neither_reads_nor_writes_what_a_train_brings(train):
    for stranger in (program("cotton", "read book advise gate figures"), program("cotton", "work")):
        for answer in (stranger.get(of(train)), stranger.put(of(train), body(wagon(5200101, BOX)))):
            assert (answer.status_code, answer.json()["code"]) == (403, "permission-denied")
    assert not Wagon.objects.exists()


def test_a_person_reads_with_one_right_and_writes_with_another(train):
    person = Client()
    person.force_login(staff("trains.view_trainvisit", username="viewer"))
    assert person.get(of(train)).status_code == 200
    refused = person.put(of(train), body(wagon(5200101)), content_type="application/json")
    assert refused.status_code == 403
    person.force_login(staff("trains.view_trainvisit", "trains.change_trainvisit", username="planner"))
    assert person.put(of(train), body(wagon(5200101)), content_type="application/json").status_code == 200


def test_a_train_of_another_terminal_is_not_there(owner):
    elsewhere = TrainVisitFactory(call__terminal=TerminalFactory(code="kzhor"))
    assert owner.put(of(elsewhere), body(wagon(5200101))).status_code == 404


def test_reading_takes_no_more_queries_for_a_longer_train(owner, train, django_assert_max_num_queries):
    owner.put(of(train), body(*(wagon(5200101 + at) for at in range(20)), wagon(5200121, BOX, OTHER)))
    with django_assert_max_num_queries(14):
        assert len(owner.get(of(train)).json()["wagons"]) == 21
