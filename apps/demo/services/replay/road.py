"""Trucks of a replayed day: an appointment, the right to collect, the lane, the desk for what is wrong, and out."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from apps.calls import services as calls
from apps.containers.models import Visit, VisitRole
from apps.demo.services.replay.ground import BY, Ground, reference
from apps.demo.services.replay.happenings import Happening, trucks_of
from apps.demo.services.replay.standing import Standing
from apps.demo.services.traffic.carriers import moment
from apps.gate import services as gate
from apps.gate.models import Appointment, AppointmentBox
from apps.gate.selectors import open_troubles
from apps.parties.models import Party
from terminal.damages import Harm, Severity, Side
from terminal.gate import Condition
from terminal.lifecycle import Phase
from terminal.readiness import Step
from terminal.seals import SealOwner
from terminal.throughput import Direction
from terminal.traffic.boxes import SIZES
from terminal.traffic.flows import TRUCK_IN, TRUCK_OUT

HAULIER: Final = "xugou-haulage"
VALID: Final = timedelta(days=14)
AT_THE_GATE: Final = "has an appointment at the gate"
LET_IN: Final = "the driver has shown his papers; let in"
SCRATCHED: Final = 23
"""One box of so many has a dent."""
SAY: Final = (VisitRole.Role.LINE, VisitRole.Role.FORWARDER, VisitRole.Role.SHIPPER, VisitRole.Role.CONSIGNEE)
"""Who may give the right to a box, the first first."""


@dataclass
class Road:
    """What happens to trucks."""

    ground: Ground
    trucks: dict[tuple[int, int], Appointment] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.standing = Standing(self.ground)

    def begin(self) -> None:
        """Nothing: what stands here has its call."""

    def booked(self, each: Happening, at: datetime) -> None:
        """An appointment is made, where the books know what the truck is to collect and the hour is still to come."""
        boxes = self._boxes(each, at)
        if not boxes:
            return
        known = self.ground.known_call(each.kind, each.number)
        if known is not None and known.phase in (Phase.SCHEDULED, Phase.ANNOUNCED):
            calls.cancel(known, by=BY, at=at, reason=AT_THE_GATE)
        slot = max(moment(trucks_of(self.ground.world, each.kind).slot[each.number]), at)
        self.trucks[each.kind, each.number] = self._booked(each, slot, boxes, at)

    def _booked(self, each: Happening, slot: datetime, boxes: list[gate.WantedBox], at: datetime) -> Appointment:
        """At the hour that is wanted, or the next with room."""
        plate, haulier = self.ground.told.number(each.kind, each.number), self.ground.parties[HAULIER]

        def book(hour: datetime) -> Appointment:
            return gate.book_appointment(
                terminal=self.ground.terminal, haulier=haulier, starts_at=hour, plate=plate, boxes=boxes, by=BY, at=at
            )

        try:
            return book(slot)
        except gate.HourIsFull as full:
            return book(datetime.fromisoformat(full.facts["next_starts_at"][0]))

    def _boxes(self, each: Happening, at: datetime, *, without: Collection[str] = frozenset()) -> list[gate.WantedBox]:
        stays = [stay for stay in self._stays(each) if self.ground.number(stay) not in without]
        if each.kind == TRUCK_IN:
            self.ground.expect(stays, None, at)
            return [self._brought(stay) for stay in stays]
        return [box for stay in stays if (box := self._collected(stay, at)) is not None]

    def _stays(self, each: Happening) -> list[int]:
        way = self.ground.stays_by if each.kind == TRUCK_IN else self.ground.stays_on
        return way(each.kind, each.number, 0)

    def _brought(self, stay: int) -> gate.WantedBox:
        boxes = self.ground.world.boxes
        return gate.WantedBox(
            direction=Direction.IN,
            number=self.ground.number(stay),
            size_type=SIZES[boxes.size[stay]],
            laden=bool(boxes.kind[stay]),
            reference=reference(stay)[1],
        )

    def _collected(self, stay: int, at: datetime) -> gate.WantedBox | None:
        """A box that is known, with the right to it: every other by the order for the haulier, or by a PIN.

        None for a box of nobody's: who has the right to it has to be found first.
        """
        number = self.ground.number(stay)
        visit = self.ground.here(number)
        owner = _owner(visit, at) if visit is not None else None
        if visit is None or owner is None:
            return None
        until = at + VALID
        if stay % 2:
            haulier = self.ground.parties[HAULIER]
            gate.issue_delivery_order(visit, issued_by=owner, haulier=haulier, valid_until=until, by=BY, at=at)
            return gate.WantedBox(direction=Direction.OUT, number=number)
        _pin, digits = gate.issue_pin(visit, issued_by=owner, valid_until=until, by=BY, at=at)
        return gate.WantedBox(direction=Direction.OUT, number=number, pin=digits)

    def arrives(self, each: Happening, at: datetime) -> None:
        """It stands at the gate, with or without an appointment; what is wrong is sorted out at the desk."""
        for stay in self._stays(each) if each.kind == TRUCK_OUT else ():
            if visit := self.ground.here(self.ground.number(stay)):
                self.ground.let_go(visit, Step.GATE_OUT, at)
        row = self.trucks.get((each.kind, each.number))
        row = self._came(row, each, at) if row is not None else self._came_unasked(each, at)
        if row is None:
            return
        for case in open_troubles(row):
            gate.resolve_trouble(case, resolution=LET_IN, by=BY, at=at)
        self.trucks[each.kind, each.number] = row

    def _came(self, row: Appointment, each: Happening, at: datetime) -> Appointment:
        gate.arrive_truck(row, by=BY, at=at)
        booked = set(row.boxes.values_list("number", flat=True))
        for box in self._boxes(each, at, without=booked):
            gate.add_box(row, box, by=BY, at=at)
        return row

    def _came_unasked(self, each: Happening, at: datetime) -> Appointment | None:
        """None: nobody here knows what it is to collect, and it goes away."""
        boxes = self._boxes(each, at)
        if not boxes:
            return None
        return gate.arrive_without_appointment(
            terminal=self.ground.terminal,
            haulier=self.ground.parties[HAULIER],
            plate=self.ground.told.number(each.kind, each.number),
            boxes=boxes,
            by=BY,
            at=at,
        )

    def work_begins(self, each: Happening, at: datetime) -> None:
        """What it brings is looked at, and it is let in."""
        if row := self.trucks.get((each.kind, each.number)):
            self._inspect(row, Direction.IN, at)
            gate.admit(row, by=BY, at=at)

    def box_comes(self, each: Happening, at: datetime) -> None:
        """A box comes off."""
        row = self.trucks.get((each.kind, each.number))
        if row is None or row.call is None:
            self.standing.box_comes(each, at)
        else:
            self.ground.carry_out_asked(self.ground.number(each.stay), row.call, at)

    def box_goes(self, each: Happening, at: datetime) -> None:
        """A box goes on."""
        visit, row = self.ground.here(self.ground.number(each.stay)), self.trucks.get((each.kind, each.number))
        if visit is None:
            self.ground.done.unknown += 1
        elif row is None or row.call is None:
            self.standing.box_goes(visit, each, at)
        else:
            self.ground.carry_out_asked(visit.container.number, row.call, at)

    def ready(self, each: Happening, at: datetime) -> None:
        """What it collects is looked at."""
        if row := self.trucks.get((each.kind, each.number)):
            self._inspect(row, Direction.OUT, at)
        elif self._was_here(each):
            self.standing.ready(each, at)

    def departs(self, each: Happening, at: datetime) -> None:
        """It goes out through the gate."""
        if row := self.trucks.get((each.kind, each.number)):
            gate.gate_out(row, by=BY, at=at)
        elif self._was_here(each):
            self.standing.departs(each, at)

    def _was_here(self, each: Happening) -> bool:
        arrived = trucks_of(self.ground.world, each.kind).arrived[each.number]
        return bool(arrived < self.ground.second(self.ground.start))

    def _inspect(self, row: Appointment, way: Direction, at: datetime) -> None:
        boxes = row.boxes.filter(direction=way.value, ended_at=None).select_related("appointment", "visit")
        for box in boxes.order_by("pk"):
            gate.inspect(box, _seen(box), by=BY, at=at)


def _seen(box: AppointmentBox) -> gate.Seen:
    """A laden box comes with its shipper's seal; of what goes nobody looks for seals. One in some has a dent."""
    serial = int(box.number[4:10])
    sealed = [(f"SH{serial}", SealOwner.SHIPPER)] if box.comes_in and box.laden else None
    if serial % SCRATCHED or not box.comes_in:
        return gate.Seen(condition=Condition.SOUND, seals=sealed)
    dent = gate.SeenDamage(side=Side.LEFT, harm=Harm.DENT, severity=Severity.MINOR)
    return gate.Seen(condition=Condition.DAMAGED, seals=sealed, damages=[dent])


def _owner(visit: Visit, at: datetime) -> Party | None:
    """Who has the say over a box: its line where one is known, else whoever ships it. None: it came unannounced."""
    roles = VisitRole.objects.filter(visit=visit).in_force(at).select_related("party").order_by("pk")
    first = min(roles, key=lambda each: SAY.index(each.role) if each.role in SAY else len(SAY), default=None)
    return first.party if first else None
