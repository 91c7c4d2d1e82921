"""The form of a rule: days of the week are ticked, none is every day."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from apps.alerts.admin.rules import RuleForm
from apps.alerts.models import Inhibition, Rule, Subscription
from tests.factories.alerts import RuleFactory
from tests.factories.parties import UserFactory
from tests.factories.trains import TrackFactory
from tests.factories.yard import BlockFactory

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


def said_of(form) -> list[str]:
    return [" ".join(str(each).replace("\u00a0", " ").split()) for errors in form.errors.values() for each in errors]


def new_rule(lyg, **values) -> RuleForm:
    born = {name: value for name, value in RuleForm(instance=Rule()).initial.items() if value is not None}
    return RuleForm(born | {"terminal": lyg.pk, "metric": "yard_teu"} | values)


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"clear_below": "0.90"}, "clear_below", "Clear below (90 %) must lie above zero and not above raise (85 %)."),
        ({"warn_at": "0.86"}, "warn_at", "Warn (86 %) must lie above zero and not above raise (85 %)."),
    ],
)
def test_a_line_out_of_order_is_told_once_and_where_it_stands(lyg, wrong, field, said):
    form = new_rule(lyg, **wrong)
    assert not form.is_valid()
    assert list(form.errors) == [field]
    assert said_of(form) == [said]


def test_a_second_part_is_told_once_too(lyg):
    block, track = BlockFactory(terminal=lyg), TrackFactory(terminal=lyg)
    form = new_rule(lyg, block=block.pk, track=track.pk)
    assert said_of(form) == ["Choose one block, track, zone or office, or none for the whole site."]
    assert list(form.errors) == ["track"]


def test_a_rule_that_would_silence_itself_and_a_digest_of_one_rule_are_told_once(lyg):
    rule = RuleFactory(terminal=lyg)
    for wrong in (
        Inhibition(terminal=lyg, by=rule, rule=rule),
        Subscription(terminal=lyg, rule=rule, what="digest", user=UserFactory()),
    ):
        with pytest.raises(ValidationError) as refused:
            wrong.full_clean()
        assert list(refused.value.message_dict) == ["rule"]
        assert len(refused.value.messages) == 1
