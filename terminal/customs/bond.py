"""What becomes of goods in the warehouse when a declaration over them is released."""

from enum import StrEnum
from typing import Final

from terminal.bonded import BondedRegime
from terminal.errors import Refused, gettext_noop
from terminal.regimes import Regime
from terminal.stock import CustomsStatus


class BondEffect(StrEnum):
    """They come into bond under an entry of their own; they may leave; or they go on under customs' eyes."""

    ENTERS = "enters"
    FREES = "frees"
    GOES_ON = "goes_on"


EFFECT: Final = {
    Regime.BONDED_ENTRY: BondEffect.ENTERS,
    Regime.BONDED_PROCESSING: BondEffect.ENTERS,
    Regime.BONDED_REMOVAL: BondEffect.FREES,
    Regime.IMPORT: BondEffect.FREES,
    Regime.EXPORT: BondEffect.FREES,
    Regime.RETURN: BondEffect.FREES,
    Regime.TEMPORARY: BondEffect.FREES,
    Regime.TRANSIT: BondEffect.GOES_ON,
}
"""What a release under the regime does to goods in the warehouse."""

ENTRY: Final = {
    Regime.BONDED_ENTRY: BondedRegime.STORAGE,
    Regime.BONDED_PROCESSING: BondedRegime.PROCESSING,
}
"""What the goods of an entry that a release opens are in bond for."""

STATUS: Final = {BondEffect.FREES: CustomsStatus.FREE, BondEffect.GOES_ON: CustomsStatus.IN_TRANSIT}
"""How the goods stand with customs after the release."""


class DoesNotFit(Refused):
    """Goods that the regime cannot be about as they stand."""

    message = gettext_noop("%(lot)s cannot be declared for %(regime)s: %(why)s.")


IN_BOND: Final = gettext_noop("it is in bond under %(entry)s already; take it out of bond first")
NOT_IN_BOND: Final = gettext_noop("it is not in bond")
IS_FREE: Final = gettext_noop("it is free of customs already")
NOT_IN_ITS_ZONE: Final = gettext_noop("it does not lie in a bonded zone; have it moved there first")


def require_fits(regime: Regime, lot: str, *, entry: str, status: CustomsStatus, bonded_zone: bool) -> None:
    """Raise ``DoesNotFit`` unless a declaration under the regime can be about the lot. No ``entry``: not in bond."""
    why = _why_not(regime, entry, status, bonded_zone)
    if why:
        raise DoesNotFit(lot=lot, regime=regime.value, why=why % {"entry": entry})


def _why_not(regime: Regime, entry: str, status: CustomsStatus, bonded_zone: bool) -> str:
    if EFFECT.get(regime) is BondEffect.ENTERS:
        if entry:
            return IN_BOND
        if status is CustomsStatus.FREE:
            return IS_FREE
        return "" if bonded_zone else NOT_IN_ITS_ZONE
    if regime is Regime.BONDED_REMOVAL and not entry:
        return NOT_IN_BOND
    return ""
