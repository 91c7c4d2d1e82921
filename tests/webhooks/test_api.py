"""Webhooks over the API: a party's own, changed at a version, with a secret that is told once."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.common import outbound
from apps.common.ids import uuid7
from apps.common.models import RememberedAnswer
from apps.common.sealing import opened
from apps.journal.models import Entry
from apps.webhooks import services
from apps.webhooks.models import Attempt, Delivery, Webhook
from terminal.events import EventKind
from terminal.webhooks import FAILS_AFTER
from tests.factories.api import Program, all_settled, program
from tests.factories.places import bookable_train
from tests.factories.webhooks import BOX, OTHER_BOX, box_of, grain, happens

HERE = "/api/v1/webhooks/"
URL = "https://hook.example.com/in"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def names(monkeypatch):
    """What the names of the world stand for."""
    known = {"hook.example.com": ["93.184.216.34"], "inside.example.com": ["93.184.216.34", "10.0.0.7"]}
    monkeypatch.setattr(outbound, "addresses_of", lambda target: known.get(target.host, []))


@pytest.fixture
def astana(lyg) -> Program:
    return program("astana-grain")


def made(who, **more):
    answer = who.post(HERE, {"url": URL, **more})
    assert answer.status_code == 201, answer.content
    return answer.json()


def test_a_webhook_is_made_read_changed_and_ended_and_stays_readable(astana):
    train = bookable_train(timezone.now() + timedelta(days=20))
    wish = {
        "url": URL, "description": "our ERP", "kinds": ["container-loaded"], "containers": [BOX],
        "bookings": ["BK-1"], "trains": [str(train.call.public_id)],
    }  # fmt: skip
    answer = astana.post(HERE, wish)
    assert answer.status_code == 201
    first = answer.json()
    here = f"{HERE}{first['id']}/"
    assert answer.headers["Location"] == here
    secret = first.pop("secret")
    assert secret.startswith("whsec_")
    assert {name: first[name] for name in wish} == wish
    assert (first["format"], first["standing"]) == ("landbridge", "running")
    read = astana.get(here)
    assert (read.json(), read.headers["ETag"]) == (first, '"1"')
    changed = astana.patch(here, {"kinds": [], "url": f"{URL}/2"}, **{"If-Match": '"1"'})
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    assert changed.json() == {**first, "kinds": [], "url": f"{URL}/2"}
    stale = astana.patch(here, {"description": ""}, **{"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "changed-since")
    for _ in range(2):
        ended = astana.post(f"{here}end/", {})
        assert (ended.status_code, ended.json()["standing"]) == (200, "ended")
    assert astana.get(here).json()["standing"] == "ended"
    assert [each["id"] for each in astana.get(f"{HERE}?standing=ended").json()["results"]] == [first["id"]]
    assert astana.get(f"{HERE}?standing=running").json()["results"] == []
    for deed, body in (("", {}), ("rotate-secret/", {}), ("test/", {}), ("replay/", {"since": "2026-05-04T08:00:00Z"})):
        answer = (astana.post if deed else astana.patch)(f"{here}{deed}", body)
        assert answer.status_code in (409, 422), deed
    kinds = Entry.objects.order_by("pk").values_list("kind", "audience")
    assert list(kinds) == [
        ("subscription-made", "staff"), ("subscription-changed", "staff"), ("subscription-ended", "staff"),
    ]  # fmt: skip


def test_a_secret_is_told_once_at_creation_and_at_rotation_and_kept_sealed(astana):
    key = {"Idempotency-Key": "once"}
    first = astana.post(HERE, {"url": URL}, **key)
    again = astana.post(HERE, {"url": URL}, **key)
    secret = first.json()["secret"]
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (201, "true")
    assert again.json() == {**first.json(), "secret": None}
    here = f"{HERE}{first.json()['id']}/"
    rotated = astana.post(f"{here}rotate-secret/", {"overlap_hours": 2}, **{"Idempotency-Key": "two"})
    other = rotated.json()["secret"]
    assert (rotated.status_code, other.startswith("whsec_"), other == secret) == (200, True, False)
    assert rotated.json()["former_secret_until"] is not None
    assert (
        astana.post(f"{here}rotate-secret/", {"overlap_hours": 2}, **{"Idempotency-Key": "two"}).json()["secret"]
        is None
    )
    row = Webhook.objects.get()
    assert [opened(each, purpose="webhook") for each in (row.secret, row.former_secret)] == [other, secret]
    assert astana.post(f"{here}rotate-secret/", {"overlap_hours": 0}).json()["former_secret_until"] is None
    assert Webhook.objects.get().former_secret == ""
    told = [astana.get(here).content.decode(), astana.get(HERE).content.decode()]
    kept = [*(each.body for each in RememberedAnswer.objects.all()), *Entry.objects.values_list("payload", flat=True)]
    assert not any(each in text for each in (secret, other) for text in (*told, *map(json.dumps, kept)))
    assert not any(each in str(vars(row)) for each in (secret, other))


WRONG = [
    ({"url": None}, "/url"), ({"url": 17}, "/url"), ({"url": ""}, "/url"), ({"url": "x" * 2001}, "/url"),
    ({"kinds": ["container-flown"]}, "/kinds"), ({"kinds": "container-loaded"}, "/kinds"), ({"kinds": [1]}, "/kinds"),
    ({"containers": ["CSQU3054384"]}, "/containers"), ({"containers": [None]}, "/containers"),
    ({"bookings": ["\0"]}, "/bookings"), ({"bookings": [5]}, "/bookings"), ({"bookings": ["x" * 61]}, "/bookings"),
    ({"trains": ["17"]}, "/trains"), ({"trains": [5]}, "/trains"), ({"shoe_size": 43}, "/shoe_size"),
    ({"containers": [BOX] * 1001}, "/containers"), ({"description": "a\nb"}, "/description"),
]  # fmt: skip


def test_every_wrong_wish_is_a_422_that_says_where(astana):
    for wrong, pointer in WRONG:
        answer = astana.post(HERE, {"url": URL, **wrong})
        assert answer.status_code == 422, wrong
        assert answer.json()["errors"][0]["pointer"].startswith(pointer), answer.json()
    refused = {
        "http://hook.example.com/": "not-an-address", "https://10.0.0.1/": "address-inside",
        "https://localhost/": "address-inside", "https://inside.example.com/": "address-inside",
        "https://a:b@hook.example.com/": "not-an-address", "https://127.1/": "not-an-address",
    }  # fmt: skip
    for url, code in refused.items():
        answer = astana.post(HERE, {"url": url})
        assert (answer.status_code, answer.json()["code"]) == (422, code), url
    nowhere = astana.post(HERE, {"url": URL, "trains": [str(uuid7())]})
    assert (nowhere.status_code, nowhere.json()["code"]) == (422, "train-is-not-here")
    assert not Webhook.objects.exists()


def test_a_party_has_so_many_webhooks_and_no_more(astana, monkeypatch):
    from apps.webhooks.services import subscribing

    monkeypatch.setattr(subscribing, "MOST", 2)
    first, _second = made(astana), made(astana)
    refused = astana.post(HERE, {"url": URL})
    assert (refused.status_code, refused.json()["code"]) == (409, "too-many-webhooks")
    astana.post(f"{HERE}{first['id']}/end/", {})
    made(astana)


def test_a_stranger_finds_changes_and_ends_nothing(astana):
    here = f"{HERE}{made(astana)['id']}/"
    before = Webhook.objects.values().get()
    osaka = program("osaka-steel")
    assert osaka.get(HERE).json()["results"] == []
    assert [osaka.get(here).status_code, osaka.get(f"{here}deliveries/").status_code] == [404, 404]
    assert osaka.patch(here, {"url": URL}).status_code == 404
    for deed in ("end", "test", "rotate-secret"):
        assert osaka.post(f"{here}{deed}/", {}).status_code == 404
    assert osaka.post(f"{here}replay/", {"since": timezone.now().isoformat()}).status_code == 404
    assert Webhook.objects.values().get() == before
    assert not Delivery.objects.exists()


def test_a_test_is_queued_at_once_even_while_the_address_rests_and_replaces_one_that_waits(astana):
    here = f"{HERE}{made(astana)['id']}/"
    Webhook.objects.update(rests_until=timezone.now() + timedelta(hours=1), failures=5, rests=2)
    answers = [astana.post(f"{here}test/", {}) for _ in range(2)]
    assert [each.status_code for each in answers] == [202, 202]
    log = astana.get(f"{here}deliveries/").json()["results"]
    assert [(each["reason"], each["state"]) for each in log] == [("test", "waiting"), ("test", "dropped")]
    assert log[0] == answers[1].json()
    assert Webhook.objects.get().rests_until is None


@pytest.mark.django_db(transaction=True)
def test_a_test_goes_before_all_that_waits_for_an_address_that_fails(astana, receiver):
    here = f"{HERE}{made(astana, url=receiver.url(), kinds=['container-moved'])['id']}/"
    for number in (BOX, OTHER_BOX):
        happens(box_of(grain(), number))
    all_settled()
    services.queue_news(timezone.now())
    Webhook.objects.update(failures=FAILS_AFTER)
    Delivery.objects.update(next_attempt_at=timezone.now() - timedelta(minutes=5))
    tested = astana.post(f"{here}test/", {}).json()
    (claimed,) = services.claim(timezone.now())
    assert claimed.event == tested["event"]


@pytest.mark.django_db(transaction=True)
class TestReplay:
    @pytest.fixture
    def told(self, astana, receiver, deliver):
        """Three events that were told: two of one box, one of another."""
        boxes = [box_of(grain(), number) for number in (BOX, OTHER_BOX)]
        here = f"{HERE}{made(astana, url=receiver.url(), kinds=['container-moved'])['id']}/"
        entries = [happens(boxes[0]), happens(boxes[1]), happens(boxes[0])]
        happens(boxes[0], EventKind.SEAL_AFFIXED)
        deliver(timezone.now())
        assert len(receiver.got) == 3
        receiver.got.clear()
        return here, entries

    def test_of_a_time_what_the_webhook_is_told_comes_again_under_the_same_ids_in_order(
        self, astana, told, receiver, deliver
    ):
        here, entries = told
        answer = astana.post(f"{here}replay/", {"since": entries[0].recorded_at.isoformat()})
        assert (answer.status_code, answer.json()) == (202, {"queued": 3})
        deliver(timezone.now())
        for box in (BOX, OTHER_BOX):
            mine = [str(each.public_id) for each in entries if each.container_number == box]
            assert [got.id for got in receiver.got if got.json["container"] == box] == mine
        span = {"since": entries[1].recorded_at.isoformat(), "until": entries[2].recorded_at.isoformat()}
        assert astana.post(f"{here}replay/", span).json() == {"queued": 1}

    def test_by_id_and_nothing_twice_that_waits(self, astana, told, receiver, deliver):
        here, entries = told
        wanted = {"events": [str(entries[1].public_id), str(entries[0].lineage)]}
        assert astana.post(f"{here}replay/", wanted).json() == {"queued": 2}
        assert astana.post(f"{here}replay/", wanted).json() == {"queued": 0}
        deliver(timezone.now())
        assert sorted(receiver.ids) == sorted(str(each.public_id) for each in entries[:2])

    def test_what_the_webhook_is_not_told_is_not_there(self, astana, told):
        here, _entries = told
        strange = happens(box_of(program("osaka-steel").party, "KTZU5000004"))
        seal = Entry.objects.get(kind="seal-affixed")
        for each in (strange.public_id, seal.public_id, uuid7()):
            answer = astana.post(f"{here}replay/", {"events": [str(each)]})
            assert (answer.status_code, answer.json()["code"]) == (404, "no-such-event")

    def test_limits(self, astana, told, monkeypatch):
        here, entries = told
        old = astana.post(f"{here}replay/", {"since": (timezone.now() - timedelta(days=40)).isoformat()})
        assert (old.status_code, old.json()["code"]) == (422, "reaches-too-far-back")
        from apps.webhooks.services import again

        monkeypatch.setattr(again, "MOST", 2)
        much = astana.post(f"{here}replay/", {"since": entries[0].recorded_at.isoformat()})
        assert (much.status_code, much.json()["code"]) == (422, "too-much-at-once")
        for wrong in ({}, {"since": timezone.now().isoformat(), "events": [str(uuid7())]}, {"events": []},
                      {"until": timezone.now().isoformat(), "events": [str(uuid7())]}, {"since": "yesterday"},
                      {"since": "2026-11-20T08:00:00Z", "until": "2026-11-19T08:00:00Z"}):  # fmt: skip
            assert astana.post(f"{here}replay/", wrong).status_code == 422, wrong


def test_the_log_shows_every_try_and_its_answer_in_a_fixed_number_of_queries(astana):
    webhook = made(astana)
    here = f"{HERE}{webhook['id']}/deliveries/"
    row, now = Webhook.objects.get(), timezone.now()

    def tried(times):
        delivery = Delivery.objects.create(webhook=row, reason="test", queued_at=now, state="parked", settled_at=now)
        for _ in range(times):
            Attempt.objects.create(delivery=delivery, at=now, status=503, took_ms=12, answer="busy")

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            page = astana.get(f"{here}?state=parked")
        assert page.status_code == 200
        return len(asked)

    tried(12)
    astana.get(here)
    few = asked()
    for _ in range(10):
        tried(2)
    assert asked() == few
    (oldest,) = astana.get(f"{here}?limit=200").json()["results"][-1:]
    assert len(oldest["log"]) == 10
    said = {name: oldest["log"][0][name] for name in ("status", "took_ms", "answer")}
    assert said == {"status": 503, "took_ms": 12, "answer": "busy"}
    page = astana.get(f"{here}?limit=4").json()
    rest = astana.get(f"{here}?limit=200&cursor={page['next']}").json()
    assert len(page["results"]) + len(rest["results"]) == 11
    assert astana.get(f"{here}?event={oldest['event']}").json()["results"] == [oldest]


def test_old_rows_are_forgotten_and_what_waits_is_not(astana):
    made(astana)
    row, long_ago = Webhook.objects.get(), timezone.now() - timedelta(days=31)
    for state in ("delivered", "parked", "waiting"):
        delivery = Delivery.objects.create(webhook=row, reason="test", queued_at=long_ago, state=state)
        Attempt.objects.create(delivery=delivery, at=long_ago, took_ms=1)
    Delivery.objects.create(webhook=row, reason="test", queued_at=timezone.now(), state="delivered")
    assert services.forget(timezone.now() - timedelta(days=30)) == 2
    assert sorted(Delivery.objects.values_list("state", flat=True)) == ["delivered", "waiting"]
    assert Attempt.objects.count() == 1


def test_listing_takes_a_fixed_number_of_queries(astana):
    made(astana)
    astana.get(HERE)

    def asked() -> int:
        with CaptureQueriesContext(connection) as asked:
            astana.get(HERE)
        return len(asked)

    few = asked()
    for _ in range(5):
        made(astana)
    assert asked() == few
