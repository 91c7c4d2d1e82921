"""Subscriptions of Track & Trace are delivered to: valid events, signed as the standard has it."""

import base64
import hashlib
import hmac

import pytest
from django.utils import timezone

from apps.journal.services import Happening, correct, record, retract
from apps.webhooks import services
from apps.webhooks.models import Delivery, Webhook
from terminal.events import EventKind
from tests.dcsa import faults_2_2, needs_schemas
from tests.factories.api import Program, program
from tests.factories.calls import CallFactory
from tests.factories.webhooks import BOX, OTHER_BOX, box_of, grain, happens

pytestmark = pytest.mark.django_db(transaction=True)
HERE = "/dcsa/tnt/v2/event-subscriptions"
KEY = b"a secret that both of us know..."
SECRET = base64.b64encode(KEY).decode()


@pytest.fixture
def astana(lyg, receiver) -> Program:
    """Astana Grain's program."""
    return program("astana-grain")


@pytest.fixture
def wheat(lyg):
    """A box of Astana Grain that came and goes by ship."""
    return box_of(grain(), arrival_call=CallFactory(mode="sea"))


def subscribed(astana, receiver, path="/tnt", **filters) -> str:
    wish = {"callbackUrl": receiver.url(path), "secret": SECRET, **filters}
    answer = astana.post(HERE, wish)
    assert answer.status_code == 201, answer.content
    return answer.json()["subscriptionID"]


def discharged(visit):
    said = {"mode": "sea", "size_type": "22G1", "teu": "1.00", "laden": True}
    return happens(visit, EventKind.CONTAINER_DISCHARGED, payload=said, call_id=visit.arrival_call_id)


def arrived(visit):
    (entry,) = record(
        Happening(
            kind=EventKind.CALL_ARRIVED, terminal_id=visit.terminal_id, call_id=visit.arrival_call_id,
            at=timezone.now(), actor="terminal:test",
        )
    )  # fmt: skip
    return entry


def test_an_event_is_told_as_the_standard_says_it_and_signed(astana, wheat, receiver, deliver):
    subscription = subscribed(astana, receiver)
    entry = discharged(wheat)
    happens(wheat)  # a shift within the yard: the standard has no word for it
    deliver(timezone.now())
    (got,) = receiver.got
    assert got.headers["notification-signature"] == f"sha256={hmac.new(KEY, got.body, hashlib.sha256).hexdigest()}"
    assert (got.headers["subscription-id"], got.headers["api-version"]) == (subscription, "2.2.0")
    (read,) = astana.get("/dcsa/tnt/v2/events?equipmentEventTypeCode=DISC").json()
    assert got.json == [read]
    assert read["eventID"] == str(entry.lineage)


@needs_schemas
def test_every_event_that_is_told_is_valid(astana, wheat, receiver, deliver):
    subscribed(astana, receiver)
    arrived(wheat)
    discharged(wheat)
    happens(wheat, EventKind.CONTAINER_GATED_OUT, payload={"mode": "road", "laden": True})
    happens(wheat, EventKind.CONTAINER_STRIPPED, payload={})
    deliver(timezone.now())
    told = [event for got in receiver.got for event in got.json]
    assert len(told) == 4
    assert [faults_2_2(event) for event in told] == [[]] * 4


def test_filters_narrow_and_strangers_are_told_nothing(astana, wheat, receiver, deliver):
    box_of(grain(), OTHER_BOX)
    osaka = program("osaka-steel")
    subscribed(osaka, receiver, "/osaka")
    subscribed(astana, receiver, "/carriers", eventType=["TRANSPORT"])
    subscribed(astana, receiver, "/other", equipmentReference=OTHER_BOX)
    subscribed(astana, receiver, "/box", equipmentReference=BOX, equipmentEventTypeCode=["DISC"])
    arrived(wheat)
    discharged(wheat)
    deliver(timezone.now())
    told = sorted((got.path, got.json[0]["eventType"]) for got in receiver.got)
    assert told == [("/box", "EQUIPMENT"), ("/carriers", "TRANSPORT")]


def test_a_correction_is_told_with_the_same_id_and_a_retraction_is_not(astana, wheat, receiver, deliver):
    subscribed(astana, receiver)
    entry = discharged(wheat)
    deliver(timezone.now())
    corrected = correct(entry, at=timezone.now(), actor="terminal:test")
    deliver(timezone.now())
    retract(corrected, actor="terminal:test", reason="another box")
    deliver(timezone.now())
    events = [got.json[0] for got in receiver.got]
    assert len(events) == 2
    assert events[0]["eventID"] == events[1]["eventID"]
    assert receiver.got[0].id != receiver.got[1].id


def test_a_changed_subscription_goes_elsewhere_with_another_secret_and_an_ended_one_nowhere(
    astana, wheat, receiver, deliver, states
):
    one = f"{HERE}/{subscribed(astana, receiver)}"
    other = b"another one that both of us know"
    assert astana.put(one, {"callbackUrl": receiver.url("/new")}).status_code == 200
    assert astana.put(f"{one}/secret", {"secret": base64.b64encode(other).decode()}).status_code == 204
    discharged(wheat)
    deliver(timezone.now())
    (got,) = receiver.got
    assert got.path == "/new"
    assert got.headers["notification-signature"] == f"sha256={hmac.new(other, got.body, hashlib.sha256).hexdigest()}"
    receiver.answer = lambda got: 503
    discharged(wheat)
    deliver(timezone.now())
    assert astana.client.delete(one).status_code == 204
    assert states() == ["delivered", "dropped"]
    assert Webhook.objects.get().standing == "ended"


def test_an_address_that_is_gone_ends_the_subscription(astana, wheat, receiver, deliver):
    one = f"{HERE}/{subscribed(astana, receiver)}"
    receiver.answer = lambda got: 410
    discharged(wheat)
    deliver(timezone.now())
    assert astana.get(one).status_code == 404
    assert Webhook.objects.get().ended_because == "The address answered 410 Gone."


def test_a_party_reads_tests_and_replays_it_among_its_webhooks(astana, wheat, receiver, deliver):
    subscription = subscribed(astana, receiver)
    entry = discharged(wheat)
    deliver(timezone.now())
    here = f"/api/v1/webhooks/{subscription}/"
    assert astana.get(here).json()["format"] == "dcsa-tnt-2.2"
    assert astana.post(f"{here}test/", {}).status_code == 202
    again = astana.post(f"{here}replay/", {"events": [str(entry.lineage)]})
    assert (again.status_code, again.json()) == (202, {"queued": 1})
    since = astana.post(f"{here}replay/", {"since": entry.recorded_at.isoformat()})
    assert since.json() == {"queued": 0}  # it waits already
    deliver(timezone.now())
    assert sorted(got.body for got in receiver.got[1:]) == sorted([b"[]", receiver.got[0].body])
    assert [astana.patch(here, {}).json()["code"], astana.post(f"{here}end/", {}).json()["code"]] == [
        "kept-by-the-standard"
    ] * 2
    log = astana.get(f"{here}deliveries/").json()["results"]
    assert sorted(each["reason"] for each in log) == ["event", "replay", "test"]
    assert Delivery.objects.on_their_way().count() == 0


def test_two_subscriptions_are_told_in_the_order_of_the_journal(astana, wheat, receiver, deliver):
    subscribed(astana, receiver, "/a")
    subscribed(astana, receiver, "/b")
    told = [str(discharged(wheat).public_id) for _ in range(5)]
    services.queue_news(timezone.now())
    deliver(timezone.now())
    for path in ("/a", "/b"):
        assert [got.id for got in receiver.got if got.path == path] == told
