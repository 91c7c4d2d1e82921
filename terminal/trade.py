"""Foreign trade as it is published, and where what is published contradicts itself.

A source says turnover, exports and imports of a time, how they changed against the year before, and what share of all
trade they are. It rounds, and it errs: what cannot be true together is found by reckoning and shown, never mended.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import combinations, product
from typing import Final

FIGURES: Final = ("turnover", "exports", "imports")
HALF: Final = Decimal("0.5")
PERCENT_DIGIT: Final = Decimal("0.1")
"""Changes are published in percent with one digit after the point."""


class Doubt(StrEnum):
    """Why figures cannot be true together."""

    SUM = "sum"
    """Turnover is not exports and imports together."""
    CHANGE = "change"
    """Exports and imports cannot have changed as they are said to and turnover as it is."""
    SOURCES = "sources"
    """Two sources say different things of the same figure."""


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What one source says: thousand US$, changes in percent. None: it does not say. ``rounded_to``: its last digit."""

    source: str
    turnover: Decimal | None = None
    exports: Decimal | None = None
    imports: Decimal | None = None
    turnover_change: Decimal | None = None
    exports_change: Decimal | None = None
    imports_change: Decimal | None = None
    rounded_to: Decimal = Decimal("0.1")


@dataclass(frozen=True)
class Contradiction:
    """Figures that cannot be true together: ``said`` where ``other`` would follow, or is said elsewhere."""

    doubt: Doubt
    figure: str
    source: str
    said: Decimal
    other: Decimal
    other_source: str = ""


def contradictions(statements: Iterable[Statement]) -> list[Contradiction]:
    """Everything that cannot be true together in what is said of one time and one trade."""
    known = list(statements)
    found = [each for statement in known for each in (*_sum(statement), *_change(statement))]
    return [*found, *(each for one, other in combinations(known, 2) for each in _sources(one, other))]


def _sum(said: Statement) -> Iterator[Contradiction]:
    """Each of three rounded figures may be off by half its last digit."""
    if said.turnover is None or said.exports is None or said.imports is None:
        return
    parts = said.exports + said.imports
    if abs(said.turnover - parts) > 3 * HALF * said.rounded_to:
        yield Contradiction(Doubt.SUM, "turnover", said.source, said.turnover, parts)


def _change(said: Statement) -> Iterator[Contradiction]:
    """The change of the turnover follows from the parts and their changes, within what rounding leaves open."""
    figures = (said.exports, said.imports, said.exports_change, said.imports_change, said.turnover_change)
    if None in figures:
        return
    exports, imports, of_exports, of_imports, of_turnover = (each for each in figures if each is not None)
    off = (-HALF * PERCENT_DIGIT, HALF * PERCENT_DIGIT)
    possible = [_implied(exports, imports, of_exports + one, of_imports + other) for one, other in product(off, off)]
    if not min(possible) + off[0] <= of_turnover <= max(possible) + off[1]:
        follows = _implied(exports, imports, of_exports, of_imports).quantize(PERCENT_DIGIT)
        yield Contradiction(Doubt.CHANGE, "turnover_change", said.source, of_turnover, follows)


def _implied(exports: Decimal, imports: Decimal, of_exports: Decimal, of_imports: Decimal) -> Decimal:
    """By how many percent the sum changed.

    >>> float(_implied(Decimal(110), Decimal(90), Decimal(10), Decimal(-10)))
    0.0
    """
    before = exports / (1 + of_exports / 100) + imports / (1 + of_imports / 100)
    return ((exports + imports) / before - 1) * 100 if before else Decimal(0)


def _sources(one: Statement, other: Statement) -> Iterator[Contradiction]:
    for figure in FIGURES:
        said, elsewhere = getattr(one, figure), getattr(other, figure)
        if said is not None and elsewhere is not None:
            open_to = HALF * (one.rounded_to + other.rounded_to)
            if abs(said - elsewhere) > open_to:
                yield Contradiction(Doubt.SOURCES, figure, one.source, said, elsewhere, other.source)
