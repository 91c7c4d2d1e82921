"""How things stand with visits: read in a constant number of queries, judged by ``terminal.readiness``."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from apps.calls.models import Call
from apps.containers.models import Hold, Permission, PermissionRule, Question, Visit, Weight
from apps.containers.selectors.asked import out_of_service
from apps.containers.selectors.reach import standing_holds
from apps.parties.rows import everybodys_rows
from terminal.lifecycle import Phase, Position, VisitState
from terminal.readiness import Asked, Blocker, Grant, HoldFact, Owner, Requirement, Situation, Step, blockers
from terminal.readiness.blockers import AFLOAT
from terminal.readiness.facts import AnswerState, HoldKind
from terminal.regimes import Direction
from terminal.throughput import Mode
from terminal.weights import VERIFIED

GRANTED = ("reference", "granted_at", "valid_until", "revoked_at")
AWAITED = AnswerState.AWAITED.value
TELLING = sorted({each.value for each in AnswerState} - {AnswerState.ANSWERED.value, AnswerState.WITHDRAWN.value})
"""How a question stands while it says why nothing is permitted."""

KNOWN_DIRECTIONS = [each.value for each in Direction if each is not Direction.UNKNOWN]


def what_stands_between(visit: Visit, step: Step, at: datetime) -> list[Blocker]:
    """Everything between the visit and ``step`` at ``at``, with owner and remedy; empty when it may be taken."""
    return blockers(situation(visit, at), step, at)


def situation(visit: Visit, at: datetime) -> Situation:
    """How things stand with one visit."""
    return situations([visit], at)[visit.pk]


@everybodys_rows()
def situations(visits: Iterable[Visit], at: datetime) -> dict[int, Situation]:
    """How things stand with each visit, by its number. At most eight queries, however many visits.

    The visits' own columns are taken as they are in hand; holds, permissions, questions, rules, calls and weights are
    read, and, where an answer is awaited from an office, whether that is in service.
    """
    rows = list(visits)
    holds, grants, asked, rules = standing_holds(rows), _grants(rows), _asked(rows, at), _Rules(rows)
    calls = Call.objects.in_bulk({number for row in rows for number in (row.carrier_call_id, row.departure_call_id)})
    verified = _verified(rows, calls)
    return {
        row.pk: Situation(
            state=VisitState(row.state),
            position=Position(row.position),
            laden=row.laden,
            holds=tuple(_told(hold) for hold in holds[row.pk]),
            grants=tuple(grants[row.pk]),
            asked=tuple(asked[row.pk]),
            requirements=rules.needs(row),
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
    return _Rules([visit]).needs(visit)


class _Rules:
    """The rules of the visits' terminals; what they ask of each kind of visit is worked out once."""

    def __init__(self, visits: list[Visit]) -> None:
        wanted = PermissionRule.objects.filter(
            terminal__in={row.terminal_id for row in visits}, regime__in={row.regime for row in visits}
        )
        self.rules = list(wanted.order_by("pk"))
        self.worked_out: dict[tuple[object, ...], tuple[Requirement, ...] | None] = {}

    def needs(self, visit: Visit) -> tuple[Requirement, ...] | None:
        """The permissions a visit needs; None when no rule knows its kind."""
        if not visit.knows("regime"):
            return None
        laden = visit.laden is not False or not visit.knows("laden")
        kind = (visit.terminal_id, visit.regime, laden, visit.direction if visit.knows("direction") else None)
        if kind not in self.worked_out:
            self.worked_out[kind] = self._work_out(*kind)
        return self.worked_out[kind]

    def _work_out(
        self, terminal: int, regime: str, laden: bool, direction: str | None
    ) -> tuple[Requirement, ...] | None:
        directions = KNOWN_DIRECTIONS if direction is None else [direction]
        fitting = [
            rule
            for rule in self.rules
            if (rule.terminal_id, rule.regime, rule.laden) == (terminal, regime, laden) and rule.direction in directions
        ]
        if not fitting:
            return None
        asked = {_requirement(rule) for rule in fitting if rule.required}
        asked |= {Requirement(Owner.CUSTOMS, step) for step in Step if not _customs_knows(step, fitting, directions)}
        return tuple(sorted(asked, key=lambda each: (each.step, each.owner, each.max_age or timedelta.max)))


def _requirement(rule: PermissionRule) -> Requirement:
    age = None if rule.valid_hours is None else timedelta(hours=rule.valid_hours)
    return Requirement(Owner(rule.owner), Step(rule.step), age)


def _customs_knows(step: Step, rules: list[PermissionRule], directions: list[str]) -> bool:
    told = {rule.direction for rule in rules if rule.step == step and rule.owner == Owner.CUSTOMS}
    return told == set(directions)


def _told(hold: Hold) -> HoldFact:
    on, number = ("", "") if hold.visit_id is not None else hold.subject
    step = Step(hold.step) if hold.step else None
    kind = HoldKind(hold.kind)
    return HoldFact(Owner(hold.owner), hold.reason, hold.reference, hold.placed_at, step, on, number, kind)


def _asked(visits: list[Visit], at: datetime) -> dict[int, list[Asked]]:
    """What owners were asked and have not granted. That an office is out of service is read now, and never stored."""
    found: dict[int, list[Asked]] = defaultdict(list)
    standing = Question.objects.filter(visit__in=[row.pk for row in visits], state__in=TELLING).order_by("pk")
    rows = list(standing)
    terminals = {row.pk: row.terminal_id for row in visits}
    waiting = {(terminals[row.visit_id], row.owner, row.office) for row in rows if row.office and row.state == AWAITED}
    off = out_of_service(waiting, at) if waiting else frozenset()
    for row in rows:
        shut = row.state == AWAITED and (terminals[row.visit_id], row.owner, row.office) in off
        state = AnswerState.OUT_OF_SERVICE if shut else AnswerState(row.state)
        told = Asked(Owner(row.owner), row.reference, row.asked_at, state, row.state_since, row.office)
        found[row.visit_id].append(told)
    return found


def _grants(visits: list[Visit]) -> dict[int, list[Grant]]:
    found: dict[int, list[Grant]] = defaultdict(list)
    given = Permission.objects.filter(visit__in=[row.pk for row in visits]).order_by("pk")
    for visit, owner, step, *rest in given.values_list("visit_id", "owner", "step", *GRANTED):
        found[visit].append(Grant(Owner(owner), Step(step), *rest))
    return found
