"""The lines of every watched figure, and how each stands."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from apps.alerts import selectors, services
from apps.alerts.admin.trials import Trying
from apps.alerts.models import PARTS, Rule, Watch
from apps.alerts.services import LINES
from apps.common.admin import Acting, Configuration, ServiceOwned, row_action
from apps.common.figures import percent
from apps.parties.actors import Actor

SEVERITY = {"notice": "info", "warning": "warning", "critical": "danger"}


ITSELF = ("terminal", "metric", *PARTS)
"""What a rule is of: another figure or part is another rule."""


def is_active(rule: Rule) -> bool:
    """Whether it is watched."""
    return rule.active


class RuleForm(forms.ModelForm[Rule]):
    """A rule, refused in words where it could not work."""

    speaks_on = forms.TypedMultipleChoiceField(
        label=_("speaks on (none: every day)"),
        choices=WEEKDAYS.items(),
        coerce=int,
        empty_value=[],
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
    )

    class Meta:
        model = Rule
        fields = (
            *ITSELF,
            *LINES,
            "severity",
            *("speaks_on", "speaks_from", "speaks_until", "repeat_seconds", "no_data_to", "no_data_after_seconds"),
        )
        help_texts = {
            "warns_of": _("What the rule is judged by: an alert was right when the figure came to this share."),
            "repeat_seconds": _("While nobody acknowledges; then twice as long each time, at most a day. 0: never."),
        }


@admin.register(Rule)
class RuleAdmin(Acting, Trying, Configuration):
    """The lines of every watched figure, of the whole site or of a part of it.

    A new rule is not watched yet. Its lines are tried on the past first: the page of the back-test switches it on.
    """

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
        (None, {"fields": (("terminal", "metric"), ("severity", "capacity"))}),
        (_("Of one part only (all empty: the whole site)"), {"fields": PARTS}),
        (
            _("Lines of a stock, as shares of capacity"),
            {
                "fields": (
                    ("warn_at", "raise_at", "clear_below"),
                    ("warns_of", "within_hours"),
                    ("pending_seconds", "recovery_seconds"),
                )
            },
        ),
        (
            _("When it speaks"),
            {"fields": ("speaks_on", ("speaks_from", "speaks_until"), "repeat_seconds")},
        ),
        (_("When there is no data"), {"fields": (("no_data_to", "no_data_after_seconds"),)}),
    )

    actions = ("switch_off",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What a rule is of is written once; its lines are set where they are tried."""
        return (*ITSELF, *LINES, "active", "tried", "worth") if obj else ()

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Of a rule that is there also whether it is watched, and what it was worth."""
        groups = list(super().get_fieldsets(request, obj))
        return [*groups, (_("What it is worth"), {"fields": ("active", "tried", "worth")})] if obj else groups

    def save_model(self, request: HttpRequest, obj: Rule, form: Any, change: bool) -> None:
        """A new rule waits to be tried."""
        obj.active = obj.active if change else False
        super().save_model(request, obj, form, change)

    def response_add(self, request: HttpRequest, obj: Rule, post_url_continue: Any = None) -> HttpResponse:
        """Straight to the back-test."""
        super().response_add(request, obj, post_url_continue)
        return HttpResponseRedirect(reverse("admin:alerts_rule_try", args=[obj.pk]))

    @row_action(_("Switch off"), right="alerts.change_rule", when=is_active)
    def switch_off(self, rule: Rule, *, by: Actor, at: datetime) -> None:
        """Watch it no more."""
        services.switch_off(rule, by=by, at=at)

    @admin.display(description=_("lines"))
    def tried(self, rule: Rule) -> str:
        """Where the lines are tried on the past, and set."""
        to = reverse("admin:alerts_rule_try", args=[rule.pk])
        said = _("Back-test and set the lines")
        return format_html('<a class="text-primary-600 dark:text-primary-400 font-medium" href="{}">{}</a>', to, said)

    @admin.display(description=_("its own alerts"))
    def worth(self, rule: Rule) -> str:
        """What the rule's alerts of the last 90 days were worth."""
        if "_worth" not in rule.__dict__:  # a page asks for what it shows several times
            record = selectors.track_record(rule, timezone.now())
            context = {"record": record, "line": rule.warns_of, "flow": rule.is_flow}
            rule.__dict__["_worth"] = render_to_string("alerts/record.html", context) if record else "–"
        shown: str = rule.__dict__["_worth"]
        return shown

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
