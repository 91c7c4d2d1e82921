"""Every "no" of the API as a problem document (RFC 9457, ``application/problem+json``)."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from apps.common.api.renderers import dumps, told
from apps.common.locks import CrossedAnother, crossed
from apps.common.words import sentence
from terminal.errors import Kind, Refused

MEDIA_TYPE: Final = "application/problem+json"
PROGRAMS: Final = ("/api/", "/oauth/", "/dcsa/")
"""Where programs are answered, in JSON whatever happens."""

Dialect = Callable[[HttpRequest, int, str, str], tuple[dict[str, Any], dict[str, str]]]
"""Tells a "no" (status, code, detail) in a body and headers of its own."""

DIALECTS: Final[dict[str, Dialect]] = {}
"""Addresses under which a standard says how a "no" looks, and who writes it."""

MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?[+-]\d\d:\d\d")
"""A moment among the facts of a refusal."""

STATUS: Final[dict[Kind, int]] = {"content": 422, "state": 409, "absent": 404, "forbidden": 403, "stale": 412}


def problem(status: int, code: str, detail: str, **members: Any) -> dict[str, Any]:
    """A problem document. ``code`` is what a program switches on; ``type`` names the page that explains it."""
    return {
        "type": f"/problems#{code}",
        "title": title_of(code),
        "status": status,
        "detail": detail,
        "code": code,
        **members,
    }


def title_of(code: str) -> str:
    """The problem in a few words, the same every time: ``no-such-zone`` → ``No such zone``."""
    words = code.replace("un-locode", "UN/LOCODE").replace("hs-code", "HS code").replace("-", " ")
    return words[:1].upper() + words[1:]


def said(refusal: Refused) -> str:
    """The refusal's sentence in the reader's language."""
    return sentence(refusal.message, refusal.facts)


def refused(refusal: Refused) -> tuple[int, dict[str, Any]]:
    """The status and document of a refusal of the terminal."""
    status = STATUS[refusal.kind]
    facts = {name: _in_utc(value) for name, value in refusal.facts.items()}
    return status, problem(status, refusal.code(), sentence(refusal.message, facts), **_members(facts))


def _in_utc(fact: Any) -> Any:
    if isinstance(fact, list):
        return [_in_utc(each) for each in fact]
    if isinstance(fact, dict):
        return {name: _in_utc(each) for name, each in fact.items()}
    if not (isinstance(fact, str) and MOMENT.fullmatch(fact)):
        return fact
    try:
        return told(datetime.fromisoformat(fact))
    except (ValueError, OverflowError):
        return fact


def _members(facts: dict[str, Any]) -> dict[str, Any]:
    taken = {"type", "title", "status", "detail", "code"}
    return {(f"{name}_" if name in taken else name): value for name, value in facts.items()}


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler. ``None`` (a bug) becomes Django's 500."""
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    elif crossed(error):
        error = CrossedAnother()
    if isinstance(error, Refused):
        set_rollback()
        status, document = refused(error)
        return _answer(status, document, {"Retry-After": "1"} if isinstance(error, CrossedAnother) else {})
    if isinstance(error, exceptions.APIException):
        set_rollback()
        return _answer(*_of_framework(error))
    return None


def _of_framework(error: exceptions.APIException) -> tuple[int, dict[str, Any], dict[str, str]]:
    headers: dict[str, str] = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = error.auth_header  # type: ignore[attr-defined]
    if getattr(error, "wait", None):
        headers["Retry-After"] = str(int(error.wait))  # type: ignore[attr-defined]
    if isinstance(error, exceptions.ValidationError):
        document = problem(
            422,
            "invalid-content",
            _("Some of what was sent cannot be right."),
            errors=list(located(error.get_full_details(), "")),
        )
        return 422, document, headers
    status = error.status_code
    code = str(error.default_code).replace("_", "-")
    return status, problem(status, code, str(error.detail), **getattr(error, "members", {})), headers


def located(details: Any, at: str) -> Any:
    """The faults a validation found (``get_full_details``), each with its JSON pointer from ``at`` on."""
    if _is_leaf(details):
        yield {"pointer": at, "detail": str(details["message"]), "code": str(details["code"])}
    elif isinstance(details, dict):
        for name, inner in details.items():
            yield from located(inner, at if name == "non_field_errors" else f"{at}/{_step(name)}")
    else:
        for position, inner in enumerate(details):
            yield from located(inner, at if _is_leaf(inner) else f"{at}/{position}")


def _is_leaf(details: Any) -> bool:
    return isinstance(details, dict) and set(details) == {"message", "code"} and isinstance(details["code"], str)


def _step(name: Any) -> str:
    """A member's name as a step of a JSON pointer (RFC 6901)."""
    return str(name).replace("~", "~0").replace("/", "~1")


def _answer(status: int, document: dict[str, Any], headers: dict[str, str]) -> Response:
    response = Response(document, status=status, headers=headers)
    response.content_type = MEDIA_TYPE
    return response


def plain_problem(request: HttpRequest, status: int, code: str, detail: str) -> HttpResponse:
    """A problem document outside DRF (unknown path, refused host), or what a standard has in its place."""
    for address, tell in DIALECTS.items():
        if request.path_info.startswith(address):
            body, headers = tell(request, status, code, detail)
            return HttpResponse(dumps(body), status=status, content_type="application/json", headers=headers)
    return HttpResponse(dumps(problem(status, code, detail)), status=status, content_type=MEDIA_TYPE)
