"""The train board: the arrivals and departures of a day side by side, how far each train is, and which will be late."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.network.models import Terminal
from apps.network.serving import looked_at
from apps.trains.selectors.day_board import day_board
from apps.trains.selectors.delays import TO_COME
from terminal.lifecycle import ON_SITE
from terminal.throughput import site_day

RIGHTS: Final = ("trains.view_trainvisit",)
EVERY_SECONDS: Final = 30
FARTHEST: Final = timedelta(days=3660)
"""A day further from today than that is a slip of the pen."""


class Boarded:
    """Mixin for the page of trains: the board of a day. Put it before the admin base."""

    def get_urls(self) -> Any:
        page: Any = self
        view = page.admin_site.admin_view(self.board_view)
        return [path("board/", view, name="train_board"), *super().get_urls()]  # type: ignore[misc]

    def board_view(self, request: HttpRequest) -> HttpResponse:
        """The board of ``?day=``, else of today; today's asks for itself anew every half minute."""
        page: Any = self
        terminal, able = looked_at(request, *RIGHTS)
        at = timezone.now()
        today = site_day(at, terminal.zone)
        day = _day(request.GET.get("day", ""), today)
        told = {
            "title": _("Train board"),
            "terminal": terminal,
            "terminals": able,
            "at": at,
            "today": today,
            "before": day - timedelta(days=1),
            "after": day + timedelta(days=1),
            "seconds": EVERY_SECONDS if day == today else None,
            "board": day_board(terminal, day, at),
            "all_to_come": _list_of(terminal, TO_COME),
            "all_to_go": _list_of(terminal, sorted(ON_SITE)),
        }
        return TemplateResponse(request, "trains/board.html", page.admin_site.each_context(request) | told)


def _list_of(terminal: Terminal, phases: Iterable[str]) -> str:
    """The terminal's trains in those phases."""
    asked = {"call__phase__in": ",".join(phases), "call__terminal__id__exact": terminal.pk}
    return f"{reverse('admin:trains_trainvisit_changelist')}?{urlencode(asked)}"


def _day(written: str, today: date) -> date:
    """The day that is written, or today where none is that could be meant."""
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return today
    return day if abs(day - today) <= FARTHEST else today
