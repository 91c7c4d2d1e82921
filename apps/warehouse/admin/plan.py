"""A day at the dock doors as a chart: a line per door, a bar per appointment, the hours of the site across."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.network.models import Terminal
from apps.network.serving import looked_at
from apps.warehouse.models import DockAppointment
from apps.warehouse.selectors import DoorDay, dock_day
from terminal.lifecycle import DockStatus
from terminal.moments import utc
from terminal.throughput import site_day

RIGHTS: Final = ("warehouse.view_dockappointment",)
GIVEN_UP: Final = (DockStatus.CANCELLED.value,)
TICKS: Final = range(0, 24, 2)
EVERY_SECONDS: Final = 60


@dataclass(frozen=True)
class Bar:
    """A stretch of the day, from ``left`` for ``width`` percent of it."""

    left: str
    width: str


@dataclass(frozen=True)
class Turn(Bar):
    """An appointment on the chart."""

    row: DockAppointment
    url: str
    late: bool


@dataclass(frozen=True)
class Line:
    """A door on the chart."""

    day: DoorDay
    closed: list[Bar]
    turns: list[Turn]


@dataclass(frozen=True)
class Span:
    """The day that is drawn, in UTC."""

    start: datetime
    end: datetime

    @classmethod
    def of(cls, day: date, terminal: Terminal) -> "Span":
        bounds = (datetime.combine(each, time.min, terminal.zone) for each in (day, day + timedelta(days=1)))
        start, end = map(utc, bounds)
        return cls(start, end)

    def percent(self, moment: datetime) -> float:
        """Where the moment lies, from 0 to 100; what lies outside stands at the edge."""
        return 100 * min(max((moment - self.start) / (self.end - self.start), 0), 1)

    def place(self, start: datetime, end: datetime) -> dict[str, str]:
        """Left edge and width in CSS."""
        left = self.percent(start)
        return {"left": f"{left:.3f}", "width": f"{self.percent(end) - left:.3f}"}


class Planned:
    """Mixin for the page of appointments: the plan of a day. Put it before the admin base."""

    def get_urls(self) -> Any:
        page: Any = self
        view = page.admin_site.admin_view(self.plan_view)
        return [path("plan/", view, name="dock_plan"), *super().get_urls()]  # type: ignore[misc]

    def plan_view(self, request: HttpRequest) -> HttpResponse:
        """The plan of ``?day=``, else of today."""
        page: Any = self
        terminal, able = looked_at(request, *RIGHTS)
        at = timezone.now()
        today = site_day(at, terminal.zone)
        day = chosen_day(request, today)
        span = Span.of(day, terminal)
        told = {
            "title": _("Dock plan"),
            "terminal": terminal,
            "terminals": able,
            "at": at,
            "day": day,
            "today": today,
            "before": day - timedelta(days=1),
            "after": day + timedelta(days=1),
            "seconds": EVERY_SECONDS if day == today else None,
            "ticks": [(f"{100 * hour / 24:.3f}", f"{hour:02d}") for hour in TICKS],
            "now": f"{span.percent(at):.3f}" if day == today else None,
            "lines": [_line(each, span, at) for each in dock_day(terminal, day, hidden=GIVEN_UP)],
            "statuses": [(each.value, _(each.value.replace("_", " "))) for each in DockStatus if each not in GIVEN_UP],
        }
        return TemplateResponse(request, "warehouse/dock_plan.html", page.admin_site.each_context(request) | told)


def chosen_day(request: HttpRequest, today: date) -> date:
    """The day that is asked for; today for none and for a slip of the pen."""
    try:
        day = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return today
    return day if abs(day - today) < timedelta(days=3660) else today


def _line(day: DoorDay, span: Span, at: datetime) -> Line:
    closed = [Bar(**span.place(start, end)) for start, end in day.closed]
    return Line(day, closed, list(_turns(day, span, at)))


def _turns(day: DoorDay, span: Span, at: datetime) -> Iterator[Turn]:
    for row in day.appointments:
        late = (row.status == DockStatus.BOOKED and row.start_at < at) or (
            row.status == DockStatus.IN_WORK and row.end_at < at
        )
        url = reverse("admin:warehouse_dockappointment_change", args=[row.pk])
        yield Turn(**span.place(row.start_at, row.done_at or row.end_at), row=row, url=url, late=late)
