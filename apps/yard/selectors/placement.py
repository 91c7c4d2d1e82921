"""The yard as the rules of placement want it: every stack, every box in it, and when each is expected to leave."""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

import numpy as np
from django.core.cache import cache
from django.db import connection

from apps.containers.models import Visit
from apps.network.models import Terminal
from apps.yard.models import Block, BlockClosure, HeldCell
from apps.yard.selectors.grounds import box_of, closed_bays
from apps.yard.selectors.practice import natures_of, neighbourhood
from terminal.lifecycle import ON_SITE, Phase
from terminal.regimes import Regime
from terminal.stacking import Place, homes_of
from terminal.stacking.placement import (
    Known,
    Newcomer,
    Plot,
    RuledOut,
    Settled,
    Stacks,
    Suggestion,
    pulls_of,
    shape_of,
    suggest,
    weigh,
    why_not,
)
from terminal.stacking.placement.boxes import Numbers
from terminal.stacking.placement.outlook import (
    HERE_SPREAD_H,
    PLANNED_SPREAD_H,
    STAY_H,
    STAY_SHAPE,
    TRUCK_SPREAD_H,
    Floats,
    median_h,
)
from terminal.stacking.practice import Nature, Neighbourhood, Resident, class_is_unknown
from terminal.throughput import site_day

BONDED: Final = frozenset({Regime.BONDED_ENTRY, Regime.BONDED_PROCESSING, Regime.BONDED_REMOVAL})
LOOKED_BACK: Final = timedelta(days=21)
"""How far back past stays are asked how long boxes for a place stay (ours)."""
FEW: Final = 20
"""Fewer stays than that say nothing."""
KNOWN_FOR_S: Final = 3600
"""How long what past stays say is good, in seconds."""

Found = TypeVar("Found")
Habits = dict[tuple[str, bool | None], tuple[float, float]]
"""By destination and whether laden: the median stay in hours and its shape."""

# Note [Columns at once]
# A suggestion looks at every box that stands, some thousands. One row of arrays is read in a fraction of the time that
# as many rows of models take, and it is asked for the blocks that matter only.
FACTS: Final = """
SELECT array_agg(visit), array_agg(block), array_agg(bay), array_agg("row"), array_agg(tier), array_agg(bays),
       array_agg(kg), array_agg(laden), array_agg(bound), array_agg(call), array_agg(age), array_agg(due),
       array_agg(spread)
FROM (SELECT v.id AS visit, s.block_id AS block, s.bay, s."row", s.tier, s.bays, coalesce(v.gross_kg, 0) AS kg,
             CASE WHEN v.laden THEN 1 WHEN NOT v.laden THEN 0 ELSE -1 END AS laden, v.destination AS bound,
             coalesce(c.id, 0) AS call,
             extract(epoch FROM %(at)s - coalesce(v.arrived_at, %(at)s))::float8 / 3600 AS age,
             coalesce(extract(epoch FROM coalesce(c.estimated_departure_at, c.scheduled_departure_at, c.arrived_at,
                              c.estimated_arrival_at, c.scheduled_arrival_at) - %(at)s)::float8 / 3600, 'NaN') AS due,
             CASE WHEN c.mode = 'road' THEN %(truck)s WHEN c.phase = ANY(%(on_site)s) THEN %(here)s ELSE %(planned)s END
               ::float8 AS spread
      FROM containers_visit v LEFT JOIN yard_standing s ON s.visit_id = v.id
      LEFT JOIN calls_call c ON c.id = v.departure_call_id AND c.phase = ANY(%(to_come)s)
      WHERE {where}) facts
"""
STANDING: Final = FACTS.format(where="s.block_id = ANY(%(blocks)s) AND NOT v.id = ANY(%(visits)s)")
COMING: Final = FACTS.format(where="v.id = ANY(%(visits)s)")

STAYS: Final = """
SELECT destination, laden, count(*),
       percentile_cont(ARRAY[0.16, 0.5, 0.84])
         WITHIN GROUP (ORDER BY extract(epoch FROM departed_at - arrived_at)::float8 / 3600)
FROM containers_visit
WHERE terminal_id = %(terminal)s AND arrived_at >= %(since)s AND arrived_at <= %(at)s AND departed_at <= %(at)s
GROUP BY destination, laden HAVING count(*) >= %(few)s
"""


@dataclass(frozen=True)
class YardNow:
    """A yard at a moment, and the boxes that are to be placed, as the rules want them.

    ``apart``: the neighbours that matter to dangerous goods and reefers among them; None: there are none of those.
    """

    stacks: Stacks
    newcomers: dict[int, Newcomer]
    natures: dict[int, Nature]
    apart: Neighbourhood | None

    def best(self, visit_id: int) -> Place | None:
        """The best place for a box; None when there is none."""
        found = self._with_room(
            visit_id, lambda new: [] if (stack := weigh(self.stacks, new).best()) is None else [stack]
        )
        return self.stacks.place(found[0]) if found else None

    def suggestions(self, visit_id: int, most: int) -> list[Suggestion]:
        """The best places for a box, explained."""
        return self._with_room(visit_id, lambda new: suggest(self.stacks, new, most=most))

    def why_not(self, visit_id: int) -> list[RuledOut]:
        """Which rule ruled out how many places for a box."""
        with self._apart_from(self.natures[visit_id]):
            return why_not(self.stacks, self.newcomers[visit_id])

    def expected_h(self, visit_id: int) -> float:
        """In how many hours the box is as likely gone as not."""
        return median_h(self.newcomers[visit_id].pull)

    def put(self, visit_id: int, place: Place, cell: str) -> None:
        """The box has been given that place: the next one finds it there."""
        new = self.newcomers[visit_id]
        self.stacks.put(new, self.stacks.stack_of(place.block_id, place.bay, place.row))
        if self.apart is not None:
            nature = self.natures[visit_id]
            self.apart.add(Resident(nature, new.box, place.bay, place.row, place.tier, cell), place.block_id)

    # Note [Dangerous goods of unknown class]
    # Where nobody said what dangerous goods a box holds, it is kept as far from others as any could need. Where there
    # is no such place left it is given one all the same: it is here, hangs on a hook, and it must be known where it
    # stands. It is flagged until its class is noted; ``place`` and ``move`` refuse.
    def _with_room(self, visit_id: int, find: Callable[[Newcomer], list[Found]]) -> list[Found]:
        new, nature = self.newcomers[visit_id], self.natures[visit_id]
        with self._apart_from(nature):
            found = find(new)
        return find(new) if not found and class_is_unknown(nature) else found

    @contextmanager
    def _apart_from(self, nature: Nature) -> Iterator[None]:
        """As the yard looks to a box of that nature: where its neighbours or the lack of a plug bar it, all is shut."""
        shut = self.stacks.shut.copy()
        if self.apart is not None and (nature.live or nature.classes):
            self.stacks.close(self.apart.barred(nature))
        yield
        self.stacks.shut = shut


def yard_now(
    terminal: Terminal, visits: Collection[Visit], at: datetime, *, blocks: Iterable[Block] | None = None
) -> YardNow:
    """The blocks in which these visits' boxes belong, what stands there, and the boxes themselves. See YardNow.

    A stack takes nothing in which a cell is held for another box, nor one that a box of ``visits`` stands in now. Five
    queries, however many boxes stand, and one an hour; some more for dangerous goods and reefers. ``blocks`` of the
    terminal, where they are known, spare one.
    """
    every = list(Block.objects.filter(terminal=terminal) if blocks is None else blocks)
    homes = {visit.pk: homes_of(box_of(visit).goods, bonded=visit.regime in BONDED) for visit in visits}
    mine = [block for block in every if any(block.kind in kinds for kinds in homes.values())]
    stacks = Stacks(
        (Plot(block.pk, block.code, block.kind, block.bays, block.rows, block.tiers) for block in mine),
        terminal.stacking_tolerance_kg,
    )
    told = _Told(at, stay_habits(terminal, at), [block.pk for block in mine], [visit.pk for visit in visits])
    _fill(stacks, told.facts(STANDING))
    coming = told.facts(COMING)
    stacks.close(_out_of_bounds(mine, told.visits, at))
    stacks.close(coming.stacks())
    natures = natures_of(visits)
    return YardNow(stacks, _newcomers(visits, coming, homes), natures, _neighbours(every, natures, terminal, at))


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
            (bound, laden): (max(median, 1.0), shape_of(low, high))
            for bound, laden, _count, (low, median, high) in cursor.fetchall()
        }


@dataclass(frozen=True)
class _Facts:
    """Columns of boxes, equally long: where each stands (if it does), and what is known of it."""

    visit: list[int]
    block: list[int | None]
    cells: list[list[Any]]
    kg: Numbers
    laden: Numbers
    bound: Numbers
    call: Numbers
    pull: Floats

    def stacks(self) -> Iterator[tuple[int, int, int]]:
        """The stacks (block, bay, row) in which these boxes stand."""
        for block, bay, row, _tier, bays in zip(self.block, *self.cells, strict=True):
            if block is not None:
                yield from ((block, bay + n, row) for n in range(bays))


LADEN: Final = {1: True, 0: False, -1: None}
USUAL: Final = STAY_H, STAY_SHAPE


@dataclass(frozen=True)
class _Told:
    """What is asked of the boxes of some visits and of those that stand in some blocks."""

    at: datetime
    habits: Habits
    blocks: list[int]
    visits: list[int]
    bounds: dict[str, int] = field(default_factory=lambda: {"": 0})

    def facts(self, sql: str) -> _Facts:
        """The answer to ``STANDING`` or ``COMING``. See Note [Columns at once]."""
        asked: dict[str, Any] = {"at": self.at, "blocks": self.blocks, "visits": self.visits, **CALLS}
        with connection.cursor() as cursor:
            cursor.execute(sql, asked)
            visit, block, *cells, kg, laden, bound, call, age, due, spread = (each or [] for each in cursor.fetchone())
        stays = [self.habits.get((code, LADEN[full]), USUAL) for code, full in zip(bound, laden, strict=True)]
        medians, shapes = _floats(stays).reshape(-1, 2).T
        known = Known(_floats(age), medians, shapes, _floats(due), _floats(spread))
        numbered = _numbers([self.bounds.setdefault(code, len(self.bounds)) for code in bound])
        return _Facts(visit, block, cells, _numbers(kg), _numbers(laden), numbered, _numbers(call), pulls_of(known))


CALLS: Final[dict[str, Any]] = {
    "on_site": sorted(ON_SITE),
    "to_come": sorted({Phase.SCHEDULED, Phase.ANNOUNCED, *ON_SITE}),
    "truck": TRUCK_SPREAD_H,
    "here": HERE_SPREAD_H,
    "planned": PLANNED_SPREAD_H,
}


def _numbers(column: Any) -> Numbers:
    return np.array(column, dtype=np.int64)


def _floats(column: Any) -> Floats:
    return np.array(column, dtype=np.float64)


def _fill(stacks: Stacks, facts: _Facts) -> None:
    plots = {plot.block_id: number for number, plot in enumerate(stacks.plots)}
    bay, row, tier, bays = (_numbers(each) for each in facts.cells)
    plot = _numbers([plots[each] for each in facts.block if each is not None])
    known = (facts.kg, facts.laden, facts.call, facts.bound, facts.pull)
    stacks.fill(Settled(_numbers(facts.visit), plot, bay, row, tier, bays, *known))


def _newcomers(visits: Iterable[Visit], facts: _Facts, homes: dict[int, tuple[str, ...]]) -> dict[int, Newcomer]:
    place = {visit: number for number, visit in enumerate(facts.visit)}
    return {
        visit.pk: Newcomer(
            ident=visit.pk,
            box=box_of(visit),
            pull=facts.pull[place[visit.pk]],
            homes=homes[visit.pk],
            laden=visit.laden,
            call=int(facts.call[place[visit.pk]]),
            bound=int(facts.bound[place[visit.pk]]),
        )
        for visit in visits
    }


def _out_of_bounds(blocks: list[Block], visits: list[int], at: datetime) -> Iterator[tuple[int, int, int]]:
    """Stacks (block, bay, row) that take nothing in for these visits' boxes."""
    by_number = {block.pk: block for block in blocks}
    for closure in BlockClosure.objects.filter(block__in=by_number).in_force(at):
        block = by_number[closure.block_id]
        for bay in closed_bays(closure, block.bays):
            yield from ((block.pk, bay, row) for row in range(1, block.rows + 1))
    held = HeldCell.objects.filter(block__in=by_number, until__gt=at).exclude(order__visit__in=visits)
    yield from held.values_list("block_id", "bay", "row")


def _neighbours(
    blocks: list[Block], natures: dict[int, Nature], terminal: Terminal, at: datetime
) -> Neighbourhood | None:
    """The neighbours of those boxes that keep a distance or need a plug; that empties stand apart the stacks know."""
    asking = [each for each in natures.values() if each.live or each.classes]
    return neighbourhood(blocks, asking, site_day(at, terminal.zone)) if asking else None
