"""Reefers: the temperature a box is to keep, and how far it is from it."""

from decimal import Decimal
from enum import StrEnum
from typing import Final

from terminal.errors import Malformed, gettext_noop

COLDEST, WARMEST = Decimal(-80), Decimal(60)
"""°C that a machine can be set to, or that can be read on one, super freezers included."""

TOLERANCE: Final = Decimal("2.0")
"""(ours) °C by which a round may differ where the set-point says nothing else."""


class Reading(StrEnum):
    """What a temperature of a reefer is: what it is to keep, or what was read on a round."""

    SET_POINT = "set_point"
    MEASURED = "measured"


class ImpossibleTemperature(Malformed):
    """No reefer is set to that, or shows it."""

    message = gettext_noop("%(celsius)s °C is no temperature of a reefer: between %(coldest)s and %(warmest)s °C.")


class NotAReefer(Malformed):
    """A box without a machine keeps no temperature."""

    message = gettext_noop("%(number)s (%(size_type)s) is not a reefer: it keeps no temperature.")


def require_temperature(celsius: Decimal) -> None:
    """Raise ``ImpossibleTemperature`` outside what a machine can do."""
    if not COLDEST <= celsius <= WARMEST:
        raise ImpossibleTemperature(celsius=str(celsius), coldest=str(COLDEST), warmest=str(WARMEST))


def deviation(measured: Decimal, set_point: Decimal | None, tolerance: Decimal = TOLERANCE) -> Decimal | None:
    """By how many °C the reading is too warm (positive) or too cold; None within tolerance or without a set-point."""
    if set_point is None or abs(measured - set_point) <= tolerance:
        return None
    return measured - set_point
