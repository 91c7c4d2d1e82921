"""Seals, weights, dangerous goods and temperatures, as people write them."""

from decimal import Decimal

import pytest

from terminal.dangerous_goods import (
    CLASSES,
    MalformedUnNumber,
    UnknownClass,
    require_imdg_class,
    require_un_number,
)
from terminal.identifiers import ForeignLetter
from terminal.reefers import ImpossibleTemperature, deviation, require_temperature
from terminal.seals import MalformedSealNumber, require_seal_number
from terminal.weights import ImpossibleWeight, VerifiedByNobody, Weighing, require_weight


@pytest.mark.parametrize(("said", "number"), [("1203", "1203"), ("UN 1203", "1203"), ("un-0004", "0004")])
def test_a_un_number_is_four_digits(said, number):
    assert require_un_number(said) == number


@pytest.mark.parametrize("said", ["", "123", "12034", "UN", "UNO1203", "0000", "12 O3"])
def test_anything_else_is_no_un_number(said):
    with pytest.raises(MalformedUnNumber):
        require_un_number(said)


@pytest.mark.parametrize("said", [*CLASSES, "1.4s", "1.1D"])
def test_every_class_and_division_of_the_code_is_known(said):
    assert require_imdg_class(said) == said.upper()


@pytest.mark.parametrize("said", ["", "1", "2", "4", "5.3", "6", "10", "3S", "1.7", "1.4I"])
def test_a_class_of_no_code_is_refused_with_those_there_are(said):
    with pytest.raises(UnknownClass, match=r"5\.1"):
        require_imdg_class(said)


def test_a_reading_within_tolerance_is_no_deviation():
    assert deviation(Decimal("-16.0"), Decimal(-18)) is None
    assert deviation(Decimal("-15.9"), Decimal(-18)) == Decimal("2.1")
    assert deviation(Decimal("-18.6"), Decimal(-18), Decimal("0.5")) == Decimal("-0.6")
    assert deviation(Decimal(30), None) is None


@pytest.mark.parametrize("celsius", [Decimal(-81), Decimal("60.1")])
def test_no_reefer_keeps_that(celsius):
    with pytest.raises(ImpossibleTemperature):
        require_temperature(celsius)


def test_a_seal_number_is_written_without_grouping():
    assert require_seal_number(" cn-123 456 ") == "CN123456"


def test_a_seal_number_is_letters_and_digits():
    for said in ("", "A" * 21, "12/34"):
        with pytest.raises(MalformedSealNumber):
            require_seal_number(said)
    with pytest.raises(ForeignLetter):
        require_seal_number("СN1234")


def test_a_verified_mass_names_who_answers_for_it():
    with pytest.raises(VerifiedByNobody):
        require_weight(20_000, Weighing.VGM_METHOD_1, " ")
    require_weight(20_000, Weighing.WEIGHBRIDGE, "")
    for kg in (0, -5, 100_001):
        with pytest.raises(ImpossibleWeight):
            require_weight(kg, Weighing.DECLARED, "")
