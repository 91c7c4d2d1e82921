"""Boxes onto wagons of the other gauge, and what their seals say."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.gauges import BoxToCross, WagonSpace, pair, seal_change

boxes = st.lists(
    st.tuples(st.integers(0, 5), st.sampled_from([1, 2]), st.integers(0, 30_000)), max_size=16
).map(
    lambda said: [
        BoxToCross(key=n, wagon=wagon, place=1 + n % 2, bays=bays, gross_kg=kg)
        for n, (wagon, bays, kg) in enumerate(said)
    ]
)  # fmt: skip
wagons = st.lists(st.tuples(st.sets(st.integers(1, 4)), st.integers(0, 60_000)), max_size=8)


@given(boxes, wagons)
def test_no_place_is_used_twice_no_wagon_weighs_too_much_and_every_box_is_accounted_for(coming, free):
    found = pair(coming, [(n, WagonSpace(set(places), kg)) for n, (places, kg) in enumerate(free)])
    known = {box.key: box for box in coming}
    taken = [
        (each.wagon, each.place + step) for each in found.crossings for step in range(known[each.box].bays)
    ]  # fmt: skip
    weights = Counter()
    for each in found.crossings:
        weights[each.wagon] += known[each.box].gross_kg
    assert len(taken) == len(set(taken))
    assert all(place in free[wagon][0] for wagon, place in taken)
    assert all(kg <= free[wagon][1] for wagon, kg in weights.items())
    assert all(each.place % 2 == 1 for each in found.crossings if known[each.box].bays == 2)
    assert sorted([*(each.box for each in found.crossings), *found.left]) == sorted(known)


def empty(*keys, places=2, kg=50_000):
    return [(key, WagonSpace(set(range(1, places + 1)), kg)) for key in keys]


def box(key, wagon, place=1, bays=1, gross_kg=20_000):
    return BoxToCross(key=key, wagon=wagon, place=place, bays=bays, gross_kg=gross_kg)


def where(found):
    return {each.box: (each.wagon, each.place) for each in found.crossings}


def test_boxes_of_one_wagon_stay_together_where_a_wagon_takes_both():
    spaces = [("half", WagonSpace({2}, 50_000)), *empty("whole")]
    found = pair([box("a", 1), box("b", 1, 2)], spaces)
    assert where(found) == {"a": ("whole", 1), "b": ("whole", 2)}


def test_boxes_of_one_wagon_part_where_no_wagon_takes_both():
    found = pair([box("a", 1), box("b", 1, 2)], empty("x", "y", kg=30_000))
    assert where(found) == {"a": ("x", 1), "b": ("y", 1)}


def test_what_no_wagon_takes_stays_and_the_others_go():
    found = pair([box("long", 1, bays=2), box("short", 2)], [("half", WagonSpace({1}, 50_000))])
    assert (found.left, where(found)) == (["long"], {"short": ("half", 1)})


def test_the_spaces_in_hand_are_left_as_they_were():
    spaces = empty("x")
    pair([box("a", 1)], spaces)
    assert spaces[0][1].free == {1, 2}


@pytest.mark.parametrize(
    ("worn", "before", "after", "removed", "affixed", "missing"),
    [
        (["A"], ["A"], ["A"], (), (), ()),
        (["A"], ["A"], ["B"], ("A",), ("B",), ()),
        (["A"], [], [], ("A",), (), ("A",)),
        (["A", "B"], ["A"], ["A"], ("B",), (), ("B",)),
        (["A"], ["A"], [], ("A",), (), ("A",)),
        ([], ["A"], ["A"], (), ("A",), ()),
    ],
)
def test_a_seal_that_is_gone_without_a_word_is_missing(worn, before, after, removed, affixed, missing):
    change = seal_change(worn, before, after)
    assert (change.removed, change.affixed, change.missing) == (removed, affixed, missing)
