"""What the warehouse is asked to do with goods, and what it may put into a box together.

Unpacking (strip) empties a box into stock, stuffing fills one from it, and a withdrawal hands goods out at a door.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from terminal.equipment import SizeType
from terminal.errors import Refused, gettext_noop
from terminal.segregation import Apart, Segregation
from terminal.stock import NOTHING, Amount, CustomsStatus, total

RATED_KG: Final = 30_480
"""What every box of ISO 668 may weigh with what is in it. Some take more; nobody here has read their plates."""


STRICTEST: Final = Segregation()
"""Without a table at hand, all dangerous goods are kept apart."""


class OrderKind(StrEnum):
    """What a cargo order asks for."""

    STRIP = "strip"
    STUFF = "stuff"
    WITHDRAW = "withdraw"


class MoreThanTheBoxHolds(Refused):
    """A packing list of more than the box was said to weigh."""

    message = gettext_noop(
        "The packing list adds up to %(listed_kg)s kg, but %(number)s has at most %(holds_kg)s kg of goods in it: "
        "correct the list, or the weight of the box."
    )


class TooHeavyForTheBox(Refused):
    """With these goods the box would weigh more than it may."""

    message = gettext_noop(
        "%(number)s may weigh %(most_kg)s kg; with these goods it would weigh %(gross_kg)s kg: plan less into it."
    )


class NeedsAReefer(Refused):
    """Chilled goods spoil in a box without a machine."""

    message = gettext_noop("%(lots)s must be kept chilled, and %(number)s (%(size_type)s) is no reefer: take one.")


class CustomsNotMixed(Refused):
    """Goods of different customs status in one box, and nobody allowed it."""

    message = gettext_noop(
        "Goods of different customs status (%(statuses)s) are not stuffed into one box, unless the terminal allows it "
        "for the order."
    )


class KeptApart(Refused):
    """Dangerous goods that may not share a box."""

    message = gettext_noop("%(one)s (class %(one_class)s) and %(other)s (class %(other_class)s) may not share a box.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PackingLine:
    """One line of a packing list. A volume of nought: not said. ``customs_status``: by the papers."""

    line: int
    goods: str
    packages: int
    package_kind: str
    gross_kg: Decimal
    volume_m3: Decimal = NOTHING
    hs_code: str
    marks: str = ""
    origin: str = ""
    customs_status: CustomsStatus = CustomsStatus.UNKNOWN
    chilled: bool = False
    imdg_class: str = ""

    @property
    def amount(self) -> Amount:
        return Amount(self.packages, self.gross_kg, self.volume_m3)


@dataclass(frozen=True, slots=True)
class Totals:
    """What a packing list says it adds up to; None: it does not say."""

    packages: int | None = None
    gross_kg: Decimal | None = None
    volume_m3: Decimal | None = None

    def wrong(self, lines: Iterable[PackingLine]) -> dict[str, tuple[Decimal, Decimal]]:
        """By the name of each figure that is not the sum of its column: what is stated, and what the lines make."""
        found = total(each.amount for each in lines)
        pairs = {name: (getattr(self, name), getattr(found, name)) for name in ("packages", "gross_kg", "volume_m3")}
        return {
            name: (Decimal(said), Decimal(sums)) for name, (said, sums) in pairs.items() if said not in (None, sums)
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """Goods that are to go into a box together, by the number of their lot."""

    lot: str
    gross_kg: Decimal
    customs_status: CustomsStatus
    chilled: bool = False
    imdg_class: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxToStuff:
    """The box they go into. No ``tare_kg``: nobody knows it, and the goods alone are compared."""

    number: str
    size_type: str
    tare_kg: int | None = None


def require_in_the_box(number: str, lines: Iterable[PackingLine], gross_kg: int | None, tare_kg: int | None) -> None:
    """Raise ``MoreThanTheBoxHolds`` for a list that is heavier than what is in the box, where that is known."""
    if gross_kg is None:
        return
    listed, holds = total(each.amount for each in lines).gross_kg, gross_kg - (tare_kg or 0)
    if listed > holds:
        raise MoreThanTheBoxHolds(number=number, listed_kg=str(listed), holds_kg=holds)


def require_stuffing(
    box: BoxToStuff, loads: Sequence[Load], *, mixes_customs: bool = False, segregation: Segregation = STRICTEST
) -> None:
    """Raise ``NeedsAReefer``, ``CustomsNotMixed``, ``KeptApart`` or ``TooHeavyForTheBox`` unless it may all go in."""
    chilled = [each.lot for each in loads if each.chilled]
    if chilled and not SizeType.parse(box.size_type).is_reefer:
        raise NeedsAReefer(lots=", ".join(chilled), number=box.number, size_type=box.size_type)
    statuses = sorted({each.customs_status.value for each in loads})
    if len(statuses) > 1 and not mixes_customs:
        raise CustomsNotMixed(statuses=", ".join(statuses))
    _require_together(loads, segregation)
    gross = (box.tare_kg or 0) + sum((each.gross_kg for each in loads), NOTHING)
    if gross > RATED_KG:
        raise TooHeavyForTheBox(number=box.number, most_kg=RATED_KG, gross_kg=str(gross))


def _require_together(loads: Sequence[Load], segregation: Segregation) -> None:
    dangerous = [each for each in loads if each.imdg_class]
    for turn, one in enumerate(dangerous):
        for other in dangerous[turn + 1 :]:
            if segregation.between(one.imdg_class, other.imdg_class) is not Apart.NOT_ASKED:
                facts = {"one": one.lot, "one_class": one.imdg_class}
                raise KeptApart(**facts, other=other.lot, other_class=other.imdg_class)
