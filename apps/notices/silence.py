"""When a process falls silent: who must hear of it, once an outage. A dead worker cannot report itself."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.network.models import Terminal
from apps.notices import services
from apps.notices.models import Heartbeat, Notice
from apps.notices.services import NewNotice
from apps.parties.models import Membership, User

SILENCE = timedelta(seconds=90)
WATCHED = ("worker", "beat", "webhooks")
ADMINISTRATOR = "administrator"


def report_silence(since: datetime, at: datetime) -> list[Notice]:
    """Tell administrators of every watched process that was silent for longer than 90 s while we listened.

    ``since`` is when we began to listen: what was silent before that, with the whole machine off, is no news.
    """
    terminal = Terminal.objects.in_earnest().filter(active=True).order_by("pk").first()
    if terminal is None:
        return []
    seen = dict(Heartbeat.objects.values_list("process", "seen_at"))
    silent = [name for name in WATCHED if at - max(seen.get(name, since), since) > SILENCE]
    news = [each for name in silent for each in _news(name, seen.get(name), since, terminal)]
    return services.write(news, at) if news else []


def _news(process: str, seen_at: datetime | None, since: datetime, terminal: Terminal) -> Iterator[NewNotice]:
    outage = (seen_at or since).isoformat()
    said = set(Notice.objects.filter(about=f"silent:{process}").values_list("once_key", flat=True))
    for user in administrators():
        key = f"silent:{process}:{outage}:{user.pk}"
        if key not in said:
            yield _notice(process, seen_at, user, terminal, key)


def administrators() -> list[User]:
    """Everybody who looks after the system and can be written to."""
    roles = Membership.objects.in_force().filter(role__code=ADMINISTRATOR, party=None)
    of_duty = Q(is_superuser=True) | Q(pk__in=roles.values("user"))
    return list(User.objects.filter(of_duty, is_active=True).exclude(email="").order_by("pk"))


def _notice(process: str, seen_at: datetime | None, user: User, terminal: Terminal, key: str) -> NewNotice:
    facts = {"process": process, "seen_at": seen_at, "zone": user.zone_name, "site_url": settings.SITE_URL}
    with translation.override(user.language), timezone.override(user.zone_name):
        return NewNotice(
            terminal=terminal,
            user=user,
            recipient=user.email,
            language=user.language,
            about=f"silent:{process}",
            once_key=key,
            subject=_("The process “%(process)s” is silent – Landbridge") % facts,
            text=render_to_string("notices/silent.txt", facts),
            html=render_to_string("notices/silent.html", facts),
        )
