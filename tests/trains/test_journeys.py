"""A box leaves Lianyungang, changes gauge at Khorgos and goes on: its shipper reads one history, others none."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.calls import services as calls
from apps.containers import services as containers
from apps.containers.models import Visit
from apps.parties.actors import Actor
from apps.trains import services
from apps.trains.models import GaugeTransfer, WagonLoad
from terminal.identifiers import WagonScheme
from terminal.lifecycle import Phase
from terminal.seals import SealOwner
from tests.factories.api import key_for
from tests.factories.containers import ContainerFactory, PermissionFactory, VisitFactory, VisitRoleFactory
from tests.factories.network import TerminalFactory
from tests.factories.parties import PartyFactory
from tests.factories.trains import TrainVisitFactory, WagonFactory

BY = Actor.itself("test")
NOW = timezone.now()
DAY = timedelta(days=1)
NUMBER, CHINESE, BROAD = "CSQU3054383", "5270001", "24548885"


def a_train(terminal, number, came):
    return TrainVisitFactory(
        call__terminal=terminal, call__number=number, call__phase=Phase.ARRIVED.value, call__arrived_at=came
    )


def departs(train, at):
    calls.finish_work(train.call, by=BY, at=at)
    services.depart_train(train, by=BY, at=at)


@pytest.fixture
def khorgos(db):
    return TerminalFactory(khorgos=True)


@pytest.fixture
def shipper(db):
    return PartyFactory(code="kazgrain")


def part_of(party, visit, **more):
    VisitRoleFactory(visit=visit, party=party, **{"since": NOW - 20 * DAY, **more})
    return visit


def leaves_lianyungang(lyg, *parties, number=NUMBER, destination="KZALA"):
    train = a_train(lyg, "X9014", NOW - 6 * DAY)
    wagon = WagonFactory(train=train, number=CHINESE)
    came = NOW - 7 * DAY
    box = ContainerFactory(number=number)
    told = {"arrived_at": came, "departure_call": train.call, "destination": destination}
    visit = VisitFactory(terminal=lyg, container=box, in_yard=True, **told)
    PermissionFactory(visit=visit)
    for party in parties:
        part_of(party, visit)
    services.load(train, [visit], by=BY, at=NOW - 5 * DAY)
    assert WagonLoad.objects.get(visit=visit).wagon == wagon
    departs(train, NOW - 5 * DAY)
    return visit


def crosses_at_khorgos(khorgos, *parties, number=NUMBER):
    came, goes = a_train(khorgos, "X9014", NOW - DAY), a_train(khorgos, "1402", NOW - DAY)
    visit = VisitFactory(terminal=khorgos, container=ContainerFactory(number=number), arrival_call=came.call)
    PermissionFactory(visit=visit)
    for party in parties:
        part_of(party, visit)
    seal = containers.NewSeal(visit=visit, number="CN7788", owner=SealOwner.SHIPPER)
    containers.note([seal], by=BY, at=NOW - DAY)
    off = WagonFactory(train=came, number=CHINESE)
    onto = WagonFactory(train=goes, scheme=WagonScheme.CIS8.value, number=BROAD)
    load = WagonLoad.objects.create(wagon=off, visit=visit, leg="arriving", place=1)
    seen = services.Seen(
        seals_before=("CN7788",),
        seals_after=("KZ0042",),
        note=services.ConsignmentNote(
            kind=GaugeTransfer.Note.SMGS, number="398-0114", issued_on=date(2023, 3, 10)
        ),
    )  # fmt: skip
    moment = NOW - DAY / 2
    services.change_gauge([services.Move(load=load, onto=onto, seen=seen)], by=BY, at=moment)
    departs(goes, NOW - DAY / 4)
    return Visit.objects.get(pk=visit.pk)


def asked(party, terminal, number=NUMBER):
    client = Client(headers={"Authorization": f"Api-Key {key_for(party, terminal=terminal)}"})
    return client.get(f"/api/v1/containers/{number}/journey/")


def test_the_shipper_reads_one_history_over_both_sites_whichever_it_asks(lyg, khorgos, shipper):
    first, second = leaves_lianyungang(lyg, shipper), crosses_at_khorgos(khorgos, shipper)
    told = asked(shipper, lyg).json()
    assert told["container"] == NUMBER
    assert [(stay["terminal"]["un_locode"], stay["visit"], stay["state"]) for stay in told["stays"]] == [
        ("CNLYG", str(first.public_id), "departed"), ("KZHOR", str(second.public_id), "departed"),
    ]  # fmt: skip
    assert [tuple(leg[name] for name in ("scheme", "wagon", "gauge_mm", "origin", "destination")) for leg in
            told["legs"]] == [
        ("CN7", CHINESE, 1435, "CNLYG", "KZHOR"), ("CIS8", BROAD, 1520, "KZHOR", "KZALA"),
    ]  # fmt: skip
    assert told["legs"][0]["left_at"] < told["legs"][0]["came_at"] < told["legs"][1]["left_at"]
    assert [(event["terminal"], event["kind"]) for event in told["events"]] == [
        ("cnlyg", "container-loaded"),
        ("kzhor", "seal-affixed"),
        ("kzhor", "visit-changed"),
        ("kzhor", "container-discharged"),
        ("kzhor", "container-loaded"),
        ("kzhor", "container-changed-gauge"),
        ("kzhor", "seal-removed"),
        ("kzhor", "seal-affixed"),
    ]
    changed = told["events"][5]["details"]
    assert (changed["wagon_out"], changed["wagon_in"]) == (CHINESE, BROAD)
    assert (changed["seals_before"], changed["seals_after"], changed["seals_missing"]) == (["CN7788"], ["KZ0042"], [])
    assert (changed["note_kind"], changed["note_number"]) == ("smgs", "398-0114")
    assert asked(shipper, khorgos).json() == told


def test_a_stranger_learns_nothing(lyg, khorgos, shipper):
    leaves_lianyungang(lyg, shipper)
    crosses_at_khorgos(khorgos, shipper)
    stranger = PartyFactory(code="kazchrome")
    assert asked(stranger, lyg).status_code == asked(stranger, khorgos).status_code == 404


def test_a_party_reads_only_the_stays_it_has_a_part_in(lyg, khorgos, shipper):
    consignee = PartyFactory(code="almaty-cotton")
    leaves_lianyungang(lyg, shipper, destination="KZHOR")
    crosses_at_khorgos(khorgos, shipper, consignee)
    told = asked(consignee, khorgos).json()
    assert [stay["terminal"]["code"] for stay in told["stays"]] == ["kzhor"]
    assert [(leg["wagon"], leg["origin"]) for leg in told["legs"]] == [(CHINESE, ""), (BROAD, "KZHOR")]
    assert {event["terminal"] for event in told["events"]} == {"kzhor"}
    assert asked(consignee, lyg).status_code == 404


def test_a_party_reads_what_happened_within_the_dates_of_its_part_alone(lyg, khorgos, shipper):
    leaves_lianyungang(lyg, shipper)
    visit = crosses_at_khorgos(khorgos)
    part_of(shipper, visit, since=NOW - DAY / 8)
    told = asked(shipper, khorgos).json()
    assert [event["terminal"] for event in told["events"]] == ["cnlyg"]


def test_a_party_reads_no_wagon_train_or_time_of_before_its_part_began_or_after_it_ended(lyg, khorgos, shipper):
    leaves_lianyungang(lyg, shipper)
    visit = crosses_at_khorgos(khorgos)
    late, between = PartyFactory(code="kazchrome"), PartyFactory(code="almaty-cotton")
    part_of(shipper, visit, since=NOW - DAY / 8)
    part_of(late, visit, since=NOW - DAY / 8)
    part_of(between, visit, since=NOW - DAY / 2, role="consignee")
    assert asked(late, khorgos).json()["legs"] == []
    (leg,) = asked(between, khorgos).json()["legs"]
    assert (leg["wagon"], leg["train"], leg["origin"], leg["came_at"]) == (BROAD, "1402", "KZHOR", None)
    (leg,) = asked(shipper, khorgos).json()["legs"]
    assert (leg["wagon"], leg["train"], leg["origin"], leg["came_at"]) == (CHINESE, "X9014", "CNLYG", None)
    assert datetime.fromisoformat(leg["left_at"]) == NOW - 5 * DAY


def test_the_end_of_a_leg_is_read_without_its_beginning_by_whose_part_began_on_the_way(lyg, khorgos, shipper):
    first = leaves_lianyungang(lyg)
    part_of(shipper, first, since=NOW - 4 * DAY)
    crosses_at_khorgos(khorgos, shipper)
    leg = asked(shipper, lyg).json()["legs"][0]
    assert (leg["wagon"], leg["origin"], leg["left_at"]) == (CHINESE, "", None)
    assert datetime.fromisoformat(leg["came_at"]) == NOW - DAY


def test_a_part_that_has_ended_tells_of_what_was_before_its_end_alone(lyg, khorgos, shipper):
    leaves_lianyungang(lyg)
    visit = crosses_at_khorgos(khorgos)
    part_of(shipper, visit, until=NOW - DAY / 2)
    part_of(shipper, visit, role="consignee", since=NOW - DAY / 8)
    assert [leg["wagon"] for leg in asked(shipper, khorgos).json()["legs"]] == [CHINESE]


def test_a_box_that_comes_by_the_same_wagon_again_has_a_leg_for_each_time(lyg, khorgos, shipper):
    box = ContainerFactory(number=NUMBER)
    for terminal, number, came in ((lyg, "X1", NOW - 6 * DAY), (khorgos, "X2", NOW - DAY)):
        train, gone = a_train(terminal, number, came), terminal == lyg
        visit = VisitFactory(
            terminal=terminal, container=box, arrival_call=train.call, arrived_at=came,
            state="departed" if gone else "active", position="gone" if gone else "in_yard",
            departed_at=came + DAY if gone else None,
        )  # fmt: skip
        part_of(shipper, visit)
        wagon = WagonFactory(train=train, number=CHINESE)
        WagonLoad.objects.create(wagon=wagon, visit=visit, leg="arriving", place=1, done_at=came)
    legs = asked(shipper, lyg).json()["legs"]
    assert [(leg["train"], leg["destination"], leg["left_at"]) for leg in legs] == [
        ("X1", "CNLYG", None), ("X2", "KZHOR", None),
    ]  # fmt: skip


def test_a_stay_of_the_box_for_somebody_else_is_no_part_of_the_journey(lyg, khorgos, shipper):
    other = PartyFactory(code="kazchrome")
    leaves_lianyungang(lyg, other, destination="KZHOR")
    crosses_at_khorgos(khorgos, shipper)
    assert len(asked(shipper, khorgos).json()["stays"]) == 1


def test_a_journey_is_read_in_as_many_queries_over_two_sites_as_over_one(lyg, khorgos, shipper):
    leaves_lianyungang(lyg, shipper, number="TCLU5088040")
    for step in (leaves_lianyungang, crosses_at_khorgos):
        step(lyg if step is leaves_lianyungang else khorgos, shipper)
    counted = []
    for number in ("TCLU5088040", NUMBER):
        asked(shipper, lyg, number)
        with CaptureQueriesContext(connection) as queries:
            assert asked(shipper, lyg, number).status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1]
