"""What stands in the yard against good practice, and the table that keeps dangerous goods apart."""

from typing import Any, Final

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.common.admin import Configuration
from apps.common.words import sentence
from apps.network.serving import looked_at
from apps.yard.models import SegregationTable
from apps.yard.selectors import practice_flags
from terminal.dangerous_goods import CLASSES

RIGHT: Final = "yard.view_standing"

RULES: Final = {
    "wrong-block": gettext_lazy("in another kind of block"),
    "no-corners-below": gettext_lazy("no corners below"),
    "heavier-on-lighter": gettext_lazy("heavy on light"),
    "empty-with-laden": gettext_lazy("empty among laden"),
    "no-plug": gettext_lazy("reefer without a plug"),
    "too-near": gettext_lazy("dangerous goods too near"),
}


class OutOfOrder:
    """Mixin for the page of positions: what stands out of order. Put it before the admin base."""

    def get_urls(self) -> Any:
        """The page beside the list."""
        page: Any = self
        view = page.admin_site.admin_view(self.out_of_order_view)
        return [path("out-of-order/", view, name="yard_out_of_order"), *super().get_urls()]  # type: ignore[misc]

    def out_of_order_view(self, request: HttpRequest) -> HttpResponse:
        """Every box that stands against good practice: why, and what helps. ``?rule=`` shows those of one rule."""
        page: Any = self
        terminal, able = looked_at(request, RIGHT)
        flags, rule = practice_flags(terminal, timezone.now()), request.GET.get("rule", "")
        told = [
            (flag, RULES[flag.rule], sentence(flag.refusal.message, flag.refusal.facts), _(flag.remedy))
            for flag in flags
            if rule in ("", flag.rule)
        ]
        many = [(code, words, sum(flag.rule == code for flag in flags)) for code, words in RULES.items()]
        return TemplateResponse(request, "yard/out_of_order.html", {
            **page.admin_site.each_context(request),
            "title": _("Out of order in the yard"),
            "opts": page.model._meta,
            "terminal": terminal,
            "terminals": able,
            "flags": told,
            "all": len(flags),
            "rules": [each for each in many if each[2]],
            "rule": rule,
        })  # fmt: skip


@admin.register(SegregationTable)
class SegregationTableAdmin(Configuration):
    """Versions of the segregation table, the newest first. The metres are the site's own; the codes come with it."""

    terminal_path = None
    list_display = ("name", "valid_from", "away_from_m", "separated_from_m", "by_a_compartment_m", "lengthwise_m")
    search_fields = ("name__istartswith",)
    ordering = ("-valid_from",)
    readonly_fields = ("matrix",)

    @admin.display(description=gettext_lazy("table"))
    def matrix(self, table: SegregationTable) -> SafeString:
        """Class by class; explosives with each other go by their compatibility groups."""
        codes = {(one, other): code for one, other, code in table.rules.values_list("one", "other", "code")}
        heads = format_html_join("", '<th class="px-1">{}</th>', ((each,) for each in CLASSES))
        told = {one: [(_code(codes, one, to),) for to in CLASSES] for one in CLASSES}
        cells = ((one, format_html_join("", '<td class="px-1">{}</td>', row)) for one, row in told.items())
        rows = format_html_join("", '<tr><th class="px-1">{}</th>{}</tr>', cells)
        return format_html(
            '<div class="overflow-x-auto"><table class="text-center"><tr><th></th>{}</tr>{}</table></div>', heads, rows
        )


def _code(codes: dict[tuple[str, str], int], one: str, other: str) -> str:
    code = codes.get((one, other), codes.get((other, one)))
    return "*" if code is None else str(code or "X")
