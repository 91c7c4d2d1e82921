"""Amounts to the last digit: sums and products are exact or fail, and only a line (and its VAT) is rounded."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context, Decimal, Inexact, InvalidOperation, Overflow
from typing import Final

ZERO: Final = Decimal(0)

# The caller's context is not asked: a statement is the same on every machine.
EXACT: Final = Context(prec=200, traps=[Inexact, InvalidOperation, Overflow])
ROUNDED: Final = Context(prec=200, traps=[InvalidOperation, Overflow])


def times(one: Decimal, other: Decimal) -> Decimal:
    """The exact product, of as many decimals as both have: 4E+1 is 40, as a document writes it."""
    return EXACT.multiply(_plain(one), _plain(other))


def _plain(amount: Decimal) -> Decimal:
    tens = amount.as_tuple().exponent
    return amount.quantize(Decimal(1), context=EXACT) if isinstance(tens, int) and tens > 0 else amount


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The exact sum."""
    found = ZERO
    for amount in amounts:
        found = EXACT.add(found, amount)
    return found


def half_up(amount: Decimal, minor_digits: int) -> Decimal:
    """Rounded to the minor unit, halves away from zero: 2.675 → 2.68 for 2 digits."""
    return amount.quantize(Decimal(1).scaleb(-minor_digits), rounding=ROUND_HALF_UP, context=ROUNDED)
