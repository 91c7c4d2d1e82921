"""How often a program may ask, what is noted of it, and how a credential is replaced while the old one serves."""

import re
import time
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from redis import Redis, RedisError

from apps.parties import metering, services
from apps.parties.metering import LINES, MOST_LINES, WINDOW_S, Meter, meter
from apps.parties.models import ApiAccess, PartyKey
from tests.factories.api import Program, key_for
from tests.factories.parties import PartyFactory, staff

pytestmark = pytest.mark.django_db
NOWHERE, LOG = "/api/v1/containers/CSQU3054383/", "/api/v1/access-log/"
NOON = 1_780_000_020.0


@pytest.fixture(autouse=True)
def nothing_asked_yet():
    """No test sees what another counted."""
    valkey = meter().valkey
    for name in (*valkey.scan_iter("landbridge:rate:*"), LINES, services.TAKEN):
        valkey.delete(name)
    meter().__init__(valkey)


@pytest.fixture
def grain(lyg):
    return PartyFactory(code="astana-grain")


def limited(party, per_minute):
    asks = Program(party)
    PartyKey.objects.update(per_minute=per_minute)
    return asks


def noted():
    meter().exchange()
    return services.keep_accesses()


def test_a_program_is_told_how_it_stands_and_refused_beyond_its_limit(grain, monkeypatch):
    monkeypatch.setattr(time, "time", lambda: NOON)
    asks = limited(grain, 2)
    answers = [asks.get(NOWHERE) for _ in range(3)]
    assert [each.status_code for each in answers] == [404, 404, 429]
    assert [each["RateLimit"] for each in answers] == [f'"minute";r={left};t=60' for left in (1, 0, 0)]
    assert answers[0]["RateLimit-Policy"] == '"minute";q=2;w=60'
    assert answers[2]["Retry-After"] == "60"
    assert answers[2].json()["code"] == "throttled"
    assert answers[2]["Content-Type"] == "application/problem+json"


def test_the_next_minute_begins_anew(grain, monkeypatch):
    asks, clock = limited(grain, 1), [NOON]
    monkeypatch.setattr(time, "time", lambda: clock[0])
    assert [asks.get(NOWHERE).status_code for _ in range(2)] == [404, 429]
    clock[0] += WINDOW_S
    assert asks.get(NOWHERE).status_code == 404


def test_one_credential_does_not_use_up_anothers_requests(grain, monkeypatch):
    monkeypatch.setattr(time, "time", lambda: NOON)
    first = limited(grain, 1)
    second = limited(PartyFactory(code="osaka-steel"), 1)
    assert [each.get(NOWHERE).status_code for each in (first, second)] == [404, 404]


def test_a_limit_of_the_site_holds_where_the_credential_has_none_and_nought_is_no_limit(grain, settings):
    settings.API_REQUESTS_PER_MINUTE = 1
    asks = Program(grain)
    assert [asks.get(NOWHERE).status_code for _ in range(2)] == [404, 429]
    free = limited(PartyFactory(code="osaka-steel"), 0)
    assert [free.get(NOWHERE).status_code for _ in range(3)] == [404, 404, 404]


def test_processes_count_together():
    valkey = meter().valkey
    here, there = Meter(valkey), Meter(valkey)
    for _ in range(3):
        here.ask("key:a", 5, NOON)
        there.ask("key:a", 5, NOON)
    here.exchange()
    there.exchange()
    here.exchange()
    assert (here.ask("key:a", 5, NOON).allowed, there.ask("key:a", 5, NOON).left) == (False, 0)
    assert here.ask("key:a", 10, NOON).left == 2
    assert here.ask("key:a", 5, NOON + WINDOW_S).left == 4


class Away:
    """A Valkey that is not there."""

    def pipeline(self, **_):
        raise RedisError("gone")


def test_without_valkey_each_process_counts_for_itself_and_keeps_its_latest_lines():
    alone = Meter(Away())
    for number in range(MOST_LINES + 1):
        alone.note({"n": number})
    assert alone.ask("key:a", 1, NOON).allowed
    alone.exchange()
    assert not alone.ask("key:a", 1, NOON).allowed
    assert (len(alone.lines), alone.lines[0]) == (MOST_LINES, b'{"n":1}')


def test_a_party_reads_what_its_own_programs_asked(grain):
    asks, stranger = Program(grain), Program(PartyFactory(code="osaka-steel"))
    asks.get(f"{NOWHERE}?x=1")
    asks.get("/api/v1/warehouse/zones/")
    stranger.get(NOWHERE)
    Client().get(NOWHERE)
    assert noted() == 3
    latest, first = asks.get(LOG).json()["results"]
    assert (first["method"], first["path"], first["status"]) == ("GET", f"{NOWHERE}?x=1", 404)
    assert first["credential"].startswith("key:")
    assert latest["status"] == 200
    assert [each["status"] for each in asks.get(f"{LOG}?refused=true").json()["results"]] == [404]
    assert asks.get(f"{LOG}?credential=key:nobody").json()["results"] == []
    page = asks.get(f"{LOG}?limit=1").json()
    assert asks.get(f"{LOG}?limit=1&cursor={page['next']}").json()["results"] == [first]


def test_what_is_noted_says_when_the_key_was_last_used_and_is_written_once(grain):
    asks = Program(grain)
    asks.get(NOWHERE)
    meter().exchange()
    line = meter().valkey.lindex(LINES, 0)
    services.keep_accesses()
    used = PartyKey.objects.get().last_used_at
    assert timezone.now() - used < timedelta(minutes=1)
    meter().valkey.rpush(services.TAKEN, line)  # as if the one before had broken off after writing
    services.keep_accesses()
    assert ApiAccess.objects.count() == 1


def test_two_keepers_do_not_take_the_same_lines(grain):
    Program(grain).get(NOWHERE)
    meter().exchange()
    with meter().valkey.lock(services.ONE_KEEPER, timeout=5, blocking=False):
        assert services.keep_accesses() == 0
    assert services.keep_accesses() == 1


def test_what_was_asked_is_forgotten_in_time(grain, settings):
    asks = Program(grain)
    asks.get(NOWHERE)
    noted()
    day = timedelta(days=settings.API_ACCESS_DAYS)
    assert services.forget_accesses(at=timezone.now() + day - timedelta(hours=1)) == 0
    assert services.forget_accesses(at=timezone.now() + day + timedelta(hours=1)) == 1


def test_a_key_is_replaced_and_both_serve_until_the_old_one_ends(grain):
    old = key_for(grain, "read book", per_minute=7)
    row = PartyKey.objects.get()
    new, text = services.replace_key(row, ends_at=timezone.now() + timedelta(days=7))

    def answer(key):
        return Client(headers={"Authorization": f"Api-Key {key}"}).get(NOWHERE).status_code

    assert (answer(old), answer(text)) == (404, 404)
    assert (new.scopes, new.per_minute, new.party) == ("read book", 7, grain)
    PartyKey.objects.filter(pk=row.pk).update(expiry_date=timezone.now())
    assert (answer(old), answer(text)) == (401, 404)


def test_replacing_a_key_does_not_prolong_it(grain):
    soon = timezone.now() + timedelta(days=1)
    key_for(grain, expiry_date=soon)
    row = PartyKey.objects.get()
    services.replace_key(row, ends_at=soon + timedelta(days=30))
    row.refresh_from_db()
    assert row.expiry_date == soon


def test_the_new_key_is_shown_on_the_page_once(client, grain):
    key_for(grain)
    row = PartyKey.objects.get()
    client.force_login(staff("parties.view_partykey", "parties.change_partykey", username="arman"))
    ends = {"ends_at": "2030-01-01 00:00", "answered": "1"}
    page = client.post(
        "/admin/parties/partykey/", {"action": "replace", "_selected_action": [row.pk], **ends}, follow=True
    )
    new = PartyKey.objects.exclude(pk=row.pk).get()
    (told,) = re.findall(rf"{new.prefix}\.\w{{32}}\b", page.content.decode())
    assert new.is_valid(told)
    assert told not in client.get("/admin/parties/partykey/").content.decode()


def test_the_meter_runs_by_itself_in_a_process_that_serves(settings, monkeypatch):
    settings.API_METER_SECONDS = 0.01
    made = metering._meter.__wrapped__(0)
    made.note({"n": 1})
    deadline = time.monotonic() + 5
    while made.lines and time.monotonic() < deadline:
        time.sleep(0.01)
    assert Redis.from_url(settings.CACHES["default"]["LOCATION"]).lrange(LINES, 0, -1) == [b'{"n":1}']
