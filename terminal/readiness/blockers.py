"""Every blocker there can be, in the order in which people look."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from terminal.errors import gettext_noop
from terminal.lifecycle import WORKABLE, Phase, Position, VisitState
from terminal.moments import utc
from terminal.readiness.facts import Grant, HoldFact, Owner, Situation, Step
from terminal.throughput import Mode


@dataclass(frozen=True, slots=True)
class Blocker:
    """One thing in the way. ``message`` and ``remedy`` are %-templates over ``facts``, marked for translation."""

    code: str
    step: Step
    owner: Owner
    message: str
    remedy: str
    reference: str = ""
    since: datetime | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    def as_facts(self, translate: Callable[[str], str] = gettext_noop) -> dict[str, Any]:
        """The blocker in plain JSON values, its sentences in the reader's language where ``translate`` knows it."""
        return {
            "code": self.code,
            "step": self.step.value,
            "owner": self.owner.value,
            "reference": self.reference,
            "since": self.since.isoformat() if self.since else None,
            "message": translate(self.message) % self.facts,
            "remedy": translate(self.remedy) % self.facts,
            "facts": self.facts,
        }


ON_THE_GROUND: Final = frozenset({Position.IN_YARD, Position.IN_WAREHOUSE})

FROM: Final = {
    Step.LOAD: ON_THE_GROUND,
    Step.GATE_OUT: ON_THE_GROUND,
    Step.STRIP: ON_THE_GROUND,
    Step.RELEASE: frozenset(Position) - {Position.GONE},
}
"""Where a box must be for each step."""


def of_the_visit(situation: Situation, step: Step) -> Iterator[Blocker]:
    if situation.state is VisitState.ADVISED:
        yield Blocker(
            code="not-arrived",
            step=step,
            owner=Owner.CARRIER,
            message=gettext_noop("The container is announced but has not arrived."),
            remedy=gettext_noop("Wait for its arrival, or report it if it stands here."),
        )
    elif situation.state is not VisitState.ACTIVE:
        yield Blocker(
            code="visit-is-over",
            step=step,
            owner=Owner.TERMINAL,
            message=gettext_noop("The visit is over (%(state)s)."),
            remedy=gettext_noop("Ask about the container's present visit."),
            facts={"state": situation.state.value},
        )
    elif situation.position not in FROM[step] and not _is_on_its_truck(situation, step):
        yield Blocker(
            code="wrong-position",
            step=step,
            owner=Owner.TERMINAL,
            message=gettext_noop("The container cannot take this step from where it is (%(position)s)."),
            remedy=gettext_noop("Bring it to: %(possible)s."),
            facts={"position": situation.position.value, "possible": ", ".join(sorted(FROM[step]))},
        )


def _is_on_its_truck(situation: Situation, step: Step) -> bool:
    """A box that was put on a truck goes out through the gate on it."""
    on_truck = situation.position is Position.ON_CARRIER and situation.carrier_mode is Mode.ROAD
    return step is Step.GATE_OUT and on_truck


def of_holds(situation: Situation, step: Step) -> Iterator[Blocker]:
    if situation.open_inspection:
        yield Blocker(
            code="inspection-open",
            step=step,
            owner=Owner.CUSTOMS,
            message=gettext_noop("An inspection is ordered and not finished."),
            remedy=gettext_noop("Present the container for inspection; customs closes the order."),
        )
    for hold in sorted(situation.holds, key=lambda each: utc(each.placed_at)):
        if hold.stops(step):
            yield _hold(hold, step)


HELD: Final = gettext_noop("Held by %(owner)s: %(reason)s.")
LIFTED_BY: Final = gettext_noop("Only %(owner)s can lift the hold %(reference)s.")
LIFTED_BY_OWNER: Final = gettext_noop("Only %(owner)s can lift the hold.")
HELD_WITH: Final = gettext_noop("Held by %(owner)s with all of the %(on)s %(number)s: %(reason)s.")


def _hold(hold: HoldFact, step: Step) -> Blocker:
    with_others = {"on": hold.on, "number": hold.number} if hold.on else {}
    return Blocker(
        code="hold",
        step=step,
        owner=hold.owner,
        reference=hold.reference,
        since=hold.placed_at,
        message=HELD_WITH if hold.on else HELD,
        remedy=LIFTED_BY if hold.reference else LIFTED_BY_OWNER,
        facts={"owner": hold.owner.value, "reason": hold.reason, "reference": hold.reference or "—", **with_others},
    )


def of_permissions(situation: Situation, step: Step, at: datetime) -> Iterator[Blocker]:
    for owner in _owners_to_ask(situation, step):
        given = [each for each in situation.grants if each.owner is owner and each.step is step]
        if not any(each.in_force(at) for each in given):
            yield _permission(owner, step, _latest(given, at), at, rule_known=situation.requirements is not None)


def _owners_to_ask(situation: Situation, step: Step) -> list[Owner]:
    if situation.requirements is None:
        return [Owner.CUSTOMS]
    asked = {each.owner for each in situation.requirements if each.step is step}
    return [owner for owner in Owner if owner in asked]


def _latest(grants: list[Grant], at: datetime) -> Grant | None:
    return max(grants, key=lambda each: (utc(each.granted_at), each.reference, each.is_revoked(at)), default=None)


PERMISSION: Final = {
    "permission-missing": (
        gettext_noop("The permission of %(owner)s is missing."),
        gettext_noop("Ask %(owner)s for the permission."),
    ),
    "permission-rule-unknown": (
        gettext_noop("No rule says what this visit needs, so the permission of %(owner)s is required and missing."),
        gettext_noop("State the customs regime, or ask %(owner)s for the permission."),
    ),
    "permission-revoked": (
        gettext_noop("The permission %(reference)s of %(owner)s was revoked."),
        gettext_noop("Clear up with %(owner)s why, and ask for a new one."),
    ),
    "permission-expired": (
        gettext_noop("The permission %(reference)s of %(owner)s has run out."),
        gettext_noop("Ask %(owner)s to renew it."),
    ),
    "permission-not-yet-valid": (
        gettext_noop("The permission %(reference)s of %(owner)s is not in force yet."),
        gettext_noop("Wait until it is in force, or ask %(owner)s for an earlier one."),
    ),
}
"""What can be wrong with a permission: the sentence, and what helps."""


def _permission(owner: Owner, step: Step, grant: Grant | None, at: datetime, *, rule_known: bool) -> Blocker:
    code, since = _fault(grant, at, rule_known=rule_known)
    message, remedy = PERMISSION[code]
    reference = grant.reference if grant else ""
    return Blocker(
        code=code,
        step=step,
        owner=owner,
        reference=reference,
        since=since,
        message=message,
        remedy=remedy,
        facts={"owner": owner.value, "reference": reference or "—"},
    )


def _fault(grant: Grant | None, at: datetime, *, rule_known: bool) -> tuple[str, datetime | None]:
    if grant is None:
        return ("permission-missing" if rule_known else "permission-rule-unknown"), None
    if grant.is_revoked(at):
        return "permission-revoked", grant.revoked_at
    if grant.is_expired(at):
        return "permission-expired", grant.valid_until
    return "permission-not-yet-valid", None


def of_loading(situation: Situation, at: datetime) -> Iterator[Blocker]:
    if situation.departure_call_mode is Mode.ROAD:
        yield _by_road()
    if situation.departure_call_phase not in WORKABLE:
        yield _call(situation.departure_call_phase)
    if situation.cut_off_at is not None and situation.missed_the_cut_off(at):
        yield _too_late(situation.cut_off_at)
    if situation.laden is not False:
        yield from _weight(situation)


def _by_road() -> Blocker:
    return Blocker(
        code="leaves-by-road",
        step=Step.LOAD,
        owner=Owner.TERMINAL,
        message=gettext_noop("The container leaves on a truck, which takes it out through the gate."),
        remedy=gettext_noop("Deliver it to its truck, or plan it onto a train, ship or barge."),
    )


def _too_late(cut_off_at: datetime) -> Blocker:
    return Blocker(
        code="cut-off-passed",
        step=Step.LOAD,
        owner=Owner.CARRIER,
        since=cut_off_at,
        message=gettext_noop("The container was not here when the call stopped taking boxes (%(cut_off)s)."),
        remedy=gettext_noop("Ask the carrier for a later cut-off, or plan it onto another call."),
        facts={"cut_off": utc(cut_off_at).isoformat()},
    )


AFLOAT: Final = frozenset({Mode.SEA, Mode.BARGE})
"""Carriers that take a laden box only on a verified gross mass (SOLAS VI/2; barges by the terminal's own rule)."""


def _weight(situation: Situation) -> Iterator[Blocker]:
    if situation.gross_kg is None:
        yield Blocker(
            code="gross-weight-missing",
            step=Step.LOAD,
            owner=Owner.SHIPPER,
            message=gettext_noop("The gross weight of a laden container is not known."),
            remedy=gettext_noop("Declare the verified gross mass, or have the container weighed."),
        )
    if situation.departure_call_mode in AFLOAT and situation.vgm_kg is None:
        yield Blocker(
            code="vgm-missing",
            step=Step.LOAD,
            owner=Owner.SHIPPER,
            message=gettext_noop("A ship or barge takes a laden container only on a verified gross mass."),
            remedy=gettext_noop("Declare the verified gross mass, or have the container weighed."),
        )


def _call(phase: Phase | None) -> Blocker:
    if phase is None:
        return Blocker(
            code="departure-call-unknown",
            step=Step.LOAD,
            owner=Owner.TERMINAL,
            message=gettext_noop("No call is known by which the container leaves."),
            remedy=gettext_noop("Plan it onto a train, ship, barge or truck."),
        )
    if phase is Phase.CANCELLED:
        return Blocker(
            code="departure-call-cancelled",
            step=Step.LOAD,
            owner=Owner.CARRIER,
            message=gettext_noop("The call by which the container was to leave is cancelled."),
            remedy=gettext_noop("Plan it onto another call."),
        )
    return Blocker(
        code="departure-call-not-workable",
        step=Step.LOAD,
        owner=Owner.TERMINAL,
        message=gettext_noop("The call by which the container leaves is not being worked (%(phase)s)."),
        remedy=gettext_noop("Load it while the call is in one of these phases: %(workable)s."),
        facts={"phase": phase.value, "workable": ", ".join(sorted(WORKABLE)).replace("_", " ")},
    )
