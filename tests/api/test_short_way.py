"""What machines poll goes a short way: the same answer, the same rules, and whatever is not plain goes the long one."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import OperationalError, close_old_connections, connection
from django.utils import timezone

from apps.common.cursors import Question
from apps.common.prepared import Prepared
from apps.parties import services
from apps.parties.api.short_way import ShortWay
from apps.parties.metering import LINES, meter
from apps.parties.models import ApiAccess, Party, PartyKey
from apps.parties.rows import look_as
from apps.tracking.api import short_way
from apps.tracking.api.short_way import LANES
from tests.api.test_events import BOX, happened
from tests.factories.api import Program, program
from tests.factories.containers import ContainerFactory, VisitFactory, VisitRoleFactory
from tests.factories.network import TerminalFactory

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESS = f"/api/v1/containers/{BOX}/events/"
LONG, SHORT = "long", "short"


class Site:
    """The product with its short way; ``ways`` are those its requests went."""

    def __init__(self, key: str) -> None:
        self.ways: list[str] = []
        self.key = key
        self.served = ShortWay(self._long, LANES)
        self.long_way = get_wsgi_application()

    def _long(self, environ, start_response):
        self.ways.append(LONG)
        return self.long_way(environ, start_response)

    def ask(self, address: str = ADDRESS, **environ: str):
        """Status, head without what differs between any two answers, and body."""
        path, _mark, query = address.partition("?")
        told: list = []
        before = len(self.ways)
        asked = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "HTTP_HOST": "testserver",
            "HTTP_AUTHORIZATION": self.key,
            "REMOTE_ADDR": "203.0.113.7",
            "wsgi.input": BytesIO(),
            "wsgi.url_scheme": "http",
            **environ,
        }
        answer = self.served(asked, lambda status, head, *_: told.extend((status, dict(head))))
        body = b"".join(answer)
        if len(self.ways) == before:
            self.ways.append(SHORT)
        return int(told[0][:3]), told[1], body


@pytest.fixture(autouse=True)
def connection_stays(monkeypatch):
    """As between the requests of one worker: the test's own connection is that worker's, however slow the machine."""
    monkeypatch.setattr("apps.common.middleware.WARM_SECONDS", 600.0)
    monkeypatch.setattr(connection, "close_at", None, raising=False)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def astana() -> Program:
    TerminalFactory()
    return program("astana-grain")


@pytest.fixture
def wheat(astana: Program):
    visit = VisitFactory(container=ContainerFactory(number=BOX), active=True)
    VisitRoleFactory(visit=visit, party=astana.party)
    happened(visit, payload={"note": 'ein "Wort" \\ 中'})
    happened(visit, hours=1)
    return visit


@pytest.fixture
def site(wheat, astana: Program) -> Site:
    """A site whose head of answers has been learnt."""
    made = Site(astana.headers["Authorization"])
    made.ask()
    assert made.ways.pop() == LONG
    return made


def test_it_answers_as_the_long_way_does_to_the_byte(site: Site):
    short, long = site.ask(), site.ask(HTTP_ACCEPT_LANGUAGE="en")
    assert site.ways == [SHORT, LONG]
    assert short == long
    assert short[0] == 200
    assert b"\xe4\xb8\xad" in short[2]


def test_a_cursor_reads_on_and_the_end_of_the_feed_is_short_too(site: Site, wheat):
    cursor = site.ask()[2].rpartition(b'"cursor":"')[2].partition(b'"')[0].decode()
    at_the_end = site.ask(f"{ADDRESS}?cursor={cursor}")[2]
    assert at_the_end == b'{"events":[],"cursor":"%s","more":false}' % cursor.encode()
    entry = happened(wheat, hours=2)
    assert str(entry.public_id).encode() in site.ask(f"{ADDRESS}?cursor={cursor}")[2]
    assert site.ways == [SHORT] * 3


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (lambda: PartyKey.objects.update(revoked=True), 401),
        (lambda: PartyKey.objects.update(scopes="book"), 403),
        (lambda: PartyKey.objects.update(expiry_date=timezone.now() - timedelta(seconds=1)), 401),
        (lambda: Party.objects.update(active=False), 401),
        (lambda: PartyKey.objects.all().delete(), 401),
    ],
)
def test_a_key_that_is_taken_away_is_refused_by_the_next_request(site: Site, change, status):
    assert [site.ask()[0], site.ask()[0]] == [200, 200]
    change()
    assert site.ask()[0] == site.ask()[0] == status
    assert site.ways == [SHORT, SHORT, LONG, LONG]


def test_a_wrong_secret_under_a_known_prefix_is_refused(site: Site):
    site.ask()
    assert site.ask(HTTP_AUTHORIZATION=site.key[:-1] + ("a" if site.key[-1] != "a" else "b"))[0] == 401


def test_a_stranger_and_a_number_never_seen_go_the_long_way_and_are_told_alike(site: Site):
    osaka = Site(program("osaka-steel").headers["Authorization"])
    osaka.served.heads = site.served.heads
    theirs, nobodys = osaka.ask(), osaka.ask("/api/v1/containers/TCLU5088040/events/")
    assert (theirs[0], nobodys[0], osaka.ways) == (404, 404, [LONG, LONG])
    assert theirs[2] == nobodys[2]


@pytest.mark.parametrize(
    ("address", "environ"),
    [
        (ADDRESS, {"REQUEST_METHOD": "HEAD"}),
        (ADDRESS, {"HTTP_COOKIE": "a=b"}),
        (ADDRESS, {"HTTP_ACCEPT": "text/html, */*"}),
        (ADDRESS, {"HTTP_ACCEPT": "text/html"}),
        (ADDRESS, {"HTTP_HOST": "elsewhere.example"}),
        (ADDRESS, {"HTTP_AUTHORIZATION": ""}),
        (f"{ADDRESS}?limit=1", {}),
        (f"{ADDRESS}?cursor=x", {}),
        (f"{ADDRESS}?cursor={Question('of another box').cursor('1.1')}", {}),
        (f"/api/v1/containers/{BOX[:-1]}4/events/", {}),
        (f"/api/v1/containers/{BOX.lower()}/events/", {}),
    ],
)
def test_what_is_not_plain_goes_the_long_way(site: Site, address, environ):
    site.ask(address, **environ)
    assert site.ways == [LONG]


def test_whatever_goes_wrong_the_long_way_is_asked(site: Site, monkeypatch):
    def broken(*_values, **_more):
        raise OperationalError

    monkeypatch.setattr(Prepared, "rows", broken)
    monkeypatch.setattr(short_way, "dumps", broken)
    site.long_way = lambda _environ, start: (start("200 OK", []), [b"in full"])[1]
    assert site.ask()[2] == b"in full"


def test_a_connection_that_has_rested_is_looked_after_by_the_long_way(site: Site, monkeypatch):
    monkeypatch.setattr("apps.common.middleware.WARM_SECONDS", -1.0)
    assert site.ask()[0] == 200
    assert site.ways == [LONG]


def test_every_request_is_counted_once_and_noted(site: Site, astana: Program):
    valkey = meter().valkey
    for name in (*valkey.scan_iter("landbridge:rate:*"), *valkey.scan_iter(f"{LINES}*")):
        valkey.delete(name)
    meter().__init__(valkey)
    PartyKey.objects.update(per_minute=3)
    heads = [site.ask()[1] for _ in range(2)]
    assert site.ask()[0] == 200
    status, head, _body = site.ask()
    assert [each["RateLimit"].split(";")[1] for each in heads] == ["r=2", "r=1"]
    assert (status, head["RateLimit"].split(";")[1]) == (429, "r=0")
    meter().exchange()
    services.keep_accesses()
    noted = ApiAccess.objects.filter(party=astana.party).order_by("at")
    assert list(noted.values_list("status", "path", "address")) == [
        (status, ADDRESS, "203.0.113.7") for status in (200, 200, 200, 429)
    ]


def test_it_reads_under_the_partys_own_role_and_for_that_one_statement(astana: Program):
    who = Prepared("who_reads", ("int",), "SELECT current_user::text, current_setting('landbridge.party', $1 = 1)")
    before = who.rows(1)
    assert who.rows(1, before=look_as(astana.party.pk)) == [("landbridge_party", str(astana.party.pk))]
    assert [(name, party or "") for name, party in who.rows(1)] == [(name, party or "") for name, party in before]
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user::text")
        assert cursor.fetchone() != ("landbridge_party",)
