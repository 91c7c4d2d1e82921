"""Boxes that are to come: advice, and taking it back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.dispatch import Signal

from apps.calls.models import Call
from apps.common.steps import take_step
from apps.containers.models import CLAIMABLE, Consignment, Container, Reference, Visit, VisitRole
from apps.containers.services.notes import NewNote, write_notes
from apps.containers.services.numbers import require_number
from apps.containers.services.rows import bring_up_to_date, lock_visits, of_visit, require_right_or_part
from apps.journal.services import Happening, record, record_many
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.parties.models import Party
from terminal.advice import Way
from terminal.equipment import SizeType
from terminal.errors import Malformed, gettext_noop
from terminal.events import EventKind
from terminal.lifecycle import VISIT, VisitState
from terminal.regimes import Direction, Goods, Regime


class UnknownKind(Malformed):
    """A reference or role of a kind nobody knows."""

    message = gettext_noop("“%(kind)s” is not one of: %(possible)s.")


@dataclass(frozen=True, kw_only=True)
class Advice:
    """Word of a box that is to come. ``laden`` None: nobody said, which blocks as a laden box would.

    ``references`` are (kind, value), ``roles`` (party, role). ``unannounced`` marks a box that came before any word.
    ``way`` is by which way it was advised; None: a party's program or a person at a desk, as who asks tells. ``notes``
    makes what the papers say of seals, weights, dangerous goods and set-points, given the visit.
    """

    terminal: Terminal
    number: str
    size_type: str
    laden: bool | None = None
    goods: Goods = Goods.STANDARD
    gross_kg: int | None = None
    destination: str = ""
    regime: Regime = Regime.UNKNOWN
    direction: Direction = Direction.UNKNOWN
    arrival_call: Call | None = None
    departure_call: Call | None = None
    consignment: Consignment | None = None
    references: Sequence[tuple[str, str]] = field(default_factory=tuple)
    roles: Sequence[tuple[Party, str]] = field(default_factory=tuple)
    unannounced: bool = False
    way: Way | None = None
    notes: Sequence[Callable[[Visit], NewNote]] = field(default_factory=tuple)


# Note [A clash answers as no clash]
# Whoever advises a box gets a visit of their own, whatever else is known of that number: another party's advice, a box
# that stands here now, a size others gave. None of it refuses, alters or slows the answer, and nobody gets a role in a
# visit that was there before. Which advice was right is settled on arrival (`selectors.matching`).


@transaction.atomic
def advise(visits: list[Advice], *, by: Actor, at: datetime) -> list[Visit]:
    """Enter visits that are to come, all or none, in the order given; any number of them for one box.

    A party's program has a part in what it advises: the roles it names, or one by its kind; what it says of regime,
    direction and load is its claim. Raises ``NotYours`` (a person without ``containers.change_visit``), the refusals of
    a container number and of a size-type code, ``UnknownKind``, and what each kind of note refuses. A number outside
    ISO 6346 is taken from staff where it was allowed (``allow_number``).
    """
    _require_right(visits, by)
    sizes = {each.size_type: SizeType.parse(each.size_type) for each in visits}
    numbers = [require_number(each.number, by=by) for each in visits]
    _require_kinds(visits)
    boxes = _boxes({number: sizes[each.size_type] for number, each in zip(numbers, visits, strict=True)})
    made = [
        _visit(each, boxes[number], sizes[each.size_type], by, at) for number, each in zip(numbers, visits, strict=True)
    ]
    rows = Visit.objects.bulk_create(made, batch_size=1000)
    _note_papers(list(zip(visits, rows, strict=True)), by=by, at=at)
    record_many(_advised(row, by=by, at=at) for row in rows)
    told = [make(row) for each, row in zip(visits, rows, strict=True) for make in each.notes]
    if told:
        write_notes(told, {row.pk: row for row in rows}, by=by, at=at)
    return rows


giving_up = Signal()
"""Sent before an advised visit is cancelled, inside the transaction: ``visit`` (locked), ``by``, ``at``. Cells, wagons
and orders belong to apps above; whoever counts on the box coming refuses."""


@transaction.atomic
def cancel_visit(visit: Visit, *, by: Actor, at: datetime, reason: str = "") -> Visit:
    """Take back an advised visit; a hold of customs on it stands on (``customs_holds_follow``).

    Raises ``NotYours``, ``StepNotAllowed`` (it has arrived), ``ChangedMeanwhile``, and what apps above have against it.
    """
    row = lock_visits([visit])[0]
    require_right_or_part(by, [row], "containers.change_visit", at)
    VISIT.require_step(row.state, VisitState.CANCELLED.value)
    giving_up.send(sender=Visit, visit=row, by=by, at=at)
    take_step(row, VISIT, VisitState.CANCELLED.value, field="state")
    payload = {"reason": reason} if reason else {}
    record(of_visit(row, EventKind.VISIT_CANCELLED, by=by, at=at, payload=payload))
    bring_up_to_date([visit], [row], "state")
    return visit


def _require_right(visits: list[Advice], by: Actor) -> None:
    if by.party is None:
        for terminal in {each.terminal for each in visits}:
            by.require("containers.change_visit", terminal)


def _require_kinds(visits: list[Advice]) -> None:
    said_references = {str(kind) for each in visits for kind, _ in each.references}
    said_roles = {str(role) for each in visits for _, role in each.roles}
    for said, known in ((said_references, Reference.Kind.values), (said_roles, VisitRole.Role.values)):
        for kind in sorted(said - set(known)):
            raise UnknownKind(kind=kind, possible=", ".join(known))


def _boxes(sizes: dict[str, SizeType]) -> dict[str, Container]:
    """The boxes by number, made where they were never heard of; what is known of the others stays."""
    new = [Container(number=number, size_type=sizes[number].code, teu=sizes[number].teu) for number in sorted(sizes)]
    Container.objects.bulk_create(new, batch_size=1000, ignore_conflicts=True)
    return {box.number: box for box in Container.objects.filter(number__in=sorted(sizes))}


def _visit(advice: Advice, box: Container, size: SizeType, by: Actor, at: datetime) -> Visit:
    return Visit(
        terminal=advice.terminal,
        container=box,
        stated_size_type=size.code,
        consignment=advice.consignment,
        arrival_call=advice.arrival_call,
        departure_call=advice.departure_call,
        laden=advice.laden,
        goods=Goods(advice.goods).value,
        gross_kg=advice.gross_kg,
        destination=advice.destination,
        regime=Regime(advice.regime).value,
        direction=Direction(advice.direction).value,
        claimed=list(CLAIMABLE) if by.party else [],
        unannounced=advice.unannounced,
        advised_via=_way(advice, by),
        advised_at=at,
    )


def _way(advice: Advice, by: Actor) -> str:
    if advice.way is not None:
        return advice.way.value
    if by.party is not None:
        return Way.PARTY.value
    return Way.STAFF.value if by.user is not None else ""


def _note_papers(advised: list[tuple[Advice, Visit]], *, by: Actor, at: datetime) -> None:
    references = [
        Reference(visit=visit, kind=str(kind), value=value)
        for advice, visit in advised
        for kind, value in dict.fromkeys(advice.references)
    ]
    roles = [
        VisitRole(visit=visit, party=party, role=str(role), since=at, given_by=by.label)
        for advice, visit in advised
        for party, role in _parts(advice, by)
    ]
    Reference.objects.bulk_create(references, batch_size=1000)
    VisitRole.objects.bulk_create(roles, batch_size=1000)


def _parts(advice: Advice, by: Actor) -> list[tuple[Party, str]]:
    named = list(dict.fromkeys(advice.roles))
    if by.party is None or any(party == by.party for party, _ in named):
        return named
    return [*named, (by.party, role_of(by.party))]


def role_of(party: Party) -> str:
    """The part a party has in what it advises, by its kind, when nobody says which."""
    return party.kind if party.kind in VisitRole.Role.values else VisitRole.Role.FORWARDER.value


def _advised(visit: Visit, *, by: Actor, at: datetime) -> Happening:
    said = ("laden", "regime", "direction", "destination", "unannounced")
    payload = {name: getattr(visit, name) for name in said} | {"size_type": visit.stated_size_type}
    return of_visit(visit, EventKind.VISIT_ADVISED, by=by, at=at, call_id=visit.arrival_call_id, payload=payload)
