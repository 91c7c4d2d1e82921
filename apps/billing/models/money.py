"""Money in integer minor units, and how it is said."""

from decimal import Decimal


def major(minor: int, digits: int) -> Decimal:
    """Minor units as an amount: 12345 with 2 digits is 123.45."""
    return Decimal(minor).scaleb(-digits)


def minor(amount: Decimal, digits: int) -> int:
    """An amount that is rounded already in minor units: 123.45 with 2 digits is 12345."""
    found = amount.scaleb(digits)
    if found != found.to_integral_value():
        raise ValueError(f"{amount} has more than {digits} digits")
    return int(found)


def money(minor: int, currency: str, digits: int) -> str:
    """An amount for people: ``1,234.50 CNY``."""
    return f"{major(minor, digits):,.{digits}f} {currency}"
