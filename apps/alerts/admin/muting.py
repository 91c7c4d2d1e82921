"""When nobody is told: silences with an end, and greater alerts that say enough."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.alerts import services
from apps.alerts.models import PARTS, Inhibition, Silence
from apps.common.admin import Acting, Configuration, row_action
from apps.parties.actors import Actor
from terminal.events import EventKind


def lasts(silence: Silence) -> bool:
    """Whether it can still be ended."""
    return silence.end_at > timezone.now()


class SilenceForm(forms.ModelForm[Silence]):
    """A silence, looked at when whoever makes another one has done so."""

    class Meta:
        model = Silence
        fields = ("terminal", "rule", *PARTS, "start_at", "end_at", "reason")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        clock = _("By the clock of %(zone)s.") % {"zone": timezone.get_current_timezone_name()}
        for name in {"start_at", "end_at"} & self.fields.keys():  # a silence that is made is only looked at
            self.fields[name].help_text = clock

    def clean(self) -> dict[str, Any] | None:
        """Wait for our turn; what overlaps is there by then and is refused in words."""
        if terminal := self.cleaned_data.get("terminal"):
            services.one_after_the_other(terminal.pk)
        return super().clean()


@admin.register(Silence)
class SilenceAdmin(Acting, Configuration):
    """Silences; they are made and ended, and never changed."""

    form = SilenceForm
    filled_in_by = "add"
    list_display = ("__str__", "terminal", "start_at", "end_at", "made_by")
    list_filter = ("terminal",)
    list_select_related = ("terminal", "rule__terminal", *PARTS, *(f"rule__{part}" for part in PARTS))
    fieldsets = (
        (None, {"fields": ("terminal", "rule")}),
        (_("Of one part only (without a rule and all of these empty: the whole site)"), {"fields": PARTS}),
        (_("When, and why"), {"fields": ("start_at", "end_at", "reason")}),
    )
    actions = ("end",)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """From now on, unless said otherwise; a mail's link names terminal and rule."""
        return {"start_at": timezone.now(), **super().get_changeform_initial_data(request)}

    def save_model(self, request: HttpRequest, obj: Silence, form: forms.ModelForm[Silence], change: bool) -> None:
        """With the name of whoever made it, and its entry in the journal."""
        by: Actor = request.actor  # type: ignore[attr-defined]
        obj.made_by = str(by.user or by.label)[:150]
        super().save_model(request, obj, form, change)
        services.remember_silence(obj, EventKind.ALERTS_SILENCED, by=by, at=timezone.now())

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @row_action(_("End the silence"), right="alerts.add_silence", when=lasts)
    def end(self, silence: Silence, *, by: Actor, at: datetime) -> None:
        """Have people told again from now on."""
        services.end_silence(silence, by=by, at=at)


@admin.register(Inhibition)
class InhibitionAdmin(Configuration):
    """While an alert of one rule stands, nobody is told of another rule's."""

    list_display = ("by", "rule", "terminal")
    list_filter = ("terminal",)
    list_select_related = ("terminal", *(f"{name}__{more}" for name in ("by", "rule") for more in ("terminal", *PARTS)))
