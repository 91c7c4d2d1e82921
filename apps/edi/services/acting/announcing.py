"""COPARN: boxes that are to come become pre-advice of the partner's, as over the API.

# Note [A later word on an announcement]
The document's number (BGM) stands in the papers of what it advised. A replacement or a cancellation takes back what
that document advised and has not come; what has come stays, and refuses a replacement that says otherwise.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, Final

from apps.containers import services as containers
from apps.containers.models import Reference, Visit
from apps.edi.services.cases import Case, box_at
from apps.edi.services.refusals import UnknownHere
from terminal.edifact.exchange import Unacted
from terminal.edifact.facts import (
    BILL_OF_LADING,
    BOOKING,
    DELIVERY,
    DISCHARGE,
    Announcement,
    Box,
    Function,
    Order,
)
from terminal.edifact.faults import MissingElement, WrongElement
from terminal.errors import gettext_noop
from terminal.lifecycle import VisitState
from terminal.reefers import Reading
from terminal.regimes import Goods
from terminal.seals import SealOwner

Note = Callable[[Visit], containers.NewNote]
KINDS: Final = {BOOKING: Reference.Kind.BOOKING.value, BILL_OF_LADING: Reference.Kind.BILL_OF_LADING.value}
TAKES_BACK: Final = frozenset({Function.CANCELLATION, Function.DELETION, Function.REPLACEMENT, Function.CHANGE})
ADVISES: Final = frozenset(
    {Function.ORIGINAL, Function.ADDITION, Function.REPLACEMENT, Function.CHANGE, Function.DUPLICATE}
)
UNDER_WAY: Final = (VisitState.ADVISED.value, VisitState.ACTIVE.value)


def take_announcement(told: Announcement, case: Case) -> None:
    """Pre-advise what is to come; a release order is for a person to give."""
    if told.order is Order.RELEASE:
        for box in told.boxes:
            what = box.number or f"{box.count} × {box.size_type}"
            case.leave(Unacted.RELEASE_ORDER, box_at(box), what)
        return
    function = told.head.function
    if function not in ADVISES | TAKES_BACK:
        raise WrongElement.at(case.where("BGM", 3), function, "1, 2, 3, 4, 5, 7, 9")
    named = [box for box in told.boxes if _has_number(box)]
    _require_document(told, case)
    if function in TAKES_BACK:
        whole = function in (Function.CANCELLATION, Function.REPLACEMENT)
        _take_back(told, named, case, only=None if whole else {box.number for box in named})
    if function in ADVISES:
        _advise(told, _not_known(told, named, case), case)


def _has_number(box: Box) -> bool:
    if not box.number:
        raise MissingElement.at(box_at(box), "", gettext_noop("a container number"))
    return True


def _require_document(told: Announcement, case: Case) -> None:
    if not told.head.document:
        raise MissingElement.at(case.where("BGM", 2), "", gettext_noop("the number of the order"))


def _advised(told: Announcement, case: Case) -> list[Visit]:
    """What this document of the partner's advised and is not over, by what stands in its papers."""
    own = Visit.objects.filter(terminal=case.partner.terminal_id, state__in=UNDER_WAY).seen_by(case.party, case.at)
    papers = Reference.objects.filter(kind=Reference.Kind.ORDER.value, value=told.head.document[:60])
    return list(own.filter(references__in=papers).select_related("container", "terminal").distinct().order_by("pk"))


def _take_back(told: Announcement, boxes: Iterable[Box], case: Case, *, only: set[str] | None) -> None:
    advised = _advised(told, case)
    if not advised:
        raise UnknownHere.at(case.where("BGM", 2), told.head.document, gettext_noop("an order that was sent before"))
    for visit in advised:
        if only is None or visit.container.number in only:
            with case.asking(boxes):
                containers.cancel_visit(visit, by=case.by, at=case.at, reason=f"COPARN {told.head.document}"[:200])
            case.done("visit-cancelled", container=visit.container.number, visit=str(visit.public_id))


def _not_known(told: Announcement, boxes: list[Box], case: Case) -> list[Box]:
    """Boxes this document has not advised before: said twice, a box is to come once."""
    known = {visit.container.number for visit in _advised(told, case)}
    for box in boxes:
        if box.number in known:
            case.leave(Unacted.SAID_BEFORE, box_at(box), box.number)
    return [box for box in boxes if box.number not in known]


def _advise(told: Announcement, boxes: list[Box], case: Case) -> None:
    with case.asking(boxes):
        visits = containers.advise([_advice(told, box, case) for box in boxes], by=case.by, at=case.at)
    case.leave_masses(boxes)
    for box, visit in zip(boxes, visits, strict=True):
        case.done("visit-advised", container=box.number, visit=str(visit.public_id))


def _advice(told: Announcement, box: Box, case: Case) -> containers.Advice:
    if not box.size_type:
        raise MissingElement.at(box_at(box, 3), "", gettext_noop("a size-type code"))
    return containers.Advice(
        terminal=case.partner.terminal,
        number=box.number,
        size_type=box.size_type,
        laden=box.laden,
        goods=goods_of(box),
        gross_kg=box.gross_kg or box.vgm_kg,
        destination=_destination(box),
        references=_papers(told, box),
        notes=list(_notes(box, case)),
    )


def goods_of(box: Box) -> Goods:
    """What it carries, as far as it changes where it may stand."""
    if box.hazards:
        return Goods.DANGEROUS_GOODS
    if box.laden is False:
        return Goods.EMPTY
    return Goods.STANDARD if box.celsius is None else Goods.REEFER


def _destination(box: Box) -> str:
    """Where it goes on to by land, else by sea; the last means of transport may name it."""
    places = [*(each for means in reversed(box.means) for each in means.locations), *box.locations]
    for role in (DELIVERY, "8", DISCHARGE):
        for place in places:
            if place.role == role and place.is_un_locode:
                return place.code
    return ""


def _papers(told: Announcement, box: Box) -> list[tuple[str, str]]:
    said = [*told.head.references, *box.references]
    own = [(Reference.Kind.ORDER.value, told.head.document[:60])]
    return own + [(KINDS[each.kind], each.value[:60]) for each in said if each.kind in KINDS and each.value]


def _notes(box: Box, case: Case) -> Iterator[Note]:
    """What it says of seals, dangerous goods and set-points, to be noted once the visit is there."""
    for seal in {each.number: each for each in box.seals}.values():
        yield partial(_seal, number=seal.number, owner=seal.owner or SealOwner.CARRIER)
    for hazard in dict.fromkeys(box.hazards):
        if hazard.un_number:
            yield partial(_hazard, un_number=hazard.un_number, imdg_class=hazard.imdg_class)
        else:
            why = gettext_noop("dangerous goods without a UN number")
            case.leave(Unacted.NOT_NOTED, box_at(box), f"{box.number} {hazard.imdg_class}", why)
    if box.celsius is not None:
        yield partial(_set_point, celsius=box.celsius)


def _seal(visit: Visit, **said: Any) -> containers.NewNote:
    return containers.NewSeal(visit=visit, **said)


def _hazard(visit: Visit, **said: Any) -> containers.NewNote:
    return containers.NewHazard(visit=visit, **said)


def _set_point(visit: Visit, **said: Any) -> containers.NewNote:
    return containers.NewTemperature(visit=visit, reading=Reading.SET_POINT, **said)
