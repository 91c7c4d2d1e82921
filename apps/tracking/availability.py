"""Can I have it, and when: everything several apps know of a container, in one answer."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any, Final

from apps.billing.selectors import accrued
from apps.calls.models import Call
from apps.containers.models import Visit
from apps.containers.selectors import what_stands_between
from apps.customs.selectors.expecting import expected_answers
from apps.parties.models import Party
from apps.parties.rows import everybodys_rows
from apps.trains.services.booking import trains_with_room
from terminal.errors import Refused
from terminal.lifecycle import VisitState
from terminal.readiness import Blocker, Step
from terminal.readiness.prediction import gone_at, ready_at
from terminal.throughput import Mode

TRAINS: Final = 3
"""Trains that are offered."""


@dataclass(frozen=True, slots=True)
class InTheWay:
    """A blocker, and when it is expected to be gone (None: nobody can say)."""

    blocker: Blocker
    gone_at: datetime | None


@dataclass(frozen=True, slots=True)
class Charges:
    """What the stay costs its payer so far; only the payer is told."""

    last_free_on: date | None
    due: Decimal | None
    currency: str


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether the visit may take its next ``step``, what is in the way, and when it is expected to be ready."""

    visit: Visit
    step: Step
    in_the_way: list[InTheWay]
    ready_at: datetime | None
    charges: Charges | None
    next_trains: list[dict[str, Any]]


@everybodys_rows()
def availability(visit: Visit, party: Party, at: datetime, step: Step | None = None) -> Availability:
    """Whether the party can have the box: ``step``, or else the next on its way (out by gate, or onto its carrier)."""
    wanted = step or _next_step(visit)
    found = what_stands_between(visit, wanted, at)
    answers = expected_answers(visit.terminal, {each.reference for each in found if each.reference}, at)
    arrives, leaves = (_expected_here(call) for call in (visit.arrival_call, visit.departure_call))
    in_the_way = [
        InTheWay(each, gone_at(each, arrives_at=arrives, leaves_from=leaves, answers=answers, at=at)) for each in found
    ]
    return Availability(
        visit=visit,
        step=wanted,
        in_the_way=in_the_way,
        ready_at=ready_at((each.gone_at for each in in_the_way), at),
        charges=_charges(visit, party, at),
        next_trains=_next_trains(visit, at),
    )


def _next_step(visit: Visit) -> Step:
    call = visit.departure_call
    return Step.LOAD if call is not None and call.mode != Mode.ROAD else Step.GATE_OUT


def _expected_here(call: Call | None) -> datetime | None:
    """By the estimate that was published, else by the plan; when it came, once it has."""
    return None if call is None else call.arrived_at or call.told_arrival_at or call.scheduled_arrival_at


def _charges(visit: Visit, party: Party, at: datetime) -> Charges | None:
    if visit.arrived_at is None:
        return None
    try:
        stay, line = accrued(visit, at)
    except Refused:  # no tariff says what it costs
        return None
    if stay.payer is None or stay.payer.pk != party.pk:
        return None
    over = stay.account is not None and stay.account.closed_at is not None
    if line is None or over:
        return Charges(stay.account.last_free_on if stay.account else None, None, "")
    return Charges(line.dates.last_free_on, line.amount, line.version.currency)


def _next_trains(visit: Visit, at: datetime) -> list[dict[str, Any]]:
    """Trains to its destination with room for it, for a box that no carrier is to take yet."""
    over = visit.state not in (VisitState.ADVISED, VisitState.ACTIVE)
    if over or visit.departure_call_id is not None or not visit.destination:
        return []
    return list(islice(trains_with_room(visit.terminal, visit.destination, visit.container.teu, at), TRAINS))
