"""How a consist that comes differs from the train as it stands, and what is strange about one."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.consists import (
    Consist,
    ConsistBox,
    ConsistWagon,
    KnownBox,
    Spot,
    StandingBox,
    StandingWagon,
    contradictions,
    difference,
    doubts,
    news,
    wagon_news,
)
from terminal.identifiers import WagonScheme
from terminal.trainload import LoadingRules

LONG = ConsistBox(1, "CSQU3054383", "42G1", True, 20_000, "KZALA")
KNOWN = KnownBox(
    number="CSQU3054383", size_type="42G1", laden=True, sure_laden=True, gross_kg=20_000, destination="KZALA"
)
PAPERS = replace(KNOWN, only_papers=True)


def wagon(sequence, number, *boxes, tare=22_000):
    return ConsistWagon(sequence, WagonScheme.CN7, number, "X70", tare, None, list(boxes))


def standing(sequence, number, **more):
    return StandingWagon(key=("CN7", number), sequence=sequence, wagon_type="X70", tare_kg=22_000, **more)


def on(number, box=KNOWN, position=1, **more):
    return StandingBox(spot=Spot(("CN7", number), position), known=box, **more)


def test_the_same_consist_changes_nothing():
    found = difference([standing(1, "5200101")], [on("5200101")], Consist([wagon(1, "5200101", LONG)]))
    assert found.nothing
    assert found.same == 1
    assert set(found.counts().values()) == {0}


def test_boxes_are_added_removed_and_moved():
    told = Consist([wagon(1, "5200101", replace(LONG, number="TCLU5088040")), wagon(2, "5200102", LONG)])
    there = [on("5200101"), on("5200102", replace(KNOWN, number="UACU8175070"))]
    found = difference([standing(1, "5200101"), standing(2, "5200102")], there, told)
    assert [(str(spot), box.number) for spot, box in found.added] == [("5200101/1", "TCLU5088040")]
    assert [box.number for box in found.removed] == ["UACU8175070"]
    assert [(each.number, str(each.before), str(each.after)) for each in found.moved] == [
        ("CSQU3054383", "5200101/1", "5200102/1")
    ]
    assert found.same == 0


def test_another_place_on_the_same_wagon_is_a_move():
    told = Consist([wagon(1, "5200101", replace(LONG, position=2, size_type="22G1"))])
    found = difference([standing(1, "5200101")], [on("5200101", replace(KNOWN, size_type="22G1"))], told)
    assert [str(each.after) for each in found.moved] == ["5200101/2"]


def test_a_box_that_is_off_is_neither_removed_nor_added():
    gone = on("5200101", settled=True)
    assert difference([standing(1, "5200101")], [gone], Consist([wagon(1, "5200101")])).nothing
    assert difference([standing(1, "5200101")], [gone], Consist([wagon(1, "5200101", LONG)])).nothing


def test_wagons_are_added_removed_changed_and_kept():
    told = Consist([wagon(1, "5200101", tare=23_000), wagon(2, "5200103")])
    there = [standing(1, "5200101"), standing(2, "5200102"), standing(3, "5200104", stays=True)]
    found = difference(there, [], told)
    assert [each.number for each in found.wagons_added] == ["5200103"]
    assert [each.number for each in found.wagons_removed] == ["5200102"]
    assert [each.number for each in found.wagons_kept] == ["5200104"]
    assert [(each.number, dict(each.values)) for each in found.wagons_changed] == [
        ("5200101", {"tare_kg": (22_000, 23_000)})
    ]


def test_what_papers_leave_empty_about_a_wagon_says_nothing():
    assert wagon_news(standing(1, "5200101"), ConsistWagon(1, WagonScheme.CN7, "5200101", "", None, None)) == {}


def test_a_wagon_in_front_of_all_others_is_the_only_one_out_of_turn():
    numbers = ["5200101", "5200102", "5200103", "5200104"]
    there = [standing(at, number) for at, number in enumerate(numbers, 1)]
    told = Consist([wagon(at, number) for at, number in enumerate([numbers[3], *numbers[:3]], 1)])
    assert [(each.number, each.before, each.after) for each in difference(there, [], told).reordered] == [
        ("5200104", 4, 1)
    ]


def test_wagons_that_only_close_up_have_not_left_their_turn():
    there = [standing(at, f"520010{at}") for at in (1, 2, 3)]
    found = difference(there, [], Consist([wagon(1, "5200102"), wagon(2, "5200103")]))
    assert found.reordered == ()


@given(st.permutations(range(1, 8)))
def test_wagons_that_are_not_out_of_turn_keep_their_order_and_no_more_move_than_must(order):
    there = [standing(at, f"52001{at:02}") for at in range(1, 8)]
    told = Consist([wagon(at, f"52001{was:02}") for at, was in enumerate(order, 1)])
    moved = {int(each.number[-2:]) for each in difference(there, [], told).reordered}
    kept = [was for was in order if was not in moved]
    assert kept == sorted(kept)
    assert len(kept) == longest_rising(order)


def longest_rising(order):
    """By trying: the longest rising run that ends with each."""
    best: list[int] = []
    for at, value in enumerate(order):
        best.append(1 + max((best[i] for i in range(at) if order[i] < value), default=0))
    return max(best)


class TestWhoseWordCounts:
    """See Note [Whose word on a box counts]."""

    def test_papers_add_what_nobody_has_said(self):
        known = replace(KNOWN, gross_kg=None, destination="", laden=None, sure_laden=False)
        assert news(known, LONG) == {"gross_kg": (None, 20_000), "destination": ("", "KZALA"), "laden": (None, True)}

    @pytest.mark.parametrize(
        ("name", "value"), [("gross_kg", 19_000), ("destination", "UZTAS"), ("size_type", "45G1"), ("laden", False)]
    )
    def test_later_papers_correct_earlier_ones_and_nobody_elses_word(self, name, value):
        told = replace(LONG, **{name: value})
        assert news(PAPERS, told) == {name: (getattr(KNOWN, name), value)}
        assert news(KNOWN, told) == {}
        assert contradictions(KNOWN, told) == {name: (getattr(KNOWN, name), value)}
        assert contradictions(PAPERS, told) == {}

    def test_a_verified_weight_stays_whatever_papers_say(self):
        assert news(replace(PAPERS, weighed=True), replace(LONG, gross_kg=19_000)) == {}

    def test_a_box_that_papers_call_laden_is_laden(self):
        assert news(replace(KNOWN, laden=False), LONG) == {"laden": (False, True)}

    def test_seals_and_dangerous_goods_are_put_on_and_never_taken_off(self):
        known = replace(KNOWN, seals=("CN1",), hazards=frozenset({("1203", "3")}))
        assert news(known, LONG) == {}
        told = replace(LONG, seals=("CN1", "CN2"), un_number="1950", imdg_class="2.1")
        assert news(known, told) == {
            "seals": (("CN1",), ("CN1", "CN2")),
            "hazards": (("UN 1203 (3)",), ("UN 1203 (3)", "UN 1950 (2.1)")),
        }

    def test_what_papers_leave_empty_says_nothing(self):
        assert news(PAPERS, replace(LONG, gross_kg=None, destination="")) == {}


class TestDoubts:
    def pair(self, one, other, tare=22_000):
        boxes = [
            ConsistBox(place, number, "22G1", True, kg, "KZALA")
            for place, (number, kg) in enumerate([("CSQU3054383", one), ("TCLU5088040", other)], 1)
        ]
        return Consist([wagon(1, "5200101", *boxes, tare=tare)])

    def codes(self, told, known=None, rules=None):
        return [each.code() for each in doubts("X9014", told, known or {}, rules or LoadingRules())]

    def test_an_overweight_pair_is_doubted(self):
        assert self.codes(self.pair(26_000, 26_000)) == ["box-too-heavy", "box-too-heavy", "wagon-too-heavy"]

    def test_a_pair_out_of_balance_is_doubted(self):
        assert self.codes(self.pair(20_000, 14_000)) == ["pair-out-of-balance"]

    def test_a_pair_of_which_one_weight_is_not_known_is_not_doubted(self):
        assert self.codes(self.pair(20_000, None)) == []

    def test_the_rules_are_those_of_the_site(self):
        assert self.codes(self.pair(26_000, 26_000), rules=LoadingRules(max_20_kg=30_000, max_wagon_kg=90_000,
                                                                        max_axle_kg=22_500)) == []  # fmt: skip

    def test_a_good_train_leaves_no_doubt(self):
        assert self.codes(self.pair(20_000, 19_000)) == []

    def test_what_was_announced_otherwise_is_told(self):
        told = Consist([wagon(1, "5200101", replace(LONG, destination="UZTAS"))])
        [doubt] = doubts("X9014", told, {KNOWN.number: KNOWN}, LoadingRules())
        assert (doubt.code(), doubt.facts["known"], doubt.facts["said"]) == ("said-otherwise", "KZALA", "UZTAS")
