"""Seals, weights, dangerous goods and set-points over the API, and both numbers of one box."""

import pytest

from apps.common.ids import uuid7
from apps.containers import services
from apps.containers.models import Hazard, Seal, Visit, Weight
from apps.journal.models import Entry
from apps.parties.actors import Actor
from tests.factories.api import Program, program
from tests.factories.calls import MARCH_14
from tests.factories.containers import ContainerFactory, VisitFactory, VisitRoleFactory

pytestmark = pytest.mark.django_db

VISITS = "/api/v1/visits/"
BOX, OTHER, ODD = "CSQU3054383", "TCLU5088040", "MSKU1234567"
PAPERS = {
    "container": BOX,
    "size_type": "45R1",
    "gross_kg": 22_400,
    "seals": [{"number": "cn-123 456", "owner": "shipper"}],
    "vgm": {"gross_kg": 22_410, "method": "vgm_method_1", "verified_by": "Astana Grain"},
    "hazards": [{"un_number": "UN1203", "imdg_class": "3"}],
    "set_point_celsius": "-18.0",
}
WEIGHT = {"gross_kg": 23_100, "how": "vgm_method_2", "verified_by": "Astana Grain", "certificate": "W-9"}


@pytest.fixture
def astana(lyg) -> Program:
    return program("astana-grain")


def refused(answer, status: int, code: str) -> bool:
    return (answer.status_code, answer.json()["code"]) == (status, code)


def test_what_the_papers_say_is_advised_and_shown(astana):
    assert astana.post(VISITS, PAPERS).status_code == 201
    shown = astana.get(f"/api/v1/containers/{BOX}/").json()
    assert [(each["number"], each["owner"]) for each in shown["seals"]] == [("CN123456", "shipper")]
    assert (shown["weight"]["gross_kg"], shown["weight"]["verified"], shown["gross_kg"]) == (22_410, True, 22_410)
    assert shown["hazards"] == [{"un_number": "1203", "imdg_class": "3"}]
    assert (shown["goods"], float(shown["set_point_celsius"])) == ("dangerous_goods", -18.0)
    assert (shown["temperatures"], shown["damages"]) == ([], [])
    assert Visit.objects.get().advised_via == "party"


@pytest.mark.parametrize(
    ("wrong", "pointer", "code"),
    [
        ({"hazards": [{"un_number": "12", "imdg_class": "3"}]}, "/hazards/0/un_number", "malformed-un-number"),
        ({"hazards": [{"un_number": "1203", "imdg_class": "11"}]}, "/hazards/0/imdg_class", "unknown-class"),
        ({"seals": [{"number": "СN1", "owner": "shipper"}]}, "/seals/0/number", "cyrillic-letter"),
        ({"vgm": {"gross_kg": 1, "method": "vgm_method_1"}}, "/vgm/verified_by", "required"),
        ({"set_point_celsius": "-99"}, "/set_point_celsius", "min_value"),
    ],
)
def test_every_wrong_thing_is_named_with_its_place(astana, wrong, pointer, code):
    (error,) = astana.post(VISITS, {**PAPERS, **wrong}).json()["errors"]
    assert (error["pointer"], error["code"]) == (pointer, code)
    assert not Visit.objects.exists()


def test_a_set_point_of_a_box_without_a_machine_takes_nothing_in(astana):
    assert refused(astana.post(VISITS, [{**PAPERS, "size_type": "22G1"}]), 422, "not-a-reefer")
    assert not any(model.objects.exists() for model in (Visit, Seal, Hazard, Weight, Entry))


def test_a_party_tells_the_verified_mass_of_its_own_visit(astana):
    visit = VisitFactory(active=True, container=ContainerFactory(number=BOX))
    VisitRoleFactory(visit=visit, party=astana.party)
    answer = astana.post(f"{VISITS}{visit.public_id}/weights/", WEIGHT)
    assert (answer.status_code, answer.json()["verified"]) == (201, True)
    visit.refresh_from_db()
    assert visit.gross_kg == 23_100
    unsigned = astana.post(f"{VISITS}{visit.public_id}/weights/", {**WEIGHT, "verified_by": " "})
    assert unsigned.status_code == 422
    del (nobody := dict(WEIGHT))["verified_by"]
    assert refused(astana.post(f"{VISITS}{visit.public_id}/weights/", nobody), 422, "verified-by-nobody")


def test_of_a_strangers_visit_it_is_told_as_of_one_that_never_was(astana):
    visit = VisitFactory(active=True)
    for public_id in (visit.public_id, uuid7()):
        assert refused(astana.post(f"{VISITS}{public_id}/weights/", WEIGHT), 404, "not-found")
    assert not Weight.objects.exists()


def test_a_visit_that_is_over_takes_no_weight(astana):
    visit = VisitFactory(departed=True)
    VisitRoleFactory(visit=visit, party=astana.party)
    assert refused(astana.post(f"{VISITS}{visit.public_id}/weights/", WEIGHT), 409, "visit-is-over")


def test_both_numbers_find_a_visit_that_was_joined(astana, lyg):
    visit = VisitFactory(active=True, terminal=lyg, container=ContainerFactory(number=BOX))
    VisitRoleFactory(visit=visit, party=astana.party)
    services.join_number(visit, OTHER, reason="misread", by=Actor.itself("gate"), at=MARCH_14)
    shown = [astana.get(f"/api/v1/containers/{number}/").json() for number in (BOX, OTHER)]
    assert shown[0] == shown[1]
    assert shown[0]["container"] == OTHER
    events = [astana.get(f"/api/v1/containers/{number}/events/").status_code for number in (BOX, OTHER)]
    assert events == [200, 200]
    stranger = program("osaka-trading")
    assert {stranger.get(f"/api/v1/containers/{number}/").status_code for number in (BOX, OTHER)} == {404}


def test_a_number_outside_the_standard_is_found_by_who_has_a_part_in_it_alone(astana, lyg):
    box = services.allow_number(
        ODD, "22G1", terminal=lyg, reason="so it stands on the box", by=Actor.itself("gate"), at=MARCH_14
    )
    assert refused(astana.get(f"/api/v1/containers/{ODD}/"), 422, "wrong-check-digit")
    VisitRoleFactory(visit=VisitFactory(active=True, terminal=lyg, container=box), party=astana.party)
    assert astana.get(f"/api/v1/containers/{ODD}/").json()["container"] == ODD
    assert refused(program("osaka-trading").get(f"/api/v1/containers/{ODD}/"), 422, "wrong-check-digit")
    assert astana.post(VISITS, {"container": ODD, "size_type": "22G1"}).json()["errors"][0]["code"] == (
        "wrong-check-digit"
    )
