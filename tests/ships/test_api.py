"""Ships' calls over the API: the same for every party, and never a box."""

import pytest
from rest_framework.test import APIClient

from tests.factories.api import program
from tests.factories.calls import MARCH_14, CallFactory
from tests.factories.network import TerminalFactory
from tests.factories.parties import staff
from tests.factories.ships import ShipCallFactory, StowageLineFactory

pytestmark = pytest.mark.django_db
CALLS = "/api/v1/ship-calls/"
FACTS = {
    "id", "number", "mode", "phase", "name", "imo", "voyage_in", "voyage_out", "line", "cut_off_at",
    "scheduled_arrival_at", "estimated_arrival_at", "arrived_at",
    "scheduled_departure_at", "estimated_departure_at", "departed_at",
}  # fmt: skip


@pytest.fixture
def cotton(lyg):
    return program("almaty-cotton", "read")


def numbers(page):
    return [call["number"] for call in page.json()["results"]]


def test_a_ship_is_told_with_its_times_and_nothing_of_what_it_carries(cotton):
    ship = ShipCallFactory(call__number="041W", voyage_out="041E")
    line = StowageLineFactory(ship=ship)
    page = cotton.get(CALLS)
    [told] = page.json()["results"]
    assert set(told) == FACTS
    assert {name: told[name] for name in ("name", "imo", "voyage_in", "voyage_out", "line", "mode")} == {
        "name": "Haizhou Bay", "imo": "9074729", "voyage_in": "041W", "voyage_out": "041E",
        "line": "yellow-sea-line", "mode": "sea",
    }  # fmt: skip
    assert line.number not in page.content.decode()


def test_what_is_not_known_of_a_call_is_null(cotton, lyg):
    CallFactory(terminal=lyg, ship=True, number="UNKNOWN")
    ShipCallFactory(barge=True, line=None, call__number="BARGE")
    told = {call["number"]: call for call in cotton.get(CALLS).json()["results"]}
    assert (told["UNKNOWN"]["name"], told["UNKNOWN"]["voyage_in"]) == (None, None)
    assert (told["BARGE"]["name"], told["BARGE"]["imo"], told["BARGE"]["line"]) == ("Grand Canal 7", None, None)


def test_trains_and_another_terminals_ships_are_not_in_it(cotton, lyg):
    CallFactory(terminal=lyg)
    ShipCallFactory(call__terminal=TerminalFactory(khorgos=True))
    assert numbers(cotton.get(CALLS)) == []


def test_ships_are_found_by_mode_phase_number_and_time(cotton):
    ShipCallFactory(call__number="041W", working=True)
    ShipCallFactory(call__number="B7", barge=True)
    late = MARCH_14.replace(year=2024)
    for query, found in [
        ({"mode": "barge"}, ["B7"]), ({"phase": "in_processing"}, ["041W"]), ({"number": "B7"}, ["B7"]),
        ({"expected_from": late.isoformat()}, []),
    ]:  # fmt: skip
        assert numbers(cotton.client.get(CALLS, query)) == found


@pytest.mark.parametrize("query", [{"limit": 0}, {"mode": "rail"}, {"phase": "late"}, {"cursor": "7"}])
def test_a_question_that_cannot_be_meant_is_refused(cotton, query):
    assert cotton.client.get(CALLS, query).status_code == 422


def test_only_who_may_see_ships_sees_them(lyg, client):
    assert APIClient().get(CALLS).status_code == 401
    client.force_login(staff("trains.view_trainvisit", username="rail-only", terminal=lyg))
    assert client.get(CALLS).status_code == 403
    client.force_login(staff("ships.view_shipcall", username="quay", terminal=lyg))
    assert client.get(CALLS).status_code == 200


def test_a_page_of_ships_is_one_query_however_many(cotton, django_assert_max_num_queries):
    ShipCallFactory.create_batch(12)
    cotton.get(CALLS)
    with django_assert_max_num_queries(4):
        cotton.get(CALLS)
