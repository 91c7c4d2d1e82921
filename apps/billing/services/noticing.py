"""Telling payers that free time ends: three days and one day ahead, one mail for all of a party's boxes.

# Note [Once a box and notice]
A row of ``FreeTimeNotice`` is written in the transaction of the mail. A last free day that moves afterwards is not
announced again. A box of which both notices are due at once is announced once, and counts as told twice.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.billing.models import FreeTimeNotice, StorageAccount
from apps.billing.selectors.stays import payers
from apps.billing.services.rows import journal_visit
from apps.common.locks import lock_then_read
from apps.network.models import Terminal
from apps.notices import services as notices
from apps.notices.services import NewNotice
from apps.parties.actors import Actor
from apps.parties.models import Membership, Party
from terminal.events import EventKind
from terminal.throughput import day_bounds

HOURS: Final = (72, 24)
LANGUAGES: Final = {"CN": "zh-hans", "KZ": "ru", "RU": "ru"}
"""In which language a party is written to that has no people of its own here, by its country; else English."""

ITSELF: Final = Actor.itself("last free days")


@dataclass(frozen=True)
class Ending:
    """A box whose free time ends: which notices are due, and its last free day."""

    account: StorageAccount
    hours: tuple[int, ...]
    last_free_on: date


@transaction.atomic
def announce_last_free_days(terminal: Terminal, *, at: datetime) -> int:
    """Write to every party whose boxes' free time ends soon; how many boxes were announced. Safe to run twice.

    See Note [Once a box and notice].
    """
    endings = list(_endings(terminal, at))
    by_party: dict[Party, list[Ending]] = defaultdict(list)
    who = payers(
        [each.account.visit for each in endings], {each.account.visit_id: each.account for each in endings}, at
    )
    for each in endings:
        party = who[each.account.visit_id]
        if party is not None:
            by_party[party].append(each)
    return sum(_announce(terminal, party, some, at) for party, some in by_party.items())


def _endings(terminal: Terminal, at: datetime) -> Iterable[Ending]:
    """Boxes that stand, of which a notice is due that was not given."""
    accounts = StorageAccount.objects.running().filter(visit__terminal=terminal, visit__departed_at=None)
    furthest = (at + timedelta(hours=HOURS[0])).astimezone(terminal.zone).date()
    near = accounts.exclude(calculated_last_free_on=None, overridden_last_free_on=None)
    rows = near.select_related("visit__container", "visit__terminal", "payer").order_by("visit_id")
    said: dict[int, set[int]] = defaultdict(set)
    for number, hours in FreeTimeNotice.objects.filter(account__in=near).values_list("account_id", "hours"):
        said[number].add(hours)
    for account in lock_then_read(rows):
        last = account.last_free_on
        if last is None or last > furthest:
            continue
        end = day_bounds(last, terminal.zone)[1]
        due = tuple(n for n in HOURS if end - timedelta(hours=n) <= at < end and n not in said[account.pk])
        if due:
            yield Ending(account, due, last)


def _announce(terminal: Terminal, party: Party, endings: list[Ending], at: datetime) -> int:
    mails = [_mail(terminal, party, endings, *reader) for reader in _readers(terminal, party)]
    if not mails:
        return 0
    FreeTimeNotice.objects.bulk_create(
        FreeTimeNotice(account=each.account, hours=hours, party=party, last_free_on=each.last_free_on, told_at=at)
        for each in endings
        for hours in each.hours
    )
    notices.write(mails, at)
    for each in endings:
        said = {"party": party.name, "last_free_on": each.last_free_on.isoformat(), "hours": min(each.hours)}
        journal_visit(each.account.visit, EventKind.LAST_FREE_DAY_NOTICE, by=ITSELF, at=at, **said)
    return len(endings)


def _readers(terminal: Terminal, party: Party) -> list[tuple[str, str]]:
    """Address and language of each: the party's own people here, else its office."""
    people = Membership.objects.in_force().filter(terminal=terminal, party=party).exclude(user__email="")
    own = sorted(set(people.values_list("user__email", "user__language")))
    if own:
        return own
    return [(party.email, LANGUAGES.get(party.country, "en"))] if party.email else []


def _mail(terminal: Terminal, party: Party, endings: list[Ending], recipient: str, language: str) -> NewNotice:
    with translation.override(language):
        context = _context(terminal, party, endings)
        return NewNotice(
            terminal=terminal,
            recipient=recipient,
            language=language,
            about=f"last-free-day:{party.code}",
            subject=str(context["subject"]),
            text=render_to_string("billing/last_free_day.txt", context),
            html=render_to_string("billing/last_free_day.html", context),
        )


def _context(terminal: Terminal, party: Party, endings: list[Ending]) -> dict[str, object]:
    first = min(each.last_free_on for each in endings)
    told = ngettext(
        "Free time of %(count)d container ends on %(day)s",
        "Free time of %(count)d containers ends, the first on %(day)s",
        len(endings),
    )
    rows = sorted(endings, key=lambda each: (each.last_free_on, each.account.visit.container.number))
    return {
        "subject": told % {"count": len(endings), "day": date_format(first, "DATE_FORMAT")},
        "terminal": terminal,
        "party": party,
        "why": _("From the day after its last free day each day on the terminal is charged by the tariff."),
        "rows": [(each.account.visit.container.number, date_format(each.last_free_on, "DATE_FORMAT")) for each in rows],
    }
