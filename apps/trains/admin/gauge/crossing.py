"""Two trains of two gauges side by side: what would go where is shown, then done."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.common.admin import said_once
from apps.common.figures import figure
from apps.common.words import sentence
from apps.parties.actors import Actor
from apps.trains import services
from apps.trains.admin.gauge.telling import Told
from apps.trains.admin.loading.showing import said
from apps.trains.admin.papers import RIGHT
from apps.trains.models import TrainVisit
from apps.trains.selectors.gauge import trains_of_other_gauge
from apps.trains.services.working import WAGON_GROSS_KG
from terminal.errors import Refused
from terminal.lifecycle import ON_SITE


class Crossing:
    """Mixin for the page of trains: its boxes onto a train of the other gauge. Put it before the admin base."""

    def get_urls(self) -> Any:
        page: Any = self
        view = page.admin_site.admin_view(self.change_gauge_view)
        return [path("<path:object_id>/change-gauge/", view, name="train_change_gauge"), *super().get_urls()]  # type: ignore[misc]

    def change_gauge_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What would go where, and what was seen of each box; the button does just what is shown.

        Done, it leads back here, so that a reload repeats nothing; else the page says why, with all that was typed.
        """
        page: Any = self
        train = page.get_object(request, object_id)
        if train is None:
            raise Http404
        if not page.has_view_permission(request, train):
            raise PermissionDenied
        others = trains_of_other_gauge(train)
        onto = _meant(others, request.GET.get("onto"))
        told = Told(request, train)
        if request.method == "POST" and _cross(request, train, onto, told):
            back = reverse("admin:train_change_gauge", args=[train.pk])
            return HttpResponseRedirect(f"{back}?onto={onto.pk}" if onto else back)
        context = page.admin_site.each_context(request) | _context(request, train, onto, others, told)
        return TemplateResponse(request, "trains/change_gauge.html", context)

    @admin.display(description=gettext_lazy("gauge change"))
    @said_once
    def gauge_change(self, train: Any) -> str:
        if train.call.phase not in ON_SITE or not trains_of_other_gauge(train):
            return "–"
        to = reverse("admin:train_change_gauge", args=[train.pk])
        link = '<a class="text-primary-600 dark:text-primary-400 font-medium" href="{}">{}</a>'
        return format_html(link, to, _("Change gauge …"))


def _meant(others: list[TrainVisit], asked: str | None) -> TrainVisit | None:
    """The train that is asked for, else the first to leave; None: none stands here."""
    return next((each for each in others if str(each.pk) == asked), others[0] if others else None)


def _cross(request: HttpRequest, train: TrainVisit, onto: TrainVisit | None, told: Told) -> bool:
    """Whether it was done; else the reader is told what is wrong."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not any(told.ticked):
        messages.warning(request, _("No box is ticked."))
        return False
    if wrong := told.wrong():
        messages.error(request, _("Nothing was done. Look again at %(what)s.") % {"what": ", ".join(wrong)})
        return False
    try:
        done = services.change_gauge(_moves(train, onto, told), by=actor, at=timezone.now())
    except Refused as refusal:
        messages.error(request, said(refusal))
        return False
    except (ValueError, KeyError):
        messages.warning(request, _("The trains have changed since this page was shown; look at it again."))
        return False
    words = ngettext("%(n)s box has changed gauge.", "%(n)s boxes have changed gauge.", len(done))
    messages.success(request, words % {"n": len(done)})
    return True


def _moves(train: TrainVisit, onto: TrainVisit | None, told: Told) -> list[services.Move]:
    """What the page showed and was left ticked. Raises ``ValueError`` or ``KeyError`` where that is not there."""
    ticked = [tuple(int(part) for part in each.split(":")) for each in told.ticked]
    wagons = onto.wagons.in_bulk([each[1] for each in ticked]) if onto else {}
    return [
        services.Move(load=told.loads[load], onto=wagons[wagon], place=place, seen=told.seen(load))
        for load, wagon, place in ticked
    ]


def _context(
    request: HttpRequest, train: TrainVisit, onto: TrainVisit | None, others: list[TrainVisit], told: Told
) -> dict[str, Any]:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    proposal = services.propose_gauge_change(train, onto, at=timezone.now()) if onto else services.Proposal()
    return {
        "title": _("Gauge change of %(number)s") % {"number": train.call.number},
        "train": train,
        "onto": onto,
        "others": others,
        "rows": told.rows(proposal.moves),
        "papers": told.papers,
        "stay": [(each, _why(each)) for each in proposal.stay],
        "may": actor.may(RIGHT, train.call.terminal),
        "opts": TrainVisit._meta,
    }


def _why(stays: services.Stays) -> str:
    if stays.leaves_by:
        return _("leaves by %(train)s") % {"train": stays.leaves_by}
    if stays.goes_to:
        return _("goes to %(place)s, where this train does not call") % {"place": stays.goes_to}
    if stays.stops:
        return "; ".join(
            f"{sentence(each.message, each.facts)} {sentence(each.remedy, each.facts)}" for each in stays.stops
        )
    words = _("no wagon has room for it: a wagon may weigh %(most_kg)s kg with all that is on it")
    return words % {"most_kg": figure(WAGON_GROSS_KG)}
