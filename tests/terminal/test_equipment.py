"""Size-type codes, and the room a box takes."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.equipment import LENGTHS, SECTIONS, Group, MalformedSizeType, SizeType, UnknownSizeType
from terminal.errors import Malformed


@pytest.mark.parametrize(
    ("code", "feet", "height", "group", "teu", "bays"),
    [
        ("22G1", "20", "8′6″", Group.GENERAL, "1", 1),
        ("42G1", "40", "8′6″", Group.GENERAL, "2", 2),
        ("45G1", "40", "9′6″", Group.GENERAL, "2", 2),
        ("L5G1", "45", "9′6″", Group.GENERAL, "2.25", 2),
        ("LEG1", "45", "9′6″", Group.GENERAL, "2.25", 2),
        ("22R1", "20", "8′6″", Group.REEFER, "1", 1),
        ("45R1", "40", "9′6″", Group.REEFER, "2", 2),
        ("22U1", "20", "8′6″", Group.OPEN_TOP, "1", 1),
        ("22P1", "20", "8′6″", Group.PLATFORM, "1", 1),
        ("22T1", "20", "8′6″", Group.TANK, "1", 1),
        ("22K2", "20", "8′6″", Group.TANK, "1", 1),
        ("22V0", "20", "8′6″", Group.VENTILATED, "1", 1),
        ("22B0", "20", "8′6″", Group.BULK, "1", 1),
        ("22S1", "20", "8′6″", Group.NAMED_CARGO, "1", 1),
        ("22H5", "20", "8′6″", Group.THERMAL, "1", 1),
        ("20A0", "20", "8′", Group.AIR, "1", 1),
        ("10G0", "10", "8′", Group.GENERAL, "0.5", 1),
        ("32G0", "30", "8′6″", Group.GENERAL, "1.5", 2),
        ("M5G1", "48", "9′6″", Group.GENERAL, "2.4", 3),
        ("P5G1", "53", "9′6″", Group.GENERAL, "2.65", 3),
    ],
)
def test_a_code_says_length_height_type_and_room(code, feet, height, group, teu, bays):
    box = SizeType.parse(code)
    assert (box.length_ft, box.height, box.group) == (Decimal(feet), height, group)
    assert (box.teu, box.bays) == (Decimal(teu), bays)
    assert box.note == ""


@pytest.mark.parametrize(
    ("code", "present"), [("2200", "22GP"), ("2210", "22GP"), ("4310", "42GP"), ("4500", "45GP"), ("4532", "45RT")]
)
def test_an_old_numeric_code_is_understood_and_says_so(code, present):
    box = SizeType.parse(code)
    assert box.code == code
    assert box.read_as == present
    assert present in box.note
    assert SizeType.parse(present).teu == box.teu


def test_only_a_box_with_a_machine_wants_a_plug():
    assert SizeType.parse("45R1").is_reefer
    assert not SizeType.parse("22H5").is_reefer
    assert SizeType.parse("4532").is_reefer


def test_tanks_of_both_editions_are_tanks():
    assert SizeType.parse("22T6").is_tank
    assert SizeType.parse("22K6").is_tank
    assert not SizeType.parse("22G1").is_tank


def test_a_box_of_nine_and_a_half_feet_is_a_high_cube():
    assert [SizeType.parse(code).is_high_cube for code in ("45G1", "LEG1", "42G1", "44G1")] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("code", "position", "found"),
    [("62G1", 1, "6"), ("21G1", 2, "1"), ("22X1", 3, "X"), ("2220", 3, "20"), ("2810", 2, "8"), ("5310", 1, "5")],
)
def test_a_code_of_no_table_is_refused_with_its_place(code, position, found):
    with pytest.raises(UnknownSizeType) as refused:
        SizeType.parse(code)
    assert refused.value.facts == {"code": code, "position": position, "found": found}


@pytest.mark.parametrize("code", ["", "22G", "22G11", "22G*", "40HC!"])
def test_what_is_not_four_characters_is_refused(code):
    with pytest.raises(MalformedSizeType) as refused:
        SizeType.parse(code)
    assert refused.value.facts == {"code": code or "—"}


def test_lower_case_and_space_are_forgiven():
    assert SizeType.parse(" 45r1 ").code == "45R1"


def test_the_longer_box_never_counts_less_and_never_takes_fewer_bays():
    by_length = sorted(LENGTHS.values(), key=lambda each: each.mm)
    assert [each.teu for each in by_length] == sorted(each.teu for each in by_length)
    assert [each.bays for each in by_length] == sorted(each.bays for each in by_length)


@given(st.sampled_from(sorted(LENGTHS)), st.sampled_from(sorted(SECTIONS)), st.sampled_from("GVBSRHUPTAKN"))
def test_every_combination_of_the_tables_is_understood(length, section, group):
    box = SizeType.parse(f"{length}{section}{group}1")
    assert box.teu > 0
    assert box.bays * 20 >= box.length_ft - 5, "more than a gap's width must not stand over nothing"


@given(st.text(max_size=6))
def test_any_text_is_taken_or_refused_as_malformed(text):
    with suppress(Malformed):
        assert SizeType.parse(text).teu > 0
