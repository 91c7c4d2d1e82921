"""How often a program may ask, what is noted of it, and how a credential is replaced while the old one serves."""

import re
import socket
import threading
import time
from datetime import timedelta

import orjson
import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from redis import Redis, RedisError

from apps.common.ids import uuid7
from apps.parties import metering, services
from apps.parties.api import noting
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
    for name in (*valkey.scan_iter("landbridge:rate:*"), *valkey.scan_iter(f"{LINES}*")):
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


class Busy(Away):
    """A Valkey that does not come to an end before ``meanwhile`` is over."""

    def __init__(self, meanwhile):
        self.meanwhile = meanwhile

    def pipeline(self, **_):
        self.meanwhile()
        return super().pipeline()


def numbers(lines):
    return [orjson.loads(line)["n"] for line in lines]


def test_what_could_not_be_told_stands_before_what_was_noted_meanwhile(monkeypatch):
    monkeypatch.setattr(metering, "MOST_LINES", 3)
    alone = Meter(Busy(lambda: alone.note({"n": 3})))
    for number in range(3):
        alone.note({"n": number})
    alone.exchange()
    assert numbers(alone.lines) == [1, 2, 3]


def test_what_was_noted_while_valkey_listened_is_told_the_next_time(monkeypatch):
    monkeypatch.setattr(metering, "MOST_LINES", 3)
    told = meter().valkey
    made = Meter(told)

    def tell_slowly(*asked):
        answer = Meter._tell(made, *asked)
        if told.llen(LINES) == 3:
            for number in range(3, 6):
                made.note({"n": number})
        return answer

    monkeypatch.setattr(made, "_tell", tell_slowly)
    for number in range(3):
        made.note({"n": number})
    made.exchange()
    made.exchange()
    assert numbers(told.lrange(LINES, 0, -1)) == [0, 1, 2, 3, 4, 5]
    assert not made.lines


def test_a_process_that_ends_waits_for_what_its_thread_is_telling():
    telling, enough = threading.Event(), threading.Event()
    made = Meter(Busy(lambda: telling.set() or enough.wait(5)))
    made.note({"n": 1})
    thread = threading.Thread(target=made.exchange)
    thread.start()
    assert telling.wait(5)
    ending = threading.Thread(target=made.exchange)
    ending.start()
    ending.join(0.1)
    waits = ending.is_alive()
    enough.set()
    thread.join()
    ending.join()
    assert waits


def test_a_valkey_that_does_not_answer_is_not_waited_for(settings, monkeypatch):
    monkeypatch.setattr(metering, "PATIENCE_S", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setitem(settings.CACHES["default"], "LOCATION", f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
        made = metering._meter.__wrapped__(0)
        made.note({"n": 1})
        asking = threading.Thread(target=made.exchange, daemon=True)
        asking.start()
        asking.join(5)
        assert not asking.is_alive()
    assert numbers(made.lines) == [1]


def test_valkey_keeps_only_the_latest_of_what_nobody_writes_down(monkeypatch):
    monkeypatch.setattr(metering, "MOST_WAITING", 2)
    for number in range(3):
        meter().note({"n": number})
    meter().exchange()
    assert numbers(meter().valkey.lrange(LINES, 0, -1)) == [1, 2]


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
    meter().valkey.rpush(f"{services.TAKEN}:left", line)  # as if the one before had broken off after writing
    services.keep_accesses()
    assert ApiAccess.objects.count() == 1


def test_two_keepers_do_not_take_the_same_lines(grain):
    Program(grain).get(NOWHERE)
    meter().exchange()
    with meter().valkey.lock(services.ONE_KEEPER, timeout=5, blocking=False):
        assert services.keep_accesses() == 0
    assert services.keep_accesses() == 1


def test_a_keeper_takes_away_only_what_it_has_read(grain, monkeypatch):
    """Its lock runs out: a second one writes the same, a third takes the next lines and breaks off."""
    asks, valkey, write = Program(grain), meter().valkey, services._write
    asks.get(NOWHERE)
    meter().exchange()

    def breaks_off(_lines):
        raise OperationalError("the database is away")

    def takes_too_long(lines):
        valkey.delete(services.ONE_KEEPER)
        monkeypatch.setattr(services, "_write", write)
        assert services.keep_accesses() == 1
        asks.get(NOWHERE)
        meter().exchange()
        monkeypatch.setattr(services, "_write", breaks_off)
        with pytest.raises(OperationalError):
            services.keep_accesses()
        write(lines)

    monkeypatch.setattr(services, "_write", takes_too_long)
    assert services.keep_accesses() == 1
    monkeypatch.setattr(services, "_write", write)
    services.keep_accesses()
    assert ApiAccess.objects.count() == 2
    assert not list(valkey.scan_iter(f"{LINES}*"))


def test_while_the_database_is_away_nothing_is_dropped_and_no_second_list_is_taken_aside(grain, monkeypatch):
    def away(*_, **__):
        raise OperationalError("the database is away")

    asks = Program(grain)
    with monkeypatch.context() as broken:
        broken.setattr(ApiAccess.objects, "bulk_create", away)
        for _ in range(2):
            asks.get(NOWHERE)
            with pytest.raises(OperationalError):
                noted()
    assert len(list(meter().valkey.scan_iter(f"{services.TAKEN}*"))) == 1
    assert services.keep_accesses() == 2


def test_an_odd_method_is_noted_as_far_as_there_is_room(grain):
    Program(grain).client.generic("BASELINE-CONTROL", NOWHERE)
    assert noted() == 1
    assert ApiAccess.objects.get().method == "BASELINE-C"


@pytest.mark.parametrize(
    ("told", "kept"),
    [("10.1.2.3", "10.1.2.3"), ("fe80::1", "fe80::1"), ("fe80::1%eth0", None), ("unix:", None), ("", None)],
)
def test_an_address_is_noted_only_when_it_is_one(grain, told, kept):
    Program(grain).client.get(NOWHERE, REMOTE_ADDR=told)
    meter().exchange()
    assert orjson.loads(meter().valkey.lindex(LINES, 0))["address"] == kept


def test_what_no_column_takes_is_not_noted():
    assert noting._fitting("credential", "key:a\0b\ud800" + "c" * 200) == "key:ab?" + "c" * 153


def test_lines_that_cannot_be_written_are_dropped_and_the_others_are_kept(grain, caplog):
    asks = Program(grain)
    for _ in range(2):
        asks.get(NOWHERE)
    meter().exchange()
    valkey = meter().valkey
    first, last = valkey.lrange(LINES, 0, -1)
    broken = [
        {"method": "BASELINE-CONTROL"},
        {"address": "unix:"},
        {"credential": "key:\0"},
        {"credential": 1},
        {"party_id": 0},
        {"terminal_id": 0},
        {"public_id": "none"},
        {"at": None},
        {"unknown": 1},
    ]
    odd = [orjson.dumps(orjson.loads(first) | {"public_id": str(uuid7())} | each) for each in broken]
    odd += [b"{", b"[]", b"\xff"]
    valkey.delete(LINES)
    valkey.rpush(LINES, first, *odd, last)
    assert services.keep_accesses() == 2
    assert ApiAccess.objects.count() == 2
    assert not list(valkey.scan_iter(f"{LINES}*"))
    assert len([each for each in caplog.messages if "cannot be written down" in each]) == len(odd)


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


def test_the_meter_runs_by_itself_in_a_process_that_serves_whatever_went_wrong_once(settings, monkeypatch):
    settings.API_METER_SECONDS = 0.01
    tell, wrong = Meter._tell, [ValueError("not a number")]

    def tell_badly_once(made, *asked):
        if wrong:
            raise wrong.pop()
        return tell(made, *asked)

    monkeypatch.setattr(Meter, "_tell", tell_badly_once)
    made = metering._meter.__wrapped__(0)
    made.note({"n": 1})
    deadline = time.monotonic() + 5
    valkey = Redis.from_url(settings.CACHES["default"]["LOCATION"])
    while not valkey.llen(LINES) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert valkey.lrange(LINES, 0, -1) == [b'{"n":1}']
