"""When a process falls silent or a task fails again and again: who must hear of it, once an outage.

A dead worker cannot report itself, nor can a dead broker: the delivery desk does.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy

from apps.network.models import Terminal
from apps.notices import services
from apps.notices.models import Heartbeat, Notice, TaskTally
from apps.notices.services import NewNotice
from apps.parties.models import Membership, User

SILENCE: Final = timedelta(seconds=90)
FAILING: Final = timedelta(minutes=10)
"""A task that has failed in every run for so long is no accident."""

WATCHED: Final = ("worker", "heavy worker", "beat", "broker", "webhooks")
ADMINISTRATOR: Final = "administrator"

SILENT: Final = gettext_lazy("The process “%(process)s” is silent – Landbridge")
FAILS: Final = gettext_lazy("The task “%(task)s” fails – Landbridge")


@dataclass(frozen=True)
class Trouble:
    """One thing administrators must hear of, once: ``about`` what, and since when (``outage``)."""

    about: str
    outage: str
    subject: Any
    template: str
    facts: dict[str, Any]


def report_silence(since: datetime, at: datetime) -> list[Notice]:
    """Tell administrators of what was silent for longer than 90 s while we listened, and of tasks that only fail.

    ``since`` is when we began to listen: what was silent before that, with the whole machine off, is no news.
    """
    terminal = Terminal.objects.in_earnest().filter(active=True).order_by("pk").first()
    if terminal is None:
        return []
    troubles = [*_silent(since, at), *_failing(at)]
    news = list(_news(troubles, terminal)) if troubles else []
    return services.write(news, at) if news else []


def _silent(since: datetime, at: datetime) -> Iterator[Trouble]:
    seen = dict(Heartbeat.objects.values_list("process", "seen_at"))
    for name in WATCHED:
        last = seen.get(name)
        if at - max(last or since, since) > SILENCE:
            facts = {"process": name, "seen_at": last}
            yield Trouble(f"silent:{name}", (last or since).isoformat(), SILENT, "silent", facts)


def _failing(at: datetime) -> Iterator[Trouble]:
    """Tasks whose runs all failed for ten minutes, of which the last was later than the first."""
    failing = TaskTally.objects.filter(failing_since__lte=at - FAILING, last_ended_at__gt=F("failing_since"))
    for each in failing.order_by("task"):
        assert each.failing_since is not None
        facts = {"task": each.task, "failing_since": each.failing_since, "failure": each.last_failure}
        yield Trouble(f"failing:{each.task}"[:80], each.failing_since.isoformat(), FAILS, "failing", facts)


def _news(troubles: Iterable[Trouble], terminal: Terminal) -> Iterator[NewNotice]:
    told = list(troubles)
    said = set(Notice.objects.filter(about__in=[each.about for each in told]).values_list("once_key", flat=True))
    for trouble in told:
        for user in administrators():
            key = f"{trouble.about}:{trouble.outage}:{user.pk}"
            if key not in said:
                yield _notice(trouble, user, terminal, key)


def administrators() -> list[User]:
    """Everybody who looks after the system and can be written to."""
    roles = Membership.objects.in_force().filter(role__code=ADMINISTRATOR, party=None)
    of_duty = Q(is_superuser=True) | Q(pk__in=roles.values("user"))
    return list(User.objects.filter(of_duty, is_active=True).exclude(email="").order_by("pk"))


def _notice(trouble: Trouble, user: User, terminal: Terminal, key: str) -> NewNotice:
    facts = trouble.facts | {"zone": user.zone_name, "site_url": settings.SITE_URL}
    with translation.override(user.language), timezone.override(user.zone_name):
        return NewNotice(
            terminal=terminal,
            user=user,
            recipient=user.email,
            language=user.language,
            about=trouble.about,
            once_key=key,
            subject=str(trouble.subject) % facts,
            text=render_to_string(f"notices/{trouble.template}.txt", facts),
            html=render_to_string(f"notices/{trouble.template}.html", facts),
        )
