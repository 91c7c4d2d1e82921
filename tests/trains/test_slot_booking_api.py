"""Places on trains over the API: a party's program sees its own bookings and what is free, and nobody else's."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from apps.parties.models import PartyKey
from apps.trains.models import SlotBooking
from tests.factories.containers import ContainerFactory, VisitFactory, VisitRoleFactory, container_number
from tests.factories.network import TerminalFactory
from tests.factories.parties import PartyFactory, staff
from tests.factories.places import bookable_train
from tests.factories.trains import TrainVisitFactory

pytestmark = pytest.mark.django_db
OWN = "/api/v1/train-bookings/"
FACTS = {
    "id", "number", "state", "train", "train_number", "destination", "teu", "boxes", "containers", "reference",
    "booked_at", "reason", "version",
}  # fmt: skip


def program(code, scopes="read book"):
    party = PartyFactory(code=code)
    _, key = PartyKey.objects.create_key(name=code, party=party, terminal=TerminalFactory(), scopes=scopes)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Api-Key {key}")
    return client


@pytest.fixture
def train(lyg):
    return bookable_train(timezone.now() + timedelta(days=7), KZALA=10)


def of(train):
    return f"/api/v1/trains/{train.call.public_id}/bookings/"


def wish(**more):
    return {"destination": "KZALA", "teu": "4.00", "boxes": 2, **more}


def a_box(number, party="cotton"):
    visit = VisitFactory(container=ContainerFactory(number=container_number(number), size_type="42G1"), destination="")
    return VisitRoleFactory(visit=visit, party=PartyFactory(code=party)).visit.container.number


def test_places_are_booked_found_changed_and_given_up(train):
    cotton = program("cotton")
    made = cotton.post(of(train), wish(reference="ALM-4711"))
    assert (made.status_code, set(made.json()), made.json()["state"]) == (201, FACTS, "confirmed")
    where = made["Location"]
    found = cotton.get(where)
    assert (found.json(), found["ETag"], found.json()["train"]) == (made.json(), '"1"', str(train.call.public_id))
    changed = cotton.patch(where, {"teu": "6", "boxes": 3, "reference": "ALM-4712"})
    assert (changed.status_code, changed["ETag"], changed.json()["reference"]) == (200, '"2"', "ALM-4712")
    cancelled = cotton.post(where + "cancel/", {"reason": "the cotton is late"})
    assert (cancelled.json()["state"], cancelled.json()["reason"]) == ("cancelled", "the cotton is late")
    again = cotton.post(where + "cancel/")
    assert (again.status_code, again.json()["version"]) == (200, 3)
    late = cotton.patch(where, {"teu": "4"})
    assert (late.status_code, late.json()["code"]) == (409, "booking-is-over")


def test_if_match_changes_that_version_and_no_other(train):
    cotton = program("cotton")
    where = cotton.post(of(train), wish())["Location"]
    for tag in ('"7"', 'W/"1"', "1", '"x"', ""):
        stale = cotton.patch(where, {"boxes": 3}, headers={"If-Match": tag})
        assert (stale.status_code, stale.json()["code"], stale.json()["version"]) == (412, "changed-since", 1), tag
    assert cotton.patch(where, {"boxes": 3}, headers={"If-Match": '"7", "1"'})["ETag"] == '"2"'
    assert cotton.patch(where, {"boxes": 4}, headers={"If-Match": "*"})["ETag"] == '"3"'


def test_a_full_train_says_what_is_free_and_where_else_and_who_likes_waits(train):
    later = bookable_train(timezone.now() + timedelta(days=8))
    cotton, wheat = program("cotton"), program("wheat")
    first = cotton.post(of(train), wish(teu="8", boxes=4))["Location"]
    full = wheat.post(of(train), wish())
    assert (full.status_code, full["Content-Type"]) == (409, "application/problem+json")
    told = full.json()
    assert (told["code"], told["free_teu"], told["next_trains"][0]["id"]) == (
        "no-places", "2.00", str(later.call.public_id),
    )  # fmt: skip
    waiting = wheat.post(of(train), wish(wait=True))
    assert (waiting.status_code, waiting.json()["state"]) == (201, "waiting")
    cotton.post(first + "cancel/")
    assert wheat.get(waiting["Location"]).json()["state"] == "confirmed"


def test_a_train_tells_its_free_places_to_everybody(train):
    program("cotton").post(of(train), wish())
    told = program("wheat").get(f"/api/v1/trains/{train.call.public_id}/").json()
    assert told["places"] == [
        {"destination": "", "teu": "90.00", "free_teu": "90.00"},
        {"destination": "KZALA", "teu": "10.00", "free_teu": "6.00"},
    ]
    assert (told["number"], told["service"]) == (train.call.number, "X9014")


def test_a_person_reads_the_train_of_their_terminal_and_books_nothing(train, client):
    client.force_login(staff("trains.view_trainvisit", username="planner"))
    assert client.get(f"/api/v1/trains/{train.call.public_id}/").status_code == 200
    assert client.get(of(train)).status_code == 403
    abroad = TrainVisitFactory(call__terminal=TerminalFactory(khorgos=True))
    assert client.get(f"/api/v1/trains/{abroad.call.public_id}/").status_code == 404
    assert program("cotton").post(of(abroad), wish()).status_code == 404


def test_a_strangers_booking_is_not_there(train):
    where = program("cotton").post(of(train), wish())["Location"]
    wheat, absent = program("wheat"), OWN + "0195a3c4-7a10-7c3e-9f53-0d6a2b7b1f01/"
    for there in (where, absent):
        answers = [wheat.get(there), wheat.patch(there, {"boxes": 3}), wheat.post(there + "cancel/")]
        answers += [wheat.post(f"{there}{step}/", {"containers": [a_box(1)]}) for step in ("assign", "unassign")]
        assert {answer.status_code for answer in answers} == {404}
    assert [wheat.get(path).json()["results"] for path in (of(train), OWN)] == [[], []]
    booking = SlotBooking.objects.get()
    assert (booking.state, booking.version) == ("confirmed", 1)


def test_containers_use_a_booking_all_or_none(train):
    cotton, one, two = program("cotton"), a_box(1), a_box(2)
    where = cotton.post(of(train), wish())["Location"]
    strangers, unknown = a_box(3, "wheat"), container_number(4)
    answers = [cotton.post(where + "assign/", {"containers": [one, box]}).json() for box in (strangers, unknown)]
    assert [each["code"] for each in answers] == ["not-your-container"] * 2
    assert answers[0]["detail"].replace(strangers, "·") == answers[1]["detail"].replace(unknown, "·")
    used = cotton.post(where + "assign/", {"containers": [one, two]})
    assert [each["container"] for each in used.json()["containers"]] == [one, two]
    assert cotton.get(f"/api/v1/containers/{one}/").json()["departure_call"]["number"] == train.call.number
    less = cotton.post(where + "unassign/", {"containers": [two]})
    assert ([each["container"] for each in less.json()["containers"]], less["ETag"]) == ([one], '"3"')
    absent = cotton.post(where + "unassign/", {"containers": [two]})
    assert (absent.status_code, absent.json()["code"]) == (422, "not-in-this-booking")


@pytest.mark.parametrize(
    ("slip", "code"),
    [
        ({"teu": "0"}, "invalid-content"),
        ({"teu": "-2"}, "invalid-content"),
        ({"teu": "NaN"}, "invalid-content"),
        ({"boxes": 0}, "invalid-content"),
        ({"boxes": "2"}, "invalid-content"),
        ({"boxes": True}, "invalid-content"),
        ({"destination": ""}, "invalid-content"),
        ({"colour": "red"}, "invalid-content"),
        ({"teu": "1", "boxes": 2}, "teu-do-not-match"),
        ({"teu": "9999.99"}, "teu-do-not-match"),
        ({"destination": "DEDUI"}, "destination-not-served"),
    ],
)
def test_what_cannot_be_right_is_422(train, slip, code):
    answer = program("cotton").post(of(train), wish(**slip))
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_pages_follow_each_other_and_are_filtered_by_state(train):
    cotton = program("cotton")
    made = [cotton.post(of(train), wish(teu="2", boxes=1)).json()["id"] for _ in range(3)]
    first = cotton.get(of(train), {"limit": 2}).json()
    second = cotton.get(of(train), {"limit": 2, "cursor": first["next"]}).json()
    assert [each["id"] for each in first["results"] + second["results"]] == made[::-1]
    assert (second["next"], cotton.get(OWN, {"state": "waiting"}).json()["results"]) == (None, [])
    assert cotton.get(OWN, {"state": "asleep"}).status_code == 422


def test_a_list_costs_the_same_for_one_and_for_many(train, django_assert_max_num_queries):
    cotton = program("cotton")
    for number in range(5):
        where = cotton.post(of(train), wish(teu="2", boxes=1))["Location"]
        cotton.post(where + "assign/", {"containers": [a_box(number)]})
    with django_assert_max_num_queries(3):
        assert len(cotton.get(OWN).json()["results"]) == 5
    with django_assert_max_num_queries(6):
        assert len(cotton.get(of(train)).json()["results"]) == 5
    with django_assert_max_num_queries(4):
        cotton.get(f"/api/v1/trains/{train.call.public_id}/")


def test_a_booking_sent_twice_under_one_key_is_made_once(train):
    cotton = program("cotton")
    first, second = (cotton.post(of(train), wish(), headers={"Idempotency-Key": "k-1"}) for _ in range(2))
    assert first.json() == second.json()
    assert SlotBooking.objects.get().teu == Decimal(4)


def test_reading_takes_read_and_writing_book(train):
    where = program("cotton").post(of(train), wish())["Location"]
    reader, writer = program("cotton", "read"), program("cotton", "book")
    assert [reader.get(path).status_code for path in (where, of(train), OWN)] == [200] * 3
    assert [writer.get(path).status_code for path in (where, of(train), OWN)] == [403] * 3
    refused = [reader.post(of(train), wish()), reader.patch(where, {"boxes": 3}), reader.post(where + "cancel/")]
    assert {answer.status_code for answer in refused} == {403}
    assert writer.patch(where, {"boxes": 3}).status_code == 200
    assert APIClient().get(OWN).status_code == 401
