"""Container numbers: what is right, what is wrong, and where."""

import string
from contextlib import suppress

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum import iso6346

from terminal.errors import Malformed
from terminal.identifiers import (
    CyrillicLetter,
    DigitExpected,
    ForeignLetter,
    LetterExpected,
    UnknownCategory,
    WrongCheckDigit,
    WrongLength,
    check_digit,
    explain,
    require_container_number,
)

LETTERS = dict(zip(string.ascii_uppercase, (n for n in range(10, 40) if n % 11), strict=False))


def digit_by_the_standard(ten: str) -> str:
    """ISO 6346 annex A, written down once more: values × powers of two, modulo 11, ten as zero."""
    values = [LETTERS[each] if each in LETTERS else int(each) for each in ten]
    return str(sum(value << place for place, value in enumerate(values)) % 11 % 10)


prefixes = st.text(string.ascii_uppercase, min_size=3, max_size=3)
ten_characters = st.builds("{}{}{:06}".format, prefixes, st.sampled_from("UJZ"), st.integers(0, 999_999))


def test_the_letters_skip_the_multiples_of_eleven():
    assert {each: LETTERS[each] for each in "ABKLUVZ"} == {
        "A": 10, "B": 12, "K": 21, "L": 23, "U": 32, "V": 34, "Z": 38,
    }  # fmt: skip


@pytest.mark.parametrize("number", ["CSQU3054383", "TCLU5088040", "UACU8175070"])
def test_numbers_from_the_field_are_right(number):
    assert require_container_number(number) == number
    assert explain(number) is None


def test_a_remainder_of_ten_is_written_zero():
    assert check_digit("TCLU508804") == "0"


def test_a_wrong_check_digit_is_refused_with_the_expected_one_and_never_corrected():
    with pytest.raises(WrongCheckDigit) as refused:
        require_container_number("MSKU1234567")
    assert refused.value.facts == {"number": "MSKU1234567", "expected": "5", "found": "7"}
    assert refused.value.code() == "wrong-check-digit"
    assert "5" in explain("MSKU1234567")


@pytest.mark.parametrize(
    "typed", [" csqu3054383 ", "CSQU 305438 3", "CSQU-305438-3", "csqu 305438.3", "\ufeffCSQU\u00a0305438\u20113\n"]
)
def test_grouping_and_lower_case_are_forgiven(typed):
    assert require_container_number(typed) == "CSQU3054383"


@pytest.mark.parametrize(
    ("typed", "position", "letter", "looks_like"),
    [
        ("СSQU3054383", 1, "С", "C"),
        ("TСLU5088040", 2, "С", "C"),
        ("тCLU5088040", 1, "т", "T"),
        ("ИCLU5088040", 1, "И", "—"),
        ("UACҮ8175070", 4, "Ү", "Y"),
    ],
)
def test_a_cyrillic_letter_is_named_with_its_place_and_its_twin(typed, position, letter, looks_like):
    with pytest.raises(CyrillicLetter) as refused:
        require_container_number(typed)
    assert refused.value.facts == {"letter": letter, "position": position, "looks_like": looks_like}
    assert f"Cyrillic letter in position {position}" in str(refused.value)


@pytest.mark.parametrize(
    ("typed", "position", "looks_like"),
    [("CSQU305438３", 11, "3"), ("CSQU30543٨3", 10, "8"), ("ＣSQU3054383", 1, "C"), ("ıSQU3054383", 1, "I")],
)
def test_digits_and_letters_of_other_scripts_are_not_taken_for_ours(typed, position, looks_like):
    with pytest.raises(ForeignLetter) as refused:
        require_container_number(typed)
    assert refused.value.facts["position"] == position
    assert refused.value.facts["looks_like"] == looks_like


@pytest.mark.parametrize(
    ("typed", "refusal", "facts"),
    [
        ("", WrongLength, {"number": "—", "found": 0, "expected": 11}),
        ("CSQU305438", WrongLength, {"number": "CSQU305438", "found": 10, "expected": 11}),
        ("CS1U3054383", LetterExpected, {"number": "CS1U3054383", "position": 3, "found": "1"}),
        ("CSQR3054383", UnknownCategory, {"number": "CSQR3054383", "position": 4, "found": "R"}),
        ("CSQU3O54383", DigitExpected, {"number": "CSQU3O54383", "position": 6, "found": "O"}),
        ("CSQU_054383", DigitExpected, {"number": "CSQU_054383", "position": 5, "found": "_"}),
    ],
)
def test_a_malformed_number_says_what_is_wrong_where(typed, refusal, facts):
    with pytest.raises(refusal) as refused:
        require_container_number(typed)
    assert refused.value.facts == facts
    assert refused.value.kind == "content"


def test_a_refusal_never_repeats_a_whole_book():
    with pytest.raises(WrongLength) as refused:
        require_container_number("A" * 100_000)
    assert len(str(refused.value)) < 200


@given(ten_characters)
def test_the_check_digit_is_the_one_of_the_standard(ten):
    assert check_digit(ten) == digit_by_the_standard(ten)
    assert require_container_number(ten + check_digit(ten)) == ten + check_digit(ten)


@given(ten_characters, st.integers(4, 9), st.sampled_from(string.digits))
def test_one_wrong_serial_digit_is_found_unless_the_remainder_of_ten_hides_it(ten, place, digit):
    wrong = ten[:place] + digit + ten[place + 1 :]
    assume(wrong != ten)
    assume(check_digit(wrong) != "0" or check_digit(ten) != "0")
    with pytest.raises(WrongCheckDigit):
        require_container_number(wrong + check_digit(ten))


@given(st.text(max_size=16))
def test_any_text_is_taken_or_refused_as_malformed(text):
    with suppress(Malformed):
        number = require_container_number(text)
        assert number.isascii()
        assert require_container_number(number) == number


@given(st.text(max_size=16) | ten_characters)
def test_exactly_what_is_refused_is_explained(text):
    if explain(text) is None:
        require_container_number(text)
    else:
        with pytest.raises(Malformed):
            require_container_number(text)


@given(st.from_regex(r"[A-Z]{3}[UJZ][0-9]{6}", fullmatch=True))
def test_the_check_digit_is_the_one_others_compute(body):
    assert check_digit(body) == iso6346.calc_check_digit(body)
