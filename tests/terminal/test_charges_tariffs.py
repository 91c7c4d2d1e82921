"""Tariffs as data: one version for every day, and rules that can be charged by."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from terminal.charges.boxes import Conditions, NoRule, NoSuchLength, RuleTwice
from terminal.charges.rules import (
    FreeTime,
    NotARate,
    NotFreeDays,
    Rate,
    Tier,
    TiersNotFromDayOne,
    TiersNotRising,
    TierTable,
    Unit,
)
from terminal.charges.tariffs import (
    CurrencyMix,
    NoSuchRate,
    NotACurrency,
    NotAVatRate,
    NotInForce,
    NoVersions,
    Tariff,
    TariffGap,
    TariffsOverlap,
    ValidBackwards,
    VersionTwice,
)
from terminal.regimes import Direction
from tests.factories.charges import FIVE_DAYS, GROUNDED, TEN_THEN_TWENTY, box, version

SPRING = version(version="spring", valid_until=date(2025, 5, 31))
SUMMER = version(version="summer", valid_from=date(2025, 6, 1), valid_until=date(2025, 8, 31))
SINCE_AUTUMN = version(version="autumn", valid_from=date(2025, 9, 1), valid_until=None)


def told(refusal):
    """The facts of a refusal, which are plain JSON and fill its sentence."""
    assert str(refusal.value)
    assert json.loads(json.dumps(refusal.value.facts)) == refusal.value.facts
    return refusal.value.facts


def test_every_day_from_the_first_on_has_one_version_whatever_the_order():
    tariff = Tariff((SINCE_AUTUMN, SPRING, SUMMER))
    asked = [date(2025, 1, 1), date(2025, 5, 31), date(2025, 6, 1), date(2025, 8, 31), date(2031, 1, 1)]
    assert [tariff.on(day).version for day in asked] == ["spring", "spring", "summer", "summer", "autumn"]


def test_before_the_first_and_after_the_last_version_nothing_is_in_force():
    for day in (date(2024, 12, 31), date(2025, 9, 1)):
        with pytest.raises(NotInForce) as refused:
            Tariff((SPRING, SUMMER)).on(day)
        assert told(refused) == {"tariff": "Storage", "day": str(day)}


@pytest.mark.parametrize(
    ("changed", "last"),
    [({"valid_until": date(2025, 6, 1)}, "2025-06-01"), ({"valid_until": None}, "2025-08-31")],
)
def test_overlapping_versions_are_refused_with_their_names_and_days(changed, last):
    with pytest.raises(TariffsOverlap) as refused:
        Tariff((SUMMER, replace(SPRING, **changed)))
    overlap = {"version": "Storage spring", "other": "Storage summer", "first": "2025-06-01", "last": last}
    assert told(refused) == overlap


def test_two_versions_without_an_end_overlap_for_good():
    with pytest.raises(TariffsOverlap) as refused:
        Tariff((replace(SPRING, valid_until=None), SINCE_AUTUMN))
    assert told(refused)["last"] == "—"


def test_a_gap_is_refused_with_the_versions_beside_it_and_its_days():
    with pytest.raises(TariffGap) as refused:
        Tariff((SPRING, SINCE_AUTUMN))
    assert told(refused) == {
        "version": "Storage spring",
        "other": "Storage autumn",
        "first": "2025-06-01",
        "last": "2025-08-31",
    }


@pytest.mark.parametrize("changed", [{"currency": "KZT"}, {"minor_digits": 0}])
def test_a_tariff_has_one_currency_in_one_minor_unit(changed):
    with pytest.raises(CurrencyMix) as refused:
        Tariff((SPRING, replace(SUMMER, **changed)))
    assert "Storage summer" in told(refused)["other"]


def test_a_tariff_has_a_version_and_each_a_name_of_its_own():
    with pytest.raises(NoVersions) as refused:
        Tariff(())
    told(refused)
    with pytest.raises(VersionTwice) as refused:
        Tariff((SPRING, replace(SUMMER, version="spring")))
    assert told(refused) == {"version": "Storage spring"}


def test_a_version_ends_after_it_begins():
    assert version(valid_until=date(2025, 1, 1)).in_force(date(2025, 1, 1))
    with pytest.raises(ValidBackwards) as refused:
        version(valid_until=date(2024, 12, 31))
    assert told(refused)["valid_from"] == "2025-01-01"


@pytest.mark.parametrize("rate", ["6", "1", "-0.01", "NaN", "Infinity"])
def test_a_vat_rate_is_a_share(rate):
    with pytest.raises(NotAVatRate) as refused:
        version(vat_rate=Decimal(rate))
    assert "0.06 for 6 %." in str(refused.value)


@pytest.mark.parametrize(
    ("currency", "digits"), [("cny", 2), ("CN", 2), ("", 2), ("CN1", 2), ("ЮАН", 2), ("CNY", -1), ("CNY", 5)]
)
def test_a_currency_is_three_letters_and_its_minor_unit(currency, digits):
    with pytest.raises(NotACurrency) as refused:
        version(currency=currency, minor_digits=digits)
    told(refused)


@pytest.mark.parametrize("days", [-1, True, 2.5])
def test_free_days_are_a_whole_number_of_none_or_more(days):
    with pytest.raises(NotFreeDays) as refused:
        FreeTime(days=days, clock_event=GROUNDED)
    assert told(refused) == {"days": str(days)}


@pytest.mark.parametrize(("first", "told_as"), [((), "—"), ((2,), 2), ((0, 3), 0)])
def test_tiers_begin_on_day_one(first, told_as):
    with pytest.raises(TiersNotFromDayOne) as refused:
        TierTable(tiers=tuple(Tier(day, Decimal(10)) for day in first))
    assert told(refused) == {"from_day": told_as}


@pytest.mark.parametrize("from_days", [(1, 4, 4), (1, 6, 4), (1, 1)])
def test_each_tier_begins_later_than_the_one_before(from_days):
    with pytest.raises(TiersNotRising) as refused:
        TierTable(tiers=tuple(Tier(day, Decimal(10)) for day in from_days))
    assert told(refused)["before"] >= told(refused)["from_day"]


@pytest.mark.parametrize("rate", ["-0.01", "NaN", "-Infinity", "Infinity"])
def test_a_rate_is_a_number_of_none_or_more(rate):
    with pytest.raises(NotARate):
        TierTable(tiers=(Tier(1, Decimal(10)), Tier(2, Decimal(rate))))
    with pytest.raises(NotARate) as refused:
        Rate(unit=Unit.LIFT, rate=Decimal(rate))
    assert told(refused) == {"rate": rate}


def test_two_rules_for_the_same_boxes_are_refused():
    laden = Conditions(laden=True, length_ft=Decimal(40), direction=Direction.INBOUND, customer="Steppe Grain")
    with pytest.raises(RuleTwice) as refused:
        version(free_times=(FIVE_DAYS, *(FreeTime(days=n, clock_event=GROUNDED, conditions=laden) for n in (3, 4))))
    assert told(refused)["conditions"] == "Steppe Grain, inbound, 40′, laden"
    with pytest.raises(RuleTwice) as refused:
        version(tier_tables=(TEN_THEN_TWENTY, TEN_THEN_TWENTY))
    assert told(refused)["conditions"] == "every box"
    with pytest.raises(RuleTwice) as refused:
        version(rates=(Rate(unit=Unit.LIFT, rate=Decimal(1)), Rate(unit=Unit.LIFT, rate=Decimal(2))))
    assert told(refused)["conditions"] == "lift"


def test_a_box_that_no_rule_is_for_is_refused():
    inbound = Conditions(direction=Direction.OUTBOUND)
    with pytest.raises(NoRule) as refused:
        version(free_times=(replace(FIVE_DAYS, conditions=inbound),)).free_time_for(box())
    assert told(refused)["rule"] == "free time"
    with pytest.raises(NoRule) as refused:
        version(tier_tables=()).tiers_for(box())
    assert told(refused) == {"tariff": "Storage 2025/1", "rule": "tiers", "number": "CSQU3054383"}


def test_the_price_of_the_service_itself_stands_before_that_of_any():
    assert version().rate_for(Unit.M2_DAY, "bonded") == Decimal("1.35")
    assert version().rate_for(Unit.M2_DAY, "chilled") == Decimal("0.90")
    assert version().rate_for(Unit.PACKAGE, "stripped") == Decimal("2.5")
    with pytest.raises(NoSuchRate) as refused:
        version().rate_for(Unit.LIFT, "to the scales")
    assert told(refused) == {"tariff": "Storage 2025/1", "unit": "lift", "service": "to the scales"}


@pytest.mark.parametrize("feet", ["0", "-20", "NaN"])
def test_a_box_has_a_length(feet):
    with pytest.raises(NoSuchLength) as refused:
        box(feet)
    told(refused)
