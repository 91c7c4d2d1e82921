"""How far dangerous goods are kept from each other: a table of classes, and what its words mean in metres."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import product
from typing import Final

from terminal.dangerous_goods import COMPATIBILITY_GROUPS


class Apart(IntEnum):
    """The codes of the IMDG Code's general table (7.2.4). ``NOT_ASKED`` is its X: nothing in general."""

    NOT_ASKED = 0
    AWAY_FROM = 1
    SEPARATED_FROM = 2
    BY_A_COMPARTMENT = 3
    LENGTHWISE_BY_A_COMPARTMENT = 4


METRES: Final[dict[Apart, float]] = {
    Apart.NOT_ASKED: 0.0,
    Apart.AWAY_FROM: 3.0,
    Apart.SEPARATED_FROM: 6.0,
    Apart.BY_A_COMPARTMENT: 12.0,
    Apart.LENGTHWISE_BY_A_COMPARTMENT: 24.0,
}
"""Metres on the ground for each code: what the Code's chapter 7.6 asks of goods on deck (ours for a yard)."""

UNKNOWN: Final = ""
"""The class of dangerous goods of which nobody said what they are."""

Pair = tuple[str, str]


@dataclass(frozen=True)
class Segregation:
    """One version of the table. Without any codes every pair is kept as far apart as can be asked."""

    name: str = "—"
    codes: Mapping[Pair, Apart] = field(default_factory=dict)
    """By two divisions without compatibility groups, each pair once, whichever comes first."""
    metres: Mapping[Apart, float] = field(default_factory=lambda: METRES)

    def between(self, one: str, other: str) -> Apart:
        """The code between two classes. What the table does not say counts as the strictest that it says of either.

        So does an unknown class, and explosives with each other, unless both carry the same compatibility group.

        >>> Segregation(codes={("3", "5.1"): Apart.SEPARATED_FROM}).between("5.1", "3").name
        'SEPARATED_FROM'
        """
        if one == other and one[:2] == "1." and one[-1:] in COMPATIBILITY_GROUPS:
            return Apart.NOT_ASKED
        pair = division(one), division(other)
        told = self.codes.get(pair, self.codes.get(pair[::-1]))
        return self._strictest(pair) if told is None else told

    def asked(self, ones: Iterable[str], others: Iterable[str]) -> Apart:
        """The strictest code between any of these classes and any of those."""
        return max((self.between(*pair) for pair in product(ones, list(others))), default=Apart.NOT_ASKED)

    def _strictest(self, pair: Pair) -> Apart:
        said = [code for known, code in self.codes.items() if not set(pair).isdisjoint(known)]
        return max(said or self.codes.values(), default=Apart.LENGTHWISE_BY_A_COMPARTMENT)


def division(imdg_class: str) -> str:
    """A class without the compatibility group of an explosive: ``1.4`` for ``1.4S``."""
    return imdg_class[:-1] if imdg_class[:2] == "1." and imdg_class[-1:] in COMPATIBILITY_GROUPS else imdg_class
