"""What a forecast was worth: how much of what came lay in its band, and its loss beside two simple forecasts."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from terminal.forecasting.known import Flags, Floats, Numbers
from terminal.forecasting.parameters import QUANTILES

Levels = tuple[Floats, Floats, Floats]
"""10, 50 and 90 %."""
Band = tuple[Floats, Floats]
"""Between which four of five hours should lie."""


class Lead(StrEnum):
    """How long before its hour a forecast was made."""

    HOURS_6 = "6h"
    HOURS_24 = "24h"
    DAYS_3 = "3d"
    DAYS_7 = "7d"
    DAYS_14 = "14d"


UP_TO_H: Final = {Lead.HOURS_6: 6, Lead.HOURS_24: 24, Lead.DAYS_3: 72, Lead.DAYS_7: 168, Lead.DAYS_14: 336}
"""The last hour of each class."""


@dataclass(frozen=True, slots=True)
class Worth:
    """Sums over the hours judged. ``ratio``: loss against the better of the two simple forecasts; below 1 is better."""

    hours: int
    inside: int
    loss: float
    loss_last: float
    loss_week: float

    @property
    def coverage(self) -> float:
        """The share of hours in the 80 % band; it should be 0.8."""
        return self.inside / self.hours

    @property
    def ratio(self) -> float | None:
        """None where the better simple forecast was never wrong."""
        better = min(self.loss_last, self.loss_week)
        return self.loss / better if better else None

    @property
    def an_hour(self) -> tuple[float, float, float]:
        """The mean loss of an hour: of the forecast, of what was there last, of the same hour a week ago."""
        return self.loss / self.hours, self.loss_last / self.hours, self.loss_week / self.hours

    def __add__(self, other: "Worth") -> "Worth":
        return Worth(
            self.hours + other.hours,
            self.inside + other.inside,
            self.loss + other.loss,
            self.loss_last + other.loss_last,
            self.loss_week + other.loss_week,
        )


def pinball(came: Floats, level: Floats, share: float) -> Floats:
    """Loss of saying that ``came`` lies below ``level`` with chance ``share``: dear where it was thought rare."""
    over = came - level
    loss: Floats = np.maximum(share * over, (share - 1) * over)
    return loss


def losses(came: Floats, levels: Levels) -> Floats:
    """The mean pinball loss of the three levels."""
    three = [pinball(came, level, share) for level, share in zip(levels, QUANTILES, strict=True)]
    mean: Floats = np.mean(three, axis=0)
    return mean


def worth(
    came: Floats, levels: Levels, last: Floats, week: Floats, judged: Flags, band: Band | None = None
) -> Worth | None:
    """What the levels, and the band that was shown, were worth in the hours ``judged``. None: there is none.

    No ``band``: it is what lies between the first and the last level.
    """
    judged = judged & ~np.isnan(came) & ~np.isnan(last) & ~np.isnan(week)
    if not judged.any():
        return None
    low, high = band or (levels[0], levels[2])
    inside = (came >= low) & (came <= high)
    return Worth(
        hours=int(judged.sum()),
        inside=int((inside & judged).sum()),
        loss=float(losses(came, levels)[judged].sum()),
        loss_last=float(losses(came, (last, last, last))[judged].sum()),
        loss_week=float(losses(came, (week, week, week))[judged].sum()),
    )


def by_lead(
    came: Floats, levels: Levels, last: Floats, week: Floats, ahead_h: Numbers, band: Band | None = None
) -> dict[Lead, Worth]:
    """The same for each class of how long ahead (``ahead_h``, whole hours) each hour was forecast."""
    found, begins = {}, 0
    for lead, ends in UP_TO_H.items():
        each = worth(came, levels, last, week, (ahead_h > begins) & (ahead_h <= ends), band)
        if each is not None:
            found[lead] = each
        begins = ends
    return found
