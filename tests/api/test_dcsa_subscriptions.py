"""event-subscriptions of Track & Trace 2.2: a party's own, with a secret that never comes back."""

import base64
import json

import pytest

from apps.common import outbound
from apps.common.ids import uuid7
from apps.common.sealing import opened
from apps.journal.models import Entry
from apps.tracking.models import EventSubscription
from apps.tracking.services import subscribing
from tests.api.test_dcsa_events import is_error_2_2
from tests.dcsa import needs_schemas, validator
from tests.factories.api import Program, program

HERE = "/dcsa/tnt/v2/event-subscriptions"
SECRET = base64.b64encode(b"a secret that both of us know...").decode()
OTHER = base64.b64encode(b"another one that both of us know").decode()
CALLBACK = "https://hook.example.com/tnt?from=lyg"
WISH = {"callbackUrl": CALLBACK, "eventType": ["EQUIPMENT"], "equipmentReference": "CSQU3054383"}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def names(monkeypatch):
    """What the names of the world stand for."""
    known = {"hook.example.com": ["93.184.216.34"], "inside.example.com": ["93.184.216.34", "10.0.0.7"]}
    monkeypatch.setattr(outbound, "addresses_of", lambda target: known.get(target.host, []))
    return known


@pytest.fixture
def grain(lyg) -> Program:
    return program("astana-grain")


def kept() -> str:
    """The secret of the one subscription, which is kept sealed."""
    sealed = EventSubscription.objects.get().secret
    assert SECRET not in sealed
    assert OTHER not in sealed
    return opened(sealed, purpose=subscribing.PURPOSE)


def made(grain, **more):
    answer = grain.post(HERE, {**WISH, "secret": SECRET, **more})
    assert answer.status_code == 201, answer.content
    return answer


def test_a_subscription_is_made_read_changed_and_ended(grain):
    answer = made(grain)
    one = f"{HERE}/{answer.json()['subscriptionID']}"
    assert answer.headers["Location"].endswith(one)
    assert answer.headers["API-Version"] == "2.2.0"
    assert answer.json() == {"subscriptionID": one.rpartition("/")[2], **WISH}
    assert grain.get(one).json() == answer.json()
    changed = {"callbackUrl": "https://hook.example.com/other", "transportEventTypeCode": ["DEPA"]}
    answer = grain.put(one, changed)
    assert (answer.status_code, answer.json()) == (200, {"subscriptionID": one.rpartition("/")[2], **changed})
    assert grain.get(HERE).json() == [answer.json()]
    ended = grain.client.delete(one)
    assert (ended.status_code, ended.content) == (204, b"")
    assert (grain.get(HERE).json(), grain.get(one).status_code) == ([], 404)
    kinds = Entry.objects.order_by("pk").values_list("kind", "audience")
    assert list(kinds) == [
        ("subscription-made", "staff"), ("subscription-changed", "staff"), ("subscription-ended", "staff")
    ]  # fmt: skip
    assert EventSubscription.objects.get().ended_at is not None


def test_a_secret_is_kept_changed_and_never_told(grain):
    one = f"{HERE}/{made(grain).json()['subscriptionID']}"
    assert kept() == SECRET
    answer = grain.put(f"{one}/secret", {"secret": OTHER})
    assert (answer.status_code, answer.content) == (204, b"")
    assert kept() == OTHER
    grain.put(one, WISH)
    assert kept() == OTHER
    told = [grain.get(one), grain.get(HERE), grain.put(one, WISH), grain.post(HERE, {**WISH, "secret": OTHER + "!"})]
    journal = json.dumps(list(Entry.objects.values_list("payload", flat=True)))
    assert not any(each in text for each in (SECRET, OTHER) for text in (*(a.content.decode() for a in told), journal))


@needs_schemas
def test_what_is_told_of_a_subscription_is_valid(grain):
    check = validator("2.2", "subscription")
    assert [each.message for each in check.iter_errors(made(grain).json())] == []
    filters = {
        "shipmentEventTypeCode": ["DRFT"], "documentTypeCode": ["SHI"], "carrierBookingReference": "ABC123",
        "bookingReference": "ABC123", "transportDocumentID": str(uuid7()), "transportDocumentReference": "HHL71800000",
        "transportDocumentTypeCode": ["BOL"], "transportEventTypeCode": ["ARRI"], "scheduleID": str(uuid7()),
        "transportCallID": "X", "vesselIMONumber": "9321483", "carrierVoyageNumber": "2103S", "exportVoyageNumber": "1",
        "carrierServiceCode": "FE1", "UNLocationCode": "CNLYG", "equipmentEventTypeCode": ["GTIN"], "eventType": [],
    }  # fmt: skip
    everything = made(grain, **filters).json()
    assert [each.message for each in check.iter_errors(everything)] == []
    assert filters.items() <= everything.items()


def test_a_stranger_finds_changes_and_ends_nothing(grain):
    one = f"{HERE}/{made(grain).json()['subscriptionID']}"
    osaka = program("osaka-steel")
    assert osaka.get(HERE).json() == []
    is_error_2_2(osaka.get(one), 404)
    is_error_2_2(osaka.put(one, WISH), 404)
    is_error_2_2(osaka.put(f"{one}/secret", {"secret": OTHER}), 404)
    is_error_2_2(osaka.client.delete(one), 404)
    row = EventSubscription.objects.get()
    assert (kept(), row.ended_at, row.version) == (SECRET, None, 1)


WRONG = [
    ({"callbackUrl": None}, "callbackUrl"), ({"callbackUrl": ""}, "callbackUrl"), ({"callbackUrl": 17}, "callbackUrl"),
    ({"secret": None}, "secret"), ({"secret": "no base64!"}, "secret"), ({"secret": "c2hvcnQ="}, "secret"),
    ({"secret": 17}, "secret"), ({"secret": base64.b64encode(b"x" * 300).decode()}, "secret"),
    ({"eventType": "EQUIPMENT"}, "eventType"), ({"eventType": ["IOT"]}, "eventType"),
    ({"eventType": [[]]}, "eventType"),
    ({"equipmentEventTypeCode": ["CUSR"]}, "equipmentEventTypeCode"),
    ({"equipmentReference": ""}, "equipmentReference"),
    ({"equipmentReference": ["X"]}, "equipmentReference"), ({"equipmentReference": "\0"}, "equipmentReference"),
    ({"equipmentReference": "X" * 16}, "equipmentReference"), ({"scheduleID": "17"}, "scheduleID"),
    ({"subscriptionID": str(uuid7())}, "subscriptionID"), ({"shoeSize": 43}, "shoeSize"),
    ({"callbackUrl": "http://hook.example.com/"}, "http://hook.example.com/"),
    ({"callbackUrl": "https://10.0.0.1/"}, "10.0.0.1"), ({"callbackUrl": "https://localhost/"}, "localhost"),
    ({"callbackUrl": "https://inside.example.com/"}, "inside.example.com leads to 10.0.0.7"),
]  # fmt: skip


def test_every_wrong_wish_is_a_bad_request_in_the_standards_words(grain):
    for wrong, said in WRONG:
        body = is_error_2_2(grain.post(HERE, {**WISH, "secret": SECRET, **wrong}), 400)
        assert body["errors"][0]["message"].startswith(said), body
    for body in ([], "text", None, 17):
        is_error_2_2(grain.post(HERE, json.dumps(body)), 400)
    is_error_2_2(grain.post(HERE, "{"), 400)
    is_error_2_2(grain.client.post(HERE, "a=b", content_type="application/x-www-form-urlencoded"), 415)
    is_error_2_2(grain.post(f"{HERE}?limit=1", {**WISH, "secret": SECRET}), 400)
    assert not EventSubscription.objects.exists()


def test_every_wrong_change_is_refused_and_changes_nothing(grain):
    one = f"{HERE}/{made(grain).json()['subscriptionID']}"
    is_error_2_2(grain.put(one, {**WISH, "secret": OTHER}), 400)
    is_error_2_2(grain.put(one, {**WISH, "subscriptionID": str(uuid7())}), 400)
    is_error_2_2(grain.put(one, {"eventType": ["EQUIPMENT"]}), 400)
    is_error_2_2(grain.put(one, {"callbackUrl": "https://inside.example.com/"}), 400)
    is_error_2_2(grain.put(f"{one}/secret", {"secret": ""}), 400)
    is_error_2_2(grain.put(f"{one}/secret", {"secret": OTHER, "callbackUrl": CALLBACK}), 400)
    is_error_2_2(grain.patch(one, WISH), 405)
    is_error_2_2(grain.get(f"{HERE}/17"), 404)
    row = EventSubscription.objects.get()
    assert (kept(), row.callback_url, row.version) == (SECRET, CALLBACK, 1)
    assert grain.put(one, {**WISH, "subscriptionID": str(row.public_id)}).status_code == 200


def test_a_subscription_that_ended_meanwhile_is_not_changed(grain, lyg):
    made(grain)
    row = EventSubscription.objects.get()
    EventSubscription.objects.update(ended_at=row.made_at)
    with pytest.raises(subscribing.NoSuchSubscription):
        subscribing.change_secret(row, OTHER, by=None, at=row.made_at)
    assert kept() == SECRET


def test_the_list_is_paged_in_either_order(grain):
    ids = [made(grain).json()["subscriptionID"] for _ in range(3)]
    for order, expected in (("", ids), ("&sort=subscriptionID:DESC", ids[::-1])):
        first = grain.get(f"{HERE}?limit=2{order}")
        assert [each["subscriptionID"] for each in first.json()] == expected[:2]
        cursor = first.headers["Next-Page-Cursor"]
        second = grain.get(f"{HERE}?limit=2{order}&cursor={cursor}")
        assert [each["subscriptionID"] for each in second.json()] == expected[2:]
        assert "Next-Page" not in second.headers
    is_error_2_2(grain.get(f"{HERE}?cursor={cursor}"), 400)
    for wrong in ("sort=callbackUrl", "limit=0", "eventType=EQUIPMENT", "cursor=x"):
        is_error_2_2(grain.get(f"{HERE}?{wrong}"), 400)


def test_a_party_has_no_end_of_subscriptions(grain, monkeypatch):
    monkeypatch.setattr(subscribing, "MOST", 1)
    made(grain)
    is_error_2_2(grain.post(HERE, {**WISH, "secret": SECRET}), 409)
    EventSubscription.objects.update(ended_at=EventSubscription.objects.get().made_at)
    made(grain)


def test_a_subscription_sent_twice_is_made_once(grain):
    body = {**WISH, "secret": SECRET}
    first, again = (grain.post(HERE, body, **{"Idempotency-Key": "monday-1"}) for _ in range(2))
    assert first.json() == again.json()
    assert EventSubscription.objects.count() == 1


def test_where_the_site_allows_it_messages_stay_inside(grain, settings):
    settings.MESSAGES_MAY_STAY_INSIDE = True
    made(grain, callbackUrl="http://127.0.0.1:9000/tnt")


def test_a_name_is_looked_up_and_one_that_nobody_knows_passes(monkeypatch):
    monkeypatch.undo()
    target = outbound.require_target("https://8.8.8.8/")
    assert outbound.addresses_of(target) == ["8.8.8.8"]

    def unknown(*_, **__):
        raise OSError("nobody knows it")

    monkeypatch.setattr(outbound.socket, "getaddrinfo", unknown)
    assert outbound.addresses_of(target) == []
