"""Changing, waiting, booking again and again, and doors: what a program of a party is answered."""

from datetime import timedelta

import pytest
from django.urls import include, path

from apps.warehouse.models import Booking, BookingSeries, DockAppointment
from tests.factories.containers import VisitRoleFactory
from tests.factories.parties import PartyFactory
from tests.factories.warehouse import DockDoorFactory, DockDurationFactory, ZoneFactory
from tests.warehouse.test_api import BOOKINGS, in_days, program, wish

urlpatterns = [path("api/v1/", include("apps.warehouse.api.urls"))]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
SERIES, DOORS = "/api/v1/warehouse/series/", "/api/v1/warehouse/dock-appointments/"
TIMES, AVAILABILITY = "/api/v1/warehouse/dock-times/", "/api/v1/warehouse/availability/"


@pytest.fixture
def door():
    zone = ZoneFactory()
    DockDurationFactory(terminal=zone.terminal)
    return DockDoorFactory(zone=zone, code="D01")


def mondays(**more):
    first = in_days(7).date()
    days = {"first_on": first.isoformat(), "last_on": (first + timedelta(days=6)).isoformat(), "weekdays": [1, 3]}
    return {"zone": "A", "area_m2": "300.00", "from_clock": "08:00", "duration_minutes": 600, **days, **more}


def test_a_booking_is_changed_at_the_version_that_was_read():
    ZoneFactory()
    cotton = program("cotton")
    made = cotton.post(BOOKINGS, wish())
    more = {"area_m2": "400.00", "end_at": in_days(5).isoformat()}
    changed = cotton.patch(made["Location"], more, headers={"If-Match": '"1"'}, format="json")
    assert (changed.status_code, changed.json()["area_m2"], changed["ETag"]) == (200, "400.00", '"2"')
    stale = cotton.patch(made["Location"], {"area_m2": "1"}, headers={"If-Match": '"1"'}, format="json")
    assert (stale.status_code, stale.json()["code"]) == (412, "changed-since")
    full = cotton.patch(made["Location"], {"area_m2": "1000.01"}, format="json")
    assert (full.status_code, full.json()["code"]) == (409, "no-room")
    assert cotton.get(made["Location"]).json() == changed.json()
    assert cotton.patch(made["Location"], {"area_m2": "0"}, format="json").status_code == 422
    assert program("cotton-reader", "read").patch(made["Location"], more, format="json").status_code == 403
    assert program("wheat").patch(made["Location"], more, format="json").status_code == 404


def test_who_would_rather_wait_is_not_refused():
    ZoneFactory()
    cotton = program("cotton")
    cotton.post(BOOKINGS, wish(area_m2="900"))
    waits = cotton.post(BOOKINGS, wish(wait=True))
    assert (waits.status_code, waits.json()["status"]) == (201, "waiting")
    assert cotton.post(BOOKINGS, wish(wait=True, area_m2="1001")).json()["code"] == "no-room"


def test_goods_the_zone_cannot_take_are_422():
    ZoneFactory(height_m="5.0", floor_load_t_per_m2="3.0")
    cotton = program("cotton")
    assert cotton.post(BOOKINGS, wish(height_m="5.1")).json()["code"] == "goods-too-high"
    assert cotton.post(BOOKINGS, wish(load_t_per_m2="3.1")).json()["code"] == "goods-too-heavy"
    assert cotton.post(BOOKINGS, wish(height_m="5.0")).json()["height_m"] == "5.0"


def test_availability_offers_the_next_three_times_and_other_zones(django_assert_max_num_queries):
    ZoneFactory()
    ZoneFactory(code="B", name="General goods B")
    ZoneFactory(code="C", name="Cold", kind="chilled")
    cotton = program("cotton")
    cotton.post(BOOKINGS, wish(area_m2="900"))
    asked = {"zone": "A", "area_m2": "300", "start": in_days(3).isoformat(), "end": in_days(4).isoformat()}
    with django_assert_max_num_queries(10):
        told = cotton.get(AVAILABILITY, asked).json()
    assert len(told["next_starts"]) == 3
    assert told["next_starts"][0] == told["next_start_at"]
    assert [(each["zone"], each["fits"]) for each in told["alternatives"]] == [("B", True)]


def test_a_series_is_made_read_and_given_up():
    ZoneFactory()
    cotton = program("cotton")
    made = cotton.post(SERIES, mondays(), format="json", headers={"Idempotency-Key": "k-1"})
    assert made.status_code == 201, made.json()
    assert [day["refusal"] for day in made.json()["days"]] == [None, None]
    again = cotton.post(SERIES, mondays(), format="json", headers={"Idempotency-Key": "k-1"})
    assert (again.json(), BookingSeries.objects.count()) == (made.json(), 1)
    assert [each["status"] for each in cotton.get(made["Location"]).json()["bookings"]] == ["requested"] * 2
    assert program("wheat").get(made["Location"]).status_code == 404
    given_up = cotton.post(made["Location"] + "cancel/").json()
    assert {each["status"] for each in given_up["bookings"]} == {"cancelled"}
    assert len(cotton.get(SERIES).json()["results"]) == 1


def test_a_series_that_does_not_fit_names_its_days():
    ZoneFactory()
    cotton = program("cotton")
    cotton.post(BOOKINGS, wish(area_m2="900", start_at=in_days(7).isoformat(), end_at=in_days(11).isoformat()))
    refused = cotton.post(SERIES, mondays(weekdays=[1, 2, 3, 4, 5, 6, 7]), format="json")
    assert (refused.status_code, refused.json()["code"], refused.json()["failed"]) == (409, "series-does-not-fit", 4)
    assert {each["code"] for each in refused.json()["refused"]} == {"no-room"}
    assert Booking.objects.count() == 1
    assert cotton.post(SERIES, mondays(weekdays=[8]), format="json").status_code == 422


def test_a_door_is_had_moved_and_given_up(door):
    cotton = program("cotton")
    day = {"work": "strip", "day": in_days(3).date().isoformat()}
    free = cotton.get(TIMES, day).json()
    assert (free["duration_minutes"], [each["door"] for each in free["results"]]) == (120, ["D01"])
    body = {"work": "strip", "start_at": in_days(3, 8).isoformat(), "plate": "苏G12345"}
    made = cotton.post(DOORS, body, headers={"Idempotency-Key": "k-1"})
    assert made.status_code == 201, made.json()
    assert cotton.post(DOORS, body, headers={"Idempotency-Key": "k-1"}).json() == made.json()
    assert (made.json()["door"], made.json()["status"]) == ("D01", "booked")
    taken = cotton.post(DOORS, body)
    assert (taken.status_code, taken.json()["code"]) == (409, "dock-taken")
    assert taken.json()["next_starts"][0]["door"] == "D01"
    moved = cotton.patch(made["Location"], {"start_at": in_days(3, 10).isoformat()}, headers={"If-Match": '"1"'})
    assert (moved.status_code, moved["ETag"]) == (200, '"2"')
    assert cotton.patch(made["Location"], {"plate": "X"}, headers={"If-Match": '"1"'}).status_code == 412
    assert program("wheat").get(made["Location"]).status_code == 404
    assert cotton.post(made["Location"] + "cancel/", {"reason": "late"}).json()["status"] == "cancelled"
    assert DockAppointment.objects.holding_door().count() == 0


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_days_at_the_ends_of_the_calendar_have_no_free_times(door, day):
    answer = program("cotton").get(f"{TIMES}?work=strip&day={day}")
    assert (answer.status_code, answer.json()["results"]) == (200, [])


def test_a_door_is_not_had_at_the_end_of_the_calendar(door):
    wish = {"work": "strip", "start_at": "9999-12-31T23:59:00Z"}
    answer = program("cotton").post(DOORS, wish, format="json")
    assert (answer.status_code, answer.json()["code"]) == (422, "too-far-ahead")


def test_a_strangers_booking_and_box_are_answered_as_none_at_all(door):
    wheat = program("wheat")
    booking = wheat.post(BOOKINGS, wish()).json()["id"]
    box = VisitRoleFactory(party=PartyFactory(code="wheat")).visit.container.number
    body = {"work": "strip", "start_at": in_days(3, 8).isoformat()}
    cotton = program("cotton")
    for strange, code in (({"booking": booking}, "no-such-booking"), ({"container": box}, "no-such-container")):
        refused = cotton.post(DOORS, body | strange)
        assert (refused.status_code, refused.json()["code"]) == (422, code)
        assert wheat.post(DOORS, body | strange | {"start_at": in_days(4, 8).isoformat()}).status_code in (201, 409)
    assert cotton.post(DOORS, body | {"work": "hand_out"}).json()["code"] == "no-duration"
    assert cotton.post(DOORS, body | {"door": "D99"}).json()["code"] == "no-such-door"


def test_the_list_of_doors_costs_the_same_for_one_and_for_many(door, django_assert_max_num_queries):
    cotton = program("cotton")
    for hour in (0, 2, 4, 6):
        cotton.post(DOORS, {"work": "strip", "start_at": in_days(3, hour).isoformat()})
    with django_assert_max_num_queries(3):
        assert len(cotton.get(DOORS).json()["results"]) == 4
