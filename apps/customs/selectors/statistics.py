"""How long releases took, and whose time it was: over a time, by regime, channel, office and step.

Lengths come from ``ReleaseTally`` and, for what is not counted there yet, from ``ReleaseTime``: nothing is left out and
nothing is told twice, whenever the counting runs. They are exact below 1,000 minutes and up to one percent short above.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Self, TypeVar

import numpy as np
from django.db import transaction

from apps.common.bulk import ask, run
from apps.customs.models import Office, ReleaseTime
from apps.network.models import Terminal
from terminal.customs.clocks import STEPS, Clock
from terminal.customs.durations import KIND, NEVER, Codes, Counts, Lengths, counted, encode, summed_up
from terminal.lifecycle import Channel, DeclarationStatus
from terminal.regimes import Regime
from terminal.throughput import day_bounds

Key = TypeVar("Key")
CLOCKS: Final = tuple(f"{clock.value}_minutes" for clock in Clock)
LENGTHS: Final = ("minutes", *(status.value for status in STEPS))

NONE: Final[Counts] = np.zeros(NEVER, dtype=np.intp)

COUNTING: Final = "hashtextextended('customs counts release times', %s)"
"""While rows are packed nobody looks, so that none is seen twice or not at all."""

COUNTED: Final = f"""
SELECT office_id, regime, channel, string_agg(lengths, ''), {", ".join(f"sum({each})::bigint" for each in CLOCKS)}
FROM customs_releasetally
WHERE terminal_id = %(terminal)s AND day BETWEEN %(first)s AND %(last)s AND (%(all)s OR office_id = ANY(%(offices)s))
GROUP BY office_id, regime, channel
"""


@dataclass(frozen=True, slots=True)
class ClockShare:
    """Minutes of all releases on one clock, the mean of one, and the part of all clocks; None of none."""

    minutes: int
    mean: float | None
    share: float | None


@dataclass(frozen=True, slots=True)
class ReleaseStatistics:
    """Release times from ``first`` to ``last``, days of the site. Only what occurred has a line."""

    first: date
    last: date
    total: Lengths
    by_regime: dict[Regime, Lengths]
    by_channel: dict[Channel, Lengths]
    by_office: dict[Office, Lengths]
    by_step: dict[DeclarationStatus, Lengths]
    by_clock: dict[Clock, ClockShare]


@dataclass(frozen=True, slots=True)
class _Cell:
    """The releases of one office, regime and channel: a row of codes each, and the sum of each clock."""

    office: int
    regime: str
    channel: str
    codes: Codes
    counts: Counts
    clocks: tuple[int, ...]

    @classmethod
    def of(cls, office: int, regime: str, channel: str, codes: Codes, clocks: tuple[int, ...]) -> Self:
        """With its release times counted."""
        return cls(office, regime, channel, codes, counted(codes[:, 0]), clocks)


def release_statistics(
    terminal: Terminal, first: date, last: date, offices: Collection[Office] | None = None
) -> ReleaseStatistics:
    """What releases from ``first`` to ``last`` took, both days included; of these ``offices`` only where given."""
    keys = None if offices is None else [each.pk for each in offices]
    with transaction.atomic():
        run(f"SELECT pg_advisory_xact_lock_shared({COUNTING})", [terminal.pk])
        cells = [*_counted(terminal, first, last, keys), *_not_counted(terminal, first, last, keys)]
    named = Office.objects.in_bulk({each.office for each in cells})
    return ReleaseStatistics(
        first=first,
        last=last,
        total=summed_up(sum((each.counts for each in cells), NONE)),
        by_regime=_by(cells, lambda each: Regime(each.regime)),
        by_channel=_by(cells, lambda each: Channel(each.channel)),
        by_office=_by(cells, lambda each: named[each.office]),
        by_step=_steps(cells),
        by_clock=_clocks(cells),
    )


def _counted(terminal: Terminal, first: date, last: date, offices: list[int] | None) -> list[_Cell]:
    facts = {"terminal": terminal.pk, "first": first, "last": last, "all": offices is None, "offices": offices or []}
    return [
        _Cell.of(office, regime, channel, np.frombuffer(lengths, KIND).reshape(-1, len(LENGTHS)), tuple(clocks))
        for office, regime, channel, lengths, *clocks in ask(COUNTED, facts)
    ]


def _not_counted(terminal: Terminal, first: date, last: date, offices: list[int] | None) -> list[_Cell]:
    since, until = day_bounds(first, terminal.zone)[0], day_bounds(last, terminal.zone)[1]
    rows = ReleaseTime.objects.filter(
        terminal=terminal, counted=False, released_at__gte=since, released_at__lt=until
    ).order_by()
    if offices is not None:
        rows = rows.filter(office__in=offices)
    return grouped(rows.values_list("office_id", "regime", "channel", *LENGTHS, *CLOCKS))


def grouped(rows: Iterable[tuple[Any, ...]]) -> list[_Cell]:
    """Rows of office, regime, channel, ``LENGTHS`` and ``CLOCKS`` as cells."""
    found: dict[tuple[int, str, str], list[tuple[Any, ...]]] = {}
    for office, regime, channel, *figures in rows:
        found.setdefault((office, regime, channel), []).append(tuple(figures))
    return [_Cell.of(*key, *_figures(figures)) for key, figures in found.items()]


def _figures(rows: list[tuple[Any, ...]]) -> tuple[Codes, tuple[int, ...]]:
    table = np.array([[-1 if each is None else each for each in row] for row in rows], dtype=np.int64)
    many = len(LENGTHS)
    return encode(table[:, :many]), tuple(int(each) for each in table[:, many:].sum(axis=0))


def _by(cells: list[_Cell], key: Callable[[_Cell], Key]) -> dict[Key, Lengths]:
    of: dict[Key, Counts] = {}
    for each in cells:
        name = key(each)
        of[name] = of.get(name, NONE) + each.counts
    return {name: summed_up(counts) for name, counts in of.items()}


def _steps(cells: list[_Cell]) -> dict[DeclarationStatus, Lengths]:
    by_step = np.concatenate([np.zeros((0, len(LENGTHS)), dtype=KIND), *(each.codes for each in cells)]).T.copy()
    found = {status: summed_up(counted(by_step[number])) for number, status in enumerate(STEPS, 1)}
    return {status: lengths for status, lengths in found.items() if lengths.count}


def _clocks(cells: list[_Cell]) -> dict[Clock, ClockShare]:
    sums = {clock: sum(each.clocks[number] for each in cells) for number, clock in enumerate(Clock)}
    all_of, many = sum(sums.values()), sum(len(each.codes) for each in cells)
    return {
        clock: ClockShare(minutes, minutes / many if many else None, minutes / all_of if all_of else None)
        for clock, minutes in sums.items()
    }
