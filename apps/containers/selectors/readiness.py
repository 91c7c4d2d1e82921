"""How things stand with visits: read in a constant number of queries, judged by ``terminal.readiness``."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from apps.calls.models import Call
from apps.containers.models import Hold, Permission, PermissionRule, Visit, Weight
from apps.containers.selectors.reach import standing_holds
from terminal.lifecycle import Phase, Position, VisitState
from terminal.readiness import Blocker, Grant, HoldFact, Owner, Requirement, Situation, Step, blockers
from terminal.readiness.blockers import AFLOAT
from terminal.regimes import Direction
from terminal.throughput import Mode
from terminal.weights import VERIFIED

KNOWN_DIRECTIONS = [each.value for each in Direction if each is not Direction.UNKNOWN]


def what_stands_between(visit: Visit, step: Step, at: datetime) -> list[Blocker]:
    """Everything between the visit and ``step`` at ``at``, with owner and remedy; empty when it may be taken."""
    return blockers(situation(visit, at), step, at)


def situation(visit: Visit, at: datetime) -> Situation:
    """How things stand with one visit."""
    return situations([visit], at)[visit.pk]


def situations(visits: Iterable[Visit], at: datetime) -> dict[int, Situation]:
    """How things stand with each visit, by its number. At most six queries, however many visits.

    The visits' own columns are taken as they are in hand; holds, permissions, rules, calls and weights are read.
    """
    rows = list(visits)
    holds, grants, rules = standing_holds(rows), _grants(rows), _rules(rows)
    calls = Call.objects.in_bulk({number for row in rows for number in (row.carrier_call_id, row.departure_call_id)})
    verified = _verified(rows, calls)
    return {
        row.pk: Situation(
            state=VisitState(row.state),
            position=Position(row.position),
            laden=row.laden,
            holds=tuple(_told(hold) for hold in holds[row.pk]),
            grants=tuple(grants[row.pk]),
            requirements=_needs(row, rules[row.terminal_id]),
            received_at=row.arrived_at,
            carrier_mode=Mode(calls[row.carrier_call_id].mode) if row.carrier_call_id else None,
            gross_kg=row.gross_kg,
            vgm_kg=verified.get(row.pk),
            **_leaving(calls[row.departure_call_id] if row.departure_call_id else None),
        )
        for row in rows
    }


def _leaving(call: Call | None) -> dict[str, Any]:
    """What a situation says of the call to leave by."""
    if call is None:
        return {}
    return {
        "departure_call_phase": Phase(call.phase),
        "departure_call_mode": Mode(call.mode),
        "cut_off_at": call.cut_off_at,
    }


def _verified(visits: list[Visit], calls: dict[int, Call]) -> dict[int, int]:
    """The gross weight, where it is the one last verified: of a box that was unpacked since, nothing is."""
    afloat = {
        row.pk: row.gross_kg for row in visits if row.departure_call_id and calls[row.departure_call_id].mode in AFLOAT
    }
    if not afloat:
        return {}
    weighed = Weight.objects.standing().filter(visit__in=afloat, how__in=sorted(VERIFIED))
    last = {row.visit_id: row.gross_kg for row in weighed.order_by("noted_at", "pk")}
    return {visit: kg for visit, kg in last.items() if kg == afloat[visit]}


def requirements(visit: Visit) -> tuple[Requirement, ...] | None:
    """Which permissions the visit needs; None when no rule knows its kind, and then customs' is needed for everything.

    What is not known, or only claimed, counts as the worst it could be: unknown laden as laden, an unknown direction
    as every direction, an unknown regime as one without a rule. A step without a rule needs customs' permission.
    """
    return _needs(visit, _rules([visit])[visit.terminal_id])


def _needs(visit: Visit, rules: list[PermissionRule]) -> tuple[Requirement, ...] | None:
    laden = visit.laden is not False or not visit.knows("laden")
    fitting = [rule for rule in rules if rule.regime == visit.regime and rule.laden == laden]
    directions = [visit.direction] if visit.knows("direction") else KNOWN_DIRECTIONS
    fitting = [rule for rule in fitting if rule.direction in directions]
    if not visit.knows("regime") or not fitting:
        return None
    asked = {Requirement(Owner(rule.owner), Step(rule.step)) for rule in fitting if rule.required}
    asked |= {Requirement(Owner.CUSTOMS, step) for step in Step if not _customs_knows(step, fitting, directions)}
    return tuple(sorted(asked, key=lambda each: (each.step, each.owner)))


def _customs_knows(step: Step, rules: list[PermissionRule], directions: list[str]) -> bool:
    told = {rule.direction for rule in rules if rule.step == step and rule.owner == Owner.CUSTOMS}
    return told == set(directions)


def _told(hold: Hold) -> HoldFact:
    on, number = ("", "") if hold.visit_id is not None else hold.subject
    step = Step(hold.step) if hold.step else None
    return HoldFact(Owner(hold.owner), hold.reason, hold.reference, hold.placed_at, step, on, number)


def _grants(visits: list[Visit]) -> dict[int, list[Grant]]:
    found: dict[int, list[Grant]] = defaultdict(list)
    for row in Permission.objects.filter(visit__in=visits).order_by("pk"):
        yes = Grant(Owner(row.owner), Step(row.step), row.reference, row.granted_at, row.valid_until, row.revoked_at)
        found[row.visit_id].append(yes)
    return found


def _rules(visits: list[Visit]) -> dict[int, list[PermissionRule]]:
    wanted = PermissionRule.objects.filter(
        terminal__in={row.terminal_id for row in visits}, regime__in={row.regime for row in visits}
    )
    found: dict[int, list[PermissionRule]] = defaultdict(list)
    for rule in wanted.order_by("pk"):
        found[rule.terminal_id].append(rule)
    return found
