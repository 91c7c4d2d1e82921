"""Reports to customs on their way: signed, tried again, fetched, answered; and once, whoever hurries."""

from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Barrier, Thread

import orjson
import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from apps.customs.models import DutyReport
from apps.customs.selectors.reports import NoSuchReport, unanswered_reports
from apps.customs.services import duty
from apps.customs.services.duty import sending
from apps.customs.tasks import send_duty_reports
from apps.journal.models import Entry
from apps.parties.actors import Actor
from terminal.lifecycle import StepNotAllowed
from terminal.signatures import headers, require_signed
from tests.factories.authority import SECRET, AuthorityFactory, a_duty_report, say
from tests.factories.calls import MARCH_14, CallFactory
from tests.factories.network import TerminalFactory

pytestmark = pytest.mark.django_db
BY = Actor.itself("test")
LATER = MARCH_14 + timedelta(hours=5)
PATH = "/api/v1/customs/authority/reports/"


class House(BaseHTTPRequestHandler):
    """Customs' system: answers as ``server.answers`` says, in turn, and keeps what came."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        told = {name.lower(): value for name, value in self.headers.items()}
        self.server.came.append((told, body))
        status, answer = self.server.answers.pop(0) if self.server.answers else (200, b"")
        self.send_response(status, self.server.says)
        if status == 302:
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST

    def log_message(self, *_):
        """Say nothing."""


@contextmanager
def house(*answers, says=None):
    server = HTTPServer(("127.0.0.1", 0), House)
    server.answers, server.came, server.says = list(answers), [], says
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    AuthorityFactory(inbox_url=f"http://127.0.0.1:{server.server_port}/reports/")
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_report_goes_out_signed_under_its_number():
    report = a_duty_report()
    with house((200, b"")) as customs:
        assert send_duty_reports() == 1
        assert send_duty_reports() == 0
    [(told, body)] = customs.came
    assert require_signed(body, told, [SECRET], timezone.now()) == report.number
    assert (orjson.loads(body)["report"], orjson.loads(body)["kind"]) == (report.number, "arrival")
    report.refresh_from_db()
    assert (report.status, report.attempts, report.sent_at is not None) == ("sent", 1, True)
    assert Entry.objects.filter(kind="duty-report-sent").count() == 1


def test_what_is_not_taken_is_tried_again_with_the_same_words_after_a_longer_and_longer_pause():
    report, now = a_duty_report(), timezone.now()
    with house((500, b""), (302, b""), (200, b"")) as customs:
        assert duty.send_due_reports(now) == 0
        report.refresh_from_db()
        assert (report.status, report.answer[:3], report.next_attempt_at) == (
            "waiting",
            "500",
            now + timedelta(minutes=1),
        )
        assert duty.send_due_reports(now + timedelta(seconds=59)) == 0
        assert duty.send_due_reports(now + timedelta(minutes=1)) == 0
        report.refresh_from_db()
        assert (report.answer[:3], report.next_attempt_at) == ("302", now + timedelta(minutes=3))
        assert duty.send_due_reports(now + timedelta(minutes=3)) == 1
    assert len({(told["webhook-id"], body) for told, body in customs.came}) == 1
    assert len(customs.came) == 3
    assert [sending.pause_after(n) for n in (6, 7, 40)] == [
        timedelta(minutes=32),
        timedelta(hours=1),
        timedelta(hours=1),
    ]


def test_a_system_of_another_terminal_answers_no_report_of_ours():
    report = a_duty_report(status="sent")
    khorgos = AuthorityFactory(code="khorgos", terminal__khorgos=True)
    told = {"reference": "K-1", "kind": "report_acknowledged", "report": report.number, "issued_at": LATER.isoformat()}
    assert say(told, LATER, khorgos).fault == "unknown-report"
    report.refresh_from_db()
    assert report.status == "sent"


@pytest.mark.parametrize(
    ("answer", "status", "kept"),
    [
        (b"[" * 30_000, "sent", "200 O K"), (b'{"acknowledged": true, "answer": "\\ud800"}', "sent", "200 O K"),
        (b'{"acknowledged": true, "answer": "a\\u0000b\\u0007"}', "acknowledged", "a b"),
        (b'{"acknowledged": true, "answer": ' + b"[" * 1000 + b"]" * 1000 + b"}", "acknowledged", ""),
        (b'{"acknowledged": "yes"}', "sent", "200 O K"), (b"\xff\x00", "sent", "200 O K"),
    ],
    ids=["deep", "half a sign", "no sign", "no words", "no answer", "no text"],
)  # fmt: skip
def test_whatever_is_answered_the_report_is_sent_once(answer, status, kept):
    report = a_duty_report()
    with house((200, answer), says="O\x00K") as customs:
        assert (send_duty_reports(), send_duty_reports()) == (1, 0)
    report.refresh_from_db()
    assert (report.status, report.answer, len(customs.came)) == (status, kept, 1)


def test_a_system_that_does_not_answer_is_not_asked_for_the_next_one_at_once():
    first, second, now = a_duty_report(), a_duty_report(), timezone.now()
    AuthorityFactory(inbox_url="http://127.0.0.1:1/")
    assert duty.send_due_reports(now) == 0
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.attempts, second.attempts, first.status, bool(first.answer)) == (1, 0, "waiting", True)


def test_an_address_that_is_not_http_is_not_opened(tmp_path):
    report, kept = a_duty_report(), tmp_path / "kept"
    kept.write_text("x")
    AuthorityFactory(inbox_url=f"file://{kept}")
    assert duty.send_due_reports(timezone.now()) == 0
    report.refresh_from_db()
    assert (report.status, report.answer) == ("waiting", "not an http address")


@pytest.mark.parametrize(
    ("said", "status"), [({"acknowledged": True, "answer": "ok"}, "acknowledged"), ({"acknowledged": False}, "refused")]
)
def test_customs_may_answer_at_once(said, status):
    report = a_duty_report()
    with house((200, orjson.dumps(said))):
        send_duty_reports()
    report.refresh_from_db()
    assert (report.status, report.answer) == (status, said.get("answer", ""))
    assert Entry.objects.get(kind=f"duty-report-{status}").actor == "authority:lyg-customs"


@pytest.mark.parametrize("body", [b"[1]", b"null", b'{"acknowledged": "yes"}', b"\xff", b"<html>"])
def test_a_body_that_says_nothing_is_no_answer(body):
    report = a_duty_report()
    with house((200, body)):
        send_duty_reports()
    report.refresh_from_db()
    assert report.status == "sent"


def test_a_report_in_hand_is_left_alone_until_a_worker_must_have_died():
    report, now = a_duty_report(), timezone.now()
    AuthorityFactory(inbox_url="http://x.test/")
    assert duty.claim_next(now) == report
    assert duty.claim_next(now + timedelta(seconds=119)) is None
    assert duty.claim_next(now + timedelta(minutes=2)) == report


def test_without_an_address_a_report_waits_to_be_fetched():
    report = a_duty_report()
    AuthorityFactory()
    AuthorityFactory(code="old-customs", inbox_url="http://127.0.0.1:1/", active=False)
    assert send_duty_reports() == 0
    report.refresh_from_db()
    assert (report.status, report.attempts) == ("waiting", 0)


def test_a_report_is_sent_again_until_it_is_answered():
    report = a_duty_report(status="sent", next_attempt_at=None)
    duty.send_again(report, by=BY, at=LATER)
    report.refresh_from_db()
    assert (report.status, report.next_attempt_at) == ("waiting", LATER)
    DutyReport.objects.filter(pk=report.pk).update(next_attempt_at=LATER + timedelta(hours=1))
    duty.send_again(report, by=BY, at=LATER)
    report.refresh_from_db()
    assert report.next_attempt_at == LATER
    duty.note_answer(report, accepted=True, answer="", at=LATER)
    with pytest.raises(StepNotAllowed):
        duty.send_again(report, by=BY, at=LATER)


def heard(report, kind, **more):
    told = {"reference": f"R-{kind}", "kind": kind, "issued_at": timezone.now().isoformat(), "report": report.number}
    return say({**told, **more}, timezone.now())


def test_customs_acknowledges_or_refuses_by_its_message():
    good, bad = a_duty_report(status="sent"), a_duty_report(status="sent")
    assert heard(good, "report_acknowledged").state == "applied"
    assert heard(bad, "report_refused", reason="seal missing").state == "applied"
    good.refresh_from_db()
    bad.refresh_from_db()
    assert (good.status, bad.status, bad.answer) == ("acknowledged", "refused", "seal missing")
    assert set(Entry.objects.filter(kind__startswith="duty-report-").values_list("kind", flat=True)) == {
        "duty-report-made", "duty-report-acknowledged", "duty-report-refused",
    }  # fmt: skip


def test_an_answer_said_twice_is_no_news_and_its_contrary_changes_nothing():
    report = a_duty_report(status="sent")
    duty.note_answer(report, accepted=True, answer="ok", at=LATER)
    duty.note_answer(report, accepted=True, answer="ok", at=LATER)
    assert heard(report, "report_refused", reason="no").state == "refused"
    report.refresh_from_db()
    assert report.status == "acknowledged"


def test_an_answer_that_comes_while_the_report_is_under_way_stands():
    report = duty.claim_next(a_duty_report().next_attempt_at) if AuthorityFactory(inbox_url="http://x.test/") else None
    duty.note_answer(DutyReport.objects.get(pk=report.pk), accepted=True, answer="", at=LATER)
    sending.stamp(report, sending.Reply(accepted=False, words="500"), AuthorityFactory(), LATER)
    report.refresh_from_db()
    assert (report.status, report.next_attempt_at) == ("acknowledged", None)


def fetch(after="", secret=SECRET):
    AuthorityFactory()
    signed = headers(secret, identifier="msg_9", at=timezone.now(), body=b"")
    query = {"after": after} if after else {}
    return Client().get(PATH, query, headers={"Customs-System": "lyg-customs", **signed})


def test_customs_fetches_what_it_has_not_answered():
    first, second, answered = a_duty_report(), a_duty_report(), a_duty_report(status="acknowledged")
    a_duty_report(terminal=TerminalFactory(khorgos=True))
    told = fetch().json()
    assert [each["report"] for each in told["results"]] == [first.number, second.number]
    assert (told["next"], told["results"][0]["content"]["count"]) == (None, 0)
    assert [each["report"] for each in fetch(first.number).json()["results"]] == [second.number]
    first.refresh_from_db()
    assert (first.status, answered.status) == ("sent", "acknowledged")
    assert Entry.objects.filter(kind="duty-report-sent").count() == 2


def test_only_customs_fetches_and_only_from_a_report_that_is_one():
    report = a_duty_report()
    assert fetch(secret="whsec_" + "A" * 32).status_code == 401
    assert Client().get(PATH).status_code == 401
    wrong = fetch("CR-1999-1")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "no-such-report")
    report.refresh_from_db()
    assert report.status == "waiting"


def test_more_than_a_page_is_fetched_page_by_page(monkeypatch):
    monkeypatch.setattr("apps.customs.api.duty.MOST", 1)
    first, second = a_duty_report(), a_duty_report()
    told = fetch().json()
    assert ([each["report"] for each in told["results"]], told["next"]) == ([first.number], first.number)
    assert fetch(told["next"]).json() == {**fetch(first.number).json(), "next": None}
    assert unanswered_reports(first.terminal, after=first.number) == [second]
    with pytest.raises(NoSuchReport):
        unanswered_reports(first.terminal, after="x")


def at_once(*deeds):
    """Do them in threads of their own, at the same moment."""
    gate, answers = Barrier(len(deeds)), []

    def run(deed):
        gate.wait()
        try:
            answers.append(deed())
        finally:
            connection.close()

    threads = [Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.django_db(transaction=True)
def test_two_beats_make_one_report_and_two_workers_send_it_once_with_nothing_open_meanwhile(monkeypatch):
    post, was_open = sending.post, []
    monkeypatch.setattr(sending, "post", lambda *told: (was_open.append(connection.in_atomic_block), post(*told))[1])
    call = CallFactory(working=True, arrived_at=timezone.now())
    now = timezone.now()
    made = at_once(*[lambda: duty.make_arrival_report(call, by=BY, at=now)] * 2)
    assert sorted(report is None for report in made) == [False, True]
    with house() as customs:
        assert sorted(at_once(*[lambda: duty.send_due_reports(now)] * 2)) == [0, 1]
    assert len(customs.came) == 1
    assert was_open == [False]
