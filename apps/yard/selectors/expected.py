"""Boxes in columns: where each stands, and when it is expected to leave."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from io import BytesIO
from typing import Any, Final

import numpy as np
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

Habits = dict[tuple[int, int], tuple[float, float]]
"""By destination (hashed) and laden (1, 0, or -1 where nobody said): the median stay in hours and its shape."""

# Note [Columns at once]
# A suggestion looks at every box that stands, some thousands, and has some milliseconds for that. So only the blocks
# that matter are asked for, and the answer is whole numbers alone, copied in PostgreSQL's binary form, which NumPy
# reads as it is: every row is as long as every other. Destinations are only compared: hashes do (from 1; 0: none).
NAMES: Final = (
    *("visit", "block", "bay", "row", "tier", "bays", "kg", "laden", "call", "bound", "arrived", "due", "spread"),
)
KEPT: Final = NAMES[:10]
FACTS: Final = """
COPY (
SELECT v.id::bigint, coalesce(s.block_id, 0)::bigint, coalesce(s.bay, 0)::bigint, coalesce(s."row", 0)::bigint,
       coalesce(s.tier, 0)::bigint, coalesce(s.bays, 0)::bigint, coalesce(v.gross_kg, 0)::bigint,
       CASE WHEN v.laden THEN 1 WHEN NOT v.laden THEN 0 ELSE -1 END::bigint, coalesce(c.id, 0)::bigint,
       CASE WHEN v.destination = '' THEN 0 ELSE hashtext(v.destination)::bigint + 2147483649 END,
       extract(epoch FROM coalesce(v.arrived_at, %(at)s))::bigint, coalesce(c.due, 0), coalesce(c.spread, 0)::bigint
FROM containers_visit v LEFT JOIN yard_standing s ON s.visit_id = v.id
LEFT JOIN (SELECT id, CASE WHEN mode = 'road' THEN 0 WHEN phase = ANY(%(on_site)s) THEN 1 ELSE 2 END AS spread,
                  extract(epoch FROM coalesce(estimated_departure_at, scheduled_departure_at, arrived_at,
                                              estimated_arrival_at, scheduled_arrival_at))::bigint AS due
           FROM calls_call
           WHERE terminal_id = %(terminal)s AND phase = ANY(%(to_come)s)) c ON c.id = v.departure_call_id
WHERE {where}
) TO STDOUT (FORMAT binary)
"""
STANDING: Final = FACTS.format(where="s.block_id = ANY(%(blocks)s) AND NOT v.id = ANY(%(visits)s)")
COMING: Final = FACTS.format(where="v.id = ANY(%(visits)s)")
HEADER, TRAILER = 19, 2
"""Bytes before the first row and after the last (https://www.postgresql.org/docs/current/sql-copy.html)."""
FIELDS: Final = [field for name in NAMES for field in ((f"{name}_bytes", ">i4"), (name, ">i8"))]
ROW: Final = np.dtype([("fields", ">i2"), *FIELDS])
PHASES: Final[dict[str, Any]] = {
    "on_site": sorted(ON_SITE),
    "to_come": sorted({Phase.SCHEDULED, Phase.ANNOUNCED, *ON_SITE}),
}
SPREADS_H: Final = np.array([TRUCK_SPREAD_H, HERE_SPREAD_H, PLANNED_SPREAD_H])

SHUT: Final = """
SELECT block_id, coalesce(first_bay, 1), coalesce(last_bay, 32767), 1, 32767 FROM yard_blockclosure
WHERE block_id = ANY(%(blocks)s) AND since <= %(at)s AND (until IS NULL OR until > %(at)s)
UNION ALL
SELECT held.block_id, held.bay, held.bay, held."row", held."row"
FROM yard_heldcell held JOIN yard_workorder o ON o.id = held.order_id
WHERE held.block_id = ANY(%(blocks)s) AND held.until > %(at)s AND NOT o.visit_id = ANY(%(visits)s)
"""

STAYS: Final = """
SELECT CASE WHEN destination = '' THEN 0 ELSE hashtext(destination)::bigint + 2147483649 END AS bound,
       CASE WHEN laden THEN 1 WHEN NOT laden THEN 0 ELSE -1 END AS known,
       percentile_cont(ARRAY[0.16, 0.5, 0.84])
         WITHIN GROUP (ORDER BY extract(epoch FROM departed_at - arrived_at)::float8 / 3600)
FROM containers_visit
WHERE terminal_id = %(terminal)s AND arrived_at >= %(since)s AND arrived_at <= %(at)s AND departed_at <= %(at)s
GROUP BY bound, known HAVING count(*) >= %(few)s
"""


@dataclass(frozen=True)
class Columns:
    """Boxes, equally long: where each stands (block 0: it does not), and what is known of it."""

    visit: Numbers
    block: Numbers
    bay: Numbers
    row: Numbers
    tier: Numbers
    bays: Numbers
    kg: Numbers
    laden: Numbers
    call: Numbers
    bound: Numbers
    pull: Floats

    def stacks(self) -> Iterator[tuple[int, int, int]]:
        """The stacks (block, bay, row) in which these boxes stand."""
        columns = (each.tolist() for each in (self.block, self.bay, self.row, self.bays))
        for block, bay, row, bays in zip(*columns, strict=True):
            yield from ((block, bay + n, row) for n in range(bays))


@dataclass(frozen=True)
class Outlook:
    """What is expected at a terminal at a moment, of the boxes in some blocks and of those of some visits."""

    terminal: Terminal
    at: datetime
    blocks: list[int]
    visits: list[int]

    def standing(self) -> Columns:
        """The boxes in these blocks, but for those of ``visits``. One query."""
        return self._columns(STANDING)

    def coming(self) -> Columns:
        """The boxes of ``visits``. One query."""
        return self._columns(COMING)

    def shut(self) -> list[tuple[int, int, int, int, int]]:
        """What takes nothing in, as block, first and last bay, first and last row: closed, or held for other boxes.

        One query.
        """
        with connection.cursor() as cursor:
            cursor.execute(SHUT, {"at": self.at, "blocks": self.blocks, "visits": self.visits})
            return list(cursor.fetchall())

    def _columns(self, sql: str) -> Columns:
        asked: dict[str, Any] = {"terminal": self.terminal.pk, "at": self.at, **PHASES}
        told = _copied(sql, {**asked, "blocks": self.blocks, "visits": self.visits})
        bounds, bound = np.unique(told["bound"], return_inverse=True)
        medians, shapes = self._stays(bounds)[:, bound, told["laden"]]
        now = self.at.timestamp()
        due_h = np.where(told["due"] > 0, (told["due"] - now) / 3600, np.nan)
        known = Known((now - told["arrived"]) / 3600, medians, shapes, due_h, SPREADS_H[told["spread"]])
        return Columns(**{name: told[name] for name in KEPT}, pull=pulls_of(known))

    def _stays(self, bounds: Numbers) -> Floats:
        """Medians and shapes by destination and by laden (the last: nobody said)."""
        table = np.empty((2, len(bounds), 3))
        table[0], table[1] = STAY_H, STAY_SHAPE
        habits = stay_habits(self.terminal, self.at)
        for number, bound in enumerate(bounds.tolist()):
            for full in (-1, 0, 1):
                if (bound, full) in habits:
                    table[:, number, full] = habits[bound, full]
        return table


def _copied(sql: str, asked: dict[str, Any]) -> dict[str, Numbers]:
    """The columns of an answer. See Note [Columns at once]."""
    answer = BytesIO()
    with connection.cursor() as cursor:
        cursor.copy_expert(cursor.mogrify(sql, asked).decode(), answer)
    rows = np.frombuffer(answer.getbuffer()[HEADER:-TRAILER], dtype=ROW)
    return {name: rows[name].astype(np.int64) for name in NAMES}


def stay_habits(terminal: Terminal, at: datetime) -> Habits:
    """How long boxes for each place stay, by those that left lately; asked again in the next hour."""
    hour = int(at.timestamp()) // KNOWN_FOR_S
    return _habits_of_the_hour(str(terminal.public_id), terminal.pk, hour)


@lru_cache(maxsize=64)
def _habits_of_the_hour(_public_id: str, terminal_id: int, hour: int) -> Habits:
    at = datetime.fromtimestamp(hour * KNOWN_FOR_S, UTC)
    return _stay_habits(terminal_id, at)


def _stay_habits(terminal_id: int, at: datetime) -> Habits:
    with connection.cursor() as cursor:
        cursor.execute(STAYS, {"terminal": terminal_id, "since": at - LOOKED_BACK, "at": at, "few": FEW})
        return {
            (bound, full): (max(median, 1.0), shape_of(low, high))
            for bound, full, (low, median, high) in cursor.fetchall()
        }
