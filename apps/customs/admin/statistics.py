"""How long releases took, drawn; and how the work lies at the offices."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.common.words import label
from apps.customs import selectors
from apps.customs.admin.clocks import COLOURS, said
from apps.customs.models import Office
from apps.network.models import Terminal
from apps.network.serving import looked_at
from terminal.customs.durations import Lengths
from terminal.throughput import site_day

RIGHTS: Final = ("customs.view_declaration",)
RANGES: Final = (7, 30, 90, 365)
WIDE: Final = 1000.0


@dataclass(frozen=True)
class Bar:
    """A line of a chart: how many, and median, nine in ten, least and most, in words and on the chart's own scale."""

    name: str
    lengths: Lengths
    median: str
    p90: str
    least: str
    most: str
    median_x: str
    p90_x: str


@dataclass(frozen=True)
class Stretch:
    """A clock's part of all the time."""

    name: str
    colour: str
    x: str
    width: str
    percent: float
    mean: str


class Reckoned:
    """Mixin for the page of offices: release times, and the work of each office. Put it before the admin base."""

    def get_urls(self) -> Any:
        page: Any = self
        times, work = (page.admin_site.admin_view(view) for view in (self.release_times_view, self.workload_view))
        own = [
            path("release-times/", times, name="customs_release_times"),
            path("workload/", work, name="customs_workload"),
        ]
        return [*own, *super().get_urls()]  # type: ignore[misc]

    def release_times_view(self, request: HttpRequest) -> HttpResponse:
        """The releases of the last ``?days=``: of the reader's own offices, where the reader is an officer."""
        page: Any = self
        terminal, able = looked_at(request, *RIGHTS)
        days = next((each for each in RANGES if str(each) == request.GET.get("days")), 30)
        last = site_day(timezone.now(), terminal.zone)
        own = own_offices(request.user, terminal)
        found = selectors.release_statistics(terminal, last - timedelta(days=days - 1), last, own)
        told = {
            "title": _("Release times"),
            "terminal": terminal,
            "terminals": able,
            "days": days,
            "ranges": RANGES,
            "found": found,
            "own": own,
            "total": bars([(_("All releases"), found.total)], longest(found))[0],
            "charts": charts(found),
            "clocks": stretches(found),
            "wide": f"{WIDE:.0f}",
        }
        return TemplateResponse(request, "customs/release_times.html", page.admin_site.each_context(request) | told)

    def workload_view(self, request: HttpRequest) -> HttpResponse:
        """What lies at each office now and what it was given in 20 working days; what no rule covers."""
        page: Any = self
        terminal, able = looked_at(request, *RIGHTS)
        at, own = timezone.now(), own_offices(request.user, terminal)
        loads = selectors.loads(terminal, at)
        queue = {each.office.pk: each for each in selectors.queue(terminal, at)}
        most = max((each.remaining for each in loads), default=0) or 1
        told = {
            "title": _("Work at the offices"),
            "terminal": terminal,
            "terminals": able,
            "rows": [
                {
                    "office": each.office,
                    "length": each.length,
                    "remaining": each.remaining,
                    "given": each.given,
                    "percent": f"{100 * each.remaining / most:.1f}",
                    "oldest": said(queue[each.office.pk].oldest_age or timedelta()) if each.length else "–",
                }
                for each in loads
                if own is None or each.office in own
            ],
            "mean_given": selectors.mean_given(loads),
            "uncovered": [] if own is not None else selectors.uncovered(terminal, at),
        }
        return TemplateResponse(request, "customs/workload.html", page.admin_site.each_context(request) | told)


def own_offices(user: Any, terminal: Terminal) -> list[Office] | None:
    """The offices an officer works for at the terminal; None for a reader who is no officer and sees them all."""
    keys = list(selectors.offices_of(user))
    return list(Office.objects.filter(pk__in=keys, terminal=terminal)) if keys else None


def charts(found: Any) -> list[tuple[str, list[Bar]]]:
    """The charts of the page, all on one scale."""
    scale = longest(found)
    parts: list[tuple[str, Mapping[Any, Lengths]]] = [
        (_("By channel"), found.by_channel),
        (_("By regime"), found.by_regime),
        (_("By office"), found.by_office),
        (_("By step"), found.by_step),
    ]
    return [(title, bars(((_name(key), each) for key, each in part.items()), scale)) for title, part in parts if part]


def _name(key: Any) -> str:
    return key.name if isinstance(key, Office) else _(label(key.value))


def longest(found: Any) -> int:
    """The longest nine-in-ten of all that is drawn."""
    parts = (found.by_channel, found.by_regime, found.by_office, found.by_step)
    return max((each.p90 or 0 for part in parts for each in part.values()), default=0) or 1


def bars(lines: Iterable[tuple[str, Lengths]], scale: int) -> list[Bar]:
    """Lines of a chart on which ``scale`` minutes are the whole width."""
    return [_bar(name, each, scale) for name, each in lines]


def _bar(name: str, of: Lengths, scale: int) -> Bar:
    return Bar(
        name=name,
        lengths=of,
        median=_words(of.median),
        p90=_words(of.p90),
        least=_words(of.least),
        most=_words(of.most),
        median_x=_x(of.median, scale),
        p90_x=_x(of.p90, scale),
    )


def _words(minutes: int | None) -> str:
    return "–" if minutes is None else said(timedelta(minutes=minutes))


def _x(minutes: int | None, scale: int) -> str:
    return f"{WIDE * min(1.0, (minutes or 0) / scale):.1f}"


def stretches(found: Any) -> list[Stretch]:
    """Whose time it was, as one strip."""
    drawn, x = [], 0.0
    for clock, each in found.by_clock.items():
        share = each.share or 0.0
        mean = said(timedelta(minutes=each.mean or 0))
        drawn.append(
            Stretch(_(label(clock.value)), COLOURS[clock], f"{x:.1f}", f"{WIDE * share:.1f}", 100 * share, mean)
        )
        x += WIDE * share
    return drawn
