"""What a look at the yard has to tell of a box: may it go, and if not, who is in the way."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from terminal.readiness.blockers import Blocker, of_holds, of_loading, of_the_visit
from terminal.readiness.facts import Owner, Situation, Step
from terminal.readiness.permissions import PERMISSION, of_permissions
from terminal.throughput import Mode


class Outlook(StrEnum):
    """How a box stands with its departure, the worst first."""

    HELD = "held"
    """Somebody holds it."""
    CUSTOMS_MISSING = "customs_missing"
    """Customs has not allowed its next step."""
    OTHER_MISSING = "other_missing"
    """Something else is missing: another's permission, a weight, the cut-off."""
    UNPLANNED = "unplanned"
    """Nothing is in its way, but no call is known by which it leaves."""
    LEAVES_TODAY = "leaves_today"
    """Free to go, and its call leaves today."""
    READY = "ready"
    """Free to go on a later day."""


NOT_YET: Final = frozenset({"departure-call-not-workable"})
"""Blockers that only time lifts: the call is not here yet."""

UNPLANNED: Final = frozenset({"departure-call-unknown", "departure-call-cancelled"})
STOPS: Final = frozenset({"hold", "inspection-open", "seized"})


def next_step(situation: Situation) -> Step:
    """Out through the gate for a box that leaves by road, else onto its carrier."""
    return Step.GATE_OUT if situation.departure_call_mode is Mode.ROAD else Step.LOAD


def outlook(situation: Situation, at: datetime, *, leaves_today: bool) -> Outlook:
    """How the box stands with its next step at ``at``; that its call is not being worked yet does not count."""
    step = next_step(situation)
    found = [
        *of_the_visit(situation, step),
        *of_holds(situation, step),
        *of_permissions(situation, step, at),
        *(of_loading(situation, at) if step is Step.LOAD else ()),
    ]
    kinds = {_kind(each) for each in found if each.code not in NOT_YET}
    free = Outlook.LEAVES_TODAY if leaves_today else Outlook.READY
    return next((each for each in Outlook if each in kinds), free)


def _kind(blocker: Blocker) -> Outlook:
    if blocker.code in STOPS:
        return Outlook.HELD
    if blocker.code in UNPLANNED:
        return Outlook.UNPLANNED
    missing = blocker.code in PERMISSION and blocker.owner is Owner.CUSTOMS
    return Outlook.CUSTOMS_MISSING if missing else Outlook.OTHER_MISSING
