"""Trains on tracks in metres and in time."""

from datetime import UTC, datetime, timedelta
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from terminal.tracks import (
    OPEN_END,
    Fit,
    Misfit,
    TrackRoom,
    TrackTime,
    TrainProfile,
    clashes,
    earliest,
    first_metre,
    in_the_way,
    misfits,
)

NOON = datetime(2026, 5, 4, 4, tzinfo=UTC)


def hours(number):
    return NOON + timedelta(hours=number)


def stay(train, from_m, to_m, start, end):
    return TrackTime(train, from_m, to_m, hours(start), hours(end))


@st.composite
def stays(draw, many=6):
    said = draw(
        st.lists(st.tuples(st.integers(0, 8), st.integers(1, 5), st.integers(0, 10), st.integers(1, 6)), max_size=many)
    )
    return [stay(n, at, at + length, start, start + long) for n, (at, length, start, long) in enumerate(said)]


def cells(each):
    """The metres and hours a stay takes, one by one."""
    first, last = (int((at - NOON).total_seconds() // 3600) for at in (each.starts_at, each.ends_at))
    return {(metre, hour) for metre in range(each.from_m, each.to_m) for hour in range(first, last)}


@given(stays())
def test_two_trains_clash_where_they_share_a_metre_and_an_hour(taken):
    met = {frozenset((one.train, other.train)) for one, other in clashes(taken)}
    assert met == {frozenset((a.train, b.train)) for a, b in combinations(taken, 2) if cells(a) & cells(b)}


@given(stays(), st.integers(1, 6), st.integers(0, 10), st.integers(1, 6), st.integers(6, 12))
def test_a_train_has_the_first_room_there_is(taken, length, start, long, usable):
    wanted = stay("new", 0, length, start, start + long)
    found = earliest(usable, taken, wanted)
    by_hand = next(
        (
            (hour, metre)
            for hour in range(start, 40)
            for metre in range(usable - length + 1)
            if not any(cells(stay("new", metre, metre + length, hour, hour + long)) & cells(each) for each in taken)
        ),
        None,
    )
    if length > usable:
        assert found is None
    else:
        assert found == Fit(hours(by_hand[0]), by_hand[1])


def test_whoever_is_in_the_way_is_named_the_earliest_first():
    late, early = stay("late", 0, 800, 5, 9), stay("early", 0, 800, 0, 6)
    assert in_the_way(stay("new", 100, 900, 4, 6), [late, early]) == [early, late]


def test_a_train_is_not_in_its_own_way():
    there = stay("X9014", 0, 800, 0, 9)
    assert in_the_way(there, [there]) == []
    assert first_metre(950, [there], there) == 0


def test_behind_a_train_of_which_nobody_knows_when_it_leaves_there_is_no_room():
    there = TrackTime("X9014", 0, 800, hours(0), OPEN_END)
    assert earliest(950, [there], stay("new", 0, 800, 1, 9)) is None
    assert earliest(950, [there], stay("short", 0, 150, 1, 9)) == Fit(hours(1), 800)


def test_one_train_may_follow_another_at_once():
    assert earliest(950, [stay("before", 0, 800, 0, 9)], stay("new", 0, 800, 5, 14)) == Fit(hours(9), 0)


@given(
    st.fixed_dictionaries({"usable_m": st.integers(700, 900), "gauge_mm": st.sampled_from((1435, 1520))}),
    st.fixed_dictionaries(
        {
            "length_m": st.integers(700, 900),
            "gauge_mm": st.sampled_from((None, 1435, 1520)),
            "height_mm": st.none() | st.integers(3600, 4100),
            "width_mm": st.none() | st.integers(2438, 2600),
        }
    ),
    st.none() | st.integers(3600, 4100),
    st.none() | st.integers(2438, 2600),
)
def test_a_track_takes_a_train_unless_something_known_is_beyond_it(room, needs, height, width):
    found = set(misfits(TrackRoom(**room, clear_height_mm=height, clear_width_mm=width), TrainProfile(**needs)))
    assert (Misfit.LENGTH in found) == (needs["length_m"] > room["usable_m"])
    assert (Misfit.GAUGE in found) == (needs["gauge_mm"] not in (None, room["gauge_mm"]))
    assert (Misfit.HEIGHT in found) == (None not in (height, needs["height_mm"]) and needs["height_mm"] > height)
    assert (Misfit.WIDTH in found) == (None not in (width, needs["width_mm"]) and needs["width_mm"] > width)
