"""What happens to a box is told to its party's system: signed, in order, at least once, until it is taken."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from apps.journal.services import correct, retract
from apps.parties.actors import Actor
from apps.webhooks import services
from apps.webhooks.models import Attempt, Delivery, Webhook
from terminal.events import Audience, EventKind
from terminal.webhooks import FAILS_AFTER, PATIENCE
from tests.factories.api import all_settled, program
from tests.factories.containers import ReferenceFactory, VisitRoleFactory, container_number
from tests.factories.parties import PartyFactory
from tests.factories.places import bookable_train
from tests.factories.webhooks import BOX, OTHER_BOX, box_of, grain, happens, webhook_of
from tests.webhooks.conftest import round_at

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def wheat(lyg):
    """A box of Astana Grain."""
    return box_of(grain())


def test_an_event_is_told_as_the_party_reads_it_and_signed_as_standard_webhooks_has_it(wheat, receiver, deliver):
    _webhook, secret = webhook_of(grain(), receiver.url())
    entry = happens(wheat, payload={"cell": "A-01-1", "teu": "1.00"})
    deliver(timezone.now())
    (got,) = receiver.got
    assert got.id == str(entry.public_id)
    assert Verifier(secret).verify(got.body, got.headers) == got.json
    (read,) = program("astana-grain").get(f"/api/v1/containers/{BOX}/events/").json()["events"]
    assert got.json == {
        "type": "container-moved", "timestamp": read["recorded_at"], "container": BOX, "data": read,
    }  # fmt: skip
    assert got.headers["content-type"] == "application/json"
    (log,) = Attempt.objects.all()
    assert (log.status, log.delivery.state) == (204, "delivered")


@pytest.mark.parametrize(("minutes", "said"), [(-6, "too old"), (6, "too new")])
def test_a_signature_of_a_clock_that_is_wrong_or_of_other_content_is_refused(wheat, receiver, deliver, minutes, said):
    _webhook, secret = webhook_of(grain(), receiver.url())
    happens(wheat)
    deliver(timezone.now() + minutes * MINUTE)
    (got,) = receiver.got
    with pytest.raises(WebhookVerificationError, match=said):
        Verifier(secret).verify(got.body, got.headers)
    moved = {**got.headers, "webhook-timestamp": str(int(timezone.now().timestamp()))}
    with pytest.raises(WebhookVerificationError, match="No matching"):
        Verifier(secret).verify(got.body, moved)


def test_strangers_are_told_nothing_and_owners_only_within_their_dates(wheat, receiver, deliver, states):
    webhook_of(PartyFactory(code="osaka-steel"), receiver.url("/osaka"))
    webhook_of(grain(), receiver.url("/astana"))
    long_ago = wheat.roles.get().since - timedelta(days=1)
    happens(wheat, at=long_ago)
    happens(wheat, audience=Audience.STAFF)
    told = happens(wheat)
    deliver(timezone.now())
    assert [(got.path, got.id) for got in receiver.got] == [("/astana", str(told.public_id))]
    assert states() == ["delivered"]  # nothing else was even queued


def test_each_list_narrows_what_is_told(wheat, receiver, deliver):
    train = bookable_train(timezone.now() + timedelta(days=20))
    other = box_of(grain(), OTHER_BOX, departure_call=train.call)
    ReferenceFactory(visit=other, kind="booking", value="BK-1")
    kinds = ["container-loaded"]
    for path, said in {
        "/all": {}, "/box": {"containers": [BOX]}, "/booking": {"bookings": ["BK-1"]},
        "/train": {"trains": [train.call.public_id]}, "/kind": {"kinds": kinds},
        "/both": {"kinds": kinds, "containers": [BOX]},
    }.items():  # fmt: skip
        webhook_of(grain(), receiver.url(path), **said)
    happens(wheat)
    happens(other, EventKind.CONTAINER_LOADED)
    deliver(timezone.now())
    told = sorted((got.path, got.json["container"]) for got in receiver.got)
    assert told == [
        ("/all", BOX), ("/all", OTHER_BOX), ("/booking", OTHER_BOX), ("/box", BOX), ("/kind", OTHER_BOX),
        ("/train", OTHER_BOX),
    ]  # fmt: skip


def test_a_retraction_reaches_whoever_wants_the_kind_it_takes_back(wheat, receiver, deliver):
    webhook_of(grain(), receiver.url(), kinds=["container-moved"])
    entry = happens(wheat)
    deliver(timezone.now())
    retract(entry, actor="terminal:test", reason="another box")
    happens(wheat, EventKind.SEAL_AFFIXED)
    deliver(timezone.now())
    assert [got.json["type"] for got in receiver.got] == ["container-moved", "retracted"]
    assert receiver.got[0].json["data"]["lineage"] == receiver.got[1].json["data"]["lineage"]


def test_what_was_corrected_before_its_turn_came_is_told_as_it_stands(wheat, receiver, deliver, states):
    webhook_of(grain(), receiver.url())
    receiver.answer = lambda got: 503
    entry, now = happens(wheat), timezone.now()
    deliver(now)
    receiver.answer = lambda got: 204
    correct(entry, at=timezone.now(), actor="terminal:test", payload={"cell": "B"})
    receiver.got.clear()
    deliver(now + 10 * MINUTE)
    assert [got.json["data"]["details"]["cell"] for got in receiver.got] == ["B"]
    assert states() == ["withheld", "delivered"]


def test_who_loses_its_part_before_the_turn_comes_is_not_told(wheat, receiver, deliver, states):
    VisitRoleFactory(visit=wheat, party=PartyFactory(code="osaka-steel"))
    webhook_of(grain(), receiver.url())
    receiver.answer = lambda got: 503
    happens(wheat)
    now = timezone.now()
    deliver(now)
    wheat.roles.filter(party=grain()).delete()
    receiver.got.clear()
    deliver(now + 10 * MINUTE)
    assert (receiver.got, states()) == ([], ["withheld"])


def test_what_was_settled_before_a_webhook_was_made_is_read_and_not_told(wheat, receiver, deliver):
    happens(wheat)
    all_settled()
    webhook_of(grain(), receiver.url())
    told = happens(wheat)
    deliver(timezone.now())
    assert receiver.ids == [str(told.public_id)]


def test_what_commits_late_is_told_late_and_never_skipped(wheat, receiver, deliver):
    webhook_of(grain(), receiver.url())
    wrote, go_on = threading.Event(), threading.Event()
    late = []

    def slowly() -> None:
        try:
            with transaction.atomic():
                late.append(happens(wheat))
                wrote.set()
                assert go_on.wait(30)
        finally:
            connection.close()

    thread = threading.Thread(target=slowly)
    thread.start()
    assert wrote.wait(30)
    quick = happens(wheat)
    assert round_at(timezone.now()) == 0
    assert receiver.got == []
    go_on.set()
    thread.join()
    deliver(timezone.now())
    assert receiver.ids == [str(late[0].public_id), str(quick.public_id)]


def test_a_subscriber_that_was_killed_for_an_hour_receives_everything_in_order_afterwards(lyg, receiver, deliver):
    boxes = [box_of(grain(), number) for number in (BOX, OTHER_BOX)]
    webhook, _secret = webhook_of(grain(), receiver.url())
    began = timezone.now()
    told = [happens(box) for box in boxes]
    deliver(began)
    receiver.stop()
    for minute in range(60):
        told += [happens(box) for box in boxes]
        deliver(began + (minute + 1) * MINUTE)
    webhook.refresh_from_db()
    assert webhook.standing == "failing"
    assert Attempt.objects.filter(status=None).count() < 30  # an address that is away is not knocked at for each
    receiver.start()
    deliver(began + timedelta(minutes=61))
    for again in range(1, 17):
        deliver(began + timedelta(minutes=61 + again))
    for box in boxes:
        mine = [str(each.public_id) for each in told if each.visit_id == box.pk]
        assert [got.id for got in receiver.got if got.json["container"] == box.container.number] == mine
    webhook.refresh_from_db()
    assert webhook.standing == "running"
    assert not Delivery.objects.exclude(state="delivered").exists()


def test_a_message_that_is_refused_holds_up_its_own_container_only_until_it_is_parked(lyg, receiver, deliver):
    poisoned, sound = box_of(grain(), BOX), box_of(grain(), OTHER_BOX)
    webhook_of(grain(), receiver.url())
    bad, after, other = happens(poisoned), happens(poisoned), happens(sound)
    receiver.answer = lambda got: 422 if got.id == str(bad.public_id) else 204
    now = timezone.now()
    deliver(now)
    assert str(other.public_id) in receiver.ids
    assert str(after.public_id) not in receiver.ids
    step = now
    while step < now + PATIENCE + timedelta(hours=1):
        step += timedelta(minutes=20)
        deliver(step)
    assert receiver.ids[-1] == str(after.public_id)
    assert set(receiver.ids[:-1]) == {str(bad.public_id), str(other.public_id)}
    parked = Delivery.objects.get(state="parked")
    assert parked.event_id == bad.public_id
    assert parked.log.count() == parked.attempts > 100
    assert Webhook.objects.get().ended_at is None


def test_who_is_away_for_three_days_gets_what_waited_as_long_parked_and_the_rest_when_back(lyg, receiver, deliver):
    boxes = [box_of(grain(), number) for number in (BOX, OTHER_BOX)]
    webhook_of(grain(), receiver.url())
    began = timezone.now()
    [happens(boxes[0]) for _ in range(3)]
    receiver.stop()
    step = began
    while step < began + PATIENCE:
        deliver(step)
        step += timedelta(hours=1)
    young = happens(boxes[1])
    Delivery.objects.all()  # what was queued at the beginning is three days old by now
    services.queue_news(step)
    deliver(step + timedelta(hours=1))
    assert Delivery.objects.filter(state="parked").count() == 3
    receiver.start()
    deliver(step + timedelta(hours=2))
    assert receiver.ids == [str(young.public_id)]


def test_an_address_that_is_gone_ends_its_webhook(wheat, receiver, deliver, states):
    webhook, _secret = webhook_of(grain(), receiver.url())
    receiver.answer = lambda got: 410
    happens(wheat)
    happens(wheat)
    deliver(timezone.now())
    webhook.refresh_from_db()
    assert (len(receiver.got), webhook.standing) == (1, "ended")
    assert webhook.ended_because == "The address answered 410 Gone."
    assert states() == ["dropped", "dropped"]
    happens(wheat)
    deliver(timezone.now() + MINUTE)
    assert len(receiver.got) == 1


def test_retry_after_is_honoured_within_reason(wheat, receiver, deliver):
    _webhook, _secret = webhook_of(grain(), receiver.url())
    happens(wheat)
    receiver.answer = lambda got: (429, {"Retry-After": "1800"}, b"slowly")
    now = timezone.now()
    deliver(now)
    deliver(now + 29 * MINUTE)
    assert len(receiver.got) == 1
    receiver.answer = lambda got: (503, {"Retry-After": "9999999"}, b"")
    deliver(now + 31 * MINUTE)
    deliver(now + 60 * MINUTE)
    assert len(receiver.got) == 2
    receiver.answer = lambda got: 204
    deliver(now + 31 * MINUTE + timedelta(hours=6, seconds=1))
    assert len(receiver.got) == 3
    assert list(Attempt.objects.values_list("status", "answer")) == [(429, "slowly"), (503, ""), (204, "")]


def test_a_replaced_secret_signs_beside_the_new_one_until_the_overlap_ends(wheat, receiver, deliver):
    webhook, old = webhook_of(grain(), receiver.url())
    now = timezone.now()
    _webhook, new = services.rotate_secret(
        webhook, by=Actor.program(grain(), "key"), at=now, overlap=timedelta(minutes=3)
    )
    happens(wheat)
    deliver(now + MINUTE)
    (got,) = receiver.got
    assert Verifier(old).verify(got.body, got.headers) == Verifier(new).verify(got.body, got.headers)
    happens(wheat)
    deliver(now + 4 * MINUTE)
    assert Verifier(new).verify(receiver.got[1].body, receiver.got[1].headers)
    with pytest.raises(WebhookVerificationError, match="No matching"):
        Verifier(old).verify(receiver.got[1].body, receiver.got[1].headers)


def test_a_dead_dispatcher_loses_nothing(wheat, receiver, deliver):
    webhook_of(grain(), receiver.url())
    entry, now = happens(wheat), timezone.now()
    all_settled()
    services.queue_news(now)
    assert len(services.claim(now)) == 1  # and it dies with it in hand
    deliver(now + services.LEASE / 2)
    assert receiver.got == []
    deliver(now + services.LEASE + MINUTE)
    assert receiver.ids == [str(entry.public_id)]


def test_what_another_dispatcher_took_over_is_not_written_down_by_the_first(wheat, receiver):
    webhook_of(grain(), receiver.url())
    happens(wheat)
    all_settled()
    now = timezone.now()
    services.queue_news(now)
    (first,) = services.claim(now)
    (second,) = services.claim(now + services.LEASE + MINUTE)
    late = services.Tried(first, now, 204)
    assert services.stamp([late], now, luck=lambda: 0.5) == 0
    assert services.stamp([services.Tried(second, now, 204)], now, luck=lambda: 0.5) == 1


def test_an_address_that_fails_or_is_slow_has_fewer_messages_in_hand_and_never_none(lyg, receiver):
    boxes = [box_of(grain(), container_number(n)) for n in range(1, 6)]
    webhook, _secret = webhook_of(grain(), receiver.url())
    [happens(box) for box in boxes]
    all_settled()
    now = timezone.now()
    services.queue_news(now)
    Webhook.objects.update(failures=FAILS_AFTER)
    assert len(services.claim(now, busy={webhook.pk: (0, 2)})) == 1
    assert services.claim(now, busy={webhook.pk: (1, 2)}) == []
    Webhook.objects.update(failures=0)
    assert len(services.claim(now, busy={webhook.pk: (1, 2)})) == 1
    assert len(services.claim(now)) == 3


def test_what_was_under_way_when_a_webhook_was_made_is_told_to_it(wheat, receiver, deliver):
    services.queue_news(timezone.now())  # no webhook runs: the place follows the journal
    made, looked = threading.Event(), threading.Event()

    def slowly() -> None:
        try:
            with transaction.atomic():
                webhook_of(grain(), receiver.url())
                made.set()
                assert looked.wait(30)
        finally:
            connection.close()

    thread = threading.Thread(target=slowly)
    with transaction.atomic():
        entry = happens(wheat)
        thread.start()
        assert made.wait(30)
    services.queue_news(timezone.now())  # the webhook is not there yet, and what it is to be told is settled
    looked.set()
    thread.join()
    deliver(timezone.now())
    assert receiver.ids == [str(entry.public_id)]


def test_two_dispatchers_deliver_nothing_out_of_order_and_nothing_twice(lyg, receiver):
    boxes = [box_of(grain(), number) for number in (BOX, OTHER_BOX)]
    webhook_of(grain(), receiver.url())
    told = [happens(box) for _ in range(40) for box in boxes]
    all_settled()
    now = timezone.now()

    def work() -> None:
        try:
            while Delivery.objects.filter(state="waiting").exists():
                round_at(now)
        finally:
            connection.close()

    while services.queue_news(now):
        pass
    threads = [threading.Thread(target=work) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    for box in boxes:
        mine = [str(each.public_id) for each in told if each.visit_id == box.pk]
        assert [got.id for got in receiver.got if got.json["container"] == box.container.number] == mine


def test_a_party_that_is_no_longer_active_is_told_nothing(wheat, receiver, deliver):
    webhook_of(grain(), receiver.url())
    happens(wheat)
    type(grain()).objects.update(active=False)
    deliver(timezone.now())
    assert receiver.got == []


def test_a_party_with_two_parts_in_a_visit_is_told_once(wheat, receiver, deliver):
    VisitRoleFactory(visit=wheat, party=grain(), role="forwarder")
    webhook_of(grain(), receiver.url())
    happens(wheat)
    deliver(timezone.now())
    assert len(receiver.got) == 1
