"""Release times of days that are over are packed together, so that statistics over very many are read at once."""

from datetime import date, datetime
from typing import Any, Final

from django.db import transaction

from apps.common.bulk import run
from apps.customs.models import ReleaseTally, ReleaseTime
from apps.customs.selectors.statistics import CLOCKS, COUNTING, LENGTHS, grouped
from apps.network.models import Terminal
from terminal.throughput import day_bounds, site_day

AT_ONCE: Final = 10_000
"""Statistics wait while so many are packed."""


def count_release_times(terminal: Terminal, *, at: datetime) -> int:
    """Pack what was released before today and is not packed yet; how many. Safe to run twice, and beside releases."""
    midnight, counted = day_bounds(site_day(at, terminal.zone), terminal.zone)[0], 0
    while many := _count_some(terminal, midnight):
        counted += many
    return counted


@transaction.atomic
def _count_some(terminal: Terminal, before: datetime) -> int:
    run(f"SELECT pg_advisory_xact_lock({COUNTING})", [terminal.pk])
    waiting = ReleaseTime.objects.filter(terminal=terminal, counted=False, released_at__lt=before)
    told = waiting.order_by("released_at").values_list(
        "pk", "released_at", "office_id", "regime", "channel", *LENGTHS, *CLOCKS
    )
    rows = list(told[:AT_ONCE])
    days: dict[date, list[tuple[Any, ...]]] = {}
    for _, released_at, *figures in rows:
        days.setdefault(site_day(released_at, terminal.zone), []).append(tuple(figures))
    tallies = [_tally(terminal, day, cell) for day, several in days.items() for cell in grouped(several)]
    ReleaseTally.objects.bulk_create(tallies, batch_size=1000)
    keys = [row[0] for row in rows]
    if keys:
        run("UPDATE customs_releasetime SET counted = true WHERE declaration_id = ANY(%s)", [keys])
    return len(rows)


def _tally(terminal: Terminal, day: date, cell: Any) -> ReleaseTally:
    clocks = dict(zip(CLOCKS, cell.clocks, strict=True))
    return ReleaseTally(
        terminal=terminal,
        day=day,
        office_id=cell.office,
        regime=cell.regime,
        channel=cell.channel,
        lengths=cell.codes.tobytes(),
        **clocks,
    )
