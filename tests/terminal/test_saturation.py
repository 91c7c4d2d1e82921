"""What saturates first at Lianyungang, with the worked figures of the site."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.capacity import ResourceUse, Site, fits, operating_capacity_teu, what_saturates_first

LIANYUNGANG = Site(
    rated_teu_per_year=Decimal(410_000),
    trains_per_day=Decimal("10.2"),
    track_lengths_m=(Decimal(950),) * 4,
    train_length_m=Decimal(800),
    operating_capacity_teu=Decimal(4_936),
    working_hours_per_day=Decimal(20),
    rail_lifts_per_hour=Decimal(3 * 30),
    yard_moves_per_hour=Decimal(6 * 12),
    teu_per_box=Decimal("1.6"),
    warehouse_m2=Decimal(18_400),
)

RATED, TARGET = Decimal(410_000), Decimal(550_000)
NINE_HOURS, TWELVE_HOURS, THREE_DAYS = Decimal(9), Decimal(12), Decimal(3)


def use_of(resource, site=LIANYUNGANG, teu=RATED, stay=NINE_HOURS, dwell=THREE_DAYS) -> ResourceUse:
    return next(use for use in what_saturates_first(site, teu, stay, dwell) if use.resource == resource)


def test_the_three_rated_figures_agree():
    assert round(LIANYUNGANG.teu_per_day) == 1_123
    assert round(LIANYUNGANG.teu_per_train) == 110
    assert use_of("railway").utilisation == 1


def test_the_yard_works_at_seven_tenths_of_what_it_could_stack():
    assert operating_capacity_teu(1_763, 4, Decimal("0.70")) == 4_936
    assert operating_capacity_teu(1_763, 4, Decimal(1)) == 7_052


def test_trains_that_stay_nine_hours_take_four_places_to_ninety_six_per_cent():
    places = use_of("train places")
    assert LIANYUNGANG.train_places == 4
    assert round(places.needed, 1) == Decimal("3.8")
    assert round(places.utilisation, 2) == Decimal("0.96")
    assert places.fits


def test_trains_that_stay_twelve_hours_do_not_fit():
    assert not use_of("train places", stay=TWELVE_HOURS).fits
    assert what_saturates_first(LIANYUNGANG, RATED, TWELVE_HOURS, THREE_DAYS)[0].resource == "train places"


def test_places_tell_tighter_than_metres_where_a_train_cannot_be_split():
    assert use_of("train places").utilisation > use_of("track metres").utilisation


def test_the_target_does_not_fit_the_rated_railway_and_needs_nearly_fourteen_trains():
    railway = use_of("railway", teu=TARGET)
    assert round(TARGET / 365) == 1_507
    assert round(railway.needed, 1) == Decimal("13.7")
    assert not railway.fits
    assert not fits(what_saturates_first(LIANYUNGANG, TARGET, NINE_HOURS, THREE_DAYS))


def test_the_rated_year_fits_with_the_standard_stays():
    assert fits(what_saturates_first(LIANYUNGANG, RATED, NINE_HOURS, THREE_DAYS))


def test_the_yard_holds_three_days_of_the_rated_year_at_two_thirds():
    assert round(use_of("yard").needed) == 3_370
    assert round(use_of("yard").utilisation, 2) == Decimal("0.68")
    assert not use_of("yard", dwell=Decimal(5)).fits


def test_the_warehouse_is_judged_only_where_somebody_measured_what_it_needs():
    with pytest.raises(StopIteration):
        use_of("warehouse")
    measured = replace(LIANYUNGANG, warehouse_m2_days_per_teu=Decimal(10))
    assert round(use_of("warehouse", site=measured).needed) == 11_233


def test_a_site_without_tracks_is_infinitely_full_at_the_first_train():
    assert use_of("train places", site=replace(LIANYUNGANG, track_lengths_m=())).utilisation == Decimal("Infinity")


def test_a_train_is_not_split_over_two_short_tracks():
    assert replace(LIANYUNGANG, track_lengths_m=(Decimal(790), Decimal(790), Decimal(1600))).train_places == 2


def test_each_resource_tells_the_year_it_carries():
    assert use_of("railway").carries(RATED) == RATED
    assert round(use_of("train places").carries(RATED)) == round(RATED * 4 * 24 / (Decimal("10.2") * 9))
    assert use_of("train places", teu=TARGET).carries(TARGET) == use_of("train places").carries(RATED)
    assert ResourceUse("barge berth", "berths", Decimal(0), Decimal(1)).carries(RATED) is None


def test_nothing_needed_of_nothing_there_is_no_use():
    assert ResourceUse("barge berth", "berths", Decimal(0), Decimal(0)).utilisation == 0


@given(
    st.integers(1, 2_000_000).map(Decimal),
    st.integers(1, 2_000_000).map(Decimal),
    st.integers(1, 48).map(Decimal),
    st.integers(1, 30).map(Decimal),
)
def test_more_traffic_never_fills_anything_less(some, more, stay, dwell):
    low, high = sorted([some, more])
    before = {use.resource: use.utilisation for use in what_saturates_first(LIANYUNGANG, low, stay, dwell)}
    after = what_saturates_first(LIANYUNGANG, high, stay, dwell)
    assert all(use.utilisation >= before[use.resource] for use in after)
    assert [use.utilisation for use in after] == sorted((use.utilisation for use in after), reverse=True)
