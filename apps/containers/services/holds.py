"""Holds: placed by those who may stop a box, lifted by their owner alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from apps.containers.models import Hold, Visit
from apps.containers.services.ownership import HoldBelongsTo, require_speaks_for, speaks_for
from apps.containers.services.rows import lock_visits, of_visit
from apps.journal.services import Happening, record, record_many
from apps.parties.actors import Actor
from terminal.errors import Refused, gettext_noop
from terminal.events import EventKind
from terminal.lifecycle import VISIT
from terminal.readiness import Owner, Step

__all__ = ["AlreadyLifted", "HoldBelongsTo", "NewHold", "VisitIsOver", "lift_hold", "place_holds"]


class AlreadyLifted(Refused):
    """The hold no longer stands."""

    message = gettext_noop("The hold was lifted already, by %(by)s.")


class VisitIsOver(Refused):
    """Nothing can be stopped or allowed any more."""

    message = gettext_noop("The visit of %(number)s is over (%(state)s).")


@dataclass(frozen=True, kw_only=True)
class NewHold:
    """A stop on a visit: ``step`` None stops every step; ``reference`` is the owner's own."""

    visit: Visit
    owner: Owner
    reason: str
    step: Step | None = None
    reference: str = ""


@transaction.atomic
def place_holds(holds: list[NewHold], *, by: Actor, at: datetime) -> list[Hold]:
    """Stop visits, all or none. People with ``containers.change_hold`` place them, at anybody's word but customs'.

    A party's program places the shipper's, where it has a cargo role. Raises ``HoldBelongsTo``, ``NotYours``,
    ``VisitIsOver``.
    """
    visits = {row.pk: row for row in lock_visits(each.visit for each in holds)}
    for visit in visits.values():
        _require_under_way(visit)
    for owner, visit in _to_be_asked(holds, visits, by):
        _require_may_place(by, owner, visit, at)
    rows = Hold.objects.bulk_create([_row(each, by=by, at=at) for each in holds], batch_size=1000)
    record_many(told(row, visits[row.visit_id], EventKind.HOLD_PLACED, by=by, at=at) for row in rows)
    return rows


@transaction.atomic
def lift_hold(hold: Hold, *, by: Actor, at: datetime, reason: str = "") -> Hold:
    """Let go what the owner stopped. Only the owner's role may: see ``ownership.speaks_for``.

    Raises ``HoldBelongsTo``, ``AlreadyLifted``.
    """
    row, visit = lock_hold(hold)
    require_speaks_for(by, Owner(row.owner), visit, at)
    end_hold(row, by=by.label, at=at)
    record(told(row, visit, EventKind.HOLD_LIFTED, {"why": reason} if reason else None, by=by, at=at))
    bring_hold_up_to_date(hold, row)
    return hold


def lock_hold(hold: Hold) -> tuple[Hold, Visit]:
    """The hold as it is now, locked with its visit (the visit first, as everywhere). Raises ``AlreadyLifted``."""
    visit = lock_visits([Visit(pk=hold.visit_id)])[0]
    row = Hold.objects.select_for_update(of=("self",)).get(pk=hold.pk)
    if row.lifted_at is not None:
        raise AlreadyLifted(by=row.lifted_by)
    return row, visit


def end_hold(row: Hold, *, by: str, at: datetime) -> None:
    """Write that the hold no longer stands. Raises ``AlreadyLifted`` when somebody was quicker."""
    standing = Hold.objects.filter(pk=row.pk, lifted_at=None)
    if not standing.update(lifted_at=at, lifted_by=by[:120], version=F("version") + 1):
        raise AlreadyLifted(by=Hold.objects.get(pk=row.pk).lifted_by)
    row.lifted_at, row.lifted_by, row.version = at, by[:120], row.version + 1


def bring_hold_up_to_date(in_hand: Hold, row: Hold) -> None:
    """Give the caller's own object what was written."""
    for name in ("lifted_at", "lifted_by", "override_proposed_by_id", "override_reason", "version"):
        setattr(in_hand, name, getattr(row, name))


def _require_under_way(visit: Visit) -> None:
    if VISIT.is_final(visit.state):
        raise VisitIsOver(number=visit.container.number, state=visit.state)


def _to_be_asked(holds: list[NewHold], visits: dict[int, Visit], by: Actor) -> Iterable[tuple[Owner, Visit]]:
    """A person's right holds at the whole terminal: one visit stands for all of it. A party's part is per visit."""
    asked = [(Owner(each.owner), visits[each.visit.pk]) for each in holds]
    if by.party is not None:
        return asked
    return {(owner, visit.terminal_id): (owner, visit) for owner, visit in asked}.values()


def _require_may_place(by: Actor, owner: Owner, visit: Visit, at: datetime) -> None:
    if by.party is not None or owner is Owner.CUSTOMS:
        require_speaks_for(by, owner, visit, at)
    elif not speaks_for(by, owner, visit, at):
        by.require("containers.change_hold", visit.terminal)


def _row(new: NewHold, *, by: Actor, at: datetime) -> Hold:
    step = Step(new.step).value if new.step else ""
    return Hold(
        visit=new.visit,
        owner=Owner(new.owner).value,
        step=step,
        reason=new.reason[:200],
        reference=new.reference,
        placed_at=at,
        placed_by=by.label[:120],
    )


def told(
    hold: Hold, visit: Visit, kind: EventKind, more: dict[str, str] | None = None, *, by: Actor, at: datetime
) -> Happening:
    """A journal row about a hold."""
    payload = {"owner": hold.owner, "step": hold.step, "reason": hold.reason, "reference": hold.reference}
    return of_visit(visit, kind, by=by, at=at, payload={**payload, **(more or {})})
