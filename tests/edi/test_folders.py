"""Files in a partner's folder: taken when whole, moved when all is written, and what we write appears whole."""

import os
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.utils import timezone

from apps.containers.models import Visit
from apps.edi import services
from apps.edi.models import Interchange, Partner
from apps.edi.services import folders
from apps.edi.tasks import exchange_files
from apps.journal.models import Entry
from apps.parties.actors import Actor, NotYours
from terminal.edifact.acknowledging import read_answers
from terminal.events import EventKind
from tests.edi.test_taking import A_SHIP_NOBODY_KNOWS, ONE, TWO
from tests.factories.edi import PartnerFactory, interchange, take
from tests.factories.parties import staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner(lyg, settings, tmp_path):
    settings.EDI_FOLDERS = tmp_path
    return PartnerFactory(uses_folder=True)


def later():
    """A moment at which what was written just now is settled."""
    return timezone.now() + timedelta(minutes=1)


def put(partner, name, data):
    path = services.folder_of(partner, "in") / name
    path.write_bytes(data)
    return path


def names(partner, folder):
    return sorted(each.name for each in services.folder_of(partner, folder).iterdir())


def test_a_file_is_taken_and_moved_and_its_answers_are_put_out(partner):
    put(partner, "advice.edi", interchange(ONE))
    assert services.exchange_files(at=later()) == (1, 2)
    assert (names(partner, "in"), names(partner, "done"), names(partner, "refused")) == ([], ["advice.edi"], [])
    assert names(partner, "out") == ["1.edi", "2.edi"]
    answers = [read_answers((services.folder_of(partner, "out") / name).read_bytes()) for name in ("1.edi", "2.edi")]
    assert [each[0].accepted for each in answers] == [True, True]
    row = Interchange.objects.came().get()
    assert (row.door, row.by, row.original.name) == ("folder", "terminal:edi folder yellow-sea", "advice.edi")
    assert services.exchange_files(at=later()) == (0, 0)


def test_a_refused_file_lies_beside_its_report(partner):
    put(partner, "list.edi", interchange(A_SHIP_NOBODY_KNOWS))
    services.exchange_files(at=later())
    assert names(partner, "refused") == ["list.edi", "list.edi.report.txt"]
    report = (services.folder_of(partner, "refused") / "list.edi.report.txt").read_text()
    assert report.startswith("IC1: nothing of it was done.\nunknown-here: Segment 4 TDT, element 2: 999X NOBODY")


def test_what_is_still_being_written_is_left(partner):
    put(partner, "now.edi", interchange(ONE))
    for name in (".hidden.edi", "half.edi.part", "half.tmp", "half.filepart"):
        put(partner, name, interchange(ONE))
    (services.folder_of(partner, "in") / "folder.edi").mkdir()
    (services.folder_of(partner, "in") / "link.edi").symlink_to("/etc/passwd")
    assert services.take_files(partner, at=timezone.now()) == []
    assert [each.interchange.original.name for each in services.take_files(partner, at=later())] == ["now.edi"]


def test_a_file_that_grows_while_it_is_read_is_left(partner, monkeypatch):
    path = put(partner, "grows.edi", interchange(ONE))
    whole = os.fstat

    def grown(number):
        path.write_bytes(path.read_bytes() + b" ")
        return whole(number)

    monkeypatch.setattr(folders.os, "fstat", grown)
    assert services.take_files(partner, at=later()) == []
    assert names(partner, "in") == ["grows.edi"]


def test_files_are_taken_in_the_order_of_their_names(partner):
    put(partner, "b.edi", interchange(TWO, reference="2"))
    put(partner, "a.edi", interchange(ONE, reference="1"))
    assert [each.interchange.reference for each in services.take_files(partner, at=later())] == ["1", "2"]


class Crash(BaseException):
    """The machine stops."""


def test_a_crash_before_the_commit_leaves_the_file_and_nothing_else(partner, monkeypatch):
    put(partner, "advice.edi", interchange(ONE))

    def stop(*_args, **_more):
        raise Crash

    monkeypatch.setattr("apps.edi.services.taking.answer", stop)
    with pytest.raises(Crash), transaction.atomic():
        services.take_files(partner, at=later())
    monkeypatch.undo()
    assert [names(partner, "in"), Interchange.objects.count(), Visit.objects.count()] == [["advice.edi"], 0, 0]


def test_a_crash_behind_the_commit_repeats_nothing(partner, monkeypatch):
    put(partner, "advice.edi", interchange(ONE))
    put(partner, "wrong.edi", interchange(A_SHIP_NOBODY_KNOWS, reference="IC2"))
    monkeypatch.setattr(folders, "_move", lambda *_: None)
    services.take_files(partner, at=later())
    monkeypatch.undo()
    before = Interchange.objects.count()
    assert [each.known for each in services.take_files(partner, at=later())] == [True, True]
    assert (Interchange.objects.count(), Visit.objects.count()) == (before, 1)
    assert (names(partner, "in"), names(partner, "done"), names(partner, "refused")) == (
        [], ["advice.edi"], ["wrong.edi", "wrong.edi.report.txt"],
    )  # fmt: skip


def test_the_same_file_again_keeps_both(partner):
    for _ in range(2):
        put(partner, "advice.edi", interchange(ONE))
        services.take_files(partner, at=later())
    assert len(names(partner, "done")) == 2
    assert Visit.objects.count() == 1


def test_a_file_that_is_too_large_is_refused_unread(partner, settings):
    settings.EDI_MAX_BYTES = 1_000
    put(partner, "large.edi", b"x" * 10_000)
    (taken,) = services.take_files(partner, at=later())
    assert (taken.interchange.fault["code"], taken.interchange.original) == ("interchange-too-large", None)
    assert names(partner, "refused") == ["large.edi", "large.edi.report.txt"]


def test_only_partners_that_exchange_files_have_folders(partner, tmp_path):
    PartnerFactory(code="by-api", sender_code="API", party__code="api-line")
    PartnerFactory(code="gone", sender_code="GONE", party__code="gone-line", uses_folder=True, active=False)
    exchange_files()
    assert [each.name for each in Path(tmp_path).iterdir()] == ["yellow-sea"]


def test_what_was_written_before_files_were_agreed_on_is_not_put_there_later(partner):
    Partner.objects.update(uses_folder=False)
    partner.refresh_from_db()
    take(interchange(ONE), partner)
    Partner.objects.update(uses_folder=True)
    partner.refresh_from_db()
    take(interchange(TWO, reference="IC2"), partner)
    services.put_files(partner, at=later())
    assert names(partner, "out") == ["3.edi", "4.edi"]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_one_folder_take_a_file_once(partner):
    put(partner, "advice.edi", interchange(ONE))
    begin, failed = threading.Barrier(3), []

    def work():
        begin.wait()
        try:
            services.exchange_files(at=later())
        except Exception as failure:
            failed.append(failure)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    [each.start() for each in threads]
    [each.join() for each in threads]
    assert failed == []
    assert (Visit.objects.count(), Interchange.objects.came().count()) == (1, 1)
    assert (names(partner, "in"), names(partner, "done")) == ([], ["advice.edi"])
    assert names(partner, "out") == ["1.edi", "2.edi"]


def test_what_was_lost_is_sent_again_to_the_byte(partner):
    put(partner, "advice.edi", interchange(ONE))
    services.exchange_files(at=later())
    sent = services.folder_of(partner, "out") / "1.edi"
    data = sent.read_bytes()
    sent.unlink()
    row = Interchange.objects.went().get(reference="1")
    clerk = Actor.person(staff("edi.send_interchange", username="li.na", terminal=partner.terminal))
    services.send_again(row, by=clerk, at=later())
    assert services.put_files(partner, at=later()) == 1
    row.refresh_from_db()
    assert (sent.read_bytes(), row.times) == (data, 2)
    assert Entry.objects.get(kind=EventKind.INTERCHANGE_SENT_AGAIN.value).payload["reference"] == "1"


def test_nobody_sends_again_what_came_or_without_the_right(partner):
    put(partner, "advice.edi", interchange(ONE))
    services.exchange_files(at=later())
    clerk = Actor.person(staff("edi.view_interchange", username="li.na", terminal=partner.terminal))
    with pytest.raises(NotYours):
        services.send_again(Interchange.objects.went().first(), by=clerk, at=later())
    with pytest.raises(services.NotSentTo):
        services.send_again(Interchange.objects.came().get(), by=Actor.itself("t"), at=later())
