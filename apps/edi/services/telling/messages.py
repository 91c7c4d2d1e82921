"""Rows of the journal as messages: which type tells what, and what each says of box, carrier and time."""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Final

from apps.edi.models import Partner
from apps.edi.services.telling.facts import Facts
from apps.journal.models import Entry
from terminal.edifact.facts import (
    ACTIVITY,
    HERE,
    Function,
    Gate,
    GateReport,
    Head,
    Location,
    Means,
    MessageType,
    Move,
    ShipReport,
    ShipWork,
    Status,
    StatusReport,
    StatusTold,
)
from terminal.events import EventKind
from terminal.throughput import Mode

_T, _E = MessageType, EventKind
AFLOAT: Final = frozenset({Mode.SEA.value, Mode.BARGE.value})
Report = GateReport | ShipReport | StatusReport


def _through(entry: Entry) -> frozenset[str]:
    """A box that comes or goes by ship is told by COARRI, any other by CODECO; both by IFTSTA."""
    by_ship = entry.payload.get("mode") in AFLOAT
    return frozenset({_T.COARRI.value if by_ship else _T.CODECO.value, _T.IFTSTA.value})


def _status_only(entry: Entry) -> frozenset[str]:
    return frozenset({_T.IFTSTA.value})


KINDS: Final[dict[str, Callable[[Entry], frozenset[str]]]] = {
    _E.CONTAINER_DISCHARGED.value: _through,
    _E.CONTAINER_LOADED.value: _through,
    _E.CONTAINER_GATED_IN.value: _through,
    _E.CONTAINER_GATED_OUT.value: _through,
    _E.CONTAINER_STRIPPED.value: _status_only,
}
"""What is told, and by which types of message."""

COMES: Final = frozenset({_E.CONTAINER_DISCHARGED.value, _E.CONTAINER_GATED_IN.value})
STATUSES: Final = {
    _E.CONTAINER_DISCHARGED.value: Status.DISCHARGED,
    _E.CONTAINER_LOADED.value: Status.LOADED,
    _E.CONTAINER_GATED_IN.value: Status.GATED_IN,
    _E.CONTAINER_GATED_OUT.value: Status.GATED_OUT,
    _E.CONTAINER_STRIPPED.value: Status.STRIPPED,
}


def messages_of(partner: Partner, kind: str, entries: Sequence[Entry], facts: Facts, *, at: datetime) -> list[Report]:
    """The messages of one type, in the order of the journal; what follows on each other by one carrier is one."""
    wanted = [each for each in entries if kind in types_of(facts.original(each))]
    told: list[Report] = []
    for _key, group in groupby(wanted, key=lambda entry: _key_of(facts, entry, kind)):
        rows = list(group)
        told.append(_message(partner, kind, rows, facts, at))
    return told


def types_of(entry: Entry) -> frozenset[str]:
    """The types of message that tell of an entry."""
    return KINDS[entry.kind](entry)


def _key_of(facts: Facts, entry: Entry, kind: str) -> tuple[object, ...]:
    """What stands in one message: one way, one carrier, one function."""
    original = facts.original(entry)
    way = "" if kind == _T.IFTSTA else original.kind in COMES
    return way, original.call_id if kind != _T.IFTSTA else None, _function(entry)


def _function(entry: Entry) -> Function:
    """A movement, its correction, or its retraction."""
    if entry.kind == _E.RETRACTED:
        return Function.CANCELLATION
    return Function.ORIGINAL if entry.revision == 1 else Function.CHANGE


def _message(partner: Partner, kind: str, rows: list[Entry], facts: Facts, at: datetime) -> Report:
    head = Head(
        type=MessageType(kind),
        dialect=partner.dialect,
        document=f"E{rows[0].pk}",
        function=_function(rows[0]),
        issued_at=at,
    )
    first = facts.original(rows[0])
    if kind == _T.IFTSTA:
        return StatusReport(head=head, statuses=tuple(_status(partner, each, facts) for each in rows))
    comes = first.kind in COMES
    if kind == _T.COARRI:
        work = ShipWork.DISCHARGED if comes else ShipWork.LOADED
        return ShipReport(head=head, work=work, moves=_moves(partner, rows, facts), means=facts.ship(first))
    way = Gate.IN if comes else Gate.OUT
    return GateReport(head=head, way=way, moves=_moves(partner, rows, facts, inland=True))


def _moves(partner: Partner, rows: list[Entry], facts: Facts, *, inland: bool = False) -> tuple[Move, ...]:
    here = Location(HERE, partner.terminal.un_locode, is_un_locode=True)
    found = []
    for row in rows:
        means: tuple[Means, ...] = facts.inland(facts.original(row)) if inland else ()
        found.append(Move(facts.box(row, locations=(here,), means=means), row.happened_at))
    return tuple(found)


def _status(partner: Partner, entry: Entry, facts: Facts) -> StatusTold:
    original = facts.original(entry)
    means = facts.ship(original) if original.payload.get("mode") in AFLOAT else facts.inland(original)
    return StatusTold(
        status=STATUSES[original.kind],
        code="",
        at=entry.happened_at,
        locations=(Location(ACTIVITY, partner.terminal.un_locode, is_un_locode=True),),
        means=means,
        boxes=(facts.box(entry),),
    )
