"""COPRAR and BAPLIE: what a ship brings and takes becomes its lists. A list moves no box."""

from collections.abc import Iterable
from typing import Any

from apps.containers import services as containers
from apps.containers.models import Hazard as NotedHazard
from apps.containers.models import Visit
from apps.edi.models import Interchange
from apps.edi.services.acting.calls import ship_of
from apps.edi.services.cases import Case, box_at
from apps.edi.services.refusals import UnknownHere
from apps.ships import services as ships
from apps.ships.models import ShipCall, StowageLine
from apps.ships.selectors.lists import ListDifference
from apps.ships.selectors.loading import wishes
from apps.ships.stowage import ListedBox, StowageListRefused
from terminal.edifact.exchange import Unacted
from terminal.edifact.facts import (
    BILL_OF_LADING,
    DELIVERY,
    DISCHARGE,
    BayPlan,
    Box,
    Function,
    Hazard,
    ShipList,
    Stage,
)
from terminal.edifact.faults import MissingElement, Place, WrongElement
from terminal.equipment import SizeType
from terminal.errors import gettext_noop
from terminal.stowage import StowageList
from terminal.throughput import Mode

ADDED_TO = frozenset({Function.ADDITION, Function.CHANGE})
TAKEN_FROM = frozenset({Function.DELETION})
WHOLE = frozenset({Function.ORIGINAL, Function.REPLACEMENT, Function.DUPLICATE})


def take_ship_list(told: ShipList, case: Case) -> None:
    """COPRAR: the ship's discharge or load list, whole, added to, taken from or cancelled."""
    ship = ship_of(case, told.means, told.which)
    boxes = [_listed(box, told.which) for box in told.boxes]
    _take(case, ship, told.which, _resulting(case, ship, told, boxes), told.boxes)


def take_bay_plan(told: BayPlan, case: Case) -> None:
    """BAPLIE, read as an announcement: what is to be discharged here. A list that is known is not changed by it."""
    ship = ship_of(case, told.means, StowageList.DISCHARGE)
    here = case.partner.terminal.un_locode
    for_here = [box for box in told.boxes if (place := box.location(DISCHARGE)) and place.code == here]
    if not for_here:
        raise UnknownHere.at(case.begin, f"{len(told.boxes)} EQD", gettext_noop("containers to be discharged here"))
    if aboard := len(told.boxes) - len(for_here):
        case.leave(Unacted.NOT_FOR_HERE, case.begin, str(aboard), here)
    if ship.discharge_list_at is not None and not _came_by_plan(case, ship):
        case.leave(Unacted.LIST_IS_KNOWN, case.begin, ship.call.number)
        return
    _take(case, ship, StowageList.DISCHARGE, [_listed(box, StowageList.DISCHARGE) for box in for_here], for_here)


def _came_by_plan(case: Case, ship: ShipCall) -> bool:
    """Whether the list that is known is what an earlier bay plan said."""
    plans = Interchange.objects.came().filter(
        partner=case.partner,
        at=ship.discharge_list_at or case.at,
        outcome__messages__contains=[{"type": "BAPLIE", "call": str(ship.call.public_id)}],
    )
    return plans.exists()


def _take(case: Case, ship: ShipCall, which: StowageList, listed: list[ListedBox], boxes: Iterable[Box]) -> None:
    with case.asking(boxes):
        difference = _received(ship, which, listed, case)
    case.done(
        "stowage-list",
        list=which.value,
        call=str(ship.call.public_id),
        voyage=ship.call.number,
        new=len(difference.new),
        changed=len(difference.changed),
        dropped=len(difference.dropped),
    )
    case.leave_masses(boxes)
    _note_more_hazards(case, ship, which, boxes)
    if which is StowageList.LOAD:
        _tell_troubles(case, ship, boxes)


def _received(ship: ShipCall, which: StowageList, listed: list[ListedBox], case: Case) -> ListDifference:
    try:
        return ships.receive_list(ship, which, listed, by=case.by.entrusted(), at=case.at)
    except StowageListRefused as refusal:
        fault = refusal.faults[0]
        raise WrongElement.at(Place(fault.line, "EQD", 2, 1), fault.value, fault.reason) from refusal


def _resulting(case: Case, ship: ShipCall, told: ShipList, boxes: list[ListedBox]) -> list[ListedBox]:
    """The whole list as it is to be, by what the message is to the earlier one."""
    function = told.head.function
    if function in WHOLE:
        return boxes
    if function is Function.CANCELLATION:
        return []
    known = {each.number: each for each in _known(ship, told.which)}
    if function in ADDED_TO:
        return list((known | {each.number: each for each in boxes}).values())
    if function in TAKEN_FROM:
        return [each for number, each in known.items() if number not in {box.number for box in boxes}]
    raise WrongElement.at(case.where("BGM", 3), function, "1, 2, 3, 4, 5, 7, 9")


def _known(ship: ShipCall, which: StowageList) -> list[ListedBox]:
    rows = StowageLine.objects.filter(ship=ship, unlisted=False).of_list(which).order_by("pk")
    names = [name for name in ListedBox.__dataclass_fields__ if name != "sheet_line"]
    return [ListedBox(0, **{name: _plain(getattr(row, name)) for name in names}) for row in rows]


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _listed(box: Box, which: StowageList) -> ListedBox:
    """A box as the list has it; ``sheet_line`` is its segment. Raises ``MissingElement``, ``WrongElement``."""
    if box.laden is None:
        raise MissingElement.at(box_at(box, 6), "", gettext_noop("empty or full (4, 5)"))
    if not box.size_type:
        raise MissingElement.at(box_at(box, 3), "", gettext_noop("a size-type code"))
    if box.celsius is not None and not SizeType.parse(box.size_type).is_reefer:
        raise WrongElement.at(
            box_at(box, 3), box.size_type, gettext_noop("a reefer, where a temperature is to be kept")
        )
    hazard = box.hazards[0] if box.hazards else None
    return ListedBox(
        sheet_line=box.segment,
        number=box.number,
        size_type=box.size_type,
        laden=box.laden,
        gross_kg=box.gross_kg or box.vgm_kg,
        seals=tuple(dict.fromkeys(seal.number for seal in box.seals)),
        un_number=hazard.un_number if hazard else "",
        imdg_class=hazard.imdg_class if hazard else "",
        celsius=box.celsius,
        destination=_destination(box),
        stow=box.stow,
        onward=_onward(box) if which is StowageList.DISCHARGE else "",
        bill_of_lading=box.reference(BILL_OF_LADING)[:60],
    )


def _destination(box: Box) -> str:
    for role in (DELIVERY, "8", DISCHARGE):
        place = box.location(role)
        if place is not None and place.is_un_locode:
            return place.code
    return ""


def _onward(box: Box) -> str:
    """By what it goes on: the number of a train, or a truck."""
    for means in box.means:
        if means.stage is Stage.ON_CARRIAGE:
            if means.mode is Mode.RAIL:
                return means.journey[:40]
            return "truck" if means.mode is Mode.ROAD else ""
    return ""


def _note_more_hazards(case: Case, ship: ShipCall, which: StowageList, boxes: Iterable[Box]) -> None:
    """A line has room for one dangerous good; all further ones are noted with the visit itself."""
    several = {box.number: box for box in boxes if len(box.hazards) > 1}
    lines = StowageLine.objects.filter(ship=ship, number__in=several).of_list(which).select_related("visit")
    for line in lines.order_by("pk"):
        box = several[line.number]
        if line.visit is None:
            case.leave(Unacted.NOT_NOTED, box_at(box), box.number, gettext_noop("dangerous goods of a box not here"))
            continue
        with case.asking([box], box_at(box)):
            note_hazards(line.visit, box.hazards[1:], case)


def note_hazards(visit: Visit, hazards: Iterable[Hazard], case: Case) -> None:
    """Note dangerous goods that are not noted of the visit yet."""
    known = set(NotedHazard.objects.filter(visit=visit).values_list("un_number", "imdg_class"))
    new = [each for each in hazards if (each.un_number, each.imdg_class) not in known]
    notes = [containers.NewHazard(visit=visit, un_number=each.un_number, imdg_class=each.imdg_class) for each in new]
    if notes:
        containers.note(notes, by=case.by.entrusted(), at=case.at)


def _tell_troubles(case: Case, ship: ShipCall, boxes: Iterable[Box]) -> None:
    """Listed boxes that cannot be planned as things stand, by what stands against each."""
    named = {box.number: box for box in boxes}
    for wish in wishes(ship, case.at):
        box = named.get(wish.line.number)
        if wish.trouble is not None and box is not None:
            case.leave(Unacted.CANNOT_BE_LOADED, box_at(box), box.number, wish.trouble.value.replace("_", "-"))
