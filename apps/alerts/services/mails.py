"""The e-mails of an alert: raised and over, each in its reader's language and time zone, with the plot inside."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.alerts import selectors, words
from apps.alerts.models import Alert, Rule, Subscription
from apps.alerts.selectors.hints import ADVICE
from apps.network.models import Terminal
from apps.notices.services import NewNotice
from apps.parties.models import User

if TYPE_CHECKING:
    from apps.reports.plots import Point


def readers(terminal: Terminal, what: str) -> list[User]:
    """Whoever subscribed, is active and can be written to."""
    wanted = Subscription.objects.filter(terminal=terminal, what=what, user__is_active=True).exclude(user__email="")
    return [each.user for each in wanted.select_related("user").order_by("pk")]


@contextmanager
def as_read_by(user: User) -> Iterator[None]:
    """The reader's language and time zone."""
    with translation.override(user.language), timezone.override(ZoneInfo(user.zone_name)):
        yield


def admin_link(view: str, *args: Any) -> str:
    """The address of an admin page, from outside."""
    return str(settings.SITE_URL).rstrip("/") + reverse(f"admin:{view}", args=args)


def raised(alert: Alert, *, since: datetime, at: datetime) -> list[NewNotice]:
    """The mails that say a figure is too high, one for each subscriber. ``since``: when it first was."""
    rule = alert.rule
    facts = {"since": since, "value": alert.reading, "capacity": alert.capacity, "table_maker": selectors.what_helps}
    sentences = {"subject": words.RAISED, "template": "raised", "advice": ADVICE[Rule.Metric(rule.metric)]}
    return _mails(alert, {**facts, **sentences}, at)


def cleared(alert: Alert, value: Decimal, capacity: Decimal, *, at: datetime) -> list[NewNotice]:
    """The mails that say it is over, one for each subscriber."""
    lasted = (at - alert.opened_at) / timedelta(hours=1)
    facts = {"since": alert.opened_at, "value": value, "capacity": capacity, "hours": lasted}
    return _mails(alert, {**facts, "subject": words.CLEARED, "template": "cleared"}, at)


def _mails(alert: Alert, facts: dict[str, Any], at: datetime) -> list[NewNotice]:
    points = _points(alert.rule, facts["value"], at)
    plots: dict[tuple[str, str], bytes | None] = {}
    mails = []
    for user in readers(alert.rule.terminal, Subscription.What.ALERTS):
        with as_read_by(user):
            tongue = (user.language, user.zone_name)
            if tongue not in plots:
                plots[tongue] = _plot(alert.rule, points, facts["capacity"], user)
            mails.append(_mail(alert, user, facts, plots[tongue], at))
    return mails


def _points(rule: Rule, value: Decimal, at: datetime) -> "list[Point]":
    before: list[Point] = [point for point in selectors.recent(rule, at) if point[0] < at]
    return [*before, (at, value)]


def _plot(rule: Rule, points: "list[Point]", capacity: Decimal, user: User) -> bytes | None:
    if rule.is_flow:
        return None
    from apps.reports.plots import Lines, stock_plot  # a third of every start, and few processes ever draw

    lines = Lines(rule.warn_at, rule.raise_at, rule.clear_below)
    unit = str(words.UNIT[Rule.Metric(rule.metric)])
    return stock_plot(points, capacity=capacity, lines=lines, unit=unit, zone=ZoneInfo(user.zone_name))


def _mail(alert: Alert, user: User, facts: dict[str, Any], image: bytes | None, at: datetime) -> NewNotice:
    rule, template = alert.rule, facts["template"]
    subject = str(facts["subject"][Rule.Metric(rule.metric)]) % words.facts(rule, facts["value"], facts["capacity"])
    maker: Callable[..., Any] | None = facts.get("table_maker")
    context = {
        **facts,
        "subject": subject,
        "headline": subject.rpartition(" – ")[0] or subject,
        "alert": alert,
        "rule": rule,
        "unit": words.UNIT[Rule.Metric(rule.metric)],
        "share": facts["value"] / facts["capacity"],
        "tables": maker(rule, at) if maker else [],
        "terminal": rule.terminal,
        "zone": user.zone_name,
        "link": admin_link("alerts_alert_change", alert.pk),
        "link_words": _("Open the alert"),
        "plot": image is not None,
    }
    return NewNotice(
        terminal=rule.terminal,
        user=user,
        recipient=user.email,
        language=user.language,
        about=f"alert:{alert.public_id}",
        once_key=f"alert:{alert.public_id}:{template}:{user.pk}",
        subject=subject,
        text=render_to_string(f"alerts/{template}.txt", context),
        html=render_to_string(f"alerts/{template}.html", context),
        image=image,
    )
