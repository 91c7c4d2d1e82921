"""Taking back charges that are on no paper yet. What was invoiced is credited instead."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Max

from apps.billing.models import ChargeLine, StorageAccount
from apps.billing.services.rows import change, lock_accounts, require_why, told
from apps.common.words import sentence
from apps.containers.models import Visit
from apps.journal.models import Entry
from apps.journal.services import Happening, record
from apps.parties.actors import Actor
from terminal.errors import Refused, gettext_noop
from terminal.events import Audience, EventKind
from terminal.moments import require_zone

RIGHT: Final = "billing.withdraw_charge"
TO_CREDIT: Final = gettext_noop("A movement it was charged by was taken back: credit the charge on %(paper)s.")


class OnAPaper(Refused):
    """A charge that the party was told is not withdrawn."""

    message = gettext_noop("This charge is on %(paper)s: credit it there.")


class LaterDaysAreCharged(Refused):
    """Days before others that stand on lines would be charged to nobody."""

    message = gettext_noop(
        "Days after %(day)s are charged too: withdraw their charge first, or invoice this one and credit it."
    )


@transaction.atomic
def withdraw(line: ChargeLine, *, why: str, by: Actor, at: datetime) -> ChargeLine:
    """Take a charge back that is on no invoice and no statement. A box's days are charged anew when it is.

    Raises ``NotYours`` (``billing.withdraw_charge``), ``PayerReadsWhy``, ``OnAPaper``, ``LaterDaysAreCharged``,
    ``NaiveTime``. Twice is once.
    """
    require_zone(at)
    by.require(RIGHT, line.terminal)
    said = require_why(why)
    if line.visit is not None:
        lock_accounts([line.visit], at)
    # Joined: a line keeps its visit and its party. Not with its papers: see Note [Locked alone].
    rows = ChargeLine.objects.select_related("party", "visit__container", "terminal")
    row = rows.select_for_update(of=("self",)).get(pk=line.pk)
    if paper := row.invoice or row.statement:
        raise OnAPaper(paper=paper.number)
    if row.withdrawn_at is None:
        _require_last(row)
        _take_back(row, said, by, at)
    return row


def _require_last(row: ChargeLine) -> None:
    """What was charged of a box is taken back from its end: days are charged anew only after the last that is."""
    later = ChargeLine.objects.standing().filter(account=row.account_id, first_on__gt=row.last_on)
    if row.account_id is not None and later.exists():
        raise LaterDaysAreCharged(day=str(row.last_on))


def _take_back(row: ChargeLine, why: str, by: Actor, at: datetime) -> None:
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_why = at, by.label[:120], why[:200]
    row.version += 1
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_why", "version"])
    if row.account_id is not None:
        account = StorageAccount.objects.get(pk=row.account_id)
        left = account.lines.standing().aggregate(last=Max("last_on"))["last"]
        change(account, charged_through=left, closed_at=None)
    record(
        Happening(
            kind=EventKind.CHARGE_WITHDRAWN,
            terminal_id=row.terminal_id,
            at=at,
            actor=by.label,
            visit_id=row.visit_id,
            container_number=row.visit.container.number if row.visit else "",
            booking_id=row.booking_id,
            lot_id=row.lot_id,
            audience=Audience.STAFF,
            payload={**told(row), "reason": why},
        )
    )


def movement_was_not(visit: Visit, entry: Entry, *, by: Actor, at: datetime) -> None:
    """A movement was taken back: so is what was charged for it, or the account says that it must be credited."""
    account = StorageAccount.objects.filter(visit=visit).first()
    if account is None:
        return
    account = lock_accounts([visit], at)[visit.pk]
    lines = account.lines.standing().filter(events__contains=[entry.pk]).order_by("pk")
    # Joined: as in ``withdraw``. See Note [Locked alone].
    for line in lines.select_related("party", "visit__container").select_for_update(of=("self",)):
        if paper := line.invoice or line.statement:
            change(account, trouble=sentence(TO_CREDIT, {"paper": paper.number})[:300])
        else:
            _take_back(line, "a movement was taken back", by.entrusted(), at)
            account.refresh_from_db()
    change(account, closed_at=None)
