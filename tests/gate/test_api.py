"""The gate over the API: what a haulier's and a forwarder's programs are answered."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from apps.common.models import RememberedAnswer
from apps.gate.models import Appointment, GateHour, ReleasePin
from apps.journal.models import Entry
from tests.factories.api import program
from tests.factories.gate import (
    QuotaFactory,
    RulesFactory,
    forwarder,
    haulier,
    open_day_and_night,
    order_for,
    pin_for,
    released_box,
)

pytestmark = pytest.mark.django_db
APPOINTMENTS, ORDERS, PINS = "/api/v1/gate/appointments/", "/api/v1/gate/delivery-orders/", "/api/v1/gate/pins/"
BOX = "CSQU3054383"


@pytest.fixture
def open_gate(lyg):
    open_day_and_night(lyg)
    return lyg


def tomorrow(hours=0):
    return timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=1, hours=hours)


def haulage(code="xugou-haulage", scopes="read gate"):
    return program(haulier(code).code, scopes)


def silk(scopes="read gate"):
    return program(forwarder().code, scopes)


def wish(*boxes, **more):
    brought = {"direction": "in", "container": "TCLU5088040", "size_type": "22G1"}
    return {"starts_at": tomorrow().isoformat(), "plate": "苏G 12345", "boxes": list(boxes) or [brought], **more}


def collected(**more):
    return {"direction": "out", "container": BOX, **more}


def test_a_truck_is_booked_found_changed_and_cancelled(open_gate):
    xugou = haulage()
    made = xugou.post(APPOINTMENTS, wish(driver_name="Wang Lei"))
    assert made.status_code == 201, made.json()
    found = xugou.get(made["Location"])
    assert (found.json(), found["ETag"]) == (made.json(), '"1"')
    assert found.json()["boxes"][0]["container"] == "TCLU5088040"
    later = xugou.post(made["Location"] + "change/", {"starts_at": tomorrow(2).isoformat()})
    assert datetime.fromisoformat(later.json()["starts_at"]) == tomorrow(2)
    cancelled = xugou.post(made["Location"] + "cancel/", {"reason": "no driver"})
    assert (cancelled.status_code, cancelled.json()["status"], cancelled["ETag"]) == (200, "cancelled", '"3"')
    assert xugou.post(made["Location"] + "cancel/").json()["version"] == 3
    assert xugou.post(made["Location"] + "change/", {"plate": "A"}).status_code == 409
    assert GateHour.objects.filter(booked__gt=0).count() == 0


def test_full_and_closed_are_told_apart_with_the_next_hours(lyg):
    begins = tomorrow().astimezone(lyg.zone)
    QuotaFactory(weekday=begins.weekday(), start_hour=begins.hour, trucks=1)
    xugou = haulage()
    assert xugou.post(APPOINTMENTS, wish()).status_code == 201
    full = xugou.post(APPOINTMENTS, wish())
    assert (full.status_code, full.json()["code"], full["Content-Type"]) == (
        409, "hour-is-full", "application/problem+json",
    )  # fmt: skip
    (next_week,) = full.json()["next_starts_at"]
    assert datetime.fromisoformat(next_week) == tomorrow() + timedelta(days=7)
    shut = xugou.post(APPOINTMENTS, wish(starts_at=tomorrow(1).isoformat()))
    assert (shut.json()["code"], shut.json()["reason"]) == ("gate-is-closed", "shut")


def test_hours_say_what_is_free_on_each_day_of_the_site(open_gate):
    xugou = haulage()
    xugou.post(APPOINTMENTS, wish())
    day = tomorrow().astimezone(open_gate.zone).date()
    hours = xugou.get(f"/api/v1/gate/hours/?day={day}&days=1").json()["results"]
    midnight = datetime.combine(day, datetime.min.time(), open_gate.zone).astimezone(UTC)
    assert (len(hours), datetime.fromisoformat(hours[0]["starts_at"])) == (24, midnight)
    assert sorted(each["free"] for each in hours) == [19, *[20] * 23]
    for wrong in ("day=0001-01-01", "days=40", "day=9999-12-31", "days=x"):
        assert xugou.get(f"/api/v1/gate/hours/?{wrong}").status_code == 422


def test_a_strangers_appointment_order_and_pin_are_not_there(open_gate):
    visit = released_box()
    made = haulage().post(APPOINTMENTS, wish())["Location"]
    order = (
        silk()
        .post(ORDERS, {"container": BOX, "haulier": haulier().code, "valid_until": tomorrow(48).isoformat()})
        .json()["id"]
    )
    pin, _ = pin_for(visit, at=timezone.now())
    rival = haulage("lianyun-trucks")
    asked = [
        rival.get(made), rival.post(made + "cancel/"), rival.post(made + "change/", {"plate": "A"}),
        rival.post(f"{ORDERS}{order}/revoke/"), rival.post(f"{PINS}{pin.public_id}/revoke/"),
    ]  # fmt: skip
    assert [each.status_code for each in asked] == [404] * 5
    for listed in (APPOINTMENTS, ORDERS, PINS):
        assert rival.get(listed).json() == {"results": [], "next": None}
    assert Appointment.objects.get().status == "booked"


def test_a_strangers_box_and_no_box_at_all_are_answered_alike(open_gate):
    released_box("TCLU5088040")
    rival = haulage("lianyun-trucks")
    until = tomorrow().isoformat()
    for path, body in (
        (APPOINTMENTS, lambda box: wish(collected(container=box))),
        (APPOINTMENTS, lambda box: wish(collected(container=box, pin="12345678"))),
        (ORDERS, lambda box: {"container": box, "haulier": haulier().code, "valid_until": until}),
        (PINS, lambda box: {"container": box, "valid_until": until}),
    ):
        answers = [rival.post(path, body(box)) for box in ("TCLU5088040", BOX)]
        assert answers[0].status_code in (409, 422)
        said = [each.content.decode().replace("TCLU5088040", BOX) for each in answers]
        assert said[0] == said[1]


def test_an_order_lets_its_haulier_book_until_it_is_revoked(open_gate):
    released_box()
    order = silk().post(
        ORDERS, {"container": BOX, "haulier": haulier().code, "valid_until": tomorrow(48).isoformat(), "reference": "R"}
    )
    assert (order.status_code, order.json()["haulier"]) == (201, "xugou-haulage")
    made = haulage().post(APPOINTMENTS, wish(collected()))
    assert made.json()["boxes"][0]["delivery_order"] == order.json()["number"]
    haulage().post(made["Location"] + "cancel/")
    revoked = silk().post(f"{ORDERS}{order.json()['id']}/revoke/")
    assert revoked.json()["revoked_at"] is not None
    assert haulage().post(APPOINTMENTS, wish(collected())).json()["code"] == "no-right-to-collect"


def test_a_pin_is_told_once_and_kept_nowhere(open_gate):
    released_box()
    asked = {"container": BOX, "valid_until": tomorrow(48).isoformat()}
    made = silk().post(PINS, asked, **{"Idempotency-Key": "k-1"})
    assert (made.status_code, len(made.json()["pin"]), made["Cache-Control"]) == (201, 8, "no-store")
    assert "pin" not in silk().get(PINS).json()["results"][0]
    assert not RememberedAnswer.objects.exists()
    again = silk().post(PINS, asked, **{"Idempotency-Key": "k-1"})
    assert haulage().post(APPOINTMENTS, wish(collected(pin=made.json()["pin"]))).status_code == 409
    assert haulage().post(APPOINTMENTS, wish(collected(pin=again.json()["pin"]))).status_code == 201


def test_guessing_is_counted_even_under_an_idempotency_key(open_gate):
    RulesFactory(pin_attempts=2)
    pin, digits = pin_for(released_box(), at=timezone.now())
    rival = haulage("lianyun-trucks")
    for guess in ("11111111", "22222222", digits):
        answer = rival.post(APPOINTMENTS, wish(collected(pin=guess)), **{"Idempotency-Key": f"k-{guess}"})
        assert (answer.status_code, answer.json()["code"]) == (409, "no-right-to-collect")
        assert answer["Content-Type"] == "application/problem+json"
    pin.refresh_from_db()
    assert (pin.mistakes, pin.locked_at is not None) == (2, True)
    assert Entry.objects.filter(kind="collection-refused", audience="staff").count() == 3
    assert silk().get(PINS).json()["results"][0]["locked_at"] is not None
    assert not RememberedAnswer.objects.exists()


def test_a_booking_sent_twice_under_one_key_is_made_once(open_gate):
    xugou, body = haulage(), wish()
    first, second = (xugou.post(APPOINTMENTS, body, **{"Idempotency-Key": "k-1"}) for _ in range(2))
    assert (first.json(), Appointment.objects.count()) == (second.json(), 1)


def test_lists_cost_the_same_for_one_and_for_many(open_gate, django_assert_max_num_queries):
    for _ in range(3):
        haulage().post(APPOINTMENTS, wish(collected()) if ReleasePin.objects.exists() else wish())
    visit = released_box()
    for n in range(3):
        order_for(visit, haulier(f"haulier-{n}"), at=timezone.now())
        pin_for(visit, at=timezone.now())
    xugou, silky = haulage(), silk()
    for who, path, most in ((xugou, APPOINTMENTS, 3), (silky, ORDERS, 2), (silky, PINS, 2)):
        with django_assert_max_num_queries(most):
            assert len(who.get(path).json()["results"]) == 3
    with django_assert_max_num_queries(4):
        xugou.get("/api/v1/gate/hours/?days=7")


def test_the_list_goes_on_where_the_cursor_stands(open_gate):
    xugou = haulage()
    made = [xugou.post(APPOINTMENTS, wish()).json()["id"] for _ in range(3)]
    first = xugou.get(f"{APPOINTMENTS}?limit=2").json()
    second = xugou.get(f"{APPOINTMENTS}?limit=2&cursor={first['next']}").json()
    assert [each["id"] for each in first["results"] + second["results"]] == made[::-1]
    assert xugou.get(f"{APPOINTMENTS}?status=cancelled").json()["results"] == []


@pytest.mark.parametrize(
    ("slip", "code"),
    [
        ({"starts_at": "2020-01-01T00:00:00Z"}, "hour-is-over"),
        ({"starts_at": "9999-12-31T23:59:59Z"}, "hour-too-far-ahead"),
        ({"starts_at": "2026-05-04T08:00:00"}, "invalid-content"),
        ({"boxes": []}, "invalid-content"),
        ({"boxes": [{"direction": "in", "container": "TCLU5088040"}]}, "size-type-missing"),
        ({"boxes": [{"direction": "in", "container": "TCLU5088041", "size_type": "22G1"}]}, "invalid-content"),
        ({"boxes": [{"direction": "in", "container": "TCLU5088040", "size_type": "22G1"}] * 2}, "the-same-box-twice"),
        ({"boxes": [{"direction": "out", "container": BOX, "pin": "abcd"}]}, "invalid-content"),
        ({"boxes": [{"direction": "in", "container": BOX, "size_type": "22G1", "colour": "red"}]}, "invalid-content"),
        ({"colour": "red"}, "invalid-content"),
        ({"plate": " "}, "invalid-content"),
    ],
)
def test_what_cannot_be_right_is_422(open_gate, slip, code):
    answer = haulage().post(APPOINTMENTS, wish(**slip))
    assert (answer.status_code, answer.json()["code"]) == (422, code), answer.json()


def test_reading_needs_no_right_to_book_and_booking_does(open_gate):
    reader = haulage(scopes="read")
    assert reader.get(APPOINTMENTS).status_code == 200
    assert reader.post(APPOINTMENTS, wish()).status_code == 403
    assert silk("read").post(PINS, {"container": BOX, "valid_until": tomorrow().isoformat()}).status_code == 403
