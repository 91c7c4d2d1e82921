"""How much work a declaration is, learned from those that were decided."""

from datetime import time, timedelta

import pytest

from apps.customs import services
from apps.customs.models import ClockPeriod, Declaration, ExpectedMinutes, Office
from apps.customs.selectors import minutes_expected
from tests.factories.calls import MARCH_14
from tests.factories.customs import OfficeFactory, drafted

pytestmark = pytest.mark.django_db
NOW = MARCH_14 + timedelta(days=10)


def decided(minutes, *, days_ago=1, channel="yellow", status="released", many=1):
    """Declarations on which customs' clock ran so long, and the trader's besides."""
    draft = Declaration.objects.first() or drafted()
    ended = NOW - timedelta(days=days_ago)
    for n in range(many):
        row = Declaration.objects.create(
            terminal=draft.terminal, number=f"{channel}-{minutes}-{days_ago}-{n}", office=draft.office, channel=channel,
            regime="transit", direction="through", declarant=draft.declarant, drafted_at=ended, status_since=ended,
            status=status, released_at=ended if status == "released" else None,
        )  # fmt: skip
        took = timedelta(minutes=minutes)
        ClockPeriod.objects.create(
            declaration=row,
            office=row.office,
            clock="customs",
            status="registered",
            began_at=ended - took,
            ended_at=ended,
        )
        ClockPeriod.objects.create(
            declaration=row, office=row.office, clock="trader", status="query", began_at=ended, ended_at=ended + took
        )
    return draft.terminal


def learned(terminal, at=NOW):
    return [(each.channel, each.minutes, each.seen) for each in services.learn_expected_minutes(terminal, at=at)]


def test_the_median_of_ten_and_more_decided_ones_is_expected():
    decided(100, many=4), decided(50, many=5)
    assert learned(decided(10, days_ago=91, many=9)) == []
    assert learned(decided(300, many=1, status="rejected")) == [("yellow", 75, 10)]
    terminal = Office.objects.get().terminal
    assert [minutes_expected(terminal, regime, "yellow") for regime in ("transit", "import")] == [75, 75]
    assert minutes_expected(terminal, "transit", "red") == 240


def test_nights_and_the_traders_time_are_no_work():
    OfficeFactory(opens_at=time(8), closes_at=time(18))
    decided(60 * 24 * 2, many=10)
    assert learned(Office.objects.get().terminal) == [("yellow", 1200, 10)]


def test_what_was_set_by_hand_is_left_alone_and_what_was_learned_is_learned_again():
    terminal = decided(60, many=12)
    own = ExpectedMinutes.objects.create(terminal=terminal, regime="transit", channel="yellow", minutes=45)
    assert learned(terminal) == []
    ExpectedMinutes.objects.filter(pk=own.pk).update(learned_at=MARCH_14)
    assert learned(terminal) == learned(terminal) == [("yellow", 60, 12)]


def test_while_it_lies_there_or_without_a_channel_nothing_is_learned():
    terminal = decided(60, many=10, channel="", status="rejected")
    decided(60, many=10, status="registered")
    assert learned(terminal) == []
