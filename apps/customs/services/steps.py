"""A step of a declaration: the lifecycle lets it, the first of two wins, the clock moves on, the journal remembers."""

from datetime import datetime
from typing import Any

from apps.common.steps import take_step
from apps.customs.models import Declaration
from apps.customs.services.clocks import turn_clock, write_release_time
from apps.customs.services.dropping import drop_amendments
from apps.customs.services.memory import journal
from apps.customs.services.word import note_step
from apps.parties.actors import Actor
from terminal.events import EventKind
from terminal.lifecycle import DECLARATION, DeclarationStatus


def step(
    declaration: Declaration,
    wanted: DeclarationStatus,
    kind: EventKind,
    by: Actor,
    at: datetime,
    told: dict[str, Any] | None = None,
    **also: Any,
) -> None:
    """Take the declaration to ``wanted`` with the fields in ``also``; ``told`` stands in the journal besides.

    What was asked to be amended is dropped when nothing follows. Raises ``StepNotAllowed``, ``ChangedMeanwhile``.
    """
    take_step(declaration, DECLARATION, wanted.value, status_since=at, **also)
    turn_clock(declaration, at)
    if wanted is DeclarationStatus.RELEASED:
        write_release_time(declaration)
    note_step(declaration, at)
    said = {"reason": also["reason"]} if also.get("reason") else {}
    journal(declaration, kind, by, at, **{**said, **(told or {})})
    if DECLARATION.is_final(wanted.value):
        drop_amendments(declaration, by=by, at=at)
