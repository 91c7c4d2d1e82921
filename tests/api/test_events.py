"""The tracking feed: complete, in an order that never changes, and only what is yours."""

from datetime import UTC, datetime, timedelta
from threading import Event, Thread

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from apps.common.cursors import Question
from apps.containers.models import Visit
from apps.journal.models import Entry
from apps.journal.services import Happening, correct, record, retract
from apps.tracking.selectors import Place, question_about
from terminal.events import Audience, EventKind
from tests.factories.api import Program, all_settled, program
from tests.factories.containers import ContainerFactory, VisitFactory, VisitRoleFactory
from tests.factories.network import TerminalFactory

pytestmark = pytest.mark.django_db(transaction=True)

BOX = "CSQU3054383"
EVENTS = f"/api/v1/containers/{BOX}/events/"
MARCH_14 = datetime(2023, 3, 14, 2, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def astana() -> Program:
    TerminalFactory()
    return program("astana-grain")


@pytest.fixture
def osaka(astana) -> Program:
    return program("osaka-steel")


@pytest.fixture
def wheat(astana: Program) -> Visit:
    visit = VisitFactory(container=ContainerFactory(number=BOX), active=True)
    VisitRoleFactory(visit=visit, party=astana.party)
    return visit


def happened(visit: Visit, kind: EventKind = EventKind.CONTAINER_MOVED, hours: float = 0, **more) -> Entry:
    entry = happening(visit, kind, hours, **more)
    all_settled()
    return entry


def happening(visit: Visit, kind: EventKind, hours: float = 0, **more) -> Entry:
    return record(
        Happening(
            kind=kind,
            terminal_id=visit.terminal_id,
            at=MARCH_14 + hours * HOUR,
            actor="terminal:test",
            visit_id=visit.pk,
            container_number=visit.container.number,
            **more,
        )
    )[0]


def ids(answer) -> list[str]:
    return [event["id"] for event in answer.json()["events"]]


def test_an_event_is_told_with_its_details(wheat: Visit, astana: Program):
    details = {"mode": "rail", "size_type": "22G1", "teu": "1.00", "laden": True, "call": "X9014"}
    entry = happened(wheat, EventKind.CONTAINER_DISCHARGED, payload=details)
    (event,) = astana.get(EVENTS).json()["events"]
    assert event == {
        "id": str(entry.public_id),
        "lineage": str(entry.lineage),
        "revision": 1,
        "kind": "container-discharged",
        "classifier": "actual",
        "happened_at": "2023-03-14T02:15:00Z",
        "recorded_at": event["recorded_at"],
        "authority": "own",
        "visit": str(wheat.public_id),
        "details": details,
    }


def test_a_feed_read_page_by_page_is_the_feed(wheat: Visit, astana: Program):
    entries = [str(happened(wheat, hours=hours).public_id) for hours in (5, 1, 4, 2, 3)]
    assert ids(astana.get(EVENTS)) == entries
    read, address = [], f"{EVENTS}?limit=2"
    for more in (True, True, False):
        page = astana.get(address).json()
        read += [event["id"] for event in page["events"]]
        assert page["more"] is more
        address = f"{EVENTS}?limit=2&cursor={page['cursor']}"
    assert read == entries


def test_the_last_cursor_reads_on_when_something_happens(wheat: Visit, astana: Program):
    assert astana.get(EVENTS).json() == {"events": [], "cursor": None, "more": False}
    happened(wheat, hours=9)
    cursor = astana.get(EVENTS).json()["cursor"]
    assert astana.get(f"{EVENTS}?cursor={cursor}").json() == {"events": [], "cursor": cursor, "more": False}
    later = happened(wheat, hours=1)
    assert ids(astana.get(f"{EVENTS}?cursor={cursor}")) == [str(later.public_id)]


def test_a_row_that_commits_late_is_never_skipped(wheat: Visit, astana: Program):
    written, go_on = Event(), Event()

    def slowly():
        with transaction.atomic():
            happening(wheat, EventKind.CONTAINER_DISCHARGED)
            written.set()
            go_on.wait(10)
        connection.close()

    slow = Thread(target=slowly)
    slow.start()
    written.wait(10)
    happening(wheat, EventKind.CONTAINER_MOVED, hours=1)
    page = astana.get(EVENTS).json()
    go_on.set()
    slow.join()
    all_settled()
    assert page["events"] == []
    assert [each["kind"] for each in astana.get(EVENTS).json()["events"]] == ["container-discharged", "container-moved"]


def test_a_correction_replaces_and_is_told_to_those_who_read_the_first_word(wheat: Visit, astana: Program):
    first = happened(wheat)
    cursor = astana.get(EVENTS).json()["cursor"]
    correct(first, at=MARCH_14 + HOUR, actor="terminal:test")
    all_settled()
    for address in (EVENTS, f"{EVENTS}?cursor={cursor}"):
        (event,) = astana.get(address).json()["events"]
        assert (event["lineage"], event["revision"]) == (str(first.lineage), 2)
        assert event["happened_at"] == "2023-03-14T03:15:00Z"


def test_a_retraction_is_told(wheat: Visit, astana: Program):
    first = happened(wheat)
    cursor = astana.get(EVENTS).json()["cursor"]
    retract(first, actor="terminal:test", reason="wrong box")
    all_settled()
    (event,) = astana.get(f"{EVENTS}?cursor={cursor}").json()["events"]
    assert (event["kind"], event["lineage"], event["revision"]) == ("retracted", str(first.lineage), 2)
    assert event["details"]["retracts"] == "container-moved"


@pytest.mark.parametrize("audience", [Audience.STAFF, Audience.OWNER])
def test_what_is_not_for_the_public_is_not_told(wheat: Visit, astana: Program, audience):
    happened(wheat, audience=audience)
    assert ids(astana.get(EVENTS)) == []


def test_a_role_shows_what_happened_within_its_dates(wheat: Visit, osaka: Program):
    entries = [happened(wheat, hours=hours) for hours in range(5)]
    VisitRoleFactory(visit=wheat, party=osaka.party, role="haulier", since=MARCH_14 + HOUR, until=MARCH_14 + 3 * HOUR)
    assert ids(osaka.get(EVENTS)) == [str(entry.public_id) for entry in entries[1:3]]


def test_two_roles_in_a_visit_tell_an_event_once(wheat: Visit, astana: Program):
    VisitRoleFactory(visit=wheat, party=astana.party, role="consignee")
    entry = happened(wheat)
    assert ids(astana.get(EVENTS)) == [str(entry.public_id)]


def test_the_next_user_of_a_box_sees_nothing_of_the_one_before(wheat: Visit, astana: Program, osaka: Program):
    happened(wheat)
    next_visit = VisitFactory(container=wheat.container)
    VisitRoleFactory(visit=next_visit, party=osaka.party)
    own = happened(next_visit, EventKind.VISIT_ADVISED)
    assert ids(osaka.get(EVENTS)) == [str(own.public_id)]
    assert str(own.public_id) not in ids(astana.get(EVENTS))


def is_refused(answer) -> None:
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown-cursor")


def test_a_cursor_of_another_party_opens_nothing(wheat: Visit, astana: Program, osaka: Program):
    happened(wheat)
    cursor = astana.get(EVENTS).json()["cursor"]
    VisitRoleFactory(visit=wheat, party=osaka.party)
    is_refused(osaka.get(f"{EVENTS}?cursor={cursor}"))


def test_a_cursor_of_another_container_would_skip_what_lies_before_it_and_is_refused(wheat: Visit, astana: Program):
    other = VisitFactory(container=ContainerFactory(number="TCLU5088040"), active=True)
    VisitRoleFactory(visit=other, party=astana.party)
    happened(other)
    happened(wheat)
    cursor = astana.get(EVENTS).json()["cursor"]
    is_refused(astana.get(f"/api/v1/containers/TCLU5088040/events/?cursor={cursor}"))


def test_a_cursor_is_good_for_any_program_of_the_party_and_any_length_of_a_page(wheat: Visit, astana: Program):
    happened(wheat)
    cursor = astana.get(EVENTS).json()["cursor"]
    assert Program(astana.party).get(f"{EVENTS}?limit=7&cursor={cursor}").status_code == 200


@pytest.mark.parametrize(
    "place", ["", "1", "-1.-1", "1.-1", "0.0", "1.1.1", "01.1", "1.+1", "a.b", f"{2**63}.1", f"1.{2**63}"]
)
def test_a_place_that_is_none_is_refused(wheat: Visit, astana: Program, place):
    question = question_about(BOX, party=astana.party, terminal=TerminalFactory())
    is_refused(astana.get(f"{EVENTS}?cursor={question.cursor(place)}"))


@pytest.mark.parametrize("cursor", ["x", "MTIz", "MTIzNDUuNjc4OTA=", "é", "A" * 26])
def test_a_cursor_nobody_was_given_is_refused(wheat: Visit, astana: Program, cursor):
    is_refused(astana.get(f"{EVENTS}?cursor={cursor}"))


@pytest.mark.parametrize("limit", ["0", "501", "-1", "many", "1.5"])
def test_a_page_has_one_to_five_hundred_events(wheat: Visit, astana: Program, limit):
    assert astana.get(f"{EVENTS}?limit={limit}").status_code == 422


@given(st.integers(0, 2**63 - 1), st.integers(1, 2**63 - 1))
def test_a_cursor_is_read_as_it_was_written(xid, entry):
    question, place = Question("events"), Place(xid, entry)
    assert Place.read(place.cursor(question), question) == place


def test_a_page_of_events_costs_two_queries(wheat: Visit, astana: Program, django_assert_num_queries):
    for hours in range(20):
        happened(wheat, hours=hours)
    astana.get(EVENTS)
    with django_assert_num_queries(2):
        astana.get(EVENTS)
