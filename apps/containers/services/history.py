"""What happened to boxes, as another system kept it: how they made way, who stopped them, and what was told wrong."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from apps.common.bulk import ask, keep_new, known_as, stage_rows
from apps.containers.models import Visit
from apps.containers.selectors import join_reported_visits
from apps.containers.services.ownership import require_speaks_for
from apps.containers.services.reported_stops import holds_told, write_holds
from apps.journal.services import happening
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.parties.history import begin_history, write_down
from terminal.errors import Refused
from terminal.events import Audience, EventKind
from terminal.identifiers import require_container_number
from terminal.readiness import Owner
from terminal.readiness.facts import HoldKind


@dataclass(frozen=True, slots=True)
class ReportedMove:
    """A box was put from one cell into another. ``visit`` is its visit's reference, ``reference`` the move's own.

    ``payload`` may say ``from``, ``to`` (cells) and ``rehandle``; without a word the box only made way.
    """

    visit: str
    reference: str
    at: datetime
    told_at: datetime
    payload: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReportedHold:
    """A stop on a visit under its owner's reference. ``lifted_at`` None: it stands. ``step`` empty: every step."""

    visit: str
    reference: str
    owner: str
    reason: str
    placed_at: datetime
    lifted_at: datetime | None = None
    step: str = ""


@dataclass(frozen=True, slots=True)
class ReportedMistake:
    """A report that was wrong: it belongs to no visit, and was taken back at ``retracted_at`` (None: not yet).

    ``kind`` is a value of ``EventKind``; ``call_reference`` empty or unknown: it belongs to no call.
    """

    reference: str
    kind: str
    container_number: str
    call_reference: str
    happened_at: datetime
    told_at: datetime
    retracted_at: datetime | None
    reason: str
    payload: dict[str, Any] = field(default_factory=dict)


MOVES: Final = {"visit": "text", "reference": "text", "at": "timestamptz", "told_at": "timestamptz", "payload": "jsonb"}

HOLDS: Final = {
    **dict.fromkeys(("visit", "reference", "owner", "reason", "step"), "text"),
    **dict.fromkeys(("placed_at", "lifted_at"), "timestamptz"),
}

MISTAKES: Final = {
    **dict.fromkeys(("reference", "kind", "container_number", "call_reference", "reason"), "text"),
    **dict.fromkeys(("happened_at", "told_at", "retracted_at"), "timestamptz"),
    "payload": "jsonb",
}

OF_VISITS: Final = f"{join_reported_visits('told.visit')} WHERE visit.id IS NOT NULL"

MOVED: Final = happening(
    kind=f"'{EventKind.CONTAINER_MOVED}'",
    happened_at="told.at",
    told_at="least(told.told_at, %(at)s)",
    visit_id="visit.id",
    container_number="box.number",
    audience=f"'{Audience.STAFF}'",
    reference="told.visit || ':move:' || told.reference",
    payload="""'{"from": "", "to": "", "rehandle": true}'::jsonb || told.payload""",
)

REPORT: Final = "told.visit || ':hold:' || told.reference"

KNOWN_HOLD: Final = f"""
SELECT FROM journal_entry known WHERE known.source = %(source)s AND known.source_ref = {REPORT} || ':placed'
"""

HELD: Final = f"""
SELECT visit.id AS visit_id, box.number AS container_number, {REPORT} AS report, told.owner, told.step,
       '{HoldKind.HOLD}' AS kind, '' AS kept_by,
       left(told.reason, 200) AS reason, told.reference, told.placed_at, told.lifted_at
FROM hold_told told {OF_VISITS}
"""

MISTAKE: Final = {
    "happened_at": "told.happened_at",
    "container_number": "told.container_number",
    "call_id": "call.id",
    "audience": f"'{Audience.STAFF}'",
}
TOLD_WRONG: Final = happening(
    **MISTAKE,
    kind="told.kind",
    told_at="least(told.told_at, %(at)s)",
    reference="'mistake:' || told.reference",
    payload="told.payload",
)
TAKEN_BACK: Final = happening(
    **MISTAKE,
    kind=f"'{EventKind.RETRACTED}'",
    told_at="least(told.retracted_at, %(at)s)",
    reference="'mistake:' || told.reference || ':retracted'",
    retracts="'mistake:' || told.reference",
    payload="jsonb_build_object('retracts', told.kind, 'reason', told.reason)",
)
WRONG: Final = f"FROM mistake_told told LEFT JOIN calls_call call ON {known_as('call', 'told.call_reference')}"


@transaction.atomic
def take_in_moves(moves: Iterable[ReportedMove], *, terminal: Terminal, source: str, by: Actor, at: datetime) -> int:
    """Journal how boxes were moved in the yard. Returns how many moves are new.

    A move told before is left alone; one of a visit the source never told of is left out. Nothing is recorded as known
    later than ``at``. Raises ``NotYours``.
    """
    facts = begin_history("yard.change_standing", terminal=terminal, source=source, by=by, at=at)
    stage_rows("move_told", MOVES, moves, uuids=())
    return write_down(f"SELECT {MOVED} FROM move_told told {OF_VISITS}", facts)


@transaction.atomic
def take_in_holds(holds: Iterable[ReportedHold], *, terminal: Terminal, source: str, by: Actor, at: datetime) -> int:
    """Take in holds, lifted ones and those that stand. Returns how many are new.

    A visit's hold under a reference told before is left alone, one of a visit the source never told of is left out.
    Nothing is recorded as known later than ``at``. Raises ``NotYours``; ``HoldBelongsTo`` when the actor does not speak
    for an owner whose holds were lifted, or for customs.
    """
    facts = begin_history("containers.change_hold", terminal=terminal, source=source, by=by, at=at)
    stage_rows("hold_told", HOLDS, holds, uuids=())
    _require_may_tell(by, terminal, at)
    keep_new("hold_told", ("visit", "reference"), KNOWN_HOLD, facts)
    written = write_holds(HELD, facts, by=by)
    write_down(holds_told(placed=0, lifted=1), facts)
    return written


@transaction.atomic
def take_in_mistakes(
    mistakes: Iterable[ReportedMistake], *, terminal: Terminal, source: str, by: Actor, at: datetime
) -> tuple[int, int]:
    """Journal reports that were wrong, and that they were taken back. Returns how many are new, and how many refused.

    Refused, and not recorded, is what names no box: a number ``require_container_number`` does not take. A mistake told
    before is left alone; that it was taken back may be told later. Only staff read of it: it concerns no visit. Nothing
    is recorded as known later than ``at``. Raises ``NotYours``, and ``ValueError`` for a kind nobody knows.
    """
    facts = begin_history("containers.change_visit", terminal=terminal, source=source, by=by, at=at)
    door = _Door()
    stage_rows("mistake_told", MISTAKES, door.let_in(mistakes), uuids=())
    recorded = write_down(f"SELECT {TOLD_WRONG} {WRONG}", facts)
    write_down(f"SELECT {TAKEN_BACK} {WRONG} WHERE told.retracted_at IS NOT NULL", facts)
    return recorded, door.refused


class _Door:
    """Lets in what names a box, and counts what does not."""

    def __init__(self) -> None:
        self.refused = 0

    def let_in(self, mistakes: Iterable[ReportedMistake]) -> Iterator[ReportedMistake]:
        for each in mistakes:
            try:
                number = require_container_number(each.container_number)
            except Refused:
                self.refused += 1
            else:
                yield replace(each, container_number=number, kind=EventKind(each.kind).value)


def _require_may_tell(by: Actor, terminal: Terminal, at: datetime) -> None:
    for owner, lifted in ask("SELECT DISTINCT owner, lifted_at IS NOT NULL FROM hold_told ORDER BY 1, 2"):
        if lifted or owner == Owner.CUSTOMS:
            require_speaks_for(by, Owner(owner), Visit(terminal=terminal), at)
