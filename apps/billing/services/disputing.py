"""Disputes: a payer objects to a line of an invoice; the terminal upholds it with a credit note, or rejects it."""

from datetime import datetime
from typing import Any, Final

from django.db import transaction

from apps.billing.models import ChargeLine, Dispute
from apps.billing.services.crediting import Credit, credit
from apps.billing.services.rows import journal_paper, require_why
from apps.common.integrity import refusals
from apps.common.steps import take_step
from apps.parties.actors import Actor, NotYours
from terminal.errors import Refused, gettext_noop
from terminal.events import EventKind
from terminal.lifecycle import DISPUTE, DisputeStatus
from terminal.moments import require_zone

RIGHT: Final = "billing.decide_dispute"


class NotInvoiced(Refused):
    """Only what was asked for is disputed."""

    message = gettext_noop("%(what)s is on no invoice: there is nothing to object to yet.")


class AlreadyDisputed(Refused):
    """One objection at a time."""

    message = gettext_noop("An objection to this line is open already: wait for its answer.")


class NothingLeft(Refused):
    """A line that was credited in full."""

    message = gettext_noop("All of this line was credited already: nothing of it is left to object to.")


@transaction.atomic
def dispute(line: ChargeLine, *, reason: str, by: Actor, at: datetime) -> Dispute:
    """Object to a line of an invoice: its party's program, or staff in its name.

    Raises ``NotYours``, ``PayerReadsWhy``, ``NotInvoiced``, ``AlreadyDisputed``, ``NothingLeft``, ``NaiveTime``.
    """
    require_zone(at)
    _require_own(line, by)
    why = require_why(reason)
    if line.invoice is None:
        raise NotInvoiced(what=line.what)
    if line.open_minor <= 0 < line.amount_minor:
        raise NothingLeft
    with refusals(a_line_has_one_open_dispute=AlreadyDisputed()):
        row = Dispute.objects.create(line=line, reason=why[:500], opened_at=at, opened_by=by.label[:120])
    _journal(row, EventKind.DISPUTE_OPENED, by, at, reason=why)
    return row


def _require_own(line: ChargeLine, by: Actor) -> None:
    if by.party is None:
        by.require(RIGHT, line.terminal)
    elif by.party.pk != line.party_id:
        raise NotYours(right=RIGHT, terminal=line.terminal.name)


@transaction.atomic
def uphold(dispute: Dispute, *, net_minor: int | None, answer: str, by: Actor, at: datetime) -> Dispute:
    """The payer is right: credit so much of the line (None: all that is left), and say so.

    Raises ``NotYours`` (``billing.decide_dispute``), ``PayerReadsWhy``, ``StepNotAllowed``, ``ChangedMeanwhile`` and
    what ``credit`` refuses. Who decides disputes may give the credit that follows.
    """
    row = _open(dispute, DisputeStatus.UPHELD, by, at)
    line, invoice = row.line, row.line.invoice
    assert invoice is not None  # it could not have been opened
    why = require_why(answer)
    note = credit(invoice, credits=[Credit(line, net_minor)], reason=why, by=by.entrusted(), at=at)
    take_step(row, DISPUTE, DisputeStatus.UPHELD.value, credit_note=note, **_decided(why, by, at))
    _journal(row, EventKind.DISPUTE_UPHELD, by, at, reason=why)
    dispute.refresh_from_db()
    return dispute


@transaction.atomic
def reject(dispute: Dispute, *, answer: str, by: Actor, at: datetime) -> Dispute:
    """The charge is right, and why. Raises as ``uphold``."""
    row = _open(dispute, DisputeStatus.REJECTED, by, at)
    why = require_why(answer)
    take_step(row, DISPUTE, DisputeStatus.REJECTED.value, **_decided(why, by, at))
    _journal(row, EventKind.DISPUTE_REJECTED, by, at, reason=why)
    dispute.refresh_from_db()
    return dispute


def _open(dispute: Dispute, wanted: DisputeStatus, by: Actor, at: datetime) -> Dispute:
    require_zone(at)
    rows = Dispute.objects.select_related("line__terminal", "line__invoice__terminal", "line__party")
    # Joined: a dispute keeps its line. See Note [Locked alone].
    row = rows.select_for_update(of=("self",)).get(pk=dispute.pk)
    by.require(RIGHT, row.line.terminal)
    DISPUTE.require_step(row.status, wanted.value)
    return row


def _decided(answer: str, by: Actor, at: datetime) -> dict[str, Any]:
    return {"answer": answer[:500], "decided_at": at, "decided_by": by.label[:120]}


def _journal(row: Dispute, kind: EventKind, by: Actor, at: datetime, **said: Any) -> None:
    line = row.line
    paper = line.invoice.number if line.invoice else ""
    journal_paper(line.terminal, kind, by=by, at=at, invoice=paper, container=line.what, **said)
