"""The call board: what is expected, what is here and what left, of every kind of carrier, on one page."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.network.serving import looked_at
from apps.tracking.board.lines import MODES, board

RIGHT = "calls.view_call"
EVERY_SECONDS = 30

__all__ = ["board", "board_view"]


def board_view(request: HttpRequest) -> HttpResponse:
    """The board of one terminal; ``?mode=`` one kind of carrier. It asks for itself anew every half minute."""
    terminal, able = looked_at(request, RIGHT)
    at, mode = timezone.now(), request.GET.get("mode", "")
    context = {
        **admin.site.each_context(request),
        "title": _("Call board"),
        "terminal": terminal,
        "terminals": able,
        "at": at,
        "seconds": EVERY_SECONDS,
        "mode": mode if mode in dict(MODES) else "",
        "modes": MODES,
        "sections": board(terminal, at, mode if mode in dict(MODES) else ""),
    }
    return TemplateResponse(request, "tracking/board.html", context)
