"""What customs' decisions mean for the boxes: permissions granted and revoked, holds placed and lifted."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db.models import Exists, OuterRef, QuerySet

from apps.containers import services as containers
from apps.containers.models import Hold, Permission, Question, Visit
from apps.customs.models import Declaration
from apps.parties.actors import Actor
from terminal.lifecycle import DeclarationStatus, VisitState
from terminal.readiness import Owner, Step
from terminal.readiness.facts import AnswerState, HoldKind

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
    """Revoke what the release granted: the answer is a no from now on."""
    containers.note_answer(owner=Owner.CUSTOMS, reference=declaration.number, state=AnswerState.REFUSED, at=at)
    given = list(declaration.visits.filter(Exists(_standing(declaration))))
    if given:
        containers.revoke_permissions(
            given, owner=Owner.CUSTOMS, reference=declaration.number, by=by, at=at, reason=reason
        )


def _standing(declaration: Declaration) -> QuerySet[Permission]:
    """What customs allowed a box under the declaration and nothing has ended: a stuffed box's own end with its stay."""
    given = Permission.objects.filter(owner=Owner.CUSTOMS.value, reference=declaration.number, revoked_at=None)
    return given.filter(visit=OuterRef("pk"))


ANSWER: Final = {
    DeclarationStatus.RELEASED: AnswerState.ANSWERED,
    DeclarationStatus.REJECTED: AnswerState.REFUSED,
    DeclarationStatus.WITHDRAWN: AnswerState.WITHDRAWN,
}
"""What a step of a declaration says of the question that it is; the others say nothing."""


NOT_OPEN: Final = {DeclarationStatus.DRAFT, *ANSWER}


def note_step(declaration: Declaration, at: datetime) -> None:
    """The declaration has taken a step: it asks about its boxes, or is answered. Within the transaction of the step."""
    status = DeclarationStatus(declaration.status)
    if status is DeclarationStatus.SUBMITTED:
        keep_asked(declaration, at)
    elif status in ANSWER:
        containers.note_answer(owner=Owner.CUSTOMS, reference=declaration.number, state=ANSWER[status], at=at)


def keep_asked(declaration: Declaration, at: datetime) -> None:
    """Customs is asked about every box the declaration covers now, and about no other, where the declaration lies now.

    To be called whenever its boxes or its office change; of one that is not open it changes nothing.
    """
    if DeclarationStatus(declaration.status) in NOT_OPEN:
        return
    known = Question.objects.filter(owner=Owner.CUSTOMS.value, reference=declaration.number)
    asked = set(known.exclude(state=AnswerState.WITHDRAWN.value).values_list("visit_id", flat=True))
    covered = declared(declaration)
    new = [visit for visit in covered if visit.pk not in asked]
    office = declaration.office.code
    containers.ask_about(new, owner=Owner.CUSTOMS, reference=declaration.number, office=office, at=at)
    gone = asked - set(declaration.visits.values_list("pk", flat=True))
    if gone:
        state, dropped = AnswerState.WITHDRAWN, [Visit(pk=number) for number in gone]
        containers.note_answer(owner=Owner.CUSTOMS, reference=declaration.number, state=state, at=at, visits=dropped)
    containers.move_questions(owner=Owner.CUSTOMS, reference=declaration.number, office=office)


def stop(
    visits: Iterable[Visit],
    *,
    reason: str,
    reference: str,
    by: Actor,
    at: datetime,
    kind: HoldKind = HoldKind.HOLD,
    kept_by: str = "",
) -> list[Hold]:
    """Hold every step of the visits until customs lifts it: the office ``kept_by`` alone, where it says so.

    Whoever calls has asked whether ``by`` is customs, and of that office.
    """
    holds = [
        containers.NewHold(
            visit=each, owner=Owner.CUSTOMS, reason=reason, reference=reference, kind=kind, kept_by=kept_by
        )
        for each in visits
    ]
    return containers.place_holds(holds, by=by.entrusted(), at=at)


def let_go(
    visits: Iterable[Visit],
    *,
    reference: str,
    by: Actor,
    at: datetime,
    kind: HoldKind | None = None,
    kept_by: str | None = None,
    placed_by: str | None = None,
) -> list[Hold]:
    """Lift customs' holds that stand on the visits under the reference: of that kind, office and author if named.

    With one that an office kept goes what followed it to other advices of the box. Whoever calls has asked whether
    ``by`` may.
    """
    rows = list(visits)
    containers.lock_boxes(rows)
    standing = Hold.objects.filter(visit__in=rows, owner=Owner.CUSTOMS.value, reference=reference, lifted_at=None)
    if kind is not None:
        standing = standing.filter(kind=kind.value)
    named = {"kept_by": kept_by, "placed_by": placed_by}
    standing = standing.filter(**{name: value for name, value in named.items() if value is not None})
    office = by.entrusted()
    found = standing.select_related("visit").order_by("visit_id", "pk")
    lifted = [containers.lift_hold(hold, by=office, at=at) for hold in found]
    return lifted + containers.no_longer_followed(lifted, by=office, at=at)
