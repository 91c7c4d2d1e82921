"""Zones and offices have forecasts and scores of their own; blocks and tracks have none, and a rule says so."""

from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlencode

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from apps.alerts.models import Rule
from apps.alerts.selectors import Look, ahead
from apps.forecasts.models import Course, Score
from apps.forecasts.selectors import chance_of_breach, latest, track_record
from apps.forecasts.services import make_forecasts, score_forecasts
from apps.reports.selectors import hourly
from tests.factories.alerts import RuleFactory
from tests.factories.api import program
from tests.factories.customs import OfficeFactory
from tests.factories.forecasts import NOON, weeks_of_bookings, weeks_of_boxes
from tests.factories.network import TerminalFactory
from tests.factories.trains import TrackFactory
from tests.factories.warehouse import ZoneFactory
from tests.factories.yard import BlockFactory

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
METRIC = "warehouse_m2"


@pytest.fixture
def busy(lyg):
    weeks_of_boxes(lyg, days=50, a_day=4)
    return lyg


@pytest.fixture
def general(busy):
    zone = ZoneFactory(terminal=busy)
    weeks_of_bookings(zone)
    return zone


@pytest.fixture
def cold(busy):
    zone = ZoneFactory(terminal=busy, code="C", usable_m2=80)
    weeks_of_bookings(zone, area_m2=20)
    return zone


def chance(zone, over, hours=48, at=NOON):
    said = chance_of_breach(zone.terminal, METRIC, over=Decimal(over), within_hours=hours, at=at, scope=zone.pk)
    return said and said.probability


def test_each_zone_is_forecast_within_its_own_area_from_what_it_holds(busy, general, cold):
    make_forecasts(busy, NOON)
    for zone in (general, cold):
        said = latest(busy, METRIC, NOON, zone.pk)
        assert said.stock == hourly(busy, METRIC, NOON, NOON + HOUR, zone.pk)[0][1]
        assert all(0 <= hour.low <= hour.median <= hour.high <= zone.usable_m2 for hour in said.hours)
    whole = latest(busy, METRIC, NOON)
    assert whole.stock == sum(latest(busy, METRIC, NOON, zone.pk).stock for zone in (general, cold))


def test_the_chance_of_a_zone_is_its_own(busy, general, cold):
    make_forecasts(busy, NOON)
    assert chance(cold, 1) == 1
    assert chance(cold, 90) == 0
    assert chance(general, 90) == 1
    assert chance(general, 90, at=NOON + 4 * HOUR) is None


def test_a_zone_nobody_ever_booked_and_an_office_nobody_ever_asked_have_no_forecast(busy, general):
    empty, office = ZoneFactory(terminal=busy, code="E"), OfficeFactory(terminal=busy)
    make_forecasts(busy, NOON)
    assert chance(empty, 1) is None
    assert latest(busy, "customs_queue", NOON, office.pk) is None
    assert Course.objects.filter(scope=general.pk).count() == 1


def test_a_zone_that_is_out_of_operation_has_no_forecast(busy, general):
    general.active = False
    general.save()
    make_forecasts(busy, NOON)
    assert chance(general, 1) is None


def test_zones_are_scored_beside_the_site(busy, general, cold):
    make_forecasts(busy, NOON - timedelta(days=2))
    score_forecasts(busy, (NOON - timedelta(days=1)).date(), at=NOON)
    assert set(Score.objects.filter(metric=METRIC).values_list("scope", flat=True)) == {None, general.pk, cold.pk}
    assert sum(record.worth.hours for record in track_record(busy, METRIC, NOON, scope=cold.pk)) == 24


def test_a_rule_by_forecast_of_a_zone_reads_the_zones_chance(busy, general, cold):
    lines = {"warns_of": Decimal("0.5"), "within_hours": 48}
    make_forecasts(busy, NOON)
    rule = RuleFactory(terminal=busy, metric=METRIC, zone=cold, **lines)
    rule.full_clean()
    assert Look(busy, NOON).reading(rule) == (100, 100)
    assert ahead(rule, NOON, Decimal(80)).top.median <= 80


@pytest.mark.parametrize(("metric", "part", "factory"), [
    ("yard_teu", "block", BlockFactory), ("train_places", "track", TrackFactory),
])  # fmt: skip
def test_a_rule_by_forecast_of_a_block_or_track_is_refused_in_words(lyg, metric, part, factory):
    rule = Rule(terminal=lyg, metric=metric, within_hours=24, **{part: factory(terminal=lyg)})
    with pytest.raises(ValidationError, match="Blocks and tracks have no forecast of their own"):
        rule.full_clean()


class TestByProgram:
    """``GET forecasts/``: of a zone or an office, by its code."""

    def asked(self, **query):
        return program("ktz-express", "figures").get(f"/api/v1/forecasts/?{urlencode(query)}")

    def test_a_site_tells_which_places_have_a_forecast_and_each_is_told_by_its_code(self, lyg):
        now = timezone.now().replace(minute=0, second=0, microsecond=0)
        weeks_of_boxes(lyg, days=50, a_day=4, until=now)
        cold, empty = ZoneFactory(terminal=lyg, code="C", usable_m2=80), ZoneFactory(terminal=lyg, code="E")
        weeks_of_bookings(cold, area_m2=20, until=now)
        make_forecasts(lyg, now)
        (site,) = self.asked(metric=METRIC).json()["forecasts"]
        assert (site["place"], site["places"]) == (None, ["C"])
        (zone,) = self.asked(metric=METRIC, place="C").json()["forecasts"]
        said = latest(lyg, METRIC, now, cold.pk)
        assert (zone["place"], zone["places"], zone["stock"]) == ("C", [], str(said.stock))
        assert [Decimal(each["median"]) for each in zone["hours"]] == [each.median for each in said.hours]
        (nothing,) = self.asked(metric=METRIC, place=empty.code).json()["forecasts"]
        assert (nothing["at"], nothing["hours"]) == (None, [])

    def test_a_place_there_is_not_and_a_place_of_no_figure_are_refused(self, lyg):
        ZoneFactory(terminal=lyg, code="C")
        ZoneFactory(terminal=TerminalFactory(khorgos=True), code="K")
        for query in ({"metric": METRIC, "place": "K"}, {"metric": "customs_queue", "place": "C"}):
            answer = self.asked(**query)
            assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/place")
        assert "There are: C." in self.asked(metric=METRIC, place="K").content.decode()
        for query in ({"place": "C"}, {"metric": "yard_teu", "place": "C"}):
            assert self.asked(**query).status_code == 422
