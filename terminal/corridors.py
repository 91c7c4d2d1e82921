"""Ways for goods from country to country, leg by leg: how far, how long, what it costs, and when a box will be where.

Times of a leg are from one moment to another: the border is the great unknown.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class Leg:
    """From a place to the next (UN/LOCODE). ``start`` and ``end`` may be one place: a wait, a transfer, a border."""

    start: str
    end: str
    mode: str
    km: int
    hours_least: int
    hours_most: int
    usd_per_teu: Decimal


@dataclass(frozen=True)
class Way:
    """Legs that follow each other."""

    legs: tuple[Leg, ...]

    @property
    def km(self) -> int:
        return sum(leg.km for leg in self.legs)

    @property
    def usd_per_teu(self) -> Decimal:
        return sum((leg.usd_per_teu for leg in self.legs), Decimal(0))

    @property
    def hours(self) -> tuple[int, int]:
        """The least and the most it takes."""
        return sum(leg.hours_least for leg in self.legs), sum(leg.hours_most for leg in self.legs)

    def expected(self, left_at: datetime) -> tuple[datetime, datetime]:
        """Between which moments what left then comes to its end."""
        least, most = self.hours
        return left_at + timedelta(hours=least), left_at + timedelta(hours=most)


def way(legs: Sequence[Leg], start: str, end: str) -> Way | None:
    """The legs from one place of a corridor to a later one; None where it does not lead from one to the other.

    A wait at the first place is behind what leaves there; one at the last place is before it.
    """
    first = next((n for n, leg in enumerate(legs) if leg.start == start and leg.end != start), None)
    if first is None or start == end:
        return None
    last = next((n for n, leg in enumerate(legs) if n >= first and leg.end == end), None)
    return None if last is None else Way(tuple(legs[first : last + 1]))


@dataclass(frozen=True)
class Gap:
    """A leg, by its branch and its place in it, that begins elsewhere than the one before it ended."""

    branch: str
    place: int
    starts: str
    ended: str


def gaps(lines: Mapping[str, Sequence[tuple[str, str]]]) -> list[Gap]:
    """Where the legs of a corridor, as pairs of places by branch, do not meet. Branches begin where the trunk ends.

    >>> gaps({"": [("KZALA", "CNLYG")], "japan": [("CNLYG", "JPTYO")], "korea": [("CNSHA", "KRPUS")]})
    [Gap(branch='korea', place=0, starts='CNSHA', ended='CNLYG')]
    """
    trunk = list(lines.get("", ()))
    found = []
    for branch, legs in lines.items():
        ended = trunk[-1][1] if branch and trunk else ""
        for place, (start, end) in enumerate(legs):
            if ended and start != ended:
                found.append(Gap(branch, place, start, ended))
            ended = end
    return found


def backwards(legs: Iterable[Leg]) -> list[Leg]:
    """The same corridor in the other direction."""
    turned = reversed(list(legs))
    return [
        Leg(
            start=leg.end,
            end=leg.start,
            mode=leg.mode,
            km=leg.km,
            hours_least=leg.hours_least,
            hours_most=leg.hours_most,
            usd_per_teu=leg.usd_per_teu,
        )
        for leg in turned
    ]
