"""The page of trade and corridors, on which a sheet of published trade is taken in."""

from typing import Any, Final

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.common.figures import figure
from apps.common.sheets import Fault, SheetRefused
from apps.network.models import Terminal
from apps.network.selectors import ways
from apps.network.serving import looked_at, served
from apps.reports.selectors.trade import SAID, Trade, trade
from apps.reports.services.trade import Line, TradeReader, take_in_trade
from apps.reports.trade_words import FIGURES, doubt_in_words
from apps.reports.words import NOTHING

RIGHT: Final = "reports.view_dailythroughput"
TAKE_IN: Final = "reports.add_tradestatement"
COMPARED: Final = (("KZALA", "JPTYO"), ("KZALA", "SGSIN"), ("KZALA", "CNLYG"))
"""Between which places corridors are set side by side."""

OUTCOMES: Final = {"new": gettext_lazy("new"), "changed": gettext_lazy("changed"), "same": gettext_lazy("as it was")}


class SheetForm(forms.Form):
    """Published trade as a sheet."""

    sheet = forms.FileField(label=gettext_lazy("Sheet (CSV or XLSX)"))


def trade_page(request: HttpRequest, site: Any) -> HttpResponse:
    """What is published, what contradicts in it, and what the terminal moved; a sheet that is sent is taken in."""
    terminal, able = looked_at(request, RIGHT)
    may_take_in = terminal in served(request.user, TAKE_IN)
    form = SheetForm(request.POST or None, request.FILES or None)
    lines: list[Line] = []
    faults: list[Fault] = []
    if request.method == "POST":
        if not may_take_in:
            raise PermissionDenied
        if form.is_valid():
            lines, faults = _taken_in(form.cleaned_data["sheet"].read())
    told = {
        "title": _("Trade and corridors"),
        "terminal": terminal,
        "terminals": able,
        "trades": [_shown(each, terminal) for each in trade(terminal)],
        "heads": list(FIGURES.values()),
        "corridors": [(start, end, [_way(each) for each in ways(start, end)]) for start, end in COMPARED],
        "form": form if may_take_in else None,
        "columns": ", ".join(TradeReader.columns),
        "lines": [
            (each.line, each.statement, OUTCOMES[each.outcome], [doubt_in_words(doubt) for doubt in each.doubts])
            for each in lines
        ],
        "faults": faults,
    }
    return TemplateResponse(request, "reports/trade.html", site.each_context(request) | told)


def _taken_in(content: bytes) -> tuple[list[Line], list[Fault]]:
    try:
        return take_in_trade(content, timezone.localdate()), []
    except SheetRefused as refused:
        return [], refused.faults


def _shown(each: Trade, terminal: Terminal) -> dict[str, Any]:
    moved = each.moved
    return {
        "name": f"{each.reporter} – {each.partner}, {each.span.first:%Y-%m} – {each.span.last:%Y-%m}",
        "rows": [(row.source, [_said(getattr(row, name)) for name in SAID]) for row in each.statements],
        "doubts": [doubt_in_words(doubt) for doubt in each.doubts],
        "moved": _("%(terminal)s in these months: %(teu)s TEU, %(trains)s trains departed.")
        % {
            "terminal": terminal.name,
            "teu": figure(moved.throughput_teu) if moved else NOTHING,
            "trains": figure(moved["trains_departed"]) if moved else NOTHING,
        },
    }


def _said(value: Any) -> str:
    return NOTHING if value is None else figure(value, 1)


def _way(each: Any) -> list[str]:
    least, most = each.way.hours
    legs = " · ".join(dict.fromkeys([each.way.legs[0].start, *(leg.end for leg in each.way.legs)]))
    days = f"{figure(least / 24, 1)} – {figure(most / 24, 1)}"
    return [each.corridor.name, legs, figure(each.way.km), days, figure(each.way.usd_per_teu)]
