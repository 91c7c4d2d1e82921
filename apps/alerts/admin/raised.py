"""What was raised, and its page: its history, who was told and whether it got there, what people said."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models.functions import Coalesce
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.alerts import selectors, services, words
from apps.alerts.admin.rules import SEVERITY
from apps.alerts.models import PARTS, Alert
from apps.common.admin import Acting, ServiceOwned, row_action
from apps.common.figures import figure, percent
from apps.parties.actors import Actor


class Words(forms.Form):
    """What somebody wants to say."""

    text = forms.CharField(label=_("comment"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))


class HowLong(forms.Form):
    """Until when nobody is told, and why."""

    until = forms.DateTimeField(label=_("until"), widget=forms.DateTimeInput())
    reason = forms.CharField(label=_("reason"), max_length=200)


def stands(alert: Alert) -> bool:
    """Whether it is not over."""
    return alert.closed_at is None


@admin.register(Alert)
class AlertAdmin(Acting, ServiceOwned):
    """Capacity alerts, the latest first."""

    terminal_path = "rule__terminal"
    list_display = (
        "rule",
        "severity_shown",
        "began",
        "closed_at",
        "highest",
        "acknowledged_at",
        "acknowledged_by",
    )
    list_filter = (
        "rule__metric",
        "rule__severity",
        ("closed_at", admin.EmptyFieldListFilter),
        ("acknowledged_at", admin.EmptyFieldListFilter),
    )
    list_select_related = ("rule__terminal", "acknowledged_by", *(f"rule__{part}" for part in PARTS))
    date_hierarchy = "opened_at"
    actions = ("acknowledge", "comment", "silence")
    readonly_fields = ("severity_in_words", "when_raised", "at_most", "latest", "line_crossed", "room", "history")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("rule", "severity_in_words"),
                    ("when_raised", "at_most"),
                    ("line_crossed", "latest"),
                    ("room", "acknowledged_by"),
                )
            },
        ),
        (_("Times"), {"fields": (("since", "opened_at"), ("told_at", "acknowledged_at"), ("closed_at", "on"))}),
        (_("History"), {"fields": ("history",)}),
    )

    @admin.display(description=_("highest reading"))
    def highest(self, alert: Alert) -> str:
        """The peak, and what share of capacity it was."""
        if alert.silent:
            return str(_("no data"))
        share = alert.peak / alert.capacity if alert.capacity else Decimal(0)
        return f"{figure(alert.peak, 1)} / {figure(alert.capacity, 1)} ({percent(share)})"

    @admin.display(description=_("since"), ordering=Coalesce("since", "opened_at"))
    def began(self, alert: Alert) -> datetime:
        """When the breach began, by which mails name it, too."""
        return alert.began_at

    @display(description=_("severity"), label=SEVERITY, ordering="rule__severity")
    def severity_shown(self, alert: Alert) -> Any:
        """The severity in its colour."""
        return alert.rule.severity, alert.rule.get_severity_display()

    @admin.display(description=_("severity"))
    def severity_in_words(self, alert: Alert) -> str:
        """The severity on the alert's own page."""
        return str(alert.rule.get_severity_display())

    @admin.display(description=_("when it was raised"))
    def when_raised(self, alert: Alert) -> str:
        """The reading for which it was raised."""
        return _reading(alert, alert.reading)

    @admin.display(description=_("at its highest"))
    def at_most(self, alert: Alert) -> str:
        """The peak."""
        return _reading(alert, alert.peak)

    @admin.display(description=_("now, or at its end"))
    def latest(self, alert: Alert) -> str:
        """The present reading of an alert that stands; of one that is over the last, where it was seen."""
        value = alert.ending if alert.closed_at else selectors.present(alert)
        return "–" if value is None else _reading(alert, value)

    @admin.display(description=_("line it crossed"))
    def line_crossed(self, alert: Alert) -> str:
        """The share at which its rule raises."""
        return "–" if alert.silent else words.line(alert.rule)

    @admin.display(description=_("capacity"))
    def room(self, alert: Alert) -> str:
        """What it is measured by."""
        return f"{figure(alert.capacity, 1)} {words.unit(alert.rule)}"

    @admin.display(description="")
    def history(self, alert: Alert) -> str:
        """The readings as a plot, then everything that happened, in its order."""
        if "_history" not in alert.__dict__:  # a page asks for what it shows several times
            at = timezone.now()
            context = {"plot": services.plot_of(alert, at), "steps": selectors.history(alert, at), "alert": alert}
            alert.__dict__["_history"] = render_to_string("alerts/history.html", context)
        shown: str = alert.__dict__["_history"]
        return shown

    @row_action(_("Acknowledge"), right="alerts.acknowledge_alert", when=services.needs_a_person)
    def acknowledge(self, alert: Alert, *, by: Actor, at: datetime) -> None:
        """Say that one has seen it and looks after it."""
        services.acknowledge(alert, by=by, at=at)

    @row_action(_("Comment …"), right="alerts.acknowledge_alert", form=Words)
    def comment(self, alert: Alert, *, by: Actor, at: datetime, text: str) -> None:
        """Say something about it."""
        services.comment(alert, text, by=by, at=at)

    @row_action(_("Silence its rule …"), right="alerts.add_silence", form=HowLong, when=stands)
    def silence(self, alert: Alert, *, by: Actor, at: datetime, until: datetime, reason: str) -> None:
        """Have nobody told of this rule's alerts for a while."""
        terminal = alert.rule.terminal
        services.silence(terminal, rule=alert.rule, until=until, reason=reason, by=by, at=at)


def _reading(alert: Alert, value: Decimal) -> str:
    return str(_("no data")) if alert.silent else words.measure(alert, value)
