"""What is watched, how it stands, what was raised, and who hears of it."""

from datetime import datetime
from decimal import Decimal

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from apps.alerts import services
from apps.alerts.models import Alert, Rule, Subscription, Watch
from apps.common.admin import Acting, Configuration, ServiceOwned, row_action
from apps.common.figures import figure, percent
from apps.parties.actors import Actor


@admin.register(Rule)
class RuleAdmin(Configuration):
    """The lines of every watched figure."""

    list_display = ("metric", "terminal", "warn_at", "raise_at", "clear_below", "capacity", "active")
    list_filter = ("terminal", "active")
    fieldsets = (
        (None, {"fields": ("terminal", "metric", "active", "capacity")}),
        (
            _("Lines of a stock, as shares of capacity"),
            {"fields": (("warn_at", "raise_at", "clear_below"), ("pending_seconds", "recovery_seconds"))},
        ),
    )


@admin.register(Watch)
class WatchAdmin(ServiceOwned):
    """How each stock stands now."""

    terminal_path = "rule__terminal"
    list_display = ("rule", "state", "since", "reading", "in_percent", "observed_at")
    list_filter = ("state",)
    list_select_related = ("rule",)
    exclude = ("share",)
    readonly_fields = ("in_percent",)

    @admin.display(description=_("share of capacity"))
    def in_percent(self, watch: Watch) -> str:
        """The share as people say it."""
        return "–" if watch.share is None else percent(watch.share, 1)


@admin.register(Alert)
class AlertAdmin(Acting, ServiceOwned):
    """Capacity alerts, the open ones first."""

    terminal_path = "rule__terminal"
    list_display = ("rule", "opened_at", "closed_at", "highest", "acknowledged_at", "acknowledged_by")
    list_filter = ("rule__metric", ("closed_at", admin.EmptyFieldListFilter))
    list_select_related = ("rule", "acknowledged_by")
    date_hierarchy = "opened_at"
    actions = ("acknowledge",)

    @admin.display(description=_("highest reading"))
    def highest(self, alert: Alert) -> str:
        """The peak, and what share of capacity it was."""
        share = alert.peak / alert.capacity if alert.capacity else Decimal(0)
        return f"{figure(alert.peak, 1)} / {figure(alert.capacity, 1)} ({percent(share)})"

    @row_action(_("Acknowledge"), right="alerts.acknowledge_alert")
    def acknowledge(self, alert: Alert, *, by: Actor, at: datetime) -> None:
        """Say that one has seen it and looks after it."""
        services.acknowledge(alert, by=by, at=at)


@admin.register(Subscription)
class SubscriptionAdmin(Configuration):
    """Who wants the alerts and the digest."""

    list_display = ("user", "what", "terminal", "at")
    list_filter = ("what", "terminal")
    list_select_related = ("user", "terminal")
    autocomplete_fields = ("user",)
