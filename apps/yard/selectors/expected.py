"""Boxes in columns: where each stands, and when it is expected to leave."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
from django.core.cache import cache
from django.db import connection

from apps.network.models import Terminal
from terminal.lifecycle import ON_SITE, Phase
from terminal.stacking.placement import Known, pulls_of, shape_of
from terminal.stacking.placement.boxes import Numbers
from terminal.stacking.placement.outlook import (
    HERE_SPREAD_H,
    PLANNED_SPREAD_H,
    STAY_H,
    STAY_SHAPE,
    TRUCK_SPREAD_H,
    Floats,
)

LOOKED_BACK: Final = timedelta(days=21)
"""How far back past stays are asked how long boxes for a place stay (ours)."""
FEW: Final = 20
"""Fewer stays than that say nothing."""
KNOWN_FOR_S: Final = 3600
"""How long what past stays say is good, in seconds."""

Habits = dict[tuple[str, int], tuple[float, float]]
"""By destination and laden (1, 0, or -1 where nobody said): the median stay in hours and its shape."""

# Note [Columns at once]
# A suggestion looks at every box that stands, some thousands. One row of arrays of whole numbers is read in a fraction
# of the time that as many rows of models take, and only the blocks that matter are asked for.
FACTS: Final = """
SELECT array_agg(v.id), array_agg(s.block_id), array_agg(s.bay::int), array_agg(s."row"::int),
       array_agg(s.tier::int), array_agg(s.bays::int), array_agg(coalesce(v.gross_kg, 0)),
       array_agg(CASE WHEN v.laden THEN 1 WHEN NOT v.laden THEN 0 ELSE -1 END),
       array_agg(coalesce(c.id, 0)), array_agg(v.destination),
       array_agg(extract(epoch FROM coalesce(v.arrived_at, %(at)s))::bigint),
       array_agg(coalesce(c.due, 0)), array_agg(coalesce(c.spread, 0))
FROM containers_visit v LEFT JOIN yard_standing s ON s.visit_id = v.id
LEFT JOIN (SELECT id, CASE WHEN mode = 'road' THEN 0 WHEN phase = ANY(%(on_site)s) THEN 1 ELSE 2 END AS spread,
                  extract(epoch FROM coalesce(estimated_departure_at, scheduled_departure_at, arrived_at,
                                              estimated_arrival_at, scheduled_arrival_at))::bigint AS due
           FROM calls_call
           WHERE terminal_id = %(terminal)s AND phase = ANY(%(to_come)s)) c ON c.id = v.departure_call_id
WHERE {where}
"""
STANDING: Final = FACTS.format(where="s.block_id = ANY(%(blocks)s) AND NOT v.id = ANY(%(visits)s)")
COMING: Final = FACTS.format(where="v.id = ANY(%(visits)s)")
PHASES: Final[dict[str, Any]] = {
    "on_site": sorted(ON_SITE),
    "to_come": sorted({Phase.SCHEDULED, Phase.ANNOUNCED, *ON_SITE}),
}
SPREADS_H: Final = np.array([TRUCK_SPREAD_H, HERE_SPREAD_H, PLANNED_SPREAD_H])

STAYS: Final = """
SELECT destination, CASE WHEN laden THEN 1 WHEN NOT laden THEN 0 ELSE -1 END AS known,
       percentile_cont(ARRAY[0.16, 0.5, 0.84])
         WITHIN GROUP (ORDER BY extract(epoch FROM departed_at - arrived_at)::float8 / 3600)
FROM containers_visit
WHERE terminal_id = %(terminal)s AND arrived_at >= %(since)s AND arrived_at <= %(at)s AND departed_at <= %(at)s
GROUP BY destination, known HAVING count(*) >= %(few)s
"""


@dataclass(frozen=True)
class Columns:
    """Boxes, equally long: where each stands (None: it does not), and what is known of it."""

    visit: list[int]
    block: list[int | None]
    cells: list[list[Any]]
    """Bay, row, tier and bays covered."""
    kg: Numbers
    laden: Numbers
    call: Numbers
    bound: Numbers
    pull: Floats

    def stacks(self) -> Iterator[tuple[int, int, int]]:
        """The stacks (block, bay, row) in which these boxes stand."""
        for block, bay, row, _tier, bays in zip(self.block, *self.cells, strict=True):
            if block is not None:
                yield from ((block, bay + n, row) for n in range(bays))


@dataclass
class Outlook:
    """What is expected at a terminal at a moment; ``standing`` and ``coming`` number destinations alike."""

    terminal: Terminal
    at: datetime
    blocks: list[int]
    visits: list[int]
    bounds: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self.bounds = defaultdict(lambda: len(self.bounds))
        self.bounds[""] = 0
        self._habits = stay_habits(self.terminal, self.at)

    def standing(self) -> Columns:
        """The boxes in these blocks, but for those of ``visits``. One query."""
        return self._columns(STANDING)

    def coming(self) -> Columns:
        """The boxes of ``visits``. One query."""
        return self._columns(COMING)

    def _columns(self, sql: str) -> Columns:
        asked: dict[str, Any] = {"terminal": self.terminal.pk, "at": self.at, **PHASES}
        with connection.cursor() as cursor:
            cursor.execute(sql, {**asked, "blocks": self.blocks, "visits": self.visits})
            visit, block, *columns = (each or [] for each in cursor.fetchone())
        *cells, kg, laden, call, bound, arrived, due, spread = columns
        numbers = self.bounds
        bounds = _numbers([numbers[code] for code in bound])
        full, now = _numbers(laden), self.at.timestamp()
        medians, shapes = self._stays()[:, bounds, full]
        due_h = np.where(_numbers(due) > 0, (_numbers(due) - now) / 3600, np.nan)
        known = Known((now - _numbers(arrived)) / 3600, medians, shapes, due_h, SPREADS_H[_numbers(spread)])
        return Columns(visit, block, cells, _numbers(kg), full, _numbers(call), bounds, pulls_of(known))

    def _stays(self) -> Floats:
        """Medians and shapes by the number of the destination and by laden (the last: nobody said)."""
        table = np.empty((2, max(len(self.bounds), 1), 3))
        table[0], table[1] = STAY_H, STAY_SHAPE
        for (code, full), habit in self._habits.items():
            if code in self.bounds:
                table[:, self.bounds[code], full] = habit
        return table


def _numbers(column: Any) -> Numbers:
    return np.array(column, dtype=np.int64)


def stay_habits(terminal: Terminal, at: datetime) -> Habits:
    """How long boxes for each place stay, by those that left lately; asked again after an hour."""
    key = f"yard-stays:{terminal.public_id}:{int(at.timestamp()) // KNOWN_FOR_S}"
    known: Habits | None = cache.get(key)
    if known is None:
        known = _stay_habits(terminal, at)
        cache.set(key, known, KNOWN_FOR_S)
    return known


def _stay_habits(terminal: Terminal, at: datetime) -> Habits:
    with connection.cursor() as cursor:
        cursor.execute(STAYS, {"terminal": terminal.pk, "since": at - LOOKED_BACK, "at": at, "few": FEW})
        return {
            (bound, full): (max(median, 1.0), shape_of(low, high))
            for bound, full, (low, median, high) in cursor.fetchall()
        }
