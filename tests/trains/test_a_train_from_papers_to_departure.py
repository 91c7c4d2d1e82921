"""A train from its papers to its departure, and what its shipper reads of it."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation
from rest_framework.test import APIClient

from apps.calls import services as calls
from apps.common.words import label
from apps.containers import services as containers
from apps.containers.models import Visit
from apps.journal.models import Entry
from apps.parties.models import PartyKey
from apps.trains import services as trains
from apps.trains.consist import COLUMNS, read_consist
from apps.trains.models import WagonLoad
from apps.trains.selectors.leaving import what_keeps
from apps.trains.selectors.realised import not_as_planned
from apps.trains.services.loading import approve_plan, draw_up_plan
from tests.factories.api import all_settled
from tests.factories.containers import VisitRoleFactory, container_number
from tests.factories.parties import PartyFactory
from tests.factories.trains import TrackFactory, TrainVisitFactory
from tests.factories.yard import BlockFactory
from tests.trains.loading import BY, a_box, service

NOW = timezone.now()
WAGONS, LONG = 55, 40
pytestmark = pytest.mark.django_db(transaction=True)


def after(hours):
    return NOW - timedelta(hours=9 - hours)


def papers():
    """Forty wagons with a 40′ box each, fifteen with a pair of 20′."""
    lines = [",".join(COLUMNS)]
    for place in range(1, WAGONS + 1):
        size, many = ("45G1", 1) if place <= LONG else ("22G1", 2)
        for spot in range(1, many + 1):
            number = container_number(1000 + 2 * place + spot)
            said = (place, "CN7", 5270000 + place, "X70", 22000, 13.4, spot, number, size, "yes", 21000, "CNLYG")
            lines.append(",".join(str(each) for each in said))
    return "\n".join(lines).encode()


@pytest.fixture
def cotton(lyg):
    """A shipper's program: its party, and a client that reads for it."""
    party = PartyFactory(code="cotton")
    _, key = PartyKey.objects.create_key(name="cotton", party=party, terminal=lyg, scopes="read")
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Api-Key {key}")
    return party, client


def kinds(client, number):
    all_settled()
    told = client.get(f"/api/v1/containers/{number}/events/").json()["events"]
    return [(each["kind"], each["details"].get("call", "")) for each in told]


def unspoken():
    """What the journal notes down under a name that a Russian reader of a timeline reads in English."""
    names = {label(name) for entry in Entry.objects.all() for name in entry.payload}
    with translation.override("ru"):
        return {name for name in names if translation.gettext(name) == name}


def test_a_train_comes_is_emptied_loaded_by_its_plan_and_its_shipper_reads_the_same_story(lyg, cotton):
    party, client = cotton
    BlockFactory(terminal=lyg, bays=20, rows=6, tiers=4)
    TrackFactory(terminal=lyg)
    train = TrainVisitFactory(
        call__terminal=lyg,
        call__number="X9014",
        call__scheduled_arrival_at=after(0),
        call__scheduled_departure_at=NOW,
        service=service(lyg, wagons=WAGONS),
    )
    consist = read_consist(papers())
    assert (len(consist.wagons), len(consist.boxes)) == (WAGONS, 70)
    trains.receive_consist(train, consist, by=BY, at=after(-6))
    assert Visit.objects.filter(arrival_call=train.call, unannounced=True).count() == 70
    comes = Visit.objects.get(container__number=container_number(1003))
    containers.give_role(comes, party, "consignee", by=BY, at=after(-6))
    assert "still stands on wagon" in what_keeps(train, after(0))[0].message

    trains.arrive_train(train, by=BY, at=after(0))
    assert len(trains.discharge(train, by=BY, at=after(1))) == 70

    going = [a_box(lyg, "45G1", destination="KZALA", arrived_at=after(-40)) for _ in range(20)]
    going += [a_box(lyg, "22G1", destination="UZTAS", arrived_at=after(-40)) for _ in range(8)]
    late = a_box(lyg, "45G1", destination="KZALA", arrived_at=after(-40), allowed=False)
    VisitRoleFactory(visit=going[0], party=party, since=after(-41))
    plan = draw_up_plan(train, seconds=2, by=BY, at=after(2))
    planned = {each.visit_id for each in plan.loads.all()}
    assert planned == {each.pk for each in going}
    assert late.pk not in planned
    approve_plan(plan, by=BY, at=after(2))
    assert {each.code for each in what_keeps(train, after(2))} >= {"not-loaded"}

    ready = [visit for visit in trains.ready_to_load(train) if visit.pk in planned]
    trains.load(train, ready, by=BY, at=after(4))
    by_plan = {each.visit_id: (each.wagon_id, each.place) for each in plan.loads.all()}
    loaded = WagonLoad.objects.filter(wagon__train=train, leg="departing")
    assert {each.visit_id: (each.wagon_id, each.place) for each in loaded} == by_plan
    assert list(not_as_planned(train)) == []

    assert {each.code for each in what_keeps(train, after(5))} == {"consist-not-sent", "brakes-not-tested"}
    trains.send_consist(train, by=BY, at=after(5))
    trains.note_brake_test(train, by=BY, at=after(5))
    calls.finish_work(train.call, by=BY, at=after(6))
    trains.depart_train(train, by=BY, at=after(7))
    assert not Visit.objects.filter(pk__in=planned).exclude(state="departed").exists()

    assert unspoken() == set()
    assert kinds(client, comes.container.number) == [
        ("visit-advised", ""),
        ("container-discharged", "X9014"),
    ]
    gone = going[0].container.number
    assert ("container-loaded", "X9014") in kinds(client, gone)
    assert client.get(f"/api/v1/containers/{comes.container.number}/").json()["position"] == "in_yard"
    assert client.get(f"/api/v1/containers/{late.container.number}/").status_code == 404
