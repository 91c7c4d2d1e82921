"""What a kept message does: to its declaration, to a box, to a report of ours."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from apps.customs.models import AuthorityMessage, Declaration, DutyReport
from apps.customs.services.authority.boxes import act_on_box, lock_hold
from apps.customs.services.authority.following import follow, refuse_another_office
from apps.customs.services.authority.marks import Outcome, mark, refused, speaker_of, waits
from apps.customs.services.duty.answering import note_answer
from terminal.customs.word import OF_BOX, OF_DECLARATION, OF_REPORT, Message, MessageKind, MessageState
from terminal.errors import Refused
from terminal.lifecycle import DeclarationStatus

NOT_KNOWN = waits("unknown-declaration", "No declaration of this number is known here yet.")


def act(row: AuthorityMessage, message: Message, declaration: Declaration | None, at: datetime) -> None:
    """Do what the message says, if it may be done now; what became of it stands in its row. Within a transaction.

    ``declaration``: what ``lock_what_it_is_about`` found. A refusal undoes what was done and is written with the
    message.
    """
    try:
        with transaction.atomic():
            outcome = _do(row, message, declaration, at)
    except Refused as refusal:
        outcome = refused(refusal.code(), str(refusal))
    if outcome is not None:
        mark(row, outcome, at)


def _do(row: AuthorityMessage, message: Message, declaration: Declaration | None, at: datetime) -> Outcome | None:
    if message.kind in OF_BOX:
        return act_on_box(row, message, at)
    if message.kind in OF_REPORT:
        return _report(row, message, at)
    return _follow(row, message, declaration, at)


def lock_what_it_is_about(row: AuthorityMessage, message: Message) -> Declaration | None:
    """Wait until nobody else acts on its declaration, if there is one, or hold. Within a transaction.

    Both are locked before any message: who has a message in hand looks for no declaration any more.
    """
    if message.kind in OF_BOX:
        lock_hold(message)
    if message.kind not in OF_DECLARATION:
        return None
    numbered = Declaration.objects.filter(number=message.declaration, terminal=row.terminal_id)
    return numbered.select_for_update(no_key=True).first()


def _follow(row: AuthorityMessage, message: Message, declaration: Declaration | None, at: datetime) -> Outcome | None:
    """The declaration follows all that was heard of it, this message too."""
    if declaration is None:
        return NOT_KNOWN
    _match(declaration, row)
    if declaration.status == DeclarationStatus.DRAFT:
        return waits("not-submitted", "The declaration is a draft still: nobody has handed it in.")
    if declaration.office.code != message.office:
        refuse_another_office(declaration, row, message, at)
        return None
    follow(declaration, at)
    return None


def _match(declaration: Declaration, row: AuthorityMessage) -> None:
    """The message is about it, and so is whatever came under its number when nobody knew of it.

    So is what was kept in an earlier go and not acted on. What is heard together has one time: each acts in its turn.
    """
    waiting = AuthorityMessage.objects.filter(terminal=declaration.terminal_id, state=MessageState.WAITING.value)
    early = Q(fault=NOT_KNOWN.fault) | ~Q(received_at=row.received_at)
    not_matched = waiting.filter(early | Q(pk=row.pk), declaration_number=declaration.number, declaration=None)
    not_matched.update(declaration=declaration, version=F("version") + 1)


def _report(row: AuthorityMessage, message: Message, at: datetime) -> Outcome:
    report = DutyReport.objects.filter(number=message.report, terminal=row.terminal_id).first()
    if report is None:
        return waits("unknown-report", "No report of this number is known here.")
    accepted = message.kind is MessageKind.REPORT_ACKNOWLEDGED
    note_answer(report, accepted=accepted, answer=message.reason, at=at, by=speaker_of(row))
    return Outcome(MessageState.APPLIED)
