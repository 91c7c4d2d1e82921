"""Track & Trace over the API: a small story in both versions, each as its schema wants it, and only one's own."""

import re
from datetime import timedelta
from threading import Thread
from types import SimpleNamespace
from urllib.parse import quote

import pytest
from django.db import connection, transaction

from apps.containers.models import Reference
from apps.journal.services import Happening, correct, record, retract
from apps.tracking.dcsa import query
from apps.tracking.dcsa import rows as reading
from apps.trains.models import WagonLoad
from terminal.events import Audience, EventKind
from tests.dcsa import faults_2_2, faults_3_0, needs_schemas, validator
from tests.factories.api import all_settled, program
from tests.factories.calls import MARCH_14
from tests.factories.containers import ContainerFactory, ReferenceFactory, VisitFactory, VisitRoleFactory
from tests.factories.network import TerminalFactory
from tests.factories.ships import ShipCallFactory
from tests.factories.trains import TrainVisitFactory, WagonFactory

BOX = "CSQU3054383"
TWO, THREE = "/dcsa/tnt/v2/events", "/dcsa/tnt/v3/events"
HOUR = timedelta(hours=1)
SETTLED = "pg_snapshot_xmin(pg_current_snapshot())"


@pytest.fixture
def all_is_settled(db, monkeypatch):
    """In one transaction nothing ever settles: here, everything has."""
    monkeypatch.setattr(query, "ROWS", query.ROWS.replace(SETTLED, "'9223372036854775807'::xid8"))


def tell(visit, kind, hours=0.0, call=None, **more):
    """A journal row of the visit, or of the call alone."""
    about = {"visit_id": visit.pk, "container_number": visit.container.number} if visit else {}
    at = MARCH_14 + hours * HOUR
    terminal = visit.terminal_id if visit else call.terminal_id
    happening = Happening(kind=kind, terminal_id=terminal, at=at, actor="t", call_id=call and call.pk, **about, **more)
    return record(happening)[0]


def movement(call, laden=True):
    return {"mode": call.mode if call else "road", "size_type": "22G1", "teu": "1.00", "laden": laden, "call": ""}


@pytest.fixture
def story(lyg, all_is_settled):
    return told_story()


def told_story():
    """A box off a ship, stopped, selected and released by customs, onto a train that left; one entry corrected, one
    taken back."""
    ship = ShipCallFactory(voyage_in="12W", voyage_out="13E").call
    train = TrainVisitFactory()
    wagon = WagonFactory(train=train, number="5281234")
    box = ContainerFactory(number=BOX)
    visit = VisitFactory(container=box, active=True, arrival_call=ship, departure_call=train.call)
    WagonLoad.objects.create(wagon=wagon, visit=visit, leg="departing")
    ReferenceFactory(visit=visit, value="BK-17")
    ReferenceFactory(visit=visit, kind=Reference.Kind.SMGS, value="SMGS-4")
    ReferenceFactory(visit=visit, kind=Reference.Kind.OWN, value="ALM-4711")
    grain = program("astana-grain")
    VisitRoleFactory(visit=visit, party=grain.party)
    customs = {"owner": "customs", "step": "load", "reason": "risk", "reference": "CD-17"}
    tell(None, EventKind.CALL_ARRIVED, 0, ship, payload={"mode": "sea", "number": ship.number})
    tell(visit, EventKind.CONTAINER_DISCHARGED, 1, ship, payload=movement(ship))
    tell(visit, EventKind.HOLD_PLACED, 2, payload=customs)
    tell(visit, EventKind.HOLD_PLACED, 2, payload={**customs, "owner": "terminal"})
    tell(visit, EventKind.CUSTOMS_INSPECTION_ORDERED, 2, payload={"number": "INS-1", "kind": "scan", "status": "open"})
    tell(visit, EventKind.SEAL_REMOVED, 3, payload={"number": "CN1", "owner": "customs"})
    tell(visit, EventKind.CUSTOMS_INSPECTION_DONE, 3, payload={"number": "INS-1", "kind": "scan", "result": "clear"})
    tell(visit, EventKind.HOLD_LIFTED, 4, payload=customs)
    tell(visit, EventKind.PERMISSION_GRANTED, 4, payload=customs)
    wrong = tell(visit, EventKind.CONTAINER_GATED_IN, 4.5, payload=movement(None))
    retract(wrong, actor="t", reason="another box")
    loaded = tell(visit, EventKind.CONTAINER_LOADED, 5, train.call, payload=movement(train.call))
    right = correct(loaded, at=MARCH_14 + 5.5 * HOUR, actor="t")
    tell(visit, EventKind.CONTAINER_MOVED, 6)
    tell(visit, EventKind.CONTAINER_LOADED, 6, audience=Audience.STAFF, payload=movement(None))
    tell(None, EventKind.CALL_DEPARTED, 7, train.call, payload={"mode": "rail", "number": train.call.number})
    return SimpleNamespace(visit=visit, train=train, ship=ship, grain=grain, wrong=wrong, loaded=loaded, right=right)


def codes_2(events):
    return [each.get("equipmentEventTypeCode") or each["transportEventTypeCode"] for each in events]


def codes_3(events):
    names = ("equipmentEventTypeCode", "transportEventTypeCode", "shipmentEventTypeCode")
    told = [each["eventClassification"] for each in events]
    return [next(each[name] for name in names if name in each) for each in told]


def test_the_story_in_version_2_2(story):
    answer = story.grain.get(TWO)
    assert codes_2(answer.json()) == ["ARRI", "DISC", "RMVD", "INSP", "LOAD", "DEPA"]
    loaded = answer.json()[4]
    assert loaded["eventID"] == str(story.loaded.lineage)
    assert loaded["eventDateTime"] == "2023-03-14T15:45:00+08:00"
    assert loaded["transportCall"]["modeOfTransport"] == "RAIL"
    assert [each["documentReferenceValue"] for each in loaded["documentReferences"]] == ["BK-17", "SMGS-4"]
    assert loaded["references"] == [{"referenceType": "SI", "referenceValue": "ALM-4711"}]
    left = answer.json()[5]
    assert left["transportCall"]["exportVoyageNumber"] == story.train.call.number
    assert left["documentReferences"] == loaded["documentReferences"]
    assert answer.headers["API-Version"] == "2.2.0"
    assert "Next-Page-Cursor" not in answer.headers


def test_the_story_in_version_3_0(story):
    answer = story.grain.get(THREE)
    events = answer.json()["events"]
    assert codes_3(events) == [
        "ARRI", "DISC", "HOLD", "CUSS", "RMVD", "INSP", "RELS", "CUSR", "GTIN", "LOAD", "DEPA"
    ]  # fmt: skip
    by_code = dict(zip(codes_3(events), events, strict=True))
    assert (by_code["GTIN"]["isRetracted"], by_code["GTIN"]["eventID"]) == (True, str(story.wrong.lineage))
    assert [each["eventID"] for each in events if "isRetracted" in each] == [str(story.wrong.lineage)]
    rail = by_code["LOAD"]["transportDetails"]["transportCall"]["railTransport"]
    assert (rail["railCarReference"], rail["departureID"]) == ("5281234", story.train.call.number)
    assert by_code["CUSR"]["shipmentDetails"]["documentReference"] == {"typeCode": "CUC", "reference": "CD-17"}
    assert by_code["CUSS"]["shipmentDetails"]["documentReference"] == {"typeCode": "CUC", "reference": "INS-1"}
    assert by_code["RMVD"]["equipmentDetails"]["seals"] == [{"number": "CN1", "source": "CUS"}]
    assert answer.headers["API-Version"] == "3.0.0"


@needs_schemas
def test_every_event_of_the_story_is_valid_in_its_version(story):
    assert [faults_2_2(each) for each in story.grain.get(TWO).json()] == [[]] * 6
    body = story.grain.get(THREE).json()
    assert [faults_3_0(each) for each in body["events"]] == [[]] * 11
    assert list(validator("3.0", "GetEventsResponse").iter_errors(body)) == []


def test_one_event_is_its_latest_word(story):
    found = story.grain.get(f"{TWO}/{story.loaded.lineage}")
    assert found.json() == story.grain.get(TWO).json()[4]
    assert found.headers["API-Version"] == "2.2.0"


def test_a_retracted_event_is_not_there_in_2_2(story):
    assert story.grain.get(f"{TWO}/{story.wrong.lineage}").status_code == 404


def test_a_stranger_sees_nothing(story):
    osaka = program("osaka-steel")
    assert (osaka.get(TWO).json(), osaka.get(THREE).json()) == ([], {"events": []})
    assert osaka.get(f"{TWO}?equipmentReference={BOX}").json() == []
    assert osaka.get(f"{TWO}?transportCallID={story.train.call.public_id}").json() == []
    assert osaka.get(f"{TWO}/{story.loaded.lineage}").status_code == 404


def test_a_party_sees_what_happened_within_the_dates_of_its_role(story):
    osaka = program("osaka-steel")
    VisitRoleFactory(visit=story.visit, party=osaka.party, since=MARCH_14 + 3 * HOUR, until=MARCH_14 + 5 * HOUR)
    assert codes_2(osaka.get(TWO).json()) == ["RMVD", "INSP"]
    assert codes_3(osaka.get(THREE).json()["events"]) == ["RMVD", "INSP", "RELS", "CUSR", "GTIN"]


def test_of_a_carrier_a_party_sees_the_papers_of_its_own_boxes_only(story):
    other = VisitFactory(departure_call=story.train.call)
    ReferenceFactory(visit=other, value="BK-OF-OSAKA")
    osaka = program("osaka-steel")
    VisitRoleFactory(visit=other, party=osaka.party)
    (left,) = osaka.get(TWO).json()
    assert [each["documentReferenceValue"] for each in left["documentReferences"]] == ["BK-OF-OSAKA"]
    assert "BK-OF-OSAKA" not in story.grain.get(TWO).content.decode()


@pytest.mark.parametrize("few", [1000, 0])
def test_another_terminal_of_the_same_party_is_another_journal(story, monkeypatch, few):
    monkeypatch.setattr(reading, "FEW", few)
    elsewhere = VisitFactory(terminal=TerminalFactory(code="khorgos", un_locode="KZHOR"))
    VisitRoleFactory(visit=elsewhere, party=story.grain.party)
    tell(elsewhere, EventKind.CONTAINER_GATED_IN, payload=movement(None))
    assert len(story.grain.get(TWO).json()) == 6


FILTERS_2_2 = [
    ("eventType=TRANSPORT", ["ARRI", "DEPA"]),
    ("eventType=TRANSPORT,EQUIPMENT", ["ARRI", "DISC", "RMVD", "INSP", "LOAD", "DEPA"]),
    ("eventType=SHIPMENT", []),
    ("shipmentEventTypeCode=RECE,DRFT", []),
    ("documentTypeCode=BKG", []),
    ("equipmentEventTypeCode=LOAD,DISC", ["DISC", "LOAD"]),
    ("transportEventTypeCode=DEPA", ["DEPA"]),
    ("transportEventTypeCode=DEPA&equipmentEventTypeCode=LOAD", []),
    ("carrierBookingReference=BK-17&equipmentEventTypeCode=LOAD", ["LOAD"]),
    ("carrierBookingReference=BK-18", []),
    ("bookingReference=BK-17&transportEventTypeCode=DEPA", ["DEPA"]),
    ("carrierBookingReference=BK-17&bookingReference=BK-18", []),
    ("transportDocumentReference=SMGS-4&eventType=TRANSPORT", ["ARRI", "DEPA"]),
    ("transportDocumentReference=BK-17", []),
    ("transportDocumentID=3cecb101-7a1a-43a4-9d62-e88a131651e2", []),
    ("scheduleID=3cecb101-7a1a-43a4-9d62-e88a131651e2", []),
    ("vesselIMONumber=9074729", ["ARRI", "DISC"]),
    ("exportVoyageNumber=13E", ["ARRI", "DISC"]),
    ("carrierVoyageNumber=12W", []),
    ("carrierServiceCode=FE1", []),
    ("UNLocationCode=CNLYG&eventType=TRANSPORT", ["ARRI", "DEPA"]),
    ("UNLocationCode=KZHOR", []),
    (f"equipmentReference={BOX}&eventType=TRANSPORT", ["ARRI", "DEPA"]),
    ("equipmentReference=TCLU5088040", []),
    ("eventCreatedDateTime:gte=2001-01-01T00:00:00Z&eventType=TRANSPORT", ["ARRI", "DEPA"]),
    ("eventCreatedDateTime:lt=2001-01-01T00:00:00+08:00", []),
    ("eventCreatedDateTime=2001-01-01T00:00:00Z", []),
    ("sort=eventDateTime:DESC&eventType=TRANSPORT", ["DEPA", "ARRI"]),
    ("sort=carrierBookingReference:DESC,eventDateTime&equipmentEventTypeCode=LOAD,DISC", ["DISC", "LOAD"]),
    ("limit=2", ["ARRI", "DISC"]),
]


def test_the_filters_of_2_2(story):
    for asked, codes in FILTERS_2_2:
        assert codes_2(story.grain.get(f"{TWO}?{asked}").json()) == codes, asked


FILTERS_3_0 = [
    ("eventTypes=TRANSPORT,IOT", ["ARRI", "DEPA"]),
    ("eventTypes=SHIPMENT", ["HOLD", "RELS"]),
    ("eventTypes=REEFER", []),
    ("carrierBookingReference=BK-17&eventTypes=TRANSPORT", ["ARRI", "DEPA"]),
    ("transportDocumentReference=SMGS-5", []),
    (f"equipmentReference={BOX}&transportDocumentReference=SMGS-4&eventTypes=SHIPMENT", ["HOLD", "RELS"]),
    ("eventUpdatedDateTimeMin=2001-01-01T00:00:00Z&eventTypes=SHIPMENT", ["HOLD", "RELS"]),
    ("eventUpdatedDateTimeMax=2001-01-01T00:00:00Z", []),
]


def test_the_filters_of_3_0(story):
    for asked, codes in FILTERS_3_0:
        assert codes_3(story.grain.get(f"{THREE}?{asked}").json()["events"]) == codes, asked


def test_a_moment_of_creation_can_be_asked_for_again_exactly(story):
    created = [each["eventCreatedDateTime"] for each in story.grain.get(TWO).json()]
    for operator, many in {"gte": 2, "gt": 1, "lte": 5, "lt": 4, "eq": 1}.items():
        asked = f"{TWO}?eventCreatedDateTime:{operator}={created[4]}"
        assert len(story.grain.get(asked).json()) == many, operator


ORDERS = ("", "&sort=eventDateTime:DESC", "&sort=equipmentReference,eventDateTime:DESC")


def test_paging_never_skips_and_never_repeats(story):
    for order in ORDERS:
        read_whole_and_by_pages(story, order)


def read_whole_and_by_pages(story, order):
    whole = story.grain.get(f"{TWO}?{order}").json()
    read, address = [], f"{TWO}?limit=2{order}"
    for _ in range(3):
        page = story.grain.get(address)
        assert len(page.json()) == 2
        read += page.json()
        cursor = page.headers.get("Next-Page-Cursor")
        address = f"{TWO}?limit=2{order}&cursor={cursor}"
    assert (read, cursor) == (whole, None)


def test_a_page_is_full_whatever_lies_between_that_is_not_told(story):
    called_off = {"number": "INS-2", "kind": "physical", "status": "cancelled", "reason": "no need"}
    type(story.visit).objects.update(laden=None)
    tell(story.visit, EventKind.CUSTOMS_INSPECTION_DONE, 8, payload=called_off)
    tell(story.visit, EventKind.CONTAINER_GATED_IN, 8, payload=movement(None, laden=None))
    tell(story.visit, EventKind.PERMISSION_GRANTED, 8, payload={"owner": "terminal", "step": "load"})
    tell(story.visit, EventKind.CONTAINER_STRIPPED, 9)
    for address, many in ((TWO, 5), (THREE, 13)):
        pages = [len(events_of(page)) for page in walk(story.grain, address)]
        assert pages == [1] * many


def walk(grain, address):
    page = grain.get(f"{address}?limit=1")
    yield page
    while cursor := page.headers.get("Next-Page-Cursor"):
        page = grain.get(f"{address}?limit=1&cursor={cursor}")
        yield page


def events_of(page):
    body = page.json()
    return body if isinstance(body, list) else body["events"]


def test_2_2_links_its_pages_and_says_where_it_ends(story):
    first = story.grain.get(f"{TWO}?limit=4&eventType=TRANSPORT,EQUIPMENT")
    assert first.headers["Current-Page"] == first.headers["First-Page"]
    assert first.headers["Current-Page"].endswith("/dcsa/tnt/v2/events?limit=4&eventType=TRANSPORT,EQUIPMENT")
    assert "Last-Page" not in first.headers
    second = story.grain.get(re.sub("^http://[^/]+", "", first.headers["Next-Page"]))
    assert codes_2(second.json()) == ["LOAD", "DEPA"]
    assert second.headers["Current-Page"] == first.headers["Next-Page"] == second.headers["Last-Page"]
    assert second.headers["First-Page"] == first.headers["First-Page"]
    assert "Next-Page" not in second.headers


@pytest.mark.django_db(transaction=True)
def test_a_walk_sees_one_moment_whatever_is_written_meanwhile_and_nothing_that_is_not_settled():
    TerminalFactory()
    story = told_story()
    all_settled()
    whole = story.grain.get(THREE).json()["events"]
    page = story.grain.get(f"{THREE}?limit=4")
    read = page.json()["events"]
    late = tell(story.visit, EventKind.CONTAINER_STRIPPED, 0.5)
    correct(story.right, at=MARCH_14 + 9 * HOUR, actor="t")
    all_settled()
    while cursor := page.headers.get("Next-Page-Cursor"):
        page = story.grain.get(f"{THREE}?limit=4&cursor={cursor}")
        read += page.json()["events"]
    assert read == whole
    now = story.grain.get(THREE).json()["events"]
    assert {each["eventID"] for each in now} - {each["eventID"] for each in whole} == {str(late.lineage)}
    (loaded,) = [each for each in now if each["eventID"] == str(story.right.lineage)]
    assert loaded["eventDateTime"].startswith("2023-03-14T19:15")
    with transaction.atomic():
        tell(story.visit, EventKind.CONTAINER_STRIPPED, 8)
        seen = asked_by_another_connection(story)
    assert seen == len(now)
    all_settled()
    assert len(story.grain.get(THREE).json()["events"]) == len(now) + 1


def asked_by_another_connection(story):
    seen = []

    def ask():
        seen.append(len(story.grain.get(THREE).json()["events"]))
        connection.close()

    asker = Thread(target=ask)
    asker.start()
    asker.join()
    return seen[0]


def test_a_page_costs_one_query_another_how_many_boxes_there_are_and_the_credential_one(
    story, django_assert_num_queries
):
    for n in range(3):
        tell(story.visit, EventKind.CONTAINER_STRIPPED, 10 + n)
    for address in (TWO, THREE, f"{TWO}?equipmentReference={BOX}"):
        story.grain.get(address)
    for address in (TWO, THREE, f"{TWO}?limit=1&sort=eventDateTime"):
        with django_assert_num_queries(3):
            assert story.grain.get(address).status_code == 200
    with django_assert_num_queries(2):
        assert story.grain.get(f"{TWO}?equipmentReference={BOX}").status_code == 200


def test_a_party_with_many_boxes_is_told_the_same(story, monkeypatch):
    osaka = program("osaka-steel")
    VisitRoleFactory(visit=story.visit, party=osaka.party, since=MARCH_14 + 3 * HOUR, until=MARCH_14 + 5 * HOUR)
    addresses = [TWO, THREE, f"{TWO}?limit=4", f"{THREE}?eventTypes=TRANSPORT"]
    asked = [(who, address) for who in (story.grain, osaka) for address in addresses]
    few = [who.get(address).json() for who, address in asked]
    monkeypatch.setattr(reading, "FEW", 0)
    assert [who.get(address).json() for who, address in asked] == few
    assert program("nobody").get(TWO).json() == []


WRONG = [
    "limit=0", "limit=-1", "limit=2147483648", "limit=ten", "limit=", "limit=1&limit=2", "limit=٣",
    "cursor=", "cursor=abc", "cursor=fE9mZnNldHw9MTAmbGltaXQ9MTA=", "shoesize=43",
    "carrierBookingReference=", f"equipmentReference={'X' * 16}", "equipmentReference=%07",
]  # fmt: skip
WRONG_2 = [
    "eventType=", "eventType=IOT", "eventType=TRANSPORT,", "eventType=TRANSPORT&eventType=EQUIPMENT",
    "equipmentEventTypeCode=CUSR", "equipmentEventTypeCode=ARRI", "transportEventTypeCode=arri",
    "shipmentEventTypeCode=LOAD", "documentTypeCode=CUC", f"carrierBookingReference={'X' * 36}",
    f"bookingReference={'X' * 36}", f"transportDocumentReference={'X' * 21}", "transportDocumentID=17",
    "scheduleID=17", f"transportCallID={'X' * 101}", "vesselIMONumber=12345678", f"carrierVoyageNumber={'X' * 51}",
    f"exportVoyageNumber={'X' * 51}", "carrierServiceCode=ABCDEF", "UNLocationCode=CNLYGX",
    "eventCreatedDateTime=2026-05-02", "eventCreatedDateTime=2026-05-02T09:00:00", "eventCreatedDateTime:ne=2026",
    "eventCreatedDateTime:gte=2026-13-02T09:00:00Z", "eventCreatedDateTime:gte=0001-01-01T00:00:00%2B14:00",
    "sort=", "sort=shoeSize", "sort=eventDateTime:desc", "sort=eventDateTime:", "sort=eventDateTime,eventDateTime:DESC",
    "eventTypes=EQUIPMENT", "eventUpdatedDateTimeMin=2026-05-02T09:00:00Z",
]  # fmt: skip
WRONG_3 = [
    "eventTypes=FOO", "eventTypes=", "eventUpdatedDateTimeMin=yesterday", "eventUpdatedDateTimeMax=2026-05-02",
    "eventType=EQUIPMENT", "sort=eventDateTime", "eventCreatedDateTime=2026-05-02T09:00:00Z",
]  # fmt: skip


def is_error_2_2(answer, status):
    body = answer.json()
    assert (answer.status_code, body["statusCode"]) == (status, status), body
    assert set(body) == {"httpMethod", "requestUri", "errors", "statusCode", "statusCodeText", "errorDateTime"}
    assert body["errors"]
    assert all(each["reason"] and each["message"] for each in body["errors"])
    assert answer.headers["API-Version"] == "2.2.0"
    assert answer.headers["Content-Type"] == "application/json"
    return body


def is_error_3_0(answer, status):
    assert answer.status_code == status, answer.content
    told = answer.json()["feedbackElements"]
    assert told
    assert all(each["severity"] == "ERROR" and each["message"] for each in told)
    assert answer.headers["API-Version"] == "3.0.0"
    assert answer.headers["Content-Type"] == "application/json"
    return told[0]


def test_every_wrong_parameter_of_2_2_is_a_bad_request_in_the_standards_words(lyg):
    grain = program("astana-grain")
    for wrong in WRONG + WRONG_2:
        body = is_error_2_2(grain.get(f"{TWO}?{wrong}"), 400)
        assert body["errors"][0]["message"].startswith(wrong.partition("=")[0]), wrong


def test_every_wrong_parameter_of_3_0_is_a_bad_request_in_the_standards_words(lyg):
    grain = program("astana-grain")
    for wrong in WRONG + WRONG_3:
        assert is_error_3_0(grain.get(f"{THREE}?{wrong}"), 400)["propertyPath"] == f"$.{wrong.partition('=')[0]}"


def test_a_cursor_of_another_question_or_party_is_refused(story):
    osaka = program("osaka-steel")
    cursor = story.grain.get(f"{TWO}?limit=1").headers["Next-Page-Cursor"]
    assert story.grain.get(f"{TWO}?limit=3&cursor={cursor}").status_code == 200
    is_error_2_2(story.grain.get(f"{TWO}?limit=1&eventType=EQUIPMENT&cursor={cursor}"), 400)
    is_error_2_2(story.grain.get(f"{TWO}?limit=1&sort=eventDateTime&cursor={cursor}"), 400)
    is_error_2_2(osaka.get(f"{TWO}?limit=1&cursor={cursor}"), 400)
    is_error_2_2(story.grain.get(f"{TWO}?limit=1&cursor={quote(cursor[:-1])}"), 400)
    is_error_3_0(story.grain.get(f"{THREE}?limit=1&cursor={cursor}"), 400)


def test_the_version_asked_for_must_be_the_one_of_the_address(lyg):
    grain = program("astana-grain")
    assert [grain.get(TWO, **{"API-Version": each}).status_code for each in ("2", "2.2.0")] == [200, 200]
    assert grain.get(THREE, **{"API-Version": "3.0.0"}).status_code == 200
    is_error_2_2(grain.get(TWO, **{"API-Version": "3"}), 400)
    is_error_3_0(grain.get(THREE, **{"API-Version": "2.2.0"}), 400)


def test_every_other_no_is_in_the_standards_words_too(lyg, client):
    grain, weak = program("astana-grain"), program("osaka-steel", "book")
    refused = is_error_2_2(client.get(TWO), 401)
    assert (refused["httpMethod"], refused["requestUri"].endswith(TWO)) == ("GET", True)
    assert client.get(TWO).headers["WWW-Authenticate"].startswith("Bearer")
    is_error_3_0(client.get(THREE), 401)
    is_error_2_2(weak.get(TWO), 403)
    is_error_2_2(grain.get(f"{TWO}/never"), 400)
    is_error_2_2(grain.get(f"{TWO}/3cecb101-7a1a-43a4-9d62-e88a131651e2"), 404)
    is_error_2_2(grain.get(f"{TWO}/3cecb101-7a1a-43a4-9d62-e88a131651e2?limit=1"), 400)
    is_error_2_2(grain.get("/dcsa/tnt/v2/nothing"), 404)
    is_error_3_0(grain.get("/dcsa/tnt/v3/events/17"), 404)
    is_error_3_0(grain.post(THREE, {"events": []}), 405)
    is_error_2_2(grain.get(TWO, Accept="text/html"), 406)
    is_error_2_2(grain.get(f"{TWO}?equipmentReference=%00"), 400)
    assert grain.get("/dcsa/nothing").json()["code"] == "not-found"


def test_who_asks_is_counted_as_everywhere(lyg, settings):
    settings.API_REQUESTS_PER_MINUTE = 1000
    answer = program("astana-grain").get(TWO)
    assert answer.headers["RateLimit-Policy"]
    assert "sessionid" not in answer.cookies


def test_a_code_in_a_list_of_facilities_is_told_where_the_site_has_one(story, settings):
    settings.DCSA_FACILITIES = {story.visit.terminal.code: "SMDG:LYGCT"}
    place = story.grain.get(THREE).json()["events"][1]["eventLocation"]
    assert place["facility"] == {"facilityCode": "LYGCT", "facilityCodeListProvider": "SMDG"}
