"""Loading a train: what the railway allows, the best plan where that can be tried out, and why a box stays."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.trainload import (
    Candidate,
    LoadingRules,
    NotARule,
    Placement,
    Reason,
    Train,
    Wagon,
    dug_away,
    faults,
    plan_loads,
    planning,
    priority,
    quick_plan,
)

NOON = datetime(2026, 5, 4, 4, tzinfo=UTC)
ALMATY, TASHKENT = "KZALA", "UZTAS"


def box(key, bays=2, kg=18_000, to=ALMATY, **more):
    return Candidate(
        key=key, number=str(key), bays=bays, teu=more.pop("teu", float(bays)), gross_kg=kg, destination=to, **more
    )


def wagon(sequence, **more):
    said = {"key": f"W{sequence}", "number": f"W{sequence}", "tare_kg": 22_000, "length_m": 13.9}
    return Wagon(sequence=sequence, **{**said, **more})


def train(*wagons, **more):
    said = {"key": "X9014", "number": "X9014", "destinations": (ALMATY, TASHKENT)}
    return Train(wagons=wagons, **{**said, **more})


def at(box_key, place=1, on="W1", by="X9014"):
    return Placement(train=by, wagon=on, place=place, box=box_key)


def found(a_train, boxes, *plan):
    return [each.code() for each in faults([a_train], {each.key: each for each in boxes}, plan)]


FOUR_AXLES = train(wagon(1))


@pytest.mark.parametrize(
    ("fault", "a_train", "boxes", "plan"),
    [
        ("no-pair", FOUR_AXLES, [box("a", 1)], [at("a")]),
        (
            "pair-of-two-destinations",
            FOUR_AXLES,
            [box("a", 1), box("b", 1, to=TASHKENT)],
            [at("a"), at("b", 2)],
        ),
        (
            "pair-out-of-balance",
            FOUR_AXLES,
            [box("a", 1, 10_000), box("b", 1, 15_000)],
            [at("a"), at("b", 2)],
        ),
        ("box-too-heavy", FOUR_AXLES, [box("a", 2, 25_001)], [at("a")]),
        (
            "box-too-heavy",
            FOUR_AXLES,
            [box("a", 1, 24_001), box("b", 1, 20_000)],
            [at("a"), at("b", 2)],
        ),
        (
            "wagon-too-heavy",
            train(wagon(1, tare_kg=26_000)),
            [box("a", 1, 23_500), box("b", 1, 23_000)],
            [at("a"), at("b", 2)],
        ),
        (
            "wagon-too-heavy",
            train(wagon(1, axles=2)),
            [box("a", 2, 14_001)],
            [at("a")],
        ),
        (
            "train-too-heavy",
            train(wagon(1), wagon(2), rules=LoadingRules(max_boxes_kg=35_999)),
            [box("a"), box("b")],
            [at("a"), at("b", on="W2")],
        ),
        ("no-place-on-wagon", FOUR_AXLES, [box("a")], [at("a", 2)]),
        ("no-place-on-wagon", FOUR_AXLES, [box("a", 1), box("b", 1)], [at("a", 1), at("b", 3)]),
        ("place-taken", FOUR_AXLES, [box("a"), box("b", 1)], [at("a"), at("b", 2)]),
        ("planned-twice", train(wagon(1), wagon(2)), [box("a")], [at("a"), at("a", on="W2")]),
        ("wagon-not-usable", train(wagon(1, usable=False)), [box("a")], [at("a")]),
        ("off-its-route", FOUR_AXLES, [box("a", to="DEDUI")], [at("a")]),
        (
            "after-cut-off",
            train(wagon(1), cut_off_at=NOON),
            [box("a", ready_at=NOON + timedelta(minutes=1))],
            [at("a")],
        ),
        ("promised-to-another", FOUR_AXLES, [box("a", only="X9016")], [at("a")]),
        ("over-quota", train(wagon(1), quotas={ALMATY: 1.0}), [box("a")], [at("a")]),
        ("too-many-wagons", train(*[wagon(n) for n in range(1, 57)]), [], []),
        ("longer-than-its-track", train(wagon(1), wagon(2), track_m=20.0), [], []),
        ("unknown-to-the-plan", FOUR_AXLES, [box("a")], [at("a", on="W7")]),
        ("unknown-to-the-plan", FOUR_AXLES, [box("a")], [at("c")]),
    ],
)
def test_what_a_railway_does_not_allow_is_found(fault, a_train, boxes, plan):
    assert fault in found(a_train, boxes, *plan)


@pytest.mark.parametrize(
    ("a_train", "boxes", "plan"),
    [
        (FOUR_AXLES, [box("a", 2, 25_000)], [at("a")]),
        (FOUR_AXLES, [box("a", 1, 24_000), box("b", 1, 19_001)], [at("a"), at("b", 2)]),
        (train(wagon(1, axles=2)), [box("a", 2, 14_000)], [at("a")]),
        (train(wagon(1), cut_off_at=NOON), [box("a", ready_at=NOON)], [at("a")]),
        (train(wagon(1), quotas={ALMATY: 2.0}), [box("a")], [at("a")]),
        (train(wagon(1), rules=LoadingRules(twenties_in_pairs=False)), [box("a", 1)], [at("a", 2)]),
        (
            train(wagon(1, places=4)),
            [box("a"), box("b", 1, 9_000), box("c", 1, 9_000)],
            [at("a"), at("b", 3), at("c", 4)],
        ),
        (train(*[wagon(n) for n in range(1, 56)]), [], []),
    ],
)
def test_what_a_railway_allows_is_not_found_fault_with(a_train, boxes, plan):
    assert found(a_train, boxes, *plan) == []


def test_a_rule_of_nothing_is_refused():
    with pytest.raises(NotARule):
        LoadingRules(max_boxes_kg=0)


BOXES = st.builds(
    dict,
    bays=st.sampled_from([1, 1, 1, 2]),
    kg=st.integers(2_000, 27_000),
    to=st.sampled_from([ALMATY, TASHKENT, "DEDUI"]),
    priority=st.sampled_from([1.0, 1.5, 3.0]),
    late=st.booleans(),
)


@st.composite
def situations(draw, boxes=8, wagons=3, trains=1):
    """Trains with wagons of several kinds, some loaded already, and boxes, some of which stand on others."""
    said = draw(st.lists(BOXES, max_size=boxes))
    stacked = draw(st.lists(st.booleans(), min_size=len(said), max_size=len(said)))
    cargo = []
    for turn, each in enumerate(said):
        late = each.pop("late")
        above = (turn - 1,) if turn and stacked[turn] else ()
        cargo.append(box(turn, **each, above=above, ready_at=NOON + timedelta(hours=1) if late else None))
    made = []
    for number in range(trains):
        tares = draw(st.lists(st.sampled_from([20_000, 27_000, 45_000]), min_size=1, max_size=wagons))
        own = [
            wagon(n, key=(number, n), tare_kg=kg, places=draw(st.sampled_from([2, 2, 4])))
            for n, kg in enumerate(tares, 1)
        ]
        rules = LoadingRules(
            twenties_in_pairs=draw(st.sampled_from([True, True, False])),
            max_boxes_kg=draw(st.sampled_from([None, 40_000, 60_000])),
        )
        made.append(
            train(
                *own,
                key=number,
                rules=rules,
                departs_at=NOON + timedelta(hours=number),
                cut_off_at=draw(st.sampled_from([None, NOON])),
                quotas=draw(st.sampled_from([{}, {ALMATY: 2.0}])),
            )
        )
    return made, cargo


def with_something_aboard(trains, cargo):
    """Half a wagon of the first train is taken by a box that came with it."""
    first = trains[0]
    held = box("held", 1, 12_000)
    riding = replace(first, aboard=(at("held", on=first.wagons[0].key, by=first.key),))
    return [riding, *trains[1:]], cargo, [held]


@given(situations(trains=2), st.booleans())
@settings(deadline=None, max_examples=60)
def test_no_plan_breaks_a_rule_and_none_exceeds_its_bound(situation, half_taken):
    trains, cargo = situation
    aboard = []
    if half_taken:
        trains, cargo, aboard = with_something_aboard(trains, cargo)
    boxes = {each.key: each for each in [*cargo, *aboard]}
    for plan in (quick_plan(trains, cargo, aboard), plan_loads(trains, cargo, seconds=2, aboard=aboard)):
        alone = {"no-pair"} if half_taken else set()  # that one came alone
        told = [each for each in faults(trains, boxes, plan.placements) if each.code() not in alone]
        assert told == []
        gone = {each.box for each in plan.placements}
        assert gone | set(plan.left_behind) == set(boxes)
        assert not gone & set(plan.left_behind)
        assert plan.worth <= plan.bound + 1e-6
        assert plan.worth == pytest.approx(sum(each.worth for each in cargo if each.key in gone))
        assert plan.dug == dug_away(trains, boxes, plan.placements)


def allowed_sets(a_train, cargo):
    """Every set of boxes that may go on a train of two-place wagons, by trying everything."""
    for many in range(len(cargo) + 1):
        for some in combinations(cargo, many):
            if any(plan is not None for plan in arranged(a_train, list(some), list(a_train.wagons))):
                yield some


def arranged(a_train, some, wagons):
    """Whether these boxes can be put on these wagons (a generator of at most one plan)."""
    if not some:
        yield []
        return
    if not wagons:
        return
    boxes = {each.key: each for each in some}
    first, rest = wagons[0], wagons[1:]
    for load in [(), *((each,) for each in some), *combinations([b for b in some if b.bays == 1], 2)]:
        placed = [at(each.key, 1 + turn, first.key, a_train.key) for turn, each in enumerate(load)]
        alone = replace(a_train, quotas={}, rules=replace(a_train.rules, max_boxes_kg=None))
        if faults([alone], boxes, placed):
            continue
        for others in arranged(a_train, [each for each in some if each not in load], rest):
            yield placed + others
            return


@given(situations(boxes=6, wagons=2))
@settings(deadline=None, max_examples=25)
def test_a_small_train_gets_the_best_there_is_and_then_the_least_digging(situation):
    (one,), cargo = situation
    one = replace(one, wagons=tuple(replace(each, places=2) for each in one.wagons))
    plan = plan_loads([one], cargo, seconds=5)
    limit = one.rules.max_boxes_kg or float("inf")
    fit = [
        some
        for some in allowed_sets(one, cargo)
        if sum(each.gross_kg for each in some) <= limit
        and all(sum(b.teu for b in some if b.destination == to) <= teu for to, teu in one.quotas.items())
    ]
    worth = max(sum(each.worth for each in some) for some in fit)
    assert plan.worth == pytest.approx(worth)
    assert plan.bound == pytest.approx(worth, rel=1e-3)
    boxes = {each.key: each for each in cargo}
    best = [some for some in fit if sum(each.worth for each in some) == pytest.approx(worth)]
    dug = min(len(dug_away([one], boxes, [at(each.key, by=one.key) for each in some])) for some in best)
    assert len(plan.dug) == dug


def test_the_pair_that_weighs_less_leaves_the_train_room_for_more():
    rules = LoadingRules(max_boxes_kg=40_000)
    heavy = [box("h1", 1, 23_000), box("h2", 1, 23_000)]
    light = [box("l1", 1, 10_000), box("l2", 1, 10_000), box("long", 2, 20_000)]
    plan = plan_loads([train(wagon(1), wagon(2), rules=rules)], [*heavy, *light], seconds=2)
    assert {each.box for each in plan.placements} == {"l1", "l2", "long"}
    assert set(plan.left_behind.values()) == {Reason.WEIGHT}


def test_of_two_equal_boxes_the_one_on_top_goes():
    boxes = [box("below", above=("on-top",)), box("on-top")]
    plan = plan_loads([train(wagon(1))], boxes, seconds=2)
    assert {each.box for each in plan.placements} == {"on-top"}
    assert plan.dug == frozenset()


def test_a_box_that_is_dug_out_for_a_train_before_its_own_is_dug_away():
    early, late = (
        train(wagon(1, key=name), key=name, departs_at=NOON + timedelta(hours=hours))
        for name, hours in (("early", 1), ("late", 5))
    )
    boxes = {each.key: each for each in (box("below", above=("on-top",)), box("on-top"))}
    below_first = [at("below", on="early", by="early"), at("on-top", on="late", by="late")]
    assert dug_away([late, early], boxes, below_first) == {"on-top"}
    assert dug_away(
        [late, early], boxes, [at("on-top", on="early", by="early"), at("below", on="late", by="late")]
    ) == (set())


def test_a_box_for_either_train_goes_with_the_one_that_has_nothing_else():
    to_both = train(wagon(1, key="a"), key="a", departs_at=NOON)
    to_tashkent = train(wagon(1, key="b"), key="b", departs_at=NOON + timedelta(hours=1), destinations=(TASHKENT,))
    boxes = [box("either", to=TASHKENT, priority=2.0), box("almaty")]
    plan = plan_loads([to_both, to_tashkent], boxes, seconds=2)
    assert {(each.box, each.train) for each in plan.placements} == {("either", "b"), ("almaty", "a")}


def test_a_day_that_is_too_much_at_once_is_planned_train_by_train(monkeypatch):
    monkeypatch.setattr(planning, "COLUMNS", 10)
    trains = [
        train(*[wagon(n, key=(name, n)) for n in (1, 2, 3)], key=name, departs_at=NOON + timedelta(hours=turn))
        for turn, name in enumerate("abc")
    ]
    below = [box(f"below {n}", priority=2.0, above=(f"top {n}",)) for n in range(5)]
    cargo = [*below, *[box(f"apart {n}") for n in range(9)], *[box(f"top {n}") for n in range(5)]]
    thought, plan = quick_plan(trains, cargo), plan_loads(trains, cargo, seconds=10)
    assert faults(trains, {each.key: each for each in cargo}, plan.placements) == []
    assert not plan.quick
    assert (len(plan.dug), len(thought.dug)) == (4, 5)
    assert plan.worth >= 0.98 * plan.bound


def test_a_box_beside_one_that_is_aboard_completes_its_pair():
    held = box("held", 1, 12_000)
    half = train(wagon(1), aboard=(at("held"),))
    boxes = [box("light", 1, 5_000), box("fits", 1, 10_000), box("long")]
    plan = plan_loads([half], boxes, seconds=2, aboard=[held])
    assert {(each.box, each.place) for each in plan.placements} == {("held", 1), ("fits", 2)}
    assert plan.left_behind["long"] is Reason.NO_WAGON


@pytest.mark.parametrize(
    ("reason", "a_train", "boxes"),
    [
        (Reason.NO_TRAIN, train(wagon(1)), [box("left", to="DEDUI")]),
        (Reason.CUT_OFF, train(wagon(1), cut_off_at=NOON), [box("left", ready_at=NOON + timedelta(hours=1))]),
        (Reason.TOO_HEAVY, train(wagon(1)), [box("left", kg=25_500)]),
        (Reason.TOO_HEAVY, train(wagon(1, tare_kg=55_000)), [box("left")]),
        (Reason.QUOTA, train(wagon(1), quotas={ALMATY: 1.0}), [box("left")]),
        (Reason.WEIGHT, train(wagon(1), rules=LoadingRules(max_boxes_kg=17_000)), [box("left")]),
        (Reason.NO_WAGON, train(wagon(1)), [box("left"), box("goes", priority=2.0)]),
        (Reason.NO_PAIR, train(wagon(1)), [box("left", 1)]),
        (Reason.NO_PAIR, train(wagon(1)), [box("left", 1), box("other", 1, to=TASHKENT)]),
        (Reason.NO_PAIR, train(wagon(1)), [box("left", 1, 5_000), box("other", 1, 10_000)]),
    ],
)
def test_a_box_that_stays_carries_its_reason(reason, a_train, boxes):
    for plan in (quick_plan([a_train], boxes), plan_loads([a_train], boxes, seconds=2)):
        assert plan.left_behind["left"] is reason


def test_boxes_of_one_destination_stand_together_in_the_order_of_the_route():
    wagons = [wagon(n) for n in range(1, 5)]
    boxes = [box(n, to=(ALMATY, TASHKENT)[n % 2]) for n in range(4)]
    plan = plan_loads([train(*wagons)], boxes, seconds=2)
    by_wagon = sorted(plan.placements, key=lambda each: each.wagon)
    assert [each.box % 2 for each in by_wagon] == [0, 0, 1, 1]


def test_without_time_first_thoughts_are_the_plan():
    plan = plan_loads([train(wagon(1))], [box("a"), box("b", priority=2.0)], seconds=0)
    assert {each.box for each in plan.placements} == {"b"}


def test_a_box_promised_to_one_train_goes_with_no_other():
    first, second = train(wagon(1)), train(wagon(1, key="V1"), key="X9016")
    boxes = [box("promised", only="X9016"), box("free")]
    for plan in (quick_plan([first, second], boxes), plan_loads([first, second], boxes, seconds=2)):
        assert {each.box: each.train for each in plan.placements} == {"promised": "X9016", "free": "X9014"}
    left = quick_plan([first], [box("promised", only="X9016")])
    assert left.left_behind == {"promised": Reason.NO_TRAIN}


def test_a_booked_box_outweighs_the_most_pressing_ones_that_could_stand_in_its_place():
    pressing = priority(booked=False, planned=True, reefer=True, days_too_long=30)
    assert priority(booked=True, planned=False, reefer=False, days_too_long=0) > 2.25 * pressing
    assert priority(booked=False, planned=False, reefer=False, days_too_long=-3) == 1
