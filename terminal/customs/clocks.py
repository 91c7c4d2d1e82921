"""Whose turn it is while goods wait for their release: the clocks of a release time study.

The World Customs Organization's Time Release Study measures from arrival to release and says how much of it each side
took. Exactly one clock runs from the arrival (or the declaration, where that came first) to the release.
"""

from enum import StrEnum
from typing import Final

from terminal.lifecycle import DeclarationStatus


class Clock(StrEnum):
    """On whom the goods wait."""

    TRADER = "trader"
    TERMINAL = "terminal"
    CUSTOMS = "customs"
    AGENCY = "agency"


_S = DeclarationStatus
RUNS_IN: Final = {
    _S.DRAFT: Clock.TRADER,
    _S.SUBMITTED: Clock.CUSTOMS,
    _S.REGISTERED: Clock.CUSTOMS,
    _S.DOCUMENTARY_CHECK: Clock.CUSTOMS,
    _S.QUERY: Clock.TRADER,
    _S.REFERRED: Clock.AGENCY,
    _S.INSPECTION_ORDERED: Clock.TERMINAL,
    _S.INSPECTED: Clock.CUSTOMS,
    _S.ASSESSED: Clock.TRADER,
    _S.PAID: Clock.CUSTOMS,
}
"""The clock that runs while a declaration stands so. An inspection runs on customs' from the box's presentation on."""
