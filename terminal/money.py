"""Money in integer minor units, and how it is said."""

from decimal import Decimal
from typing import Final

from terminal.errors import Malformed, gettext_noop

DIGITS: Final = dict.fromkeys(
    ("CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND", "XAF", "XOF", "XPF"), 0
) | dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3)
"""Currencies whose minor unit is not a hundredth, by ISO 4217."""


class FinerThanCurrency(Malformed):
    """An amount with more digits than the currency has."""

    message = gettext_noop("%(amount)s is finer than %(currency)s: give at most %(digits)s digits behind the point.")


def digits_of(currency: str) -> int:
    """How many digits the currency's minor unit has: 2 for CNY, 0 for JPY."""
    return DIGITS.get(currency.upper(), 2)


def major(minor: int, digits: int) -> Decimal:
    """Minor units as an amount: 12345 with 2 digits is 123.45."""
    return Decimal(minor).scaleb(-digits)


def minor(amount: Decimal, digits: int) -> int:
    """An amount that is rounded already in minor units: 123.45 with 2 digits is 12345."""
    found = amount.scaleb(digits)
    if found != found.to_integral_value():
        raise ValueError(f"{amount} has more than {digits} digits")
    return int(found)


def minor_of(amount: Decimal, currency: str) -> int:
    """An amount of the currency in its minor units. Raises ``FinerThanCurrency``."""
    digits = digits_of(currency)
    try:
        return minor(amount, digits)
    except ValueError as fault:
        raise FinerThanCurrency(amount=str(amount), currency=currency, digits=str(digits)) from fault


def money(minor: int, currency: str, digits: int | None = None) -> str:
    """An amount for people: ``1,234.50 CNY``. ``digits``: the currency's own, unless somebody agreed on others."""
    several = digits_of(currency) if digits is None else digits
    return f"{major(minor, several):,.{several}f} {currency}"
