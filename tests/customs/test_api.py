"""Reading declarations over the API."""

import pytest
from django.urls import include, path
from rest_framework.test import APIClient

from apps.parties.models import PartyKey
from tests.factories.customs import drafted, submitted
from tests.factories.network import TerminalFactory
from tests.factories.parties import PartyFactory

urlpatterns = [path("api/v1/", include("apps.customs.api.urls"))]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def program(code):
    _, key = PartyKey.objects.create_key(
        name=code, party=PartyFactory(code=code), terminal=TerminalFactory(), scopes="read"
    )
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Api-Key {key}")
    return client


def test_a_party_reads_its_own_declarations_and_a_stranger_none(django_assert_max_num_queries):
    first, second = drafted(), submitted(boxes=2)
    cotton, wheat = program("almaty-cotton"), program("wheat")
    assert wheat.get("/api/v1/declarations/").json()["results"] == []  # and the key's statement is planned
    with django_assert_max_num_queries(5):
        told = cotton.get("/api/v1/declarations/").json()["results"]
    assert [(each["number"], each["status"]) for each in told] == [
        (second.number, "submitted"), (first.number, "draft"),
    ]  # fmt: skip
    assert told[0]["submitted_at"].endswith("Z")
    assert told[0]["containers"] == sorted(visit.container.number for visit in second.visits.all())
    assert wheat.get("/api/v1/declarations/").json() == {"results": [], "next": None}


def test_pages_follow_the_cursor():
    made = [drafted().number for _ in range(3)]
    cotton = program("almaty-cotton")
    first = cotton.get("/api/v1/declarations/", {"limit": 2}).json()
    second = cotton.get("/api/v1/declarations/", {"limit": 2, "cursor": first["next"]}).json()
    assert [each["number"] for each in first["results"] + second["results"]] == made[::-1]
