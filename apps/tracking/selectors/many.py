"""What happened to up to a thousand containers, in one question.

# Note [One question for a thousand]
However many are asked for, it is the same few statements: whose visits these are, the right numbers of those that were
first written down under a wrong one (only where some were not found), and the events. Events of all of them are read in
the order of commits, as the feed of one container is, so that one cursor stands for all. A number outside ISO 6346 is
as wrong as any, but for those who have a part in a box that was taken in under it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson

from apps.common.cursors import Question
from apps.common.prepared import Prepared
from apps.network.models import Terminal
from apps.parties.models import Party
from apps.tracking.selectors.event import EVENT, STANDS, as_list, part_of, told
from apps.tracking.selectors.place import BEGINNING, Place
from terminal.errors import Malformed
from terminal.events import Audience
from terminal.identifiers import require_container_number
from terminal.identifiers.text import compact
from terminal.lifecycle import VisitState

UNSEEN: Final = f"('{VisitState.ADVISED}', '{VisitState.CANCELLED}')"
LATEST_FIRST: Final = f"""CASE v.state WHEN '{VisitState.ACTIVE}' THEN 0 WHEN '{VisitState.ADVISED}' THEN 1 ELSE 2 END,
    v.arrived_at DESC, v.advised_at DESC, v.id DESC"""


def _moment(column: str) -> str:
    return f"coalesce({told(column)}, 'null')"


STATE: Final = f"""concat(
    '{{"id":"', v.public_id, '","container":"', c.number, '","size_type":"',
    coalesce(CASE WHEN v.state IN {UNSEEN} THEN nullif(v.stated_size_type, '') END, c.size_type),
    '","state":"', v.state, '","position":"', v.position, '","laden":', coalesce(v.laden::text, 'null'),
    ',"destination":', to_json(v.destination), ',"advised_at":', {_moment("v.advised_at")},
    ',"arrived_at":', {_moment("v.arrived_at")}, ',"departed_at":', {_moment("v.departed_at")}, '}}')"""
"""SQL for the JSON of how a visit stands, as ``VisitStateOut`` describes it."""

PARTS: Final = Prepared(
    "tracking_parts",
    ("varchar[]", "varchar[]", "bigint", "bigint", "timestamptz"),
    f"""
SELECT c.number, v.id, {STATE}, part.now
FROM containers_container AS c
JOIN containers_visit AS v ON v.container_id = c.id AND v.terminal_id = $3
JOIN LATERAL (
    SELECT bool_or(r.until IS NULL OR r.until > $5) AS now FROM containers_visitrole AS r
    WHERE r.visit_id = v.id AND r.party_id = $4 AND r.since <= $5
) AS part ON part.now IS NOT NULL
WHERE c.number = ANY($1) OR (
    c.number = ANY($2) AND EXISTS (SELECT FROM containers_allowednumber AS allowed WHERE allowed.container_id = c.id))
ORDER BY {LATEST_FIRST}
""",
)

RIGHT_NUMBERS: Final = Prepared(
    "tracking_right_numbers",
    ("varchar[]", "bigint", "bigint", "timestamptz"),
    """
SELECT DISTINCT ON (wrong.number) wrong.number, c.number
FROM containers_container AS wrong
JOIN containers_formernumber AS former ON former.container_id = wrong.id
JOIN containers_visit AS v ON v.id = former.visit_id AND v.terminal_id = $2 AND v.container_id <> wrong.id
JOIN containers_container AS c ON c.id = v.container_id
WHERE wrong.number = ANY($1) AND EXISTS (
    SELECT FROM containers_visitrole AS r WHERE r.visit_id = v.id AND r.party_id = $3 AND r.since <= $4)
ORDER BY wrong.number, v.id DESC
""",
)

EVENTS: Final = Prepared(
    "tracking_events_of_many",
    ("bigint[]", "bigint", "timestamptz", "varchar", "text", "bigint", "bigint"),
    f"""
SELECT e.xid::text, e.id, e.visit_id, {EVENT}
FROM containers_visit AS v
JOIN LATERAL ({part_of("$2", "$3")}) AS part ON true
JOIN journal_entry AS e ON e.visit_id = v.id AND part.dates @> e.happened_at
WHERE v.id = ANY($1)
  AND e.audience = $4
  AND e.xid < pg_snapshot_xmin(pg_current_snapshot())
  AND (e.xid, e.id) > ($5::text::xid8, $6)
  AND {STANDS}
ORDER BY e.xid, e.id
LIMIT $7
""",
)


NONE: Final = as_list(())
Events = dict[int, list[tuple[int, str]]]
"""Of each visit, in the order of commits: (turn, JSON)."""


@dataclass(frozen=True)
class Answer:
    """What a party is told of one number. ``wrong``: it is no container number; ``known`` False: it has no part in it,
    whether or not it was ever here. ``visit``: how the latest visit stands in which it has a part now, if any.
    """

    asked: str
    wrong: Malformed | None = None
    known: bool = False
    visit: orjson.Fragment | None = None
    events: orjson.Fragment = NONE


@dataclass(frozen=True)
class Answers:
    """An answer for each number in the order asked, the place of the last event, and whether more follow at once."""

    containers: list[Answer]
    place: Place
    more: bool


@dataclass(frozen=True, slots=True)
class _Part:
    """A visit in which the party has a part, with its JSON; ``now``: still."""

    visit: int
    text: str
    now: bool


def question_about_all(numbers: Sequence[str], *, party: Party, terminal: Terminal) -> Question:
    """What a cursor of many is good for: these containers, in whatever order and form they are named."""
    return Question(f"tracking {terminal.pk} {party.pk} {' '.join(sorted(map(compact, numbers)))}")


def answers_for(
    numbers: Sequence[str],
    *,
    party: Party,
    terminal: Terminal,
    at: datetime,
    after: Place = BEGINNING,
    limit: int = 1000,
) -> Answers:
    """The settled public events of these containers behind ``after``, ``limit`` of them all together, and how each
    stands now. See Note [One question for a thousand].
    """
    wrong = {number: refusal for number in numbers if (refusal := _fault(number))}
    meant = {number: compact(number) for number in numbers}
    parts = _parts(meant, wrong, party, terminal, at)
    visits = sorted({part.visit for each in parts.values() for part in each})
    rows = EVENTS.rows(visits, party.pk, at, Audience.PUBLIC.value, str(after.xid), after.entry, limit + 1)
    page = rows[:limit]
    events: Events = defaultdict(list)
    for turn, (_xid, _entry, visit, text) in enumerate(page):
        events[visit].append((turn, text))
    place = Place(int(page[-1][0]), page[-1][1]) if page else after
    containers = [_answer(number, wrong.get(number), parts.get(meant[number], []), events) for number in numbers]
    return Answers(containers, place, len(rows) > limit)


def _fault(number: str) -> Malformed | None:
    try:
        require_container_number(number)
    except Malformed as refusal:
        return refusal
    return None


def _parts(
    meant: dict[str, str], wrong: dict[str, Malformed], party: Party, terminal: Terminal, at: datetime
) -> dict[str, list[_Part]]:
    """The visits of the party by the number asked for, the latest first."""
    right = sorted({meant[number] for number in meant.keys() - wrong.keys()})
    odd = sorted({meant[number] for number in wrong if meant[number].isascii()})
    parts = _by_number(PARTS.rows(right, odd, terminal.pk, party.pk, at))
    if missing := [number for number in right if number not in parts]:
        renamed = dict(RIGHT_NUMBERS.rows(missing, terminal.pk, party.pk, at))
        found = _by_number(PARTS.rows(sorted(set(renamed.values())), [], terminal.pk, party.pk, at)) if renamed else {}
        parts |= {former: found[number] for former, number in renamed.items() if number in found}
    return parts


def _by_number(rows: Iterable[tuple[Any, ...]]) -> dict[str, list[_Part]]:
    parts: dict[str, list[_Part]] = defaultdict(list)
    for number, *part in rows:
        parts[number].append(_Part(*part))
    return dict(parts)


def _answer(
    asked: str, wrong: Malformed | None, parts: list[_Part], events: dict[int, list[tuple[int, str]]]
) -> Answer:
    if not parts:
        return Answer(asked, wrong)
    latest = next((orjson.Fragment(part.text) for part in parts if part.now), None)
    told_of_it = sorted(each for part in parts for each in events.get(part.visit, ()))
    return Answer(asked, None, True, latest, as_list(text for _turn, text in told_of_it))
