"""UN/LOCODE and HS codes."""

import pytest

from terminal.identifiers import (
    CyrillicLetter,
    MalformedHsCode,
    MalformedUnLocode,
    UnknownChapter,
    hs_chapter,
    nearest,
    require_hs_code,
    require_un_locode,
)

KNOWN = ["CNLYG", "KZHOR", "CNHRS", "KZALA", "UZTAS", "CNALK"]


@pytest.mark.parametrize("typed", ["CNLYG", "cnlyg", " CN LYG ", "cn-lyg"])
def test_a_place_is_read_as_people_type_it(typed):
    assert require_un_locode(typed) == "CNLYG"


def test_a_place_may_hold_digits_that_do_not_look_like_letters():
    assert require_un_locode("US2B9") == "US2B9"


@pytest.mark.parametrize("typed", ["", "CN", "CNLYGA", "C1LYG", "CNL0G", "CNL1G", "ALTYNKOL"])
def test_what_is_not_two_letters_and_three_characters_is_no_place(typed):
    with pytest.raises(MalformedUnLocode):
        require_un_locode(typed)


def test_a_place_in_cyrillic_letters_is_named_as_such():
    with pytest.raises(CyrillicLetter):
        require_un_locode("КZHOR")


def test_an_unknown_place_is_answered_with_the_nearest_and_not_refused():
    assert require_un_locode("CNLGY") == "CNLGY"
    assert nearest("CNLGY", KNOWN)[0] == "CNLYG"
    assert nearest("kzhos", KNOWN)[0] == "KZHOR"


def test_a_place_like_no_other_has_no_nearest():
    assert nearest("XQWVJ", KNOWN) == []


@pytest.mark.parametrize("typed", ["10", "1001", "100199", "10019900", "1001990000", "1001.99.00"])
def test_goods_have_two_to_ten_digits_in_pairs(typed):
    assert hs_chapter(require_hs_code(typed)) == "10"


@pytest.mark.parametrize("typed", ["", "1", "100", "10019", "100199000012", "10AB"])
def test_other_lengths_and_letters_are_no_goods(typed):
    with pytest.raises(MalformedHsCode) as refused:
        require_hs_code(typed)
    assert refused.value.facts == {"code": typed or "—"}


@pytest.mark.parametrize("chapter", ["00", "77", "98", "99"])
def test_chapters_the_system_does_not_have_are_refused(chapter):
    with pytest.raises(UnknownChapter) as refused:
        require_hs_code(f"{chapter}01")
    assert refused.value.facts["chapter"] == chapter


def test_ninety_six_chapters_are_open():
    taken = []
    for chapter in range(100):
        try:
            taken.append(require_hs_code(f"{chapter:02}"))
        except UnknownChapter:
            continue
    assert len(taken) == 96
