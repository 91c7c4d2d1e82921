"""Goods by the line, guarantees, and what fits which regime: without a database."""

from dataclasses import replace
from decimal import Decimal

import pytest

from terminal.customs.bond import EntersElsewhere, EntersFree, EntersTwice, NothingToRemove, require_fits
from terminal.customs.goods import (
    GoodsLine,
    MixedCurrencies,
    TooManyLines,
    UnnamedGoods,
    WrongCurrency,
    WrongFigure,
    WrongHsCode,
    WrongOrigin,
    require_lines,
    weights_differ,
)
from terminal.customs.guarantee import needed_minor
from terminal.regimes import Regime
from terminal.stock import CustomsStatus

YARN = GoodsLine(
    hs_code="5205.12", goods=" cotton  yarn ", origin="uz", packages=100, gross_kg=Decimal("1000.000"),
    value_minor=0, currency="usd",
)  # fmt: skip


def test_a_line_is_kept_as_digits_and_capital_letters():
    (line,) = require_lines([YARN])
    assert (line.hs_code, line.goods, line.origin, line.currency) == ("520512", "cotton yarn", "UZ", "USD")


@pytest.mark.parametrize("code", ["", "5205", "52051", "5205121", "77001100", "00051234", "98010000", "52O512"])
def test_a_code_that_names_no_goods_is_refused_with_its_line_and_what_would_be_right(code):
    with pytest.raises(WrongHsCode) as refused:
        require_lines([YARN, replace(YARN, hs_code=code)])
    assert refused.value.facts["line"] == 2
    assert "6, 8 or 10 digits" in str(refused.value)


@pytest.mark.parametrize("code", ["520512", "52051200", "5205120000", "970110"])
def test_codes_of_six_eight_and_ten_digits_name_goods(code):
    assert require_lines([replace(YARN, hs_code=code)])[0].hs_code == code


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"origin": "XX"}, WrongOrigin),
        ({"origin": ""}, WrongOrigin),
        ({"currency": "US"}, WrongCurrency),
        ({"currency": "US1"}, WrongCurrency),
        ({"packages": 0}, WrongFigure),
        ({"gross_kg": Decimal(0)}, WrongFigure),
        ({"gross_kg": Decimal("NaN")}, WrongFigure),
        ({"gross_kg": Decimal("1.0005")}, WrongFigure),
        ({"value_minor": -1}, WrongFigure),
        ({"value_minor": 10**16}, WrongFigure),
        ({"goods": "  "}, UnnamedGoods),
        ({"goods": "x" * 201}, UnnamedGoods),
    ],
)
def test_what_a_line_cannot_say_is_refused_with_its_line(wrong, refusal):
    with pytest.raises(refusal) as refused:
        require_lines([YARN, YARN, replace(YARN, **wrong)])
    assert refused.value.facts["line"] == 3


def test_one_declaration_is_in_one_currency_and_of_no_more_lines_than_a_document():
    with pytest.raises(MixedCurrencies) as refused:
        require_lines([YARN, replace(YARN, currency="CNY")])
    assert refused.value.facts == {"currencies": "CNY, USD"}
    with pytest.raises(TooManyLines):
        require_lines([YARN] * 501)


def test_weights_differ_by_more_than_a_fiftieth():
    assert not weights_differ(Decimal(1020), Decimal(1000))
    assert weights_differ(Decimal(1021), Decimal(1000))


@pytest.mark.parametrize(
    ("regime", "said", "needed"),
    [
        (Regime.TRANSIT, {"duty_minor": None, "value_minor": 1_001}, 301),
        (Regime.TRANSIT, {"duty_minor": 77, "value_minor": 1_001}, 77),
        (Regime.TRANSIT, {"duty_minor": 0, "value_minor": 1_001}, 0),
        (Regime.BONDED_ENTRY, {"duty_minor": None, "value_minor": 1_000, "percent": Decimal("0.05")}, 1),
        (Regime.TEMPORARY, {"duty_minor": None, "value_minor": 1_000, "percent": Decimal(0)}, 0),
        (Regime.IMPORT, {"duty_minor": 500, "value_minor": 1_000, "percent": Decimal(50)}, 0),
    ],
)
def test_a_guarantee_is_the_duty_or_a_share_of_the_value_and_only_where_duty_is_not_paid(regime, said, needed):
    assert needed_minor(regime, **said) == needed


@pytest.mark.parametrize(
    ("regime", "entry", "status", "zone", "refusal"),
    [
        (Regime.BONDED_ENTRY, "", CustomsStatus.UNKNOWN, True, None),
        (Regime.BONDED_ENTRY, "", CustomsStatus.BONDED, False, EntersElsewhere),
        (Regime.BONDED_ENTRY, "BE-1", CustomsStatus.BONDED, True, EntersTwice),
        (Regime.BONDED_PROCESSING, "", CustomsStatus.FREE, True, EntersFree),
        (Regime.BONDED_REMOVAL, "", CustomsStatus.BONDED, True, NothingToRemove),
        (Regime.BONDED_REMOVAL, "BE-1", CustomsStatus.BONDED, True, None),
        (Regime.IMPORT, "", CustomsStatus.UNKNOWN, False, None),
    ],
)
def test_goods_come_into_bond_once_and_leave_it_only_from_there(regime, entry, status, zone, refusal):
    def ask():
        require_fits(regime, "LOT-1", entry=entry, status=status, bonded_zone=zone)

    if refusal is None:
        ask()
    else:
        with pytest.raises(refusal):
            ask()
