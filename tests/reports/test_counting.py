"""A day's row is what ``terminal.throughput`` counts from the entries that stand."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.journal.models import Entry
from apps.journal.services import correct, record, record_many, retract
from apps.reports.models import DailyThroughput
from apps.reports.selectors import daily, yesterday_against_rated
from apps.reports.services import count_days, fold_journal, recount_by_hand
from terminal.events import Classifier, EventKind
from terminal.throughput import Direction, Mode, Movement, count_day, running_stock, site_day
from tests.factories.journal import SHANGHAI, crossing, may, of_a_call
from tests.factories.network import TerminalFactory

pytestmark = pytest.mark.django_db

MAY_2 = date(2026, 5, 2)

movements = st.builds(
    Movement,
    at=st.integers(0, 3 * 24 * 12).map(lambda five: may(1, 0) + timedelta(minutes=5 * five)),
    direction=st.sampled_from(Direction),
    mode=st.sampled_from(Mode),
    teu=st.sampled_from([Decimal("1.00"), Decimal("2.00"), Decimal("2.25")]),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(movements, max_size=40))
def test_the_database_counts_as_the_terminal_does(lyg, moved):
    days = [date(2026, 5, day) for day in (1, 2, 3)]
    with transaction.atomic():
        record_many(crossing(lyg, m.at, direction=m.direction, mode=m.mode, teu=m.teu) for m in moved)
        count_days(terminal=lyg, days=days, at=may(9))
        found = daily(lyg, days[0], days[-1])
        transaction.set_rollback(True)
    expected = [count_day(m for m in moved if site_day(m.at, SHANGHAI) == day) for day in days]
    for day, count, stock in zip(found, expected, running_stock(expected), strict=True):
        assert [getattr(day.row, f"in_{mode}") for mode in Mode] == list(count.boxes_in_by_mode.values())
        assert [getattr(day.row, f"out_{mode}") for mode in Mode] == list(count.boxes_out_by_mode.values())
        assert (day.row.in_teu, day.row.out_teu) == (count.teu_in, count.teu_out)
        assert (day.row.net_boxes, day.row.net_teu) == (count.net_boxes, count.net_teu)
        assert (day.peak_teu, day.yard_teu) == (stock.peak_teu, stock.closing_teu)
        assert day.throughput_teu == count.throughput_teu
        assert day.row.moves == count.boxes_in + count.boxes_out


def test_a_day_ends_at_midnight_of_the_site_not_of_greenwich(lyg, box_in, rows):
    box_in(datetime(2026, 5, 1, 15, 59, 59, tzinfo=UTC))
    box_in(datetime(2026, 5, 1, 16, 0, tzinfo=UTC))
    fold_journal(at=may(3))
    assert rows() == {1: 1, 2: 1}


def test_in_almaty_the_day_of_the_clock_change_has_25_hours(rows):
    khorgos = TerminalFactory(khorgos=True)
    almaty = ZoneInfo("Asia/Almaty")
    for moment in (datetime(2024, 2, 29, 0, tzinfo=almaty), datetime(2024, 2, 29, 18, 59, tzinfo=UTC)):
        record(crossing(khorgos, moment))
    assert fold_journal(at=may(3)) == [date(2024, 2, 29)]
    assert rows() == {29: 2}


def test_trains_are_counted_by_arrival_and_departure_and_trucks_are_no_trains(lyg):
    record(
        of_a_call(lyg, may(2), EventKind.CALL_ARRIVED),
        of_a_call(lyg, may(2, 20)),
        of_a_call(lyg, may(2, 21)),
        of_a_call(lyg, may(2), EventKind.CALL_ARRIVED, mode=Mode.ROAD),
    )
    fold_journal(at=may(3))
    day = DailyThroughput.objects.get()
    assert (day.trains_arrived, day.trains_departed, day.moves) == (1, 2, 0)


def test_moves_within_the_yard_are_moves_but_not_throughput(lyg, box_in):
    box_in(may(2))
    record(of_a_call(lyg, may(2), EventKind.CONTAINER_MOVED))
    fold_journal(at=may(3))
    day = DailyThroughput.objects.get()
    assert (day.moves, day.net_boxes, day.throughput_teu) == (2, 1, Decimal("0.5"))


def test_what_is_only_planned_is_not_counted(lyg, box_in):
    box_in(may(2), classifier=Classifier.PLANNED)
    assert fold_journal(at=may(3)) == []
    assert not DailyThroughput.objects.exists()


def test_days_on_which_nothing_moved_are_shown_with_the_stock_that_stood(lyg, box_in):
    box_in(may(1))
    box_in(may(4), teu="2.25")
    fold_journal(at=may(5))
    days = daily(lyg, date(2026, 5, 2), date(2026, 5, 5))
    assert [(day.yard_boxes, day.yard_teu) for day in days] == [
        (1, 1),
        (1, 1),
        (2, Decimal("3.25")),
        (2, Decimal("3.25")),
    ]
    assert str(days[0].row.in_teu) == "0.00"


def test_days_are_read_in_two_queries_however_many_they_are(lyg, box_in, django_assert_num_queries):
    box_in(may(1))
    fold_journal(at=may(2))
    with django_assert_num_queries(2):
        daily(lyg, date(2025, 5, 1), date(2026, 5, 30))


def test_yesterday_stands_against_the_rated_figures(lyg, box_in):
    box_in(may(2), teu="2.00")
    record(of_a_call(lyg, may(2)))
    fold_journal(at=may(3))
    yesterday = yesterday_against_rated(lyg, may(3, 0, 5))
    assert (yesterday.day.on, yesterday.rated_teu) == (MAY_2, 1123)
    assert yesterday.teu_share == Decimal(1) / 1123
    assert round(yesterday.train_share, 3) == Decimal("0.098")


class TestLateWords:
    def test_a_correction_moves_the_box_to_its_right_day(self, lyg, box_in, rows):
        entry = box_in(may(1, 23))
        fold_journal(at=may(3))
        correct(entry, at=may(2, 1), actor="user:li")
        assert {date(2026, 5, 1), MAY_2} <= set(fold_journal(at=may(3)))
        assert rows() == {1: 0, 2: 1}

    def test_a_chain_of_corrections_leaves_no_trace_on_the_days_between(self, lyg, box_in, rows):
        entry = box_in(may(1))
        for day in (2, 3, 4):
            entry = correct(entry, at=may(day), actor="user:li")
        fold_journal(at=may(5))
        assert rows() == {1: 0, 2: 0, 3: 0, 4: 1}

    def test_a_retraction_takes_the_box_out_of_its_day(self, lyg, box_in, rows):
        box_in(may(2))
        retract(box_in(may(2)), actor="user:li", reason="read twice")
        fold_journal(at=may(3))
        assert rows() == {2: 1}

    def test_retracting_what_was_never_counted_opens_no_day(self, lyg):
        entry = record(of_a_call(lyg, may(2), EventKind.HOLD_PLACED))[0]
        retract(entry, actor="user:li", reason="wrong box")
        assert fold_journal(at=may(3)) == []

    def test_a_corrected_size_changes_the_teu(self, lyg, box_in, rows):
        entry = box_in(may(2))
        correct(entry, at=entry.happened_at, actor="user:li", payload={**entry.payload, "teu": "2.25"})
        fold_journal(at=may(3))
        assert rows() == {2: Decimal("2.25")}

    def test_a_recount_by_hand_gives_the_same_row(self, lyg, box_in):
        entry = box_in(may(2))
        correct(entry, at=may(2, 13), actor="user:li")
        box_in(may(2), direction=Direction.OUT, mode=Mode.ROAD)
        fold_journal(at=may(3))
        folded = DailyThroughput.objects.values().get()
        recount_by_hand(terminal=lyg, start=MAY_2, end=MAY_2, at=may(3))
        assert DailyThroughput.objects.values().get() == folded


def test_each_terminal_counts_its_own_boxes(lyg, box_in):
    khorgos = TerminalFactory(khorgos=True)
    box_in(may(2))
    record(crossing(khorgos, may(2), teu="2.00"))
    fold_journal(at=may(3))
    assert dict(DailyThroughput.objects.values_list("terminal__code", "in_teu")) == {"cnlyg": 1, "kzhor": 2}
    assert Entry.objects.count() == 2
