"""A train's papers as PDFs: its wagons in their order, and the boxes it leaves with."""

from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.common.paper import Paper, printed
from apps.trains.admin.printing.facts import load_list, wagon_list
from apps.trains.models import TrainVisit
from apps.trains.selectors.loading import plan_of
from terminal.lifecycle import LoadPlanState

__all__ = ["Printing"]


class Printing:
    """Mixin for the page of trains: the papers of each. Put it before the admin base."""

    def get_urls(self) -> Any:
        page: Any = self
        views = [
            ("wagon-list", self.wagon_list_view),
            ("planned-wagon-list", self.planned_wagon_list_view),
            ("load-list", self.load_list_view),
        ]
        own = [
            path(f"<int:number>/{name}.pdf", page.admin_site.admin_view(view), name=f"train_{name.replace('-', '_')}")
            for name, view in views
        ]
        return [*own, *super().get_urls()]  # type: ignore[misc]

    def wagon_list_view(self, request: HttpRequest, number: int) -> HttpResponse:
        """The wagons with what stands on them now."""
        train = self._seen(request, number)
        return _answer(request, train, "wagons", wagon_list(train))

    def planned_wagon_list_view(self, request: HttpRequest, number: int) -> HttpResponse:
        """The wagons as they will leave; while no plan is approved, back to the train's page, which says so."""
        train = self._seen(request, number)
        if plan_of(train, LoadPlanState.APPROVED) is None:
            messages.warning(request, _("No plan of what the train takes is approved."))
            return redirect("admin:trains_trainvisit_change", train.pk)
        return _answer(request, train, "plan", wagon_list(train, planned=True))

    def load_list_view(self, request: HttpRequest, number: int) -> HttpResponse:
        """The boxes it leaves with."""
        train = self._seen(request, number)
        return _answer(request, train, "loads", load_list(train))

    def _seen(self, request: HttpRequest, number: int) -> TrainVisit:
        """The train. Raises ``Http404`` for one the reader may not know of."""
        page: Any = self
        train: TrainVisit | None = page.get_object(request, str(number))
        if train is None or not page.has_view_permission(request, train):
            raise Http404
        timezone.activate(train.call.terminal.zone)
        return train

    @admin.display(description=gettext_lazy("to be printed"))
    def papers(self, train: TrainVisit) -> SafeString:
        offered = [
            ("train_wagon_list", _("wagon list")),
            ("train_planned_wagon_list", _("wagon list by the approved plan")),
            ("train_load_list", _("load list")),
        ]
        links = ((reverse(f"admin:{name}", args=[train.pk]), text) for name, text in offered)
        look = '<a class="text-primary-600 dark:text-primary-400 font-medium" href="{}">{}</a>'
        return format_html_join(" · ", look, links)


def _answer(request: HttpRequest, train: TrainVisit, name: str, paper: Paper) -> HttpResponse:
    user: Any = request.user
    content = printed(paper, at=timezone.now(), by=user.get_full_name() or user.get_username())
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="train-{train.pk}-{name}.pdf"'
    return answer
