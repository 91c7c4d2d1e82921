"""Accounts of boxes' storage: opened when the box has come, with four dates, each of which is set for itself."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q

from apps.billing.models import Pause, StorageAccount
from apps.billing.selectors.stays import Stay, stays, storage_line
from apps.billing.selectors.tariffs import NoTariff, PriceBook
from apps.billing.services.rows import RIGHT, change, journal_visit, lock_accounts, require_why
from apps.common.words import sentence
from apps.containers.models import Visit
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.parties.models import Party
from terminal.errors import Malformed, Refused, gettext_noop
from terminal.events import EventKind
from terminal.lifecycle import VisitState
from terminal.moments import require_zone
from terminal.throughput import day_bounds, site_day

OVERRIDE: Final = "billing.override_last_free_day"
GUARANTEE: Final = "billing.guarantee_storage"
LOOKS_BACK: Final = timedelta(days=60)
"""A box that came and went while nothing ran is found that long after it came."""

ENTERED: Final = (
    ("payer",),
    ("overridden_last_free_on", "overridden_by", "overridden_why"),
    ("guaranteed_through", "guarantor"),
)
"""What people enter of an account, and what goes with it."""

AT_ONCE: Final = 500
FURTHEST: Final = timedelta(days=731)
"""No day further from today is set by hand."""

ITSELF: Final = Actor.itself("charges")


class StorageIsClosed(Refused):
    """The box has gone and its storage is charged."""

    message = gettext_noop(
        "The storage of %(number)s is charged to its end: withdraw the charge first, or credit it where it is invoiced."
    )


class YearsAway(Malformed):
    """A day nobody can mean: every day until then would be counted."""

    message = gettext_noop("%(day)s is years away: name a day from %(first)s to %(last)s.")


class SettledThrough(Refused):
    """A day is promised that is settled anyhow."""

    message = gettext_noop("%(number)s is free, paid or guaranteed through %(day)s already: name a later day.")


def new_stays(terminal: Terminal, first_on: date, at: datetime) -> list[Visit]:
    """The terminal's own visits whose box has come and that have no account; what others reported has none."""
    since = day_bounds(first_on, terminal.zone)[0]
    came = Visit.objects.filter(terminal=terminal, source=None, storage=None, arrived_at__gte=since)
    lately = Q(state=VisitState.ACTIVE.value) | Q(arrived_at__gte=at - LOOKS_BACK)
    return list(came.filter(lately, arrived_at__lte=at).select_related("container", "terminal").order_by("pk"))


@transaction.atomic
def open_accounts(terminal: Terminal, *, at: datetime) -> int:
    """Open the accounts of boxes that have come, and know their four dates; how many. Safe to run twice."""
    try:
        book = PriceBook.of(terminal)
    except NoTariff:
        return 0
    if book.first_on is None:
        return 0
    new = new_stays(terminal, book.first_on, at)
    for start in range(0, len(new), AT_ONCE):
        refresh(new[start : start + AT_ONCE], book, at=at)
    return len(new)


def refresh_accounts(terminal: Terminal, *, at: datetime) -> int:
    """Know the last free days of all boxes that stand, as pauses that go on move them; how many accounts."""
    try:
        book = PriceBook.of(terminal)
    except NoTariff:
        return 0
    running = StorageAccount.objects.running().filter(visit__terminal=terminal).order_by("visit_id")
    numbers = list(running.values_list("visit_id", flat=True))
    for start in range(0, len(numbers), AT_ONCE):
        some = Visit.objects.filter(pk__in=numbers[start : start + AT_ONCE]).select_related("container", "terminal")
        with transaction.atomic():
            refresh(some, book, at=at)
    return len(numbers)


def refresh(visits: Iterable[Visit], book: PriceBook, *, at: datetime, by: Actor = ITSELF) -> dict[int, Stay]:
    """Bring clock and calculated last free day of the visits' accounts up to date. Within a transaction."""
    rows = list(visits)
    accounts = lock_accounts(rows, at)
    known = stays(rows, book, at)
    for number, account in accounts.items():
        _know(account, known[number], book, by=by, at=at)
    return known


def _know(account: StorageAccount, stay: Stay, book: PriceBook, *, by: Actor, at: datetime) -> None:
    clock = stay.clock
    values: dict[str, object] = {
        "clock_event": clock and clock.pk,
        "clock_kind": clock.kind if clock else "",
        "clock_at": clock and clock.happened_at,
        "trouble": account.trouble if account.charged_through else "",  # something may be to be credited
    }
    try:
        if stay.refusal is not None:
            raise stay.refusal
        calculated = storage_line(stay.standing, book).dates.calculated_on if stay.standing else None
    except Refused as refusal:
        calculated, values["trouble"] = None, sentence(refusal.message, refusal.facts)[:300]
    was, values["calculated_last_free_on"] = account.calculated_last_free_on, calculated
    if all(getattr(account, name) == value for name, value in values.items()):
        return
    change(account, **values)
    if was != calculated:
        dates = {"was": was and was.isoformat(), "last_free_on": calculated and calculated.isoformat()}
        journal_visit(account.visit, EventKind.LAST_FREE_DAY_SET, by=by, at=at, **dates)


@transaction.atomic
def name_payer(visit: Visit, *, payer: Party, by: Actor, at: datetime) -> StorageAccount:
    """Charge the box's storage to this party from now on. Raises ``NotYours``, ``StorageIsClosed``."""
    account = _to_change(visit, RIGHT, by, at)
    change(account, payer=payer)
    journal_visit(account.visit, EventKind.PAYER_NAMED, by=by, at=at, party=payer.name)
    return _again(account, by=by, at=at)


@transaction.atomic
def override_last_free_day(visit: Visit, *, last_free_on: date, why: str, by: Actor, at: datetime) -> StorageAccount:
    """Set the last free day by hand; the calculated one stays beside it.

    Raises ``NotYours`` (``billing.override_last_free_day``), ``PayerReadsWhy``, ``StorageIsClosed``, ``YearsAway``,
    ``NaiveTime``.
    """
    account = _to_change(visit, OVERRIDE, by, at)
    require_near(last_free_on, account.visit.terminal, at)
    was = account.last_free_on
    said = {"overridden_last_free_on": last_free_on, "overridden_why": require_why(why)[:200]}
    change(account, **said, overridden_by=by.label[:120])
    dates = {"was": was and str(was), "last_free_on": last_free_on.isoformat()}
    journal_visit(account.visit, EventKind.LAST_FREE_DAY_OVERRIDDEN, by=by, at=at, reason=why, **dates)
    return account


@transaction.atomic
def guarantee_through(visit: Visit, *, day: date, guarantor: Party, by: Actor, at: datetime) -> StorageAccount:
    """Somebody stands for the days until then; they are charged, and the box may go before they are paid.

    Raises ``NotYours`` (``billing.guarantee_storage``), ``SettledThrough``, ``StorageIsClosed``, ``YearsAway``,
    ``NaiveTime``.
    """
    account = _to_change(visit, GUARANTEE, by, at)
    require_near(day, account.visit.terminal, at)
    settled = max((each for each in _settled(account) if each is not None), default=None)
    if settled is not None and day <= settled:
        raise SettledThrough(number=account.visit.container.number, day=settled.isoformat())
    change(account, guaranteed_through=day, guarantor=guarantor)
    said = {"party": guarantor.name, "guaranteed_through": day.isoformat()}
    journal_visit(account.visit, EventKind.STORAGE_GUARANTEED, by=by, at=at, **said)
    return account


def require_near(day: date, terminal: Terminal, at: datetime) -> None:
    """Raise ``YearsAway`` for a day further from today than ``FURTHEST``."""
    today = site_day(at, terminal.zone)
    first, last = today - FURTHEST, today + FURTHEST
    if not first <= day <= last:
        raise YearsAway(day=str(day), first=str(first), last=str(last))


def _settled(account: StorageAccount) -> tuple[date | None, ...]:
    return account.last_free_on, account.guaranteed_through, account.paid_through


def _to_change(visit: Visit, right: str, by: Actor, at: datetime) -> StorageAccount:
    require_zone(at)
    by.require(right, visit.terminal)
    account = lock_accounts([visit], at)[visit.pk]
    if account.closed_at is not None:
        raise StorageIsClosed(number=account.visit.container.number)
    return account


def _again(account: StorageAccount, *, by: Actor, at: datetime) -> StorageAccount:
    """The account with what its change makes of its dates."""
    try:
        refresh([account.visit], PriceBook.of(account.visit.terminal), at=at, by=by)
    except NoTariff:
        return account
    account.refresh_from_db()
    return account


def refreshed(visit: Visit, *, by: Actor, at: datetime) -> None:
    """As ``refresh``, for one visit of a terminal that may have no tariff."""
    _again(lock_accounts([visit], at)[visit.pk], by=by, at=at)


def join_visits(visit: Visit, merged: Visit) -> None:
    """What was entered for an advice of the same box is the visit's that goes on, where that says nothing itself."""
    Pause.objects.filter(visit=merged).update(visit=visit)
    advised = StorageAccount.objects.filter(visit=merged).first()
    account = StorageAccount.objects.filter(visit=visit).select_for_update().first()
    if advised is None:
        return
    if account is None:
        change(advised, visit=visit)
        return
    for names in ENTERED:
        if getattr(account, names[0]) is None:
            change(account, **{name: getattr(advised, name) for name in names})
