"""Ships and barges of a replayed day: their lists, box by box off and on, or straight onto a train, and away."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
import orjson
from stdnum import imo

from apps.calls import services as calls
from apps.calls.models import Call
from apps.containers import services as containers
from apps.demo.services import papers
from apps.demo.services.replay.ground import BY, Ground
from apps.demo.services.replay.happenings import Happening, crossings
from apps.ships import services as ships
from apps.ships.models import ShipCall, StowageLine
from apps.ships.stowage import COLUMNS, read_stowage_list
from apps.trains.models import TrainVisit
from terminal.readiness import Step
from terminal.stowage import StowageList
from terminal.throughput import Mode
from terminal.traffic.boxes import GOODS, GOODS_OF_KIND, SIZES
from terminal.traffic.flows import SHIP, TRAIN
from terminal.traffic.parameters import LINES, SERVICES

NO_SUCH_BOX: Final = "no such box is known here"
VERIFIED_BY: Final = "shipper"
ROWS, TIERS = 8, 4
"""How boxes are stowed on board: so many beside and above each other, bay after bay."""


@dataclass
class Sea:
    """What happens to ships and barges."""

    ground: Ground

    def __post_init__(self) -> None:
        self.straight = crossings(
            self.ground.world, self.ground.second(self.ground.start), self.ground.second(self.ground.end)
        )

    def begin(self) -> None:
        """Ships of taken-in history have no lists: those that are here get theirs, of what is still to be worked."""
        world, first = self.ground.world, self.ground.second(self.ground.start)
        for number in np.flatnonzero((world.ships.arrived < first) & (world.ships.departed >= first)).tolist():
            if self.ground.known_call(SHIP, number) is not None:
                self._take_lists(number, self.ground.start)

    def arrives(self, each: Happening, at: datetime) -> None:
        """Its lists come, and it is at the quay."""
        self._take_lists(each.number, at)
        calls.arrive(self.ground.call(SHIP, each.number, at), by=BY, at=at)

    def _take_lists(self, number: int, at: datetime) -> None:
        ship, since = self._ship(number, at), self.ground.second(at)
        brings, takes = self.ground.stays_by(SHIP, number, since), self.ground.stays_on(SHIP, number, since)
        self.ground.expect(brings, ship.call, at)
        for which, stays in ((StowageList.DISCHARGE, brings), (StowageList.LOAD, takes)):
            if stays:
                sheet = orjson.dumps([self._line(which, turn, stay) for turn, stay in enumerate(stays)])
                ships.receive_list(ship, which, read_stowage_list(sheet), by=BY, at=at)
        off = [self.ground.number(stay) for stay in brings if stay not in self.straight]
        if off:
            ships.plan_discharge(ship, _lines(ship, StowageList.DISCHARGE, off), by=BY, at=at)

    def _ship(self, number: int, at: datetime) -> ShipCall:
        call = self.ground.call(SHIP, number, at)
        known = ShipCall.objects.filter(call=call).select_related("call__terminal", "line").first()
        return known or self._entered(call, int(self.ground.world.ships.line[number]))

    def _entered(self, call: Call, line: int) -> ShipCall:
        if call.mode == Mode.BARGE:
            return ships.enter_ship(call, name="Grand Canal 7", by=BY)
        hull = f"{900_000 + line}"
        owner = next((party for party in self.ground.parties.values() if party.name == LINES[line].carrier), None)
        number = hull + imo.calc_check_digit(hull)
        return ships.enter_ship(call, name=f"{LINES[line].carrier} {line + 1}", imo=number, line=owner, by=BY)

    def _line(self, which: StowageList, turn: int, stay: int) -> dict[str, Any]:
        boxes, number = self.ground.world.boxes, self.ground.number(stay)
        laden, goods = bool(boxes.kind[stay]), GOODS[GOODS_OF_KIND[boxes.kind[stay]]]
        said: dict[str, Any] = dict.fromkeys(COLUMNS, "")
        said |= {"container_number": number, "size_type": SIZES[boxes.size[stay]]}
        said |= {"laden": "yes" if laden else "no", "gross_kg": int(boxes.gross_kg[stay]), "stow": _stow(turn)}
        if laden and goods == "dangerous_goods":
            said["un_number"], said["imdg_class"] = papers.dangerous_goods(number)
        if laden and goods == "reefer":
            said["celsius"] = str(papers.set_point(number))
        if which is StowageList.LOAD:
            verified = {"vgm_kg": int(boxes.gross_kg[stay]), "vgm_method": 1, "vgm_by": VERIFIED_BY}
            return said | (verified if laden else {})
        onward = SERVICES[self.ground.world.trains.service[boxes.on[stay]]].code if stay in self.straight else ""
        return said | {"onward": onward}

    def work_begins(self, each: Happening, at: datetime) -> None:
        """The cranes take it on."""
        calls.start_work(self.ground.call(SHIP, each.number, at), by=BY, at=at)

    def box_comes(self, each: Happening, at: datetime) -> None:
        """A box comes off."""
        self.ground.carry_out_asked(self.ground.number(each.stay), self.ground.call(SHIP, each.number, at), at)

    def box_crosses(self, each: Happening, at: datetime) -> None:
        """A box goes straight from the ship onto the train."""
        ship = self._ship(each.number, at)
        onward = self.ground.call(TRAIN, int(self.ground.world.boxes.on[each.stay]), at)
        [line] = _lines(ship, StowageList.DISCHARGE, [self.ground.number(each.stay)])
        visit = line.visit
        assert visit is not None  # every box of a discharge list has its visit
        containers.describe([containers.Papers(visit=visit, departure_call=onward)], by=BY, at=at)
        self.ground.let_go(visit, Step.LOAD, at)
        train = TrainVisit.objects.select_related("call__terminal").get(call=onward)
        ships.plan_transfer(ship, train, by=BY, at=at)
        self.ground.carry_out_asked(line.number, ship.call, at)

    def box_goes(self, each: Happening, at: datetime) -> None:
        """A box goes on, planned on this ship at the last moment where it was not."""
        visit = self.ground.here(self.ground.number(each.stay))
        if visit is None:
            self.ground.done.unknown += 1
            return
        call = self.ground.call(SHIP, each.number, at)
        containers.describe([containers.Papers(visit=visit, departure_call=call)], by=BY, at=at)
        self.ground.let_go(visit, Step.LOAD, at)
        ship = self._ship(each.number, at)
        [order] = ships.plan_load(ship, _lines(ship, StowageList.LOAD, [visit.container.number]), by=BY, at=at)
        self.ground.carry_out(order, at)

    def ready(self, each: Happening, at: datetime) -> None:
        """Nothing more is to be done: what is listed and not known here is struck off."""
        ship = self._ship(each.number, at)
        lost = StowageLine.objects.filter(ship=ship).of_list(StowageList.LOAD).listed()
        unknown = [line for line in lost.order_by("pk") if self.ground.here(line.number) is None]
        ships.cancel_lines(unknown, reason=NO_SUCH_BOX, by=BY, at=at)
        calls.finish_work(ship.call, by=BY, at=at)

    def departs(self, each: Happening, at: datetime) -> None:
        """She leaves with what was loaded."""
        ship = self._ship(each.number, at)
        ships.depart_ship(ship, by=BY, at=at)
        self.ground.called[SHIP, each.number] = ship.call


def _lines(ship: ShipCall, which: StowageList, numbers: list[str]) -> list[StowageLine]:
    lines = StowageLine.objects.filter(ship=ship, number__in=numbers).of_list(which).listed().order_by("pk")
    return list(lines.select_related("visit__container", "visit__terminal"))


def _stow(turn: int) -> str:
    bay, place = divmod(turn, ROWS * TIERS)
    row, tier = divmod(place, TIERS)
    return f"{2 * bay + 1:03d}-{row:02d}-{82 + 2 * tier:02d}"
