"""The page on which a ship or barge that is to come is entered."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.calls.admin import RIGHT
from apps.common.admin.asking import ask
from apps.common.words import sentence, word
from apps.network.models import Terminal
from apps.network.serving import offered
from apps.parties.models import Party
from apps.ships import services
from apps.ships.models import ShipCall
from terminal.errors import Refused
from terminal.throughput import Mode


class AnnounceForm(forms.Form):
    """Who she is, and when she comes and goes."""

    terminal = forms.ModelChoiceField(label=_("Terminal"), queryset=Terminal.objects.none(), empty_label=None)
    mode = forms.ChoiceField(label=_("Mode of transport"), choices=[])
    name = forms.CharField(label=_("Ship"), max_length=80)
    imo = forms.CharField(label=_("IMO number"), max_length=12, required=False, help_text=_("A barge may have none."))
    voyage_in = forms.CharField(label=_("Voyage in"), max_length=20)
    voyage_out = forms.CharField(label=_("Voyage out"), max_length=20, required=False)
    line = forms.ModelChoiceField(
        label=_("Shipping line"),
        queryset=Party.objects.filter(active=True, kind=Party.Kind.LINE).order_by("name"),
        required=False,
    )
    scheduled_arrival_at = forms.DateTimeField(label=_("Planned arrival"), widget=forms.DateTimeInput)
    scheduled_departure_at = forms.DateTimeField(label=_("Planned departure"), widget=forms.DateTimeInput)
    cut_off_at = forms.DateTimeField(label=_("Cut-off"), required=False, widget=forms.DateTimeInput)


class Announcing:
    """Mixin: a new row is a ship that is to come. Put it before the admin base."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm(RIGHT))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """The form, and the ship's call it becomes."""
        page: Any = self
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = _form(request)
        if request.method == "POST" and form.is_valid():
            ship = _announce(form, request)
            if ship is not None:
                page.message_user(request, gettext("%(ship)s is announced.") % {"ship": ship}, messages.SUCCESS)
                return HttpResponseRedirect(reverse("admin:ships_shipcall_change", args=[ship.pk]))
        context = {
            **page.admin_site.each_context(request),
            "title": gettext("Announce a ship"),
            "form": form,
            "opts": page.model._meta,
            "back": reverse("admin:ships_shipcall_changelist"),
        }
        return TemplateResponse(request, "common/enter.html", context)


def _form(request: HttpRequest) -> forms.Form:
    rows = offered(request, RIGHT)
    form: Any = ask(AnnounceForm, [], {row.pk for row in rows}, request.POST if request.method == "POST" else None)
    form.fields["terminal"].queryset = rows
    form.fields["mode"].choices = [(mode.value, word(mode.value)) for mode in (Mode.SEA, Mode.BARGE)]
    return form  # type: ignore[no-any-return]


def _announce(form: forms.Form, request: HttpRequest) -> ShipCall | None:
    """The ship; None when it was refused, and then the form says why."""
    by = request.actor  # type: ignore[attr-defined]
    said = form.cleaned_data | {"mode": Mode(form.cleaned_data["mode"])}
    try:
        return services.announce_ship(**said, by=by, at=timezone.now())
    except Refused as refusal:
        form.add_error(None, sentence(refusal.message, refusal.facts))
        return None
