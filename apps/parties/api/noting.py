"""Every request of a program is noted for its party, and told how it stands against its limit."""

from collections.abc import Callable
from time import monotonic
from typing import Any, Final

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from apps.common.api.problems import PROGRAMS
from apps.common.ids import uuid7
from apps.parties.api.authentication import Caller
from apps.parties.metering import meter

LONGEST: Final = 300
"""Characters of an address that are kept."""


class NoteAccess:
    """Stands around the API. What people ask in a browser, and what nobody known asks, is not noted."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(PROGRAMS):
            return self.get_response(request)
        began, at = monotonic(), timezone.now()
        response = self.get_response(request)
        who: Any = getattr(request, "user", None)
        if isinstance(who, Caller):
            standing = getattr(request, "standing", None)
            for name, value in standing.headers().items() if standing else ():
                response[name] = value
            meter().note(_line(request, response, who, at, monotonic() - began))
        return response


def _line(request: HttpRequest, response: HttpResponseBase, who: Caller, at: Any, seconds: float) -> dict[str, Any]:
    return {
        "public_id": str(uuid7()),
        "terminal_id": who.terminal.pk,
        "party_id": who.party.pk,
        "credential": who.name,
        "at": at,
        "method": request.method,
        "path": request.get_full_path()[:LONGEST],
        "status": response.status_code,
        "took_ms": round(seconds * 1000),
        "address": request.META.get("REMOTE_ADDR") or None,
    }
