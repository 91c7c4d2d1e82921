"""Pages of the admin that look ahead: what the site carries in a year, and what a change would do."""

from base64 import b64encode
from typing import Any, Final

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.calls.words import train_named
from apps.common.words import sentence
from apps.network.serving import looked_at
from apps.parties.actors import Actor
from apps.planning.forms import CapacityForm, WhatIfForm
from apps.planning.selectors import CapacityAnswer, Question, capacity
from apps.planning.services import WhatIf, what_if
from apps.planning.services.what_if.running import RIGHT
from apps.planning.words import FIGURE, LEVER, RESOURCE, measured_said, share_of, whole
from terminal.errors import Refused

RIGHTS: Final = (RIGHT,)


def capacity_view(request: HttpRequest) -> HttpResponse:
    """Which resource saturates first at a yearly volume, drawn and in figures; the target where nobody asks.

    What cannot be asked is told at its field, and nothing else is answered in its place.
    """
    terminal, able = looked_at(request, *RIGHTS)
    form = CapacityForm.asked(request.GET, terminal)
    told = {"title": _("Capacity"), "terminal": terminal, "terminals": able, "form": form}
    if form.is_valid():
        told |= _answered(capacity(terminal, Question(**form.cleaned_data), timezone.now()))
    return TemplateResponse(request, "planning/capacity.html", admin.site.each_context(request) | told)


def _answered(answer: CapacityAnswer) -> dict[str, Any]:
    from apps.planning.plots import capacity_plot  # a second of every start, and few ask for it

    return {
        "answer": answer,
        "measured": measured_said(answer.measured) if answer.measured else "",
        "most": whole(answer.carries_teu_per_year),
        "first": RESOURCE[answer.first.resource],
        "uses": [(RESOURCE[use.resource], use, share_of(use), whole(answer.carries(use))) for use in answer.uses],
        "remedies": [(RESOURCE[each.resource], LEVER[each.lever], each) for each in answer.remedies],
        "plot": b64encode(capacity_plot(answer)).decode(),
    }


def what_if_view(request: HttpRequest) -> HttpResponse:
    """Changes chosen, tried out, and every figure before and after. Nothing is kept."""
    terminal, able = looked_at(request, *RIGHTS)
    at = timezone.now()
    form = WhatIfForm(terminal, at, request.POST if request.method == "POST" else None)
    found = _tried(request, form, terminal, at) if form.is_bound and form.is_valid() else None
    told = {
        "title": _("What if"),
        "terminal": terminal,
        "terminals": able,
        "form": form,
        "found": found,
        "figures": _figures(found) if found else [],
        "trains": [(train_named(each.call), each) for each in found.effects.trains] if found else [],
    }
    return TemplateResponse(request, "planning/what_if.html", admin.site.each_context(request) | told)


def _tried(request: HttpRequest, form: WhatIfForm, terminal: Any, at: Any) -> WhatIf | None:
    user: Any = request.user
    try:
        return what_if(terminal, form.changes(), by=Actor.person(user), at=at)
    except Refused as refusal:
        messages.error(request, sentence(refusal.message, refusal.facts))
        return None


def _figures(found: WhatIf) -> list[tuple[Any, Any]]:
    """What changed comes first."""
    named = [(FIGURE.get(each.code) or each.after.name, each) for each in found.effects.figures]
    return sorted(named, key=lambda pair: not pair[1].changed)
