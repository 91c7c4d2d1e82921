"""Holds and seizures of single boxes, by the authority's own references, whether anything was declared or not."""

from datetime import datetime

from apps.common.bulk import run
from apps.containers.models import Visit
from apps.customs.models import AuthorityMessage, Office
from apps.customs.services.authority.marks import OUT_OF_SERVICE, Outcome, mark, refused, said, speaker_of, waits
from apps.customs.services.word import let_go, stop
from terminal.customs.word import Message, MessageKind, MessageState
from terminal.lifecycle import VisitState
from terminal.readiness.facts import HoldKind

_K, _S = MessageKind, MessageState
UNKNOWN_BOX = waits("unknown-container", "No container of this number is here or announced.")
WRONG_OFFICE = refused("wrong-office", "This office is not known, or another one holds the container.")
HOLD_KNOWN = refused("hold-known", "This reference of a hold was used before.")
STAYS_SEIZED = refused("seized", "What was seized is not given back by lifting a hold.")
LIFTED_BEFORE = Outcome(_S.SUPERSEDED, "lifted-before", "The lift of this hold had come before it.")


def act_on_box(row: AuthorityMessage, message: Message, at: datetime) -> Outcome:
    """Hold the box, seize it, or let it go. Within a transaction."""
    lock_hold(message)
    office = Office.objects.filter(terminal=row.terminal_id, code=message.office).first()
    if office is None:
        return WRONG_OFFICE
    others = AuthorityMessage.objects.filter(
        authority=row.authority, kind__in=[_K.HOLD.value, _K.SEIZURE.value, _K.HOLD_LIFTED.value],
        container_number=message.container, state__in=[_S.APPLIED.value, _S.WAITING.value, _S.SUPERSEDED.value],
    ).exclude(pk=row.pk)  # fmt: skip
    same = [each for each in others.select_related("office") if _hold_of(each) == message.hold]
    if message.kind is _K.HOLD_LIFTED:
        return _lift(row, message, same, at)
    return _hold(row, message, same, at)


def lock_hold(message: Message) -> None:
    """One at a time says something about a hold, whether it is known or not. Within a transaction."""
    run("SELECT pg_advisory_xact_lock(hashtextextended('customs hold', hashtext(%s)))", [message.hold])


def _hold_of(row: AuthorityMessage) -> str:
    return said(row).hold


def _hold(row: AuthorityMessage, message: Message, same: list[AuthorityMessage], at: datetime) -> Outcome:
    if any(each.kind != _K.HOLD_LIFTED for each in same):
        return HOLD_KNOWN
    lifts = [each for each in same if each.state == _S.WAITING and each.office == row.office]
    if lifts and message.kind is _K.HOLD and _is_in_service(row):
        mark(lifts[0], Outcome(_S.APPLIED), at)
        return LIFTED_BEFORE
    visits = _visits(row)
    if not visits:
        return UNKNOWN_BOX
    kind = HoldKind.SEIZURE if message.kind is _K.SEIZURE else HoldKind.HOLD
    by, kept_by = speaker_of(row), message.office
    stop(visits, reason=message.reason, reference=message.hold, by=by, at=at, kind=kind, kept_by=kept_by)
    return Outcome(_S.APPLIED)


def _lift(row: AuthorityMessage, message: Message, same: list[AuthorityMessage], at: datetime) -> Outcome:
    placed = next((each for each in same if each.kind != _K.HOLD_LIFTED), None)
    if placed is None:
        return waits("unknown-hold", "No hold of this reference was heard yet.")
    if placed.office != row.office:
        return WRONG_OFFICE
    if placed.kind == _K.SEIZURE:
        return STAYS_SEIZED
    if not _is_in_service(row):
        return OUT_OF_SERVICE
    if placed.state == _S.WAITING:
        mark(placed, LIFTED_BEFORE, at)
        return Outcome(_S.APPLIED)
    box = Visit.objects.filter(container__number=row.container_number, terminal=row.terminal_id)
    by, kept_by = speaker_of(row), message.office
    let_go(box, reference=message.hold, by=by, at=at, kind=HoldKind.HOLD, kept_by=kept_by, placed_by=by.label)
    return Outcome(_S.APPLIED)


def _is_in_service(row: AuthorityMessage) -> bool:
    return row.office is not None and row.office.active


def _visits(row: AuthorityMessage) -> list[Visit]:
    here = Visit.objects.filter(
        container__number=row.container_number, terminal=row.terminal_id,
        state__in=[VisitState.ADVISED.value, VisitState.ACTIVE.value],
    )  # fmt: skip
    return list(here.select_related("container", "terminal").order_by("pk"))
