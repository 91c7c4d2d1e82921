"""Wagon numbers of the three schemes."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.errors import Malformed
from terminal.identifiers import (
    CyrillicLetter,
    MalformedWagonNumber,
    WagonKind,
    WagonScheme,
    WrongCheckDigit,
    possible_schemes,
    require_wagon_number,
    wagon_kind,
)

UIC_NUMBERS = ["218124712173", "518008430010", "218052460035", "275150814729"]


def cis_check_digit(body: str) -> str:
    """Weights 2, 1, 2, 1, 2, 1, 2 from the left, digits of the products added, filled up to ten."""
    products = "".join(str(int(digit) * weight) for digit, weight in zip(body, (2, 1, 2, 1, 2, 1, 2), strict=True))
    return str((10 - sum(map(int, products)) % 10) % 10)


def test_a_chinese_wagon_has_seven_digits_and_no_check():
    assert require_wagon_number("5 260 417", WagonScheme.CN7) == "5260417"


def test_a_wagon_of_the_broad_gauge_carries_its_check_digit():
    assert require_wagon_number("24548885", WagonScheme.CIS8) == "24548885"
    assert cis_check_digit("2454888") == "5"


@pytest.mark.parametrize("number", UIC_NUMBERS)
def test_uic_numbers_from_the_field_are_right(number):
    assert require_wagon_number(number, WagonScheme.UIC12) == number


def test_the_grouping_painted_on_a_uic_wagon_is_forgiven():
    assert require_wagon_number("21 81 2471 217-3", WagonScheme.UIC12) == "218124712173"


def test_a_wrong_check_digit_is_refused_with_the_expected_one():
    with pytest.raises(WrongCheckDigit) as refused:
        require_wagon_number("24548884", WagonScheme.CIS8)
    assert refused.value.facts == {"number": "24548884", "expected": "5", "found": "4"}


@pytest.mark.parametrize("text", ["", "123456", "12345678", "12A4567"])
def test_anything_but_seven_digits_is_no_chinese_number(text):
    with pytest.raises(MalformedWagonNumber) as refused:
        require_wagon_number(text, WagonScheme.CN7)
    assert refused.value.facts == {"number": text or "—", "scheme": "CN7", "digits": 7}


def test_a_cyrillic_letter_in_a_wagon_number_is_named():
    with pytest.raises(CyrillicLetter):
        require_wagon_number("2454888З", WagonScheme.CIS8)


def test_the_scheme_is_recognised_where_only_one_fits():
    assert possible_schemes("5260417") == [WagonScheme.CN7]
    assert possible_schemes("24548885") == [WagonScheme.CIS8]
    assert possible_schemes("218124712173") == [WagonScheme.UIC12]
    assert possible_schemes("24548884") == []


@pytest.mark.parametrize(
    ("first", "kind"),
    [
        ("2", WagonKind.COVERED),
        ("4", WagonKind.FLAT),
        ("6", WagonKind.GONDOLA),
        ("7", WagonKind.TANK),
        ("8", WagonKind.ISOTHERMAL),
        ("9", WagonKind.OTHER),
        ("1", None),
    ],
)
def test_the_first_digit_of_a_broad_gauge_wagon_says_what_it_is(first, kind):
    assert wagon_kind(f"{first}4548885", WagonScheme.CIS8) is kind


def test_other_schemes_say_nothing_about_the_kind():
    assert wagon_kind("4548885", WagonScheme.CN7) is None


@given(st.integers(0, 9_999_999).map("{:07}".format))
def test_both_checked_schemes_share_one_arithmetic(body):
    number = body + cis_check_digit(body)
    assert require_wagon_number(number, WagonScheme.CIS8) == number


@given(st.text(max_size=14), st.sampled_from(WagonScheme))
def test_any_text_is_taken_or_refused_as_malformed(text, scheme):
    with suppress(Malformed):
        assert require_wagon_number(text, scheme).isdecimal()
