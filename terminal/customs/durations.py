"""Very many lengths of time in little room, and their median, nine-in-ten, least and most.

# Note [Three digits]
A length in minutes is kept by its first three digits and how many follow: 12,345 is kept as 12,300. That is exact below
1,000 minutes and never more than one percent short above, and a million of them are read and counted in a moment.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.uint16]
Counts = npt.NDArray[np.intp]
KIND: Final = np.dtype("<u2")
EXACT_BELOW: Final = 1000
PER_DIGIT: Final = 900
DIGITS: Final = 5
"""So many may follow: up to 190 years."""
NEVER: Final = PER_DIGIT * DIGITS + EXACT_BELOW
"""The code of no length at all: one more than the greatest."""


@dataclass(frozen=True, slots=True)
class Lengths:
    """How many there are, and in minutes what half of them, nine in ten, the least and the most came to; None of none.

    ``median`` and ``p90`` are lengths that occurred: the least that so many do not exceed.
    """

    count: int
    median: int | None = None
    p90: int | None = None
    least: int | None = None
    most: int | None = None


def encode(minutes: npt.NDArray[np.int64]) -> Codes:
    """The codes of lengths in minutes; a negative number is none."""
    codes = minutes.copy()
    for follow in range(1, DIGITS + 1):
        longer = minutes >= EXACT_BELOW * 10 ** (follow - 1)
        codes[longer] = PER_DIGIT * follow + minutes[longer] // 10**follow
    codes[minutes < 0] = NEVER
    return codes.astype(KIND)


def decode(code: int) -> int:
    """The minutes a code stands for."""
    follow = max(0, (code - EXACT_BELOW // 10) // PER_DIGIT)
    return int((code - PER_DIGIT * follow) * 10**follow)


def counted(codes: Codes) -> Counts:
    """How many lengths there are of each code; those of no length are left out."""
    return np.bincount(codes, minlength=NEVER + 1)[:NEVER]


def summed_up(counts: Counts) -> Lengths:
    """What the lengths come to that were ``counted``. Counts of several add up."""
    passed = np.cumsum(counts)
    many = int(passed[-1])
    if not many:
        return Lengths(0)
    ranks = np.array([-(-many // 2), -(-9 * many // 10), 1, many])
    median, p90, least, most = (decode(int(each)) for each in np.searchsorted(passed, ranks))
    return Lengths(many, median, p90, least, most)
