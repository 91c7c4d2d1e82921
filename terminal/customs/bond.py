"""What becomes of goods in the warehouse when a declaration over them is released."""

from enum import Enum
from typing import Final

from terminal.bonded import BondedRegime
from terminal.errors import Refused, gettext_noop
from terminal.regimes import Regime
from terminal.stock import CustomsStatus


class BondEffect(Enum):
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


class EntersTwice(Refused):
    """Goods that are in bond and are to come into it."""

    message = gettext_noop("%(lot)s is in bond under %(entry)s already: take it out of bond before it is entered anew.")


class EntersFree(Refused):
    """Goods whose duty is paid and that are to come into bond."""

    message = gettext_noop("%(lot)s is free of customs already: free goods do not come into bond.")


class EntersElsewhere(Refused):
    """Goods that are to come into bond where none may lie."""

    message = gettext_noop("%(lot)s does not lie in a bonded zone: have it moved there, then enter it.")


class NothingToRemove(Refused):
    """Goods that are to leave bond and are not in it."""

    message = gettext_noop("%(lot)s is not in bond: there is nothing to remove; declare it for import or transit.")


def require_fits(regime: Regime, lot: str, *, entry: str, status: CustomsStatus, bonded_zone: bool) -> None:
    """Raise a refusal unless a declaration under the regime can be about the lot as it stands.

    ``EntersTwice``, ``EntersFree``, ``EntersElsewhere``, ``NothingToRemove``.
    """
    if EFFECT.get(regime) is BondEffect.ENTERS:
        if entry:
            raise EntersTwice(lot=lot, entry=entry)
        if status is CustomsStatus.FREE:
            raise EntersFree(lot=lot)
        if not bonded_zone:
            raise EntersElsewhere(lot=lot)
    elif regime is Regime.BONDED_REMOVAL and not entry:
        raise NothingToRemove(lot=lot)
