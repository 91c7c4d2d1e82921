"""The forecast where people and programs read it: drawn with its bands and score, or said not to be there."""

from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from apps.forecasts.lines import lines_of
from apps.forecasts.pages import _parts_of_it
from apps.forecasts.selectors import latest_of_parts
from apps.forecasts.services import make_forecasts, score_forecasts
from terminal.metrics import Stock
from tests.factories.alerts import RuleFactory
from tests.factories.api import program
from tests.factories.calls import CallFactory
from tests.factories.customs import OfficeFactory
from tests.factories.forecasts import weeks_of_bookings, weeks_of_boxes
from tests.factories.network import TerminalFactory
from tests.factories.parties import staff
from tests.factories.warehouse import ZoneFactory

pytestmark = pytest.mark.django_db

ASKED = "/api/v1/forecasts/"


@pytest.fixture
def now():
    return timezone.now().replace(minute=0, second=0, microsecond=0)


@pytest.fixture
def busy(lyg, now):
    weeks_of_boxes(lyg, until=now)
    return lyg


@pytest.fixture
def manager(lyg, client):
    client.force_login(staff("reports.view_dailythroughput", username="wang", terminal=lyg))
    return client


def page(client):
    return client.get(reverse("forecast-page")).content.decode()


def test_the_page_draws_each_stock_with_what_it_is_made_of(busy, manager, now):
    make_forecasts(busy, now)
    said = page(manager)
    assert said.count("data:image/png;base64,") == 1
    assert "expected to come besides" in said
    assert "Not judged yet" in said


def test_the_page_tells_of_each_zone_what_is_expected_and_how_often_it_came_so(busy, manager, now):
    zone = ZoneFactory(terminal=busy, name="Cotton hall")
    weeks_of_bookings(zone, until=now)
    make_forecasts(busy, now - timedelta(days=2))
    make_forecasts(busy, now)
    score_forecasts(busy, (now - timedelta(days=1)).astimezone(busy.zone).date(), at=now)
    (said,) = latest_of_parts(busy, "warehouse_m2", now).values()
    OfficeFactory(pk=zone.pk, terminal=busy)  # numbers of zones and offices are given apart
    (row,) = _parts_of_it(busy, Stock.WAREHOUSE_M2, now)
    assert row["name"] == str(zone)
    assert row["stock"] == said.stock
    assert row["levels"] == [said.hours[23], said.hours[71]]
    assert 0 <= row["worth"] <= 1
    assert str(zone) in page(manager)


def test_without_history_the_page_says_that_there_is_no_forecast(lyg, manager):
    said = page(manager)
    assert "data:image/png" not in said
    assert said.count("No forecast") == 4


def test_the_page_shows_the_score_of_earlier_forecasts(busy, manager, now):
    make_forecasts(busy, now - timedelta(days=2))
    make_forecasts(busy, now)
    score_forecasts(busy, (now - timedelta(days=1)).astimezone(busy.zone).date(), at=now)
    assert "1 to 3 days" in page(manager)


def test_the_lines_of_the_rule_are_drawn_with_the_chance_to_reach_them(busy, manager, now):
    RuleFactory(terminal=busy, metric="yard_teu", capacity=4000)
    make_forecasts(busy, now)
    said = page(manager)
    assert "Chance to reach 3,400 within 72 h: 0" in said
    assert "already" not in said
    lines = lines_of(busy, "yard_teu", now)
    assert (lines.capacity, lines.raise_at) == (4000, Decimal("0.85"))
    assert lines_of(busy, "customs_queue", now) is None


def test_of_a_line_that_is_reached_no_chance_is_told(busy, manager, now):
    RuleFactory(terminal=busy, metric="yard_teu", capacity=40)
    make_forecasts(busy, now)
    said = page(manager)
    assert "Over 34 already." in said
    assert "Chance to reach" not in said


def test_a_late_train_is_told_from_the_one_of_the_same_number_a_day_before(busy, manager, now):
    plans = [now - timedelta(hours=each) for each in (26, 2)]
    for planned in plans:
        CallFactory(terminal=busy, number="X9014", scheduled_arrival_at=planned)
    make_forecasts(busy, now)
    said = page(manager)
    earlier, later = (f"X9014 · {each.astimezone(busy.zone):%Y-%m-%d %H:%M}" for each in plans)
    assert f"{earlier} is late by 26 h" in said
    assert f"{later} is late by 2 h" in said
    (stock,) = program("ktz-express", "figures").get(f"{ASKED}?metric=yard_teu").json()["forecasts"]
    late = [each for each in stock["causes"] if each["why"] == "late"]
    assert [each["planned_at"] for each in late] == [f"{each:%Y-%m-%dT%H:%M:%SZ}" for each in plans]


def test_who_may_not_read_figures_sees_no_forecast(busy, client):
    client.force_login(staff("yard.view_block", username="crane", terminal=busy))
    assert client.get(reverse("forecast-page")).status_code == 403


def test_a_program_of_an_owner_reads_hours_and_score(busy, now):
    make_forecasts(busy, now)
    told = program("ktz-express", "figures").get(f"{ASKED}?metric=yard_teu").json()
    (stock,) = told["forecasts"]
    assert (told["terminal"], told["zone"], stock["metric"]) == ("cnlyg", "Asia/Shanghai", "yard_teu")
    assert set(stock["hours"][0]) == {"at", "low", "median", "high", "parts"}
    assert stock["track_record"] == []


def test_of_a_terminal_without_history_a_program_reads_that_there_is_none(lyg):
    told = program("ktz-express", "figures").get(ASKED).json()
    assert [(each["at"], each["hours"]) for each in told["forecasts"]] == [(None, [])] * 4


def test_another_scope_and_another_figure_are_refused(lyg):
    assert program("almaty-cotton", "read").get(ASKED).status_code == 403
    assert program("ktz-express", "figures").get(f"{ASKED}?metric=trains_per_day").status_code == 422


def test_a_person_reads_the_terminal_they_serve_and_no_other(lyg, busy, manager):
    khorgos = TerminalFactory(khorgos=True)
    assert manager.get(ASKED, {"terminal": khorgos.code}).status_code == 403
    assert manager.get(ASKED, {"terminal": lyg.code}).status_code == 200


def test_the_command_makes_prints_and_judges(busy, now):
    def said(*args):
        out = StringIO()
        call_command("forecast", *args, stdout=out)
        return out.getvalue()

    assert "1 stocks" in said("make")
    assert "yard, TEU" in said("print")
    assert "0 scores" in said("score", "--day", "2026-01-01")
    with pytest.raises(CommandError):
        said("score")
    with pytest.raises(CommandError):
        said("make", "--terminal", "nowhere")
