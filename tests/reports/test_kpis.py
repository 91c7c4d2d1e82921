"""All figures of some days: what they come to, what they are compared with, and as tables."""

import csv
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.urls import include, path

from apps.common.xlsx import rows_of_workbook
from apps.journal.services import Happening, record
from apps.reports.selectors.kpis import kpis
from apps.reports.selectors.periods import dwell, monthly, periods
from apps.reports.services import fold_journal
from apps.trains.models import TrackStay
from apps.warehouse.models import HalfDay
from apps.yard.models import WorkOrder
from terminal.kpis import Lengths, Ratio, Span
from terminal.throughput import Direction
from tests.factories.calls import CallFactory
from tests.factories.containers import VisitFactory
from tests.factories.journal import crossing, may, of_a_call
from tests.factories.parties import staff
from tests.factories.trains import TrackFactory, TrainVisitFactory
from tests.factories.warehouse import ZoneFactory
from tests.factories.yard import BlockFactory
from tests.reports.test_api import program

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

urlpatterns = [path("api/v1/", include("apps.reports.api.urls"))]

AT = may(20)
MAY = Span(date(2026, 5, 1), date(2026, 5, 31))


def day(n: int, month: int = 5) -> Span:
    return Span(date(2026, month, n), date(2026, month, n))


def leave(lyg, at, *, late: int) -> None:
    call = CallFactory(terminal=lyg, scheduled_arrival_at=at, scheduled_departure_at=at - timedelta(minutes=late))
    record(Happening(**{**of_a_call(lyg, at).__dict__, "call_id": call.pk}))


def box_out(lyg, came, left, **values) -> None:
    visit = VisitFactory(terminal=lyg, departed=True, arrived_at=came, departed_at=left, **values)
    record(crossing(lyg, came, visit_id=visit.pk), crossing(lyg, left, direction=Direction.OUT, visit_id=visit.pk))


class TestPeriods:
    def test_a_month_is_late_as_its_trains_are_not_as_its_days(self, lyg):
        for minutes in (0, 0, 0):
            leave(lyg, may(1), late=minutes)
        leave(lyg, may(2), late=60)
        fold_journal(at=AT)
        days = periods(lyg, [day(1), day(2)])
        assert [each.on_time.share for each in days] == [1, 0]
        (month,) = monthly(lyg, MAY)
        assert month.on_time == Ratio(3, 4)

    def test_what_is_in_time_is_the_terminals_own_word(self, lyg):
        leave(lyg, may(1), late=40)
        fold_journal(at=AT)
        lyg.on_time_tolerance_minutes = 45
        assert periods(lyg, [day(1)])[0].on_time == Ratio(1, 1)

    def test_the_level_of_a_span_is_the_mean_over_its_hours(self, lyg):
        record(crossing(lyg, may(1, 0), teu="24.00"), crossing(lyg, may(2, 12), teu="24.00"))
        fold_journal(at=AT)
        first, second = periods(lyg, [day(1), day(2)])
        assert (first.level.mean_teu, second.level.mean_teu, second.level.peak_teu) == (24, 36, 48)
        (both,) = periods(lyg, [Span(date(2026, 5, 1), date(2026, 5, 2))])
        assert (both.level.mean_teu, both.level.closing_teu) == (30, 48)
        (later,) = periods(lyg, [day(9)])
        assert (later.level.mean_teu, later.level.peak_teu) == (48, 48)

    def test_the_median_of_a_month_is_of_its_boxes_not_of_its_days(self, lyg):
        for minutes in (10, 20, 30):
            box_out(lyg, may(1, 1), may(1, 1) + timedelta(minutes=minutes))
        box_out(lyg, may(2, 1), may(2, 1) + timedelta(minutes=100), laden=False)
        fold_journal(at=AT)
        assert dwell(lyg, MAY)["", ""] == Lengths(4, 20, 100, 100)
        assert dwell(lyg, day(2))["", ""].median == 100

    def test_however_many_days_it_is_two_questions(self, lyg, django_assert_num_queries):
        with django_assert_num_queries(2):
            monthly(lyg, Span(date(2016, 1, 1), date(2026, 12, 31)))


class TestKpis:
    def test_a_figure_stands_beside_last_week_last_year_rated_and_wanted(self, lyg):
        for at in (may(10), may(10), may(3)):
            record(of_a_call(lyg, at))
        fold_journal(at=AT)
        trains = next(each for each in kpis(lyg, day(10), AT).compared if each.name == "trains_per_day")
        assert trains.value == 2
        assert trains.against["last_week"].share == 2
        assert (trains.against["rated"].other, trains.against["rated"].difference) == (Decimal("10.2"), Decimal("-8.2"))
        assert round(trains.against["target"].other, 1) == Decimal("13.7")
        assert (trains.against["last_year"].other, trains.against["last_year"].share) == (None, None)

    def test_a_month_is_compared_with_the_month_before_and_no_week(self, lyg):
        found = kpis(lyg, Span(date(2026, 4, 1), date(2026, 4, 30)), AT).compared[0]
        assert list(found.against) == ["before", "last_year", "rated", "target"]

    def test_days_that_are_still_to_come_do_not_thin_the_figures_of_a_month(self, lyg):
        record(crossing(lyg, may(2), teu="40.00"))
        fold_journal(at=AT)
        found = kpis(lyg, MAY, AT)
        assert found.period.span == Span(date(2026, 5, 1), date(2026, 5, 20))
        assert found.period.teu_per_day == 1

    def test_tracks_are_counted_both_ways_and_the_tighter_tells(self, lyg):
        track = TrackFactory(terminal=lyg, usable_m=1000, place_m=800)
        TrackFactory(terminal=lyg, usable_m=1000, place_m=800)
        train = TrainVisitFactory(call__terminal=lyg)
        TrackStay.objects.create(track=track, train=train, from_m=0, to_m=500, since=may(2, 0), until=may(2, 12))
        tracks = kpis(lyg, day(2), AT).tracks
        assert (tracks.metre_hours, tracks.place_hours) == (Ratio(6000, 48000), Ratio(12, 48))
        assert tracks.share == Decimal("0.25")

    def test_a_zone_is_as_full_as_its_half_days(self, lyg):
        zone = ZoneFactory(terminal=lyg, usable_m2=1000)
        HalfDay.objects.create(zone=zone, on=date(2026, 5, 2), half=0, used_m2=600, capacity_m2=1000)
        told = kpis(lyg, day(2), AT)
        (use,), (held,) = told.zones, told.half_days
        assert (held.zone, held.half, held.used.share) == (zone.code, 0, Decimal("0.6"))
        assert (use.used.share, use.peak) == (Decimal("0.3"), Decimal("0.6"))

    def test_a_block_holds_what_stood_in_it_on_average_by_the_orders_that_moved_it(self, lyg):
        one, other = BlockFactory(terminal=lyg, code="A"), BlockFactory(terminal=lyg, code="B")
        visit = VisitFactory(terminal=lyg, departed=True, arrived_at=may(2, 0), departed_at=may(2, 18))
        for hour, block in ((0, one), (6, other)):
            WorkOrder.objects.create(
                terminal=lyg, visit=visit, kind="shift", state="done", planned_at=may(2), done_at=may(2, hour),
                went_to=f"{block.code}-01-01-1",
            )  # fmt: skip
        VisitFactory(terminal=lyg, departed=True, arrived_at=may(1, 0), departed_at=may(1, 18))
        assert {each.code: each.used.part for each in kpis(lyg, day(2), AT).blocks} == {
            "A": Decimal("0.25"),
            "B": Decimal("0.50"),
        }

    def test_what_stands_is_as_old_as_it_is(self, lyg):
        VisitFactory(terminal=lyg, in_yard=True, arrived_at=may(19))
        VisitFactory(terminal=lyg, in_yard=True, arrived_at=may(17), laden=False)
        ages = kpis(lyg, day(2), AT).ages
        assert ages["", ""] == Lengths(2, 1440, 4320, 4320)
        assert ages["through", "empty"].count == 1


class TestApi:
    @pytest.fixture
    def owner(self, lyg):
        record(crossing(lyg, may(2), teu="2.25"), of_a_call(lyg, may(2)))
        fold_journal(at=AT)
        return program(lyg, "figures")

    def test_all_figures_of_a_day_are_told(self, owner):
        told = owner.get("/api/v1/kpis/", {"from": "2026-05-02", "to": "2026-05-02"}).json()
        assert told["figures"]["in_teu"] == "2.25"
        assert told["compared"][0]["name"] == "trains_per_day"
        assert told["quality"]["consists"] == {"part": "0", "whole": "0", "share": None}

    def test_an_owner_whose_boxes_are_none_of_these_reads_figures_of_all_of_them(self, lyg, owner):
        VisitFactory(terminal=lyg, in_yard=True, arrived_at=may(19))
        told = owner.get("/api/v1/kpis/", {"from": "2026-05-02", "to": "2026-05-02"}).json()
        assert told["age_minutes"][-1]["count"] == 1

    @pytest.mark.parametrize(("step", "rows"), [("day", 31), ("month", 1), ("hour", 24)])
    def test_a_table_as_json_csv_and_xlsx_has_the_same_rows(self, owner, step, rows):
        asked = {"from": "2026-05-01", "to": "2026-05-31", "step": step}
        told = owner.get("/api/v1/throughput/table/", asked).json()["rows"]
        lines = list(csv.DictReader(StringIO(owner.get("/api/v1/throughput/table.csv", asked).content.decode())))
        answer = owner.get("/api/v1/throughput/table.xlsx", asked)
        head, *body = [cells for _n, cells in rows_of_workbook(answer.content)]
        assert (len(told), len(lines), len(body)) == (rows, rows, rows)
        assert list(told[0]) == list(lines[0]) == head
        assert sum(Decimal(each["in_teu"]) for each in told) == Decimal("2.25")
        assert sum(Decimal(each["in_teu"]) for each in lines) == Decimal("2.25")
        assert sum(Decimal(each[head.index("in_teu")]) for each in body) == Decimal("2.25")

    def test_ten_years_of_days_are_told_and_more_hours_than_two_months_are_not(self, owner):
        ten = {"from": "2016-06-01", "to": "2026-05-31", "step": "day"}
        assert len(owner.get("/api/v1/throughput/table/", ten).json()["rows"]) == 3652
        refused = owner.get("/api/v1/throughput/table/", {**ten, "step": "hour"})
        assert (refused.status_code, refused.json()["code"]) == (422, "too-long")

    def test_whoever_may_not_read_figures_reads_none(self, lyg, client):
        client.force_login(staff("calls.view_call", username="zhao", terminal=lyg))
        for address in ("kpis/", "throughput/table/", "throughput/table.csv", "throughput/table.xlsx"):
            answer = client.get(f"/api/v1/{address}", {"from": "2026-05-01", "to": "2026-05-01"})
            assert answer.status_code == 403
            assert program(lyg, "read").get(f"/api/v1/{address}").status_code == 403
