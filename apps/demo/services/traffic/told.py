"""The records of a generated world as what a source reports: calls, trains, declarations, bookings, holds, mistakes.

Each function streams one kind, cut at the moment the records stand: a time that had not come by then is None.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Final

import numpy as np

from apps.containers.services import ReportedHold, ReportedMistake, ReportedMove
from apps.customs.services import ReportedDeclaration
from apps.demo.services.traffic.carriers import ToldCarriers, moment
from apps.warehouse.services import ReportedBooking
from terminal.events import EventKind
from terminal.readiness import Owner
from terminal.traffic.boxes import KIND_NAMES, SIZES, TEU_100
from terminal.traffic.customs import CHANNELS, REGIMES, SILENT
from terminal.traffic.faults import NEVER_HAPPENED, WHY, misread
from terminal.traffic.flows import SHIP, TRAIN
from terminal.traffic.moments import HOUR, Numbers
from terminal.traffic.parameters import KINDS
from terminal.traffic.records import DIRECTIONS, SHIPPERS

BROKER: Final = "suwei-brokers"
HOLDS: Final = (
    (Owner.TERMINAL, "Damaged corner post, to be surveyed"),
    (Owner.CARRIER, "Freight not paid"),
    (Owner.TERMINAL, "Seal missing"),
    (Owner.CARRIER, "Line asks to wait for papers"),
)


class Told(ToldCarriers):
    """What ``records`` hold, in the words of the services that take history in."""

    def declarations(self, stays: Numbers) -> Iterator[ReportedDeclaration]:
        """The declarations of these stays that were submitted by now."""
        boxes, said = self.world.boxes, self.world.declarations
        stays = stays[boxes.declaration[stays] >= 0]
        stays = stays[np.argsort(boxes.declaration[stays], kind="stable")]
        starts = np.flatnonzero(np.diff(boxes.declaration[stays], prepend=-1)).tolist()
        names, shippers = self.records.references(stays), self.records.shippers(stays)
        for start, end in pairwise([*starts, len(stays)]):
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
        kinds = np.where(incoming, boxes.by_kind[about], boxes.on_kind[about])
        carriers = np.where(incoming, boxes.by[about], boxes.on[about])
        false = said.fault[mine] == NEVER_HAPPENED
        carriers[false] = self._here(kinds[false], said.says[mine][false])
        none = carriers < 0
        names = self.records.vehicles(np.maximum(kinds, 0), np.maximum(carriers, 0))
        modes = self.records.modes(np.maximum(kinds, 0), np.maximum(carriers, 0))
        numbers = self.records.boxes(about)
        read = [self.number(kind, at) for kind, at in zip(np.maximum(kinds, 0), np.maximum(carriers, 0), strict=True)]
        rows = zip(mine.tolist(), numbers, names, read, none.tolist(), modes, strict=True)
        for at, number, name, call, nobody, mode in rows:
            stay, fault = int(said.stay[at]), int(said.fault[at])
            yield ReportedMistake(
                reference=f"mistake-{at}",
                kind=_kind(bool(said.incoming[at]), mode).value,
                container_number=misread(number, fault, int(said.shift[at])),
                call_reference="" if nobody else name,
                happened_at=moment(said.says[at]),
                told_at=moment(said.told[at]),
                retracted_at=self.when(said.retracted[at]),
                reason=WHY[fault],
                payload={
                    "mode": mode,
                    "size_type": SIZES[boxes.size[stay]],
                    "teu": f"{TEU_100[boxes.size[stay]] / 100:.2f}",
                    "laden": bool(boxes.kind[stay]),
                    "call": "" if nobody else call,
                },
            )

    def _here(self, kinds: Numbers, at: Numbers) -> Numbers:
        """A carrier of each kind that stood here at each moment, or -1: whom a false report of departure would name."""
        found = np.full(len(kinds), -1)
        for kind, stood in ((TRAIN, self.world.stood), (SHIP, self.world.ships)):
            order = np.argsort(stood.arrived, kind="stable")
            mine = kinds == kind
            place = np.searchsorted(stood.arrived[order], at[mine], side="right") - 1
            carrier = order[np.maximum(place, 0)]
            here = (place >= 0) & (stood.departed[carrier] > at[mine])
            found[mine] = np.where(here, carrier, -1)
        return found


def _kind(incoming: bool, mode: str) -> EventKind:
    if incoming:
        return EventKind.CONTAINER_GATED_IN if mode == "road" else EventKind.CONTAINER_DISCHARGED
    return EventKind.CONTAINER_GATED_OUT if mode == "road" else EventKind.CONTAINER_LOADED
