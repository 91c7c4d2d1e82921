"""A mail server that drops the line in the middle of a batch: nobody is lost, nobody gets a heap of copies."""

import os
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from apps.notices import services
from apps.notices.models import Attempt, Notice
from apps.notices.services import NewNotice
from tests.factories.notices import MONDAY_TEN, NoticeFactory
from tests.smtp import once

ROOT = Path(__file__).resolve().parents[2]


def batch(count: int) -> list[Notice]:
    return [NoticeFactory(recipient=f"reader{n}@terminal.example") for n in range(count)]


def waiting() -> int:
    return Notice.objects.filter(state=Notice.State.WAITING).count()


@pytest.mark.django_db
class TestADroppedLine:
    @pytest.mark.parametrize("word", ["MAIL", "RCPT"])
    def test_a_mail_that_was_not_handed_over_goes_out_at_once_over_a_new_line(self, lyg, server, word):
        batch(5)
        server.drops = once(word, after=2)
        assert services.deliver_due(MONDAY_TEN) == 5
        assert (len(server.message_ids), len(set(server.message_ids)), server.lines) == (5, 5, 2)

    def test_a_server_that_ends_each_line_after_two_mails_gets_them_all_in_one_round(self, lyg, server):
        batch(7)
        server.a_line = 2
        assert services.deliver_due(MONDAY_TEN) == 7
        assert (len(set(server.message_ids)), server.lines) == (7, 4)
        assert not Attempt.objects.filter(succeeded=False).exists()

    def test_dropped_after_two_were_taken_the_third_waits_in_doubt_and_the_rest_follow(self, lyg, server):
        notices = batch(5)
        server.drops = once("KEPT", after=2)
        assert services.deliver_due(MONDAY_TEN) == 2
        third = Notice.objects.get(pk=notices[2].pk)
        assert (third.state, third.doubts, third.next_attempt_at) == ("waiting", 1, MONDAY_TEN + timedelta(minutes=1))
        assert services.deliver_due(MONDAY_TEN + timedelta(seconds=15)) == 2
        assert services.deliver_due(MONDAY_TEN + timedelta(minutes=1)) == 1
        assert Counter(server.message_ids) == {each.message_id: 1 for each in notices} | {third.message_id: 2}

    def test_dropped_before_it_was_kept_the_mail_comes_once_and_not_never(self, lyg, server):
        notices = batch(3)
        server.drops = once("DATA", after=1)
        services.deliver_due(MONDAY_TEN)
        services.deliver_due(MONDAY_TEN + timedelta(minutes=1))
        assert sorted(server.message_ids) == sorted(each.message_id for each in notices)

    def test_a_server_that_takes_every_mail_and_never_says_so_sends_no_flood_in_three_days(self, lyg, server):
        server.drops = lambda word: word == "KEPT"
        notice = NoticeFactory()
        while notice.state == Notice.State.WAITING:
            services.deliver_due(notice.next_attempt_at)
            notice.refresh_from_db()
        assert notice.state == Notice.State.PARKED
        assert notice.doubts == len(server.taken) <= 12
        assert set(server.message_ids) == {notice.message_id}

    def test_one_mail_at_which_the_server_always_drops_holds_up_nobody(self, lyg, server):
        poison = NoticeFactory(urgency=Notice.Urgency.URGENT)
        others = batch(3)
        server.drops = lambda word: word == "KEPT" and server.message_ids[-1] == poison.message_id
        at = MONDAY_TEN
        for _ in range(3):
            services.deliver_due(at)
            at += timedelta(seconds=15)
        assert waiting() == 1
        assert set(server.message_ids) >= {each.message_id for each in others}

    @pytest.mark.parametrize("answer", ["451 4.7.1 come back later", "452 4.2.2 full", "554 5.7.1 not wanted"])
    def test_refused_once_it_was_read_a_mail_is_refused_and_not_in_doubt(self, lyg, server, answer):
        server.answer_to_data = answer
        notice = NoticeFactory()
        assert services.deliver_due(MONDAY_TEN) == 0
        notice.refresh_from_db()
        assert (notice.doubts, notice.log.get().answer) == (0, answer)
        assert notice.next_attempt_at == MONDAY_TEN + services.FIRST_PAUSE


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_the_desk_itself_gets_a_batch_through_a_server_that_drops_again_and_again(lyg, server, eventually):
    facts = {"terminal": lyg, "language": "en", "about": "test", "subject": "Yard full", "text": "-", "html": "-"}
    news = [NewNotice(recipient=f"reader{n}@terminal.example", **facts) for n in range(12)]
    server.a_line = 5
    server.drops = once("RCPT", after=7)
    written = services.write(news, timezone.now())
    database = f"{os.environ['DATABASE_OWNER_URL'].rpartition('/')[0]}/{connection.settings_dict['NAME']}"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.testing",
        "DATABASE_URL": database,
        "DATABASE_OWNER_URL": database,
        "EMAIL_URL": f"smtp://127.0.0.1:{server.port}",
    }
    desk = subprocess.Popen([sys.executable, str(ROOT / "manage.py"), "deliver"], env=environment, cwd=ROOT)
    try:
        eventually(lambda: waiting() == 0, seconds=60)
    finally:
        desk.kill()
        desk.wait()
    assert sorted(server.message_ids) == sorted(each.message_id for each in written)
