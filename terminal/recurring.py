"""Days that come again: the same weekdays, every so many weeks."""

from collections.abc import Collection, Iterator
from datetime import date, timedelta


def days(first: date, last: date, weekdays: Collection[int], every_weeks: int = 1) -> Iterator[date]:
    """The days from ``first`` to ``last``, both included, on these weekdays (1 Monday to 7 Sunday), in order.

    Weeks begin on Monday and are counted from that of ``first``; of them every ``every_weeks``th counts.
    """
    monday = first - timedelta(days=first.weekday())
    for ahead in range((last - first).days + 1):
        day = first + timedelta(days=ahead)
        if day.isoweekday() in weekdays and (day - monday).days // 7 % every_weeks == 0:
            yield day
