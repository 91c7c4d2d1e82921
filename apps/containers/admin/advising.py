"""The page on which staff advise a container that is to come."""

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.calls.models import Call
from apps.common.admin.asking import ask
from apps.common.models import choices
from apps.common.words import sentence
from apps.containers import services
from apps.containers.models import Reference, Visit, VisitRole
from apps.network.models import Terminal
from apps.network.serving import offered
from apps.parties.actors import Actor
from apps.parties.models import Party
from terminal.errors import Malformed, Refused
from terminal.lifecycle import Phase
from terminal.regimes import Direction, Goods, Regime

RIGHT: Final = "containers.change_visit"
COMING: Final = (Phase.SCHEDULED.value, Phase.ANNOUNCED.value, Phase.ARRIVED.value, Phase.IN_PROCESSING.value)


class AdviseForm(forms.Form):
    """What the papers say of a container that is to come."""

    terminal = forms.ModelChoiceField(label=_("Terminal"), queryset=Terminal.objects.none(), empty_label=None)
    number = forms.CharField(label=_("Container number"), max_length=20)
    size_type = forms.CharField(label=_("Size-type"), max_length=4, help_text=_("e.g. 22G1 or 45G1"))
    laden = forms.NullBooleanField(label=_("laden"), required=False)
    goods = forms.ChoiceField(label=_("goods"), choices=choices(Goods))
    gross_kg = forms.IntegerField(label=_("gross weight, kg"), min_value=1, max_value=100_000, required=False)
    destination = forms.CharField(label=_("destination (UN/LOCODE)"), max_length=5, required=False)
    regime = forms.ChoiceField(label=_("regime"), choices=choices(Regime))
    direction = forms.ChoiceField(label=_("direction"), choices=choices(Direction))
    arrival_call = forms.ModelChoiceField(label=_("Comes by"), queryset=Call.objects.none(), required=False)
    reference_kind = forms.ChoiceField(label=_("Kind of reference"), choices=Reference.Kind, required=False)
    reference = forms.CharField(label=_("Reference"), max_length=60, required=False)
    party = forms.ModelChoiceField(
        label=_("Party"), queryset=Party.objects.filter(active=True).order_by("name"), required=False
    )
    role = forms.ChoiceField(label=_("Role"), choices=VisitRole.Role.choices, required=False)
    override = forms.CharField(
        label=_("Why a number outside ISO 6346"),
        max_length=200,
        required=False,
        help_text=_("Only for a number that is wrong and still stands on the box. It is journalled with your name."),
    )

    def advice(self) -> services.Advice:
        """What was filled in."""
        said = self.cleaned_data
        plain = ("terminal", "number", "size_type", "laden", "gross_kg", "destination", "arrival_call")
        return services.Advice(
            **{name: said[name] for name in plain},
            goods=Goods(said["goods"]),
            regime=Regime(said["regime"]),
            direction=Direction(said["direction"]),
            references=[(said["reference_kind"], said["reference"])] if said["reference"] else [],
            roles=[(said["party"], said["role"])] if said["party"] else [],
        )


class Advising:
    """Mixin: a new row is an advice. Put it before the admin base."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm(RIGHT))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """The form, and the visit it becomes."""
        page: Any = self
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = _form(request)
        if request.method == "POST" and form.is_valid():
            visit = _advise(form, request)
            if visit is not None:
                page.message_user(request, gettext("%(number)s is advised.") % {"number": visit}, messages.SUCCESS)
                return HttpResponseRedirect(reverse("admin:containers_visit_change", args=[visit.pk]))
        context = {
            **page.admin_site.each_context(request),
            "title": gettext("Advise a container"),
            "form": form,
            "opts": page.model._meta,
            "back": reverse("admin:containers_visit_changelist"),
        }
        return TemplateResponse(request, "common/enter.html", context)


def _form(request: HttpRequest) -> AdviseForm:
    rows = offered(request, RIGHT)
    given = request.POST if request.method == "POST" else None
    form: Any = ask(AdviseForm, [], {row.pk for row in rows}, given)
    form.fields["terminal"].queryset = rows
    coming = Call.objects.filter(terminal__in=rows, phase__in=COMING)
    form.fields["arrival_call"].queryset = coming.order_by("scheduled_arrival_at", "number")
    return form  # type: ignore[no-any-return]


def _advise(form: AdviseForm, request: HttpRequest) -> Visit | None:
    """The visit; None when it was refused, and then the form says why."""
    by, at, said = request.actor, timezone.now(), form.cleaned_data  # type: ignore[attr-defined]
    try:
        if said["override"]:
            _allow(said, by, at)
        return services.advise([form.advice()], by=by, at=at)[0]
    except Refused as refusal:
        about = "number" if isinstance(refusal, Malformed) and "number" in refusal.facts else None
        form.add_error(about, sentence(refusal.message, refusal.facts))
        return None


def _allow(said: dict[str, Any], by: Actor, at: Any) -> None:
    services.allow_number(
        said["number"], said["size_type"], terminal=said["terminal"], reason=said["override"], by=by, at=at
    )
