"""Hours of the gate: the week's quotas, closures, rules, and what is booked."""

from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.common.admin import Configuration, ServiceOwned
from apps.common.admin.bars import share_bar
from apps.gate import services
from apps.gate.admin.forms import CloseGateForm
from apps.gate.models import GateClosure, GateHour, GateRules, WeeklyQuota
from apps.gate.services.ending import CLOSE
from apps.network.entering import Entering


@admin.register(WeeklyQuota)
class WeeklyQuotaAdmin(Configuration):
    """How many trucks an hour; hours that somebody has booked follow, but never below what is booked."""

    list_display = ("__str__", "weekday", "start_hour", "end_hour", "trucks")
    list_filter = ("weekday",)
    list_select_related = ("terminal",)

    def save_model(self, request: HttpRequest, obj: WeeklyQuota, form: Any, change: bool) -> None:
        """The counters of the hours to come follow at once."""
        super().save_model(request, obj, form, change)
        services.follow_quotas(obj.terminal, by=request.actor.entrusted(), at=timezone.now())  # type: ignore[attr-defined]

    def delete_model(self, request: HttpRequest, obj: WeeklyQuota) -> None:
        """As when it is changed to none."""
        super().delete_model(request, obj)
        services.follow_quotas(obj.terminal, by=request.actor.entrusted(), at=timezone.now())  # type: ignore[attr-defined]


@admin.register(GateRules)
class GateRulesAdmin(Configuration):
    """How the gate of a terminal works."""

    list_display = ("terminal", "early_minutes", "late_minutes", "no_show_after_minutes", "horizon_days")
    list_select_related = ("terminal",)


@admin.register(GateClosure)
class GateClosureAdmin(Entering, ServiceOwned):
    """Times in which nobody is let in; closing the gate closes what was booked in that time."""

    entering, entering_right, entering_title = CloseGateForm, CLOSE, _("Close the gate")
    list_display = ("terminal", "start_at", "end_at", "reason")
    list_select_related = ("terminal",)
    ordering = ("-start_at",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A closure may be called off; what was closed for it stays closed."""
        return bool(request.user.has_perm("gate.delete_gateclosure")) and self._here(request, obj, "delete")

    def enter(self, request: HttpRequest, form: Any) -> tuple[GateClosure, Any]:
        """The closure, and how many trucks it met."""
        by = request.actor  # type: ignore[attr-defined]
        closure, closed = services.close_gate(by=by, at=timezone.now(), **form.cleaned_data)
        told = ngettext("%(count)d appointment was closed.", "%(count)d appointments were closed.", len(closed))
        return closure, f"{gettext('The gate is closed.')} {told % {'count': len(closed)}}"


@admin.register(GateHour)
class GateHourAdmin(ServiceOwned):
    """Hours somebody has booked or asked for, the latest first."""

    list_display = ("starts_at", "terminal", "shown_use")
    list_filter = (("starts_at", admin.DateFieldListFilter),)
    list_select_related = ("terminal",)
    ordering = ("-starts_at",)

    @display(description=_("Booked"), ordering="booked")
    def shown_use(self, hour: GateHour) -> SafeString | str:
        if not hour.capacity:
            return "–"
        return share_bar(Decimal(hour.booked) / hour.capacity, said=f"{hour.booked} / {hour.capacity}")
