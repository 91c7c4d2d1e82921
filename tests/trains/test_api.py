"""The timetable over the API: the same for every party, and never a box."""

from datetime import timedelta

import pytest
from rest_framework.test import APIClient

from apps.parties.models import PartyKey
from apps.trains.models import TrainService
from tests.factories.calls import MARCH_14, CallFactory
from tests.factories.containers import VisitFactory
from tests.factories.network import TerminalFactory
from tests.factories.parties import PartyFactory, staff
from tests.factories.trains import TrainVisitFactory

pytestmark = pytest.mark.django_db
TRAINS = "/api/v1/trains/"
FACTS = {
    "id", "number", "service", "mode", "phase", "cut_off_at",
    "scheduled_arrival_at", "estimated_arrival_at", "arrived_at",
    "scheduled_departure_at", "estimated_departure_at", "departed_at",
}  # fmt: skip


def program(scopes="read"):
    party = PartyFactory(code="almaty-cotton")
    _, key = PartyKey.objects.create_key(name="cotton", party=party, terminal=TerminalFactory(), scopes=scopes)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Api-Key {key}")
    return client


def numbers(page):
    return [train["number"] for train in page.json()["results"]]


def test_a_train_is_told_with_its_times_and_nothing_of_what_it_carries(lyg):
    service = TrainService.objects.create(terminal=lyg, code="ALMATY", name="Almaty")
    call = TrainVisitFactory(call__terminal=lyg, call__number="X9014", service=service).call
    box = VisitFactory(terminal=lyg, arrival_call=call)
    page = program().get(TRAINS)
    assert page.status_code == 200
    [told] = page.json()["results"]
    assert set(told) == FACTS
    assert (told["number"], told["service"], told["phase"]) == ("X9014", "ALMATY", "announced")
    assert told["scheduled_arrival_at"].startswith(f"{MARCH_14:%Y-%m-%dT}")
    assert told["scheduled_arrival_at"].endswith("Z")
    assert box.container.number not in page.content.decode()


def test_ships_and_another_terminals_trains_are_not_in_it(lyg):
    CallFactory(terminal=lyg, ship=True)
    CallFactory(terminal=TerminalFactory(khorgos=True))
    assert numbers(program().get(TRAINS)) == []


def test_pages_follow_each_other_without_gap_or_repeat(lyg):
    trains = [CallFactory(terminal=lyg, number=f"X90{n}") for n in range(5)]
    client, seen, cursor = program(), [], None
    while cursor or not seen:
        page = client.get(TRAINS, {"limit": 2, **({"cursor": cursor} if cursor else {})})
        seen += numbers(page)
        cursor = page.json()["next"]
    assert len(seen) == 5
    assert set(seen) == {call.number for call in trains}


def test_trains_are_found_by_phase_and_by_number(lyg):
    CallFactory(terminal=lyg, number="X9014")
    CallFactory(terminal=lyg, number="X9016", arrived=True)
    client = program()
    assert numbers(client.get(TRAINS, {"phase": "arrived"})) == ["X9016"]
    assert numbers(client.get(TRAINS, {"number": "X9014"})) == ["X9014"]


def test_a_train_that_runs_outside_any_timetable_has_no_service(lyg):
    CallFactory(terminal=lyg)
    TrainVisitFactory(call__terminal=lyg)
    assert [train["service"] for train in program().get(TRAINS).json()["results"]] == [None, None]


def test_a_window_is_read_by_the_firmest_arrival_that_is_known(lyg):
    hour = timedelta(hours=1)
    CallFactory(terminal=lyg, number="PLANNED")
    CallFactory(terminal=lyg, number="LATE", estimated_arrival_at=MARCH_14 + 30 * hour)
    CallFactory(
        terminal=lyg, number="EARLY", estimated_arrival_at=MARCH_14, arrived_at=MARCH_14 - hour, phase="arrived"
    )
    client = program()

    def told(**window):
        return set(numbers(client.get(TRAINS, {name: at.isoformat() for name, at in window.items()})))

    assert told(expected_from=MARCH_14) == {"PLANNED", "LATE"}
    assert told(expected_before=MARCH_14) == {"EARLY"}
    assert told(expected_from=MARCH_14, expected_before=MARCH_14 + 24 * hour) == {"PLANNED"}
    assert told(expected_from=MARCH_14 + 48 * hour) == set()


def test_a_moment_without_its_zone_is_not_guessed(lyg):
    refused = program().get(TRAINS, {"expected_from": "2026-05-04T08:00:00"})
    assert refused.status_code == 422
    assert "zone" in refused.content.decode()


def test_a_person_sees_the_trains_of_the_terminal_they_serve_and_of_no_other(lyg, client):
    khorgos = TerminalFactory(khorgos=True)
    CallFactory(terminal=lyg, number="X9014")
    CallFactory(terminal=khorgos, number="X8001")
    client.force_login(staff("trains.view_trainvisit", username="planner", terminal=lyg))
    assert numbers(client.get(TRAINS)) == ["X9014"]
    for code in (khorgos.code, "nowhere"):
        refused = client.get(TRAINS, {"terminal": code})
        assert (refused.status_code, refused.json()["code"]) == (403, "not-yours")


def test_a_person_without_the_right_sees_no_timetable(lyg, client):
    client.force_login(staff("customs.view_declaration", username="officer", terminal=lyg))
    assert client.get(TRAINS).status_code == 403


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 201}, {"limit": "all"}, {"phase": "late"}, {"cursor": "7"}])
def test_a_question_that_cannot_be_meant_is_refused(lyg, query):
    refused = program().get(TRAINS, query)
    assert refused.status_code == 422
    assert refused["Content-Type"] == "application/problem+json"


def test_only_who_signs_in_and_may_read_sees_it(lyg):
    assert APIClient().get(TRAINS).status_code == 401
    assert program(scopes="book").get(TRAINS).status_code == 403


def test_a_page_of_trains_is_one_query_however_many(lyg, django_assert_max_num_queries):
    for call in CallFactory.create_batch(20, terminal=lyg)[:10]:
        TrainVisitFactory(call=call)
    client = program()
    with django_assert_max_num_queries(4):
        client.get(TRAINS)
