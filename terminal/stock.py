"""Goods in the warehouse: how much of a lot there is, and what may happen to it.

# Note [A lot is what its movements leave of it]
A lot is so many packages with so many kilograms and cubic metres. Each movement adds or takes some of all three, for
the owner and in the zone it names; what is there at a moment is the sum of the movements until then. The part that
goes takes kilograms and cubic metres as it takes packages, unless somebody weighed it; the last package takes all that
is left, so that no kilogram remains of nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final, Self

from terminal.errors import Malformed, Refused, gettext_noop

GRAM: Final = Decimal("0.001")
"""Kilograms are kept to the gram, cubic metres to the litre."""

NOTHING: Final = Decimal(0)


class CustomsStatus(StrEnum):
    """How goods stand with customs. ``UNKNOWN`` counts as not free."""

    FREE = "free"
    BONDED = "bonded"
    IN_TRANSIT = "in_transit"
    UNKNOWN = "unknown"


class LotMove(StrEnum):
    """What a movement of a lot is. Processed: used up in bonded processing; made: what came out of it.

    Repacked: other packages of the same weight. Destroyed: under the eyes of customs. Amended: a row of the bonded
    ledger was put right.
    """

    RECEIVED = "received"
    WITHDRAWN = "withdrawn"
    STUFFED = "stuffed"
    SPLIT_OFF = "split_off"
    SPLIT_FROM = "split_from"
    TRANSFERRED_OUT = "transferred_out"
    TRANSFERRED_IN = "transferred_in"
    COUNTED = "counted"
    SAMPLED = "sampled"
    PROCESSED = "processed"
    MADE = "made"
    REPACKED = "repacked"
    DESTROYED = "destroyed"
    AMENDED = "amended"


class NothingToMove(Malformed):
    """A part of no packages, or of less than none."""

    message = gettext_noop("%(packages)s packages: name a whole number of packages from 1 on.")


class MoreThanIsThere(Refused):
    """A lot cannot give what it does not have free."""

    message = gettext_noop("Of %(lot)s, %(free)s of %(packages)s packages are free, not %(wanted)s.")


class NotItsWeight(Malformed):
    """A part that weighs or measures what the lot cannot give."""

    message = gettext_noop(
        "%(packages)s of %(there)s packages cannot weigh %(gross_kg)s kg and measure %(volume_m3)s m³: the lot has "
        "%(lot_kg)s kg and %(lot_m3)s m³. All packages take all of both; a part weighs something, and less."
    )


class WrongZone(Refused):
    """Goods that may not lie there."""

    message = gettext_noop(
        "Goods that are %(what)s lie in a zone of the kind %(needed)s; %(zone)s is of the kind %(kind)s."
    )


class TooMuch(Malformed):
    """A figure that nobody can have meant."""

    message = gettext_noop(
        "%(packages)s packages of %(gross_kg)s kg and %(volume_m3)s m³ are more than one lot can be: check the figures."
    )


@dataclass(frozen=True, slots=True)
class Amount:
    """Packages, kilograms, cubic metres. A volume of nought: nobody measured it."""

    packages: int
    gross_kg: Decimal
    volume_m3: Decimal = NOTHING

    def __add__(self, other: Self) -> Self:
        return type(self)(
            self.packages + other.packages, self.gross_kg + other.gross_kg, self.volume_m3 + other.volume_m3
        )

    def __neg__(self) -> Self:
        return type(self)(-self.packages, -self.gross_kg, -self.volume_m3)

    def __sub__(self, other: Self) -> Self:
        return self + -other

    @property
    def is_nothing(self) -> bool:
        return not (self.packages or self.gross_kg or self.volume_m3)


EMPTY: Final = Amount(0, NOTHING, NOTHING)


def total(amounts: Iterable[Amount]) -> Amount:
    """All together."""
    return sum(amounts, start=EMPTY)


MOST: Final = Amount(999_999_999, Decimal(999_999_999), Decimal(999_999))
"""More than this is a slip of the pen, and more than is written down anywhere."""


def require_holdable(amount: Amount) -> None:
    """Raise ``TooMuch`` for an amount beyond ``MOST``."""
    if amount.packages > MOST.packages or amount.gross_kg > MOST.gross_kg or amount.volume_m3 > MOST.volume_m3:
        said = {"gross_kg": str(amount.gross_kg), "volume_m3": str(amount.volume_m3)}
        raise TooMuch(packages=amount.packages, **said)


def share(there: Amount, packages: int, *, gross_kg: Decimal | None = None, volume_m3: Decimal | None = None) -> Amount:
    """What ``packages`` of a lot are: in proportion, unless told; all that is left for the last of them.

    Raises ``NothingToMove``, and ``NotItsWeight`` for what was told. That there are so many is the caller's to know.
    """
    if packages < 1:
        raise NothingToMove(packages=packages)
    if packages == there.packages:
        _require_all(there, packages, gross_kg, volume_m3)
        return there
    part = Amount(
        packages,
        _part(there.gross_kg, packages, there.packages) if gross_kg is None else gross_kg,
        _part(there.volume_m3, packages, there.packages) if volume_m3 is None else volume_m3,
    )
    _require_part(there, part, weighed=gross_kg is not None)
    return part


def _part(of: Decimal, packages: int, all_packages: int) -> Decimal:
    return min(of, (of * packages / all_packages).quantize(GRAM, ROUND_HALF_UP))


def _require_all(there: Amount, packages: int, gross_kg: Decimal | None, volume_m3: Decimal | None) -> None:
    told = (gross_kg in (None, there.gross_kg), volume_m3 in (None, there.volume_m3))
    if not all(told):
        raise _not_its_weight(there, Amount(packages, gross_kg or NOTHING, volume_m3 or NOTHING))


def _require_part(there: Amount, part: Amount, *, weighed: bool) -> None:
    light = NOTHING <= part.gross_kg <= there.gross_kg and NOTHING <= part.volume_m3 <= there.volume_m3
    if not light or (weighed and part.gross_kg in (NOTHING, there.gross_kg)):
        raise _not_its_weight(there, part)


def _not_its_weight(there: Amount, part: Amount) -> NotItsWeight:
    return NotItsWeight(
        packages=part.packages,
        there=there.packages,
        gross_kg=str(part.gross_kg),
        volume_m3=str(part.volume_m3),
        lot_kg=str(there.gross_kg),
        lot_m3=str(there.volume_m3),
    )


def require_free(lot: str, there: int, reserved: int, wanted: int) -> None:
    """Raise ``NothingToMove``, or ``MoreThanIsThere`` unless so many packages are there that nobody reserved."""
    if wanted < 1:
        raise NothingToMove(packages=wanted)
    if wanted > there - reserved:
        raise MoreThanIsThere(lot=lot, free=there - reserved, packages=there, wanted=wanted)


def counted_as(there: Amount, packages: int) -> Amount:
    """What a count of so many packages adds to a lot, or takes from it; kilograms and cubic metres in proportion.

    Raises ``NothingToMove`` and ``TooMuch``.

    >>> counted_as(Amount(10, Decimal(100)), 12).gross_kg
    Decimal('20.000')
    """
    if packages < 0:
        raise NothingToMove(packages=packages)
    if packages == 0:
        return -there
    require_holdable(Amount(packages, NOTHING))
    wanted = [
        (each * packages / there.packages).quantize(GRAM, ROUND_HALF_UP) for each in (there.gross_kg, there.volume_m3)
    ]
    found = Amount(packages, *wanted)
    require_holdable(found)
    return found - there


CARE: Final = (("dangerous", "dangerous_goods"), ("chilled", "chilled"), ("bonded", "bonded"))
"""What goods need, the most pressing first, and the kind of zone that gives it."""


def require_place(
    zone: str, kind: str, *, bonded: bool = False, chilled: bool = False, dangerous: bool = False
) -> None:
    """Raise ``WrongZone`` unless a zone of the kind may take such goods; of several needs the most pressing decides."""
    needs = {"dangerous": dangerous, "chilled": chilled, "bonded": bonded}
    for what, needed in CARE:
        if needs[what]:
            if kind != needed:
                raise WrongZone(zone=zone, kind=kind, what=what, needed=needed)
            return
