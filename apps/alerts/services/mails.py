"""The e-mails of alerts, each in its reader's language and time zone: raised, gathered, no data, again, over."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.alerts import selectors, words
from apps.alerts.models import Alert, Rule, Telling
from apps.alerts.selectors.hints import ADVICE
from apps.alerts.services import links, pictures
from apps.notices.models import Notice
from apps.notices.services import NewNotice
from apps.parties.actors import rights
from apps.parties.models import User

logger = logging.getLogger(__name__)

Why = Telling.Why
URGENT: Final = (Why.RAISED, Why.ESCALATION)


@contextmanager
def as_read_by(user: User) -> Iterator[None]:
    """The reader's language and time zone."""
    with translation.override(user.language), timezone.override(ZoneInfo(user.zone_name)):
        yield


class Pen:
    """Writes the mails of one round: what several readers are shown alike is made once."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.plots: dict[tuple[int, str, str], bytes | None] = {}

    def raised(self, alerts: list[Alert], user: User, why: Telling.Why = Why.RAISED) -> NewNotice:
        """What the reader is told of alerts that stand: of one by itself, of several in one list."""
        with as_read_by(user):
            if len(alerts) > 1:
                return self._storm(alerts, user)
            return self._silent(alerts[0], user) if alerts[0].silent else self._raised(alerts[0], user, why)

    def cleared(self, alert: Alert, user: User) -> NewNotice:
        """What whoever heard of the alert is told at its end."""
        with as_read_by(user):
            value = Decimal(alert.ending or 0)
            closed_at = alert.closed_at or self.at
            facts = {
                "value": value,
                "since": alert.began_at,
                "hours": (closed_at - alert.began_at) / timedelta(hours=1),
            }
            subject = words.cleared(alert.rule, value, alert.capacity)
            return self._letter("cleared", alert, user, subject, facts, key="cleared", plot=True)

    def _raised(self, alert: Alert, user: User, why: Telling.Why) -> NewNotice:
        rule, value = alert.rule, selectors.present(alert)
        facts = {
            "value": value,
            "since": alert.began_at,
            "when_raised": "" if value == alert.reading else words.measure(alert, alert.reading),
            "advice": ADVICE[Rule.Metric(rule.metric)],
            "tables": self._tables(rule),
            **pictures.where_it_goes(rule, alert, self.at),
            "prefix": AGAIN[why]() if why in AGAIN else "",
        }
        subject = words.raised(rule, value, alert.capacity)
        key = {Why.REPEAT: f"repeat{alert.repeats + 1}", Why.ESCALATION: "asked"}.get(why, "raised")
        return self._letter("raised", alert, user, subject, facts, key=key, plot=True, urgent=why in URGENT)

    def _silent(self, alert: Alert, user: User) -> NewNotice:
        subject = _("No data: %(figure)s – %(place)s") % {
            "figure": alert.rule,
            "place": words.place(alert.rule.terminal),
        }
        return self._letter("silent", alert, user, subject, {"since": alert.began_at}, key="raised", urgent=True)

    def _storm(self, alerts: list[Alert], user: User) -> NewNotice:
        terminal = alerts[0].rule.terminal
        count = ngettext("%(count)d alert at once", "%(count)d alerts at once", len(alerts)) % {"count": len(alerts)}
        rows = [
            {"alert": each, **words.how_it_came(each, selectors.present(each)), **_links(each, user)} for each in alerts
        ]
        context = {
            "subject": f"{count} – {words.place(terminal)}",
            "headline": count,
            "rows": rows,
            "terminal": terminal,
            "zone": user.zone_name,
            "link": links.admin_link("alerts_alert_changelist") + "?closed_at__isempty=1",
            "link_words": _("Open the alerts"),
        }
        key = f"storm:{alerts[0].public_id}"
        return _notice("storm", user, context, about=key, once_key=f"{key}:{user.pk}", urgent=True)

    def _letter(
        self, template: str, alert: Alert, user: User, subject: str, facts: dict[str, Any], *, key: str,
        plot: bool = False, urgent: bool = False,
    ) -> NewNotice:  # fmt: skip
        rule, prefix = alert.rule, facts.get("prefix", "")
        image = self._plot(alert, facts, user) if plot else None
        context = {
            **facts,
            "subject": f"{prefix}{subject}",
            "headline": subject.rpartition(" – ")[0] or subject,
            "alert": alert,
            "rule": rule,
            "unit": words.unit(rule),
            "capacity": alert.capacity,
            "line": words.line(rule),
            "share": facts["value"] / alert.capacity if alert.capacity and "value" in facts else None,
            "terminal": rule.terminal,
            "zone": user.zone_name,
            "plot": image is not None,
            **(_links(alert, user) if template != "cleared" else {}),
            "link": links.admin_link("alerts_alert_change", alert.pk),
            "link_words": _("Open the alert"),
        }
        about = f"alert:{alert.public_id}"
        return _notice(
            template, user, context, about=about, once_key=f"{about}:{key}:{user.pk}", image=image, urgent=urgent
        )

    def _tables(self, rule: Rule) -> list[selectors.Table]:
        # A mail without its hints is better than none.
        try:
            with transaction.atomic():
                return selectors.what_helps(rule, self.at)
        except Exception:
            logger.exception("What would help against %s of %s could not be asked.", rule.metric, rule.terminal)
            return []

    def _plot(self, alert: Alert, facts: dict[str, Any], user: User) -> bytes | None:
        key = (alert.pk, user.language, user.zone_name)
        if key not in self.plots:
            self.plots[key] = pictures.of_alert(alert, facts["value"], self.at, ZoneInfo(user.zone_name))
        return self.plots[key]


AGAIN: Final = {
    Why.REPEAT: lambda: _("Still: "),
    Why.ESCALATION: lambda: _("Nobody has acknowledged: "),
}
"""How the subject of a mail begins that is not the first."""


def _links(alert: Alert, user: User) -> dict[str, Any]:
    """What the reader may do about the alert from the mail: nothing that their roles do not include."""
    terminal = alert.rule.terminal
    held = {"alerts.acknowledge_alert", "alerts.add_silence"} if user.is_superuser else rights(user, terminal)
    found: dict[str, Any] = {"open_link": links.admin_link("alerts_alert_change", alert.pk)}
    if "alerts.acknowledge_alert" in held:
        found["acknowledge_link"] = links.acknowledge_link(alert, user)
    if "alerts.add_silence" in held:
        found["silence_link"] = links.admin_link("alerts_silence_add") + f"?terminal={terminal.pk}&rule={alert.rule_id}"
    return found


def _notice(
    template: str, user: User, context: dict[str, Any], *, about: str, once_key: str, urgent: bool,
    image: bytes | None = None,
) -> NewNotice:  # fmt: skip
    return NewNotice(
        terminal=context["terminal"],
        user=user,
        recipient=user.email,
        language=user.language,
        about=about,
        once_key=once_key,
        subject=context["subject"],
        text=render_to_string(f"alerts/{template}.txt", context),
        html=render_to_string(f"alerts/{template}.html", context),
        image=image,
        urgency=Notice.Urgency.URGENT if urgent else Notice.Urgency.NORMAL,
    )
