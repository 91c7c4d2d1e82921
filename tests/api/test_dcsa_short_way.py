"""Track & Trace by the short way: the same answer as by the long one, or the long way is gone."""

from base64 import urlsafe_b64decode
from urllib.parse import urlsplit

import orjson
import pytest

from apps.parties import services
from apps.parties.metering import LINES, meter
from apps.parties.models import ApiAccess, PartyKey
from apps.tracking.dcsa import rows, usual
from terminal.events import EventKind
from tests.api.test_dcsa_events import BOX, THREE, TWO, movement, tell, told_story
from tests.api.test_short_way import LONG, SHORT, Site, connection_stays
from tests.factories.api import all_settled, program
from tests.factories.network import TerminalFactory

__all__ = ["connection_stays"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def story():
    TerminalFactory()
    return told_story()


@pytest.fixture
def site(story, monkeypatch) -> Site:
    """A site that was asked in both versions before, by a process that has met no other question."""
    monkeypatch.setattr(usual, "_known", {})
    all_settled()
    made = Site(story.grain.headers["Authorization"])
    made.ask(TWO), made.ask(THREE)
    assert made.ways == [LONG, LONG]
    made.ways.clear()
    return made


def both_ways(site: Site, address: str):
    short, long = site.ask(address), site.ask(address, HTTP_ACCEPT_LANGUAGE="en")
    assert site.ways[-2:] == [SHORT, LONG], address
    return short, long


def but_for_the_moment(answer):
    """The answer without the moment its walk began, which the first page writes into the cursor.

    Transactions of other databases on the server move it on between two requests.
    """
    status, head, body = answer
    head = {name: said for name, said in head.items() if name != "Next-Page"}
    if cursor := head.pop("Next-Page-Cursor", None):
        head["place"] = orjson.loads(urlsafe_b64decode(cursor.partition(".")[0] + "=="))[1:]
    return status, head, body


@pytest.mark.parametrize("few", [1000, 0])
def test_they_answer_alike_to_the_byte(site: Site, monkeypatch, few):
    monkeypatch.setattr(rows, "FEW", few)
    site.ask(TWO, HTTP_ACCEPT_LANGUAGE="en")
    for address in (
        TWO,
        THREE,
        f"{TWO}?limit=100",
        f"{TWO}?limit=5000&eventType=TRANSPORT,EQUIPMENT",
        f"{TWO}?equipmentReference={BOX}&equipmentEventTypeCode=LOAD,DISC",
        f"{THREE}?eventTypes=SHIPMENT",
        f"{THREE}?equipmentReference={BOX}",
        f"{THREE}?carrierBookingReference=BK-17",
    ):
        short, long = both_ways(site, address)
        assert short == long
        assert short[0] == 200
        assert len(orjson.loads(short[2])) > 0


@pytest.mark.parametrize("few", [1000, 0])
@pytest.mark.parametrize("address", [TWO, THREE])
def test_a_walk_is_the_same_by_either(site: Site, story, monkeypatch, few, address):
    monkeypatch.setattr(rows, "FEW", few)
    monkeypatch.setattr(usual, "LIMITS", {3})
    monkeypatch.setattr(usual, "_known", {})
    site.ask(TWO, HTTP_ACCEPT_LANGUAGE="en")
    whole = site.ask(address)[2]
    pages, asked = [], f"{address}?limit=3"
    while asked:
        short, long = both_ways(site, asked)
        assert but_for_the_moment(short) == but_for_the_moment(long)
        pages += told_in(short[2])
        cursor = short[1].get("Next-Page-Cursor")
        asked = cursor and f"{address}?limit=3&cursor={cursor}"
    assert pages == told_in(whole)
    assert len(pages) == {TWO: 6, THREE: 11}[address]


def test_2_2_names_its_next_page_by_the_host_that_was_asked(site: Site, monkeypatch):
    monkeypatch.setattr(usual, "LIMITS", {2})
    site.ask(f"{TWO}?limit=2")
    head = site.ask(f"{TWO}?limit=2")[1]
    assert site.ways[-1] == SHORT
    assert urlsplit(head["Next-Page"]).netloc == "testserver"
    assert "Last-Page" not in head


def test_nothing_to_tell_is_told_alike(site: Site):
    for nothing in ("equipmentReference=TCLU5088040", "eventUpdatedDateTimeMin=2099-01-01T00:00:00Z"):
        short, long = both_ways(site, f"{THREE}?{nothing}")
        assert short == long
        assert told_in(short[2]) == []


@pytest.mark.parametrize("few", [1000, 0])
def test_what_was_told_since_is_read_page_by_page(site: Site, story, monkeypatch, few):
    monkeypatch.setattr(rows, "FEW", few)
    monkeypatch.setattr(usual, "LIMITS", {3})
    monkeypatch.setattr(usual, "_known", {})
    site.ask(THREE, HTTP_ACCEPT_LANGUAGE="en")
    since = "eventUpdatedDateTimeMin=2001-01-01T00:00:00Z&eventUpdatedDateTimeMax=2099-01-01T00:00:00%2B08:00"
    pages, asked = [], f"{THREE}?limit=3&{since}"
    while asked:
        short, long = both_ways(site, asked)
        assert but_for_the_moment(short) == but_for_the_moment(long)
        pages += told_in(short[2])
        cursor = short[1].get("Next-Page-Cursor")
        asked = cursor and f"{THREE}?limit=3&{since}&cursor={cursor}"
    assert pages == told_in(site.ask(THREE)[2])


@pytest.mark.parametrize(
    ("asked", "environ", "status"),
    [
        ("", {"HTTP_API_VERSION": "3"}, 200),
        ("", {"HTTP_API_VERSION": "2"}, 400),
        ("", {"REQUEST_METHOD": "HEAD"}, 200),
        ("", {"HTTP_AUTHORIZATION": ""}, 401),
        ("?limit=7", {}, 200),
        ("?limit=ten", {}, 400),
        ("?cursor=abc", {}, 400),
        ("?shoesize=43", {}, 400),
        ("?equipmentReference=%00", {}, 400),
        ("?carrierBookingReference=BK+17", {}, 200),
    ],
)
def test_what_is_not_plain_goes_the_long_way(site: Site, asked, environ, status):
    assert site.ask(f"{THREE}{asked}", **environ)[0] == status
    assert site.ways == [LONG]


def test_a_cursor_of_another_party_goes_the_long_way_which_refuses_it(site: Site, monkeypatch):
    cursor = site.ask(f"{THREE}?limit=2")[1]["Next-Page-Cursor"]
    osaka = Site(program("osaka-steel").headers["Authorization"])
    osaka.served.heads = site.served.heads
    osaka.ask(THREE)
    assert osaka.ask(f"{THREE}?limit=2&cursor={cursor}")[0] == 400


def test_a_stranger_is_told_nothing(site: Site):
    osaka = Site(program("osaka-steel").headers["Authorization"])
    osaka.served.heads = site.served.heads
    assert [told_in(osaka.ask(THREE)[2]) for _ in range(2)] == [[], []]


def test_a_key_that_is_taken_away_is_refused_by_the_next_request(site: Site):
    assert (site.ask(TWO)[0], site.ways) == (200, [SHORT])
    PartyKey.objects.update(revoked=True)
    assert site.ask(TWO)[0] == 401


def test_whether_a_party_has_many_boxes_is_asked_again_after_a_while(site: Site, monkeypatch):
    monkeypatch.setattr(rows, "LATELY_S", -1.0)
    assert (site.ask(TWO)[0], site.ways) == (200, [LONG])


def test_what_is_asked_too_seldom_to_be_planned_once_is_answered_all_the_same(site: Site, monkeypatch):
    first = site.ask(TWO)
    monkeypatch.setattr(usual, "MOST", 0)
    monkeypatch.setattr(usual, "_known", {})
    assert site.ask(TWO) == first
    assert site.ways == [SHORT, LONG]


def test_what_was_asked_is_noted_as_by_the_long_way(site: Site, story):
    valkey = meter().valkey
    meter().exchange()
    for name in valkey.scan_iter(f"{LINES}*"):
        valkey.delete(name)
    both_ways(site, f"{THREE}?eventTypes=TRANSPORT,EQUIPMENT&limit=100")
    meter().exchange()
    services.keep_accesses()
    noted = list(ApiAccess.objects.filter(party=story.grain.party).values_list("path", "status", "credential"))
    assert len(noted) == 2
    assert noted[0] == noted[1]


def test_what_happens_next_is_told_by_the_next_request(site: Site, story):
    before = len(told_in(site.ask(THREE)[2]))
    tell(story.visit, EventKind.CONTAINER_GATED_OUT, 8, payload=movement(None))
    all_settled()
    assert len(told_in(site.ask(THREE)[2])) == before + 1
    assert site.ways == [SHORT, SHORT]


def told_in(body: bytes):
    told = orjson.loads(body)
    return told if isinstance(told, list) else told["events"]
