"""``?fields=``: only the members that are asked for, on every list and document."""

from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.utils import timezone

from tests.factories.api import Program
from tests.factories.containers import ContainerFactory, VisitFactory, VisitRoleFactory
from tests.factories.places import bookable_train

pytestmark = pytest.mark.django_db

BOX = "CSQU3054383"
STATE = f"/api/v1/containers/{BOX}/"
DOCUMENT = yaml.safe_load((Path(settings.ROOT) / "docs" / "openapi.yaml").read_text())


@pytest.fixture
def wheat(astana: Program):
    visit = VisitFactory(container=ContainerFactory(number=BOX), active=True)
    VisitRoleFactory(visit=visit, party=astana.party)
    return visit


def test_one_document_has_only_what_was_asked_for(wheat, astana: Program):
    whole = astana.get(STATE).json()
    assert astana.get(f"{STATE}?fields=state,position,holds").json() == {
        name: whole[name] for name in ("state", "position", "holds")
    }
    assert astana.get(f"{STATE}?fields=state")["Content-Type"] == "application/vnd.landbridge.sparse+json"


def test_each_row_of_a_list_has_only_what_was_asked_for_and_the_list_its_cursor(astana: Program):
    bookable_train(timezone.now())
    whole = astana.get("/api/v1/trains/").json()
    sparse = astana.get("/api/v1/trains/?fields=number").json()
    assert sparse == {**whole, "results": [{"number": row["number"]} for row in whole["results"]]}
    assert sparse["results"]


def test_events_too(wheat, astana: Program):
    answer = astana.get(f"{STATE}events/?fields=kind,happened_at").json()
    assert set(answer) == {"events", "cursor", "more"}
    assert all(set(event) == {"kind", "happened_at"} for event in answer["events"])


@pytest.mark.parametrize("asked", ["", "state,", "state, position", "STATE"])
def test_a_list_of_members_is_taken_as_it_is_written(wheat, astana: Program, asked):
    assert astana.get(f"{STATE}?fields={asked}").status_code == 400


def test_a_member_that_is_not_there_is_refused_with_those_that_are(wheat, astana: Program):
    answer = astana.get(f"{STATE}?fields=state,colour")
    said = answer.json()
    assert (answer.status_code, said["code"], said["unknown"]) == (400, "unknown-field", ["colour"])
    assert {"state", "position", "holds"} <= set(said["possible"])


def test_a_refusal_is_told_whole(astana: Program):
    answer = astana.get(f"{STATE}?fields=state")
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


def test_every_list_and_document_says_what_may_be_asked_for():
    for path, item in DOCUMENT["paths"].items():
        operation = item.get("get", {})
        answers = operation.get("responses", {}).get("200", {}).get("content", {})
        if "$ref" in answers.get("application/json", {}).get("schema", {}):
            named = [each for each in operation["parameters"] if each["name"] == "fields"]
            assert named, path
            assert named[0]["schema"]["items"]["enum"], path
