"""What a box weighs, and how that is known.

A ship takes a box only on a verified gross mass (SOLAS VI/2): method 1 weighs the packed box, method 2 adds up what is
in it and the tare. A weighbridge of the terminal is a weighing like method 1, a figure in papers is a declaration.
"""

from enum import StrEnum
from typing import Final

from terminal.errors import Malformed, gettext_noop

HEAVIEST_KG: Final = 100_000
"""More than any box of the standard weighs: what lies above is a slip of the pen."""


class Weighing(StrEnum):
    """How a gross weight is known."""

    DECLARED = "declared"
    VGM_METHOD_1 = "vgm_method_1"
    VGM_METHOD_2 = "vgm_method_2"
    WEIGHBRIDGE = "weighbridge"


VERIFIED: Final = frozenset({Weighing.VGM_METHOD_1, Weighing.VGM_METHOD_2, Weighing.WEIGHBRIDGE})
"""What counts as a verified gross mass."""


class ImpossibleWeight(Malformed):
    """No box weighs that."""

    message = gettext_noop("A container cannot weigh %(kg)s kg gross: between 1 and %(most)s kg.")


class VerifiedByNobody(Malformed):
    """A verified gross mass without the name of who answers for it."""

    message = gettext_noop("A verified gross mass names the party that answers for it.")


def require_weight(kg: int, how: Weighing, verified_by: str) -> None:
    """Raise ``ImpossibleWeight``, or ``VerifiedByNobody`` for a VGM nobody signed."""
    if not 0 < kg <= HEAVIEST_KG:
        raise ImpossibleWeight(kg=kg, most=HEAVIEST_KG)
    if how in (Weighing.VGM_METHOD_1, Weighing.VGM_METHOD_2) and not verified_by.strip():
        raise VerifiedByNobody
