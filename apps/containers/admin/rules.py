"""Rules: which permissions are needed, and what is stopped and let go by itself."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.common.admin import Configuration, tones
from apps.common.models import choices
from apps.containers.models import PermissionRule, StopRule
from apps.containers.selectors.traits import MOST, would_have_followed
from terminal.readiness import Owner
from terminal.readiness.rules import Deed

DAYS = 30
"""How far back a rule's page looks for events it would have followed on."""

DEEDS = tones(Deed, place_hold="warning", revoke_permission="warning", lift_holds="success", grant_permission="success")


@admin.register(PermissionRule)
class PermissionRuleAdmin(Configuration):
    """Which kinds of visit need whose permission. What no rule names needs customs'."""

    list_display = ("regime", "laden", "direction", "step", "owner", "required", "terminal")
    list_filter = ("regime", "direction", "laden", "step", "owner", "required", "terminal")
    list_select_related = ("terminal",)
    ordering = ("terminal", "regime", "direction", "laden", "step", "owner")


# Note [Whose rules]
# A rule lifts holds and grants permissions in its owner's name without anybody being asked again. So whoever makes one
# must speak for the owner: staff with the right make the terminal's rules; all others', customs' above all, are made
# by a superuser, as the rules of permissions are.
@admin.register(StopRule)
class StopRuleAdmin(Configuration):
    """What is stopped and let go by itself, on which event and for which boxes. See Note [Whose rules]."""

    list_display = ("name", "event", "shown_deed", "owner", "step", "turn", "active", "terminal")
    list_filter = ("active", "deed", "event", "owner", "terminal")
    list_select_related = ("terminal",)
    search_fields = ("name__istartswith", "reference__startswith")
    ordering = ("terminal", "event", "turn", "pk")
    readonly_fields = ("would_have",)
    fieldsets = (
        (None, {"fields": ["terminal", "name", ("active", "turn"), "valid_from", "valid_until", "would_have"]}),
        (_("When"), {"fields": ["event", ("detail", "value")]}),
        (
            _("For which boxes (empty: any)"),
            {
                "fields": [
                    ("regime", "direction"),
                    ("laden", "goods"),
                    ("mode", "destination"),
                    "size_type",
                    ("party", "role"),
                ]
            },
        ),
        (_("What"), {"fields": ["deed", ("owner", "step"), "reason", "reference", "lifts"]}),
    )

    @display(description=_("What it does"), ordering="deed", label=DEEDS)
    def shown_deed(self, rule: StopRule) -> tuple[str, str]:
        return rule.deed, rule.get_deed_display()

    @display(description=_("The last 30 days"))
    def would_have(self, rule: StopRule) -> str:
        """Told of the rule as it is saved, whether active or not, and of the boxes as they are now."""
        if rule.pk is None:
            return "–"
        if "_told" not in rule.__dict__:  # a page reads each of its fields several times
            rule.__dict__["_told"] = _looked_back(rule)
        return str(rule.__dict__["_told"])

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and may_speak(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and may_speak(request, obj)

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "owner" and not _for_all(request):
            kwargs["choices"] = choices([Owner.TERMINAL])  # type: ignore[arg-type]
        return super().formfield_for_choice_field(db_field, request, **kwargs)


def _looked_back(rule: StopRule) -> str:
    fitting, events = would_have_followed(rule, since=timezone.now() - timedelta(days=DAYS))
    if events < MOST:
        told = gettext("It would have acted on %(fitting)d of %(events)d events.")
    else:
        told = gettext("It would have acted on %(fitting)d of the latest %(events)d events.")
    return told % {"fitting": fitting, "events": events}


def may_speak(request: HttpRequest, rule: StopRule | None) -> bool:
    """Whether the reader may change a rule of that owner; no rule: there is one they may."""
    return rule is None or rule.owner == Owner.TERMINAL or _for_all(request)


def _for_all(request: HttpRequest) -> bool:
    return request.user.is_superuser and request.user.is_active
