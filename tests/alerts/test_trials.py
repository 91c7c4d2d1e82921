"""A rule tried on the past says what the live rule would have said, and the live rule is judged in the same way."""

import random
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.alerts import selectors, services
from apps.alerts.models import Alert, Reading, Rule
from apps.alerts.selectors import Look, trials
from apps.containers.models import Visit
from apps.forecasts.models import Course, Run
from apps.notices.models import Notice
from apps.parties.actors import Actor
from apps.reports.models import HourlyThroughput
from terminal.backtest import replay
from terminal.throughput import day_bounds, site_day
from tests.factories.alerts import AlertFactory, RuleFactory, SubscriptionFactory
from tests.factories.containers import VisitFactory
from tests.factories.notices import MONDAY_TEN
from tests.factories.parties import UserFactory
from tests.factories.warehouse import ZoneFactory
from tests.factories.yard import BlockFactory

HOUR = timedelta(hours=1)
LINES = {"warn_at": "0.75", "raise_at": "0.85", "clear_below": "0.80", "warns_of": "1", "within_hours": ""}
LINES |= {"pending_seconds": 900, "recovery_seconds": 1800, "capacity": "20"}


def fill(terminal, levels) -> None:
    """A yard that held so many TEU at each full hour before Monday ten."""
    start = MONDAY_TEN - len(levels) * HOUR
    for n, (before, now) in enumerate(zip([0, *levels], levels, strict=False)):
        at = start + n * HOUR
        if now > before:
            VisitFactory.create_batch(now - before, terminal=terminal, active=True, arrived_at=at)
        leaving = Visit.objects.filter(terminal=terminal, departed_at=None).order_by("arrived_at", "pk")
        gone = {"departed_at": at, "state": "departed", "position": "gone"}
        Visit.objects.filter(pk__in=list(leaving.values_list("pk", flat=True)[: max(0, before - now)])).update(**gone)


@pytest.mark.django_db
class TestTheSameRule:
    @pytest.mark.parametrize("seed", range(3))
    def test_the_live_rule_and_its_back_test_raise_and_end_the_same_alerts(self, lyg, monkeypatch, seed):
        draw = random.Random(seed)
        level, series = 80.0, []
        for n in range(150):
            level = min(110.0, max(60.0, level + draw.gauss(0, 4)))
            series.append((MONDAY_TEN + n * timedelta(minutes=7), None if draw.random() < 0.05 else round(level)))
        rule, told = RuleFactory(terminal=lyg, capacity=100), dict(series)
        monkeypatch.setattr(
            Look, "reading", lambda look, rule: told[look.at] and (Decimal(told[look.at]), Decimal(100))
        )
        for at, _value in series:
            services.watch_capacity(lyg, at)
        live = Alert.objects.filter(silent=False).order_by("opened_at")
        shares = [(at, None if value is None else Decimal(value) / 100) for at, value in series]
        again = replay(shares, rule.thresholds)
        assert [(each.opened_at, each.closed_at) for each in again] == list(live.values_list("opened_at", "closed_at"))
        assert [each.peak * 100 for each in again] == [alert.peak for alert in live]
        assert again

    def test_its_past_is_that_of_the_records(self, lyg):
        fill(lyg, [14, 14, 18, 18, 21, 21, 15, 14, 14])
        trial = selectors.back_test(RuleFactory(terminal=lyg, capacity=20), MONDAY_TEN)
        (alert,) = trial.episodes
        assert (alert.opened_at, alert.closed_at) == (MONDAY_TEN - 6 * HOUR, MONDAY_TEN - 2 * HOUR)
        assert (trial.record.right, trial.record.false, trial.record.missed) == (1, 0, 0)
        assert trial.record.lead == HOUR

    def test_what_the_records_do_not_tell_is_tried_on_what_was_read(self, lyg):
        rule = RuleFactory(terminal=lyg, metric=Rule.Metric.CUSTOMS_ANSWER, capacity=24)
        assert selectors.back_test(rule, MONDAY_TEN) is None
        for n, value in enumerate([10, 23, 23, 10, 10]):
            at = MONDAY_TEN - (10 - n) * HOUR
            Reading.objects.create(rule=rule, at=at, value=value, capacity=24)
        assert selectors.back_test(rule, MONDAY_TEN).record.false == 1

    def test_the_live_rule_keeps_the_same_figures_about_itself(self, lyg):
        fill(lyg, [14, 14, 18, 18, 21, 21, 15, 14, 14])
        rule = RuleFactory(terminal=lyg, capacity=20)
        AlertFactory(rule=rule, opened_at=MONDAY_TEN - 6 * HOUR, closed_at=MONDAY_TEN - 2 * HOUR)
        assert selectors.track_record(rule, MONDAY_TEN) == selectors.back_test(rule, MONDAY_TEN).record

    def test_a_flow_is_judged_by_what_its_day_came_to(self, lyg):
        rule = RuleFactory(terminal=lyg, metric=Rule.Metric.TRAINS_PER_DAY)
        AlertFactory(rule=rule, on="2026-05-02", opened_at=MONDAY_TEN - 50 * HOUR, closed_at=MONDAY_TEN - 34 * HOUR)
        record = selectors.track_record(rule, MONDAY_TEN)
        assert (record.alerts, record.right, record.false) == (1, 0, 1)

    def test_a_flow_is_tried_on_what_was_expected_of_its_days_and_else_on_what_was_done(self, lyg):
        rule = RuleFactory(terminal=lyg, metric=Rule.Metric.TRAINS_PER_DAY, capacity=3)
        assert selectors.back_test(rule, MONDAY_TEN) is None
        saturday, sunday = MONDAY_TEN - 58 * HOUR, MONDAY_TEN - 34 * HOUR
        for day in (saturday, sunday):
            for n, trains in enumerate([0, 2, 1, 1]):
                hour = {"starts_at": day + n * HOUR, "trains_departed": trains, "counted_at": MONDAY_TEN}
                HourlyThroughput.objects.create(terminal=lyg, **hour)
        Reading.objects.create(rule=rule, at=sunday + HOUR, value=4, capacity=3)
        trial = selectors.back_test(rule, MONDAY_TEN)
        late, early = trial.episodes
        assert (late.opened_at, late.closed_at) == (saturday + 4 * HOUR - timedelta(seconds=1), sunday)
        assert (early.opened_at, early.closed_at, early.peak) == (sunday + HOUR, None, Decimal(4) / 3)
        record = trial.record
        assert (record.right, record.late, record.foreseen, record.missed) == (2, 1, 1, 0)
        assert record.lead == 3 * HOUR - timedelta(seconds=1)

    def test_a_day_that_comes_to_the_rated_figure_exactly_is_no_more_than_full(self, lyg):
        rule = RuleFactory(terminal=lyg, metric=Rule.Metric.TRAINS_PER_DAY, capacity=3)
        hour = {"starts_at": MONDAY_TEN - 34 * HOUR, "trains_departed": 3, "counted_at": MONDAY_TEN}
        HourlyThroughput.objects.create(terminal=lyg, **hour)
        trial = selectors.back_test(rule, MONDAY_TEN)
        assert (trial.episodes, trial.record.spells) == ([], 0)


def forecast(terminal, at, likely: float) -> None:
    """A forecast by which the yard comes to 20 TEU within a day with that likelihood."""
    run = Run.objects.create(terminal=terminal, at=at, made_at=at, seconds=1)
    quantiles = [21.0 if n / 40 >= 1 - likely else 10.0 for n in range(41)]
    hours = [12.0] * 48
    of_hours = {"low": hours, "median": hours, "high": [24.0] * 48, "parts": {}, "causes": []}
    Course.objects.create(run=run, metric="yard_teu", stock=12, peaks={"24": quantiles, "48": quantiles}, **of_hours)


@pytest.mark.django_db
class TestLikelihood:
    @pytest.fixture
    def rule(self, lyg):
        SubscriptionFactory(terminal=lyg, user=UserFactory(username="madina"))
        lines = {"warn_at": Decimal("0.5"), "raise_at": Decimal("0.7"), "clear_below": Decimal("0.4")}
        waits = {"pending_seconds": 0, "recovery_seconds": 0}
        return RuleFactory(terminal=lyg, within_hours=24, capacity=20, **lines, **waits)

    def test_it_speaks_when_full_is_likely_however_empty_it_is_now(self, lyg, rule):
        forecast(lyg, MONDAY_TEN, 0.8)
        for minutes in (1, 2):
            services.watch_capacity(lyg, MONDAY_TEN + timedelta(minutes=minutes))
        (mail,) = Notice.objects.all()
        assert mail.subject.startswith("Yard: 80 % likely to come to 100 % of capacity within 24 h – ")
        assert "Likelihood of 100 % within 24 h" in mail.text.replace("\u00a0", " ")
        assert "The most is expected at" in mail.text
        assert bytes(mail.image).startswith(b"\x89PNG")
        forecast(lyg, MONDAY_TEN + HOUR, 0.1)
        for minutes in (61, 62):
            services.watch_capacity(lyg, MONDAY_TEN + timedelta(minutes=minutes))
        assert Notice.objects.last().subject.startswith("Over: yard only 10 % likely")

    def test_no_forecast_is_no_data(self, lyg, rule):
        services.watch_capacity(lyg, MONDAY_TEN)
        assert rule.watch.state == "no_data"

    def test_it_is_tried_on_what_forecasts_said_and_comes_true_within_its_hours(self, lyg, rule):
        fill(lyg, [12] * 20 + [21] * 3 + [12] * 30)
        for hours, likely in ((53, 0.1), (40, 0.8), (39, 0.8), (38, 0.1), (37, 0.1), (36, 0.1)):
            forecast(lyg, MONDAY_TEN - hours * HOUR, likely)
        trial = selectors.back_test(rule, MONDAY_TEN)
        assert (trial.record.alerts, trial.record.right, trial.record.missed) == (1, 1, 0)
        assert trial.record.lead == 6 * HOUR


@pytest.fixture
def root(client):
    """A signed-in administrator."""
    client.force_login(UserFactory(username="root", is_superuser=True), backend="apps.parties.backends.RoleBackend")
    return client


@pytest.mark.django_db
class TestThePage:
    def page(self, rule) -> str:
        return reverse("admin:alerts_rule_try", args=[rule.pk])

    def test_a_new_rule_is_not_watched_before_it_was_tried(self, root, lyg):
        form = {"terminal": lyg.pk, "metric": "yard_teu", "severity": "warning", **LINES, "repeat_seconds": 0}
        form |= {"no_data_to": "administrators", "no_data_after_seconds": 1800}
        answer = root.post(reverse("admin:alerts_rule_add"), form)
        rule = Rule.objects.get()
        assert not rule.active
        assert answer["Location"] == self.page(rule)
        assert root.get(answer["Location"]).status_code == 200

    @pytest.mark.parametrize(("planned", "late"), [(None, True), (4, False)])
    def test_of_a_day_without_a_plan_the_page_says_why_no_alert_came_earlier(self, root, lyg, planned, late):
        rule = RuleFactory(terminal=lyg, metric=Rule.Metric.TRAINS_PER_DAY, capacity=3)
        now = timezone.now()
        begins = day_bounds(site_day(now, lyg.zone) - timedelta(days=1), lyg.zone)[0]
        for n in (20, 21):
            hour = {"starts_at": begins + n * HOUR, "trains_departed": 2, "counted_at": now}
            HourlyThroughput.objects.create(terminal=lyg, **hour)
        if planned:
            Reading.objects.create(rule=rule, at=begins + HOUR, value=planned, capacity=3)
        said = root.get(self.page(rule)).content.decode()
        assert "of these told only when the day had come to it" in said
        assert "met late" not in said
        assert ('id="told-late"' in said) is late

    def test_other_lines_are_shown_and_not_kept_until_they_are_set(self, root, lyg):
        fill(lyg, [14, 14, 18, 18, 21, 21, 15, 14, 14])
        rule = RuleFactory(terminal=lyg, active=False, capacity=20)
        trial = trials.back_test(rule, MONDAY_TEN)
        assert trial.record.alerts == 1
        page = root.get(self.page(rule), LINES | {"raise_at": "0.99", "seen": rule.version}).content.decode()
        assert "data:image/png;base64," in page
        rule.refresh_from_db()
        assert rule.raise_at == Decimal("0.850")
        root.post(self.page(rule), LINES | {"raise_at": "0.98", "seen": rule.version})
        rule.refresh_from_db()
        assert rule.raise_at == Decimal("0.850")
        root.post(self.page(rule), LINES | {"raise_at": "0.99", "seen": rule.version, "watch": "1"})
        rule.refresh_from_db()
        assert (rule.raise_at, rule.active, rule.version) == (Decimal("0.990"), True, 2)

    def test_lines_that_could_not_work_are_refused_in_words(self, root, lyg):
        rule = RuleFactory(terminal=lyg, active=False)
        for send in (root.get, root.post):
            answer = send(self.page(rule), LINES | {"clear_below": "0.90", "seen": rule.version, "watch": "1"})
            assert "must lie above zero and not above raise" in answer.content.decode()
        assert not Rule.objects.get().active

    def test_lines_set_by_two_at_once_are_those_of_the_first(self, root, lyg):
        rule = RuleFactory(terminal=lyg, active=False)
        root.post(self.page(rule), LINES | {"seen": 1, "watch": "1"})
        answer = root.post(self.page(rule), LINES | {"raise_at": "0.95", "seen": 1, "watch": "1"})
        assert "was changed by someone else" in answer.content.decode()
        assert Rule.objects.get().raise_at == Decimal("0.850")

    def test_a_figure_of_the_day_is_tried_by_its_rated_figure_alone(self, root, lyg):
        rule = RuleFactory(terminal=lyg, metric=Rule.Metric.TRAINS_PER_DAY, active=False)
        hour = {"starts_at": timezone.now() - 30 * HOUR, "trains_departed": 3, "counted_at": MONDAY_TEN}
        HourlyThroughput.objects.create(terminal=lyg, **hour)
        page = root.get(self.page(rule), {"capacity": "2", "seen": rule.version}).content.decode()
        assert ("data:image/png;base64," in page, 'name="raise_at"' in page) == (True, False)
        root.post(self.page(rule), {"capacity": "2", "seen": rule.version, "watch": "1"})
        rule.refresh_from_db()
        assert (rule.active, rule.capacity, rule.raise_at) == (True, 2, Decimal("0.850"))

    def test_a_rule_on_the_likelihood_of_a_zone_stays_one(self, root, lyg):
        zone = ZoneFactory(terminal=lyg)
        rule = RuleFactory(terminal=lyg, metric=Rule.Metric.WAREHOUSE_M2, zone=zone, within_hours=24, active=False)
        assert 'name="within_hours"' in root.get(self.page(rule)).content.decode()
        root.post(self.page(rule), LINES | {"within_hours": "48", "seen": rule.version, "watch": "1"})
        rule.refresh_from_db()
        assert (rule.active, rule.within_hours) == (True, 48)

    def test_a_block_has_no_likelihood_to_be_asked_for(self, root, lyg):
        rule = RuleFactory(terminal=lyg, block=BlockFactory(terminal=lyg), active=False)
        assert 'name="within_hours"' not in root.get(self.page(rule)).content.decode()

    def test_it_is_switched_off_from_its_page(self, root, lyg):
        rule = RuleFactory(terminal=lyg)
        root.post(reverse("admin:alerts_rule_do", args=[rule.pk, "switch_off"]))
        assert not Rule.objects.get().active

    def test_who_may_not_change_rules_may_not_switch_them_on(self, lyg):
        rule = RuleFactory(terminal=lyg, active=False)
        with pytest.raises(Exception, match="does not include this"):
            services.set_lines(
                rule, dict(LINES), version=1, by=Actor.person(UserFactory(username="clerk")), at=MONDAY_TEN
            )
