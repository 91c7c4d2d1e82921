"""What was raised, and its page: its history, who was told and whether it got there, what people said."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.alerts import selectors, services
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
        "opened_at",
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
    exclude = ("silent", "repeats", "escalated", "over_told")
    readonly_fields = ("history",)

    @admin.display(description=_("highest reading"))
    def highest(self, alert: Alert) -> str:
        """The peak, and what share of capacity it was."""
        if alert.silent:
            return str(_("no data"))
        share = alert.peak / alert.capacity if alert.capacity else Decimal(0)
        return f"{figure(alert.peak, 1)} / {figure(alert.capacity, 1)} ({percent(share)})"

    @display(description=_("severity"), label=SEVERITY, ordering="rule__severity")
    def severity_shown(self, alert: Alert) -> Any:
        """The severity in its colour."""
        return alert.rule.severity, alert.rule.get_severity_display()

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The history below everything."""
        groups = super().get_fieldsets(request, obj)
        kept = [(title, {"fields": _without(about["fields"], "history")}) for title, about in groups]
        return [*kept, (_("History"), {"fields": ("history",)})]

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


def _without(fields: Any, name: str) -> list[Any]:
    """The fields of a page, some of them side by side, but for one."""
    rows = [(each,) if isinstance(each, str) else tuple(each) for each in fields]
    left = [tuple(each for each in row if each != name) for row in rows]
    return [row[0] if len(row) == 1 else row for row in left if row]
