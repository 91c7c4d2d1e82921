"""The lines of every watched figure, and how each stands."""

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.alerts.models import PARTS, Rule, Watch
from apps.common.admin import Configuration, ServiceOwned
from apps.common.figures import percent

SEVERITY = {"notice": "info", "warning": "warning", "critical": "danger"}


class RuleForm(forms.ModelForm[Rule]):
    """A rule, refused in words where it could not work."""

    class Meta:
        model = Rule
        fields = (
            *("terminal", "metric", "severity", "active", "capacity", *PARTS),
            *("warn_at", "raise_at", "clear_below", "pending_seconds", "recovery_seconds", "warns_of"),
            *("speaks_on", "speaks_from", "speaks_until", "repeat_seconds", "no_data_to", "no_data_after_seconds"),
        )
        help_texts = {
            "speaks_on": _("0 is Monday, 6 is Sunday, with commas between: 0,1,2,3,4. Empty: every day."),
            "warns_of": _("What the rule is judged by: an alert was right when the figure came to this share."),
            "repeat_seconds": _("While nobody acknowledges; then twice as long each time, at most a day. 0: never."),
        }


@admin.register(Rule)
class RuleAdmin(Configuration):
    """The lines of every watched figure, of the whole site or of a part of it."""

    form = RuleForm
    list_display = (
        "metric",
        "part_of_site",
        "severity_shown",
        "warn_at",
        "raise_at",
        "clear_below",
        "capacity",
        "active",
    )
    list_filter = ("terminal", "metric", "severity", "active")
    list_select_related = ("terminal", *PARTS)
    fieldsets = (
        (None, {"fields": (("terminal", "metric"), ("severity", "active"), "capacity")}),
        (_("Of one part only (all empty: the whole site)"), {"fields": (PARTS,)}),
        (
            _("Lines of a stock, as shares of capacity"),
            {"fields": (("warn_at", "raise_at", "clear_below"), ("pending_seconds", "recovery_seconds"), "warns_of")},
        ),
        (
            _("When it speaks"),
            {"fields": ("speaks_on", ("speaks_from", "speaks_until"), "repeat_seconds")},
        ),
        (_("When there is no data"), {"fields": (("no_data_to", "no_data_after_seconds"),)}),
    )

    @admin.display(description=_("part"))
    def part_of_site(self, rule: Rule) -> str:
        """The part, or the whole site."""
        return str(rule.part or _("whole site"))

    @display(description=_("severity"), label=SEVERITY, ordering="severity")
    def severity_shown(self, rule: Rule) -> Any:
        """The severity in its colour."""
        return rule.severity, rule.get_severity_display()


@admin.register(Watch)
class WatchAdmin(ServiceOwned):
    """How each stock stands now."""

    terminal_path = "rule__terminal"
    list_display = ("rule", "state", "since", "reading", "in_percent", "observed_at")
    list_filter = ("state",)
    list_select_related = ("rule__terminal", *(f"rule__{part}" for part in PARTS))
    exclude = ("share",)
    readonly_fields = ("in_percent",)

    @admin.display(description=_("share of capacity"))
    def in_percent(self, watch: Watch) -> str:
        """The share as people say it."""
        return "–" if watch.share is None else percent(watch.share, 1)
