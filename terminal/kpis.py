"""The figures managers read, reckoned so that days can be summed to months and nothing is averaged twice.

A share is kept as its part and its whole, a length of stay as itself: whoever sums days sums parts and wholes, and puts
the lengths together. Shares and medians are made last.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from terminal.moments import utc

ZERO: Final = Decimal(0)
WEEK: Final = timedelta(days=7)
HOUR: Final = timedelta(hours=1)
FIRST_DAY: Final = date(2000, 1, 1)
"""No terminal of ours has figures of a day before it."""


class Load(StrEnum):
    """Whether there is something in a box. ``UNKNOWN``: nobody said."""

    LADEN = "laden"
    EMPTY = "empty"
    UNKNOWN = "unknown"

    @classmethod
    def of(cls, laden: bool | None) -> "Load":
        """The word for it."""
        return cls.UNKNOWN if laden is None else cls.LADEN if laden else cls.EMPTY


@dataclass(frozen=True, slots=True)
class Ratio:
    """A part of a whole, added up as both. Of nothing there is no share."""

    part: Decimal | int = 0
    whole: Decimal | int = 0

    def __add__(self, other: "Ratio") -> "Ratio":
        return Ratio(self.part + other.part, self.whole + other.whole)

    @property
    def share(self) -> Decimal | None:
        """Part ÷ whole; None of nothing."""
        return Decimal(self.part) / Decimal(self.whole) if self.whole else None


@dataclass(frozen=True, slots=True)
class Against:
    """A figure beside another: what share of it, and how much more or less. The other may be unknown."""

    value: Decimal
    other: Decimal | None

    @property
    def share(self) -> Decimal | None:
        """Value ÷ other; None where there is no other, or it is nothing."""
        return self.value / self.other if self.other else None

    @property
    def difference(self) -> Decimal | None:
        """Value − other."""
        return None if self.other is None else self.value - self.other


def punctual(minutes_late: Iterable[int], tolerance: int) -> Ratio:
    """Departures not later than planned by more than the tolerance, of those that were planned. Early is in time.

    >>> punctual([-5, 0, 15, 16], 15)
    Ratio(part=3, whole=4)
    """
    late = list(minutes_late)
    return Ratio(sum(each <= tolerance for each in late), len(late))


@dataclass(frozen=True, slots=True)
class Lengths:
    """How many stays, what half of them and nine in ten did not exceed, and the longest, in minutes; None of none."""

    count: int = 0
    median: int | None = None
    p90: int | None = None
    most: int | None = None


def lengths_of(minutes: Iterable[int]) -> Lengths:
    """Median and nine in ten are lengths that occurred: the least that so many do not exceed.

    >>> lengths_of([60, 10, 20, 30])
    Lengths(count=4, median=20, p90=60, most=60)
    """
    known = sorted(minutes)
    many = len(known)
    if not many:
        return Lengths()
    return Lengths(many, known[-(-many // 2) - 1], known[-(-9 * many // 10) - 1], known[-1])


def running_mean(values: Sequence[Decimal | int], over: int = 7) -> list[Decimal | None]:
    """For each value the mean of it and those before it, ``over`` in all; None where there are not so many yet."""
    sums = [ZERO]
    for each in values:
        sums.append(sums[-1] + each)
    return [None if end < over else (sums[end] - sums[end - over]) / over for end in range(1, len(sums))]


@dataclass(frozen=True, slots=True)
class Span:
    """Site days from ``first`` to ``last``, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def is_month(self) -> bool:
        """Whether it is one whole month of the calendar."""
        return self == month_of(self.first)

    def before(self) -> "Span":
        """What it is compared with first: the month before a month, else as many days just before it."""
        if self.is_month:
            return month_of(self.first - timedelta(days=1))
        return Span(self.first - timedelta(days=self.days), self.first - timedelta(days=1))

    def a_week_earlier(self) -> "Span":
        """The same days of the week before."""
        return Span(self.first - WEEK, self.last - WEEK)

    def a_year_earlier(self) -> "Span":
        """The same dates of the year before; 29 February is compared with the 28th, a month with the whole month."""
        if self.is_month:
            return month_of(_a_year_before(self.first))
        return Span(_a_year_before(self.first), _a_year_before(self.last))


def month_of(day: date) -> Span:
    """The month in which the day lies."""
    return Span(day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1]))


def week_of(day: date) -> Span:
    """The week in which the day lies, Monday to Sunday."""
    monday = day - timedelta(days=day.weekday())
    return Span(monday, monday + timedelta(days=6))


def months_in(span: Span) -> Iterator[Span]:
    """Every month that has a day in the span, with those of its days that are."""
    first = span.first
    while first <= span.last:
        last = min(month_of(first).last, span.last)
        yield Span(first, last)
        first = last + timedelta(days=1)


def days_of(span: Span) -> list[Span]:
    """Each day of the span as a span."""
    return [Span(day, day) for day in map(date.fromordinal, range(span.first.toordinal(), span.last.toordinal() + 1))]


def _a_year_before(day: date) -> date:
    year = day.year - 1
    return day.replace(year=year, day=min(day.day, monthrange(year, day.month)[1]))


def hours_of(starts: datetime, ends: datetime) -> list[datetime]:
    """The first moments of the hours of a site day, in UTC: 23 or 25 where clocks are changed."""
    first, many = utc(starts), -(-(utc(ends) - utc(starts)) // HOUR)
    return [first + HOUR * n for n in range(many)]


def mean_level(opening: Decimal, level_hours_over: Decimal, hours: Decimal) -> Decimal:
    """What stood on average over so many hours, from what stood first and how much it rose, times how long."""
    return opening + level_hours_over / hours if hours else opening
