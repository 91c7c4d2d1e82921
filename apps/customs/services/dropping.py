"""What was asked and not decided when the declaration itself was."""

from datetime import datetime

from apps.common.steps import take_step
from apps.customs.models import Amendment, Declaration
from apps.customs.services.memory import journal
from apps.parties.actors import Actor
from terminal.events import EventKind
from terminal.lifecycle import AMENDMENT, AmendmentStatus


def drop_amendments(declaration: Declaration, *, by: Actor, at: datetime) -> None:
    """The amendment that was asked and not decided is dropped: there is nothing left to amend."""
    for each in Amendment.objects.filter(declaration=declaration, status=AmendmentStatus.ASKED.value):
        take_step(each, AMENDMENT, AmendmentStatus.DROPPED.value, decided_at=at, decided_by=by.label[:120])
        journal(declaration, EventKind.AMENDMENT_DROPPED, by, at, amendment=each.number)
