"""What a day's row tells beyond boxes and TEU: loads, lifts, delays, papers, how long boxes stood, and its hours."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.containers.models import Visit
from apps.journal.services import Happening, correct, record, record_many, retract
from apps.reports.models import DailyDwell, DailyThroughput, HourlyThroughput
from apps.reports.services import count_days
from terminal.events import EventKind
from terminal.kpis import Load
from terminal.regimes import Direction as Way
from terminal.throughput import (
    Direction,
    Mode,
    Movement,
    count_day,
    day_bounds,
    site_day,
    teu_hours_over_opening,
)
from tests.factories.calls import CallFactory
from tests.factories.containers import ContainerFactory, VisitFactory
from tests.factories.journal import SHANGHAI, crossing, may, of_a_call
from tests.factories.network import TerminalFactory

pytestmark = pytest.mark.django_db

MAY_2 = date(2026, 5, 2)
AT = may(9)

movements = st.builds(
    Movement,
    at=st.integers(0, 2 * 24 * 12 - 1).map(lambda five: may(1, 0) + timedelta(minutes=5 * five)),
    direction=st.sampled_from(Direction),
    mode=st.sampled_from(Mode),
    teu=st.sampled_from([Decimal("1.00"), Decimal("2.00"), Decimal("2.25")]),
    laden=st.sampled_from([True, False, None]),
)


def told(lyg, moved):
    payload = {"mode": moved.mode.value, "teu": str(moved.teu), "laden": moved.laden, "call": "X9014"}
    return crossing(lyg, moved.at, direction=moved.direction, mode=moved.mode, payload=payload)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(movements, max_size=30))
def test_loads_modes_levels_and_hours_are_what_the_terminal_counts(lyg, moved):
    days = [date(2026, 5, day) for day in (1, 2)]
    with transaction.atomic():
        record_many(told(lyg, each) for each in moved)
        count_days(terminal=lyg, days=days, at=AT)
        rows = list(DailyThroughput.objects.order_by("on"))
        hours = list(HourlyThroughput.objects.order_by("starts_at"))
        transaction.set_rollback(True)
    for row, day in zip(rows, days, strict=True):
        of_day = [each for each in moved if site_day(each.at, SHANGHAI) == day]
        count = count_day(of_day)
        assert [getattr(row, f"in_{mode}_teu") for mode in Mode] == list(count.teu_in_by_mode.values())
        assert [getattr(row, f"out_{mode}_teu") for mode in Mode] == list(count.teu_out_by_mode.values())
        for load in (Load.LADEN, Load.EMPTY):
            assert getattr(row, f"in_{load}_teu") == count.teu_in_by_load[load]
            assert getattr(row, f"out_{load}_teu") == count.teu_out_by_load[load]
        level = teu_hours_over_opening(of_day, day_bounds(day, SHANGHAI)[1])
        assert abs(row.teu_hours_over_opening - level) <= Decimal("0.0005")
        of_hours = [each for each in hours if site_day(each.starts_at, SHANGHAI) == day]
        assert len(of_hours) == 24
        for name in ("in_rail", "out_road", "in_teu", "out_teu", "moves", "net_teu", "productive_lifts"):
            assert sum(getattr(each, name) for each in of_hours) == getattr(row, name), name
    for each in moved:
        (hour,) = [hour for hour in hours if hour.starts_at <= each.at < hour.starts_at + timedelta(hours=1)]
        assert hour.moves == sum(hour.starts_at <= o.at < hour.starts_at + timedelta(hours=1) for o in moved)


@pytest.mark.parametrize(("day", "hours"), [(date(2024, 2, 29), 25), (date(2024, 3, 2), 24)])
def test_a_day_has_the_hours_its_clocks_gave_it(day, hours):
    khorgos = TerminalFactory(khorgos=True)
    last = datetime(2024, 2, 29, 18, 30, tzinfo=UTC)  # the second 23:30 that evening in Almaty
    record(crossing(khorgos, last))
    count_days(terminal=khorgos, days=[day], at=AT)
    rows = list(HourlyThroughput.objects.order_by("starts_at"))
    assert len(rows) == hours
    assert [row.in_rail for row in rows][-1] == (1 if hours == 25 else 0)


def test_a_day_whose_clocks_went_forward_has_23_hours(lyg):
    lyg.zone_name = "Europe/Berlin"
    record(crossing(lyg, datetime(2026, 3, 29, 3, 10, tzinfo=ZoneInfo("Europe/Berlin"))))
    count_days(terminal=lyg, days=[date(2026, 3, 29)], at=AT)
    rows = list(HourlyThroughput.objects.order_by("starts_at"))
    assert (len(rows), [row.in_rail for row in rows][2]) == (23, 1)


class TestLifts:
    def moved(self, lyg, hour, **payload):
        said = {"from": "A-01-01-1", "to": "A-01-02-1", "rehandle": False, **payload}
        record(
            Happening(
                kind=EventKind.CONTAINER_MOVED, terminal_id=lyg.pk, at=may(2, hour), actor="user:wang", payload=said
            )
        )

    def test_what_only_made_way_is_unproductive_and_the_first_cell_is_no_second_lift(self, lyg, fold, box_in):
        box_in(may(2, 8))
        self.moved(lyg, 8, **{"from": ""})
        self.moved(lyg, 9, rehandle=True)
        self.moved(lyg, 10)
        fold(AT)
        day = DailyThroughput.objects.get()
        assert (day.rehandles, day.productive_lifts, day.moves) == (1, 2, 4)


class TestDepartures:
    def test_minutes_late_are_counted_from_the_plan_and_a_train_without_one_is_not_judged(self, lyg, fold):
        for hour, planned in ((10, may(2, 10)), (9, may(2, 8)), (7, None)):
            call = CallFactory(scheduled_arrival_at=may(1), scheduled_departure_at=planned)
            left = of_a_call(lyg, may(2, hour) + timedelta(seconds=1))
            record(Happening(**{**left.__dict__, "call_id": call.pk}))
        fold(AT)
        day = DailyThroughput.objects.get()
        assert (day.trains_departed, day.departure_delays) == (3, [1, 61])

    def test_papers_that_came_after_their_train_count_as_late_until_the_word_on_it_is_corrected(self, lyg, fold):
        call = CallFactory(terminal=lyg)
        came = of_a_call(lyg, may(2, 10), EventKind.CALL_ARRIVED)
        record(Happening(**{**came.__dict__, "call_id": call.pk}))
        papers = Happening(
            kind=EventKind.CONSIST_RECEIVED, terminal_id=lyg.pk, at=may(2, 11), actor="x", call_id=call.pk
        )
        (late,) = record(papers)
        fold(AT)
        assert DailyThroughput.objects.get().consists_in_time == 0
        correct(late, at=may(1, 20), actor="user:li")
        assert fold(AT) == {2}
        assert DailyThroughput.objects.get().consists_in_time == 1
        retract(late.__class__.objects.get(lineage=late.lineage, revision=2), actor="user:li", reason="another train")
        assert fold(AT) == {2}
        assert DailyThroughput.objects.get().consists_in_time == 0


class TestStays:
    """A box that came on the first of May and leaves on the second."""

    def stay(self, lyg, *, came, left, **values):
        visit = VisitFactory(terminal=lyg, departed=True, arrived_at=came, departed_at=left, advised_at=came, **values)
        number = visit.container.number
        record(
            crossing(lyg, came, visit_id=visit.pk, container_number=number),
            crossing(lyg, left, direction=Direction.OUT, visit_id=visit.pk, container_number=number),
        )
        return visit

    def dwell(self):
        return {(row.on.day, row.direction, row.load): row.minutes for row in DailyDwell.objects.all()}

    def test_a_stay_is_counted_on_the_day_it_ends_by_direction_and_load(self, lyg, fold):
        self.stay(lyg, came=may(1, 10), left=may(2, 11, 30))
        self.stay(lyg, came=may(2, 8), left=may(2, 9), direction=Way.OUTBOUND.value)
        fold(AT)
        assert self.dwell() == {(2, "through", "laden"): [25 * 60 + 30], (2, "outbound", "laden"): [60]}

    def test_a_number_that_is_used_again_is_another_stay(self, lyg, fold):
        box = ContainerFactory()
        self.stay(lyg, came=may(1, 10), left=may(1, 12), container=box)
        self.stay(lyg, came=may(2, 10), left=may(2, 11), container=box)
        fold(AT)
        assert self.dwell() == {(1, "through", "laden"): [120], (2, "through", "laden"): [60]}

    def test_an_arrival_that_is_corrected_later_opens_the_day_on_which_the_box_left(self, lyg, fold):
        visit = self.stay(lyg, came=may(1, 10), left=may(2, 10))
        fold(AT)
        (arrival,) = lyg_entries(visit, EventKind.CONTAINER_DISCHARGED)
        Visit.objects.filter(pk=visit.pk).update(arrived_at=may(1, 22))
        correct(arrival, at=may(1, 22), actor="user:li")
        assert fold(AT) == {1, 2}
        assert self.dwell() == {(2, "through", "laden"): [720]}

    def test_a_departure_that_is_taken_back_takes_its_stay_away(self, lyg, fold):
        visit = self.stay(lyg, came=may(1, 10), left=may(2, 10))
        fold(AT)
        (left,) = lyg_entries(visit, EventKind.CONTAINER_LOADED)
        retract(left, actor="user:li", reason="another box")
        fold(AT)
        assert self.dwell() == {}

    def test_what_is_said_of_a_visit_after_it_left_is_counted_with_its_day(self, lyg, fold):
        visit = self.stay(lyg, came=may(1, 10), left=may(2, 10))
        fold(AT)
        Visit.objects.filter(pk=visit.pk).update(direction=Way.INBOUND.value)
        record(Happening(kind=EventKind.VISIT_CHANGED, terminal_id=lyg.pk, at=AT, actor="user:li", visit_id=visit.pk))
        fold(AT)
        assert self.dwell() == {(2, "inbound", "laden"): [1440]}

    def test_a_box_whose_number_was_known_before_it_came_was_foretold(self, lyg, fold):
        visit = self.stay(lyg, came=may(2, 10), left=may(3, 10))
        self.stay(lyg, came=may(2, 11), left=may(3, 10))
        Visit.objects.filter(pk=visit.pk).update(advised_at=may(1))
        fold(AT)
        day = DailyThroughput.objects.get(on=MAY_2)
        assert (day.in_rail, day.boxes_foretold) == (2, 1)


def lyg_entries(visit, kind):
    from apps.journal.models import Entry

    return list(Entry.objects.filter(visit_id=visit.pk, kind=kind.value))
