"""How much a declarant has to put up for goods whose duty is not paid, and how long such goods may stay."""

from decimal import ROUND_CEILING, Decimal
from typing import Final

from terminal.errors import Refused, gettext_noop
from terminal.regimes import Regime

PERCENT: Final = {
    Regime.BONDED_ENTRY: Decimal(30),
    Regime.BONDED_PROCESSING: Decimal(30),
    Regime.TEMPORARY: Decimal(30),
    Regime.TRANSIT: Decimal(30),
}
"""Regimes under which goods are here without duty, and how much of their value stands for it where nothing is said."""

PERIOD_DAYS: Final = {Regime.BONDED_ENTRY: 365, Regime.BONDED_PROCESSING: 365, Regime.TEMPORARY: 183}
"""How long goods may stay under a regime where nothing is said; the others have no period."""


ENDS_A_STAY: Final = frozenset({Regime.RETURN, Regime.EXPORT})
"""Regimes under which goods that were here for a time leave the country again."""


class GuaranteeTooSmall(Refused):
    """A release of goods whose duty nobody stands for."""

    message = gettext_noop(
        "%(declaration)s needs a guarantee of %(needed_minor)s (minor units of %(currency)s), and %(party)s has "
        "%(free_minor)s free: put up more, or bring goods of earlier declarations to their end."
    )


def needed_minor(regime: Regime, *, duty_minor: int | None, value_minor: int, percent: Decimal | None = None) -> int:
    """What a release under the regime takes of a guarantee, in minor units: the duty, or a share of the value.

    ``percent``: as the terminal's terms say; None: as ``PERCENT`` does. A part of a minor unit counts as a whole.

    >>> needed_minor(Regime.TRANSIT, duty_minor=None, value_minor=1_001)
    301
    >>> needed_minor(Regime.IMPORT, duty_minor=None, value_minor=1_001)
    0
    """
    if regime not in PERCENT:
        return 0
    if duty_minor is not None:
        return duty_minor
    share = PERCENT[regime] if percent is None else percent
    return int((value_minor * share / 100).to_integral_value(ROUND_CEILING))
