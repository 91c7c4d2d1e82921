"""Rows are what a full recount comes to, at any time; where they are not, it is said which, and mended."""

import random
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from apps.journal.models import Entry
from apps.journal.services import correct, record, retract
from apps.reports.models import Bookmark, DailyDwell, DailyThroughput, HourlyThroughput
from apps.reports.services import check, fold_journal, mend
from terminal.throughput import Direction, Mode
from tests.factories.containers import VisitFactory
from tests.factories.journal import crossing, may, of_a_call
from tests.factories.network import TerminalFactory
from tests.reports.test_folding_at_once import in_a_thread

AT = may(9)
MAY_2 = date(2026, 5, 2)


def recount(*arguments):
    """What the command said, and how it ended."""
    out = StringIO()
    try:
        call_command("recount", *arguments, stdout=out)
    except SystemExit as ended:
        return out.getvalue(), ended.code
    return out.getvalue(), 0


def _everything_is_settled():
    """As if the transaction of the test had long been over: a fold has nothing to look at again."""
    Bookmark.objects.update(xid=2**62)


@pytest.mark.django_db
class TestChecking:
    @pytest.fixture
    def counted(self, lyg, box_in):
        """A box on each of three days of May, the second of which left again."""
        for day in (1, 2, 3):
            box_in(may(day))
        visit = VisitFactory(terminal=lyg, departed=True, arrived_at=may(1), departed_at=may(2))
        record(crossing(lyg, may(2), direction=Direction.OUT, visit_id=visit.pk))
        fold_journal(at=AT)
        return lyg

    def test_what_was_folded_is_what_a_full_recount_comes_to(self, counted):
        assert recount("--check") == ("cnlyg: 3 days looked at, 0 differ from a full recount.\n", 0)

    def test_what_is_not_counted_yet_is_counted_first(self, counted, box_in):
        box_in(may(3, 1))
        assert check(counted, at=AT) == []

    @pytest.mark.parametrize(
        ("damage", "named"),
        [
            (lambda: DailyThroughput.objects.filter(on=MAY_2).update(in_rail=7), "in_rail: counted 7, true 1"),
            (lambda: DailyThroughput.objects.filter(on=MAY_2).delete(), "in_rail: counted 0, true 1"),
            (lambda: HourlyThroughput.objects.filter(starts_at=may(2)).update(moves=9), "moves 12:00: counted 9, true"),
            (lambda: DailyDwell.objects.update(minutes=[1]), "minutes through laden: counted [1], true [1440]"),
            (lambda: DailyDwell.objects.all().delete(), "minutes through laden: counted 0, true [1440]"),
        ],
        ids=["a figure", "a day", "an hour", "a stay", "all stays"],
    )
    def test_what_differs_is_named_by_day_and_figure_and_ends_the_command_with_one(self, counted, damage, named):
        _everything_is_settled()
        damage()
        said, code = recount("--check")
        assert f"cnlyg 2026-05-02 {named}" in said
        assert "1 differ from a full recount" in said
        assert code == 1
        assert recount("--check")[1] == 1, "looking mends nothing"
        assert "1 mended" in recount()[0]
        assert recount("--check")[1] == 0

    def test_days_can_be_named(self, counted):
        _everything_is_settled()
        DailyThroughput.objects.update(in_rail=7)
        said, code = recount("--check", "--from", "2026-05-02", "--to", "2026-05-02", "--terminal", "cnlyg")
        assert (code, "1 days looked at" in said) == (1, True)
        assert {line.split()[1] for line in said.splitlines()[:-1]} == {"2026-05-02"}

    def test_a_row_of_a_day_on_which_nothing_happened_any_more_is_found(self, counted):
        DailyThroughput.objects.create(terminal=counted, on=date(2026, 6, 1), moves=3, counted_at=AT)
        assert [(each.day, each.figure) for each in check(counted, at=AT)] == [(date(2026, 6, 1), "moves")]
        mend(counted, at=AT)
        assert check(counted, at=AT) == []

    def test_an_event_a_year_late_opens_its_day_and_the_rows_are_right(self, counted, box_in):
        box_in(may(2) - timedelta(days=365))
        assert fold_journal(at=AT + timedelta(days=365))[0] == date(2025, 5, 2)
        assert check(counted, at=AT) == []

    def test_a_clock_that_jumps_changes_no_figure(self, counted, box_in):
        fold_journal(at=AT + timedelta(days=4000))
        box_in(may(3, 2))
        fold_journal(at=AT - timedelta(days=4000))
        assert check(counted, at=AT) == []
        assert DailyThroughput.objects.get(on=date(2026, 5, 3)).in_rail == 2

    @pytest.mark.parametrize("seed", range(4))
    def test_rows_are_true_whatever_is_recorded_corrected_and_retracted_between_folds(self, lyg, seed, fold):
        draw = random.Random(seed)
        visits = [VisitFactory(terminal=lyg, departed=True) for _ in range(4)]
        for _ in range(30):
            _something(draw, lyg, visits)
            if draw.random() < 0.5:
                fold(AT)
                assert check(lyg, at=AT) == []


def _something(draw, lyg, visits):
    at = may(draw.randint(1, 5), draw.randint(0, 23))
    standing = list(Entry.objects.standing())
    deed = draw.random()
    if deed < 0.6 or not standing:
        visit = draw.choice(visits)
        record(
            crossing(lyg, at, direction=draw.choice(list(Direction)), mode=draw.choice(list(Mode)), visit_id=visit.pk),
            of_a_call(lyg, at),
        )
    elif deed < 0.8:
        correct(draw.choice(standing), at=at, actor="user:li")
    else:
        retract(draw.choice(standing), actor="user:li", reason="never was")


@pytest.mark.django_db(transaction=True)
def test_a_check_while_boxes_come_in_and_folds_run_finds_nothing_wrong():
    lyg, wrong, done = TerminalFactory(), [], []

    def write():
        for minute in range(40):
            record(crossing(lyg, may(2, 8, minute)))
        done.append(True)

    def fold():
        while len(done) < 2:
            fold_journal(at=AT)

    def look():
        while len(done) < 2:
            wrong.extend(check(lyg, at=AT))

    threads = [in_a_thread(work) for work in (write, fold, look, write)]
    for each in threads:
        each.join()
    connection.close()
    assert wrong == []
    assert check(lyg, at=AT) == []
    assert DailyThroughput.objects.get().in_rail == 80
