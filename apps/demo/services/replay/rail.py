"""Trains of a replayed day: papers, a track, box by box off and on, away."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np

from apps.calls import services as calls
from apps.calls.models import Call
from apps.containers import services as containers
from apps.demo.services.replay.ground import BY, Ground
from apps.demo.services.replay.happenings import Happening
from apps.trains.consist import Consist, ConsistBox, ConsistWagon
from apps.trains.models import TrainVisit
from apps.trains.services import arrive_train, depart_train, plan_discharge, plan_load, receive_consist
from terminal.equipment import SizeType
from terminal.identifiers import WagonScheme
from terminal.lifecycle import ON_SITE
from terminal.readiness import Step
from terminal.traffic.boxes import SIZES
from terminal.traffic.flows import TRAIN

WAGONS: Final = 55


@dataclass
class Rail:
    """What happens to trains."""

    ground: Ground

    def begin(self) -> None:
        """Trains of taken-in history have no wagons: those that stand here get theirs, with what is still on them."""
        start, stood = self.ground.start, self.ground.world.stood
        standing = TrainVisit.objects.filter(
            call__terminal=self.ground.terminal, call__phase__in=sorted(ON_SITE), wagons__isnull=True
        )
        here = {train.call_id: train for train in standing.select_related("call__terminal").order_by("pk")}
        first = self.ground.second(start)
        for number in np.flatnonzero((stood.arrived < first) & (stood.departed >= first)).tolist():
            call = self.ground.known_call(TRAIN, number)
            if call is not None and call.pk in here:
                self._take_papers(here.pop(call.pk), number, start)
        for train in here.values():
            receive_consist(train, Consist(_wagons(-train.pk, [])), by=BY, at=start)

    def arrives(self, each: Happening, at: datetime) -> None:
        """Its papers come, and it takes a track."""
        train = self._train(self.ground.call(TRAIN, each.number, at))
        self._take_papers(train, each.number, at)
        arrive_train(train, by=BY, at=at)
        self.ground.called[TRAIN, each.number] = train.call

    def _take_papers(self, train: TrainVisit, number: int, at: datetime) -> None:
        stays = self.ground.stays_by(TRAIN, number, self.ground.second(at))
        self.ground.expect(stays, train.call, at)
        receive_consist(train, Consist(_wagons(number, self._loads(stays))), by=BY, at=at)
        if stays:
            plan_discharge(train, by=BY, at=at)

    def _loads(self, stays: list[int]) -> list[list[ConsistBox]]:
        """Two 20′ or one longer box a wagon."""
        loads = _paired([(stay, SIZES[self.ground.world.boxes.size[stay]]) for stay in stays])
        return [[self._on_wagon(*box) for box in enumerate(on, 1)] for on in loads]

    def _on_wagon(self, position: int, box: tuple[int, str]) -> ConsistBox:
        stay, size = box
        boxes = self.ground.world.boxes
        laden, gross = bool(boxes.kind[stay]), int(boxes.gross_kg[stay])
        return ConsistBox(position, self.ground.number(stay), size, laden, gross, destination="")

    def work_begins(self, each: Happening, at: datetime) -> None:
        """The cranes take it on."""
        calls.start_work(self.ground.call(TRAIN, each.number, at), by=BY, at=at)

    def box_comes(self, each: Happening, at: datetime) -> None:
        """A box comes off."""
        call = self.ground.call(TRAIN, each.number, at)
        self.ground.carry_out_asked(self.ground.number(each.stay), call, at)

    def box_goes(self, each: Happening, at: datetime) -> None:
        """A box goes on, planned on this train at the last moment where it was not."""
        visit = self.ground.here(self.ground.number(each.stay))
        if visit is None:
            self.ground.done.unknown += 1
            return
        call = self.ground.call(TRAIN, each.number, at)
        containers.describe([containers.Papers(visit=visit, departure_call=call)], by=BY, at=at)
        self.ground.let_go(visit, Step.LOAD, at)
        [order] = plan_load(self._train(call), [visit], by=BY, at=at)
        self.ground.carry_out(order, at)

    def ready(self, each: Happening, at: datetime) -> None:
        """Nothing more is to be done."""
        calls.finish_work(self.ground.call(TRAIN, each.number, at), by=BY, at=at)

    def departs(self, each: Happening, at: datetime) -> None:
        """It leaves, and its track is free."""
        depart_train(self._train(self.ground.call(TRAIN, each.number, at)), by=BY, at=at)

    def _train(self, call: Call) -> TrainVisit:
        train, _new = TrainVisit.objects.select_related("call__terminal").get_or_create(call=call)
        return train


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
