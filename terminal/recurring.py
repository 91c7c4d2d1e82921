"""Days that come again: the same weekdays, every so many weeks."""

from collections.abc import Collection, Iterator
from datetime import date, timedelta


def days(first: date, last: date, weekdays: Collection[int], every_weeks: int = 1) -> Iterator[date]:
    """The days from ``first`` to ``last``, both included, on these weekdays (1 Monday to 7 Sunday), in order.

    Weeks begin on Monday and are counted from that of ``first``; of them every ``every_weeks``th counts.
    """
    for ahead in sorted(ahead for each in _ahead(first, last, weekdays, every_weeks) for ahead in each):
        yield first + timedelta(days=ahead)


def how_many(first: date, last: date, weekdays: Collection[int], every_weeks: int = 1) -> int:
    """How many ``days`` there are, counted without naming one."""
    return sum(len(each) for each in _ahead(first, last, weekdays, every_weeks))


def _ahead(first: date, last: date, weekdays: Collection[int], every_weeks: int) -> Iterator[range]:
    """By weekday, how many days after ``first`` it comes."""
    step = 7 * every_weeks
    for weekday in set(weekdays):
        turn = weekday - first.isoweekday()
        yield range(turn if turn >= 0 else turn + step, (last - first).days + 1, step)
