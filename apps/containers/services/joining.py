"""A visit that was entered under a wrong number goes on under the right one; both numbers find it.

# Note [Two histories of one box]
The visit keeps its rows and its journal; its wrong number is remembered beside it. A visit that was advised under the
right number is the same box's: what was known of it is copied to the visit that goes on, its holds and permissions go
over with it (none is lost, neither customs' nor one on a consignment or call of its own), and it ends as joined, its
own rows and journal untouched. Which advised visit that is, is settled as on arrival: by call, by a shared reference,
by a party; a stranger's advice is nobody's proof and stays where it is.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import F
from django.dispatch import Signal

from apps.common.integrity import refusals
from apps.common.steps import take_step
from apps.containers.models import Container, FormerNumber, Visit, VisitRole
from apps.containers.selectors import match_arrivals, standing_holds
from apps.containers.services.arriving import AlreadyHere, StaysOverlap
from apps.containers.services.following import customs_holds_follow, stay_held
from apps.containers.services.holds import VisitIsOver
from apps.containers.services.merging import merge
from apps.containers.services.numbers import require_number, require_reason
from apps.containers.services.rows import bring_up_to_date, lock_calls, lock_visits, of_visit
from apps.journal.services import Happening, record
from apps.parties.actors import Actor
from apps.parties.models import Party
from terminal.equipment import SizeType
from terminal.errors import Malformed, gettext_noop
from terminal.events import Audience, EventKind
from terminal.lifecycle import VISIT, VisitState
from terminal.moments import require_zone

RIGHT: Final = "containers.join_visit"


class SameNumber(Malformed):
    """There is nothing to join."""

    message = gettext_noop("The visit is under %(number)s already.")


joined = Signal()
"""Sent inside the transaction when an advised visit ended in another: ``visit`` goes on, ``merged`` ended, ``by``,
``at``. What apps above keep of the one belongs to the other from now on."""


@transaction.atomic
def join_number(
    visit: Visit, number: str, *, reason: str, by: Actor, at: datetime, party: Party | None = None
) -> Visit:
    """The visit goes on under the right ``number``; an advised visit of it there is merged into this one.

    ``party``: whose advice the box came on, where neither its call nor a reference tells. See Note [Two histories of
    one box]. Raises ``NotYours`` (``containers.join_visit``), the refusals of a number, ``ReasonMissing``,
    ``SameNumber``, ``VisitIsOver``, ``AlreadyHere`` (another visit is active under the right number), ``StaysOverlap``,
    ``NaiveTime``.
    """
    require_zone(at)
    by.require(RIGHT, visit.terminal)
    right = require_number(number, by=by)
    require_reason(reason)
    row, merged = _locked(visit, right, party, at)
    _require_joinable(row, right)
    wrong = row.container
    _renumber(row, _box(row, right), at)
    FormerNumber.objects.get_or_create(
        visit=row,
        container=wrong,
        defaults={"reason": reason[:200], "joined_at": at, "joined_by": by.label[:120]},
    )
    for each in _told(row, wrong, reason, by=by, at=at):
        record(each)
    if merged is not None:
        _merge(merged, row, reason, by=by, at=at)
    if row.state == VisitState.ACTIVE:
        customs_holds_follow([row], by=by, at=at)
    bring_up_to_date([visit], [row], "container", "stated_size_type")
    return visit


def _locked(visit: Visit, right: str, party: Party | None, at: datetime) -> tuple[Visit, Visit | None]:
    """The visit, and the advised one of the same box, both locked."""
    found = _same_box(visit, right, party, at)
    both = [visit, *([found] if found else [])]
    lock_calls(number for each in both for number in (each.arrival_call_id, each.departure_call_id))
    rows = {row.pk: row for row in lock_visits(both)}
    merged = rows.get(found.pk) if found else None
    return rows[visit.pk], merged if merged is not None and merged.state == VisitState.ADVISED else None


def _same_box(visit: Visit, right: str, party: Party | None, at: datetime) -> Visit | None:
    known = {right: [(each.kind, each.value) for each in visit.references.all()]}
    for whose in [party] if party else [*_parties(visit, at), None]:
        call = visit.arrival_call
        found = match_arrivals(terminal=visit.terminal, boxes=known, call=call, party=whose, at=at).get(right)
        if found is not None and found.pk != visit.pk:
            return found
    return None


def _parties(visit: Visit, at: datetime) -> Iterable[Party]:
    roles = VisitRole.objects.filter(visit=visit).in_force(at).select_related("party").order_by("pk")
    return [role.party for role in roles]


def _require_joinable(visit: Visit, right: str) -> None:
    if visit.container.number == right:
        raise SameNumber(number=right)
    if VISIT.is_final(visit.state):
        raise VisitIsOver(number=visit.container.number, state=visit.state)
    active = Visit.objects.filter(container__number=right, terminal=visit.terminal, state=VisitState.ACTIVE.value)
    if active.exists():
        raise AlreadyHere(numbers=right)


def _box(visit: Visit, right: str) -> Container:
    size = SizeType.parse(visit.size_type)
    box, _ = Container.objects.get_or_create(number=right, defaults={"size_type": size.code, "teu": size.teu})
    return box


def _renumber(visit: Visit, box: Container, at: datetime) -> None:
    came = (visit.arrived_at or at).isoformat()
    values = {"container": box, "stated_size_type": visit.size_type}
    with refusals(
        container_is_in_one_place=AlreadyHere(numbers=box.number),
        stays_of_a_container_do_not_overlap=StaysOverlap(time=came, numbers=box.number),
    ):
        Visit.objects.filter(pk=visit.pk).update(**values, version=F("version") + 1)
    visit.container, visit.stated_size_type, visit.version = box, visit.size_type, visit.version + 1


def _told(visit: Visit, wrong: Container, reason: str, *, by: Actor, at: datetime) -> list[Happening]:
    """Under the right number for all who have a part in it; under the wrong one for staff."""
    payload: dict[str, Any] = {"former_number": wrong.number, "right_number": visit.container.number}
    public = of_visit(visit, EventKind.NUMBER_JOINED, by=by, at=at, payload=payload)
    under_wrong = Happening(
        kind=EventKind.NUMBER_JOINED,
        terminal_id=visit.terminal_id,
        at=at,
        actor=by.label,
        visit_id=visit.pk,
        container_number=wrong.number,
        audience=Audience.STAFF,
        payload={**payload, "reason": reason},
    )
    return [public, under_wrong]


def _merge(merged: Visit, visit: Visit, reason: str, *, by: Actor, at: datetime) -> None:
    before = standing_holds([merged])[merged.pk]
    merge(merged, visit)
    stay_held(visit, before, by=by, at=at)
    take_step(merged, VISIT, VisitState.JOINED.value, field="state", joined_into=visit)
    joined.send(sender=Visit, visit=visit, merged=merged, by=by, at=at)
    payload = {"reason": reason}
    record(of_visit(merged, EventKind.VISIT_JOINED, by=by, at=at, payload=payload, audience=Audience.STAFF))
