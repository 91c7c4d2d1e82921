"""Many messages become rows in one statement; what was heard before is counted, and what contradicts it is refused."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import F

from apps.common.bulk import ask, endless_uuid7_texts, line, stage
from apps.customs.models import Authority, AuthorityMessage, Office
from apps.customs.services.authority.hearing import OtherContent, keep_other, parse_again, require_not_ahead
from terminal.customs.word import Message, MessageState
from terminal.errors import Refused

COLUMNS: Final = """
    uuid uuid, reference text, kind text, turn int, issued_at timestamptz, office_id bigint, declaration_number text,
    declaration_id bigint, body text, sha256 text
"""

KEEP: Final = f"""
INSERT INTO customs_authoritymessage (public_id, version, terminal_id, authority_id, reference, kind, turn, issued_at,
    office_id, declaration_number, declaration_id, container_number, body, sha256, received_at, times, state,
    state_since, fault, answer)
SELECT uuid, CASE WHEN declaration_id IS NULL THEN 1 ELSE 3 END, %(terminal)s, %(authority)s, reference, kind, turn,
    issued_at, office_id, declaration_number, declaration_id, '', body, sha256, %(at)s, 1,
    CASE WHEN declaration_id IS NULL THEN '{MessageState.WAITING}' ELSE '{MessageState.APPLIED}' END, %(at)s, '', ''
FROM customs_said ORDER BY reference
ON CONFLICT ON CONSTRAINT a_customs_message_is_kept_once DO NOTHING RETURNING reference, id
"""
"""In the order of references, so that two who bring the same wait for each other in one order."""


@dataclass(frozen=True, slots=True)
class Said:
    """A message that could be read, the text it came as, and its place among those it came with."""

    place: int
    message: Message
    body: str

    @property
    def digest(self) -> str:
        """What tells another content."""
        return hashlib.sha256(self.body.encode()).hexdigest()


def first_of_each(said: Iterable[Said], at: datetime) -> tuple[dict[str, Said], list[Said], dict[int, Refused]]:
    """The first of each reference, the others, and by its place what is refused for its time."""
    firsts: dict[str, Said] = {}
    again: list[Said] = []
    refused: dict[int, Refused] = {}
    for each in said:
        try:
            require_not_ahead(each.message, at)
        except Refused as ahead:
            refused[each.place] = ahead
            continue
        if firsts.setdefault(each.message.reference, each) is not each:
            again.append(each)
    return firsts, again, refused


def keep(firsts: Mapping[str, Said], led: Mapping[str, int], authority: Authority, at: datetime) -> dict[str, int]:
    """Write what was not heard before; by reference, the key of each new row. Within a transaction.

    ``led``: by its number, the key of a declaration that follows at once. Its messages are written as applied, and
    whoever calls sees to it that they are.
    """
    offices = dict(Office.objects.filter(terminal=authority.terminal_id).values_list("code", "pk"))
    new = endless_uuid7_texts()
    stage("customs_said", COLUMNS, (_line(next(new), each, offices, led) for each in firsts.values()))
    facts = {"terminal": authority.terminal_id, "authority": authority.pk, "at": at}
    return dict(ask(KEEP, facts))


def _line(uuid: str, said: Said, offices: Mapping[str, int], led: Mapping[str, int]) -> str:
    message = said.message
    return line(
        uuid,
        message.reference,
        message.kind.value,
        message.turn,
        message.issued_at,
        offices.get(message.office),
        message.declaration,
        led.get(message.declaration),
        said.body,
        said.digest,
    )


def note_repeats(repeats: list[Said], authority: Authority, at: datetime) -> dict[int, Refused]:
    """Count what was heard before; by its place, what has another content under a known reference. In a transaction."""
    wanted = {each.message.reference for each in repeats}
    rows = {row.reference: row for row in AuthorityMessage.objects.filter(authority=authority, reference__in=wanted)}
    times, refused = Counter[int](), dict[int, Refused]()
    for each in repeats:
        row = rows[each.message.reference]
        if _is_the_same(row, each):
            times[row.pk] += 1
        else:
            refused[each.place] = _refuse_other(row, each, authority, at)
    for many in sorted(set(times.values())):
        same = [pk for pk, counted in times.items() if counted == many]
        AuthorityMessage.objects.filter(pk__in=same).update(times=F("times") + many)
    return refused


def _is_the_same(row: AuthorityMessage, said: Said) -> bool:
    known = row.state != MessageState.UNREADABLE and row.sha256 == said.digest
    return known or parse_again(row) == said.message


def _refuse_other(row: AuthorityMessage, said: Said, authority: Authority, at: datetime) -> OtherContent:
    other = OtherContent(reference=row.reference, received_at=row.received_at.isoformat())
    keep_other(said.message, said.body, said.digest, authority, other, at)
    return other
