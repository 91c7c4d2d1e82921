"""What plain series leave behind: declarations, clocks, release times, permissions, answers and the journal."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from django.utils import timezone

from apps.common.bulk import copy, endless_uuid7_texts, line, run, stage
from apps.customs.models import Authority
from apps.customs.services.authority.deeds import KIND
from apps.customs.services.authority.many.timeline import Followed, Move
from apps.customs.services.authority.marks import speaker
from apps.customs.services.word import RELEASED_STEPS
from terminal.customs.clocks import STEPS, Clock
from terminal.customs.word import MessageKind
from terminal.events import Audience, Classifier, EventKind
from terminal.events import Authority as Source
from terminal.lifecycle import DeclarationStatus
from terminal.readiness import Owner
from terminal.readiness.facts import AnswerState

_K = MessageKind

FOLLOWED: Final = """
    id bigint, number text, status text, channel text, reason text, heard int, changes int, since timestamptz,
    released_at timestamptz, valid_until timestamptz, duty_minor bigint, currency text, stopped_at timestamptz
"""

DECLARATIONS: Final = """
UPDATE customs_declaration declaration SET
    status = told.status, channel = told.channel, heard = told.heard, status_since = told.since,
    reason = coalesce(told.reason, declaration.reason), released_at = told.released_at,
    release_valid_until = coalesce(told.valid_until, declaration.release_valid_until),
    duty_minor = coalesce(told.duty_minor, declaration.duty_minor),
    currency = coalesce(told.currency, declaration.currency), version = declaration.version + told.changes
FROM customs_followed told WHERE told.id = declaration.id
"""

CLOCKS: Final = """
UPDATE customs_clockperiod period SET ended_at = told.stopped_at
FROM customs_followed told WHERE told.id = period.declaration_id AND period.ended_at IS NULL
"""

ANSWERS: Final = f"""
UPDATE containers_question asked SET
    state = '{AnswerState.ANSWERED}', state_since = told.since, version = asked.version + 1
FROM customs_followed told
WHERE told.released_at IS NOT NULL AND asked.owner = '{Owner.CUSTOMS}' AND asked.reference = told.number
      AND asked.state <> '{AnswerState.ANSWERED}'
"""

PERIODS: Final = "customs_clockperiod (declaration_id, office_id, clock, status, began_at, ended_at)"

RELEASE_TIMES: Final = (
    "customs_releasetime (declaration_id, terminal_id, office_id, regime, channel, began_at, released_at, minutes, "
    f"{', '.join(f'{clock.value}_minutes' for clock in Clock)}, {', '.join(step.value for step in STEPS)}, counted)"
)

PERMISSIONS: Final = (
    "containers_permission (public_id, version, visit_id, owner, step, reference, granted_at, granted_by, valid_until)"
)

JOURNAL: Final = (
    "journal_entry (public_id, lineage, revision, terminal_id, kind, classifier, happened_at, recorded_at, visit_id, "
    "container_number, declaration_id, audience, authority, actor, payload, payload_version)"
)


def write(followed: list[Followed], authority: Authority) -> None:
    """Write all that the series lead to. Declarations and visits are locked; the messages are kept as applied."""
    if not followed:
        return
    stage("customs_followed", FOLLOWED, map(_declaration, followed))
    for statement in (DECLARATIONS, CLOCKS, ANSWERS):
        run(statement)
    copy(PERIODS, (each for one in followed for each in _periods(one)))
    released = [one for one in followed if one.last.status is DeclarationStatus.RELEASED]
    new = endless_uuid7_texts()
    copy(RELEASE_TIMES, (_release_time(one, authority.terminal_id) for one in released))
    copy(PERMISSIONS, (each for one in released for each in _permissions(one, new, authority)))
    journal = _Journal(authority)
    copy(JOURNAL, (each for one in followed for each in journal.of(one)))


def _declaration(one: Followed) -> str:
    last = one.last
    is_released = last.status is DeclarationStatus.RELEASED
    said = [each.message for each in one.moves]
    reasons = [each.reason for each in said if each.kind is not _K.RELEASED]
    assessed = next((each for each in said if each.duty_minor is not None), None)
    return line(
        one.pk,
        one.number,
        last.status.value,
        one.channel,
        reasons[-1],
        last.message.turn,
        len(said) + bool(one.channel) + (assessed is not None),
        last.at,
        last.at if is_released else None,
        last.message.valid_until,
        assessed.duty_minor if assessed else None,
        assessed.currency if assessed else None,
        one.stopped_at,
    )


def _periods(one: Followed) -> Iterator[str]:
    for period, is_over in one.periods():
        ended = period.ended_at if is_over else None
        yield line(one.pk, one.office_id, period.clock.value, period.status.value, period.began_at, ended)


def _release_time(one: Followed, terminal_id: int) -> str:
    began, taken = one.taken()
    lengths = (*(taken.by_clock[clock] for clock in Clock), *(taken.by_step.get(step) for step in STEPS))
    facts = (one.pk, terminal_id, one.office_id, one.regime, one.channel, began, one.last.at, taken.minutes)
    return line(*facts, *lengths, False)


def _permissions(one: Followed, new: Iterator[str], authority: Authority) -> Iterator[str]:
    given = (one.number, one.last.at, speaker(authority).label[:120], one.last.message.valid_until)
    for visit, _ in one.boxes:
        for step in sorted(RELEASED_STEPS):
            yield line(next(new), 1, visit, Owner.CUSTOMS.value, step.value, *given)


class _Journal:
    """The entries of steps, in the order in which a step alone writes them."""

    def __init__(self, authority: Authority) -> None:
        self.new = endless_uuid7_texts()
        self.terminal_id = authority.terminal_id
        self.by = speaker(authority).label
        self.recorded_at = timezone.now()

    def of(self, one: Followed) -> Iterator[str]:
        channel, before = "", DeclarationStatus.SUBMITTED
        for move in one.moves:
            if move.message.channel is not None:
                channel = move.message.channel.value
                yield self._step(one, move, EventKind.DECLARATION_CHANNELLED, before, channel, _told(move))
            why = {"reason": move.message.reason} if _gives_reason(move) else {}
            kind = KIND.get(move.status, EventKind.DECLARATION_MOVED)
            yield self._step(one, move, kind, move.status, channel, {**why, **_told(move)})
            if move.message.duty_minor is not None:
                due = {"amount_minor": move.message.duty_minor, "currency": move.message.currency}
                yield self._step(one, move, EventKind.DECLARATION_CHANGED, move.status, channel, due)
            before = move.status
        if before is DeclarationStatus.RELEASED:
            yield from self._permitted(one)

    def _step(
        self, one: Followed, move: Move, kind: EventKind, status: DeclarationStatus, channel: str, more: dict[str, Any]
    ) -> str:
        payload = {"number": one.number, "status": status.value, "channel": channel, **more}
        return self._entry(kind, move.at, None, "", one.pk, Audience.OWNER, payload)

    def _permitted(self, one: Followed) -> Iterator[str]:
        until = one.last.message.valid_until
        ends = until.astimezone(UTC).isoformat() if until else None
        told = {"owner": Owner.CUSTOMS.value, "reference": one.number, "valid_until": ends}
        for visit, number in one.boxes:
            for step in sorted(RELEASED_STEPS):
                payload = {**told, "step": step.value}
                kind, at = EventKind.PERMISSION_GRANTED, one.last.at
                yield self._entry(kind, at, visit, number, None, Audience.PUBLIC, payload)

    def _entry(
        self, kind: EventKind, at: datetime, visit: int | None, number: str, declaration: int | None,
        audience: Audience, payload: dict[str, Any],
    ) -> str:  # fmt: skip
        key, actual, own = next(self.new), Classifier.ACTUAL.value, Source.OWN.value
        what = (key, key, 1, self.terminal_id, kind.value, actual, at, self.recorded_at)
        return line(*what, visit, number, declaration, audience.value, own, self.by, payload, 1)


def _gives_reason(move: Move) -> bool:
    return bool(move.message.reason) and move.message.kind is not _K.RELEASED


def _told(move: Move) -> dict[str, str]:
    return {"message": move.message.reference}
