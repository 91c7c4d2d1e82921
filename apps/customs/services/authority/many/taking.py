"""Declarations with a plain series follow it together: locked, looked at again, and written a table at a time.

What is written is what ``deeds.take`` writes message by message. See Note [Plain at once, the rest in its turn].
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

from apps.common.bulk import ask, run
from apps.containers.services.rules import is_followed_by_rules
from apps.customs.models import Authority, Declaration, RegimeTerms
from apps.customs.services.authority.many.timeline import Followed, moves
from apps.customs.services.authority.many.writing import write
from terminal.customs.clocks import Clock, Period
from terminal.customs.guarantee import needed_minor
from terminal.customs.word import Message, MessageKind, MessageState
from terminal.events import EventKind
from terminal.lifecycle import AmendmentStatus, DeclarationStatus, VisitState
from terminal.readiness import Owner
from terminal.regimes import Regime

FREES_BOXES_ALONE: Final = frozenset({Regime.IMPORT, Regime.EXPORT, Regime.TRANSIT})
"""Regimes whose release begins no period and opens no entry."""

LOCK: Final = """
SELECT declaration.id, declaration.number, declaration.status, declaration.channel, declaration.heard,
       declaration.regime, declaration.status_since, coalesce(declaration.submitted_at, declaration.drafted_at),
       declaration.office_id, office.code, declaration.duty_minor, declaration.earlier_id
FROM customs_declaration declaration JOIN customs_office office ON office.id = declaration.office_id
WHERE declaration.id = ANY(%(ids)s) ORDER BY declaration.id FOR NO KEY UPDATE OF declaration
"""

AROUND: Final = f"""
SELECT declaration.id,
    (SELECT count(*) FROM customs_authoritymessage message WHERE message.declaration_id = declaration.id)
    + (SELECT count(*) FROM customs_authoritymessage message
       WHERE message.declaration_number = declaration.number AND message.terminal_id = declaration.terminal_id
             AND message.state = '{MessageState.WAITING}' AND message.declaration_id IS NULL),
    EXISTS (SELECT FROM customs_amendment asked
            WHERE asked.declaration_id = declaration.id AND asked.status = '{AmendmentStatus.ASKED}'),
    EXISTS (SELECT FROM customs_declaredlot lot WHERE lot.declaration_id = declaration.id),
    EXISTS (SELECT FROM customs_declaredcontainer covered JOIN containers_permission given USING (visit_id)
            WHERE covered.declaration_id = declaration.id AND given.owner = '{Owner.CUSTOMS}'
                  AND given.reference = declaration.number),
    (SELECT coalesce(sum(value_minor), 0) FROM customs_declaredgoods goods
     WHERE goods.declaration_id = declaration.id),
    (SELECT min(visit.arrived_at) FROM customs_declaredcontainer covered
     JOIN containers_visit visit ON visit.id = covered.visit_id WHERE covered.declaration_id = declaration.id),
    EXISTS (SELECT FROM customs_declaredcontainer covered
            JOIN customs_declaredcontainer shared ON shared.visit_id = covered.visit_id AND shared.id <> covered.id
            JOIN customs_declaration other ON other.id = shared.declaration_id
            JOIN customs_authoritymessage told ON told.declaration_number = other.number
            WHERE covered.declaration_id = declaration.id AND told.terminal_id = declaration.terminal_id
                  AND told.state = '{MessageState.WAITING}' AND told.declaration_id IS NULL),
    (SELECT office.active FROM customs_office office WHERE office.id = declaration.office_id)
FROM customs_declaration declaration WHERE declaration.id = ANY(%(ids)s)
"""

PERIODS: Final = """
SELECT declaration_id, clock, status, began_at, ended_at FROM customs_clockperiod
WHERE declaration_id = ANY(%(ids)s) ORDER BY declaration_id, began_at, id
"""

BOXES: Final = f"""
WITH locked AS (
    SELECT visit.id, box.number FROM containers_visit visit JOIN containers_container box ON box.id = visit.container_id
    WHERE visit.state IN ('{VisitState.ADVISED}', '{VisitState.ACTIVE}') AND visit.id IN (
        SELECT visit_id FROM customs_declaredcontainer WHERE declaration_id = ANY(%(ids)s))
    ORDER BY visit.id FOR UPDATE OF visit)
SELECT covered.declaration_id, locked.id, locked.number
FROM locked JOIN customs_declaredcontainer covered ON covered.visit_id = locked.id
WHERE covered.declaration_id = ANY(%(ids)s) ORDER BY covered.declaration_id, locked.id
"""

PUT_BACK: Final = f"""
UPDATE customs_authoritymessage SET declaration_id = NULL, state = '{MessageState.WAITING}', version = 1
WHERE id = ANY(%(new)s) AND declaration_id = ANY(%(ids)s)
"""


class Locked(NamedTuple):
    """A declaration, locked."""

    pk: int
    number: str
    status: str
    channel: str
    heard: int
    regime: str
    status_since: datetime
    submitted_at: datetime
    office_id: int
    office: str
    duty_minor: int | None
    earlier_id: int | None


class Around(NamedTuple):
    """What stands beside a declaration.

    ``boxes_are_told_of``: of another declaration over one of its boxes something was said that is still to be done.
    """

    messages: int
    amending: bool
    has_lots: bool
    is_permitted: bool
    value_minor: int
    arrived_at: datetime | None
    boxes_are_told_of: bool
    office_works: bool


def numbers_known(numbers: Iterable[str], authority: Authority) -> dict[str, int]:
    """By number, the keys of the declarations there are at the authority's terminal."""
    rows = Declaration.objects.filter(terminal=authority.terminal_id, number__in=list(numbers))
    return dict(rows.values_list("number", "pk"))


def put_back(declarations: Collection[int], new: Iterable[int]) -> None:
    """Of the new messages, those of these declarations wait as if they had just come."""
    if declarations:
        run(PUT_BACK, {"ids": list(declarations), "new": list(new)})


def take_plain(series: Mapping[int, list[Message]], authority: Authority, at: datetime) -> set[int]:
    """Let the declarations follow their messages where nothing is in the way; the keys of those that did.

    Their messages are kept as applied already. Locks declarations, then visits. Within a transaction.
    """
    if not series:
        return set()
    ids = {"ids": list(series)}
    # Joined: one that is handed over meanwhile is none of these, and is followed alone. See Note [Locked alone].
    locked = [Locked(*row) for row in ask(LOCK, ids)]
    around = {row[0]: Around(*row[1:]) for row in ask(AROUND, ids)}
    periods = _periods(ids)
    terms = _Terms(authority)
    plain = [
        row
        for row in locked
        if _follows(row, around[row.pk], series[row.pk], periods[row.pk])
        and not (_is_released(series[row.pk]) and terms.are_in_the_way(row, around[row.pk], series[row.pk]))
    ]
    boxes = _boxes([row.pk for row in plain if _is_released(series[row.pk])])
    write(
        [_followed(row, around[row.pk], series[row.pk], periods[row.pk], boxes[row.pk], at) for row in plain],
        authority,
    )
    return {row.pk for row in plain}


def _follows(row: Locked, around: Around, series: list[Message], periods: list[tuple[Any, ...]]) -> bool:
    """Whether it stands as it was submitted, at the office that speaks, in service, and nothing else is heard of it."""
    untouched = row.status == DeclarationStatus.SUBMITTED and not row.channel and row.heard == 0
    alone = around.messages == len(series) and not (around.amending or around.boxes_are_told_of)
    is_its_office = series[0].office == row.office and around.office_works
    runs = [each for each in periods if each[-1] is None]
    return untouched and alone and is_its_office and len(runs) == 1


def _is_released(series: list[Message]) -> bool:
    return series[-1].kind is MessageKind.RELEASED


class _Terms:
    """What a release would have to see to besides its boxes."""

    def __init__(self, authority: Authority) -> None:
        rows = RegimeTerms.objects.filter(terminal=authority.terminal_id)
        self.percent: dict[str, Decimal] = dict(rows.values_list("regime", "guarantee_percent"))
        self.followed = is_followed_by_rules(authority.terminal_id, EventKind.PERMISSION_GRANTED)

    def are_in_the_way(self, row: Locked, around: Around, series: list[Message]) -> bool:
        """Goods in stock, a permission that is there, an earlier declaration, a guarantee, a rule that follows."""
        beside = around.has_lots or around.is_permitted or row.earlier_id is not None or self.followed
        return beside or row.regime not in FREES_BOXES_ALONE or self._guaranteed(row, around, series)

    def _guaranteed(self, row: Locked, around: Around, series: list[Message]) -> bool:
        told = [each.duty_minor for each in series if each.duty_minor is not None]
        duty = told[-1] if told else row.duty_minor
        percent = self.percent.get(row.regime)
        return bool(
            needed_minor(Regime(row.regime), duty_minor=duty, value_minor=int(around.value_minor), percent=percent)
        )


def _periods(ids: dict[str, Any]) -> dict[int, list[tuple[Any, ...]]]:
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for pk, *period in ask(PERIODS, ids):
        found[pk].append(tuple(period))
    return found


def _boxes(declarations: list[int]) -> dict[int, list[tuple[int, str]]]:
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for pk, visit, number in ask(BOXES, {"ids": declarations}):
        found[pk].append((visit, number))
    return found


def _followed(
    row: Locked,
    around: Around,
    series: list[Message],
    periods: list[tuple[Any, ...]],
    boxes: list[tuple[int, str]],
    at: datetime,
) -> Followed:
    over = [_period(*each) for each in periods if each[-1] is not None]
    (running,) = (_period(*each) for each in periods if each[-1] is None)
    return Followed(
        pk=row.pk,
        number=row.number,
        office_id=row.office_id,
        regime=row.regime,
        submitted_at=row.submitted_at,
        arrived_at=around.arrived_at,
        boxes=boxes,
        over=over,
        running=running,
        moves=moves(series, row.status_since, at),
    )


def _period(clock: str, status: str, began_at: datetime, ended_at: datetime | None) -> Period:
    return Period(Clock(clock), DeclarationStatus(status), began_at, ended_at or began_at)
