"""Staged declarations become declarations, holds, permissions and journal entries, each in one statement."""

from typing import Any, Final

from apps.common.bulk import across, insert_from
from apps.containers.models import Question
from apps.containers.services.reported_stops import holds_told, permissions_told, write_holds, write_permissions
from apps.customs.models import Declaration, DeclaredContainer
from apps.customs.services.history.clocks import EXPECTED
from apps.customs.services.word import RELEASED_STEPS
from apps.journal.services import happening
from apps.parties.actors import Actor
from apps.parties.history import write_down
from terminal.events import Audience, EventKind
from terminal.lifecycle import DeclarationStatus
from terminal.readiness import Owner
from terminal.readiness.facts import AnswerState, HoldKind

_S, _K = DeclarationStatus, EventKind

NO_MORE: Final = "'{}'::jsonb"
NO_CHANNEL: Final = "''"
CHANNEL: Final = "told.channel"
WHY: Final = "jsonb_build_object('reason', told.told_reason)"
ASSIGNED: Final = "jsonb_build_object('office', told.office, 'reason', 'as reported')"
REJECTED: Final = f"CASE WHEN told.told_reason = '' THEN {NO_MORE} ELSE {WHY} END"
QUERIED: Final = f"CASE WHEN coalesce(told.rejected_at, told.withdrawn_at) IS NULL THEN {REJECTED} ELSE {NO_MORE} END"
ANSWERED: Final = "jsonb_build_object('reply', '')"

STEPS: Final = (
    (10, "drafted", _K.DECLARATION_DRAFTED, _S.DRAFT, "drafted_at", NO_CHANNEL, NO_MORE),
    (20, "submitted", _K.DECLARATION_SUBMITTED, _S.SUBMITTED, "submitted_at", NO_CHANNEL, NO_MORE),
    (21, "assigned", _K.DECLARATION_ASSIGNED, _S.SUBMITTED, "submitted_at", NO_CHANNEL, ASSIGNED),
    (30, "registered", _K.DECLARATION_REGISTERED, _S.REGISTERED, "registered_at", NO_CHANNEL, NO_MORE),
    (40, "channelled", _K.DECLARATION_CHANNELLED, _S.REGISTERED, "channelled_at", CHANNEL, NO_MORE),
    (50, "documentary_check", _K.DECLARATION_MOVED, _S.DOCUMENTARY_CHECK, "checked_at", CHANNEL, NO_MORE),
    (50, "inspection_ordered", _K.DECLARATION_MOVED, _S.INSPECTION_ORDERED, "ordered_at", CHANNEL, NO_MORE),
    (60, "inspected", _K.DECLARATION_MOVED, _S.INSPECTED, "inspected_at", CHANNEL, NO_MORE),
    (1010, "assessed", _K.DECLARATION_MOVED, _S.ASSESSED, "assessed_at", CHANNEL, NO_MORE),
    (1020, "paid", _K.DECLARATION_MOVED, _S.PAID, "paid_at", CHANNEL, NO_MORE),
    (1030, "released", _K.DECLARATION_RELEASED, _S.RELEASED, "released_at", CHANNEL, NO_MORE),
    (1040, "rejected", _K.DECLARATION_REJECTED, _S.REJECTED, "rejected_at", CHANNEL, REJECTED),
    (1050, "withdrawn", _K.DECLARATION_WITHDRAWN, _S.WITHDRAWN, "withdrawn_at", CHANNEL, WHY),
)
"""Turn, name, kind, status, time, channel and what else is told of each step. Queries have turns from 100 on."""

HOLD_PLACED, HOLD_LIFTED, PERMITTED = 51, 61, 1031
"""The turns of what a step does to the boxes."""

BOXES: Final = "FROM customs_new told JOIN customs_covered covered USING (reference)"
HERE: Final = "coalesce(covered.over_at > {0}, true)"
"""Whether the visit was not over then: customs decides nothing about a box that is gone."""

PERMISSIONS: Final = f"""
SELECT visit_id, container_number, '{Owner.CUSTOMS}' AS owner, step, number AS reference, released_at AS granted_at,
       valid_until, reference || ':granted:' || step || ':' || named AS report
{BOXES} {across("step", [[f"'{step.value}'"] for step in RELEASED_STEPS])}
WHERE released_at IS NOT NULL AND {HERE.format("released_at")} ORDER BY told.id, visit_id, step
"""

HOLDS: Final = f"""
SELECT visit_id, container_number, '{Owner.CUSTOMS}' AS owner, '' AS step, 'inspection' AS reason, number AS reference,
       '{HoldKind.INSPECTION}' AS kind, (SELECT code FROM customs_office house WHERE house.id = office_id) AS kept_by,
       ordered_at AS placed_at, CASE WHEN {HERE.format("inspected_at")} THEN inspected_at END AS lifted_at,
       reference || ':hold:' || named AS report
{BOXES} WHERE ordered_at IS NOT NULL AND {HERE.format("ordered_at")} ORDER BY told.id, visit_id
"""


QUESTIONS: Final = f"""
FROM (SELECT gen_random_uuid() AS public_id, visit_id, number AS reference, house.code AS office,
             submitted_at AS asked_at, CASE WHEN told.status = '{_S.REJECTED}' THEN '{AnswerState.REFUSED}'
             ELSE '{AnswerState.AWAITED}' END AS state, status_since AS state_since
      {BOXES} JOIN customs_office house ON house.id = office_id
      WHERE submitted_at IS NOT NULL AND told.status NOT IN ('{_S.RELEASED}', '{_S.WITHDRAWN}')
            AND covered.over_at IS NULL
      ORDER BY told.id, visit_id) asked
"""
"""What customs was asked about boxes that are not gone, and has not granted."""


def write_declarations(facts: dict[str, Any]) -> None:
    """The declarations of ``customs_new`` and the boxes they cover."""
    names = (
        "id", "number", "office_id", "regime", "direction", "declarant_id", "broker_id", "hs_code", "goods", "status",
        "channel", "drafted_at", "submitted_at", "status_since", "released_at", "reason",
    )  # fmt: skip
    columns = {name: name for name in names}
    columns |= {"public_id": "uuid", "terminal_id": "%(terminal)s", "release_valid_until": "valid_until"}
    columns |= {"expected_minutes": EXPECTED}
    insert_from(Declaration, columns, "FROM customs_new ORDER BY id", facts)
    covers = {"declaration_id": "told.id", "visit_id": "visit_id"}
    insert_from(DeclaredContainer, covers, f"{BOXES} ORDER BY told.id, visit_id", {})


def write_stops(by: Actor) -> None:
    """What the declarations did to their boxes: holds for inspections, permissions by releases."""
    write_holds(HOLDS, {}, by=by)
    columns = {
        name: name for name in ("public_id", "visit_id", "reference", "office", "asked_at", "state", "state_since")
    }
    insert_from(Question, columns | {"owner": f"'{Owner.CUSTOMS}'"}, QUESTIONS, {})
    write_permissions(PERMISSIONS, {}, by=by)


def write_journal(facts: dict[str, Any]) -> int:
    """Every step, and what it did to the boxes; how many entries."""
    told = (_steps(), _queries(), holds_told(HOLD_PLACED, HOLD_LIFTED), permissions_told(PERMITTED))
    return write_down(" UNION ALL ".join(told), facts)


def _steps() -> str:
    rows = [
        (str(turn), f"'{name}'", f"'{kind}'", f"'{status}'", f"told.{at}", channel, more)
        for turn, name, kind, status, at, channel, more in STEPS
    ]
    return _told(across("turn, name, kind, status, at, channel, more", rows))


def _queries() -> str:
    queried = ("98 + 2 * n", "'queried:' || n", f"'{_K.DECLARATION_QUERIED}'", f"'{_S.QUERY}'", "times->>0")
    answered = ("99 + 2 * n", "'answered:' || n", f"'{_K.DECLARATION_ANSWERED}'", f"'{_S.DOCUMENTARY_CHECK}'")
    rows = [(*queried, CHANNEL, QUERIED), (*answered, "times->>1", CHANNEL, ANSWERED)]
    each = "CROSS JOIN LATERAL jsonb_array_elements(told.queries) WITH ORDINALITY AS asked(times, n)"
    return _told(f"{each} {across('turn, name, kind, status, at, channel, more', rows)}")


def _told(steps: str) -> str:
    at = "step.at::timestamptz"
    facts = "'number', told.number, 'status', step.status, 'channel', step.channel"
    told = happening(
        kind="step.kind",
        happened_at=at,
        told_at=f"least({at}, %(at)s)",
        declaration_id="told.id",
        audience=f"'{Audience.OWNER}'",
        reference="told.reference || ':' || step.name",
        payload=f"jsonb_build_object({facts}) || step.more",
        turn="step.turn",
    )
    return f"SELECT {told} FROM customs_new told {steps} WHERE step.at IS NOT NULL"
