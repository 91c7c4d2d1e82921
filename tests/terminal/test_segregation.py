"""How far dangerous goods are kept apart: the table of the Code, and what counts where it says nothing."""

from itertools import combinations_with_replacement, product
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from terminal.dangerous_goods import CLASSES
from terminal.segregation import METRES, UNKNOWN, Apart, Segregation

FIXTURE = Path(__file__).parents[2] / "fixtures" / "segregation.yaml"
RULES = [each["fields"] for each in yaml.safe_load(FIXTURE.read_text()) if each["model"] == "yard.segregationrule"]
TABLE = Segregation("IMDG 41-22", {(each["one"], each["other"]): Apart(each["code"]) for each in RULES})

classes = st.sampled_from([*CLASSES, "1.4S", "1.1D", UNKNOWN])


@pytest.mark.parametrize(
    ("one", "other", "code"),
    [
        ("3", "5.1", 2),
        ("2.1", "3", 2),
        ("4.3", "8", 1),
        ("1.1", "3", 4),
        ("1.1D", "6.1", 2),
        ("1.4", "6.1", 0),
        ("1.4S", "2.2", 1),
        ("1.3", "4.1", 3),
        ("1.3", "8", 2),
        ("1.1", "8", 4),
        ("5.1", "5.2", 2),
        ("4.1", "4.2", 1),
        ("6.2", "3", 3),
        ("6.2", "2.1", 4),
        ("5.1", "8", 2),
        ("7", "5.1", 1),
        ("8", "8", 0),
        ("9", "1.1", 0),
        ("2.3", "6.1", 0),
    ],
)
def test_well_known_pairs_are_kept_apart_as_the_code_says(one, other, code):
    assert TABLE.between(one, other) == code


def test_every_pair_of_classes_is_told_once_but_for_explosives_with_each_other():
    explosives = {each for each in CLASSES if each.startswith("1.")}
    wanted = {frozenset(pair) for pair in combinations_with_replacement(CLASSES, 2) if not explosives.issuperset(pair)}
    told = [frozenset((each["one"], each["other"])) for each in RULES]
    assert set(told) == wanted
    assert len(told) == len(wanted)


@given(classes, classes)
def test_a_pair_is_the_same_from_both_sides(one, other):
    assert TABLE.between(one, other) == TABLE.between(other, one)


@given(classes, classes)
def test_an_unknown_class_is_kept_as_far_as_any_class_would_be(one, other):
    assert TABLE.between(one, UNKNOWN) >= TABLE.between(one, other) or other == UNKNOWN or one[:2] == other[:2] == "1."


def test_two_unknown_classes_are_kept_as_far_apart_as_can_be_asked():
    assert TABLE.between(UNKNOWN, UNKNOWN) == Apart.LENGTHWISE_BY_A_COMPARTMENT


def test_explosives_stand_together_only_in_one_compatibility_group():
    assert TABLE.between("1.1D", "1.1D") == Apart.NOT_ASKED
    assert {TABLE.between(*pair) for pair in (("1.1D", "1.1B"), ("1.1", "1.1"), ("1.1D", "1.1"))} == {4}


def test_without_a_table_everything_is_kept_as_far_apart_as_can_be_asked():
    assert {Segregation().between(*pair) for pair in product(CLASSES, CLASSES)} == {4}


def test_of_several_goods_in_a_box_the_strictest_counts():
    assert TABLE.asked(["9", "3"], ["8", "5.1"]) == Apart.SEPARATED_FROM
    assert TABLE.asked([], ["3"]) == Apart.NOT_ASKED


def test_a_stricter_code_is_farther():
    assert list(METRES.values()) == sorted(METRES.values())
    assert set(METRES) == set(Apart)
