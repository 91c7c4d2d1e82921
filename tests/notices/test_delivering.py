"""The unsent row is the queue: nothing is lost, a repeat is recognisable, one bad address holds up nobody."""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from apps.common.xlsx import MAGIC, MEDIA_TYPE
from apps.notices import services
from apps.notices.models import Attempt, Enclosure, Notice
from apps.notices.services import File, NewNotice, NotParked
from apps.parties.actors import Actor, NotYours
from apps.reports.plots import Day, days_plot
from tests.factories.notices import MONDAY_TEN, NoticeFactory
from tests.factories.parties import staff

REPORT = File("Отчёт 2026-05.pdf", "application/pdf", b"%PDF-1.7 \xff")
SHEET = File("2026-05.xlsx", MEDIA_TYPE, MAGIC + b"\x00\xff")
PLOT = days_plot([Day(MONDAY_TEN.date(), 1000, 9)], rated_teu=1123, rated_trains=10)


def new(lyg, **values) -> NewNotice:
    facts = {"recipient": "madina@terminal.example", "language": "ru", "about": "yard", "subject": "Склад полон"}
    return NewNotice(**{"terminal": lyg, "text": "Полон.", "html": "<img src='cid:plot'>", **facts, **values})


@pytest.mark.django_db
class TestWriting:
    def test_what_was_said_under_a_key_is_not_said_again(self, lyg):
        first = services.write([new(lyg, once_key="digest:1"), new(lyg, once_key="digest:2")], MONDAY_TEN)
        again = services.write([new(lyg, once_key="digest:1"), new(lyg)], MONDAY_TEN)
        assert (len(first), len(again), Notice.objects.count()) == (2, 1, 3)

    def test_a_line_break_in_a_subject_cannot_become_a_header(self, lyg):
        (notice,) = services.write([new(lyg, subject="Full\r\nBcc: all@example.com")], MONDAY_TEN)
        assert notice.subject == "Full Bcc: all@example.com"

    def test_files_of_a_notice_that_was_said_before_are_not_kept_a_second_time(self, lyg):
        for _ in range(2):
            services.write([new(lyg, once_key="report:2026-05", files=(REPORT,))], MONDAY_TEN)
        assert Enclosure.objects.count() == 1


@pytest.mark.django_db
class TestDelivering:
    def test_a_mail_arrives_as_html_and_text_with_the_plot_inside(self, lyg, server):
        (notice,) = services.write([new(lyg, image=PLOT)], MONDAY_TEN)
        assert services.deliver_due(MONDAY_TEN) == 1
        (mail,) = server.taken
        assert mail["Subject"] == "Склад полон"
        assert str(mail["Message-ID"]).strip() == notice.message_id
        kinds = [part.get_content_type() for part in mail.walk() if not part.is_multipart()]
        assert kinds == ["text/plain", "text/html", "image/png"]
        (image,) = [part for part in mail.walk() if part.get_content_type() == "image/png"]
        assert image["Content-ID"] == "<plot>"
        assert image.get_payload(decode=True) == PLOT
        notice.refresh_from_db()
        assert (notice.state, notice.sent_at, notice.claimed_at) == ("sent", MONDAY_TEN, None)

    def test_enclosed_files_arrive_under_their_names_and_the_plot_stays_inside(self, lyg, server):
        services.write([new(lyg, image=PLOT, files=(REPORT, SHEET))], MONDAY_TEN)
        services.deliver_due(MONDAY_TEN)
        (mail,) = server.taken
        whole, *files = mail.iter_parts()
        assert (mail.get_content_type(), whole.get_content_type()) == ("multipart/mixed", "multipart/related")
        assert [(each.get_filename(), each.get_content_type(), each.get_content()) for each in files] == [
            (REPORT.name, REPORT.media_type, REPORT.content),
            (SHEET.name, SHEET.media_type, SHEET.content),
        ]
        assert [each.get_content_type() for each in mail.iter_attachments()] == [REPORT.media_type, SHEET.media_type]

    def test_one_refused_reader_holds_up_nobody(self, lyg, server):
        server.refused = {"gone@terminal.example"}
        refused = NoticeFactory(recipient="gone@terminal.example")
        NoticeFactory.create_batch(2)
        assert services.deliver_due(MONDAY_TEN) == 2
        refused.refresh_from_db()
        assert (refused.state, refused.attempts) == ("waiting", 1)
        assert refused.log.get().answer == "550 5.1.1 no such reader"

    def test_a_server_that_is_down_is_asked_once_and_nothing_is_lost(self, lyg, server):
        server.stop()
        NoticeFactory.create_batch(5)
        assert services.deliver_due(MONDAY_TEN) == 0
        assert Attempt.objects.count() == 1
        server.start()
        assert services.deliver_due(MONDAY_TEN + timedelta(seconds=15)) == 5
        assert len(set(server.message_ids)) == 5

    def test_a_server_that_is_too_slow_leaves_the_mail_waiting_under_its_message_id(self, lyg, server, settings):
        settings.EMAIL_TIMEOUT, server.pause_s = 0.3, 2.0
        notice = NoticeFactory()
        assert services.deliver_due(MONDAY_TEN) == 0
        server.pause_s = 0.0
        assert services.deliver_due(MONDAY_TEN + timedelta(minutes=1)) == 1
        assert server.message_ids == [notice.message_id] * 2

    def test_pauses_grow_to_a_quarter_of_an_hour_and_after_three_days_it_is_parked(self, lyg, server):
        server.refused = {"manager@terminal.example"}
        notice, pauses = NoticeFactory(), []
        while notice.state == Notice.State.WAITING:
            at = notice.next_attempt_at
            services.deliver_due(at)
            notice.refresh_from_db()
            pauses.append(int((notice.next_attempt_at - at).total_seconds()))
        assert pauses[:7] == [15, 30, 60, 120, 240, 480, 900]
        assert notice.state == Notice.State.PARKED
        assert timedelta(days=2, hours=23) < at - MONDAY_TEN <= timedelta(days=3)

    def test_a_mail_that_cannot_be_built_holds_up_nobody(self, lyg, server):
        broken = NoticeFactory(recipient="no address\nat all")
        NoticeFactory()
        assert services.deliver_due(MONDAY_TEN) == 1
        broken.refresh_from_db()
        assert "BadHeaderError" in broken.log.get().answer or "Error" in broken.log.get().answer

    def test_what_another_holds_in_hand_is_left_alone_until_its_lease_ends(self, lyg, server):
        NoticeFactory(in_hand=True)
        assert services.deliver_due(MONDAY_TEN + timedelta(seconds=60)) == 0
        assert services.deliver_due(MONDAY_TEN + services.LEASE) == 1


@pytest.mark.django_db
class TestSendingAgain:
    def test_a_parked_mail_is_tried_for_three_more_days_under_the_same_message_id(self, lyg, server):
        notice, later = NoticeFactory(parked=True), MONDAY_TEN + timedelta(days=5)
        services.send_again(notice, by=Actor.person(staff("notices.change_notice", username="admin")), at=later)
        services.deliver_due(later)
        assert server.message_ids == [notice.message_id]

    def test_only_what_is_parked_can_be_sent_again(self, lyg):
        with pytest.raises(NotParked):
            services.send_again(NoticeFactory(), by=Actor.itself("test"), at=MONDAY_TEN)

    def test_it_takes_the_right(self, lyg):
        with pytest.raises(NotYours):
            services.send_again(NoticeFactory(parked=True), by=Actor.person(staff(username="clerk")), at=MONDAY_TEN)


@pytest.mark.django_db(transaction=True)
def test_two_who_claim_at_once_get_different_mails(lyg):
    NoticeFactory.create_batch(2)
    from threading import Thread

    claimed = []

    def claim() -> None:
        claimed.append(services.claim_next(MONDAY_TEN).pk)
        connection.close()

    with transaction.atomic():
        mine = services.claim_next(MONDAY_TEN)
        other = Thread(target=claim)
        other.start()
        other.join()
    assert claimed
    assert claimed != [mine.pk]
