"""The lines drawn over a stock: whoever watches it tells them.

# Note [Whose lines]
Rules lie in `alerts`, above the forecasts they are built on. The page of a forecast asks by this signal, and alerts
answers for the rule it has.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.dispatch import Signal

from apps.forecasts.models import Course
from apps.network.models import Terminal

asking_for_lines = Signal()
"""Sent with ``terminal``, ``metric`` and ``at``; a receiver answers ``Watched`` or None."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What a stock is watched by: its capacity, and the shares of it at which it warns, raises and clears."""

    capacity: Decimal
    warn_at: Decimal
    raise_at: Decimal
    clear_below: Decimal


def lines_of(terminal: Terminal, metric: str, at: datetime) -> Watched | None:
    """The lines of the rule on a stock, the first that is told. None: nobody watches it."""
    answers: list[tuple[Any, Any]] = asking_for_lines.send(sender=Course, terminal=terminal, metric=metric, at=at)
    return next((told for _receiver, told in answers if told is not None), None)
