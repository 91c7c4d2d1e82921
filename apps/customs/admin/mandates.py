"""Which broker declares for whom: named by the party over the API, or entered by staff."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.common.admin import Acting, ServiceOwned, row_action
from apps.customs import services
from apps.customs.models import Mandate
from apps.network.entering import Entering
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.parties.models import Party

RIGHT = "customs.add_mandate"


class MandateForm(forms.Form):
    """Who names whom."""

    terminal = forms.ModelChoiceField(label=_("Terminal"), queryset=Terminal.objects.none(), empty_label=None)
    party = forms.ModelChoiceField(label=_("Party"), queryset=Party.objects.filter(active=True).order_by("name"))
    broker = forms.ModelChoiceField(
        label=_("Customs broker"),
        queryset=Party.objects.filter(active=True, kind=Party.Kind.BROKER).order_by("name"),
    )


@admin.register(Mandate)
class MandateAdmin(Entering, Acting, ServiceOwned):
    """Those in force and those that ended, the newest first."""

    entering = MandateForm
    entering_right = RIGHT
    entering_title = _("Name a broker")
    list_display = ("party", "broker", "since", "until", "given_by")
    list_filter = (("until", admin.EmptyFieldListFilter), "broker")
    search_fields = ("party__name__istartswith", "broker__name__istartswith")
    search_help_text = _("the beginning of a party's or a broker's name")
    list_select_related = ("terminal", "party", "broker")
    actions = ("dismiss",)

    def enter(self, request: HttpRequest, form: Any) -> tuple[Mandate, Any]:
        said, user = form.cleaned_data, request.user
        made = services.name_broker(
            terminal=said["terminal"],
            party=said["party"],
            broker=said["broker"],
            by=Actor.person(user),  # type: ignore[arg-type]
            at=timezone.now(),
        )
        return made, gettext("%(broker)s declares for %(party)s from now on.") % {
            "broker": made.broker,
            "party": made.party,
        }

    @row_action(
        _("Take back …"),
        right=RIGHT,
        sure=_("The broker does and sees nothing more for the party from this moment."),
        when=lambda row: row.until is None or row.until > timezone.now(),
    )
    def dismiss(self, row: Mandate, *, by: Actor, at: datetime) -> None:
        services.dismiss_broker(row, by=by, at=at)
