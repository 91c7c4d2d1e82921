"""The tally: what really came off and went on, who says so and when, and what was seen of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import F

from apps.common.steps import take_step
from apps.containers import services as containers
from apps.containers.models import Visit
from apps.containers.services.rows import of_visit
from apps.journal.services import record
from apps.parties.actors import Actor
from apps.ships.models import ShipCall, StowageLine
from apps.ships.services.calling import RIGHT
from apps.ships.services.ordering import call_off
from apps.ships.services.refusals import NothingSeen
from apps.yard import services as yard
from apps.yard.models import WorkOrder
from terminal.damages import Harm, Severity, Side
from terminal.events import Audience, EventKind
from terminal.lifecycle import LIST_LINE, LineState
from terminal.moments import require_zone
from terminal.seals import require_seal_number
from terminal.stowage import StowageList, require_stowage_position
from terminal.weights import Weighing, require_weight
from terminal.work import Work

MOVED: Final = {
    EventKind.CONTAINER_DISCHARGED.value: StowageList.DISCHARGE,
    EventKind.CONTAINER_LOADED.value: StowageList.LOAD,
}
NOT_ON_BOARD: Final = "not on board"


def tally_order(order: WorkOrder, *, by: Actor, at: datetime) -> None:
    """A confirmed move is tallied on the list of its ship, or of both ends of a direct transfer.

    A box that stood in no list is tallied as such: over. Part of the confirmation (``yard.carried_out``).
    """
    for call_id, which in _sides(order):
        ship = ShipCall.objects.select_related("call").filter(call=call_id).first()
        if ship is not None:
            _tally(ship, which, order.visit, by=by, at=at)


def _sides(order: WorkOrder) -> list[tuple[int | None, StowageList]]:
    """At which call the move counts, and in which list."""
    if order.kind == Work.DISCHARGE:
        return [(order.call_id, StowageList.DISCHARGE)]
    if order.kind == Work.LOAD:
        return [(order.call_id, StowageList.LOAD)]
    if order.kind == Work.TRANSFER:
        return [(order.call_id, StowageList.DISCHARGE), (order.onward_call_id, StowageList.LOAD)]
    return []


def _tally(ship: ShipCall, which: StowageList, visit: Visit, *, by: Actor, at: datetime) -> None:
    lines = StowageLine.objects.filter(ship=ship).of_list(which).select_for_update(of=("self",))
    line = lines.filter(number=visit.container.number).first()
    done = {"visit": visit, "done_at": at, "done_by": by.label[:120]}
    if line is not None:
        take_step(line, LIST_LINE, LineState.DONE.value, field="state", reason="", **done)
        return
    StowageLine.objects.create(
        ship=ship,
        listed_in=which.value,
        state=LineState.DONE.value,
        unlisted=True,
        number=visit.container.number,
        size_type=visit.size_type,
        laden=visit.laden,
        **done,
    )
    payload = {"list": which.value, "number": ship.call.number}
    record(_told(ship, visit, EventKind.TALLY_OVER, by=by, at=at, payload=payload))


def take_back(visit: Visit, entry: Any) -> None:
    """A movement that was none is no more tallied: its line is open again, one that was in no list is gone.

    Part of the retraction (``containers.taking_back``).
    """
    which = MOVED.get(entry.kind)
    if which is None or entry.call_id is None:
        return
    lines = StowageLine.objects.filter(ship__call=entry.call_id, visit=visit, state=LineState.DONE.value).of_list(which)
    lines.filter(unlisted=True).delete()
    lines.update(state=LineState.LISTED.value, done_at=None, done_by="", version=F("version") + 1)


SEEN: Final = ("seals_seen", "gross_kg_seen", "stow_seen", "remark", "tallied_at", "tallied_by")


def join_lines(visit: Visit, merged: Visit) -> None:
    """The lines of a visit that was merged are the other's; what was tallied as over was the listed box after all.

    Part of joining a number to the right one (``containers.joined``).
    """
    lines = StowageLine.objects.filter(visit=merged).order_by("pk").select_for_update(of=("self",))
    # Joined: a line keeps its ship. See Note [Locked alone].
    for line in lines.select_related("ship__call"):
        over = StowageLine.objects.filter(ship=line.ship, listed_in=line.listed_in, visit=visit, unlisted=True).first()
        StowageLine.objects.filter(pk=line.pk).update(visit=visit, version=F("version") + 1)
        if over is not None and LIST_LINE.can_step(line.state, LineState.DONE.value):
            line.refresh_from_db()
            over.delete()
            told = {name: getattr(over, name) for name in (*SEEN, "done_at", "done_by")}
            take_step(line, LIST_LINE, LineState.DONE.value, field="state", reason="", **told)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What the tally clerk saw of a box. ``damage`` is where, what and how bad; ``stow`` is bay-row-tier on board."""

    seals: Sequence[str] = ()
    gross_kg: int | None = None
    stow: str = ""
    remark: str = ""
    damage: tuple[Side, Harm, Severity] | None = None

    def values(self) -> dict[str, Any]:
        """The columns it fills, checked. Raises the refusals of seals, weights and places on board."""
        said: dict[str, Any] = {}
        if self.seals:
            said["seals_seen"] = [require_seal_number(each) for each in self.seals]
        if self.gross_kg is not None:
            require_weight(self.gross_kg, Weighing.WEIGHBRIDGE, "")
            said["gross_kg_seen"] = self.gross_kg
        if self.stow.strip():
            said["stow_seen"] = require_stowage_position(self.stow)
        if self.remark.strip():
            said["remark"] = self.remark.strip()[:200]
        return said


@transaction.atomic
def note_seen(line: StowageLine, seen: Seen, *, by: Actor, at: datetime) -> StowageLine:
    """Note what was seen of a box as it came off or went on; a damage is noted with the box, too.

    Said again, it replaces what was said before. Raises ``NotYours``, ``NothingSeen``, ``NaiveTime``,
    ``MalformedSealNumber``, ``ImpossibleWeight``, ``MalformedStowagePosition``.
    """
    require_zone(at)
    by.require(RIGHT, line.ship.call.terminal)
    values = seen.values()
    if not values and seen.damage is None:
        raise NothingSeen
    values |= {"tallied_at": at, "tallied_by": by.label[:120]}
    StowageLine.objects.filter(pk=line.pk).update(**values, version=F("version") + 1)
    line.refresh_from_db()
    if seen.damage is not None and line.visit is not None:
        side, harm, severity = seen.damage
        damage = containers.NewDamage(visit=line.visit, side=side, harm=harm, severity=severity, remark=seen.remark)
        containers.note([damage], by=by.entrusted(), at=at)
    if line.visit is not None:
        payload = {
            name.removesuffix("_seen"): value for name, value in values.items() if not name.startswith("tallied")
        }
        record(_told(line.ship, line.visit, EventKind.TALLY_SEEN, by=by, at=at, payload=payload))
    return line


@transaction.atomic
def report_short(line: StowageLine, *, by: Actor, at: datetime, remark: str = "") -> StowageLine:
    """A listed box was not on board: shortlanded. What was asked for it is called off.

    Raises ``NotYours``, ``StepNotAllowed``, ``LineInHand``, ``ChangedMeanwhile``.
    """
    by.require(RIGHT, line.ship.call.terminal)
    call_off([line], reason=NOT_ON_BOARD, by=by, at=at)
    also = {"remark": remark.strip()[:200], "tallied_at": at, "tallied_by": by.label[:120]}
    take_step(line, LIST_LINE, LineState.SHORT.value, field="state", **also)
    if line.visit is not None:
        payload = {"number": line.ship.call.number, "remark": also["remark"]}
        record(_told(line.ship, line.visit, EventKind.TALLY_SHORT, by=by, at=at, payload=payload))
    return line


@transaction.atomic
def expect_overlanded(
    ship: ShipCall, *, number: str, size_type: str, laden: bool | None = None, by: Actor, at: datetime
) -> WorkOrder:
    """A box is on board that stands in no list, and comes off: it gets a visit, marked so, and an order.

    Confirmed, it is tallied as over. Raises ``NotYours``, the refusals of a container number and a size-type, and as
    ``yard.plan_orders``.
    """
    by.require(RIGHT, ship.call.terminal)
    advice = containers.Advice(
        terminal=ship.call.terminal,
        number=number,
        size_type=size_type,
        laden=laden,
        arrival_call=ship.call,
        unannounced=True,
    )
    [visit] = containers.advise([advice], by=by.entrusted(), at=at)
    order = yard.NewOrder(kind=Work.DISCHARGE, visit=visit, call=ship.call)
    return yard.plan_orders([order], by=by.entrusted(), at=at)[0]


def _told(ship: ShipCall, visit: Visit, kind: EventKind, *, by: Actor, at: datetime, payload: dict[str, Any]) -> Any:
    return of_visit(visit, kind, by=by, at=at, call_id=ship.call_id, audience=Audience.STAFF, payload=payload)
