"""Trucks that were here when the day began: of them the records have a call and no appointment."""

from dataclasses import dataclass
from datetime import datetime

from apps.calls import services as calls
from apps.containers import services as containers
from apps.containers.models import Visit
from apps.demo.services.replay.ground import BY, Ground, reference
from apps.demo.services.replay.happenings import Happening
from apps.yard import services as yard
from terminal.lifecycle import Phase, Position
from terminal.readiness import Step
from terminal.work import Work


@dataclass
class Standing:
    """What happens to them: as before there were hours at the gate."""

    ground: Ground

    def box_comes(self, each: Happening, at: datetime) -> None:
        """A box comes off."""
        call = self.ground.call(each.kind, each.number, at)
        self.ground.expect([each.stay], call, at)
        visit = containers.match_arrival(
            terminal=self.ground.terminal,
            number=self.ground.number(each.stay),
            call=call,
            references=[reference(each.stay)],
            at=at,
        )
        if visit is None:
            [visit] = containers.advise([self.ground.advice(each.stay, call)], by=BY, at=at)
        self._begin(each, at)
        containers.arrive_visits([containers.Arrived(visit, Position.ON_CARRIER, call)], by=BY, at=at)
        yard.carry_out_at_once([yard.NewOrder(kind=Work.RECEIVE, visit=visit, call=call)], by=BY, at=at)

    def box_goes(self, visit: Visit, each: Happening, at: datetime) -> None:
        """A box goes on."""
        call = self.ground.call(each.kind, each.number, at)
        self._begin(each, at)
        self.ground.let_go(visit, Step.GATE_OUT, at)
        yard.carry_out_at_once([yard.NewOrder(kind=Work.DELIVER, visit=visit, call=call)], by=BY, at=at)
        visit.refresh_from_db()
        containers.leave_visits([visit], step=Step.GATE_OUT, by=BY, at=at)

    def _begin(self, each: Happening, at: datetime) -> None:
        call = self.ground.call(each.kind, each.number, at)
        if call.phase == Phase.ARRIVED:
            calls.start_work(call, by=BY, at=at)

    def ready(self, each: Happening, at: datetime) -> None:
        """Nothing more is to be done."""
        self._begin(each, at)
        calls.finish_work(self.ground.call(each.kind, each.number, at), by=BY, at=at)

    def departs(self, each: Happening, at: datetime) -> None:
        """It leaves."""
        calls.depart(self.ground.call(each.kind, each.number, at), by=BY, at=at)
