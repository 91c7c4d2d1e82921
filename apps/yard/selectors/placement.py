"""The yard as the rules of placement want it: every stack, every box in it, and when each is expected to leave."""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

import numpy as np

from apps.containers.models import Visit
from apps.network.models import Terminal
from apps.yard.models import Block
from apps.yard.selectors.expected import Columns, Outlook
from apps.yard.selectors.grounds import box_of
from apps.yard.selectors.practice import natures_of, neighbourhood
from terminal.regimes import Regime
from terminal.stacking import Place, homes_of
from terminal.stacking.placement import Newcomer, Plot, RuledOut, Settled, Stacks, Suggestion, suggest, weigh, why_not
from terminal.stacking.placement.outlook import median_h
from terminal.stacking.practice import Nature, Neighbourhood, Resident, class_is_unknown
from terminal.throughput import site_day

BONDED: Final = frozenset({Regime.BONDED_ENTRY, Regime.BONDED_PROCESSING, Regime.BONDED_REMOVAL})
Found = TypeVar("Found")


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
        found = self._with_room(visit_id, lambda new: weigh(self.stacks, new).best(1))
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

    A stack takes nothing in which a cell is held for another box, nor one that a box of ``visits`` stands in now. Four
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
    outlook = Outlook(terminal, at, [block.pk for block in mine], [visit.pk for visit in visits])
    _fill(stacks, outlook.standing())
    coming = outlook.coming()
    for block, first_bay, last_bay, first_row, last_row in outlook.shut():
        stacks.close_all(block, range(first_bay, last_bay + 1), range(first_row, last_row + 1))
    stacks.close(coming.stacks())
    natures = natures_of(visits)
    return YardNow(stacks, _newcomers(visits, coming, homes), natures, _neighbours(every, natures, terminal, at))


def _fill(stacks: Stacks, boxes: Columns) -> None:
    blocks = np.array([plot.block_id for plot in stacks.plots], dtype=np.int64)
    order = np.argsort(blocks)
    plot = order[np.searchsorted(blocks, boxes.block, sorter=order)]
    cells = (boxes.bay, boxes.row, boxes.tier, boxes.bays)
    known = (boxes.kg, boxes.laden, boxes.call, boxes.bound)
    stacks.fill(Settled(boxes.visit, plot, *cells, *known, pull=boxes.pull))


def _newcomers(visits: Iterable[Visit], coming: Columns, homes: dict[int, tuple[str, ...]]) -> dict[int, Newcomer]:
    place = {visit: number for number, visit in enumerate(coming.visit.tolist())}
    return {
        visit.pk: Newcomer(
            ident=visit.pk,
            box=box_of(visit),
            pull=coming.pull[place[visit.pk]],
            homes=homes[visit.pk],
            laden=visit.laden,
            call=int(coming.call[place[visit.pk]]),
            bound=int(coming.bound[place[visit.pk]]),
        )
        for visit in visits
    }


def _neighbours(
    blocks: list[Block], natures: dict[int, Nature], terminal: Terminal, at: datetime
) -> Neighbourhood | None:
    """The neighbours of those boxes that keep a distance or need a plug; that empties stand apart the stacks know."""
    asking = [each for each in natures.values() if each.live or each.classes]
    return neighbourhood(blocks, asking, site_day(at, terminal.zone)) if asking else None
