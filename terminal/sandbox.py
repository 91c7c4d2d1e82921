"""The clock of a sandbox: one day of the terminal in one hour, and never ahead of the clock on the wall.

A loop begins with the sandbox's clock 23 hours behind; it runs 24 times as fast, so that after an hour both show the
same. Nothing a sandbox tells lies in the future. Then the clock goes back, and the next day is another one.
"""

from datetime import datetime, timedelta
from typing import Final

LOOP: Final = timedelta(hours=1)
"""How long a sandbox's day takes on the wall."""

PACE: Final = 24
"""How much faster its clock runs."""

DAY: Final = LOOP * PACE


def opening(began_at: datetime) -> datetime:
    """What the sandbox's clock shows when a loop begins."""
    return began_at + LOOP - DAY


def shown(began_at: datetime, at: datetime) -> datetime:
    """What the clock of a sandbox whose loop began at ``began_at`` shows at the moment ``at`` on the wall.

    Before a loop its opening; after it, should nobody begin another one, the time on the wall.
    """
    return min(at, opening(began_at) + max(at - began_at, timedelta()) * PACE)
