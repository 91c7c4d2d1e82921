"""What customs' decisions mean for the boxes: permissions granted and revoked, holds placed and lifted."""

from collections.abc import Iterable
from datetime import datetime

from apps.containers import services as containers
from apps.containers.models import Hold, Visit
from apps.customs.models import Declaration
from apps.parties.actors import Actor
from terminal.lifecycle import VisitState
from terminal.readiness import Owner, Step

RELEASED_STEPS = [Step.LOAD, Step.GATE_OUT, Step.STRIP]
"""What a release lets a box do."""


def declared(declaration: Declaration) -> list[Visit]:
    """The visits the declaration covers and that are not over, in the order in which they are locked."""
    still = declaration.visits.filter(state__in=[VisitState.ADVISED.value, VisitState.ACTIVE.value])
    return list(still.select_related("container", "terminal").order_by("pk"))


def permit(declaration: Declaration, *, by: Actor, at: datetime) -> None:
    """Grant what a release grants, to every visit of the declaration."""
    containers.grant_permissions(
        declared(declaration),
        owner=Owner.CUSTOMS,
        steps=RELEASED_STEPS,
        reference=declaration.number,
        valid_until=declaration.release_valid_until,
        by=by,
        at=at,
    )


def take_back(declaration: Declaration, *, by: Actor, at: datetime, reason: str) -> None:
    """Revoke what the release granted."""
    given = list(declaration.visits.filter(permissions__reference=declaration.number).distinct())
    if given:
        containers.revoke_permissions(
            given, owner=Owner.CUSTOMS, reference=declaration.number, by=by, at=at, reason=reason
        )


def stop(visits: Iterable[Visit], *, reason: str, reference: str, by: Actor, at: datetime) -> list[Hold]:
    """Hold every step of the visits until customs lifts it."""
    holds = [containers.NewHold(visit=each, owner=Owner.CUSTOMS, reason=reason, reference=reference) for each in visits]
    return containers.place_holds(holds, by=by, at=at)


def let_go(visits: Iterable[Visit], *, reference: str, by: Actor, at: datetime) -> None:
    """Lift customs' holds that stand on the visits under the reference."""
    standing = Hold.objects.filter(
        visit__in=list(visits), owner=Owner.CUSTOMS.value, reference=reference, lifted_at=None
    )
    for hold in standing.order_by("visit_id", "pk"):
        containers.lift_hold(hold, by=by, at=at)
