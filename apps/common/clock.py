"""What time it is for whoever asks.

Programs of a sandbox live by its clock; everybody else by the one on the wall. The edges of the API read the time here.
What concerns the connection rather than the terminal (tokens, rates, keys, deliveries, what was asked when) goes by the
wall for everybody and asks ``django.utils.timezone``.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.utils import timezone

Clock = Callable[[datetime], datetime]
"""Of a moment on the wall, what another clock shows."""

_clock: ContextVar[Clock | None] = ContextVar("clock", default=None)


def now() -> datetime:
    """The present moment, as whoever asks sees it."""
    wall, clock = timezone.now(), _clock.get()
    return wall if clock is None else clock(wall)


def is_apart() -> bool:
    """Whether whoever acts goes by a sandbox's clock: nothing of theirs counts, nor takes a number of those that do."""
    return _clock.get() is not None


@contextmanager
def going_by(clock: Clock) -> Iterator[None]:
    """Within, ``now`` is what this clock of a sandbox shows, and what is done is apart from all that counts."""
    token = _clock.set(clock)
    try:
        yield
    finally:
        _clock.reset(token)
