"""Charging storage: what a box owes when it has gone, or ahead through a day before it goes."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from django.db import transaction
from django.db.models import F, Sum

from apps.billing.models import ChargeLine, StorageAccount, plain
from apps.billing.selectors.stays import NobodyPays, Stay, storage_line, through
from apps.billing.selectors.tariffs import NoTariff, PriceBook
from apps.billing.services.accounts import ITSELF, StorageIsClosed, refresh, require_near
from apps.billing.services.lines import write_line
from apps.billing.services.rows import RIGHT, change, hold_prices, hold_visit
from apps.common.words import sentence
from apps.containers.models import Visit
from apps.network.models import Terminal
from apps.parties.actors import Actor
from terminal.charges.storage import AS_OF, StorageLine
from terminal.errors import Refused, gettext_noop
from terminal.moments import require_zone
from terminal.throughput import site_day

TOO_FAR: Final = gettext_noop("It was charged through %(charged)s and left on %(left)s: credit the days after.")


TOO_MANY: Final = gettext_noop("%(charged)s TEU·days were charged and %(due)s are due: credit the rest.")


class ClockHasNotStarted(Refused):
    """Nothing has happened that a tariff counts from."""

    message = gettext_noop("Nothing has started the clock of %(number)s: there is nothing to charge.")


class StandsStill(Refused):
    """A box that has not gone is charged through a day."""

    message = gettext_noop("%(number)s stands at the terminal: say through which day it is to be charged.")


class ChargedThrough(Refused):
    """The days are on a line already."""

    message = gettext_noop("%(number)s is charged through %(day)s: name a later day.")


@transaction.atomic
def charge_visit(visit: Visit, *, by: Actor, at: datetime, until: date | None = None) -> ChargeLine | None:
    """Charge the storage of a box that has gone; or, with ``until``, of one that stands, through that day.

    Days that are on a line already are not charged again. None: there is nothing to pay for. A box that has gone is
    charged to its end and its account closed. Raises ``NotYours``, ``NoTariff``, ``NobodyPays``,
    ``ClockHasNotStarted``, ``StandsStill``, ``ChargedThrough``, ``StorageIsClosed``, ``YearsAway``, ``NaiveTime`` and
    what ``terminal.charges`` refuses.
    """
    require_zone(at)
    by.require(RIGHT, visit.terminal)
    if until is not None:
        require_near(until, visit.terminal, at)
    book = hold_prices(PriceBook.of(visit.terminal))
    stay = refresh([hold_visit(visit)], book, at=at, by=by)[visit.pk]
    account = StorageAccount.objects.select_related("visit__container", "visit__terminal").get(visit=visit)
    return _charge(account, _asked(stay, account, book, until), book, by=by, at=at)


def _asked(stay: Stay, account: StorageAccount, book: PriceBook, until: date | None) -> Stay:
    """The stay to be charged, as the database has its account now."""
    number = stay.visit.container.number
    if account.closed_at is not None:
        raise StorageIsClosed(number=number)
    if stay.refusal is not None:
        raise stay.refusal
    if stay.standing is None:
        raise ClockHasNotStarted(number=number)
    if stay.visit.departed_at is not None:
        return stay
    if until is None:
        raise StandsStill(number=number)
    if account.charged_through is not None and until <= account.charged_through:
        raise ChargedThrough(number=number, day=account.charged_through.isoformat())
    return replace(stay, standing=through(stay.standing, until, book))


def _charge(account: StorageAccount, stay: Stay, book: PriceBook, *, by: Actor, at: datetime) -> ChargeLine | None:
    assert stay.standing is not None
    line = storage_line(stay.standing, book)
    row = _write(account, stay, line, book, by=by, at=at) if line.steps else None
    out = site_day(stay.standing.ended.at, book.terminal.zone)
    charged = max((day for day in (account.charged_through, out if row else None) if day is not None), default=None)
    gone = stay.standing.ended.kind != AS_OF or stay.visit.departed_at is not None
    trouble = _to_credit(account, line, out) if gone else ""
    change(account, charged_through=charged, closed_at=at if gone else None, trouble=trouble)
    return row


def _to_credit(account: StorageAccount, line: StorageLine, out: date) -> str:
    """What was charged ahead and is not due any more: the box left earlier, or a pause or an override came after."""
    if account.charged_through is not None and account.charged_through > out:
        return sentence(TOO_FAR, {"charged": account.charged_through, "left": out})
    standing = account.lines.standing().exclude(amount_minor__gt=0, credited_minor=F("amount_minor"))
    charged = plain(standing.aggregate(quantity=Sum("quantity"))["quantity"] or Decimal(0))
    due = plain(len(line.chargeable_on) * line.standing.box.teu)
    return sentence(TOO_MANY, {"charged": f"{charged}", "due": f"{due}"}) if charged > due else ""


def _write(
    account: StorageAccount, stay: Stay, line: StorageLine, book: PriceBook, *, by: Actor, at: datetime
) -> ChargeLine:
    if stay.payer is None:
        raise NobodyPays(number=stay.visit.container.number)
    return write_line(
        line, book, party=stay.payer, events=stay.events, by=by, at=at, account=account, visit=account.visit
    )


def charge_departed(terminal: Terminal, *, at: datetime, again: bool = False) -> list[ChargeLine]:
    """Charge every box that has gone, each in a transaction of its own. Safe to run twice.

    One that cannot be charged says why on its account; it is tried again with ``again``.
    """
    try:
        PriceBook.of(terminal)
    except NoTariff:
        return []
    gone = StorageAccount.objects.running().filter(visit__terminal=terminal, visit__departed_at__lte=at)
    gone = gone if again else gone.filter(trouble="")
    rows = gone.select_related("visit__container", "visit__terminal").order_by("visit_id")
    return [line for account in rows if (line := _try(account, at))]


def _try(account: StorageAccount, at: datetime) -> ChargeLine | None:
    try:
        return charge_visit(account.visit, by=ITSELF, at=at)
    except ClockHasNotStarted:
        StorageAccount.objects.filter(pk=account.pk, closed_at=None).update(closed_at=at)
    except StorageIsClosed:
        pass
    except Refused as refusal:
        why = sentence(refusal.message, refusal.facts)[:300]
        StorageAccount.objects.filter(pk=account.pk, closed_at=None).update(trouble=why)
    return None
