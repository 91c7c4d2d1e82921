"""Questions about calls that need more than one queryset method."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from apps.calls.models import Call
from apps.network.models import Terminal
from terminal.throughput import Mode


def timetable(terminal: Terminal, modes: Iterable[Mode]) -> QuerySet[Call]:
    """The calls of some modes, the latest announced first; ``expected_at`` is the firmest arrival time known."""
    calls = Call.objects.filter(terminal=terminal, mode__in=sorted(mode.value for mode in modes))
    firmest = Coalesce("arrived_at", "told_arrival_at", "scheduled_arrival_at")
    return calls.annotate(expected_at=firmest).order_by("-public_id")
