"""Lines that are given up with a reason, and the ship that leaves when nothing is open."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from apps.calls import services as calls
from apps.calls.models import Call
from apps.common.locks import lock_then_read
from apps.common.steps import take_step
from apps.containers.services.numbers import require_reason
from apps.journal.services import record
from apps.parties.actors import Actor
from apps.ships.models import ShipCall, StowageLine
from apps.ships.services.calling import RIGHT, of_ship
from apps.ships.services.lists import find_boxes
from apps.ships.services.ordering import call_off
from apps.ships.services.refusals import ListsStillOpen, NotListedAnyMore
from terminal.events import EventKind
from terminal.lifecycle import LIST_LINE, LineState
from terminal.stowage import WHY_NOT, StowageList

NAMED: Final = 10
"""Numbers a refusal names."""


@transaction.atomic
def cancel_lines(lines: Iterable[StowageLine], *, reason: str, by: Actor, at: datetime) -> list[StowageLine]:
    """Give lines up: a box to be discharged remains on board, one to be loaded is shut out. All or none.

    What was asked for them is called off. Raises ``NotYours``, ``ReasonMissing``, ``NotListedAnyMore``, ``LineInHand``.
    """
    require_reason(reason)
    rows = _locked(lines, by)
    for line in rows:
        if line.state != LineState.LISTED:
            raise NotListedAnyMore(number=line.number, state=line.state)
    call_off(rows, reason=reason, by=by, at=at)
    for line in rows:
        take_step(line, LIST_LINE, LineState.CANCELLED.value, field="state", reason=reason.strip()[:200])
    record(*(_told(line, EventKind.STOWAGE_LINE_CANCELLED, by=by, at=at) for line in rows))
    return rows


@transaction.atomic
def reinstate_lines(lines: Iterable[StowageLine], *, by: Actor, at: datetime) -> list[StowageLine]:
    """Take up lines again that were given up or reported short, all or none.

    Raises ``NotYours``, ``NotListedAnyMore``.
    """
    rows = _locked(lines, by)
    for line in rows:
        if line.state not in (LineState.CANCELLED, LineState.SHORT):
            raise NotListedAnyMore(number=line.number, state=line.state)
        take_step(line, LIST_LINE, LineState.LISTED.value, field="state", reason="")
    record(*(_told(line, EventKind.STOWAGE_LINE_REINSTATED, by=by, at=at) for line in rows))
    for ship in {line.ship_id: line.ship for line in rows}.values():
        find_boxes(ship, StowageList.LOAD, [], by=by, at=at)
    return rows


def depart_ship(ship: ShipCall, *, by: Actor, at: datetime, happened_at: datetime | None = None) -> None:
    """The ship has left with what was loaded. Raises ``NotYours``, ``ListsStillOpen``, and as ``calls.depart``."""
    by.require(RIGHT, ship.call.terminal)
    calls.depart(ship.call, by=by, at=at, happened_at=happened_at)


def require_closed_lists(call: Call) -> None:
    """Raise ``ListsStillOpen`` while boxes are to come off the call's ship or to go onto it.

    Part of a ship's departure, whoever says it has left (``apps.calls.services.departing``).
    """
    ship = ShipCall.objects.filter(call=call).first()
    if ship is None:
        return
    found = StowageLine.objects.filter(ship=ship).listed().order_by("number").values_list("listed_in", "number")
    still: dict[str, list[str]] = {which.value: [] for which in StowageList}
    for which, number in found:
        still[which].append(number)
    if any(still.values()):
        aboard, ashore = (_named(still[which.value]) for which in StowageList)
        raise ListsStillOpen(ship=str(ship), aboard=aboard, ashore=ashore)


def _named(numbers: list[str]) -> str:
    return ", ".join(numbers[:NAMED]) + (" …" if len(numbers) > NAMED else "") or "—"


def _locked(lines: Iterable[StowageLine], by: Actor) -> list[StowageLine]:
    wanted = {line.pk for line in lines}
    rows = StowageLine.objects.filter(pk__in=wanted).select_related("ship__call__terminal", "visit__container")
    locked = list(lock_then_read(rows.order_by("pk")))
    for terminal in {line.ship.call.terminal for line in locked}:
        by.require(RIGHT, terminal)
    return locked


def _told(line: StowageLine, kind: EventKind, *, by: Actor, at: datetime) -> Any:
    why = WHY_NOT[StowageList(line.listed_in)].value
    said: dict[str, Any] = {"number": line.number, "list": line.listed_in, "reason": line.reason}
    if kind is EventKind.STOWAGE_LINE_CANCELLED:
        said["status"] = why
    visit = {"visit_id": line.visit_id, "container_number": line.number}
    return of_ship(line.ship, kind, by=by, at=at, payload=said, **visit)
