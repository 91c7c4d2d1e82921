"""What an answer to a message of ours means, and when it is worth trying again.

A party's system names an address; the terminal sends it what happens. The address may be away, busy, wrong or gone for
good, and one message of many may be one it cannot take. Each of these is met differently: who is away is knocked at
more and more rarely, for all its messages together; a message it alone refuses holds up its own container only.
"""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Final

PATIENCE: Final = timedelta(days=3)
"""How long a message is tried before it is parked."""

FIRST_PAUSE: Final = timedelta(seconds=5)
LONGEST_PAUSE: Final = timedelta(minutes=15)
LONGEST_ASKED: Final = timedelta(hours=6)
"""How long a receiver may ask us to wait; beyond, it is asked again all the same."""

FAILS_AFTER: Final = 3
"""Failures in a row after which an address counts as failing."""

OVERLAP: Final = timedelta(hours=24)
"""How long a replaced secret signs beside the new one, unless said otherwise."""


class Fate(StrEnum):
    """What became of an attempt: taken; this message not taken; the address unfit for any; gone for good."""

    DELIVERED = "delivered"
    REFUSED = "refused"
    AWAY = "away"
    GONE = "gone"


OF_THE_MESSAGE: Final = frozenset({400, 406, 409, 411, 412, 413, 414, 415, 417, 422, 431})
"""Statuses that speak of what was sent, not of who receives it."""


def fate_of(status: int | None) -> Fate:
    """What a status means; None: nobody answered. A redirect is not followed: the address is to be put right."""
    if status is None:
        return Fate.AWAY
    if 200 <= status < 300:
        return Fate.DELIVERED
    if status == 410:
        return Fate.GONE
    return Fate.REFUSED if status in OF_THE_MESSAGE else Fate.AWAY


def pause_after(failures: int, *, luck: float) -> timedelta:
    """The pause after so many failures: 5 s, doubling up to a quarter of an hour.

    ``luck`` from 0 to 1 spreads it from three quarters to five quarters, so that what failed together does not come
    back together.
    """
    pause = min(FIRST_PAUSE * (1 << min(max(failures, 1) - 1, 16)), LONGEST_PAUSE)
    return pause * (0.75 + 0.5 * luck)


def pause_asked_for(retry_after: str, at: datetime) -> timedelta:
    """The pause a receiver asked for with ``Retry-After``, in seconds or as a date; none where it cannot be read."""
    asked = _seconds(retry_after.strip(), at)
    return min(max(asked, timedelta()), LONGEST_ASKED)


def _seconds(text: str, at: datetime) -> timedelta:
    if text.isascii() and text.isdecimal():
        return timedelta(seconds=min(int(text[:9]), 10**8))
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return timedelta()
    return (until if until.tzinfo else until.replace(tzinfo=UTC)) - at


class Standing(StrEnum):
    """How a webhook stands."""

    RUNNING = "running"
    FAILING = "failing"
    ENDED = "ended"


def standing(*, ended: bool, failures: int) -> Standing:
    """How it stands after so many failures in a row."""
    if ended:
        return Standing.ENDED
    return Standing.FAILING if failures >= FAILS_AFTER else Standing.RUNNING
