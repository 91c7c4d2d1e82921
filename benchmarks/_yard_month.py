"""A generated month put into a yard box by box, by one policy or another, and what it had to be dug out again.

# Note [What the yard is told]
Nobody here looks ahead. At a moment the yard knows of a box what the terminal's records would hold then: where it is
bound for, since when it stands, the truck's appointment once it is made, the load list its planner would make for the
trains of the next day from what customs has let go (``load_lists``, as in the demo), and the carrier's own list from
its cut-off on: of a train when its loading begins, of a ship eight hours before it came. Times are planned times, of
carriers that stand here the usual stay. How long boxes for a place stay is learned from those that have left.

# Note [The same for every policy]
Boxes come and carriers are loaded at the moments of the world. Which of a train's or a ship's boxes is lifted next is
the terminal's choice: the one with the fewest boxes on it, as ``retrieval_order`` does it; a truck gets its own box.
What stands on a box is moved first, the highest first, never onto a stack that is being dug in, each to where the
policy would put it if it came now.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from terminal.regimes import Goods
from terminal.stacking import HOMES, Box
from terminal.stacking.placement import Known, Newcomer, Plot, Settled, Stacks, pulls_of, shape_of, weigh
from terminal.stacking.placement.outlook import (
    HERE_SPREAD_H,
    PLANNED_SPREAD_H,
    STAY_H,
    STAY_SHAPE,
    TRUCK_SPREAD_H,
)
from terminal.stacking.placement.weighing import USUAL
from terminal.traffic import World
from terminal.traffic.boxes import GOODS, GOODS_OF_KIND, IS_20
from terminal.traffic.flows import LOADED_FROM, SHIP, TRAIN, TRUCK_OUT
from terminal.traffic.moments import DAY, HOUR, Moments, Numbers
from terminal.traffic.records import Records
from terminal.traffic.stocks import looks, yard_teu

WARM_UP: Final = 7 * DAY
"""Before the window: the yard fills, and nothing is counted."""
REFRESHED: Final = 2 * HOUR
LEARNED: Final = DAY
LOOKED_BACK: Final = 21 * DAY
FEW: Final = 20
USUAL_H: Final = {TRAIN: 5.0, SHIP: 10.0}
"""From a carrier's arrival to the middle of its loading."""
CUT_OFF_H: Final = {TRAIN: -LOADED_FROM, SHIP: 8.0}
"""Before the arrival: when the list is closed."""

Lists = Callable[[Records], tuple[Numbers, Numbers]]
Policy = Callable[["Month", Newcomer], int | None]


def mean_teu(world: World) -> float:
    """TEU standing in the window on average."""
    return float(yard_teu(world, looks(world)).mean())


def shrunk(plots: list[Plot], share: float) -> list[Plot]:
    """The blocks with so much of their length: whole pairs of bays."""
    return [
        Plot(each.block_id, each.code, each.kind, max(2, 2 * round(each.bays * share / 2)), each.rows, each.tiers)
        for each in plots
    ]


@dataclass
class Month:
    """One run: ``policy`` puts the boxes of ``world`` into ``plots``, and what it had to lift for that."""

    world: World
    plots: list[Plot]
    policy: Policy
    lists: Lists
    seed: int = 0
    listens: bool = True
    """Whether the policy wants to know when boxes leave; it is quicker to tell it nothing."""
    retrievals: int = 0
    rehandles: int = 0
    without_place: int = 0

    def __post_init__(self) -> None:
        self.stacks, self.draw = Stacks(self.plots), np.random.default_rng(self.seed)
        self.known = Knowledge(self.world, self.lists)
        self.outside: set[int] = set()
        self.now, self.counting, self.told = 0, False, -(10**10)

    def run(self) -> "Month":
        """From before the window to its end."""
        waiting = self._by_carrier()
        for at, leaves, stay in self._events():
            self.now, self.counting = at, at >= self.world.start
            if self.listens and at - self.told >= REFRESHED:
                self._hear()
            if leaves:
                self._retrieve(self._next_of(stay, waiting))
            else:
                self._put(stay)
        return self

    @property
    def ratio(self) -> float:
        """Rehandles per retrieval."""
        return self.rehandles / max(self.retrievals, 1)

    def newcomer(self, stay: int) -> Newcomer:
        """A box as the terminal knows it now."""
        return self.known.newcomer(stay, self.now, listens=self.listens)

    def _events(self) -> Iterator[tuple[int, bool, int]]:
        boxes, end = self.world.boxes, self.world.end
        mine = np.flatnonzero((boxes.in_at >= self.world.start - WARM_UP) & (boxes.in_at < end))
        comes = [(int(boxes.in_at[stay]), False, int(stay)) for stay in mine]
        goes = [(int(boxes.out_at[stay]), True, int(stay)) for stay in mine if boxes.out_at[stay] < end]
        yield from sorted(comes + goes)

    def _by_carrier(self) -> dict[tuple[int, int], set[int]]:
        boxes, found = self.world.boxes, defaultdict(set)
        for _at, leaves, stay in self._events():
            if leaves:
                found[int(boxes.on_kind[stay]), int(boxes.on[stay])].add(stay)
        return found

    def _next_of(self, stay: int, waiting: dict[tuple[int, int], set[int]]) -> int:
        """Which box of the carrier is lifted now. See Note [The same for every policy]."""
        boxes = self.world.boxes
        carrier = int(boxes.on_kind[stay]), int(boxes.on[stay])
        if carrier[0] != TRUCK_OUT:
            here = [each for each in waiting[carrier] if each in self.stacks.slots or each in self.outside]
            stay = min(here, key=lambda each: (self._on_top(each), int(boxes.out_at[each]), each))
        waiting[carrier].discard(stay)
        return stay

    def _on_top(self, stay: int) -> int:
        return 0 if stay in self.outside else len(self.stacks.above(stay))

    def _hear(self) -> None:
        """Let what stands be known as it is known now."""
        self.told = self.now
        stays = np.array(sorted(self.stacks.slots), dtype=np.int64)
        self.known.hear(stays, self.now)
        stacks, boxes = self.stacks, self.stacks.boxes
        slots = np.array([stacks.slots[each] for each in stays.tolist()], dtype=np.int64)
        under = boxes.stack[slots]
        stacks.fill(
            Settled(
                stays, stacks.plot[under], stacks.bay[under], stacks.row[under], boxes.tier[slots], boxes.bays[slots],
                boxes.kg[slots], boxes.laden[slots], self.known.call[stays], self.known.bound[stays],
                self.known.pulls(stays, self.now),
            )
        )  # fmt: skip

    def _put(self, stay: int) -> None:
        new = self.newcomer(stay)
        stack = self.policy(self, new)
        if stack is None:
            self.without_place += self.counting
            self.outside.add(stay)
        else:
            self.stacks.put(new, stack)

    def _retrieve(self, stay: int) -> None:
        self.retrievals += self.counting
        if stay in self.outside:
            self.outside.discard(stay)
            return
        on_top = self.stacks.above(stay)
        dug = sorted({stack for each in (stay, *on_top) for stack in self.stacks.under(each)})
        self.stacks.shut[dug] = True
        for each in on_top:
            self.stacks.lift(each)
            self._put(each)
            self.rehandles += self.counting
        self.stacks.lift(stay)
        self.stacks.shut[dug] = False


@dataclass
class Knowledge:
    """What the yard has been told. See Note [What the yard is told]."""

    world: World
    lists: Lists
    learned: int = field(default=-(10**10))

    def __post_init__(self) -> None:
        boxes, many = self.world.boxes, len(self.world.boxes)
        places = Records(self.world, self.world.end).destinations(np.arange(many))
        numbers = {code: at for at, code in enumerate(sorted(set(places) - {""}), start=1)}
        self.bound = np.array([numbers.get(code, 0) for code in places], dtype=np.int64)
        self.laden = boxes.kind > 0
        self.kin = self.bound * 2 + self.laden
        self.median_h = np.full(2 * len(numbers) + 2, STAY_H)
        self.shape = np.full(2 * len(numbers) + 2, STAY_SHAPE)
        self.call = np.zeros(many, dtype=np.int64)
        self.due, self.spread_h = np.full(many, np.nan), np.full(many, np.nan)
        self.bays = np.where(IS_20[boxes.size], 1, 2)
        self.goods = [Goods(GOODS[each]) for each in GOODS_OF_KIND[boxes.kind].tolist()]

    def newcomer(self, stay: int, now: int, *, listens: bool) -> Newcomer:
        """A box as it is known now; of its departure nothing to who does not listen."""
        goods, kg = self.goods[stay], int(self.world.boxes.gross_kg[stay])
        return Newcomer(
            ident=stay,
            box=Box(int(self.bays[stay]), kg, goods),
            pull=self.pulls(np.array([stay]), now)[0] if listens else USUAL,
            homes=HOMES[goods],
            laden=bool(self.laden[stay]),
            call=int(self.call[stay]),
            bound=int(self.bound[stay]),
        )

    def pulls(self, stays: Numbers, now: int) -> Any:
        """What draws these boxes out of the yard."""
        kin = self.kin[stays]
        age_h = (now - self.world.boxes.in_at[stays]) / HOUR
        due_h = (self.due[stays] - now) / HOUR
        return pulls_of(Known(age_h, self.median_h[kin], self.shape[kin], due_h, self.spread_h[stays]))

    def hear(self, standing: Numbers, now: int) -> None:
        """What is planned for the boxes that stand."""
        if now - self.learned >= LEARNED:
            self._learn(now)
        self.call[:], self.due[:] = 0, np.nan
        boxes, world = self.world.boxes, self.world
        stays, train = self.lists(Records(world, now))
        open_list = world.stood.arrived[train] + LOADED_FROM * HOUR > now
        stays, train = stays[open_list], train[open_list]
        planned = world.trains.planned_arrival[train] + USUAL_H[TRAIN] * HOUR
        self._plan(stays, TRAIN, train, planned, PLANNED_SPREAD_H)
        fetched = standing[boxes.on_kind[standing] == TRUCK_OUT]
        fetched = fetched[world.fetching.announced[boxes.on[fetched]] <= now]
        slot = world.fetching.slot[boxes.on[fetched]] + HOUR // 2
        self._plan(fetched, TRUCK_OUT, boxes.on[fetched], slot, TRUCK_SPREAD_H)
        for kind, arrived in ((TRAIN, world.stood.arrived), (SHIP, world.ships.arrived)):
            mine = standing[boxes.on_kind[standing] == kind]
            mine = mine[arrived[boxes.on[mine]] - CUT_OFF_H[kind] * HOUR <= now]
            self._plan(mine, kind, boxes.on[mine], arrived[boxes.on[mine]] + USUAL_H[kind] * HOUR, HERE_SPREAD_H)

    def _plan(self, stays: Numbers, kind: int, carrier: Numbers, due: Any, spread_h: float) -> None:
        self.call[stays] = (kind + 1) * 10**7 + carrier
        self.due[stays], self.spread_h[stays] = due, spread_h

    def _learn(self, now: int) -> None:
        """How long boxes for each place stayed of which it had been told by now that they left."""
        self.learned = now
        boxes, went = self.world.boxes, self.world.told.went
        gone = np.flatnonzero((went <= now) & (boxes.out_at > now - LOOKED_BACK))
        stayed = (boxes.out_at[gone] - boxes.in_at[gone]) / HOUR
        for kin in np.unique(self.kin[gone]):
            hours: Moments = stayed[self.kin[gone] == kin]
            if len(hours) >= FEW:
                low, median, high = np.percentile(hours, (16, 50, 84))
                self.median_h[kin], self.shape[kin] = max(median, 1.0), shape_of(low, high)


def best(month: Month, new: Newcomer) -> int | None:
    """The place the terminal's own rules would suggest first."""
    return next(iter(weigh(month.stacks, new).best(1)), None)


def at_random(month: Month, new: Newcomer) -> int | None:
    """Any possible place in the best kind of block that has one."""
    for kind in new.homes:
        lower = month.stacks.free(new, kind).lower
        if len(lower):
            return int(month.draw.choice(lower))
    return None


def first_fit(month: Month, new: Newcomer) -> int | None:
    """The lowest tier; of those the first block, bay, row."""
    for kind in new.homes:
        lower = month.stacks.free(new, kind).lower
        if len(lower):
            return int(lower[np.argmin(month.stacks.height[lower])])
    return None
