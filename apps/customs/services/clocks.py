"""Exactly one clock runs while a declaration is open: whoever has it, has it until the next step."""

from datetime import datetime

from django.db.models import F, Min
from django.db.models.functions import Greatest

from apps.customs.models import ClockPeriod, Declaration, ReleaseTime
from terminal.customs.clocks import RUNS_IN, Clock, Period, time_taken, wait_began
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


def write_release_time(declaration: Declaration) -> ReleaseTime:
    """Write how long the release took, all clocks being stopped: from arrival or declaration (see ``wait_began``)."""
    released_at = declaration.released_at
    if released_at is None:
        raise ValueError(f"{declaration} is not released")
    arrived_at = declaration.visits.aggregate(first=Min("arrived_at"))["first"]
    submitted_at = declaration.submitted_at or declaration.drafted_at
    began_at = wait_began(declaration.regime, arrived_at, submitted_at, released_at)
    taken = time_taken(_periods(declaration, released_at), began_at, released_at)
    return ReleaseTime.objects.create(
        declaration=declaration,
        terminal_id=declaration.terminal_id,
        office_id=declaration.office_id,
        regime=declaration.regime,
        channel=declaration.channel,
        began_at=began_at,
        released_at=released_at,
        minutes=taken.minutes,
        **{f"{clock}_minutes": minutes for clock, minutes in taken.by_clock.items()},
        **{status.value: minutes for status, minutes in taken.by_step.items()},
    )


def _periods(declaration: Declaration, until: datetime) -> list[Period]:
    rows = ClockPeriod.objects.filter(declaration=declaration).order_by("began_at", "pk")
    return [Period(Clock(r.clock), DeclarationStatus(r.status), r.began_at, r.ended_at or until) for r in rows]
