"""A thousand containers in one question: an answer each, in the order asked, and nothing that betrays a stranger's."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from apps.containers.models import AllowedNumber, FormerNumber, Visit
from apps.journal.services import Happening, correct, record
from terminal.events import EventKind
from tests.factories.api import Program, all_settled, program
from tests.factories.containers import ContainerFactory, VisitFactory, VisitRoleFactory, container_number
from tests.factories.network import TerminalFactory

pytestmark = pytest.mark.django_db(transaction=True)

TRACKING = "/api/v1/tracking/"
BOX, STRANGERS, NEVER_SEEN, WRONG = "CSQU3054383", "TCLU5088040", "UACU8175070", "MSKU1234567"
MARCH_14 = datetime(2023, 3, 14, 2, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def astana() -> Program:
    TerminalFactory()
    return program("astana-grain")


@pytest.fixture
def wheat(astana: Program) -> Visit:
    return visit_of(astana, BOX)


def visit_of(who: Program, number: str, **more) -> Visit:
    visit = VisitFactory(container=ContainerFactory(number=number), **{"active": True, **more})
    VisitRoleFactory(visit=visit, party=who.party)
    return visit


def happened(visit: Visit, hours: float = 0, kind: EventKind = EventKind.CONTAINER_MOVED, **more):
    at = MARCH_14 + hours * HOUR
    told = {"terminal_id": visit.terminal_id, "visit_id": visit.pk, "container_number": visit.container.number, **more}
    (entry,) = record(Happening(kind=kind, at=at, actor="terminal:test", **told))
    all_settled()
    return entry


def ask(who: Program, *numbers: str, **more):
    answer = who.post(TRACKING, {"containers": list(numbers), **more})
    assert answer.status_code == 200, answer.content
    return answer.json()


def ids(tracked) -> list[str]:
    return [event["id"] for event in tracked["events"]]


def test_each_number_is_answered_in_the_order_asked(wheat: Visit, astana: Program):
    potash = visit_of(astana, container_number(7), active=False)
    entry = happened(wheat, payload={"teu": "1.00"})
    found = ask(astana, NEVER_SEEN, potash.container.number, WRONG, BOX)["containers"]
    assert [each["container"] for each in found] == [NEVER_SEEN, potash.container.number, WRONG, BOX]
    assert [each["known"] for each in found] == [False, True, False, True]
    assert [each["problem"] and each["problem"]["code"] for each in found] == [
        "not-found", None, "wrong-check-digit", None,
    ]  # fmt: skip
    assert found[2]["problem"]["expected"] == "5"
    assert [ids(each) for each in found] == [[], [], [], [str(entry.public_id)]]


def test_events_and_state_are_those_that_are_told_of_one_container(wheat: Visit, astana: Program):
    happened(wheat, payload={"mode": "rail", "note": 'a "quoted" \\ word'})
    correct(happened(wheat, 0.5), at=MARCH_14 + timedelta(microseconds=120), actor="terminal:test")
    all_settled()
    (found,) = ask(astana, BOX)["containers"]
    assert found["events"] == astana.get(f"/api/v1/containers/{BOX}/events/").json()["events"]
    alone = astana.get(f"/api/v1/containers/{BOX}/").json()
    same = ("container", "size_type", "state", "position", "laden", "destination", "advised_at", "arrived_at")
    assert {name: found["visit"][name] for name in same} == {name: alone[name] for name in same}
    assert (found["visit"]["id"], found["visit"]["departed_at"]) == (alone["visit"], None)


def test_a_strangers_box_is_answered_as_one_never_seen(wheat: Visit, astana: Program):
    osaka = program("osaka-steel")
    happened(visit_of(osaka, STRANGERS))
    theirs, nobodys = ask(astana, STRANGERS, NEVER_SEEN)["containers"]
    assert {**theirs, "container": ""} == {**nobodys, "container": ""}


def test_one_cursor_reads_all_of_them_on_and_nothing_twice(wheat: Visit, astana: Program):
    potash = visit_of(astana, container_number(7))
    boxes = (BOX, potash.container.number)
    entries = [str(happened(each, hours).public_id) for hours in range(3) for each in (wheat, potash)]
    read, cursor, more = [], {}, True
    while more:
        page = ask(astana, *boxes, limit=4, **cursor)
        read += sorted(each for tracked in page["containers"] for each in ids(tracked))
        cursor, more = {"cursor": page["cursor"]}, page["more"]
    assert read == sorted(entries[:4]) + sorted(entries[4:])
    later = happened(potash, 9)
    assert [ids(each) for each in ask(astana, *boxes, **cursor)["containers"]] == [[], [str(later.public_id)]]


def test_events_of_several_visits_of_a_box_come_in_the_order_of_commits(wheat: Visit, astana: Program):
    again = visit_of(astana, BOX, active=False)
    entries = [happened(each, hours) for hours, each in enumerate((again, wheat, again))]
    (found,) = ask(astana, BOX)["containers"]
    assert ids(found) == [str(each.public_id) for each in entries]
    assert found["visit"]["id"] == str(wheat.public_id)


def test_a_part_that_is_over_shows_its_events_and_no_state(wheat: Visit):
    TerminalFactory()
    osaka = program("osaka-steel")
    entries = [happened(wheat, hours) for hours in range(3)]
    VisitRoleFactory(visit=wheat, party=osaka.party, role="haulier", since=MARCH_14 + HOUR, until=MARCH_14 + 2 * HOUR)
    (found,) = ask(osaka, BOX)["containers"]
    assert (found["known"], found["visit"], ids(found)) == (True, None, [str(entries[1].public_id)])


def test_a_number_that_was_put_right_is_found_by_the_wrong_one(wheat: Visit, astana: Program):
    was = ContainerFactory(number=container_number(9))
    FormerNumber.objects.create(visit=wheat, container=was, reason="misread", joined_at=MARCH_14, joined_by="t")
    entry = happened(wheat)
    (found,) = ask(astana, was.number)["containers"]
    assert (found["container"], found["visit"]["container"], ids(found)) == (was.number, BOX, [str(entry.public_id)])


def test_an_allowed_number_outside_the_standard_is_known_to_its_parties_and_wrong_to_others(astana: Program):
    odd = visit_of(astana, WRONG)
    allowed = {"terminal": odd.terminal, "wrong": "check digit", "reason": "painted so"}
    AllowedNumber.objects.create(container=odd.container, allowed_at=MARCH_14, allowed_by="t", **allowed)
    entry = happened(odd)
    (found,) = ask(astana, "msku 123456-7")["containers"]
    assert (found["container"], found["visit"]["container"], ids(found)) == (
        "msku 123456-7", WRONG, [str(entry.public_id)],
    )  # fmt: skip
    (found,) = ask(program("osaka-steel"), WRONG)["containers"]
    assert (found["known"], found["problem"]["code"]) == (False, "wrong-check-digit")


@pytest.mark.parametrize("many", [1, 60])
def test_however_many_are_asked_for_it_is_the_same_queries(astana: Program, django_assert_num_queries, many):
    numbers = [container_number(serial) for serial in range(many)]
    for number in numbers[::2]:
        happened(visit_of(astana, number))
    ask(astana, *numbers, NEVER_SEEN)
    with django_assert_num_queries(4):  # the key, the visits, right numbers of those not found, the events
        ask(astana, *numbers, NEVER_SEEN)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"containers": []},
        {"containers": [BOX, "csqu 305438-3"]},
        {"containers": [container_number(serial) for serial in range(1001)]},
        {"containers": BOX},
        {"containers": [1]},
        {"containers": [BOX], "limit": 0},
        {"containers": [BOX], "limit": True},
        {"containers": [BOX], "cursor": "x"},
        {"containers": ["A\x00"]},
        {"containers": [BOX], "more": 1},
        [],
    ],
)
def test_a_question_that_cannot_be_right_is_refused(astana: Program, body):
    assert astana.post(TRACKING, body).status_code == 422


def test_a_number_named_twice_is_named_by_its_place(astana: Program):
    (error,) = astana.post(TRACKING, {"containers": [NEVER_SEEN, BOX, "csqu 305438-3"]}).json()["errors"]
    assert error["pointer"] == "/containers/2"


def test_it_takes_the_scope_that_reads(astana: Program):
    answer = Program(astana.party, "book").post(TRACKING, {"containers": [BOX]})
    assert answer.status_code == 403


def test_a_thousand_numbers_are_answered(wheat: Visit, astana: Program):
    now = timezone.now()
    found = ask(astana, *[container_number(serial) for serial in range(999)], BOX)["containers"]
    assert [each["known"] for each in found] == [False] * 999 + [True]
    assert timezone.now() - now < timedelta(seconds=5)


def test_a_cursor_goes_on_with_the_same_containers_in_any_order_and_form(wheat: Visit, astana: Program):
    visit_of(astana, container_number(7))
    happened(wheat)
    cursor = ask(astana, BOX, container_number(7))["cursor"]
    again = ask(astana, container_number(7).lower(), f"{BOX[:4]} {BOX[4:]}", cursor=cursor, limit=5)
    assert (again["cursor"], [each["events"] for each in again["containers"]]) == (cursor, [[], []])


@pytest.mark.parametrize("others", [[BOX], [BOX, NEVER_SEEN], [BOX, container_number(7), NEVER_SEEN]])
def test_with_other_containers_it_is_refused(wheat: Visit, astana: Program, others):
    happened(wheat)
    cursor = ask(astana, BOX, container_number(7))["cursor"]
    answer = astana.post(TRACKING, {"containers": others, "cursor": cursor})
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown-cursor")
