"""A young alert's plot shows what was before it: the records by the hour, then what was read."""

from datetime import timedelta
from decimal import Decimal

import pytest

from apps.alerts import selectors
from apps.alerts.models import Alert, Reading, Rule
from apps.containers.models import Question
from tests.factories.alerts import RuleFactory
from tests.factories.containers import VisitFactory
from tests.factories.customs import submitted
from tests.factories.notices import MONDAY_TEN

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)

pytestmark = pytest.mark.django_db


def alert_of(rule) -> Alert:
    """It began five minutes before ten."""
    return Alert(rule=rule, since=MONDAY_TEN - 5 * MINUTE, opened_at=MONDAY_TEN)


def test_the_yard_of_the_hours_before_its_first_reading_comes_from_the_records(lyg):
    VisitFactory(terminal=lyg, active=True, arrived_at=MONDAY_TEN - 90 * MINUTE)
    rule = RuleFactory(terminal=lyg)
    Reading.objects.create(rule=rule, at=MONDAY_TEN - 9 * MINUTE, value=0, capacity=100)  # before a late report
    Reading.objects.create(rule=rule, at=MONDAY_TEN - 5 * MINUTE, value=2, capacity=100)
    shown = selectors.before(alert_of(rule), MONDAY_TEN)
    assert shown[-3:] == [(MONDAY_TEN - 2 * HOUR, 0), (MONDAY_TEN - HOUR, 1), (MONDAY_TEN - 5 * MINUTE, 2)]
    assert shown[0][0] == MONDAY_TEN - 48 * HOUR


def test_how_long_customs_had_not_answered_then_is_told_by_the_questions(lyg):
    answered, waiting = submitted(terminal=lyg), submitted(terminal=lyg)
    for declaration, asked, state in ((answered, 30, "answered"), (waiting, 10, "awaited")):
        Question.objects.filter(reference=declaration.number).update(
            asked_at=MONDAY_TEN - asked * HOUR, state=state, state_since=MONDAY_TEN - 5 * HOUR + MINUTE
        )
    rule = RuleFactory(terminal=lyg, metric=Rule.Metric.CUSTOMS_ANSWER, capacity=24)
    shown = dict(selectors.before(alert_of(rule), MONDAY_TEN))
    assert shown[MONDAY_TEN - 31 * HOUR] == 0
    assert shown[MONDAY_TEN - 5 * HOUR] == Decimal(25)
    assert shown[MONDAY_TEN - 4 * HOUR] == Decimal(6)
    waiting.visits.update(state="departed", position="gone", departed_at=MONDAY_TEN - 3 * HOUR)
    assert dict(selectors.before(alert_of(rule), MONDAY_TEN))[MONDAY_TEN - 2 * HOUR] == 0


def test_a_figure_without_records_begins_with_what_was_read(lyg):
    rule = RuleFactory(terminal=lyg, metric=Rule.Metric.TRACK_METRES)
    Reading.objects.create(rule=rule, at=MONDAY_TEN - 9 * MINUTE, value=2, capacity=100)
    assert selectors.before(alert_of(rule), MONDAY_TEN) == [(MONDAY_TEN - 9 * MINUTE, 2)]
