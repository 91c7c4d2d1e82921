"""A ship's lists are received: what differs from what is known, and only that, is applied."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import F

from apps.calls import services as calls
from apps.calls.models import Call
from apps.calls.services.refusals import lock, require_under_way
from apps.common.attachments import kept_with
from apps.common.models import Attachment
from apps.containers import services as containers
from apps.containers.models import Reference, Visit, VisitRole
from apps.journal.services import record
from apps.parties.actors import Actor
from apps.ships.models import ShipCall, StowageLine
from apps.ships.selectors.lists import Change, ListDifference, differences, onward_calls
from apps.ships.selectors.loading import wishes
from apps.ships.services.calling import RIGHT, of_ship
from apps.ships.services.noting import note_what_is_listed
from apps.ships.services.ordering import call_off
from apps.ships.stowage import ListedBox, read_stowage_list
from terminal.events import EventKind
from terminal.lifecycle import Phase, StepNotAllowed, VisitState
from terminal.regimes import Goods
from terminal.stowage import StowageList

RECEIVED: Final = {StowageList.DISCHARGE: "discharge_list_at", StowageList.LOAD: "load_list_at"}
NOT_LISTED: Final = "not in the list any more"


def read_list(kept: Attachment) -> list[ListedBox]:
    """What a kept list says. Raises ``StowageListRefused`` with every fault."""
    with kept.file.open("rb") as file:
        return read_stowage_list(file.read())


def receive_sheet(ship: ShipCall, which: StowageList, sheet: UUID, *, by: Actor, at: datetime) -> ListDifference:
    """Take in what a sheet kept with the ship's call says, by the sheet's public number.

    Raises ``NoSuchFile``, and as ``read_list`` and ``receive_list``.
    """
    return receive_list(ship, which, read_list(kept_with(ship, sheet)), by=by, at=at)


def receive_list(
    ship: ShipCall, which: StowageList, told: list[ListedBox], *, by: Actor, at: datetime
) -> ListDifference:
    """Write down what a ship brings, or what it is to take, all or nothing; what was changed.

    A box to be discharged gets an advised visit, marked where nobody announced it. A box to be loaded is planned to
    leave by this ship, unless something speaks against it: ``selectors.wishes`` says what. A list received again
    changes only what differs, and nothing that was worked or given up. Raises ``NotYours``, ``CallIsOver`` (kept in
    the journal), ``StepNotAllowed`` (the ship has left), ``StowageListRefused``, ``LineInHand``.
    """
    by.require(RIGHT, ship.call.terminal)
    with calls.messages_about(ship.call, message="stowage list", by=by, at=at):
        lock(ship.call)
        require_under_way(ship.call)
        _require_not_left(ship)
        trains = onward_calls(ship, told)
        difference = differences(ship, which, told)
        _drop(difference.dropped, by=by, at=at)
        lines = [*_change(difference.changed, trains), *_add(ship, which, difference.new, trains)]
        find_boxes(ship, which, lines, by=by, at=at)
        _note(ship, which, difference, by=by, at=at)
    return difference


def find_boxes(ship: ShipCall, which: StowageList, lines: list[StowageLine], *, by: Actor, at: datetime) -> None:
    """Give each line its visit, and note with the visit what the line says."""
    if which is StowageList.DISCHARGE:
        _expect(ship, [line for line in lines if line.visit_id is None], by=by.entrusted(), at=at)
        _plan_onward(lines, by=by.entrusted(), at=at)
        note_what_is_listed(lines, by=by, at=at)
    else:
        note_what_is_listed(plan_departures(ship, by=by.entrusted(), at=at), by=by, at=at)


def plan_departures(ship: ShipCall, *, by: Actor, at: datetime) -> list[StowageLine]:
    """Plan every listed box that nothing speaks against to leave by the ship; the lines with their boxes."""
    good = [wish for wish in wishes(ship, at) if wish.trouble is None and wish.visit is not None]
    for wish in good:
        wish.line.visit = wish.visit
    StowageLine.objects.bulk_update([wish.line for wish in good], ["visit"])
    later = [wish.visit for wish in good if wish.visit and wish.visit.departure_call_id != ship.call_id]
    papers = [containers.Papers(visit=visit, departure_call=ship.call) for visit in later]
    if papers:
        containers.describe(papers, by=by, at=at)
    return [wish.line for wish in good]


def _require_not_left(ship: ShipCall) -> None:
    if ship.call.phase == Phase.DEPARTED:
        raise StepNotAllowed(
            thing="ship", present=ship.call.phase, wanted="stowage list received", possible=Phase.CLOSED
        )


def _drop(lines: list[StowageLine], *, by: Actor, at: datetime) -> None:
    call_off(lines, reason=NOT_LISTED, by=by, at=at)
    known_by_list = Visit.objects.filter(
        pk__in=[line.visit_id for line in lines], unannounced=True, state=VisitState.ADVISED.value
    )
    unknown = list(known_by_list.select_related("container", "terminal").order_by("pk"))
    StowageLine.objects.filter(pk__in=[line.pk for line in lines]).delete()
    for visit in unknown:
        containers.cancel_visit(visit, by=by.entrusted(), at=at, reason=NOT_LISTED)


def _change(changes: list[Change], trains: dict[str, Call | None]) -> list[StowageLine]:
    for change in changes:
        values = {name: value for name, (_before, value) in change.values.items()}
        values["onward_call"] = trains.get(change.box.onward)
        StowageLine.objects.filter(pk=change.line.pk).update(**values, version=F("version") + 1)
    changed = StowageLine.objects.filter(pk__in=[change.line.pk for change in changes])
    return list(changed.select_related("visit__container", "onward_call").order_by("pk"))


def _add(
    ship: ShipCall, which: StowageList, boxes: list[ListedBox], trains: dict[str, Call | None]
) -> list[StowageLine]:
    return StowageLine.objects.bulk_create(
        [
            StowageLine(ship=ship, listed_in=which.value, onward_call=trains.get(box.onward), **box.facts())
            for box in boxes
        ],
        batch_size=1000,
    )


def _expect(ship: ShipCall, lines: list[StowageLine], *, by: Actor, at: datetime) -> None:
    """The advised visit of each box that is to come off, made where nobody announced it."""
    call = ship.call
    numbers = {line.number: _papers_of(line) for line in lines}
    found = containers.match_arrivals(terminal=call.terminal, boxes=numbers, call=call, party=ship.line, at=at)
    unannounced = [line for line in lines if line.number not in found]
    made = containers.advise([_advice(ship, line) for line in unannounced], by=by, at=at)
    visits = found | {line.number: visit for line, visit in zip(unannounced, made, strict=True)}
    for line in lines:
        line.visit = visits[line.number]
    StowageLine.objects.bulk_update(lines, ["visit"], batch_size=1000)


def _papers_of(line: StowageLine) -> list[tuple[str, str]]:
    return [(Reference.Kind.BILL_OF_LADING.value, line.bill_of_lading)] if line.bill_of_lading else []


def _advice(ship: ShipCall, line: StowageLine) -> containers.Advice:
    return containers.Advice(
        terminal=ship.call.terminal,
        number=line.number,
        size_type=line.size_type,
        laden=line.laden,
        goods=_goods(line),
        gross_kg=line.gross_kg,
        destination=line.destination,
        arrival_call=ship.call,
        departure_call=line.onward_call,
        references=_papers_of(line),
        roles=[(ship.line, VisitRole.Role.LINE.value)] if ship.line else [],
        unannounced=True,
    )


def _goods(line: StowageLine) -> Goods:
    """What the list says it carries, as far as it changes where it may stand."""
    if line.un_number or line.imdg_class:
        return Goods.DANGEROUS_GOODS
    if line.laden is False:
        return Goods.EMPTY
    return Goods.STANDARD if line.celsius is None else Goods.REEFER


def _plan_onward(lines: list[StowageLine], *, by: Actor, at: datetime) -> None:
    """Boxes listed to go on by a train are planned on it, unless they are planned already."""
    papers = [
        containers.Papers(visit=line.visit, departure_call=line.onward_call)
        for line in lines
        if line.visit is not None and line.onward_call is not None and line.visit.departure_call_id is None
    ]
    if papers:
        containers.describe(papers, by=by, at=at)


def _note(ship: ShipCall, which: StowageList, difference: ListDifference, *, by: Actor, at: datetime) -> None:
    ShipCall.objects.filter(pk=ship.pk).update(**{RECEIVED[which]: at}, version=F("version") + 1)
    setattr(ship, RECEIVED[which], at)
    counted = {
        "number": ship.call.number,
        "list": which.value,
        "new_lines": len(difference.new),
        "changed_lines": len(difference.changed),
        "dropped_lines": len(difference.dropped),
    }
    record(of_ship(ship, EventKind.STOWAGE_LIST_RECEIVED, by=by, at=at, payload=counted))
