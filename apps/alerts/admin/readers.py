"""Who hears of alerts and who is asked next; the site's own programs."""

import os
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.alerts.models import PARTS, Escalation, Hook, HookMessage, Subscription
from apps.alerts.services.hooks import PURPOSE
from apps.common.admin import Configuration, ServiceOwned
from apps.common.outbound import require_reachable
from apps.common.sealing import seal
from apps.common.words import sentence
from terminal.errors import Refused
from terminal.signatures import new_secret

OF_A_RULE = ("rule__terminal", *(f"rule__{part}" for part in PARTS))


@admin.register(Subscription)
class SubscriptionAdmin(Configuration):
    """Who wants the alerts and the digest."""

    list_display = ("user", "what", "rule", "terminal", "at")
    list_filter = ("what", "terminal")
    list_select_related = ("user", "terminal", *OF_A_RULE)
    autocomplete_fields = ("user",)


@admin.register(Escalation)
class EscalationAdmin(Configuration):
    """Who is asked when nobody acknowledges, the first first."""

    list_display = ("user", "after_seconds", "rule", "terminal")
    list_filter = ("terminal",)
    list_select_related = ("user", "terminal", *OF_A_RULE)
    autocomplete_fields = ("user",)


class HookForm(forms.ModelForm[Hook]):
    """An address; its secret is made here and told once."""

    class Meta:
        model = Hook
        fields = ("terminal", "rule", "url", "active")

    def clean_url(self) -> str:
        """Refuse what is no address, or leads into the site's own network."""
        try:
            return require_reachable(self.cleaned_data["url"]).url
        except Refused as refusal:
            raise forms.ValidationError(sentence(refusal.message, refusal.facts)) from refusal


@admin.register(Hook)
class HookAdmin(Configuration):
    """Addresses of the site's own programs."""

    form = HookForm
    list_display = ("url", "rule", "terminal", "active")
    list_filter = ("terminal", "active")
    list_select_related = ("terminal", *OF_A_RULE)

    def save_model(self, request: HttpRequest, obj: Hook, form: Any, change: bool) -> None:
        """A new address gets a secret, which is shown this once."""
        if not change:
            secret = new_secret(os.urandom(32))
            obj.secret = seal(secret, purpose=PURPOSE)
            self.message_user(
                request, _("The secret that signs, shown this once: %(secret)s") % {"secret": secret}, messages.WARNING
            )
        super().save_model(request, obj, form, change)


@admin.register(HookMessage)
class HookMessageAdmin(ServiceOwned):
    """What was sent to the site's own programs, and what they answered."""

    terminal_path = "hook__terminal"
    list_display = ("hook", "alert", "state", "attempts", "answer", "created_at", "sent_at")
    list_filter = ("state",)
    list_select_related = ("hook", "alert__rule__terminal", *(f"alert__rule__{part}" for part in PARTS))
    date_hierarchy = "created_at"
