"""Moments as whole seconds since 1970 (UTC) in arrays, and the site's days among them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

Moments = NDArray[np.int64]
Numbers = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

NEVER: Final = np.int64(2**62)
"""Stands for a moment that does not come; later than every other, so that ``at <= now`` needs no second question."""
HOUR: Final = 3600
DAY: Final = 86_400


def seconds(hours: Any) -> Moments:
    """Hours as whole seconds: every duration is rounded here, so that the last bit of a float decides nothing."""
    return np.rint(np.asarray(hours, dtype=np.float64) * HOUR).astype(np.int64)


def moment(at: datetime) -> int:
    """An aware moment as whole seconds."""
    return int(at.timestamp())


def aware(at: Any) -> datetime | None:
    """Whole seconds as a moment in UTC; ``NEVER`` as None."""
    return None if at >= NEVER else datetime.fromtimestamp(int(at), UTC)


@dataclass(frozen=True)
class Days:
    """Consecutive days of a site. ``midnights`` has one more than there are days: the end of the last."""

    first: date
    midnights: Moments
    noons: Moments
    zone: ZoneInfo

    @classmethod
    def of(cls, first: date, many: int, zone: ZoneInfo) -> "Days":
        """``many`` days from ``first`` on."""
        days = [first + timedelta(days=each) for each in range(many + 1)]
        midnights = [moment(datetime.combine(day, time.min, zone)) for day in days]
        noons = [moment(datetime.combine(day, time(12), zone)) for day in days]
        return cls(first, np.array(midnights, dtype=np.int64), np.array(noons, dtype=np.int64), zone)

    def __len__(self) -> int:
        return len(self.midnights) - 1

    @property
    def weekdays(self) -> Numbers:
        """0 is Monday."""
        return (self.first.weekday() + np.arange(len(self))) % 7

    def date(self, index: int) -> date:
        """The day of that index."""
        return self.first + timedelta(days=int(index))

    def index(self, moments: Moments) -> Numbers:
        """Which day each moment falls in, kept within the days there are."""
        found = np.searchsorted(self.midnights, moments, side="right") - 1
        return np.clip(found, 0, len(self) - 1)


def ranks(groups: Numbers) -> Numbers:
    """Each element's place (from 0) among the elements of its group, in the order they stand."""
    order = np.argsort(groups, kind="stable")
    grouped = groups[order]
    first = np.concatenate(([True], grouped[1:] != grouped[:-1]))
    starts = np.maximum.accumulate(np.where(first, np.arange(len(groups)), 0))
    result = np.empty(len(groups), dtype=np.int64)
    result[order] = np.arange(len(groups)) - starts
    return result


def running(values: Numbers, groups: Numbers) -> Numbers:
    """The running sum within each group; equal groups stand together."""
    total = np.cumsum(values)
    first = np.concatenate(([True], groups[1:] != groups[:-1])) if len(groups) else np.zeros(0, dtype=bool)
    before = (total - values)[first]
    return total - np.repeat(before, np.diff(np.append(np.flatnonzero(first), len(groups))))
