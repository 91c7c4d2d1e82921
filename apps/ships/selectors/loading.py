"""Which boxes a load list means, and which of them cannot be planned as they are listed."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from apps.containers.models import Visit, VisitRole
from apps.ships.models import ShipCall, StowageLine
from terminal.lifecycle import LineState, Phase, VisitState
from terminal.stowage import StowageList, Trouble

OVER: Final = (Phase.DEPARTED.value, Phase.CLOSED.value, Phase.CANCELLED.value)


@dataclass(frozen=True)
class Wish:
    """A line of a load list, the box it means (None: there is none), and what is wrong with it, if anything."""

    line: StowageLine
    visit: Visit | None
    trouble: Trouble | None


def wishes(ship: ShipCall, at: datetime) -> list[Wish]:
    """How things stand with every open line of the load list at ``at``. Four queries, however many lines."""
    lines = list(StowageLine.objects.filter(ship=ship).of_list(StowageList.LOAD).listed().order_by("pk"))
    found = _visits(ship, [line.number for line in lines])
    others, given_up = _other_lines(ship, found.values(), at), _given_up(found.values())
    return [_wish(ship, line, found.get(line.number), others, given_up, at) for line in lines]


def _visits(ship: ShipCall, numbers: list[str]) -> dict[str, Visit]:
    """The box's visit: the one that is here, else the one planned on this ship, else the oldest advised."""
    rows = Visit.objects.filter(
        terminal=ship.call.terminal_id,
        container__number__in=numbers,
        state__in=[VisitState.ADVISED.value, VisitState.ACTIVE.value],
    )
    found: dict[str, list[Visit]] = defaultdict(list)
    for visit in rows.select_related("container", "departure_call").order_by("pk"):
        found[visit.container.number].append(visit)
    return {number: min(visits, key=lambda visit: _rank(ship, visit)) for number, visits in found.items()}


def _rank(ship: ShipCall, visit: Visit) -> tuple[bool, bool, int]:
    return visit.state != VisitState.ACTIVE, visit.departure_call_id != ship.call_id, visit.pk


def _other_lines(ship: ShipCall, visits: Iterable[Visit], at: datetime) -> set[int]:
    """The visits whose shipping line is another one than the ship's."""
    if ship.line_id is None:
        return set()
    lines: dict[int, set[int]] = defaultdict(set)
    roles = VisitRole.objects.filter(visit__in=list(visits), role=VisitRole.Role.LINE).in_force(at)
    for visit_id, party_id in roles.values_list("visit", "party"):
        lines[visit_id].add(party_id)
    return {visit for visit, parties in lines.items() if ship.line_id not in parties}


def _given_up(visits: Iterable[Visit]) -> set[tuple[int, int]]:
    """The visits whose lines were cancelled, each with the call that does not take it."""
    lines = StowageLine.objects.filter(visit__in=list(visits), state=LineState.CANCELLED.value)
    return {(visit, call) for visit, call in lines.values_list("visit", "ship__call") if visit is not None}


def _wish(
    ship: ShipCall,
    line: StowageLine,
    visit: Visit | None,
    others: set[int],
    given_up: set[tuple[int, int]],
    at: datetime,
) -> Wish:
    if visit is None:
        return Wish(line, None, Trouble.NO_SUCH_BOX)
    if visit.pk in others:
        return Wish(line, visit, Trouble.ANOTHER_LINE)
    if _is_planned_elsewhere(ship, visit, given_up):
        return Wish(line, visit, Trouble.PLANNED_ELSEWHERE)
    return Wish(line, visit, Trouble.PAST_CUT_OFF if _came_too_late(ship, visit, at) else None)


def _is_planned_elsewhere(ship: ShipCall, visit: Visit, given_up: set[tuple[int, int]]) -> bool:
    """Whether another call that is not over is to take it, and has not given it up."""
    other = visit.departure_call
    if other is None or other.pk == ship.call_id or other.phase in OVER:
        return False
    return (visit.pk, other.pk) not in given_up


def _came_too_late(ship: ShipCall, visit: Visit, at: datetime) -> bool:
    cut_off = ship.call.cut_off_at
    return cut_off is not None and (visit.arrived_at or at) > cut_off
