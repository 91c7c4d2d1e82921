"""Work on a ship is asked for: what comes off, what goes on, and what goes straight between ship and train."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db import transaction

from apps.calls.models import Call
from apps.containers import services as containers
from apps.containers.models import Visit
from apps.containers.selectors import situations
from apps.parties.actors import Actor
from apps.ships.models import ShipCall, StowageLine, StowageLineQuerySet
from apps.ships.selectors.loading import wishes
from apps.ships.services.calling import RIGHT
from apps.ships.services.lists import plan_departures
from apps.ships.services.ordering import open_orders
from apps.ships.services.refusals import NotBetweenThese, NothingToPlan, NotOnThisList, NotToBePlanned
from apps.trains.models import TrainVisit
from apps.yard import services as yard
from apps.yard.models import WorkOrder
from terminal.lifecycle import LineState, Position, VisitState
from terminal.readiness import Step, blockers
from terminal.stowage import StowageList, turn_off, turn_on
from terminal.work import Work

PRIORITY: Final = 3
"""A ship at the quay goes before the yard's own moves (5)."""


@transaction.atomic
def plan_discharge(
    ship: ShipCall, lines: Iterable[StowageLine] | None = None, *, by: Actor, at: datetime
) -> list[WorkOrder]:
    """Ask for boxes to be discharged into the yard: all that are listed, unless some are named; the topmost first.

    What is asked for already, and what is to go straight onto a train, is left out unless it is named. Raises
    ``NotYours``, ``NothingToPlan``, ``NotOnThisList``, and as ``yard.plan_orders``.
    """
    by.require(RIGHT, ship.call.terminal)
    chosen = _open_lines(ship, StowageList.DISCHARGE, lines)
    if lines is None:
        asked = open_orders(chosen)
        chosen = [line for line in chosen if line.pk not in asked and line.onward_call_id is None]
    return _plan(ship, StowageList.DISCHARGE, sorted(chosen, key=lambda line: turn_off(line.stow)), by=by, at=at)


@transaction.atomic
def plan_load(
    ship: ShipCall, lines: Iterable[StowageLine] | None = None, *, by: Actor, at: datetime
) -> list[WorkOrder]:
    """Ask for boxes to be loaded out of the yard: every one that is ready, unless some are named; the lowest first.

    Those that are not ready are left for later (``selectors.load_troubles`` says why); of named ones all or none.
    Raises ``NotYours``, ``NotReady`` with every blocker, ``NotToBePlanned``, ``NothingToPlan``, ``NotOnThisList``, and
    as ``yard.plan_orders``.
    """
    by.require(RIGHT, ship.call.terminal)
    plan_departures(ship, by=by.entrusted(), at=at)
    chosen = _open_lines(ship, StowageList.LOAD, lines)
    if lines is None:
        asked = open_orders(chosen)
        chosen = _ready([line for line in chosen if line.pk not in asked], ship, at)
    else:
        _require_loadable(chosen, ship, at)
    return _plan(ship, StowageList.LOAD, sorted(chosen, key=lambda line: turn_on(line.stow)), by=by, at=at)


@transaction.atomic
def plan_transfer(ship: ShipCall, train: TrainVisit, *, by: Actor, at: datetime) -> list[WorkOrder]:
    """Ask for boxes to go straight between ship and train, in either direction, without touching a cell.

    Those that come by the one and are to leave by the other, and are not asked for yet. When such a move is confirmed,
    the box has come and gone at one moment; ship and train both count it. Raises ``NotYours``, ``NotBetweenThese``
    (there is none), and as ``yard.plan_orders``.
    """
    by.require(RIGHT, ship.call.terminal)
    plan_departures(ship, by=by.entrusted(), at=at)
    onto_train = _between(ship, StowageList.DISCHARGE).filter(visit__departure_call=train.call_id)
    onto_ship = _between(ship, StowageList.LOAD).filter(visit__arrival_call=train.call_id)
    orders = [
        *_transfers(sorted(onto_train, key=lambda line: turn_off(line.stow)), ship.call, train.call),
        *_transfers(sorted(onto_ship, key=lambda line: turn_on(line.stow)), train.call, ship.call),
    ]
    if not orders:
        raise NotBetweenThese(ship=str(ship), train=train.call.number)
    return yard.plan_orders(orders, by=by.entrusted(), at=at)


def _between(ship: ShipCall, which: StowageList) -> StowageLineQuerySet:
    lines = StowageLine.objects.filter(ship=ship, visit__state=VisitState.ADVISED.value).of_list(which).listed()
    asked = open_orders(lines)
    return lines.exclude(pk__in=list(asked)).select_related("visit__container", "visit__terminal")


def _transfers(lines: Iterable[StowageLine], source: Call, target: Call) -> list[yard.NewOrder]:
    return [
        yard.NewOrder(
            kind=Work.TRANSFER,
            visit=_visit(line),
            call=source,
            onward_call=target,
            priority=PRIORITY,
            sequence=turn,
            due_at=target.cut_off_at,
        )
        for turn, line in enumerate(lines, start=1)
    ]


def _open_lines(ship: ShipCall, which: StowageList, named: Iterable[StowageLine] | None) -> list[StowageLine]:
    rows = StowageLine.objects.filter(ship=ship).of_list(which).select_related("visit__container", "visit__terminal")
    if named is None:
        return list(rows.listed().order_by("pk"))
    wanted = {line.pk: line.number for line in named}
    found = list(rows.filter(pk__in=wanted, state=LineState.LISTED.value).order_by("pk"))
    for pk in wanted.keys() - {line.pk for line in found}:
        raise NotOnThisList(number=wanted[pk], ship=str(ship))
    return found


def _ready(lines: list[StowageLine], ship: ShipCall, at: datetime) -> list[StowageLine]:
    """The lines whose boxes stand in the yard, are planned on the ship, and have nothing in their way."""
    here = [line for line in lines if line.visit is not None and line.visit.departure_call_id == ship.call_id]
    stand = situations([_visit(line) for line in here], at)
    ready = [line for line in here if not blockers(stand[_visit(line).pk], Step.LOAD, at)]
    return [line for line in ready if _visit(line).position == Position.IN_YARD]


def _require_loadable(lines: list[StowageLine], ship: ShipCall, at: datetime) -> None:
    troubled = {wish.line.pk: wish.trouble for wish in wishes(ship, at) if wish.trouble is not None}
    for line in lines:
        if line.pk in troubled:
            raise NotToBePlanned(number=line.number, ship=str(ship), codes=troubled[line.pk].value)
    containers.require_ready([_visit(line) for line in lines], step=Step.LOAD, at=at)


def _plan(ship: ShipCall, which: StowageList, lines: list[StowageLine], *, by: Actor, at: datetime) -> list[WorkOrder]:
    if not lines:
        raise _nothing(ship, which)
    work = Work.DISCHARGE if which is StowageList.DISCHARGE else Work.LOAD
    orders = [
        yard.NewOrder(kind=work, visit=_visit(line), call=ship.call, priority=PRIORITY, sequence=turn, reason=line.stow)
        for turn, line in enumerate(lines, start=1)
    ]
    return yard.plan_orders(orders, by=by.entrusted(), at=at)


def _nothing(ship: ShipCall, which: StowageList) -> NothingToPlan:
    lines = list(StowageLine.objects.filter(ship=ship).of_list(which).listed())
    asked = len(open_orders(lines))
    return NothingToPlan(ship=str(ship), listed=len(lines), asked=asked)


def _visit(line: StowageLine) -> Visit:
    assert line.visit is not None  # only lines whose box is known are planned
    return line.visit
