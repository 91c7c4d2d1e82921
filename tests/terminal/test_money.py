"""Money is kept in minor units and said in whole ones."""

from decimal import Decimal

import pytest
from hypothesis import given, strategies

from terminal.money import FinerThanCurrency, digits_of, major, minor_of, money


@pytest.mark.parametrize(
    ("minor", "currency", "said"),
    [
        (123_450, "CNY", "1,234.50 CNY"),
        (1_234, "JPY", "1,234 JPY"),
        (1_234, "KWD", "1.234 KWD"),
        (0, "KZT", "0.00 KZT"),
    ],
)
def test_an_amount_is_said_with_the_digits_of_its_currency(minor, currency, said):
    assert money(minor, currency) == said


@given(strategies.integers(0, 10**15), strategies.sampled_from(["CNY", "KZT", "JPY", "KWD"]))
def test_an_amount_is_the_same_after_it_was_said_and_typed(minor, currency):
    assert minor_of(major(minor, digits_of(currency)), currency) == minor


def test_an_amount_finer_than_its_currency_is_refused():
    with pytest.raises(FinerThanCurrency, match="2 digits"):
        minor_of(Decimal("0.001"), "CNY")
    assert minor_of(Decimal("5.00"), "JPY") == 5
