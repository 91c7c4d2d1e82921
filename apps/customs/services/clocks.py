"""Exactly one clock runs while a declaration is open: whoever has it, has it until the next step."""

from datetime import datetime

from django.db.models import F
from django.db.models.functions import Greatest

from apps.customs.models import ClockPeriod, Declaration
from terminal.customs.clocks import RUNS_IN, Clock
from terminal.lifecycle import DeclarationStatus


def turn_clock(declaration: Declaration, at: datetime, clock: Clock | None = None) -> None:
    """Stop the clock that runs and start the one that belongs to the declaration's status, or ``clock``.

    A period never ends before it began: what is told late counts from where the last one ended.
    """
    running = ClockPeriod.objects.filter(declaration=declaration, ended_at=None)
    began_at = running.values_list("began_at", flat=True).first()
    running.update(ended_at=Greatest(F("began_at"), at))
    wanted = clock or RUNS_IN.get(DeclarationStatus(declaration.status))
    if wanted is not None:
        ClockPeriod.objects.create(
            declaration=declaration,
            office_id=declaration.office_id,
            clock=wanted.value,
            status=declaration.status,
            began_at=max(at, began_at or at),
        )


def hand_clock_over(declaration: Declaration, at: datetime) -> None:
    """Let the clock that runs go on at the office the declaration has now: a period of the new office's."""
    running = ClockPeriod.objects.filter(declaration=declaration, ended_at=None).values_list("clock", flat=True).first()
    turn_clock(declaration, at, Clock(running) if running else None)
