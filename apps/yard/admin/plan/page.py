"""The yard map and the bay in cross-section: pages beside the list of blocks."""

from collections.abc import Iterable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.network.serving import looked_at
from apps.yard.admin.plan.bay import bay_view
from apps.yard.admin.plan.colours import By, paint
from apps.yard.admin.plan.drawing import draw
from apps.yard.selectors import BlockPlan, StandingBox, without_cell, yard_plan
from apps.yard.words import without_cell_said
from terminal.identifiers.text import compact

RIGHTS: Final = ("yard.view_block", "yard.view_standing")
"""Both are needed: the map shows blocks and what stands in them."""

SHORTEST: Final = 3
"""Characters of a number from which on boxes are looked for."""

MOST_FOUND: Final = 30


class Plans:
    """Mixin for the page of blocks: the map of the whole yard, and each bay. Put it before the admin base."""

    def get_urls(self) -> Any:
        page: Any = self
        site = page.admin_site
        return [
            path("map/", site.admin_view(self.map_view), name="yard_map"),
            path("map/<int:block>/<int:bay>/", site.admin_view(self.section_view), name="yard_bay"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def map_view(self, request: HttpRequest) -> HttpResponse:
        """The yard as it stands: ``?by=`` what it is coloured by, ``?q=`` a number or part of one to be found."""
        terminal, able = looked_at(request, *RIGHTS)
        at, by, term = timezone.now(), _by(request), compact(request.GET.get("q", ""))
        plans = yard_plan(terminal, at)
        found = find(plans, term)
        colours = paint(by, terminal, plans, at)
        visits = {box.visit_id for box in found}
        return self._page(
            request,
            "yard/map.html",
            title=_("Yard map"),
            terminal=terminal,
            terminals=able,
            at=at,
            by=by,
            choices=By.choices,
            term=term,
            found=found[:MOST_FOUND],
            more=max(0, len(found) - MOST_FOUND),
            short=0 < len(term) < SHORTEST,
            legend=colours.legend,
            blocks=[draw(plan, colours, visits, at) for plan in plans],
            taken=sum(plan.taken for plan in plans),
            cells=sum(plan.cells for plan in plans),
            without_cell=without_cell_said(*without_cell(terminal)),
        )

    def section_view(self, request: HttpRequest, block: int, bay: int) -> HttpResponse:
        """One bay, rows across and tiers up."""
        return self._page(request, "yard/bay.html", **bay_view(request, block, bay))

    def _page(self, request: HttpRequest, template: str, **told: Any) -> HttpResponse:
        page: Any = self
        context = {**page.admin_site.each_context(request), "opts": page.model._meta, **told}
        return TemplateResponse(request, template, context)


def _by(request: HttpRequest) -> By:
    asked = request.GET.get("by", "")
    return By(asked) if asked in By.values else By.FILL


def find(plans: Iterable[BlockPlan], term: str) -> list[StandingBox]:
    """The boxes whose number has the term in it, in the order of their numbers; none for a very short one."""
    if len(term) < SHORTEST:
        return []
    boxes = {box.visit_id: box for plan in plans for stack in plan.stacks.values() for box in stack}
    return sorted((box for box in boxes.values() if term in box.number), key=lambda box: box.number)
