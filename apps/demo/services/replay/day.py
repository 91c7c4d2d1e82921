"""The happenings of a day as commands, one after the other."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import numpy as np
from django.db import transaction

from apps.calls import services as calls
from apps.calls.models import Call
from apps.containers import services as containers
from apps.containers.models import Hold, Visit
from apps.containers.selectors import what_stands_between
from apps.demo.services.replay.happenings import Happening, What, of_day
from apps.demo.services.traffic.carriers import ToldCarriers, moment
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.trains.consist import Consist, ConsistBox, ConsistWagon
from apps.trains.models import TrainVisit
from apps.trains.services import arrive_train, receive_consist
from apps.yard import services as yard
from apps.yard.models import WorkOrder
from terminal.equipment import SizeType
from terminal.errors import Refused
from terminal.identifiers import WagonScheme
from terminal.lifecycle import ON_SITE, Phase, Position, VisitState
from terminal.readiness import Owner, Step
from terminal.regimes import Direction, Goods, Regime
from terminal.throughput import Mode
from terminal.traffic import World
from terminal.traffic.boxes import GOODS, GOODS_OF_KIND, SIZES
from terminal.traffic.flows import TRAIN, TRUCK_IN, TRUCK_OUT
from terminal.traffic.moments import Numbers
from terminal.traffic.records import Records
from terminal.weights import Weighing
from terminal.work import Work

BY: Final = Actor.itself("replay")
WAGONS: Final = 55
ROAD: Final = (TRUCK_IN, TRUCK_OUT)
Progress = Callable[[str], object]


@dataclass
class Replayed:
    """What a replay did: happenings by kind, orders that were carried out by work, refusals by code."""

    happened: Counter[str] = field(default_factory=Counter)
    orders: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    unknown: int = 0
    """Boxes that left and of which the books had never heard: their arrival was told late."""


def replay(
    world: World, terminal: Terminal, source: str, *, start: datetime, end: datetime, progress: Progress
) -> Replayed:
    """Work everything that really happened from ``start`` until just before ``end`` through the terminal's commands.

    The terminal must stand as its records had it at ``start`` (``traffic.load``). Customs' word and the lifting of
    holds come just before a box leaves, for in truth it left. A command that is refused is counted under its code and
    nothing of it is done.
    """
    return _Replay(world, terminal, source, start, end, progress).whole()


@dataclass
class _Replay:
    world: World
    terminal: Terminal
    source: str
    start: datetime
    end: datetime
    progress: Progress

    def __post_init__(self) -> None:
        self.records = Records(self.world, int(self.end.timestamp()))
        self.told = ToldCarriers(self.records)
        self.done = Replayed()
        self.carriers: dict[tuple[int, int], Call] = {}
        self.since = WorkOrder.objects.order_by("pk").values_list("pk", flat=True).last() or 0

    def whole(self) -> Replayed:
        """Everything, in order."""
        self._couple_rakes()
        for each in of_day(self.world, int(self.start.timestamp()), int(self.end.timestamp())):
            self._work(each)
        new = WorkOrder.objects.filter(terminal=self.terminal, pk__gt=self.since, state="done")
        self.done.orders.update(new.values_list("kind", flat=True))
        return self.done

    def _couple_rakes(self) -> None:
        """Trains of taken-in history have no wagons: those that stand here now get an empty rake each."""
        standing = TrainVisit.objects.filter(
            call__terminal=self.terminal, call__phase__in=sorted(ON_SITE), wagons__isnull=True
        )
        for train in standing.select_related("call__terminal").order_by("pk"):
            receive_consist(train, Consist(_wagons(-train.pk, [])), by=BY, at=self.start)

    def _work(self, each: Happening) -> None:
        step = {
            What.ARRIVES: self._arrives,
            What.WORK_BEGINS: self._work_begins,
            What.BOX_COMES: self._comes,
            What.BOX_GOES: self._goes,
            What.READY: self._ready,
            What.DEPARTS: self._departs,
        }[each.what]
        try:
            with transaction.atomic():
                step(each, moment(each.at))
        except Refused as refusal:
            self.done.refused[f"{each.what.name.lower()}: {refusal.code()}"] += 1
        else:
            self.done.happened[each.what.name.lower()] += 1
        self.progress(each.what.name.lower())

    def _call(self, each: Happening) -> Call:
        """The carrier's call, announced now where the records did not know of it."""
        key = each.kind, each.number
        if key not in self.carriers:
            self.carriers[key] = self._known(each) or self._announced(each)
        return self.carriers[key]

    def _known(self, each: Happening) -> Call | None:
        reference = self.records.vehicles(*(_one(n) for n in (each.kind, each.number)))[0]
        known = Call.objects.filter(terminal=self.terminal, source=self.source, source_ref=reference)
        return known.select_related("terminal").first()

    def _announced(self, each: Happening) -> Call:
        mode = self.records.modes(_one(each.kind), _one(each.number))[0]
        number = self.told.number(each.kind, each.number)
        new = calls.NewCall(terminal=self.terminal, mode=Mode(mode), number=number, phase=Phase.ANNOUNCED)
        call = calls.announce_calls([new], by=BY, at=moment(each.at))[0]
        if each.kind == TRAIN:
            TrainVisit.objects.create(call=call)
        return call

    def _arrives(self, each: Happening, at: datetime) -> None:
        call = self._call(each)
        if each.kind != TRAIN:
            calls.arrive(call, by=BY, at=at)
            return
        train, _new = TrainVisit.objects.select_related("call__terminal").get_or_create(call=call)
        receive_consist(train, self._consist(each.number), by=BY, at=at)
        arrive_train(train, by=BY, at=at)
        call.refresh_from_db()

    def _work_begins(self, each: Happening, at: datetime) -> None:
        call = self._call(each)
        if call.phase == Phase.ARRIVED:
            calls.start_work(call, by=BY, at=at)

    def _ready(self, each: Happening, at: datetime) -> None:
        calls.finish_work(self._call(each), by=BY, at=at)

    def _departs(self, each: Happening, at: datetime) -> None:
        calls.depart(self._call(each), by=BY, at=at)

    def _consist(self, train: int) -> Consist:
        """The boxes that really stand on the train, two 20′ or one longer a wagon, and empty wagons behind."""
        boxes = self.world.boxes
        stays = np.flatnonzero((boxes.by_kind == TRAIN) & (boxes.by == train))
        loads = _paired([(int(stay), SIZES[boxes.size[stay]]) for stay in stays])
        numbers = dict(zip(stays.tolist(), self.records.boxes(stays), strict=True))
        return Consist(_wagons(train, [[self._on_wagon(*box, numbers) for box in enumerate(on, 1)] for on in loads]))

    def _on_wagon(self, position: int, box: tuple[int, str], numbers: dict[int, str]) -> ConsistBox:
        stay, size = box
        laden, gross = bool(self.world.boxes.kind[stay]), int(self.world.boxes.gross_kg[stay])
        return ConsistBox(position, numbers[stay], size, laden, gross, destination="")

    def _comes(self, each: Happening, at: datetime) -> None:
        call = self._call(each)
        visit = self._expected(each, call, at)
        if each.kind in ROAD:
            containers.arrive_visits([containers.Arrived(visit, Position.ON_CARRIER, call)], by=BY, at=at)
        work = Work.RECEIVE if each.kind in ROAD else Work.DISCHARGE
        order = yard.NewOrder(kind=work, visit=visit, call=call, reason=call.number)
        yard.carry_out_at_once([order], by=BY, at=at)

    def _expected(self, each: Happening, call: Call, at: datetime) -> Visit:
        number = self.records.boxes(_one(each.stay))[0]
        advised = containers.match_arrival(terminal=self.terminal, number=number, call=call, at=at)
        return advised or self._advised(each, number, call, at)

    def _advised(self, each: Happening, number: str, call: Call, at: datetime) -> Visit:
        boxes, stay = self.world.boxes, _one(each.stay)
        regime, direction = self.records.regimes(stay)
        advice = containers.Advice(
            terminal=self.terminal,
            number=number,
            size_type=SIZES[boxes.size[each.stay]],
            laden=bool(boxes.kind[each.stay]),
            goods=Goods(GOODS[GOODS_OF_KIND[boxes.kind[each.stay]]]),
            gross_kg=int(boxes.gross_kg[each.stay]),
            destination=self.records.destinations(stay)[0],
            regime=Regime(regime[0]),
            direction=Direction(direction[0]),
            arrival_call=call,
        )
        return containers.advise([advice], by=BY, at=at)[0]

    def _goes(self, each: Happening, at: datetime) -> None:
        number = self.records.boxes(_one(each.stay))[0]
        visit = self._here(number)
        if visit is None:
            self.done.unknown += 1
            return
        call = self._call(each)
        step = Step.GATE_OUT if each.kind in ROAD else Step.LOAD
        containers.describe([containers.Papers(visit=visit, departure_call=call)], by=BY, at=at)
        self._let_go(visit, step, at)
        work = Work.DELIVER if each.kind in ROAD else Work.LOAD
        yard.carry_out_at_once([yard.NewOrder(kind=work, visit=visit, call=call, reason=call.number)], by=BY, at=at)
        if each.kind in ROAD:
            visit.refresh_from_db()
            containers.leave_visits([visit], step=Step.GATE_OUT, by=BY, at=at)

    def _here(self, number: str) -> Visit | None:
        here = Visit.objects.filter(
            terminal=self.terminal, container__number=number, state=VisitState.ACTIVE.value
        ).exclude(position=Position.ON_CARRIER.value)
        return here.select_related("container", "terminal", "departure_call").first()

    def _let_go(self, visit: Visit, step: Step, at: datetime) -> None:
        """In truth the box left: whoever held it had lifted the hold, customs had agreed, and the mass was known."""
        for hold in Hold.objects.filter(visit=visit, lifted_at=None):
            containers.lift_hold(hold, by=BY, at=at)
        blockers = {each.code: each for each in what_stands_between(visit, step, at)}
        if any(code.startswith("permission") for code in blockers):
            reference = f"replay {visit.pk} {step.value}"
            containers.grant_permissions([visit], owner=Owner.CUSTOMS, steps=[step], reference=reference, by=BY, at=at)
        if "vgm-missing" in blockers:
            mass = visit.gross_kg or 20_000
            containers.note([containers.NewWeight(visit=visit, gross_kg=mass, how=Weighing.WEIGHBRIDGE)], by=BY, at=at)


def _one(value: int) -> Numbers:
    return np.array([value])


def _wagons(train: int, loads: list[list[ConsistBox]]) -> list[ConsistWagon]:
    """A rake of flat wagons, loaded in order, the rest empty."""
    places = range(max(WAGONS, len(loads)))
    return [
        ConsistWagon(
            sequence=place + 1,
            scheme=WagonScheme.CN7,
            number=f"{(train * 64 + place) % 10_000_000:07d}",
            wagon_type="X70",
            tare_kg=22_000,
            length_m=None,
            boxes=loads[place] if place < len(loads) else [],
        )
        for place in places
    ]


def _paired(boxes: list[tuple[int, str]]) -> list[list[tuple[int, str]]]:
    """Boxes wagon by wagon."""
    short = [each for each in boxes if SizeType.parse(each[1]).bays == 1]
    pairs = [short[n : n + 2] for n in range(0, len(short), 2)]
    return [*([each] for each in boxes if SizeType.parse(each[1]).bays > 1), *pairs]
