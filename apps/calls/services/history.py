"""Calls as another system kept them: taken in by the ten thousand, with all that was told of each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from django.db import transaction

from apps.calls.models import Call
from apps.calls.services.phases import TOLD_TO_PARTIES
from apps.common.bulk import across, insert_from, keep_new, known_as, stage_from, stage_rows
from apps.journal.services import happening
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.parties.history import begin_history, write_down
from terminal.events import Audience, Classifier, EventKind
from terminal.lifecycle import Phase

RIGHT: Final = "calls.change_call"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedCall:
    """One carrier once. ``reference`` is its name at the source, ``number`` what people read; times are aware.

    A time that has not come is None. ``estimates`` are (told at, arrival or departure, the time told), in order.
    """

    reference: str
    mode: str
    number: str
    carrier: str = ""
    announced_at: datetime
    scheduled_arrival_at: datetime | None
    scheduled_departure_at: datetime | None
    cut_off_at: datetime | None = None
    arrived_at: datetime | None = None
    work_started_at: datetime | None = None
    ready_at: datetime | None = None
    departed_at: datetime | None = None
    closed_at: datetime | None = None
    cancelled_at: datetime | None = None
    cancel_reason: str = ""
    estimates: tuple[tuple[datetime, Literal["arrival", "departure"], datetime], ...] = ()


COLUMNS: Final = {
    **dict.fromkeys(("reference", "mode", "number", "carrier", "cancel_reason"), "text"),
    **dict.fromkeys(("announced_at", "scheduled_arrival_at", "scheduled_departure_at", "cut_off_at"), "timestamptz"),
    **dict.fromkeys(("arrived_at", "work_started_at", "ready_at", "departed_at"), "timestamptz"),
    **dict.fromkeys(("closed_at", "cancelled_at"), "timestamptz"),
    "estimates": "jsonb",
}

KNOWN: Final = f"SELECT FROM calls_call call WHERE {known_as('call', 'told.reference')}"

ESTIMATES: Final = """
SELECT told.reference, told.mode, told.number, word.n, (word.said ->> 0)::timestamptz AS told_at,
       word.said ->> 1 AS which, (word.said ->> 2)::timestamptz AS time
FROM call_told told CROSS JOIN LATERAL jsonb_array_elements(told.estimates) WITH ORDINALITY AS word(said, n)
"""

LAST: Final = "(array_agg(time ORDER BY told_at DESC, n DESC) FILTER (WHERE which = '{}'))[1]"

CALLS: Final = f"""
FROM call_told told
LEFT JOIN (SELECT reference, {LAST.format("arrival")} AS arrival_at, {LAST.format("departure")} AS departure_at
           FROM call_estimate GROUP BY reference) estimated USING (reference)
ORDER BY told.n
"""

PHASE: Final = f"""
CASE WHEN told.cancelled_at IS NOT NULL THEN '{Phase.CANCELLED}' WHEN told.closed_at IS NOT NULL THEN '{Phase.CLOSED}'
     WHEN told.departed_at IS NOT NULL THEN '{Phase.DEPARTED}' WHEN told.ready_at IS NOT NULL THEN '{Phase.READY}'
     WHEN told.work_started_at IS NOT NULL THEN '{Phase.IN_PROCESSING}'
     WHEN told.arrived_at IS NOT NULL THEN '{Phase.ARRIVED}'
     WHEN estimated.reference IS NOT NULL THEN '{Phase.ANNOUNCED}' ELSE '{Phase.SCHEDULED}' END
"""

PLANNED: Final = f"""
jsonb_strip_nulls(jsonb_build_object(
    'phase', '{Phase.SCHEDULED}', 'scheduled_arrival_at', told.scheduled_arrival_at,
    'scheduled_departure_at', told.scheduled_departure_at, 'cut_off_at', told.cut_off_at))
"""

NO_MORE: Final = "'{}'::jsonb"

TOLD: Final = [
    (EventKind.CALL_ANNOUNCED, "told.announced_at", PLANNED),
    (EventKind.CALL_ARRIVED, "told.arrived_at", NO_MORE),
    (EventKind.CALL_WORK_STARTED, "told.work_started_at", NO_MORE),
    (EventKind.CALL_READY, "told.ready_at", NO_MORE),
    (EventKind.CALL_DEPARTED, "told.departed_at", NO_MORE),
    (EventKind.CALL_CLOSED, "told.closed_at", NO_MORE),
    (EventKind.CALL_CANCELLED, "told.cancelled_at", "jsonb_build_object('reason', told.cancel_reason)"),
]

STEPS: Final = across(
    "turn, kind, at, audience, more",
    (
        (str(turn), f"'{kind}'", at, f"'{Audience.PUBLIC if kind in TOLD_TO_PARTIES else Audience.STAFF}'", more)
        for turn, (kind, at, more) in enumerate(TOLD)
    ),
)

NAMED: Final = "jsonb_build_object('mode', told.mode, 'number', told.number)"

STEPPED: Final = happening(
    kind="step.kind",
    happened_at="step.at",
    told_at="least(step.at, %(at)s)",
    call_id="call.id",
    audience="step.audience",
    reference="'call:' || told.reference || ':' || substr(step.kind, length('call-') + 1)",
    payload=f"{NAMED} || step.more",
    turn="step.turn",
)

ESTIMATED: Final = happening(
    kind=f"'{EventKind.CALL_TIME_CHANGED}'",
    happened_at="told.told_at",
    told_at="least(told.told_at, %(at)s)",
    classifier=f"'{Classifier.ESTIMATED}'",
    call_id="call.id",
    reference="'call:' || told.reference || ':estimated:' || told.n",
    payload=f"{NAMED} || told.changed",
    turn="1",
)

WORDS: Final = """
SELECT reference, mode, number, told_at, row_number() OVER (PARTITION BY reference ORDER BY told_at) AS n,
       jsonb_object_agg('estimated_' || which || '_at', jsonb_build_object('from', before, 'to', time)) AS changed
FROM (SELECT *, lag(time) OVER (PARTITION BY reference, which ORDER BY told_at, n) AS before FROM call_estimate) word
WHERE time IS DISTINCT FROM before GROUP BY reference, mode, number, told_at
"""

HAPPENED: Final = f"""
SELECT {STEPPED} FROM call_told told JOIN calls_call call ON {known_as("call", "told.reference")}
{STEPS} WHERE step.at IS NOT NULL
UNION ALL
SELECT {ESTIMATED} FROM ({WORDS}) told JOIN calls_call call ON {known_as("call", "told.reference")}
"""


@transaction.atomic
def take_in_calls(calls: Iterable[ReportedCall], *, terminal: Terminal, source: str, by: Actor, at: datetime) -> int:
    """Take in calls with all that was told of each; their phase follows from the times that are there.

    A reference the source told of before is left alone. Estimates told at one moment are one journal row, and one that
    says nothing new is none. Nothing is recorded as known later than ``at``. Returns how many calls are new.
    Raises ``NotYours``.
    """
    facts = begin_history(RIGHT, terminal=terminal, source=source, by=by, at=at)
    stage_rows("call_told", COLUMNS, calls)
    keep_new("call_told", ("reference",), KNOWN, facts)
    stage_from("call_estimate", ESTIMATES)
    written = _write(facts)
    write_down(HAPPENED, facts)
    return written


def _write(facts: dict[str, Any]) -> int:
    kept = ("mode", "number", "carrier", "scheduled_arrival_at", "scheduled_departure_at", "cut_off_at")
    columns = {
        "public_id": "told.uuid",
        "terminal_id": "%(terminal)s",
        **{name: f"told.{name}" for name in (*kept, "arrived_at", "departed_at", "cancelled_at")},
        "estimated_arrival_at": "estimated.arrival_at",
        "estimated_departure_at": "estimated.departure_at",
        "told_arrival_at": "estimated.arrival_at",
        "told_departure_at": "estimated.departure_at",
        "cancel_reason": "left(told.cancel_reason, 200)",
        "phase": PHASE,
        "source": "%(source)s",
        "source_ref": "told.reference",
    }
    return insert_from(Call, columns, CALLS, facts)
