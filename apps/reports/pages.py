"""The page of a month: every figure, drawn and in tables, and what to take away."""

from base64 import b64encode
from datetime import datetime, timedelta
from decimal import Decimal
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.network.models import Terminal
from apps.network.serving import looked_at
from apps.reports import words
from apps.reports.forms import MonthForm
from apps.reports.selectors.kpis import kpis
from apps.reports.selectors.periods import Period, periods
from apps.reports.services.owners import files, picture, report_of
from apps.reports.trade_page import trade_page
from apps.yard.selectors import without_cell
from apps.yard.words import without_cell_said
from terminal.kpis import Span, days_of, month_of
from terminal.throughput import site_day

RIGHTS: Final = ("reports.view_dailythroughput",)
DAY: Final = timedelta(days=1)


class MonthPage:
    """Mixin for the page of days: the page of a month beside it. Put it before the admin base."""

    def get_urls(self) -> Any:
        page: Any = self
        month, report, trade = (
            page.admin_site.admin_view(view) for view in (self.month_view, self.report_view, self.trade_view)
        )
        own = [
            path("month/", month, name="reports_month"),
            path("month/report.<str:kind>", report, name="reports_owners_report"),
            path("trade/", trade, name="reports_trade"),
        ]
        return [*own, *super().get_urls()]  # type: ignore[misc]

    def month_view(self, request: HttpRequest) -> HttpResponse:
        """The figures of ``?month=2026-05``, without one of the month that runs; of what is none, why."""
        page: Any = self
        terminal, able = looked_at(request, *RIGHTS)
        at = timezone.now()
        form = MonthForm(site_day(at, terminal.zone), request.GET)
        context = {"title": _("Figures of a month"), "terminal": terminal, "terminals": able, "form": form}
        if form.is_valid():
            context |= _figures(terminal, form.cleaned_data["month"], at)
        return TemplateResponse(request, "reports/month.html", page.admin_site.each_context(request) | context)

    def report_view(self, request: HttpRequest, kind: str) -> HttpResponse:
        """The owners' report of the month as ``pdf`` or ``xlsx``, in their language; of what is none, why."""
        terminal, _able = looked_at(request, *RIGHTS)
        at = timezone.now()
        form = MonthForm(site_day(at, terminal.zone), request.GET)
        if not form.is_valid():
            refused = self.month_view(request)
            refused.status_code = HTTPStatus.BAD_REQUEST
            return refused
        report = report_of(terminal, form.cleaned_data["month"], at)
        found = next((each for each in files(report, picture(report)) if each.name.endswith(f".{kind}")), None)
        if found is None:
            raise Http404
        answer = HttpResponse(found.content, content_type=found.media_type)
        answer["Content-Disposition"] = f'attachment; filename="{found.name}"'
        return answer

    def trade_view(self, request: HttpRequest) -> HttpResponse:
        """Published trade beside the terminal's volumes, corridors beside each other, and a sheet to take in."""
        page: Any = self
        return trade_page(request, page.admin_site)


def _figures(terminal: Terminal, month: Span, at: datetime) -> dict[str, Any]:
    """Everything the page says of a month."""
    told = kpis(terminal, month, at)
    days = periods(terminal, days_of(told.period.span))
    runs = month.last >= site_day(at, terminal.zone)
    return {
        "month": month,
        "earlier": month.before(),
        "later": None if runs else month_of(month.last + DAY),
        "told": told,
        "filling": words.filling_said(told),
        "main": words.main_lines(told),
        "compared_titles": words.compared_titles(told),
        "compared": words.compared_lines(told),
        "without_cell": without_cell_said(*without_cell(terminal)) if runs else "",
        "tables": _tables(told),
        "days": days,
        "plot": b64encode(_plot(terminal, days)).decode(),
        "files": _files(terminal, month),
    }


def _tables(told: Any) -> list[tuple[str, list[str], list[list[str]]]]:
    lengths = [_("number"), _("half within"), _("nine in ten within"), _("longest")]
    both = [_("boxes in"), _("TEU in"), _("boxes out"), _("TEU out")]
    used = [_("on average"), _("at the fullest")]
    return [
        (_("By mode and load"), ["", *both], words.mode_lines(told.period)),
        (_("Stays that ended"), ["", *lengths], words.stay_lines(told.dwell)),
        (_("What stands now, by age"), ["", *lengths], words.stay_lines(told.ages)),
        (_("Blocks"), ["", *used], words.use_lines(told.blocks)),
        (_("Tracks"), ["", *used], words.use_lines(told.tracks.tracks)),
        (_("Warehouse zones"), ["", *used], words.use_lines(told.zones)),
        (_("Releases by customs"), ["", *lengths], words.release_lines(told)),
        (_("Queues at customs now"), ["", _("waiting"), _("oldest")], words.queue_lines(told)),
        (_("How far the records can be trusted"), ["", _("share")], words.quality_lines(told)),
    ]


def _plot(terminal: Terminal, days: list[Period]) -> bytes:
    from apps.reports.plots import Day, month_plot  # a second of every start, and few ask for it

    drawn = [Day(each.span.first, each.throughput_teu, each["trains_departed"]) for each in days]
    rated = Decimal(terminal.rated_teu_per_day)
    return month_plot(drawn, rated_teu=rated, rated_trains=terminal.rated_trains_per_day)


def _files(terminal: Terminal, month: Span) -> list[tuple[str, str]]:
    year = Span(month.first.replace(month=1), month.last.replace(month=12, day=31))
    wanted = [(_("days"), "day", month), (_("hours"), "hour", month), (_("months of the year"), "month", year)]
    about = urlencode({"terminal": terminal.code, "month": f"{month.first:%Y-%m}"})
    found = [
        (
            f"{_('report to the owners')}, {kind.upper()}",
            f"{reverse('admin:reports_owners_report', args=[kind])}?{about}",
        )
        for kind in ("pdf", "xlsx")
    ]
    for name, step, span in wanted:
        asked = urlencode(
            {"terminal": terminal.code, "from": span.first.isoformat(), "to": span.last.isoformat(), "step": step}
        )
        for kind, view in (("CSV", "throughput-table-csv"), ("XLSX", "throughput-table-xlsx")):
            found.append((f"{name}, {kind}", f"{reverse(view)}?{asked}"))
    return found
