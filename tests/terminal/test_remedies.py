"""What would have to change for a traffic to fit, with the figures of Lianyungang."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.capacity import Lever, remedies, what_saturates_first
from tests.terminal.test_saturation import LIANYUNGANG, NINE_HOURS, RATED, TARGET, THREE_DAYS


def remedies_at(teu, stay=NINE_HOURS, dwell=THREE_DAYS, site=LIANYUNGANG):
    found = remedies(site, what_saturates_first(site, teu, stay, dwell), teu, stay, dwell)
    return {(each.resource, each.lever): each for each in found}


def test_the_rated_year_needs_no_remedy():
    assert remedies_at(RATED) == {}


def test_the_target_needs_nearly_fourteen_trains_a_day_or_148_teu_a_train():
    found = remedies_at(TARGET)
    trains, load = found["railway", Lever.TRAINS_A_DAY], found["railway", Lever.TEU_PER_TRAIN]
    assert (trains.present, round(trains.needed, 1)) == (Decimal("10.2"), Decimal("13.7"))
    assert (round(load.present), round(load.needed)) == (110, 148)


def test_the_target_needs_trains_that_leave_after_seven_hours_or_two_more_places():
    found = remedies_at(TARGET)
    assert round(found["train places", Lever.TRAIN_STAY_HOURS].needed, 1) == Decimal("7.0")
    assert found["train places", Lever.TRAIN_PLACES].needed == 6


def test_a_year_of_five_day_stays_needs_shorter_ones_or_a_larger_yard():
    found = remedies_at(RATED, dwell=Decimal(5))
    assert round(found["yard", Lever.DWELL_DAYS].needed, 1) == Decimal("4.4")
    assert round(found["yard", Lever.OPERATING_CAPACITY_TEU].needed) == 5_616


@pytest.mark.parametrize("lever", [Lever.TRAIN_STAY_HOURS, Lever.DWELL_DAYS])
@given(st.integers(420_000, 1_500_000).map(Decimal))
def test_with_its_remedy_a_resource_is_exactly_full(lever, teu):
    for (resource, which), each in remedies_at(teu, dwell=Decimal(6)).items():
        if which is lever:
            stay = each.needed if lever is Lever.TRAIN_STAY_HOURS else NINE_HOURS
            dwell = each.needed if lever is Lever.DWELL_DAYS else Decimal(6)
            uses = {use.resource: use for use in what_saturates_first(LIANYUNGANG, teu, stay, dwell)}
            assert float(uses[resource].utilisation) == pytest.approx(1)


def test_machines_are_told_by_the_hour():
    slow = replace(LIANYUNGANG, yard_moves_per_hour=Decimal(60))
    need = remedies_at(RATED, site=slow)["yard machines", Lever.MOVES_PER_HOUR]
    assert (need.present, round(need.needed, 1)) == (60, Decimal("70.2"))


def test_a_warehouse_too_small_needs_room_or_less_of_it_for_each_teu():
    site = replace(LIANYUNGANG, warehouse_m2_days_per_teu=Decimal(20))
    found = remedies_at(RATED, site=site)
    assert round(found["warehouse", Lever.WAREHOUSE_M2].needed) == 22_466
    assert round(found["warehouse", Lever.WAREHOUSE_M2_DAYS_PER_TEU].needed, 1) == Decimal("16.4")
