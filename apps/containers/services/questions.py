"""Questions to owners: asked about visits, and how it stands with the answers. None of it permits anything."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F

from apps.containers.models import Question, Visit
from terminal.readiness import Owner
from terminal.readiness.facts import AnswerState

# Note [Asked, and no more]
# A question is no event of the box: what happens to a declaration is journalled with the declaration, and what it lets
# a box do with the permission. So these services write no journal rows and ask nobody's right; whoever calls them has
# just written down, in the same transaction, what was asked or answered.


@transaction.atomic
def ask_about(
    visits: Iterable[Visit], *, owner: Owner, reference: str, at: datetime, office: str = ""
) -> list[Question]:
    """The owner is asked about the visits under the reference. What was asked before under it is asked anew."""
    rows = [
        Question(
            visit=visit,
            owner=Owner(owner).value,
            reference=reference,
            office=office,
            asked_at=at,
            state=AnswerState.AWAITED.value,
            state_since=at,
        )
        for visit in visits
    ]
    return Question.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["visit", "owner", "reference"],
        update_fields=["office", "asked_at", "state", "state_since"],
    )


def note_answer(*, owner: Owner, reference: str, state: AnswerState, at: datetime, visits: Iterable[Visit] = ()) -> int:
    """How it stands with what the owner was asked under the reference; of some visits, or of all. How many changed."""
    asked = Question.objects.filter(owner=Owner(owner).value, reference=reference)
    named = list(visits)
    if named:
        asked = asked.filter(visit__in=named)
    changed = asked.exclude(state=AnswerState(state).value)
    return changed.update(state=AnswerState(state).value, state_since=at, version=F("version") + 1)


def move_questions(*, owner: Owner, reference: str, office: str) -> int:
    """What was asked under the reference lies at another office of the owner's now. How many moved."""
    asked = Question.objects.filter(owner=Owner(owner).value, reference=reference).exclude(office=office)
    return asked.update(office=office, version=F("version") + 1)
