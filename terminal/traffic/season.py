"""How much traffic each day asks for: weekday, month, holidays, the scenario's hump."""

from datetime import date
from functools import lru_cache
from typing import Final

import holidays
import numpy as np

from terminal.traffic.moments import Days, Flags, Floats
from terminal.traffic.parameters import Demand, Scenario
from terminal.traffic.streams import Stream

SWELL_EVERY_DAYS: Final = 84
QUIETEST: Final = 0.2
"""Of the mean day: even a quiet terminal has some traffic."""


@lru_cache(maxsize=256)
def _off(country: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, years=year, language="en_US"))


def is_holiday(country: str, day: date) -> bool:
    """Whether a day is a public holiday in CN or KZ (the `holidays` library's calendars)."""
    return day in _off(country, day.year)


def rests(country: str, days: Days) -> Flags:
    """Which days are public holidays there."""
    return np.array([is_holiday(country, days.date(each)) for each in range(len(days))])


def weights(days: Days, window: slice, scenario: Scenario, stream: Stream) -> Floats:
    """Demand of each day against the mean day of ``window``, which is 1 on average.

    The same for trains, ships and trucks: they follow the same factories.
    """
    shape = _shape(days, scenario.demand) * _hump(len(days), window, scenario.hump)
    noisy = shape * stream.wave(len(days), scenario.demand.noise, scenario.demand.memory)
    result: Floats = noisy / noisy[window].mean()
    return result


def _shape(days: Days, demand: Demand) -> Floats:
    dates = [days.date(each) for each in range(len(days))]
    months = np.array([_month(each, demand.months) for each in dates])
    chinese = np.where(rests("CN", days), demand.chinese_holiday, 1.0)
    kazakh = np.where(rests("KZ", days), demand.kazakh_holiday, 1.0)
    result: Floats = np.array(demand.weekdays)[days.weekdays] * months * chinese * kazakh
    return result


def _month(day: date, months: tuple[float, ...]) -> float:
    """The month's weight, sliding from the middle of one month to the middle of the next."""
    place = day.month - 1 + (day.day - 15.5) / 30.5
    low = int(np.floor(place))
    return months[low % 12] + (place - low) * (months[(low + 1) % 12] - months[low % 12])


def _hump(many: int, window: slice, height: float) -> Floats:
    """A swell every twelve weeks of the window, some four weeks wide, the rest lowered to the same mean.

    Of a window that is hardly longer than a swell, the days around it are the quietest there are.
    """
    length = window.stop - window.start
    swells = max(1, round(length / SWELL_EVERY_DAYS))
    width = min(28, max(4, length / swells / 3)) / 2.0
    middles = window.start + (np.arange(swells) + 0.5) * length / swells
    bells = np.exp(-0.5 * ((np.arange(many)[:, None] + 0.5 - middles) / width) ** 2).sum(axis=1)
    mean = bells[window].mean()
    result: Floats = np.maximum(1 + height * (bells - mean) / max(1 - mean, 1e-9), QUIETEST)
    return result
