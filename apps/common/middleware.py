"""What stands around every request."""

from collections.abc import Callable
from threading import local
from time import monotonic
from typing import Any, Final, cast

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.handlers.exception import convert_exception_to_response
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import translation

from apps.common.api.problems import PROGRAMS, plain_problem

WARM_SECONDS: Final = 1.0
warm = local()
"""When this thread's connection was last used by a request to the API."""


class StraightToTheApi(BaseHandler):
    """Lets programs past what is there for people: sessions, cookies, forms, messages, framing.

    Stands first but for the security headers. A request to the API goes from here to its view, in the language of
    ``Accept-Language``; one that brings a session cookie (a manager in a browser) takes the long way, as every page
    does.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.pages = get_response
        self._view_middleware: list[Any] = []
        self._template_response_middleware: list[Any] = []
        self._exception_middleware: list[Any] = []
        self.api: Any = convert_exception_to_response(self._answer)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(PROGRAMS):
            if _has_nul(request):
                return plain_problem(request, 400, "bad-request", "A NUL byte is no part of any address here.")
            if settings.SESSION_COOKIE_NAME not in request.COOKIES:
                return cast(HttpResponseBase, self.api(request))
        return self.pages(request)

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        request.get_host()
        _trust_a_warm_connection()
        asked = request.META.get("HTTP_ACCEPT_LANGUAGE")
        language = translation.get_language_from_request(request) if asked else settings.LANGUAGE_CODE
        with translation.override(language):
            response: HttpResponse = self._get_response(request)  # type: ignore[attr-defined]
        response.headers.setdefault("Content-Length", str(len(response.content)))
        response.headers.setdefault("Content-Language", language)
        response.headers.setdefault("Vary", "Accept-Language, Authorization")
        return response


def _trust_a_warm_connection() -> None:
    """Do not ask the database whether it is there when it has just answered: a round trip saved for every request.

    Should the server have gone in that moment, this request fails, the connection is thrown away, the next is new.
    """
    if is_warm():
        connection.health_check_done = True  # type: ignore[attr-defined]
    keep_warm()


def is_warm() -> bool:
    """Whether this thread's connection has just been used by a request to the API and need not be made anew yet."""
    now, closes_at = monotonic(), connection.close_at
    recent = now - getattr(warm, "at", 0.0) < WARM_SECONDS
    return recent and connection.connection is not None and (closes_at is None or now < closes_at)


def keep_warm() -> None:
    """Note that a request to the API uses this thread's connection now."""
    warm.at = monotonic()


def _has_nul(request: HttpRequest) -> bool:
    return "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", "")
