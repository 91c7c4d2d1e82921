"""The records of a generated world as what a source reports: calls, trains, declarations, bookings, holds, mistakes.

Each function streams one kind, cut at the moment the records stand: a time that had not come by then is None.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

import numpy as np

from apps.calls.services import ReportedCall
from apps.containers.services import ReportedHold, ReportedMistake, ReportedMove
from apps.customs.services import ReportedDeclaration
from apps.trains.services import ReportedTrain
from apps.warehouse.services import ReportedBooking
from terminal.events import EventKind
from terminal.identifiers import check_digit
from terminal.readiness import Owner
from terminal.traffic.boxes import KIND_NAMES, SIZES, TEU_100
from terminal.traffic.customs import CHANNELS, REGIMES, SILENT
from terminal.traffic.estimates import Estimates
from terminal.traffic.faults import REFUSED_NUMBER, WHY, WRONG_NUMBER
from terminal.traffic.flows import SHIP, TRAIN, TRUCK_IN, TRUCK_OUT
from terminal.traffic.moments import HOUR, NEVER, Numbers
from terminal.traffic.parameters import KINDS, LINES, SERVICES
from terminal.traffic.records import DIRECTIONS, LINE_CODES, SHIPPERS, Records
from terminal.traffic.road import Trucks
from terminal.traffic.world import World

HAULIER: Final = "Xugou Haulage"
BARGES: Final = "Grand Canal Barges"
BROKER: Final = "suwei-brokers"
HOLDS: Final = (
    (Owner.TERMINAL, "Damaged corner post, to be surveyed"),
    (Owner.CARRIER, "Freight not paid"),
    (Owner.TERMINAL, "Seal missing"),
    (Owner.CARRIER, "Line asks to wait for papers"),
)
WORK_BEGINS: Final = 40 * 60
BRAKE_TEST: Final = 35 * 60
CLOSED_AFTER: Final = 6 * HOUR

When = Callable[[Any], datetime | None]


@dataclass(frozen=True)
class Told:
    """What ``records`` hold, in the words of the services that take history in."""

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
            return datetime.fromtimestamp(int(at), UTC) if at <= until else None

        return known

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
                number=service.code,
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
                number=f"{LINE_CODES[line]} {at:04d}",
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
            plate = f"SU G{(at * 7919 + kind * 37) % 90_000 + 10_000}"
            if trucks.missed[at] < NEVER:
                yield self._missed(f"{name}-missed", plate, announced, int(trucks.missed[at]))
                announced = max(announced, int(trucks.missed[at]) + 3 * HOUR)
            if announced > self.records.until:
                continue
            yield ReportedCall(
                reference=name,
                mode="road",
                number=plate,
                carrier=HAULIER,
                announced_at=moment(announced),
                scheduled_arrival_at=moment(slot),
                scheduled_departure_at=moment(slot + HOUR),
                arrived_at=self.when(trucks.arrived[at]),
                departed_at=self.when(trucks.departed[at]),
            )

    def _missed(self, name: str, plate: str, announced: int, slot: int) -> ReportedCall:
        """An appointment that nobody kept."""
        given_up = self.when(slot + 2 * HOUR)
        return ReportedCall(
            reference=name,
            mode="road",
            number=plate,
            carrier=HAULIER,
            announced_at=moment(announced),
            scheduled_arrival_at=moment(slot),
            scheduled_departure_at=moment(slot + HOUR),
            cancelled_at=given_up,
            cancel_reason="did not come to its appointment" if given_up else "",
        )

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

    def declarations(self, stays: Numbers) -> Iterator[ReportedDeclaration]:
        """The declarations of these stays that were submitted by now."""
        boxes, said = self.world.boxes, self.world.declarations
        stays = stays[boxes.declaration[stays] >= 0]
        stays = stays[np.argsort(boxes.declaration[stays], kind="stable")]
        starts = np.flatnonzero(np.diff(boxes.declaration[stays], prepend=-1))
        names, shippers = self.records.references(stays), self.records.shippers(stays)
        for start, end in zip(starts.tolist(), [*starts[1:].tolist(), len(stays)], strict=True):
            at = int(boxes.declaration[stays[start]])
            if said.submitted[at] <= self.records.until:
                yield self._declaration(at, int(stays[start]), tuple(names[start:end]), shippers[start])

    def _declaration(self, at: int, stay: int, visits: tuple[str, ...], shipper: str) -> ReportedDeclaration:
        said, when, rules = self.world.declarations, self.when, self.world.scenario.customs
        regime = REGIMES[said.regime[at]]
        channelled, asked, released = (when(each[at]) for each in (said.channelled, said.asked, said.released))
        channel = CHANNELS[0 if said.channel[at] == SILENT else said.channel[at]]
        kind = KINDS[KIND_NAMES[self.world.boxes.kind[stay]]]
        paid = min(int(said.assessed[at]) + 30, int(said.released[at]))
        return ReportedDeclaration(
            reference=f"declaration-{at}",
            visits=visits,
            regime=regime,
            direction=DIRECTIONS[said.regime[at]],
            office=rules.offices[regime][said.office[at]],
            declarant=shipper,
            broker=BROKER,
            goods=kind.name,
            hs_code=kind.hs_code,
            drafted_at=moment(said.drafted[at]),
            submitted_at=moment(said.submitted[at]),
            registered_at=when(said.registered[at]),
            channel=channel if channelled else "",
            channelled_at=channelled,
            queries=((asked, when(said.answered[at])),) if asked else (),
            inspected_at=when(said.inspected[at]),
            assessed_at=when(said.assessed[at]),
            paid_at=when(paid),
            released_at=released,
            release_valid_until=moment(said.released[at] + rules.valid_days * 24 * HOUR) if released else None,
        )

    def asked(self) -> Numbers:
        """Bookings of the window that were asked for by now, in that order."""
        said = self.world.bookings
        return np.flatnonzero((said.requested <= self.records.until) & (said.end >= self.world.start))

    def bookings(self, chosen: Iterable[int]) -> Iterator[ReportedBooking]:
        """These bookings."""
        said, when, records = self.world.bookings, self.when, self.records
        known = np.zeros(len(self.world.boxes), dtype=bool)
        known[records.stays] = True
        for at in chosen:
            stay = int(said.stay[at])
            visit = records.references(np.array([stay]))[0] if stay >= 0 and known[stay] else ""
            rejected = when(said.rejected[at])
            yield ReportedBooking(
                reference=f"booking-{at}",
                zone=self.world.scenario.site.zones[said.zone[at]][0],
                party=SHIPPERS[said.party[at]],
                area_m2=Decimal(int(said.area_dm2[at])) / 100,
                start_at=moment(said.start[at]),
                end_at=moment(said.end[at]),
                work="strip" if visit else "storage",
                visit=visit,
                requested_at=moment(said.requested[at]),
                confirmed_at=when(said.confirmed[at]),
                checked_in_at=when(said.checked_in[at]),
                completed_at=when(said.completed[at]),
                cancelled_at=when(said.cancelled[at]),
                rejected_at=rejected,
                expired_at=when(said.expired[at]),
                no_show_at=when(said.no_show[at]),
                waiting=bool(said.waits[at]),
                reason="no room" if rejected else "",
            )

    def moves(self, stays: Numbers) -> Iterator[ReportedMove]:
        """Rehandles of these stays; some are reported twice, under one reference."""
        said, until = self.world.moves, self.records.until
        mine = np.flatnonzero(np.isin(said.stay, stays) & (said.told <= until))
        names, twice = self.records.references(said.stay[mine]), self.world.told.twice
        for at, name in zip(mine.tolist(), names, strict=True):
            move = ReportedMove(
                name, f"move-{at}", moment(said.at[at]), moment(said.told[at]), {"to": "", "from": "", "rehandle": True}
            )
            yield move
            if twice[said.stay[at]]:
                yield move

    def holds(self, stays: Numbers) -> Iterator[ReportedHold]:
        """Holds of the terminal and of carriers on these stays."""
        boxes = self.world.boxes
        held = stays[(boxes.held[stays] <= self.records.until) & (boxes.held[stays] < boxes.out_at[stays])]
        for stay, name in zip(held.tolist(), self.records.references(held), strict=True):
            owner, reason = HOLDS[stay % len(HOLDS)]
            placed, lifted = moment(boxes.held[stay]), self.when(boxes.lifted[stay])
            yield ReportedHold(name, f"hold-{stay}", owner.value, reason, placed, lifted)

    def mistakes(self, stays: Numbers) -> Iterator[ReportedMistake]:
        """What was told wrongly of these stays, and taken back, if somebody noticed."""
        said, boxes = self.world.told.mistakes, self.world.boxes
        mine = np.flatnonzero(np.isin(said.stay, stays) & (said.told <= self.records.until))
        about, incoming = said.stay[mine], said.incoming[mine] > 0
        kinds = np.where(incoming, boxes.by_kind[about], np.maximum(boxes.on_kind[about], 0))
        carriers = np.where(incoming, boxes.by[about], np.maximum(boxes.on[about], 0))
        names, modes = self.records.vehicles(kinds, carriers), self.records.modes(kinds, carriers)
        numbers = self.records.boxes(about)
        for at, number, name, mode in zip(mine.tolist(), numbers, names, modes, strict=True):
            stay, fault = int(said.stay[at]), int(said.fault[at])
            yield ReportedMistake(
                reference=f"mistake-{at}",
                kind=_kind(bool(said.incoming[at]), mode).value,
                container_number=misread(number, fault, int(said.shift[at])),
                call_reference=name,
                happened_at=moment(said.says[at]),
                told_at=moment(said.told[at]),
                retracted_at=self.when(said.retracted[at]),
                reason=WHY[fault],
                payload={
                    "mode": mode,
                    "size_type": SIZES[boxes.size[stay]],
                    "teu": str(Decimal(int(TEU_100[boxes.size[stay]])) / 100),
                    "laden": bool(boxes.kind[stay]),
                    "call": name,
                },
            )


def moment(at: Any) -> datetime:
    """Whole seconds as an aware moment."""
    return datetime.fromtimestamp(int(at), UTC)


def misread(number: str, fault: int, shift: int) -> str:
    """The number as it was told: another box's, or one that cannot be (a wrong check digit, a Cyrillic letter)."""
    if fault == WRONG_NUMBER:
        body = f"{number[:4]}{(int(number[4:10]) + shift) % 1_000_000:06d}"
        return body + check_digit(body + "0")
    if fault != REFUSED_NUMBER:
        return number
    if shift == 9:
        return number[:3].translate(str.maketrans("CTSEOHBY", "СТЅЕОНВУ")) + number[3:]
    return number[:10] + str((int(number[10]) + 1) % 10)


def _kind(incoming: bool, mode: str) -> EventKind:
    if incoming:
        return EventKind.CONTAINER_GATED_IN if mode == "road" else EventKind.CONTAINER_DISCHARGED
    return EventKind.CONTAINER_GATED_OUT if mode == "road" else EventKind.CONTAINER_LOADED
