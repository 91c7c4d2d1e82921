"""Several folds, late commits: every row is right in the end, and nothing is read for ever."""

import time
from datetime import date
from threading import Event, Thread

import pytest
from django.db import connection, transaction

from apps.journal.models import Entry
from apps.journal.services import correct, record, retract
from apps.reports.models import Bookmark, DailyThroughput
from apps.reports.services import counting, fold_journal, recount_by_hand
from tests.factories.api import all_settled
from tests.factories.journal import crossing, may
from tests.factories.network import TerminalFactory

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 60
MAY_1, MAY_3 = date(2026, 5, 1), date(2026, 5, 3)


def in_a_thread(work):
    def run():
        try:
            work()
        finally:
            connection.close()

    thread = Thread(target=run)
    thread.start()
    return thread


def fold_until_all_is_settled():
    """Transactions of other databases on the server may hold the bookmark back for a while."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        fold_journal(at=may(9))
        mark = Bookmark.objects.get()
        if not Entry.objects.after(mark.xid, mark.entry_id).exists():
            return
        time.sleep(0.05)
    raise AssertionError("the bookmark never came to the end")


def test_a_box_that_commits_after_a_fold_passed_it_is_still_counted(rows):
    lyg, written, may_commit = TerminalFactory(), Event(), Event()

    def write_slowly():
        with transaction.atomic():
            record(crossing(lyg, may(1)))
            written.set()
            may_commit.wait(PATIENCE)

    slow = in_a_thread(write_slowly)
    assert written.wait(PATIENCE)
    record(crossing(lyg, may(2)))
    fold_journal(at=may(3))
    assert rows() == {2: 1}, "what is committed is counted at once"
    may_commit.set()
    slow.join()
    fold_journal(at=may(3))
    assert rows() == {1: 1, 2: 1}


def test_once_all_is_settled_a_fold_opens_no_day():
    record(crossing(TerminalFactory(), may(2)))
    fold_until_all_is_settled()
    assert fold_journal(at=may(3)) == []


def test_folds_and_writers_at_once_end_with_every_box_counted(rows):
    lyg = TerminalFactory()

    def write():
        for minute in range(15):
            record(crossing(lyg, may(2, 8, minute)))

    def fold():
        for _ in range(10):
            fold_journal(at=may(3))

    threads = [in_a_thread(work) for work in (write, fold, write, fold, write)]
    for each in threads:
        each.join()
    fold_journal(at=may(3))
    assert rows() == {2: 45}
    assert DailyThroughput.objects.get().moves == 45


class TestOnlyWhatWasTouched:
    @pytest.fixture
    def boxes(self):
        """One box on each of the first three days of May, counted and settled."""
        lyg = TerminalFactory()
        boxes = [record(crossing(lyg, may(day)))[0] for day in (1, 2, 3)]
        fold_until_all_is_settled()
        return boxes

    def counted_again(self, at):
        return {row.on.day for row in DailyThroughput.objects.filter(counted_at=at)}

    def test_a_late_report_opens_its_day_and_no_other(self, boxes, rows):
        record(crossing(TerminalFactory(), may(2, 23)))
        assert fold_journal(at=may(10)) == [date(2026, 5, 2)]
        assert self.counted_again(may(10)) == {2}
        assert rows() == {1: 1, 2: 2, 3: 1}

    def test_a_correction_opens_the_day_it_leaves_and_the_day_it_goes_to(self, boxes, rows):
        correct(boxes[0], at=may(3, 1), actor="user:li")
        fold_journal(at=may(10))
        assert self.counted_again(may(10)) == {1, 3}
        assert rows() == {1: 0, 2: 1, 3: 2}

    def test_a_retraction_opens_the_day_of_what_it_takes_back(self, boxes, rows):
        retract(boxes[2], actor="user:li", reason="wrong box")
        fold_journal(at=may(10))
        assert self.counted_again(may(10)) == {3}
        assert rows() == {1: 1, 2: 1, 3: 0}


def test_counting_by_hand_is_one_transaction_and_leaves_no_setting_behind(rows):
    lyg = TerminalFactory()
    record(crossing(lyg, may(1)), crossing(lyg, may(2)))
    threads = [in_a_thread(lambda: recount_by_hand(terminal=lyg, start=MAY_1, end=MAY_3, at=may(9))) for _ in range(4)]
    for each in threads:
        each.join()
    assert rows() == {1: 1, 2: 1, 3: 0}
    recount_by_hand(terminal=lyg, start=MAY_1, end=MAY_3, at=may(9))
    with connection.cursor() as cursor:
        before = connection.connection.notices[:]
        cursor.execute("SELECT source FROM pg_settings WHERE name = 'synchronous_commit'")
        assert cursor.fetchone() != ("session",)
    assert not [notice for notice in before if "SET LOCAL" in notice]


def test_years_are_counted_by_stretches_and_who_is_broken_off_goes_on_where_it_was(rows, monkeypatch):
    lyg = TerminalFactory()
    for day in range(1, 8):
        record(crossing(lyg, may(day)))
    monkeypatch.setattr(counting, "STRETCH", 2)
    count, seen = counting.count_days, []

    def broken_off(*, days, **more):
        seen.append(sorted(days))
        if len(seen) == 2:
            raise KeyboardInterrupt
        count(days=days, **more)

    all_settled()
    monkeypatch.setattr(counting, "count_days", broken_off)
    with pytest.raises(KeyboardInterrupt):
        fold_journal(at=may(9))
    assert rows() == {1: 1, 2: 1, 3: 1}
    monkeypatch.setattr(counting, "count_days", count)
    assert fold_journal(at=may(9)) == [date(2026, 5, day) for day in range(4, 8)]
    assert rows() == dict.fromkeys(range(1, 8), 1)
    assert fold_journal(at=may(9)) == []
