"""A declaration that was handed in is put right: at once while nobody took it up, then only with an officer's yes.

# Note [What an amendment may change]
Its boxes, lots, goods, direction and terms; not its regime, and not whose it is: that is another declaration. Boxes
and lots stay as they are while an inspection of them is ordered. What was released is not amended: a release is of
what was declared, and a box that was forgotten needs a declaration of its own. A box that is taken out keeps what
others granted it, and what customs granted it under another declaration.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction

from apps.common.integrity import refusals
from apps.common.steps import require_version, take_step
from apps.containers.models import Visit
from apps.containers.services.rows import lock_visits
from apps.customs.models import Amendment, Declaration
from apps.customs.services.bond import require_fit
from apps.customs.services.brokers import require_declares
from apps.customs.services.channels import judged
from apps.customs.services.contents import NothingDeclared, Part, parts_in, read_lines, told_lines, visits_in
from apps.customs.services.drafting import DeclarationChange, update_draft, write, write_change
from apps.customs.services.memory import journal
from apps.customs.services.rights import require_officer
from apps.customs.services.rows import locked
from apps.customs.services.word import keep_asked
from apps.parties.actors import Actor
from apps.warehouse.models import Lot
from apps.warehouse.services.stock import lock_lots
from terminal.customs.goods import require_lines
from terminal.errors import Malformed, Refused, gettext_noop
from terminal.events import EventKind
from terminal.lifecycle import AMENDMENT, DECLARATION, AmendmentStatus, DeclarationStatus
from terminal.regimes import Direction


class DecidedAlready(Refused):
    """A declaration that is released, rejected or withdrawn says what it said."""

    message = gettext_noop("%(declaration)s is %(status)s and cannot be amended: declare anew what was left out.")


class AmendmentUnderWay(Refused):
    """One at a time."""

    message = gettext_noop("An amendment of %(declaration)s was asked and is not decided: wait for the answer.")


class OnlyADraftsToChange(Malformed):
    """A regime, or a train, is no amendment."""

    message = gettext_noop(
        "The regime and the train of %(declaration)s cannot be amended: withdraw it and declare anew."
    )


class NothingAmended(Malformed):
    """An amendment that changes nothing."""

    message = gettext_noop("Say what %(declaration)s is to say instead, and why.")


class BoxesAreInspected(Refused):
    """What customs is to look at stays what it is."""

    message = gettext_noop(
        "An inspection of %(declaration)s is ordered: its containers and lots stay until it is over."
    )


@transaction.atomic
def amend(
    declaration: Declaration,
    change: DeclarationChange,
    *,
    reason: str,
    by: Actor,
    at: datetime,
    versions: Iterable[int] | None = None,
) -> Amendment | None:
    """Let a declaration say something else: at once while nobody took it up (None), else it is asked of customs.

    See Note [What an amendment may change]. ``versions``: only while it is at one of them. Raises ``DecidedAlready``,
    ``AmendmentUnderWay``, ``OnlyADraftsToChange``, ``NothingAmended``, ``BoxesAreInspected``, ``ChangedSince``, and
    what ``draft`` refuses.
    """
    require_declares(by, declaration, at)
    row = locked(declaration)
    if row.status == DeclarationStatus.DRAFT:
        update_draft(declaration, change, by=by, at=at, versions=versions)
        return None
    require_version(row, versions)
    _require_amendable(row, change, reason)
    before, after = _differences(row, change)
    asked = None
    if row.status == DeclarationStatus.SUBMITTED:
        _apply(row, change, at)
        journal(row, EventKind.DECLARATION_CHANGED, by, at, before=before, after=after, reason=reason)
    else:
        asked = _ask(row, change, before, after, reason, by, at)
    declaration.refresh_from_db()
    return asked


@transaction.atomic
def accept_amendment(amendment: Amendment, *, by: Actor, at: datetime, answer: str = "") -> Amendment:
    """Let the declaration say what was asked, from now on. Officers of its office alone.

    Raises ``AnotherOffice``, ``OfficeIsClosed``, ``NotYours``, ``StepNotAllowed``, ``BoxesAreInspected``, and what
    ``draft`` refuses of what is no longer so (a box that is not the declarant's any more).
    """
    row = locked(amendment.declaration)
    require_officer(by, row.office)
    change = _read(row, amendment.changes, at)
    _require_not_inspected(row, change)
    _decide(amendment, AmendmentStatus.ACCEPTED, by, at, answer)
    before, after = _differences(row, change)
    _apply(row, change, at)
    told = {"amendment": amendment.number, "before": before, "after": after, "answer": answer}
    journal(row, EventKind.AMENDMENT_ACCEPTED, by, at, **told)
    amendment.declaration = row
    return amendment


@transaction.atomic
def refuse_amendment(amendment: Amendment, *, by: Actor, at: datetime, answer: str) -> Amendment:
    """Leave the declaration as it is, and say why. Raises ``AnotherOffice``, ``OfficeIsClosed``, ``StepNotAllowed``."""
    row = locked(amendment.declaration)
    require_officer(by, row.office)
    _decide(amendment, AmendmentStatus.REFUSED, by, at, answer)
    told = {"amendment": amendment.number, "answer": answer}
    journal(row, EventKind.AMENDMENT_REFUSED, by, at, **told)
    return amendment


def _require_amendable(row: Declaration, change: DeclarationChange, reason: str) -> None:
    if DECLARATION.is_final(row.status):
        raise DecidedAlready(declaration=row.number, status=row.status)
    if change.regime is not None or change.call is not None:
        raise OnlyADraftsToChange(declaration=row.number)
    if change.says_nothing or not reason.strip():
        raise NothingAmended(declaration=row.number)
    _require_not_inspected(row, change)


def _require_not_inspected(row: Declaration, change: DeclarationChange) -> None:
    moves = change.visits is not None or change.parts is not None
    if moves and row.status == DeclarationStatus.INSPECTION_ORDERED:
        raise BoxesAreInspected(declaration=row.number)


def _apply(row: Declaration, change: DeclarationChange, at: datetime) -> None:
    """Write it; customs is asked about the boxes it covers now, and judges anew what it has given no channel yet.

    Locks, after the declaration: its visits, then its lots.
    """
    lock_visits([*visits_in(row), *(change.visits or ())])
    lots = lock_lots(each.lot.pk for each in (*parts_in(row), *(change.parts or ())))
    if change.parts is not None:
        change = replace(change, parts=[replace(each, lot=lots[each.lot.pk]) for each in change.parts])
    write_change(row, change, at)
    require_fit(row, [each.lot for each in parts_in(row)])
    keep_asked(row, at)
    if not row.channel:
        write(row, judged(row, at))


def _ask(
    row: Declaration, change: DeclarationChange, before: Any, after: Any, reason: str, by: Actor, at: datetime
) -> Amendment:
    with transaction.atomic():
        _apply(locked(row), change, at)  # what cannot be is refused now, not when an officer agrees to it
        transaction.set_rollback(True)
    with refusals(one_amendment_is_asked_at_a_time=AmendmentUnderWay(declaration=row.number)):
        asked = Amendment.objects.create(
            declaration=row,
            number=row.amendments.count() + 1,
            changes=after,
            before=before,
            reason=reason.strip()[:200],
            asked_at=at,
            asked_by=by.label[:120],
        )
    told = {"amendment": asked.number, "before": before, "after": after, "reason": asked.reason}
    journal(row, EventKind.AMENDMENT_ASKED, by, at, **told)
    return asked


def _decide(amendment: Amendment, wanted: AmendmentStatus, by: Actor, at: datetime, answer: str) -> None:
    decided: dict[str, Any] = {"decided_at": at, "decided_by": by.label[:120], "answer": answer.strip()[:200]}
    take_step(amendment, AMENDMENT, wanted.value, **decided)


Found = TypeVar("Found")
PLAIN = ("direction", "period_days", "least_yield_percent", "most_yield_percent")


def _differences(row: Declaration, change: DeclarationChange) -> tuple[dict[str, Any], dict[str, Any]]:
    """What it says and what it is to say, of the particulars that are to be changed, as plain JSON."""
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    if change.lines is not None:
        before["lines"], after["lines"] = told_lines(row.lines.all()), told_lines(require_lines(change.lines))
    if change.visits is not None:
        before["containers"], after["containers"] = _boxes(visits_in(row)), _boxes(change.visits)
    if change.parts is not None:
        before["lots"], after["lots"] = _lots(parts_in(row)), _lots(change.parts)
    for name in PLAIN:
        if (value := getattr(change, name)) is not None:
            before[name], after[name] = _said(getattr(row, name)), _said(value)
    return before, after


def _boxes(visits: Iterable[Visit]) -> list[dict[str, str]]:
    return [{"container": each.container.number, "visit": str(each.public_id)} for each in visits]


def _lots(parts: Iterable[Part]) -> list[dict[str, Any]]:
    return [{"lot": str(each.lot.public_id), "number": each.lot.number, "packages": each.packages} for each in parts]


def _said(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else getattr(value, "value", value)


def _read(row: Declaration, told: dict[str, Any], at: datetime) -> DeclarationChange:
    """The change that was asked, as it was told. Raises ``NothingDeclared`` for what is there no longer."""
    return DeclarationChange(
        lines=read_lines(told["lines"]) if "lines" in told else None,
        visits=_visits(told["containers"]) if "containers" in told else None,
        parts=_parts(told["lots"]) if "lots" in told else None,
        direction=Direction(told["direction"]) if "direction" in told else None,
        period_days=told.get("period_days"),
        least_yield_percent=_decimal(told.get("least_yield_percent")),
        most_yield_percent=_decimal(told.get("most_yield_percent")),
    )


def _visits(told: list[dict[str, str]]) -> list[Visit]:
    keys = [UUID(each["visit"]) for each in told]
    return _all(Visit.objects.select_related("container").in_bulk(keys, field_name="public_id"), keys)


def _parts(told: list[dict[str, Any]]) -> list[Part]:
    keys = [UUID(each["lot"]) for each in told]
    lots = _all(Lot.objects.select_related("owner", "zone").in_bulk(keys, field_name="public_id"), keys)
    return [Part(lot=lot, packages=each["packages"]) for lot, each in zip(lots, told, strict=True)]


def _all(known: dict[Any, Found], keys: list[UUID]) -> list[Found]:
    if any(key not in known for key in keys):
        raise NothingDeclared
    return [known[key] for key in keys]


def _decimal(told: str | None) -> Decimal | None:
    return None if told is None else Decimal(told)
