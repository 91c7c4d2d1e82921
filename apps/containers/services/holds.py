"""Holds: placed by those who may stop a box, lifted by their owner alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from apps.calls.models import Call
from apps.calls.services.refusals import CallIsOver
from apps.common.locks import lock_then_read
from apps.containers.models import Consignment, Hold, Reference, Visit
from apps.containers.selectors import reached_by
from apps.containers.services.ownership import HoldBelongsTo, KeptByItsOffice, require_speaks_for, speaks_for
from apps.containers.services.rows import lock_calls, lock_visits, of_visit
from apps.journal.services import Happening, record_many
from apps.network.models import Terminal
from apps.parties.actors import Actor
from terminal.errors import Malformed, Refused, gettext_noop
from terminal.events import Audience, EventKind
from terminal.lifecycle import VISIT, Phase
from terminal.readiness import Owner, Step
from terminal.readiness.facts import HoldKind

__all__ = [
    "AlreadyLifted",
    "HoldBelongsTo",
    "KeptByItsOffice",
    "NewHold",
    "NotOneThing",
    "Paper",
    "VisitIsOver",
    "lift_hold",
    "place_holds",
]


class AlreadyLifted(Refused):
    """The hold no longer stands."""

    message = gettext_noop("The hold was lifted already, by %(by)s.")


class VisitIsOver(Refused):
    """Nothing can be stopped or allowed any more."""

    message = gettext_noop("The visit of %(number)s is over (%(state)s).")


class NotOneThing(Malformed):
    """A hold on nothing, or on several things at once."""

    message = gettext_noop("A hold is on one thing: a visit, a consignment, a number in the papers, or a call.")


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A number under which boxes of a terminal travel; ``kind`` is one of ``Reference.Kind``."""

    terminal: Terminal
    kind: str
    number: str


@dataclass(frozen=True, kw_only=True)
class NewHold:
    """A stop on one thing: ``step`` None stops every step; ``reference`` is the owner's own.

    On a visit; or on a consignment, a number in the papers or a call (of ``side`` its boxes), and then it reaches what
    belongs to that now and what joins it later. ``kept_by``: the owner's office that alone lifts it, by what it does.
    """

    owner: Owner
    reason: str
    visit: Visit | None = None
    consignment: Consignment | None = None
    paper: Paper | None = None
    call: Call | None = None
    side: Hold.Side = Hold.Side.BOTH
    step: Step | None = None
    reference: str = ""
    kind: HoldKind = HoldKind.HOLD
    kept_by: str = ""

    def thing(self) -> Visit | Consignment | Paper | Call:
        """What it is on. Raises ``NotOneThing``."""
        named = [each for each in (self.visit, self.consignment, self.paper, self.call) if each is not None]
        if len(named) != 1:
            raise NotOneThing
        if self.paper and not (self.paper.kind in Reference.Kind.values and self.paper.number):
            raise NotOneThing
        return named[0]


@transaction.atomic
def place_holds(holds: list[NewHold], *, by: Actor, at: datetime) -> list[Hold]:
    """Stop visits, or all that belongs to one thing; all or none.

    People with ``containers.change_hold`` place them, at anybody's word but customs'. A party's program places the
    shipper's, on visits where it has a cargo role: a number in the papers proves nothing, anybody can write it down.
    One that an office keeps is placed by that office's own act, which asks for its right before. Raises
    ``NotOneThing``, ``HoldBelongsTo``, ``KeptByItsOffice``, ``NotYours``, ``VisitIsOver``, and ``CallIsOver`` for a
    call none of whose boxes can be here any more.
    """
    rows = [_row(each, by=by, at=at) for each in holds]
    calls = lock_calls(row.call_id for row in rows)
    visits = _locked(rows)
    for row in rows:
        require_not_kept(row, by)
        _require_under_way(row, visits, calls)
    for owner, visit in _to_be_asked(rows, visits, by):
        _require_may_place(by, owner, visit, at)
    made = Hold.objects.bulk_create(rows, batch_size=1000)
    record_many(each for row in made for each in told(row, _reach(row, visits), EventKind.HOLD_PLACED, by=by, at=at))
    return made


@transaction.atomic
def lift_hold(hold: Hold, *, by: Actor, at: datetime, reason: str = "") -> Hold:
    """Let go what the owner stopped. Only the owner's role may: see ``ownership.speaks_for``.

    What an office keeps, only what that office does lets go. Raises ``HoldBelongsTo``, ``KeptByItsOffice``,
    ``AlreadyLifted``.
    """
    row = lock_hold(hold)
    require_not_kept(row, by)
    require_speaks_for(by, Owner(row.owner), _visit_or_any(row), at)
    end_hold(row, by=by.label, at=at)
    why = {"why": reason} if reason else None
    record_many(told(row, reached_by(row), EventKind.HOLD_LIFTED, why, by=by, at=at))
    bring_hold_up_to_date(hold, row)
    return hold


def require_not_kept(hold: Hold, by: Actor) -> None:
    """Raise ``KeptByItsOffice`` where an office keeps the hold and a person or a program asks, whoever they are.

    The office's own service asks who of it may, and comes here with ``by.entrusted()``.
    """
    if hold.kept_by and (by.user is not None or by.party is not None):
        raise KeptByItsOffice(owner=hold.owner, office=hold.kept_by)


def lock_hold(hold: Hold) -> Hold:
    """The hold as it is now, locked (its visit first, as everywhere). Raises ``AlreadyLifted``."""
    if hold.visit_id is not None:
        lock_visits([Visit(pk=hold.visit_id)])
    rows = Hold.objects.select_related("terminal", "visit__terminal", "visit__container", "consignment", "call")
    row = lock_then_read(rows.filter(pk=hold.pk)).get()
    if row.lifted_at is not None:
        raise AlreadyLifted(by=row.lifted_by)
    return row


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


# Note [Placing a hold on many boxes]
# The boxes that belong to the thing now are locked before the hold is written: one that is just leaving is gone first,
# or stays. A box that joins later needs no lock: whoever lets it leave reads the holds afterwards.
def _locked(rows: list[Hold]) -> dict[int, Visit]:
    """The visits the new holds reach, locked; of one that was named itself also if it is over."""
    named = [Visit(pk=row.visit_id) for row in rows if row.visit_id is not None]
    others = [visit for row in rows if row.visit_id is None for visit in reached_by(row)]
    return {visit.pk: visit for visit in lock_visits([*named, *others])}


def _reach(row: Hold, visits: dict[int, Visit]) -> list[Visit]:
    if row.visit_id is not None:
        return [visits[row.visit_id]]
    return [visits[visit.pk] for visit in reached_by(row) if visit.pk in visits]


def _require_under_way(row: Hold, visits: dict[int, Visit], calls: dict[int, Call]) -> None:
    visit, call = visits.get(row.visit_id or 0), calls.get(row.call_id or 0)
    if visit is not None and VISIT.is_final(visit.state):
        raise VisitIsOver(number=visit.container.number, state=visit.state)
    gone = (Phase.DEPARTED, Phase.CLOSED) if row.side == Hold.Side.DEPARTING else ()
    if call is not None and call.phase in (Phase.CANCELLED, *gone):
        raise CallIsOver(number=call.number, phase=call.phase)


def _to_be_asked(rows: list[Hold], visits: dict[int, Visit], by: Actor) -> Iterable[tuple[Owner, Visit]]:
    """A person's right holds at the whole terminal: one visit stands for all of it. A party's part is per visit."""
    asked = [(Owner(row.owner), visits.get(row.visit_id or 0) or _visit_or_any(row)) for row in rows]
    if by.party is not None:
        return asked
    return {(owner, visit.terminal_id): (owner, visit) for owner, visit in asked}.values()


def _visit_or_any(row: Hold) -> Visit:
    """The visit a hold is on; for one on more, any of the terminal: nobody has a part of his own in all of them."""
    return row.visit or Visit(terminal=row.terminal)


def _require_may_place(by: Actor, owner: Owner, visit: Visit, at: datetime) -> None:
    if by.party is not None or owner is Owner.CUSTOMS:
        require_speaks_for(by, owner, visit, at)
    elif not speaks_for(by, owner, visit, at):
        by.require("containers.change_hold", visit.terminal)


def _row(new: NewHold, *, by: Actor, at: datetime) -> Hold:
    return Hold(
        terminal=new.thing().terminal,
        visit=new.visit,
        consignment=new.consignment,
        paper_kind=new.paper.kind if new.paper else "",
        paper_number=new.paper.number if new.paper else "",
        call=new.call,
        side=Hold.Side(new.side).value if new.call else "",
        owner=Owner(new.owner).value,
        kind=HoldKind(new.kind).value,
        kept_by=new.kept_by,
        step=Step(new.step).value if new.step else "",
        reason=new.reason[:200],
        reference=new.reference,
        placed_at=at,
        placed_by=by.label[:120],
    )


def told(
    hold: Hold,
    visits: Iterable[Visit],
    kind: EventKind,
    more: dict[str, Any] | None = None,
    *,
    by: Actor,
    at: datetime,
) -> list[Happening]:
    """Journal rows about a hold: of each visit it reaches, and of what it is on where that is more than a visit."""
    payload = {"owner": hold.owner, "step": hold.step, "reason": hold.reason, "reference": hold.reference}
    payload |= more or {}
    if hold.visit_id is not None:
        return [of_visit(visit, kind, by=by, at=at, payload=payload) for visit in visits]
    payload["on"], payload["number"] = hold.subject
    whole = Happening(
        kind=kind,
        terminal_id=hold.terminal_id,
        at=at,
        actor=by.label,
        call_id=hold.call_id,
        audience=Audience.STAFF,
        payload=payload,
    )
    return [whole, *(of_visit(visit, kind, by=by, at=at, payload=payload) for visit in visits)]
