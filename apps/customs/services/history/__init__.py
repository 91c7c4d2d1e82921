"""Declarations that others report by the ten thousand, with all that customs decided about their boxes.

# Note [How a reported declaration is known]
A declaration has no columns for its source. Its first step is an entry of the journal, where the source's reference is
unique by constraint: whether a declaration was told before is asked there. Columns of its own would say the same thing
a second time, and cost an index and a migration.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from apps.containers.services.ownership import HoldBelongsTo, is_customs
from apps.customs.services.history import writing
from apps.customs.services.history.clocks import write_clocks
from apps.customs.services.history.inspections import write_inspections
from apps.customs.services.history.staging import NoSuchOffice, match_visits, number_new, stage_told
from apps.customs.services.history.told import ReportedDeclaration
from apps.journal.services import forget_known
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.parties.history import begin_history
from terminal.readiness import Owner

__all__ = ["NoSuchOffice", "ReportedDeclaration", "TakenDeclarations", "take_in_declarations"]

THE_DECLARANTS: Final = "customs.add_declaration"
THE_OFFICERS: Final = "customs.change_declaration"


@dataclass(frozen=True, slots=True)
class TakenDeclarations:
    """What came of it. ``known``: told before, or twice. ``missing_visits``: named, but not there.

    ``left_out``: declarations none of whose visits is there; told again when it is, they are taken in.
    """

    declarations: int
    known: int
    entries: int
    missing_visits: int
    left_out: int


@transaction.atomic
def take_in_declarations(
    told: Iterable[ReportedDeclaration], *, terminal: Terminal, source: str, by: Actor, at: datetime
) -> TakenDeclarations:
    """Take in declarations as a source reports them, all or none: their steps, holds and permissions.

    Each step is an entry ``reference:step``, known from the moment it was taken (no later than ``at``), whoever may
    take it. What the source told before stays as it was told then. Raises ``NotYours``, ``HoldBelongsTo``,
    ``NoSuchOffice``, ``NoSuchParty``.
    """
    facts = _begin(terminal, source, by, at)
    stage_told(told, terminal)
    known = forget_known("customs_told", step="drafted", source=source)
    missing_visits, left_out = match_visits(facts)
    declarations = number_new()
    writing.write_declarations(facts)
    write_clocks(facts)
    writing.write_stops(by)
    write_inspections(terminal.pk, by)
    entries = writing.write_journal(facts)
    return TakenDeclarations(declarations, known, entries, missing_visits, left_out)


def _begin(terminal: Terminal, source: str, by: Actor, at: datetime) -> dict[str, Any]:
    """The rights of declarants and officers; and of persons only customs gives its word: a release lets boxes go."""
    by.require(THE_DECLARANTS, terminal)
    facts = begin_history(THE_OFFICERS, terminal=terminal, source=source, by=by, at=at)
    if by.user is not None and not is_customs(by, terminal):
        raise HoldBelongsTo(owner=Owner.CUSTOMS.value)
    return facts
