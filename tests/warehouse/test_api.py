"""Booking over the API: what a program of a party is answered."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import include, path
from django.utils import timezone
from rest_framework.test import APIClient

from apps.containers.models import Visit
from apps.parties.models import PartyKey
from apps.warehouse.models import Booking
from tests.factories.calls import CallFactory
from tests.factories.containers import VisitRoleFactory
from tests.factories.network import TerminalFactory
from tests.factories.parties import PartyFactory
from tests.factories.warehouse import ClosureFactory, ZoneFactory

urlpatterns = [path("api/v1/", include("apps.warehouse.api.urls"))]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
BOOKINGS = "/api/v1/warehouse/bookings/"


def program(code, scopes="read book", terminal=None):
    _, key = PartyKey.objects.create_key(
        name=code, party=PartyFactory(code=code), terminal=terminal or TerminalFactory(), scopes=scopes
    )
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Api-Key {key}")
    return client


def in_days(days, hours=0):
    midnight = timezone.now().astimezone(TerminalFactory().zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=days, hours=hours)


def wish(**more):
    stay = {"start_at": in_days(3).isoformat(), "end_at": in_days(4).isoformat()}
    return {"zone": "A", "area_m2": "300.00", **stay, **more}


def test_a_booking_is_made_found_and_cancelled():
    ZoneFactory()
    cotton = program("cotton")
    made = cotton.post(BOOKINGS, wish(goods="cotton yarn", reference="ALM-4711"))
    assert made.status_code == 201, made.json()
    found = cotton.get(made["Location"])
    assert found.json() == made.json()
    assert (found["ETag"], found.json()["area_m2"], found.json()["container"]) == ('"1"', "300.00", None)
    assert cotton.post(made["Location"] + "cancel/", {"colour": "red"}).status_code == 422
    cancelled = cotton.post(made["Location"] + "cancel/", {"reason": "train late"})
    assert (cancelled.status_code, cancelled.json()["status"], cancelled["ETag"]) == (200, "cancelled", '"2"')
    again = cotton.post(made["Location"] + "cancel/")
    assert (again.status_code, again.json()["version"]) == (200, 2)


def test_a_strangers_booking_is_not_there():
    ZoneFactory()
    where = program("cotton").post(BOOKINGS, wish())["Location"]
    wheat = program("wheat")
    assert [wheat.get(where).status_code, wheat.post(where + "cancel/").status_code] == [404, 404]
    assert wheat.get(BOOKINGS).json() == {"results": [], "next": None}
    assert Booking.objects.get().status == "requested"


def test_the_list_goes_on_where_the_cursor_stands():
    ZoneFactory()
    cotton = program("cotton")
    made = [cotton.post(BOOKINGS, wish(area_m2="10")).json()["id"] for _ in range(3)]
    first = cotton.get(BOOKINGS, {"limit": 2}).json()
    second = cotton.get(BOOKINGS, {"limit": 2, "cursor": first["next"]}).json()
    assert [each["id"] for each in first["results"] + second["results"]] == made[::-1]
    assert second["next"] is None
    assert cotton.get(BOOKINGS, {"status": "cancelled"}).json()["results"] == []


def test_the_list_costs_the_same_for_one_and_for_many(django_assert_max_num_queries):
    ZoneFactory()
    cotton = program("cotton")
    for _ in range(5):
        cotton.post(BOOKINGS, wish(area_m2="10"))
    with django_assert_max_num_queries(3):
        assert len(cotton.get(BOOKINGS).json()["results"]) == 5


def test_full_and_closed_are_told_apart_with_the_next_time():
    zone = ZoneFactory()
    cotton = program("cotton")
    cotton.post(BOOKINGS, wish(area_m2="900"))
    full = cotton.post(BOOKINGS, wish())
    assert (full.status_code, full.json()["code"], full.json()["free_m2"]) == (409, "no-room", "100.00")
    ClosureFactory(zone=zone, start_at=in_days(3), end_at=in_days(5))
    closed = cotton.post(BOOKINGS, wish())
    assert (closed.status_code, closed.json()["code"]) == (409, "zone-closed")
    assert datetime.fromisoformat(closed.json()["next_start_at"]) == in_days(5)
    assert closed["Content-Type"] == "application/problem+json"


def moments(told):
    return [value for name, value in told.items() if name.endswith("_at") and value]


def test_every_moment_is_told_in_utc_whatever_zone_it_was_sent_in():
    ZoneFactory()
    cotton = program("cotton")
    made = cotton.post(BOOKINGS, wish(area_m2="900")).json()
    told = moments(made) + moments(cotton.get(f"{BOOKINGS}{made['id']}/").json())
    told += moments(cotton.post(BOOKINGS, wish()).json())
    asked = {"zone": "A", "area_m2": "300", "start": in_days(3).isoformat(), "end": in_days(4).isoformat()}
    told += moments(cotton.get("/api/v1/warehouse/availability/", asked).json())
    assert len(told) >= 8
    assert [moment for moment in told if not moment.endswith("Z")] == []
    assert datetime.fromisoformat(made["start_at"]) == in_days(3)


@pytest.mark.parametrize(
    ("slip", "code"),
    [
        ({"zone": "Z"}, "no-such-zone"),
        ({"end_at": "2020-01-01T00:00:00Z"}, "empty-stay"),
        ({"start_at": "2020-01-01T00:00:00Z"}, "in-the-past"),
        ({"end_at": "9999-12-31T23:59:59Z"}, "too-far-ahead"),
        ({"start_at": "2026-05-04T08:00:00"}, "invalid-content"),
        ({"start_at": "0001-01-01T00:00:00+14:00"}, "invalid-content"),
        ({"colour": "red"}, "invalid-content"),
        ({"area_m2": "0"}, "invalid-content"),
        ({"area_m2": "-5"}, "invalid-content"),
        ({"area_m2": "1.005"}, "invalid-content"),
        ({"work": "strip"}, "no-such-container"),
        ({"work": "strip", "container": "MSKU1234567"}, "invalid-content"),
    ],
)
def test_what_cannot_be_right_is_422(slip, code):
    ZoneFactory()
    answer = program("cotton").post(BOOKINGS, wish(**slip))
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_a_strangers_box_and_no_box_at_all_are_answered_alike():
    ZoneFactory()
    strangers = VisitRoleFactory(party=PartyFactory(code="wheat")).visit.container.number
    cotton = program("cotton")
    answers = [cotton.post(BOOKINGS, wish(work="strip", container=box)) for box in (strangers, "CSQU3054383")]
    assert answers[0].status_code == 422
    assert answers[0].json() == answers[1].json()


def test_a_box_of_ones_own_can_be_unpacked():
    ZoneFactory()
    cotton = program("cotton")
    own = VisitRoleFactory(party=PartyFactory(code="cotton")).visit.container.number
    assert cotton.post(BOOKINGS, wish(work="strip", container=own)).json()["container"] == own


def test_a_booking_sent_twice_under_one_key_is_made_once():
    ZoneFactory()
    cotton, body = program("cotton"), wish()
    first, second = (cotton.post(BOOKINGS, body, headers={"Idempotency-Key": "k-1"}) for _ in range(2))
    assert first.json() == second.json()
    assert Booking.objects.count() == 1


def test_reading_needs_no_right_to_book_and_booking_does():
    ZoneFactory()
    reader = program("cotton", scopes="read")
    assert reader.get(BOOKINGS).status_code == 200
    refused = reader.post(BOOKINGS, wish())
    assert (refused.status_code, "“book”" in refused.json()["detail"]) == (403, True)
    assert APIClient().get(BOOKINGS).status_code == 401


def test_zones_say_what_is_free_now_and_only_those_of_this_terminal():
    zone = ZoneFactory(confirms_at_once=True)
    ZoneFactory(code="K", terminal=TerminalFactory(khorgos=True))
    cotton = program("cotton")
    now = timezone.now()
    cotton.post(BOOKINGS, wish(start_at=now.isoformat(), end_at=(now + timedelta(minutes=1)).isoformat()))
    assert cotton.get("/api/v1/warehouse/zones/").json() == {
        "results": [{"code": "A", "name": zone.name, "kind": "general", "usable_m2": "1000.00", "free_m2": "700.00"}]
    }


def test_availability_tells_what_booking_would():
    ZoneFactory()
    cotton = program("cotton")
    asked = {"zone": "A", "area_m2": "300", "start": in_days(3).isoformat(), "end": in_days(4).isoformat()}
    free = cotton.get("/api/v1/warehouse/availability/", asked).json()
    assert (free["fits"], free["free_m2"], free["reason"]) == (True, "1000.00", None)
    cotton.post(BOOKINGS, wish(area_m2="900"))
    full = cotton.get("/api/v1/warehouse/availability/", asked).json()
    assert (full["fits"], Decimal(full["free_m2"]), full["reason"]) == (False, 100, "full")
    assert cotton.post(BOOKINGS, wish(start_at=full["next_start_at"], end_at=in_days(6).isoformat())).status_code == 201


CONTAINERS = [
    {"container": "CSQU3054383", "size_type": "22G1", "reference": "ALM-1", "laden": True},
    {"container": "TCLU5088040", "size_type": "45G1"},
]


def test_containers_are_advised_with_the_booking_and_given_up_with_it():
    ZoneFactory()
    cotton = program("cotton", "read book advise")
    call = CallFactory(terminal=TerminalFactory())
    first = CONTAINERS[0] | {"arrival_call": str(call.public_id)}
    made = cotton.post(BOOKINGS, wish(work="stuff", containers=[first, CONTAINERS[1]]), format="json")
    assert made.status_code == 201, made.json()
    told = made.json()["containers"]
    assert [(each["container"], each["state"], each["advised_here"]) for each in told] == [
        ("CSQU3054383", "advised", True),
        ("TCLU5088040", "advised", True),
    ]
    assert cotton.get(made["Location"]).json() == made.json()
    assert Visit.objects.get(public_id=told[0]["visit"]).arrival_call == call
    given_up = cotton.post(made["Location"] + "cancel/").json()["containers"]
    assert [each["state"] for each in given_up] == ["cancelled", "cancelled"]


def test_advising_with_a_booking_takes_the_scope_of_advising():
    ZoneFactory()
    refused = program("cotton").post(BOOKINGS, wish(containers=CONTAINERS), format="json")
    assert (refused.status_code, "advise" in refused.json()["detail"]) == (403, True)
    assert not Booking.objects.exists()


@pytest.mark.parametrize("phase", ["departed", "cancelled", "of a truck", "unknown"])
def test_a_container_is_advised_by_no_call_that_brings_nothing_more(phase):
    ZoneFactory()
    call = CallFactory(terminal=TerminalFactory(), truck=phase == "of a truck")
    if phase in ("departed", "cancelled"):
        type(call)._default_manager.filter(pk=call.pk).update(phase=phase)
    by = "0190a5d0-0000-7000-8000-000000000000" if phase == "unknown" else str(call.public_id)
    containers = [CONTAINERS[0] | {"arrival_call": by}]
    refused = program("cotton", "read book advise").post(BOOKINGS, wish(containers=containers), format="json")
    assert (refused.status_code, refused.json()["code"]) == (422, "no-such-call")
