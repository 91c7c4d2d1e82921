"""The page a machine's operator works from, on a phone in one hand: one machine, one order, a few big buttons."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.common.models import choices
from apps.common.words import sentence
from apps.network.models import Terminal
from apps.network.serving import looked_at
from apps.parties.actors import Actor
from apps.yard import services
from apps.yard.models import Equipment, WorkOrder
from apps.yard.selectors import in_hand_of, require_place, where_from, where_to
from terminal.errors import Refused
from terminal.lifecycle import OrderState
from terminal.work import INTO_A_CELL, Cause, Work

CARRY_OUT: Final = "yard.carry_out_workorder"
REMEMBERED: Final = "yard_machine"
"""Where the session keeps the machine the operator sits in."""


class Said(forms.Form):
    """What a button sends: which order as it was seen, and where else, why, what went wrong."""

    do = forms.ChoiceField(choices=[(each, each) for each in ("start", "done", "elsewhere", "cannot", "back")])
    order = forms.UUIDField()
    version = forms.IntegerField()
    place = forms.CharField(max_length=40, required=False)
    other = forms.CharField(max_length=40, required=False)
    why = forms.CharField(max_length=200, required=False)
    cause = forms.ChoiceField(choices=choices(Cause), required=False)
    note = forms.CharField(max_length=200, required=False)


Deed = Callable[[WorkOrder, dict[str, Any], Actor, datetime], object]


def _start(order: WorkOrder, said: dict[str, Any], by: Actor, at: datetime) -> object:
    return services.start(order, by=by, at=at)


def _done(order: WorkOrder, said: dict[str, Any], by: Actor, at: datetime) -> object:
    return services.confirm(order, by=by, at=at)


def _elsewhere(order: WorkOrder, said: dict[str, Any], by: Actor, at: datetime) -> object:
    place = require_place(order.terminal, said["other"] or said["place"])
    return services.confirm(order, place=place, place_reason=said["why"], by=by, at=at)


def _cannot(order: WorkOrder, said: dict[str, Any], by: Actor, at: datetime) -> object:
    cause = Cause(said["cause"] or Cause.OTHER.value)
    return services.quarantine(order, cause=cause, note=said["note"], by=by, at=at)


def _back(order: WorkOrder, said: dict[str, Any], by: Actor, at: datetime) -> object:
    return services.hand_back(order, by=by, at=at)


DEEDS: Final[dict[str, Deed]] = {
    "start": _start,
    "done": _done,
    "elsewhere": _elsewhere,
    "cannot": _cannot,
    "back": _back,
}
"""What the buttons do to the order in hand."""


class Phone:
    """Mixin for the page of work orders: the operator's page beside it. Put it before the admin base."""

    def get_urls(self) -> Any:
        page: Any = self
        view = page.admin_site.admin_view(self.phone_view)
        return [path("phone/", view, name="yard_phone"), *super().get_urls()]  # type: ignore[misc]

    def phone_view(self, request: HttpRequest) -> HttpResponse:
        """One order in big letters. Every button is a POST that leads back here, so a reload repeats nothing."""
        terminal, able = looked_at(request, CARRY_OUT)
        if request.method == "POST":
            _answer(request, terminal)
            return HttpResponseRedirect(f"{reverse('admin:yard_phone')}?terminal={terminal.code}")
        machine = _machine(request, terminal)
        order = in_hand_of(machine) if machine else None
        return TemplateResponse(request, "yard/phone.html", {
            "title": _("Work orders"),
            "terminal": terminal,
            "terminals": able,
            "machine": machine,
            "machines": None if machine else Equipment.objects.filter(terminal=terminal, active=True).order_by("code"),
            "order": order,
            **(_told(order) if order else {}),
        })  # fmt: skip


def _answer(request: HttpRequest, terminal: Terminal) -> None:
    """Do what the button says; what is refused is told big on the next page."""
    do, at = request.POST.get("do", ""), timezone.now()
    try:
        if do == "machine":
            request.session[REMEMBERED] = request.POST.get("machine", "")
        elif do == "next":
            _next(request, terminal, at)
        else:
            _deed(request, terminal, at)
    except Refused as refusal:
        messages.error(request, sentence(refusal.message, refusal.facts))


def _next(request: HttpRequest, terminal: Terminal, at: datetime) -> None:
    machine = _machine(request, terminal)
    if machine is None or in_hand_of(machine) is not None:
        return  # a second tap: the first one took an order
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if services.hand_out_next(terminal, equipment=machine, by=actor, at=at) is None:
        messages.info(request, _("Nothing to do for %(machine)s now.") % {"machine": machine})


def _deed(request: HttpRequest, terminal: Terminal, at: datetime) -> None:
    asked = Said(request.POST)
    if not asked.is_valid():
        messages.error(request, _("That was not understood; look at the order again."))
        return
    said = asked.cleaned_data
    order = WorkOrder.objects.filter(terminal=terminal, public_id=said["order"]).select_related("terminal").first()
    if order is None or order.version != said["version"]:
        _overtaken(request, order)
        return
    DEEDS[said["do"]](order, said, request.actor, at)  # type: ignore[attr-defined]


def _overtaken(request: HttpRequest, order: WorkOrder | None) -> None:
    """A second tap on a button is passed over; an order that somebody else changed is told."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if order is not None and order.state == OrderState.DONE and order.done_by == actor.label:
        return
    messages.warning(request, _("The order has changed since this page was shown; look at it again."))


def _machine(request: HttpRequest, terminal: Terminal) -> Equipment | None:
    code = request.session.get(REMEMBERED, "")
    return Equipment.objects.filter(terminal=terminal, active=True, code=code).first() if code else None


def _told(order: WorkOrder) -> dict[str, Any]:
    into_a_cell = Work(order.kind) in INTO_A_CELL
    return {
        "started": order.state == OrderState.IN_PROGRESS,
        "came_from": where_from(order),
        "goes_to": where_to(order),
        "into_a_cell": into_a_cell,
        "places": _places(order) if into_a_cell else [],
        "causes": choices(Cause),
        "reasons": [_("the place is taken"), _("it was nearer"), _("it was safer")],
    }


def _places(order: WorkOrder) -> list[str]:
    """Other cells that would do, the best first, as people read them."""
    found = services.suggest_places(order.visit, at=timezone.now())
    return [each.cell for each in found if each.cell != order.target]
