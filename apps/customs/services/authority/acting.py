"""What a kept message does: to its declaration, to a box, to a report of ours."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from apps.customs.models import AuthorityMessage, Declaration, DutyReport
from apps.customs.services.authority.boxes import act_on_box, lock_hold
from apps.customs.services.authority.following import follow, of_another_office
from apps.customs.services.authority.marks import Outcome, mark, refused, speaker_of, waits
from apps.customs.services.duty.answering import note_answer
from terminal.customs.word import OF_BOX, OF_REPORT, Message, MessageKind, MessageState
from terminal.errors import Refused
from terminal.lifecycle import DeclarationStatus

NOT_KNOWN = waits("unknown-declaration", "No declaration of this number is known here yet.")


def act(row: AuthorityMessage, message: Message, at: datetime) -> None:
    """Do what the message says, if it may be done now; what became of it stands in its row. Within a transaction.

    A refusal undoes what was done and is written with the message.
    """
    do = act_on_box if message.kind in OF_BOX else _report if message.kind in OF_REPORT else _declaration
    try:
        with transaction.atomic():
            outcome = do(row, message, at)
    except Refused as refusal:
        outcome = refused(refusal.code(), str(refusal))
    if outcome is not None:
        mark(row, outcome, at)


def lock_what_it_is_about(row: AuthorityMessage, message: Message) -> None:
    """Wait until nobody else acts on its declaration or hold, which is locked before any message. In a transaction."""
    if message.kind in OF_BOX:
        lock_hold(message)
    elif message.kind not in OF_REPORT:
        _locked(row, message)


def _locked(row: AuthorityMessage, message: Message) -> Declaration | None:
    numbered = Declaration.objects.filter(number=message.declaration, terminal=row.terminal_id)
    return numbered.select_for_update(no_key=True).first()


def _declaration(row: AuthorityMessage, message: Message, at: datetime) -> Outcome | None:
    """The declaration follows all that was heard of it, this message too."""
    declaration = _locked(row, message)
    if declaration is None:
        return NOT_KNOWN
    _match(declaration, row)
    if declaration.status == DeclarationStatus.DRAFT:
        return waits("not-submitted", "The declaration is a draft still: nobody has handed it in.")
    if declaration.office.code != message.office:
        return of_another_office(declaration, message)
    follow(declaration, at)
    return None


def _match(declaration: Declaration, row: AuthorityMessage) -> None:
    """The message is about it, and so is whatever came under its number when nobody knew of it."""
    waiting = AuthorityMessage.objects.filter(terminal=declaration.terminal_id, state=MessageState.WAITING.value)
    early = Q(declaration_number=declaration.number, fault=NOT_KNOWN.fault)
    not_matched = waiting.filter(early | Q(pk=row.pk), declaration=None)
    not_matched.update(declaration=declaration, version=F("version") + 1)


def _report(row: AuthorityMessage, message: Message, at: datetime) -> Outcome:
    report = DutyReport.objects.filter(number=message.report, terminal=row.terminal_id).first()
    if report is None:
        return waits("unknown-report", "No report of this number is known here.")
    accepted = message.kind is MessageKind.REPORT_ACKNOWLEDGED
    note_answer(report, accepted=accepted, answer=message.reason, at=at, by=speaker_of(row))
    return Outcome(MessageState.APPLIED)
