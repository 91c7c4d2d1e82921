"""How much work a declaration is: learned every night from those that were decided."""

from datetime import datetime
from statistics import median
from typing import Final

from django.db import transaction

from apps.customs.models import ExpectedMinutes
from apps.customs.selectors import minutes_worked
from apps.network.models import Terminal

LEAST_SEEN: Final = 10
"""From fewer finished declarations nothing is learned."""


@transaction.atomic
def learn_expected_minutes(terminal: Terminal, *, at: datetime) -> list[ExpectedMinutes]:
    """Expect of each regime and channel the median of the last 90 days; what was set by hand is left alone.

    Where fewer than ten were decided, what was known before stays. The rows that were learned.
    """
    by_hand = {
        (each.regime, each.channel) for each in ExpectedMinutes.objects.filter(terminal=terminal, learned_at=None)
    }
    learned = []
    for (regime, channel), minutes in sorted(minutes_worked(terminal, at).items()):
        if len(minutes) < LEAST_SEEN or (regime, channel) in by_hand:
            continue
        known = {"minutes": max(1, round(median(minutes))), "seen": len(minutes), "learned_at": at}
        row, _ = ExpectedMinutes.objects.update_or_create(
            terminal=terminal, regime=regime, channel=channel, defaults=known
        )
        learned.append(row)
    return learned
