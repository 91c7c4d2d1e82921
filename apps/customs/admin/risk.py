"""How closely customs looks, as rules, with the share they come to; and how much work a declaration is."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from apps.common.admin import Configuration, tones
from apps.common.words import label
from apps.customs import selectors
from apps.customs.models import ExpectedMinutes, RiskRule
from apps.customs.selectors import Share
from apps.network.serving import served
from terminal.lifecycle import Channel


@admin.register(RiskRule)
class RiskRuleAdmin(Configuration):
    """The risk rules; above them, what part of the last 30 days they send to each channel, and what officers did."""

    list_display = ("name", "shown_channel", "share_percent", "regime", "direction", "hs_prefix", "origin", "party",
                    "active", "valid_from", "valid_until")  # fmt: skip
    list_filter = ("channel", "active", "regime")
    search_fields = ("name__istartswith", "hs_prefix__startswith")
    list_select_related = ("party",)
    autocomplete_fields = ("party",)
    list_before_template = "customs/shares.html"

    @display(description=gettext_lazy("Channel"), ordering="channel",
             label=tones(Channel, green="success", yellow="warning", red="danger"))  # fmt: skip
    def shown_channel(self, row: RiskRule) -> tuple[str, str]:
        return row.channel, row.get_channel_display()

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        at = timezone.now()
        able = served(request.user, "customs.view_riskrule")
        told = [(each, [_percent(share) for share in selectors.channel_shares(each, at)]) for each in able]
        page: HttpResponse = super().changelist_view(request, {"shares_of": told, **(extra_context or {})})
        return page


def _percent(share: Share) -> dict[str, Any]:
    expected, actual = (None if each is None else 100 * each for each in (share.expected, share.actual))
    return {"name": _(label(share.channel.value)), "expected": expected, "actual": actual}


@admin.register(ExpectedMinutes)
class ExpectedMinutesAdmin(Configuration):
    """How much work declarations are. What is written here by hand is not learned over."""

    list_display = ("regime", "channel", "minutes", "seen", "learned_at")
    list_filter = ("channel", "regime")
    readonly_fields = ("seen", "learned_at")

    def save_model(self, request: HttpRequest, obj: ExpectedMinutes, form: Any, change: bool) -> None:
        obj.learned_at, obj.seen = None, 0
        super().save_model(request, obj, form, change)
