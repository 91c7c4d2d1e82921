"""What can be in the way of a box, but for permissions: those are judged in ``permissions``."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from terminal.errors import gettext_noop
from terminal.lifecycle import WORKABLE, Phase, Position, VisitState
from terminal.moments import utc
from terminal.readiness.facts import HoldFact, HoldKind, Owner, Situation, Step
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
    for hold in sorted(situation.holds, key=lambda each: utc(each.placed_at)):
        if hold.stops(step):
            yield _hold(hold, step)


HELD: Final = gettext_noop("Held by %(owner)s: %(reason)s.")
LIFTED_BY: Final = gettext_noop("Only %(owner)s can lift the hold %(reference)s.")
LIFTED_BY_OWNER: Final = gettext_noop("Only %(owner)s can lift the hold.")
HELD_WITH: Final = gettext_noop("Held by %(owner)s with all of the %(on)s %(number)s: %(reason)s.")

KNOWN_HOLDS: Final = {
    HoldKind.INSPECTION: (
        "inspection-open",
        gettext_noop("An inspection is ordered and not finished."),
        gettext_noop("Present the container for inspection; customs closes the order."),
    ),
    HoldKind.SEIZURE: (
        "seized",
        gettext_noop("Seized by %(owner)s: %(reason)s."),
        gettext_noop("The container stays; ask %(owner)s what becomes of the goods."),
    ),
}
"""Holds that say more than that somebody holds the box: code, sentence, and what helps."""


def _hold(hold: HoldFact, step: Step) -> Blocker:
    with_others = {"on": hold.on, "number": hold.number} if hold.on else {}
    plain = ("hold", HELD_WITH if hold.on else HELD, LIFTED_BY if hold.reference else LIFTED_BY_OWNER)
    code, message, remedy = KNOWN_HOLDS.get(hold.kind, plain)
    return Blocker(
        code=code,
        step=step,
        owner=hold.owner,
        reference=hold.reference,
        since=hold.placed_at,
        message=message,
        remedy=remedy,
        facts={"owner": hold.owner.value, "reason": hold.reason, "reference": hold.reference or "—", **with_others},
    )


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
