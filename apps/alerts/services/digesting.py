"""The morning digest: once a subscriber and day, at the hour they chose; late rather than never."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.alerts import selectors, words
from apps.alerts.dashboard.errands import Errand, errands
from apps.alerts.models import Subscription
from apps.alerts.selectors import Digest
from apps.alerts.services.links import admin_link, from_outside
from apps.alerts.services.mails import as_read_by
from apps.common.figures import figure, percent
from apps.network.models import Terminal
from apps.notices import services as notices
from apps.notices.models import Notice
from apps.notices.services import NewNotice
from apps.parties.actors import Actor
from apps.parties.models import User


@transaction.atomic
def send_digests(terminal: Terminal, at: datetime) -> int:
    """Write the digest of yesterday to every subscriber whose hour has come and who has not got it today; how many."""
    day = at.astimezone(terminal.zone).date()
    due = _due(terminal, day, at)
    if not due:
        return 0
    digest, plots = selectors.digest_of(terminal, at), dict[str, bytes]()
    return len(notices.write([_mail(digest, user, day, plots, at) for user in due], at))


def _due(terminal: Terminal, day: date, at: datetime) -> list[User]:
    hour = at.astimezone(terminal.zone).time()
    users = [each.user for each in selectors.readers_of(terminal, Subscription.What.DIGEST) if each.at <= hour]
    keys = {_once_key(terminal, day, user) for user in users}
    said = set(Notice.objects.filter(once_key__in=keys).values_list("once_key", flat=True))
    return [user for user in users if _once_key(terminal, day, user) not in said]


def _once_key(terminal: Terminal, day: date, user: User) -> str:
    return f"digest:{terminal.code}:{day.isoformat()}:{user.pk}"


def _mail(digest: Digest, user: User, day: date, plots: dict[str, bytes], at: datetime) -> NewNotice:
    with as_read_by(user):
        if user.language not in plots:
            plots[user.language] = _plot(digest)
        context = _context(digest, user, at)
        return NewNotice(
            terminal=digest.terminal,
            user=user,
            recipient=user.email,
            language=user.language,
            about=f"digest:{digest.terminal.code}:{day.isoformat()}",
            once_key=_once_key(digest.terminal, day, user),
            subject=context["subject"],
            text=render_to_string("alerts/digest.txt", context),
            html=render_to_string("alerts/digest.html", context),
            image=plots[user.language],
            urgency=Notice.Urgency.BULK,
        )


def _errands(terminal: Terminal, user: User, at: datetime) -> list[tuple[Errand, str]]:
    """What waits for the reader, each with its address from outside."""
    waiting = errands(terminal, lambda right: Actor.person(user).may(right, terminal), user, at)
    return [(each, from_outside(each.link)) for each in waiting]


def _context(digest: Digest, user: User, at: datetime) -> dict[str, Any]:
    return {
        "digest": digest,
        "terminal": digest.terminal,
        "errands": _errands(digest.terminal, user, at),
        "subject": str(words.DIGEST) % _facts(digest),
        "zone": user.zone_name,
        "link": admin_link("alerts_alert_changelist"),
        "link_words": _("Open the alerts"),
        "plot": True,
    }


def _facts(digest: Digest) -> dict[str, str]:
    return {
        "day": date_format(digest.on, "DATE_FORMAT"),
        "trains": figure(digest.day.row.trains_departed),
        "rated_trains": figure(digest.terminal.rated_trains_per_day, 1),
        "teu": figure(digest.day.throughput_teu, 1),
        "rated_teu": figure(digest.terminal.rated_teu_per_day),
        "share": percent(digest.teu_share),
        "yard": percent(digest.yard_share),
        "place": words.place(digest.terminal),
    }


def _plot(digest: Digest) -> bytes:
    from apps.reports.plots import Day, days_plot  # a third of every start, and few processes ever draw

    days = [Day(each.on, each.throughput_teu, each.row.trains_departed) for each in digest.days]
    rated = digest.terminal
    return days_plot(days, rated_teu=Decimal(rated.rated_teu_per_day), rated_trains=rated.rated_trains_per_day)
