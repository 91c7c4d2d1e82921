"""The page of a train's load plan: drawn up, looked at wagon by wagon, changed, approved."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.calls.admin import WhenForm
from apps.common.admin import row_action, said_once
from apps.containers.models import Visit
from apps.parties.actors import Actor
from apps.trains import services
from apps.trains.admin.loading.showing import ShownPlan, deviating, keeps, plan_link, said, shown
from apps.trains.admin.papers import RIGHT
from apps.trains.models import LoadPlan, TrainVisit, Wagon
from apps.trains.services import loading
from terminal.errors import Refused
from terminal.lifecycle import ON_SITE, LoadPlanState

SECONDS: Final = (2, 5, 15)
"""For how long a planner may let a plan be searched."""


class Said(forms.Form):
    """What a button sends: what to do, to which plan as it was seen, with which boxes."""

    do = forms.ChoiceField(choices=[(each, each) for each in ("draw_up", "put", "take_off", "approve")])
    plan = forms.UUIDField(required=False)
    version = forms.IntegerField(required=False)
    seconds = forms.TypedChoiceField(choices=[(each, each) for each in SECONDS], coerce=int, required=False)
    visit = forms.ModelChoiceField(Visit.objects.select_related("container"), required=False)
    second = forms.ModelChoiceField(Visit.objects.select_related("container"), required=False)
    wagon = forms.ModelChoiceField(Wagon.objects.all(), required=False)
    place = forms.IntegerField(min_value=1, max_value=4, required=False)


class OfAnotherTrain(Exception):
    """A plan, box or wagon that is not this train's, or a plan that has changed."""


Deed = Callable[[TrainVisit, dict[str, Any], Actor, datetime], object]


def _draw_up(train: TrainVisit, told: dict[str, Any], by: Actor, at: datetime) -> object:
    return loading.draw_up_plan(train, seconds=told["seconds"] or SECONDS[0], by=by, at=at)


def _put(train: TrainVisit, told: dict[str, Any], by: Actor, at: datetime) -> object:
    place = told["place"] or 1
    boxes = [each for each in (told["visit"], told["second"]) if each is not None]
    if told["wagon"] is None:
        raise OfAnotherTrain
    edits = [loading.Edit(box, told["wagon"], place + turn) for turn, box in enumerate(boxes)]
    return loading.change_plan(_plan(train, told), edits, by=by, at=at)


def _take_off(train: TrainVisit, told: dict[str, Any], by: Actor, at: datetime) -> object:
    edits = [loading.Edit(each) for each in (told["visit"], told["second"]) if each is not None]
    return loading.change_plan(_plan(train, told), edits, by=by, at=at)


def _approve(train: TrainVisit, told: dict[str, Any], by: Actor, at: datetime) -> object:
    return loading.approve_plan(_plan(train, told), by=by, at=at)


DEEDS: Final[dict[str, Deed]] = {"draw_up": _draw_up, "put": _put, "take_off": _take_off, "approve": _approve}
"""What the buttons do."""


def _plan(train: TrainVisit, told: dict[str, Any]) -> LoadPlan:
    """The plan as the reader saw it."""
    plan = LoadPlan.objects.filter(train=train, public_id=told["plan"], version=told["version"]).first()
    if plan is None:
        raise OfAnotherTrain
    return plan


class Loading:
    """Mixin for the page of trains: what each takes, and what keeps it. Put it before the admin base."""

    def get_urls(self) -> Any:
        page: Any = self
        view = page.admin_site.admin_view(self.load_plan_view)
        return [path("<path:object_id>/load-plan/", view, name="train_load_plan"), *super().get_urls()]  # type: ignore[misc]

    def load_plan_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The plan of a train. Every button is a POST that leads back here, so a reload repeats nothing."""
        page: Any = self
        train = page.get_object(request, object_id)
        if train is None:
            raise Http404
        if not page.has_view_permission(request, train):
            raise PermissionDenied
        if request.method == "POST":
            _answer(request, train)
            return HttpResponseRedirect(reverse("admin:train_load_plan", args=[train.pk]))
        told = shown(train, timezone.now())
        context = page.admin_site.each_context(request) | _context(request, train, told)
        return TemplateResponse(request, "trains/load_plan.html", context)

    @admin.display(description=gettext_lazy("load plan"))
    @said_once
    def load_plan(self, train: TrainVisit) -> str:
        return plan_link(train, reverse("admin:train_load_plan", args=[train.pk]))

    @admin.display(description=gettext_lazy("keeps it from leaving"))
    @said_once
    def keeps(self, train: TrainVisit) -> SafeString | str:
        return keeps(train, timezone.now()) if train.call.phase in ON_SITE else "–"

    @admin.display(description=gettext_lazy("not as planned"))
    @said_once
    def deviating(self, train: TrainVisit) -> SafeString | str:
        return deviating(train)

    @row_action(
        gettext_lazy("Send consist"),
        right=RIGHT,
        when=lambda train: train.call.phase in ON_SITE,
        sure=gettext_lazy("The railway is given what stands on the train now."),
    )
    def send_consist(self, train: TrainVisit, *, by: Actor, at: datetime) -> None:
        services.send_consist(train, by=by, at=at)

    @row_action(
        gettext_lazy("Brakes are tested …"), right=RIGHT, form=WhenForm, when=lambda train: train.call.phase in ON_SITE
    )
    def note_brake_test(self, train: TrainVisit, *, by: Actor, at: datetime, happened_at: datetime | None) -> None:
        services.note_brake_test(train, by=by, at=at, happened_at=happened_at)


def _answer(request: HttpRequest, train: TrainVisit) -> None:
    """Do what the button says; what is refused is told on the next page."""
    asked = Said(request.POST)
    actor: Actor = request.actor  # type: ignore[attr-defined]
    try:
        if not asked.is_valid():
            raise OfAnotherTrain
        DEEDS[asked.cleaned_data["do"]](train, asked.cleaned_data, actor, timezone.now())
    except OfAnotherTrain:
        messages.warning(request, _("The plan has changed since this page was shown; look at it again."))
    except Refused as refusal:
        messages.error(request, said(refusal))


def _context(request: HttpRequest, train: TrainVisit, told: ShownPlan) -> dict[str, Any]:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    loads = [load.visit for each in told.wagons for load, done in each.loads if not done]
    planned = {each.pk for each in loads}
    draft = told.plan is not None and told.plan.state == LoadPlanState.DRAFT
    others = [told.going.visits[key] for key in told.going.boxes if key not in planned] if draft else []
    return {
        "title": _("Load plan of %(number)s") % {"number": train.call.number},
        "train": train,
        "shown": told,
        "draft": draft,
        "may": actor.may(RIGHT, train.call.terminal),
        "seconds": SECONDS,
        "boxes": sorted([*loads, *others], key=str),
        "opts": TrainVisit._meta,
    }
