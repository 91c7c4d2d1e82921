"""Tracks over time: who stands where, who is to, which plans clash and what would fit instead."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.network.models import Terminal
from apps.network.serving import looked_at
from apps.trains.models import Track, TrainVisit
from apps.trains.selectors import track_use
from apps.trains.selectors.occupation import planned_clashes, track_times
from terminal.lifecycle import ON_SITE
from terminal.tracks import OPEN_END, TrackTime, clashes

RIGHTS: Final = ("trains.view_track", "trains.view_trainvisit")
BACK, AHEAD = timedelta(hours=12), timedelta(hours=36)
STEP: Final = 6
"""Hours between two marks of the clock."""


@dataclass(frozen=True)
class Bar:
    """A train's stay on a track, in hundredths of the page's time and of the track's metres."""

    train: TrainVisit
    left: float
    width: float
    top: float
    height: float
    stands: bool
    was_there: bool
    clashes: bool
    starts_at: datetime
    ends_at: datetime | None
    """None: nobody knows."""


@dataclass(frozen=True)
class Row:
    """A track and its bars."""

    track: Track
    bars: list[Bar]


class Occupation:
    """Mixin for the page of tracks: their occupation over time. Put it before the admin base."""

    def get_urls(self) -> Any:
        page: Any = self
        view = page.admin_site.admin_view(self.occupation_view)
        return [path("occupation/", view, name="track_occupation"), *super().get_urls()]  # type: ignore[misc]

    def occupation_view(self, request: HttpRequest) -> HttpResponse:
        """From twelve hours ago to a day and a half ahead."""
        page: Any = self
        terminal, able = looked_at(request, *RIGHTS)
        timezone.activate(terminal.zone)
        at = timezone.now()
        told = {
            "title": _("Track occupation"),
            "terminal": terminal,
            "terminals": able,
            "at": at,
            "rows": occupation(terminal, at),
            "marks": list(_marks(terminal, at)),
            "now": _share(at, at),
            "clashes": planned_clashes(terminal, at, at + AHEAD),
            "use": track_use(terminal, at),
        }
        return TemplateResponse(request, "trains/occupation.html", page.admin_site.each_context(request) | told)


def occupation(terminal: Terminal, at: datetime) -> list[Row]:
    """Every track of the terminal with the trains of the page's time on it; a constant number of queries."""
    tracks = list(Track.objects.filter(terminal=terminal).order_by("code"))
    times = track_times(tracks, at - BACK, at + AHEAD, now=at)
    trains = _trains(each.train for there in times.values() for each in there)
    return [Row(track, list(_bars(track, times[track.pk], trains, at))) for track in tracks]


def _trains(pks: Iterable[Any]) -> dict[Any, TrainVisit]:
    found = TrainVisit.objects.filter(pk__in=set(pks)).select_related("call__terminal", "service")
    return {train.pk: train for train in found}


def _bars(track: Track, there: list[TrackTime], trains: dict[Any, TrainVisit], at: datetime) -> Iterable[Bar]:
    clashing = {each.train for pair in clashes(there) for each in pair}
    for each in sorted(there, key=lambda stay: (stay.starts_at, stay.from_m)):
        left, right = _share(each.starts_at, at), _share(each.ends_at, at)
        phase = trains[each.train].call.phase
        yield Bar(
            train=trains[each.train],
            left=left,
            width=max(right - left, 0.5),
            top=100 * each.from_m / track.usable_m,
            height=100 * (each.to_m - each.from_m) / track.usable_m,
            stands=phase in ON_SITE,
            was_there=each.ends_at <= at,
            clashes=each.train in clashing,
            starts_at=each.starts_at,
            ends_at=None if each.ends_at == OPEN_END else each.ends_at,
        )


def _share(moment: datetime, at: datetime) -> float:
    """Where a moment lies on the page, 0 to 100."""
    start, end = at - BACK, at + AHEAD
    return 100 * (min(max(moment, start), end) - start) / (end - start)


def _marks(terminal: Terminal, at: datetime) -> Iterable[tuple[float, datetime]]:
    """Every sixth hour of the site's clock within the page."""
    local = (at - BACK).astimezone(terminal.zone)
    mark = local.replace(minute=0, second=0, microsecond=0) + timedelta(hours=STEP - local.hour % STEP)
    while mark < at + AHEAD:
        yield _share(mark, at), mark
        mark += timedelta(hours=STEP)
