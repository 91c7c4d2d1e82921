"""How full the zones are over time: the m² held in every half-day, against what may be booked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.network.models import Terminal
from apps.network.serving import looked_at
from apps.warehouse.admin.plan import chosen_day
from apps.warehouse.models import Zone
from apps.warehouse.selectors import Occupancy, occupancy
from terminal.throughput import site_day

RIGHTS: Final = ("warehouse.view_zone",)
RANGES: Final = (30, 90)
WARN, RAISE = 75, 85
"""Percent of the area from which a half-day is drawn in amber and in red."""
WIDE, HIGH, TOP = 1000.0, 150.0, 6.0


@dataclass(frozen=True)
class Column:
    """One half-day on the chart; lengths in the chart's own units."""

    half_day: Occupancy
    x: str
    y: str
    width: str
    height: str
    level: str
    percent: float


@dataclass(frozen=True)
class Chart:
    """One zone over the range."""

    zone: Zone
    columns: list[Column]
    lines: list[tuple[str, str, str]]
    days: list[tuple[str, date]]
    now: str | None
    fullest: Column


class Occupied:
    """Mixin for the page of zones: how full they are over time. Put it before the admin base."""

    def get_urls(self) -> Any:
        page: Any = self
        view = page.admin_site.admin_view(self.occupancy_view)
        return [path("occupancy/", view, name="warehouse_occupancy"), *super().get_urls()]  # type: ignore[misc]

    def occupancy_view(self, request: HttpRequest) -> HttpResponse:
        """The zones from ``?day=`` (else a week ago) on, ``?days=`` 30 or 90; with ``?zone=`` that one and a table."""
        page: Any = self
        terminal, able = looked_at(request, *RIGHTS)
        today = site_day(timezone.now(), terminal.zone)
        days = 90 if request.GET.get("days") == "90" else 30
        first = chosen_day(request, today - timedelta(days=7))
        zones = list(Zone.objects.filter(terminal=terminal).select_related("terminal").order_by("code"))
        shown = [each for each in zones if each.code == request.GET.get("zone")] or zones
        told = {
            "title": _("Occupancy of the warehouse"),
            "terminal": terminal,
            "terminals": able,
            "first": first,
            "last": first + timedelta(days=days - 1),
            "before": first - timedelta(days=days),
            "after": first + timedelta(days=days),
            "days": days,
            "ranges": RANGES,
            "zones": zones,
            "zone": shown[0] if len(shown) == 1 else None,
            "charts": [chart(zone, occupancy(zone, first, days), today) for zone in shown],
            "bookings": _bookings(terminal),
            "wide": f"{WIDE:.0f}",
            "high": f"{HIGH:.0f}",
        }
        return TemplateResponse(request, "warehouse/occupancy.html", page.admin_site.each_context(request) | told)


def _bookings(terminal: Terminal) -> str:
    return reverse("admin:warehouse_booking_changelist") + f"?terminal__id__exact={terminal.pk}"


def chart(zone: Zone, half_days: Sequence[Occupancy], today: date) -> Chart:
    """The zone's half-days as columns, with the lines at 75, 85 and 100 percent of the area it has."""
    step = WIDE / len(half_days)
    columns = [_column(each, number * step, step) for number, each in enumerate(half_days)]
    lines = [
        (f"{_y(share):.1f}", f"{share} %", level) for share, level in ((WARN, "warn"), (RAISE, "raise"), (100, "full"))
    ]
    mondays = [(number, each.half_day) for number, each in enumerate(half_days) if each.half_day.half == 0]
    days = [(f"{100 * n / len(half_days):.2f}", half.day) for n, half in mondays if half.day.weekday() == 0]
    now = next((f"{n * step:.1f}" for n, half in mondays if half.day == today), None)
    return Chart(zone, columns, lines, days, now, max(columns, key=lambda each: each.percent))


def _column(each: Occupancy, x: float, step: float) -> Column:
    percent = float(100 * each.used_m2 / each.capacity_m2) if each.capacity_m2 else 0.0
    level = "raise" if percent > RAISE else "warn" if percent > WARN else "ok"
    top = _y(percent)
    return Column(each, f"{x:.2f}", f"{top:.1f}", f"{step * 0.92:.2f}", f"{HIGH - top:.1f}", level, percent)


def _y(percent: float) -> float:
    return HIGH - (HIGH - TOP) * percent / 100
