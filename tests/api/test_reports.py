"""A thousand reports in one request: each answered by itself, kept once, moving no box."""

import string
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import msgspec
import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.exceptions import ValidationError

from apps.common.api.rows import NotPlain
from apps.containers.models import Visit
from apps.journal.models import Entry
from apps.journal.services import recorded
from apps.tracking.api.reports import QuickReport, _quick, _slow
from terminal.errors import Refused
from tests.factories.api import Program, all_settled, program
from tests.factories.containers import (
    ContainerFactory,
    StopRuleFactory,
    VisitFactory,
    VisitRoleFactory,
    container_number,
)
from tests.factories.network import TerminalFactory

REPORTS = "/api/v1/reports/"
BOX, STRANGERS, NEVER_SEEN, WRONG = "CSQU3054383", "TCLU5088040", "UACU8175070", "MSKU1234567"
SAID = {"reference": "r-1", "container": BOX, "what": "border-crossed", "happened_at": "2026-05-02T03:20:00Z"}

on_a_database = pytest.mark.django_db(transaction=True)


@pytest.fixture
def astana() -> Program:
    TerminalFactory()
    return program("astana-grain")


@pytest.fixture
def wheat(astana: Program) -> Visit:
    visit = VisitFactory(container=ContainerFactory(number=BOX), active=True)
    VisitRoleFactory(visit=visit, party=astana.party)
    return visit


def send(who: Program, *reports, **more):
    answer = who.post(REPORTS, {"reports": list(reports), **more})
    assert answer.status_code == 200, answer.content
    return answer.json()


def statuses(answer) -> list[str]:
    return [row["status"] for row in answer["rows"]]


@on_a_database
class TestTaking:
    def test_a_report_is_told_to_the_parties_of_the_visit_as_reported(self, wheat: Visit, astana: Program):
        said = {**SAID, "place": "kzhor", "mode": "rail", "carrier": "X9014", "note": "gate 2"}
        (row,) = send(astana, said)["rows"]
        all_settled()
        (event,) = astana.get(f"/api/v1/containers/{BOX}/events/").json()["events"]
        assert event == {
            "id": row["event"],
            "lineage": row["event"],
            "revision": 1,
            "kind": "progress-reported",
            "classifier": "actual",
            "happened_at": "2026-05-02T03:20:00Z",
            "recorded_at": event["recorded_at"],
            "authority": "reported",
            "visit": str(wheat.public_id),
            "details": {
                "what": "border-crossed",
                "place": "KZHOR",
                "mode": "rail",
                "carrier": "X9014",
                "note": "gate 2",
                "as": "shipper",
            },
        }

    def test_it_moves_no_box_and_nothing_follows_on_it(self, wheat: Visit, astana: Program):
        before, heard = Visit.objects.values().get(pk=wheat.pk), []
        listen = lambda entries, **_: heard.extend(entries)  # noqa: E731
        recorded.connect(listen)
        send(astana, {**SAID, "what": "gated-out"}, {**SAID, "reference": "r-2", "what": "delivered"})
        recorded.disconnect(listen)
        assert Visit.objects.values().get(pk=wheat.pk) == before
        assert (heard, Entry.objects.count()) == ([], 2)

    def test_the_same_report_twice_is_one_row(self, wheat: Visit, astana: Program):
        first = send(astana, SAID, SAID)
        again = send(astana, {**SAID, "happened_at": "2026-05-02T11:20:00+08:00"})
        assert statuses(first) + statuses(again) == ["recorded", "known", "known"]
        assert len({row["event"] for row in first["rows"] + again["rows"]}) == 1
        assert Entry.objects.count() == 1

    def test_another_report_under_a_known_reference_is_refused_and_the_first_stands(self, wheat, astana: Program):
        other = {**SAID, "what": "passed"}
        answers = send(astana, SAID, other)["rows"] + send(astana, other)["rows"]
        assert [row["status"] for row in answers] == ["recorded", "refused", "refused"]
        assert {row["problem"]["code"] for row in answers[1:]} == {"reported-otherwise"}
        assert answers[1]["problem"]["errors"][0]["pointer"] == "/reports/1/reference"
        assert Entry.objects.get().payload["what"] == "border-crossed"

    def test_two_parties_use_the_same_reference_without_learning_of_it(self, wheat, astana: Program):
        osaka = program("osaka-steel")
        VisitRoleFactory(visit=wheat, party=osaka.party, role="consignee")
        assert statuses(send(astana, SAID)) == statuses(send(osaka, {**SAID, "what": "passed"})) == ["recorded"]

    def test_a_strangers_box_is_answered_as_one_never_seen(self, wheat: Visit, astana: Program):
        osaka = program("osaka-steel")
        VisitRoleFactory(visit=VisitFactory(container=ContainerFactory(number=STRANGERS)), party=osaka.party)
        theirs, nobodys = send(astana, {**SAID, "container": STRANGERS}, {**SAID, "container": NEVER_SEEN})["rows"]
        assert theirs["problem"]["code"] == "not-found"
        theirs["row"], theirs["problem"]["errors"][0]["pointer"] = 1, "/reports/1/container"
        assert theirs == nobodys
        assert not Entry.objects.exists()

    def test_what_lies_ahead_is_planned_or_estimated(self, wheat: Visit, astana: Program):
        ahead = (timezone.now() + timedelta(days=1)).isoformat()
        rows = send(
            astana,
            {**SAID, "happened_at": ahead},
            {**SAID, "happened_at": ahead, "classifier": "estimated", "reference": "r-2"},
        )["rows"]
        assert [row["status"] for row in rows] == ["refused", "recorded"]
        assert rows[0]["problem"]["code"] == "not-happened-yet"

    def test_reports_of_one_request_are_told_in_the_order_sent(self, wheat: Visit, astana: Program):
        names = ["b", "a", "c"]
        send(astana, *({**SAID, "reference": name, "note": name} for name in names))
        all_settled()
        events = astana.get(f"/api/v1/containers/{BOX}/events/").json()["events"]
        assert [event["details"]["note"] for event in events] == names


@on_a_database
class TestBadRows:
    def test_a_bad_row_says_where_and_why_and_does_not_stop_the_others(self, wheat: Visit, astana: Program):
        bad = [
            {**SAID, "container": WRONG},
            {**SAID, "what": "flown"},
            {**SAID, "happened_at": "2026-05-02T03:20:00"},
            {**SAID, "happened_at": 5},
            {**SAID, "place": None},
            {**SAID, "more": 1},
            {"container": BOX},
            {**SAID, "happened_at": "0001-01-01T00:00:00+14:00"},
            "a line",
            None,
            [],
        ]
        answer = send(astana, *bad, SAID)
        assert statuses(answer) == ["refused"] * len(bad) + ["recorded"]
        assert (answer["recorded"], answer["known"], answer["refused"]) == (1, 0, len(bad))
        found = [
            [(error["pointer"], error["code"]) for error in row["problem"]["errors"]] for row in answer["rows"][:-1]
        ]
        assert found[:6] == [
            [("/reports/0/container", "wrong-check-digit")],
            [("/reports/1/what", "invalid_choice")],
            [("/reports/2/happened_at", "naive")],
            [("/reports/3/happened_at", "wrong-type")],
            [("/reports/4/place", "null")],
            [("/reports/5/more", "unknown-member")],
        ]
        assert sorted(pointer for pointer, _code in found[6]) == [
            "/reports/6/happened_at", "/reports/6/reference", "/reports/6/what",
        ]  # fmt: skip
        assert [row["problem"]["errors"][0]["pointer"] for row in answer["rows"][7:11]] == [
            "/reports/7/happened_at", "/reports/8", "/reports/9", "/reports/10",
        ]  # fmt: skip

    def test_all_or_none_takes_nothing_where_a_row_is_refused(self, wheat: Visit, astana: Program):
        answer = astana.post(REPORTS, {"reports": [SAID, {**SAID, "container": NEVER_SEEN}], "all_or_none": True})
        said = answer.json()
        assert (answer.status_code, said["code"], said["refused"], said["rows"]) == (422, "rows-refused", 1, 2)
        assert [error["pointer"] for error in said["errors"]] == ["/reports/1/container"]
        assert not Entry.objects.exists()

    @pytest.mark.parametrize(
        "body",
        [
            {},
            [],
            {"reports": []},
            {"reports": "r"},
            {"reports": [SAID] * 1001},
            {"reports": [SAID], "all_or_none": "y"},
        ],
    )
    def test_a_body_that_is_no_list_of_reports_is_refused_as_a_whole(self, wheat, astana: Program, body):
        assert astana.post(REPORTS, body).status_code == 422
        assert not Entry.objects.exists()

    def test_deep_and_large_bodies_are_refused(self, astana: Program):
        deep = '{"reports": ' + "[" * 2000 + "]" * 2000 + "}"
        assert astana.post(REPORTS, deep).status_code == 400
        assert astana.post(REPORTS, '{"reports": ["' + "x" * (10 * 1024 * 1024) + '"]}').status_code == 413
        nested = '{"reports": [' + '{"a":' * 500 + "1" + "}" * 500 + "]}"
        assert statuses(astana.post(REPORTS, nested).json()) == ["refused"]


@on_a_database
class TestMany:
    def test_a_thousand_cost_the_same_queries_as_one(self, wheat: Visit, astana: Program, django_assert_num_queries):
        send(astana, {**SAID, "reference": "first"})
        for start, many in ((0, 1), (1, 1000)):
            with django_assert_num_queries(6):  # the key, BEGIN, the visits, in turn the known ones, the rows, COMMIT
                send(astana, *({**SAID, "reference": f"r-{n}"} for n in range(start, start + many)))

    def test_two_who_send_the_same_at_once_leave_one_row_each(self, wheat: Visit, astana: Program):
        reports = [{**SAID, "reference": f"r-{n}"} for n in range(200)]
        ready, told = Barrier(2), []

        def tell(mine):
            ready.wait()
            told.append(send(astana, *mine))
            connection.close()

        crew = [Thread(target=tell, args=(each,)) for each in (reports, reports[::-1])]
        for each in crew:
            each.start()
        for each in crew:
            each.join()
        assert sorted((each["recorded"], each["known"]) for each in told) == [(0, 200), (200, 0)]
        assert Entry.objects.count() == 200

    def test_references_may_hold_what_means_something_to_the_database(self, wheat: Visit, astana: Program):
        odd = ['a"b', "a\\b", "NULL", "{a,b}", "a,b", "'", "\\N", "中 欧"]
        sent = [{**SAID, "reference": name, "note": name} for name in odd]
        first, again = send(astana, *sent), send(astana, *sent)
        assert (statuses(first), statuses(again)) == (["recorded"] * len(odd), ["known"] * len(odd))
        kept = Entry.objects.order_by("id").values_list("source_ref", "payload__note")
        assert list(kept) == [(name, name) for name in odd]

    def test_sent_again_with_its_key_it_is_answered_as_the_first_time(self, wheat: Visit, astana: Program):
        body = {"reports": [SAID]}
        first = astana.post(REPORTS, body, **{"Idempotency-Key": "k"})
        again = astana.post(REPORTS, body, **{"Idempotency-Key": "k"})
        assert (first.content, again["Idempotent-Replayed"]) == (again.content, "true")


lines = st.one_of(st.text(max_size=6), st.sampled_from(["X9014", " a", "a ", "a\n", "\x7f", "", "R" * 61]))
members = {
    "reference": st.one_of(lines, st.integers(), st.just("R" * 101)),
    "container": st.one_of(lines, st.sampled_from([BOX, WRONG, "csqu 305438-3", " CSQU3054383 "]), st.none()),
    "what": st.one_of(st.sampled_from(["passed", "border-crossed", "PASSED", ""]), st.booleans()),
    "happened_at": st.one_of(
        st.datetimes(timezones=st.just(UTC)).map(datetime.isoformat),
        st.datetimes().map(datetime.isoformat),
        st.sampled_from([
            "2026-05-02T03:20:00Z", "2026-05-02 03:20:00+08:00", "2026-05-02", "2026-05-02T24:00:00Z", "now", "",
            "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-05-02T03:20Z", "2026-02-30T03:20:00Z",
        ]),
        st.integers(),
    ),
    "classifier": st.sampled_from(["actual", "planned", "Actual", None]),
    "place": st.one_of(st.text(alphabet=string.ascii_letters + " -", max_size=7), st.none()),
    "mode": st.sampled_from(["rail", "sea", "air", None, ""]),
    "carrier": lines,
    "note": lines,
    "more": st.just(1),
}  # fmt: skip
required = ("reference", "container", "what", "happened_at")


@given(
    st.fixed_dictionaries(
        {name: members[name] for name in required},
        optional={name: each for name, each in members.items() if name not in required},
    )
)
def test_what_the_quick_form_takes_the_serializer_takes_alike(row):
    try:
        quick = _quick(msgspec.convert(row, QuickReport))
    except (msgspec.ValidationError, NotPlain, Refused, OverflowError):
        return
    try:
        assert quick == _slow(row)
    except ValidationError as refused:
        raise AssertionError(f"only the quick form takes {row}") from refused


@on_a_database
def test_no_rule_can_be_made_to_follow_on_what_others_report(astana):
    assert "progress-reported" not in dict(StopRuleFactory._meta.model._meta.get_field("event").flatchoices)


def test_container_numbers_of_the_tests_are_right():
    assert container_number(305438, "CSQ") == BOX
