"""What is counted while it lasts, as of any moment: area held by bookings, declarations that wait."""

from typing import Final

import numpy as np

from terminal.forecasting.known import HOUR, WEEK_HOURS, Floats, Known, Moments, Spells, level
from terminal.forecasting.parameters import HORIZON

HOURS: Final = np.arange(1, HORIZON + 1) * HOUR
WEIGHT: Final = 6.0
"""So many weeks of one weekday's hour are outweighed by the same hour of all days."""


def held_as_of(spells: Spells, at: Moments) -> Floats:
    """What was known at each moment to be held in each coming hour: ``[moment, hour]``."""
    result = np.zeros((len(at), HORIZON))
    for row, moment in enumerate(at.tolist()):
        mine = (spells.told <= moment) & (spells.planned_until > moment)
        ended = spells.until[mine] <= moment
        until = np.where(ended, spells.until[mine], spells.planned_until[mine])
        keep = until > moment
        since, until, size = spells.since[mine][keep], until[keep], spells.size[mine][keep]
        result[row] = level(since, until, size, moment + HOURS)
    return result


def of_week(known: Known, at: Moments, values: Floats) -> Floats:
    """The mean in each hour of the week, the days that are alike lending to one another: ``[hour of the week]``."""
    clock = known.clock(at)
    many = np.bincount(clock, minlength=WEEK_HOURS).astype(float).reshape(7, 24)
    total = np.bincount(clock, values, WEEK_HOURS).reshape(7, 24)
    of_hour = total.sum(axis=0) / np.maximum(many.sum(axis=0), 1)
    blended: Floats = (total + WEIGHT * of_hour[None]) / (many + WEIGHT)
    return blended.ravel()
