"""Warnings that a period ends: to the owner of the goods and to those who keep the ledger, each once.

One mail a reader and day, over all entries that are due: whoever answers for forty entries reads one list.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.network.models import Terminal
from apps.notices.models import Notice
from apps.notices.services import NewNotice, write
from apps.parties.models import Membership, Party, User
from apps.warehouse.models import BondedEntry, PeriodWarning
from terminal.bonded import OVER, WARNINGS_DAYS, warning_due
from terminal.throughput import site_day

KEEPERS: Final = {
    "role__permissions__content_type__app_label": "warehouse",
    "role__permissions__codename": "change_bondedentry",
}
"""Memberships of people who keep ledgers."""


@dataclass(frozen=True, slots=True)
class Due:
    """An entry whose period ends, and in how many days (-1: it is over)."""

    entry: BondedEntry
    days_left: int


@transaction.atomic
def warn_of_periods(*, at: datetime, terminal: Terminal | None = None) -> list[Notice]:
    """Write the warnings that are due on the site's day of ``at``; each is given once. Safe to run twice."""
    due: dict[Terminal, list[Due]] = defaultdict(list)
    for entry in _ending(at, Terminal.objects.looked_after(terminal).filter(active=True)):
        today = site_day(at, entry.terminal.zone)
        given = {each.days for each in entry.warnings.all() if each.ends_on == entry.ends_on}
        days = warning_due(entry.ends_on, today, given)
        if days is not None and _give(entry, days, at):
            due[entry.terminal].append(Due(entry, (entry.ends_on - today).days))
    return write([notice for terminal in due for notice in _notices(terminal, due[terminal], at)], at) if due else []


def _ending(at: datetime, where: QuerySet[Terminal]) -> Iterable[BondedEntry]:
    latest = at.date() + timedelta(days=max(WARNINGS_DAYS) + 1)
    holding = BondedEntry.objects.open().filter(ends_on__lte=latest, gross_kg__gt=0, terminal__in=where)
    return holding.select_related("terminal", "owner").prefetch_related("warnings").order_by("ends_on", "pk")


def _give(entry: BondedEntry, days: int, at: datetime) -> bool:
    _row, new = PeriodWarning.objects.get_or_create(
        entry=entry, ends_on=entry.ends_on, days=days, defaults={"given_at": at}
    )
    return new


def _notices(terminal: Terminal, due: list[Due], at: datetime) -> Iterator[NewNotice]:
    keepers = Membership.objects.in_force().filter(terminal=terminal, party=None, **KEEPERS).exclude(user__email="")
    for user in User.objects.filter(pk__in=keepers.values("user")).order_by("pk"):
        yield _mail(terminal, due, at, user.email, user.language, user=user)
    for owner in {each.entry.owner_id: each.entry.owner for each in due}.values():
        own = [each for each in due if each.entry.owner_id == owner.pk]
        yield from _to_owner(terminal, owner, own, at)


def _to_owner(terminal: Terminal, owner: Party, due: list[Due], at: datetime) -> Iterator[NewNotice]:
    if owner.email:
        yield _mail(terminal, due, at, owner.email, settings.LANGUAGE_CODE)


def _mail(
    terminal: Terminal, due: list[Due], at: datetime, recipient: str, language: str, user: User | None = None
) -> NewNotice:
    with translation.override(language):
        subject = _subject(due)
        link = settings.SITE_URL.rstrip("/") + reverse("admin:warehouse_bondedentry_changelist") if user else ""
        context = {
            "subject": subject,
            "terminal": terminal,
            "due": sorted(due, key=lambda each: (each.days_left, each.entry.number)),
            "link": link,
            "over": OVER,
        }
        day = site_day(at, terminal.zone)
        return NewNotice(
            terminal=terminal,
            user=user,
            recipient=recipient,
            language=language,
            about=f"bonded-periods:{terminal.code}",
            once_key=f"bonded-periods:{terminal.code}:{day}:{recipient}:{min(each.entry.pk for each in due)}",
            subject=subject,
            text=render_to_string("warehouse/bonded/periods.txt", context),
            html=render_to_string("warehouse/bonded/periods.html", context),
        )


def _subject(due: list[Due]) -> str:
    over = sum(each.days_left < 0 for each in due)
    if over:
        told = ngettext(
            "Goods in bond: the period of %(count)d entry is over",
            "Goods in bond: the period of %(count)d entries is over",
            over,
        )
        return told % {"count": over}
    if len(due) == 1:
        return _("Goods in bond: the period of %(entry)s ends on %(day)s") % {
            "entry": due[0].entry.number,
            "day": due[0].entry.ends_on,
        }
    return _("Goods in bond: the periods of %(count)d entries end soon") % {"count": len(due)}
