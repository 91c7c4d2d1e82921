"""How much work lies at an office, and which of several is to take the next declaration.

# Note [Least work, not fewest declarations]
A red declaration keeps an office busy for hours, a green one for minutes: who counts declarations gives an office with
three red ones a fourth. So work is counted, in minutes expected, and of each declaration only what is left of it. What
lies there now is not all: an office to which much falls that falls to nobody else would get, in every quiet hour, what
others could have taken as well. So what it was given lately above the mean of all offices counts as if it still lay
there, and half as much again. The mean makes it a surplus: an office that was given little need not catch up. Measured
over 20 days with drawn jurisdictions (``benchmarks.customs_work``): by the work left alone the busiest office is given
up to a sixth more than it had to be, with the surplus at most a twentieth, and declarations still wait less long than
where they are counted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median_low
from typing import Final

from terminal.lifecycle import Channel, DeclarationStatus

_S = DeclarationStatus
SHARE_LEFT: Final[Mapping[DeclarationStatus, float]] = {
    _S.SUBMITTED: 1.0,
    _S.REGISTERED: 0.9,
    _S.DOCUMENTARY_CHECK: 0.75,
    _S.QUERY: 0.5,
    _S.REFERRED: 0.5,
    _S.INSPECTION_ORDERED: 0.75,
    _S.INSPECTED: 0.3,
    _S.ASSESSED: 0.1,
    _S.PAID: 0.05,
}
"""How much of its work is still to do when a declaration stands so, whoever has it now. Elsewhere there is none."""

USUAL_MINUTES: Final[Mapping[str, int]] = {"": 40, Channel.GREEN: 15, Channel.YELLOW: 90, Channel.RED: 240}
"""The work of a declaration in each channel while nothing was learned; in none yet, the mean of the channels."""

LATELY_DAYS: Final = 20
"""Over how many working days work given is compared."""

SURPLUS_COUNTS: Final = 1.5
"""How much a minute given above the mean counts against a minute still to do."""


@dataclass(frozen=True, slots=True)
class Load:
    """What lies at an office: minutes of work left, and minutes given to it lately, done or not."""

    code: str
    remaining: float
    given: float

    def counted(self, mean_given: float) -> float:
        """Minutes that count against it: what is left, and what it was given above the mean."""
        return self.remaining + SURPLUS_COUNTS * max(0.0, self.given - mean_given)


def least_loaded(loads: Iterable[Load], mean_given: float) -> Load:
    """The office to take the next declaration: the least work counted, then the least given lately, then by code.

    ``mean_given``: minutes given lately to an office on average, to those that are not asked too.
    """
    return min(loads, key=lambda each: (each.counted(mean_given), each.given, each.code))


def expected_minutes(regime: str, channel: str, known: Mapping[tuple[str, str], int]) -> int:
    """How long a declaration keeps its office busy: as known for regime and channel, else as other regimes do there.

    ``known``: minutes by regime and channel. Where nothing is known of the channel, ``USUAL_MINUTES``.
    """
    if (own := known.get((regime, channel))) is not None:
        return own
    others = [minutes for (_, theirs), minutes in known.items() if theirs == channel]
    return median_low(others) if others else USUAL_MINUTES[channel]
