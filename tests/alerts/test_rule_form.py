"""The form of a rule: days of the week are ticked, none is every day."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from apps.alerts.admin.rules import RuleForm
from apps.alerts.models import Rule
from tests.factories.alerts import RuleFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("ticked", "kept"), [(["0", "4"], [0, 4]), ([], [])])
def test_days_are_ticked(lyg, ticked, kept):
    rule = RuleFactory(terminal=lyg)
    said = RuleForm(instance=rule).initial | {"speaks_on": ticked}
    form = RuleForm({name: value for name, value in said.items() if value is not None}, instance=rule)
    assert form.is_valid(), form.errors
    form.save()
    rule = Rule.objects.get(pk=rule.pk)
    assert rule.speaks_on == kept
    tuesday = datetime(2026, 11, 24, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert rule.hours.include(tuesday) is not bool(kept)


def test_a_day_no_week_has_is_refused(lyg):
    rule = RuleFactory(terminal=lyg)
    said = RuleForm(instance=rule).initial | {"speaks_on": ["7"]}
    assert "speaks_on" in RuleForm({k: v for k, v in said.items() if v is not None}, instance=rule).errors
