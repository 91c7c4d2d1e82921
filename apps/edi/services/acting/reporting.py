"""CODECO, COARRI and IFTSTA from others: their word on boxes of ours, which moves nothing.

A report is an entry of its own kind, on which no figure, charge or stop follows (``terminal.progress``).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from apps.containers.models import Visit
from apps.containers.services.advising import role_of
from apps.edi.services.cases import Case, box_at
from apps.journal.services import Reported, record_reports
from terminal.edifact.exchange import Unacted
from terminal.edifact.facts import (
    ACTIVITY,
    DISCHARGE,
    HERE,
    LOADING,
    Box,
    Function,
    Gate,
    GateReport,
    Location,
    Means,
    Move,
    ShipReport,
    ShipWork,
    Status,
    StatusReport,
    StatusTold,
)
from terminal.edifact.faults import WrongElement
from terminal.errors import gettext_noop
from terminal.events import Classifier, EventKind
from terminal.lifecycle import VisitState
from terminal.moments import utc
from terminal.progress import CLOCKS_DIFFER_BY, Progress

MOVED: Final = {
    Gate.IN: Status.GATED_IN,
    Gate.OUT: Status.GATED_OUT,
    ShipWork.DISCHARGED: Status.DISCHARGED,
    ShipWork.LOADED: Status.LOADED,
}
SAYS: Final = frozenset({Function.ORIGINAL, Function.ADDITION, Function.DUPLICATE, Function.CONFIRMATION})
WHERE: Final = {Status.LOADED: LOADING, Status.DISCHARGED: DISCHARGE}
PROGRESS: Final = {
    Status.ARRIVED: Progress.REACHED,
    Status.DEPARTED: Progress.SET_OFF,
    Status.DISCHARGED: Progress.DISCHARGED_FROM,
    Status.LOADED: Progress.LOADED_ON,
    Status.GATED_IN: Progress.GATED_IN,
    Status.GATED_OUT: Progress.GATED_OUT,
    Status.DELIVERED: Progress.DELIVERED,
    Status.EN_ROUTE: Progress.PASSED,
    Status.CROSSED_BORDER: Progress.BORDER_CROSSED,
    Status.STRIPPED: Progress.UNPACKED,
    Status.EMPTY_RETURNED: Progress.EMPTY_RETURNED,
}
"""What is noted of a status; of what is not here, customs or the terminal have the word, or it says too little."""


@dataclass(frozen=True)
class _Word:
    """One thing said of one box."""

    box: Box
    what: Status
    at: datetime
    details: dict[str, Any]


def take_gate_report(told: GateReport, case: Case) -> None:
    """CODECO: where the box went in or out, somebody else's gate."""
    _require_says(told.head.function, case)
    _note([_moved(each, MOVED[told.way], told.means) for each in told.moves], case)


def take_ship_report(told: ShipReport, case: Case) -> None:
    """COARRI: somebody else's quay."""
    _require_says(told.head.function, case)
    _note([_moved(each, MOVED[told.work], told.means) for each in told.moves], case)


def take_status_report(told: StatusReport, case: Case) -> None:
    """IFTSTA: what happened on the way."""
    _require_says(told.head.function, case)
    _note([_stood(each, box) for each in told.statuses for box in each.boxes], case)
    if not any(each.boxes for each in told.statuses):
        case.leave(Unacted.NOT_NOTED, case.begin, case.message.reference, "EQD, RFF EQ")


def _require_says(function: Function, case: Case) -> None:
    """Taking back what was reported is not read: what others said stands as they said it."""
    if function not in SAYS:
        raise WrongElement.at(case.where("BGM", 3), function, "2, 6, 7, 9")


def _moved(move: Move, what: Status, means: Sequence[Means]) -> _Word:
    box = move.box
    place = next(filter(None, (box.location(role) for role in (HERE, ACTIVITY, WHERE.get(what, HERE)))), None)
    return _Word(box, what, move.at, _details(place, (*box.means, *means)))


def _stood(told: StatusTold, box: Box) -> _Word:
    place = next((each for each in told.locations if each.role == ACTIVITY), None)
    return _Word(box, told.status, told.at, {**_details(place, told.means), "note": told.said or told.code})


def _details(place: Location | None, means: Iterable[Means]) -> dict[str, Any]:
    """Where, and by what it came or goes; no more than the box's parties may read."""
    carrying = next((each for each in means if each.mode is not None), None)
    said = {
        "place": (place.code or place.name) if place else "",
        "mode": carrying.mode.value if carrying and carrying.mode else "",
        "carrier": (carrying.journey or carrying.identity or carrying.carrier_name) if carrying else "",
    }
    return {name: value for name, value in said.items() if value}


def _note(words: Sequence[_Word], case: Case) -> None:
    visits = _stays(words, case)
    noted = [word for word in words if word.box.number in visits and _can_be_noted(word, case)]
    source = f"edi:{case.partner.code}"
    told = [_report(word, visits[word.box.number], case) for word in noted]
    whose: Any = {"terminal_id": case.partner.terminal_id, "source": source, "actor": case.by.label}
    new = record_reports(told, kind=EventKind.PROGRESS_REPORTED, **whose)[0] if told else {}
    for word, report in zip(noted, told, strict=True):
        if new.pop(report.reference, None):
            at = utc(word.at).isoformat()
            case.done("reported", container=word.box.number, status=PROGRESS[word.what].value, at=at)
        else:
            case.leave(Unacted.SAID_BEFORE, box_at(word.box), word.box.number)


def _can_be_noted(word: _Word, case: Case) -> bool:
    """Whether it is something others can report, and has happened."""
    if word.what not in PROGRESS:
        case.leave(Unacted.NOT_NOTED, box_at(word.box), f"{word.box.number} {word.what}", gettext_noop("others' word"))
        return False
    if word.at > case.at + CLOCKS_DIFFER_BY:
        case.leave(Unacted.NOT_NOTED, box_at(word.box), word.box.number, gettext_noop("a time that has come"))
        return False
    return True


def _report(word: _Word, visit: Visit, case: Case) -> Reported:
    """The same word on the same box at the same moment is the same report, in whatever message it comes again."""
    what, at = PROGRESS[word.what], utc(word.at)
    return Reported(
        classifier=Classifier.ACTUAL,
        happened_at=at,
        visit_id=visit.pk,
        container_number=visit.container.number,
        reference=f"{word.box.number}:{what}:{at.isoformat()}:{word.details.get('place', '')}"[:160],
        details={"what": what.value, **word.details, "as": role_of(case.party)},
    )


def _stays(words: Iterable[_Word], case: Case) -> dict[str, Visit]:
    """The one stay of each box that is meant: the open one, else the last; none or several are told, not chosen."""
    boxes = {word.box.number: word.box for word in words}
    seen = Visit.objects.filter(terminal=case.partner.terminal_id, container__number__in=boxes)
    known: dict[str, list[Visit]] = defaultdict(list)
    rows = seen.exclude(state__in=[VisitState.CANCELLED.value, VisitState.JOINED.value]).seen_by(case.party, case.at)
    for visit in rows.select_related("container", "terminal").order_by("-arrived_at", "-pk"):
        known[visit.container.number].append(visit)
    found: dict[str, Visit] = {}
    for number, box in boxes.items():
        meant = _meant(known[number])
        if len(meant) == 1:
            found[number] = meant[0]
        else:
            case.leave(Unacted.SEVERAL_STAYS if meant else Unacted.NO_SUCH_STAY, box_at(box), number)
    return found


def _meant(visits: list[Visit]) -> list[Visit]:
    here = [visit for visit in visits if visit.state == VisitState.ACTIVE]
    announced = [visit for visit in visits if visit.state == VisitState.ADVISED]
    return here or announced or visits[:1]
