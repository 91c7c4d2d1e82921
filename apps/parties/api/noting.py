"""Every request of a program is noted for its party, and told how it stands against its limit."""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from functools import cache, lru_cache
from ipaddress import ip_address
from time import monotonic
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from apps.common.api.problems import PROGRAMS
from apps.common.ids import uuid7
from apps.parties.api.authentication import CLOCK, Caller
from apps.parties.metering import meter
from apps.parties.models import ApiAccess


class NoteAccess:
    """Stands around the API. What people ask in a browser, and what nobody known asks, is not noted.

    ``request.reading`` is what ends with the request: the rows of one party alone (see ``authentication``).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(PROGRAMS):
            return self.get_response(request)
        began, at = monotonic(), timezone.now()
        with ExitStack() as reading:
            request.reading = reading  # type: ignore[attr-defined]
            response = self.get_response(request)
        who: Any = getattr(request, "user", None)
        if isinstance(who, Caller):
            standing = getattr(request, "standing", None)
            for name, value in standing.headers().items() if standing else ():
                response[name] = value
            if who.terminal.sandbox:
                response[CLOCK] = who.terminal.time_at(at).isoformat(timespec="seconds")
            path, address = request.get_full_path(), request.META.get("REMOTE_ADDR", "")
            seconds = monotonic() - began
            meter().note(line(who, request.method or "", path, response.status_code, at, seconds, address))
        return response


def line(
    who: Caller, method: str, path: str, status: int, at: datetime, seconds: float, address: str
) -> dict[str, Any]:
    """What is noted of a request: a row of ``ApiAccess`` to be."""
    return {
        "public_id": str(uuid7()),
        "terminal_id": who.terminal.pk,
        "party_id": who.party.pk,
        "credential": _fitting("credential", who.name),
        "at": at,
        "method": _fitting("method", method),
        "path": _fitting("path", path),
        "status": status,
        "took_ms": round(seconds * 1000),
        "address": _address(address),
    }


def _fitting(column: str, text: str) -> str:
    """As much of the text as the column of ``ApiAccess`` takes: no NUL, no half of a character."""
    return text.encode(errors="replace").decode().replace("\0", "")[: _length(column)]


@cache
def _length(column: str) -> Any:
    taking: Any = ApiAccess._meta.get_field(column)
    return taking.max_length


@lru_cache(maxsize=4096)
def _address(text: str) -> str | None:
    """``None`` when it is no address, or one of a zone (``fe80::1%eth0``), which says nothing elsewhere."""
    try:
        ip_address(text)
    except ValueError:
        return None
    return None if "%" in text else text
