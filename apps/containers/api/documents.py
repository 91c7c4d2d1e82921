"""Visits as the documents ``serializers`` describes."""

from datetime import datetime
from typing import Any

from apps.calls.models import Call
from apps.common.words import sentence
from apps.containers.api.noted import noted_document
from apps.containers.models import Hold, Visit, VisitRole
from apps.containers.selectors import standing_holds
from apps.parties.models import Party
from terminal.lifecycle import VisitState
from terminal.readiness import Blocker, Step

CALL_MEMBERS = (
    "mode", "number", "carrier", "phase",
    "scheduled_arrival_at", "arrived_at", "scheduled_departure_at", "departed_at",
)  # fmt: skip
VISIT_MEMBERS = (
    "version", "state", "position", "laden", "goods", "gross_kg", "destination", "regime", "direction",
    "advised_at", "arrived_at", "departed_at",
)  # fmt: skip


def container_document(visit: Visit, party: Party, at: datetime) -> dict[str, Any]:
    """The latest visit with its calls, references, standing holds and the party's own roles."""
    roles = VisitRole.objects.filter(visit=visit, party=party).in_force(at).order_by("role")
    return {
        "container": visit.container.number,
        "size_type": size_type(visit),
        "visit": visit.public_id,
        **{name: getattr(visit, name) for name in VISIT_MEMBERS},
        "roles": list(roles.values_list("role", flat=True)),
        "arrival_call": _call(visit.arrival_call),
        "departure_call": _call(visit.departure_call),
        "references": list(visit.references.order_by("kind", "value").values("kind", "value")),
        "holds": [_hold(hold) for hold in standing_holds([visit])[visit.pk]],
        **noted_document(visit),
    }


def size_type(visit: Visit) -> str:
    """What this visit's own advice said, until the box itself has been seen: other visits' parties said the rest."""
    unseen = visit.state in (VisitState.ADVISED, VisitState.CANCELLED)
    return (visit.stated_size_type if unseen else "") or visit.container.size_type


def advised_document(visit: Visit, role: str, references: list[dict[str, str]], number: str) -> dict[str, Any]:
    """A visit just advised."""
    return {
        "id": visit.public_id,
        "container": number,
        "size_type": visit.stated_size_type,
        "state": visit.state,
        "role": role,
        "advised_at": visit.advised_at,
        "references": references,
    }


def readiness_document(step: Step, found: list[Blocker], at: datetime) -> dict[str, Any]:
    """Whether the step may be taken, and everything in the way."""
    return {"ready": not found, "step": step.value, "asked_at": at, "blockers": [_blocker(each) for each in found]}


def _blocker(blocker: Blocker) -> dict[str, Any]:
    facts = blocker.as_facts()
    members = ("code", "step", "owner", "reference")
    return {
        **{name: facts[name] for name in members},
        "since": blocker.since,
        "detail": sentence(blocker.message, blocker.facts),
        "remedy": sentence(blocker.remedy, blocker.facts),
    }


def _call(call: Call | None) -> dict[str, Any] | None:
    """The call with the estimates that were published (``Call.tell_from_minutes``)."""
    if call is None:
        return None
    told = {"estimated_arrival_at": call.told_arrival_at, "estimated_departure_at": call.told_departure_at}
    return {name: getattr(call, name) for name in CALL_MEMBERS} | told


def _hold(hold: Hold) -> dict[str, Any]:
    kind, number = hold.subject if hold.visit_id is None else ("", "")
    return {
        "owner": hold.owner,
        "step": hold.step or None,
        "reason": hold.reason,
        "reference": hold.reference,
        "on": {"kind": kind, "number": number} if kind else None,
        "since": hold.placed_at,
    }
