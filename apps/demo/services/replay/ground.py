"""What every carrier of a replayed day is worked with: its call, its boxes as the books have them, and the yard."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Final

import numpy as np

from apps.calls import services as calls
from apps.calls.models import Call
from apps.containers import services as containers
from apps.containers.models import Hold, Visit
from apps.containers.selectors import what_stands_between
from apps.demo.services.papers import told_of
from apps.demo.services.traffic.carriers import ToldCarriers
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.parties.models import Party
from apps.yard import services as yard
from apps.yard.models import WorkOrder
from terminal.lifecycle import Phase, Position, VisitState
from terminal.readiness import Owner, Step
from terminal.regimes import Direction, Goods, Regime
from terminal.throughput import Mode
from terminal.traffic import World
from terminal.traffic.boxes import GOODS, GOODS_OF_KIND, SIZES
from terminal.traffic.moments import Numbers
from terminal.traffic.records import Records
from terminal.weights import Weighing

BY: Final = Actor.itself("replay")
UNWEIGHED: Final = frozenset({"vgm-missing", "gross-weight-missing"})
HEAVY_KG: Final = 20_000
"""What the weighbridge shows of a box of which nobody said anything."""


@dataclass
class Replayed:
    """What a replay did: happenings by kind, orders that were carried out by work, refusals by code."""

    happened: Counter[str] = field(default_factory=Counter)
    orders: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    unknown: int = 0
    """Boxes that left and of which the books had never heard: their arrival was told late."""


@dataclass
class Ground:
    """A generated world and the terminal at which its day is worked."""

    world: World
    terminal: Terminal
    source: str
    start: datetime
    end: datetime
    done: Replayed = field(default_factory=Replayed)
    called: dict[tuple[int, int], Call] = field(default_factory=dict)

    @cached_property
    def records(self) -> Records:
        """The world as the records have it when the day is over."""
        return Records(self.world, int(self.end.timestamp()))

    @cached_property
    def told(self) -> ToldCarriers:
        """Its carriers as people read them."""
        return ToldCarriers(self.records)

    @cached_property
    def parties(self) -> dict[str, Party]:
        """Every party by its code."""
        return {party.code: party for party in Party.objects.all()}

    def call(self, kind: int, number: int, at: datetime) -> Call:
        """The carrier's call, announced now where the records did not know of it."""
        key = kind, number
        if key not in self.called:
            self.called[key] = self.known_call(kind, number) or self._announced(kind, number, at)
        return self.called[key]

    def known_call(self, kind: int, number: int) -> Call | None:
        """The carrier's call as the records have it."""
        reference = self.records.vehicles(one(kind), one(number))[0]
        known = Call.objects.filter(terminal=self.terminal, source=self.source, source_ref=reference)
        return known.select_related("terminal").first()

    def _announced(self, kind: int, number: int, at: datetime) -> Call:
        new = calls.NewCall(
            terminal=self.terminal,
            mode=Mode(self.records.modes(one(kind), one(number))[0]),
            number=self.told.number(kind, number),
            phase=Phase.ANNOUNCED,
        )
        return calls.announce_calls([new], by=BY, at=at)[0]

    def number(self, stay: int) -> str:
        """The box's number."""
        return self.records.boxes(one(stay))[0]

    def stays_by(self, kind: int, number: int, since: int) -> list[int]:
        """The boxes a carrier brings from then on."""
        boxes = self.world.boxes
        return np.flatnonzero((boxes.by_kind == kind) & (boxes.by == number) & (boxes.in_at >= since)).tolist()

    def stays_on(self, kind: int, number: int, since: int) -> list[int]:
        """The boxes a carrier takes from then on."""
        boxes = self.world.boxes
        return np.flatnonzero((boxes.on_kind == kind) & (boxes.on == number) & (boxes.out_at >= since)).tolist()

    def expect(self, stays: Iterable[int], call: Call | None, at: datetime) -> None:
        """Let boxes be announced by whoever sends them, as they really were; the others nobody announced."""
        told, boxes = list(stays), self.world.boxes
        numbers: dict[str, Sequence[tuple[str, str]]] = {self.number(each): () for each in told}
        known = containers.match_arrivals(terminal=self.terminal, boxes=numbers, call=call, at=at) if call else {}
        late = [each for each in told if self.number(each) not in known and boxes.advised[each] < boxes.in_at[each]]
        containers.advise([self.advice(each, call) for each in late], by=BY, at=at)

    def advice(self, stay: int, call: Call | None) -> containers.Advice:
        """What its papers say of a box."""
        boxes, this = self.world.boxes, one(stay)
        regime, direction = self.records.regimes(this)
        number, size, laden = self.number(stay), SIZES[boxes.size[stay]], bool(boxes.kind[stay])
        goods = Goods(GOODS[GOODS_OF_KIND[boxes.kind[stay]]])
        return containers.Advice(
            terminal=self.terminal,
            number=number,
            size_type=size,
            laden=laden,
            goods=goods,
            gross_kg=int(boxes.gross_kg[stay]),
            destination=self.records.destinations(this)[0],
            regime=Regime(regime[0]),
            direction=Direction(direction[0]),
            arrival_call=call,
            references=[reference(stay)],
            roles=[(self.parties[self.records.shippers(this)[0]], "shipper")],
            notes=told_of(number, size, goods) if laden else (),
        )

    def here(self, number: str) -> Visit | None:
        """The box's visit if it stands in the yard."""
        here = Visit.objects.filter(terminal=self.terminal, container__number=number, state=VisitState.ACTIVE.value)
        found = here.exclude(position=Position.ON_CARRIER.value)
        return found.select_related("container", "terminal", "departure_call").first()

    def let_go(self, visit: Visit, step: Step, at: datetime) -> None:
        """In truth it left: its holds were lifted, customs had agreed, it was weighed, the carrier waited for it."""
        for hold in Hold.objects.filter(visit=visit, lifted_at=None):
            containers.lift_hold(hold, by=BY, at=at)
        blockers = {each.code for each in what_stands_between(visit, step, at)}
        if any(code.startswith("permission") for code in blockers):
            said = f"replay {visit.pk} {step.value}"
            containers.grant_permissions([visit], owner=Owner.CUSTOMS, steps=[step], reference=said, by=BY, at=at)
        if "cut-off-passed" in blockers and visit.departure_call is not None:
            calls.change_times(visit.departure_call, cut_off_at=at, by=BY, at=at)
        if blockers & UNWEIGHED:
            mass = visit.gross_kg or HEAVY_KG
            containers.note([containers.NewWeight(visit=visit, gross_kg=mass, how=Weighing.WEIGHBRIDGE)], by=BY, at=at)

    def carry_out(self, order: WorkOrder, at: datetime) -> None:
        """Hand an order out and confirm it; before it what stands on its box."""
        while True:
            given = yard.hand_out(order, equipment=None, by=BY, at=at)
            if yard.confirm(given, by=BY, at=at).pk == order.pk:
                return

    def carry_out_asked(self, number: str, call: Call, at: datetime) -> None:
        """Carry out what is asked for of a box at a carrier."""
        asked = WorkOrder.objects.open().filter(call=call, visit__container__number=number)
        self.carry_out(asked.order_by("pk").get(), at)

    def second(self, at: datetime) -> int:
        """A moment as the world counts."""
        return int(at.timestamp())


def reference(stay: int) -> tuple[str, str]:
    """Under which booking a box is known."""
    return ("booking", f"RPL{stay}")


def one(value: int) -> Numbers:
    """A single number, where many are asked for."""
    return np.array([value])
