"""Trains, ships, barges and trucks of a generated world as what a source reports of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Final

import numpy as np

from apps.calls.services import ReportedCall
from apps.trains.services import ReportedTrain
from terminal.traffic.estimates import Estimates
from terminal.traffic.flows import SHIP, TRAIN, TRUCK_IN, TRUCK_OUT
from terminal.traffic.moments import HOUR, NEVER, Numbers
from terminal.traffic.parameters import LINES, SERVICES
from terminal.traffic.records import LINE_CODES, Records
from terminal.traffic.road import Trucks
from terminal.traffic.world import World

HAULIER: Final = "Xugou Haulage"
BARGES: Final = "Grand Canal Barges"
WORK_BEGINS: Final = 40 * 60
BRAKE_TEST: Final = 35 * 60
CLOSED_AFTER: Final = 6 * HOUR

When = Callable[[Any], datetime | None]


def moment(at: Any) -> datetime:
    """Whole seconds as an aware moment."""
    return datetime.fromtimestamp(int(at), UTC)


@dataclass(frozen=True)
class OfRecords:
    """What ``records`` hold, cut at the moment they stand: a time that had not come by then is None."""

    records: Records

    @property
    def world(self) -> World:
        """The world they are of."""
        return self.records.world

    @cached_property
    def when(self) -> When:
        """A moment that has come; None for one that has not."""
        until = self.records.until

        def known(at: Any) -> datetime | None:
            return moment(at) if at <= until else None

        return known


class ToldCarriers(OfRecords):
    """Calls and trains, streamed."""

    def number(self, kind: int, at: int) -> str:
        """What people read on a carrier: the train's number, the voyage, the plate."""
        if kind == TRAIN:
            return SERVICES[self.world.trains.service[at]].code
        if kind == SHIP:
            return f"{LINE_CODES[self.world.ships.line[at]]} {at:04d}"
        return f"SU G{(at * 7919 + kind * 37) % 90_000 + 10_000}"

    def calls(self) -> Iterator[ReportedCall]:
        """Trains, ships and barges, trucks, and the trucks that did not come."""
        yield from self._train_calls()
        yield from self._ship_calls()
        for kind, chosen, trucks in (
            (TRUCK_IN, self.records.bringing, self.world.bringing),
            (TRUCK_OUT, self.records.fetching, self.world.fetching),
        ):
            yield from self._trucks(kind, chosen, trucks)

    def _train_calls(self) -> Iterator[ReportedCall]:
        trains, stood, when = self.world.trains, self.world.stood, self.when
        chosen = self.records.trains
        names = self.records.vehicles(np.full(len(chosen), TRAIN), chosen)
        words = self._words(self.world.train_estimates, chosen)
        for at, name in zip(chosen.tolist(), names, strict=True):
            service = SERVICES[trains.service[at]]
            arrived, departed = int(stood.arrived[at]), int(stood.departed[at])
            yield ReportedCall(
                reference=name,
                mode="rail",
                number=self.number(TRAIN, at),
                carrier=service.carrier,
                announced_at=moment(trains.announced[at]),
                scheduled_arrival_at=moment(trains.planned_arrival[at]),
                scheduled_departure_at=moment(trains.planned_departure[at]),
                cut_off_at=moment(trains.planned_departure[at] - 6 * HOUR),
                arrived_at=when(arrived),
                work_started_at=when(min(arrived + WORK_BEGINS, NEVER)),
                ready_at=when(departed - BRAKE_TEST if departed < NEVER else NEVER),
                departed_at=when(departed),
                closed_at=when(min(departed + CLOSED_AFTER, NEVER)),
                cancelled_at=when(trains.cancelled[at]),
                cancel_reason="does not run" if trains.cancelled[at] <= self.records.until else "",
                estimates=words(at),
            )

    def _ship_calls(self) -> Iterator[ReportedCall]:
        ships, when, chosen = self.world.ships, self.when, self.records.ships
        names = self.records.vehicles(np.full(len(chosen), SHIP), chosen)
        modes = self.records.modes(np.full(len(chosen), SHIP), chosen)
        words = self._words(self.world.ship_estimates, chosen)
        cut_off = int(self.world.scenario.sea.cut_off_h * HOUR)
        for at, name, mode in zip(chosen.tolist(), names, modes, strict=True):
            line, departed = int(ships.line[at]), int(ships.departed[at])
            yield ReportedCall(
                reference=name,
                mode=mode,
                number=self.number(SHIP, at),
                carrier=LINES[line].carrier if line < len(LINES) else BARGES,
                announced_at=moment(ships.announced[at]),
                scheduled_arrival_at=moment(ships.planned_arrival[at]),
                scheduled_departure_at=moment(ships.planned_departure[at]),
                cut_off_at=moment(ships.planned_arrival[at] - cut_off),
                arrived_at=when(ships.arrived[at]),
                work_started_at=when(ships.arrived[at] + HOUR // 2),
                ready_at=when(departed - HOUR // 2),
                departed_at=when(departed),
                closed_at=when(departed + CLOSED_AFTER),
                estimates=words(at),
            )

    def _trucks(self, kind: int, chosen: Numbers, trucks: Trucks) -> Iterator[ReportedCall]:
        names = self.records.vehicles(np.full(len(chosen), kind), chosen)
        for at, name in zip(chosen.tolist(), names, strict=True):
            slot, announced = int(trucks.slot[at]), int(trucks.announced[at])
            plate = self.number(kind, at)
            if trucks.missed[at] < NEVER:
                yield self._missed(f"{name}-missed", plate, announced, int(trucks.missed[at]))
                announced = max(announced, int(trucks.missed[at]) + 3 * HOUR)
            if announced > self.records.until:
                continue
            times = {"arrived_at": self.when(trucks.arrived[at]), "departed_at": self.when(trucks.departed[at])}
            yield _truck(name, plate, announced, slot, **times)

    def _missed(self, name: str, plate: str, announced: int, slot: int) -> ReportedCall:
        """An appointment that nobody kept."""
        given_up = self.when(slot + 2 * HOUR)
        why = "did not come to its appointment" if given_up else ""
        return _truck(name, plate, announced, slot, cancelled_at=given_up, cancel_reason=why)

    def _words(self, said: Estimates, chosen: Numbers) -> Callable[[int], tuple[Any, ...]]:
        """The estimates of a carrier that were published by now, in order."""
        first = np.searchsorted(said.carrier, np.arange(int(chosen.max(initial=0)) + 2))

        def words(at: int) -> tuple[Any, ...]:
            span = slice(int(first[at]), int(first[at + 1]))
            told, says, which = said.told[span].tolist(), said.says[span].tolist(), said.departure[span].tolist()
            return tuple(
                (moment(now), "departure" if leaves else "arrival", moment(then))
                for now, then, leaves in zip(told, says, which, strict=True)
                if now <= self.records.until
            )

        return words

    def trains(self) -> Iterator[ReportedTrain]:
        """What the trains have beyond calls: service, length, consist, track."""
        world, when, chosen = self.world, self.when, self.records.trains
        names = self.records.vehicles(np.full(len(chosen), TRAIN), chosen)
        mine = world.boxes.by_kind == TRAIN
        boxes = np.bincount(world.boxes.by[mine], minlength=len(world.trains))
        teu = np.bincount(world.boxes.by[mine], weights=world.boxes.teu_100[mine], minlength=len(world.trains))
        tracks = world.scenario.site.tracks
        for at, name in zip(chosen.tolist(), names, strict=True):
            came, since = when(world.consist[at]), when(world.stood.arrived[at])
            yield ReportedTrain(
                call_reference=name,
                service=SERVICES[world.trains.service[at]].code,
                length_m=world.scenario.site.train_length_m,
                consist_received_at=came,
                consist={"boxes": int(boxes[at]), "teu": f"{teu[at] / 100:.2f}"} if came else {},
                track=tracks[world.stood.track[at]] if since else "",
                track_since=since,
                track_until=when(world.stood.departed[at]),
            )


def _truck(name: str, plate: str, announced: int, slot: int, **times: Any) -> ReportedCall:
    """A truck with an appointment for the hour from ``slot`` on."""
    return ReportedCall(
        reference=name,
        mode="road",
        number=plate,
        carrier=HAULIER,
        announced_at=moment(announced),
        scheduled_arrival_at=moment(slot),
        scheduled_departure_at=moment(slot + HOUR),
        **times,
    )
