"""A box that was unpacked on the terminal's ground: its laden stay ends, and an empty one begins where it stands.

# Note [What goes over to the empty box]
The goods' stay is over: its papers, its parties, its weight, its seals and what was allowed for it end with it. The box
goes on: where it stands, what is broken on it, and its line, which wants it back. Where no line is known, all parties
of the laden stay keep their part, so that somebody answers for the box. Holds go over, too, whoever placed them: a
hold is lifted by its owner, never by a crowbar. No movement is journalled, so nothing is counted as come or gone.
"""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import F
from django.dispatch import Signal

from apps.common.integrity import refusals
from apps.containers.models import Damage, Hold, Visit, VisitRole
from apps.containers.selectors import standing_holds
from apps.containers.services.following import stay_held
from apps.containers.services.holds import told
from apps.containers.services.leaving import LeavesBeforeItCame, require_ready
from apps.containers.services.rows import bring_up_to_date, lock_visits, of_visit, refreshed, require_right
from apps.journal.services import record_many
from apps.parties.actors import Actor
from terminal.errors import Refused, gettext_noop
from terminal.events import EventKind
from terminal.lifecycle import Position, VisitState
from terminal.moments import require_zone
from terminal.readiness import Step
from terminal.regimes import Goods

OVER: Final = {"state": VisitState.DEPARTED.value, "position": Position.GONE.value, "carrier_call": None}
KEPT: Final = ("terminal", "container", "position", "stated_size_type", "regime", "direction")
"""What the empty stay begins with."""


class StillPlanned(Refused):
    """A laden box that is to leave is not emptied behind its carrier's back."""

    message = gettext_noop("%(number)s is to leave laden by %(call)s: take it off that plan first, then unpack it.")


# Note [Who follows a box into its empty stay]
# Cells and orders belong to apps that lie above: they listen here, in the same transaction.
emptied = Signal()
"""Sent inside the transaction when a box's laden stay ended: ``visit`` (the laden one), ``empty``, ``by``, ``at``."""


@transaction.atomic
def empty_visits(visits: list[Visit], *, by: Actor, at: datetime) -> list[Visit]:
    """The boxes were unpacked at ``at``: each laden stay ends, and an empty one begins at once. The empty stays.

    All or none. See Note [What goes over to the empty box]. Raises ``NotReady`` with every blocker of the step
    ``strip`` (a hold, customs' missing permission, a box that is not here), ``StillPlanned``, ``NotYours``,
    ``LeavesBeforeItCame``, ``NaiveTime``.
    """
    require_zone(at)
    rows = lock_visits(visits)
    require_right(by, rows, "containers.change_visit")
    require_ready(rows, step=Step.STRIP, at=at)
    for row in rows:
        if row.departure_call is not None:
            raise StillPlanned(number=row.container.number, call=row.departure_call.number)
    begun = [_emptied(row, by=by, at=at) for row in rows]
    bring_up_to_date(visits, rows, *OVER, "departed_at")
    return begun


def _emptied(row: Visit, *, by: Actor, at: datetime) -> Visit:
    held, kept = standing_holds([row])[row.pk], {name: getattr(row, name) for name in KEPT}
    with refusals(box_leaves_after_it_came=LeavesBeforeItCame(time=at.isoformat())):
        Visit.objects.filter(pk=row.pk).update(**OVER, departed_at=at, version=F("version") + 1)
    refreshed(row, **OVER, departed_at=at)
    empty = Visit.objects.create(
        **kept,
        state=VisitState.ACTIVE.value,
        laden=False,
        goods=Goods.EMPTY.value,
        gross_kg=row.container.tare_kg,
        claimed=[name for name in row.claimed if name != "laden"],
        advised_at=at,
        arrived_at=at,
    )
    _keep_parts(row, empty, by=by, at=at)
    _keep_damages(row, empty)
    _stay_held(row, empty, held, by=by, at=at)
    emptied.send(sender=Visit, visit=row, empty=empty, by=by, at=at)
    box = {"size_type": row.container.size_type, "teu": str(row.container.teu)}
    record_many(
        [
            of_visit(row, EventKind.CONTAINER_STRIPPED, by=by, at=at, payload={"next_visit": str(empty.public_id)}),
            of_visit(empty, EventKind.EMPTY_STAY_BEGAN, by=by, at=at, payload=box),
        ]
    )
    return empty


def _keep_parts(row: Visit, empty: Visit, *, by: Actor, at: datetime) -> None:
    parts = list(VisitRole.objects.filter(visit=row).in_force(at))
    lines = [each for each in parts if each.role == VisitRole.Role.LINE]
    VisitRole.objects.bulk_create(
        VisitRole(visit=empty, party_id=each.party_id, role=each.role, since=at, given_by=by.label[:120])
        for each in lines or parts
    )


def _keep_damages(row: Visit, empty: Visit) -> None:
    """What is broken on the box and not repaired. The photos stay with the note they were taken for."""
    there = Damage.objects.standing().filter(visit=row, repair=None).order_by("noted_at", "pk")
    Damage.objects.bulk_create(
        Damage(
            visit=empty,
            side=each.side,
            harm=each.harm,
            severity=each.severity,
            remark=each.remark,
            noted_at=each.noted_at,
            noted_by=each.noted_by,
        )
        for each in there
    )


def _stay_held(row: Visit, empty: Visit, held: list[Hold], *, by: Actor, at: datetime) -> None:
    own = [hold for hold in held if hold.visit_id == row.pk]
    Hold.objects.filter(pk__in=[hold.pk for hold in own]).update(visit=empty, version=F("version") + 1)
    record_many(each for hold in own for each in told(hold, [empty], EventKind.HOLD_PLACED, by=by, at=at))
    stay_held(empty, [hold for hold in held if hold.visit_id != row.pk], by=by, at=at)
