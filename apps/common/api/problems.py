"""Every "no" of the API as a problem document (RFC 9457, ``application/problem+json``)."""

from http import HTTPStatus
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from apps.common.api.renderers import dumps
from apps.common.words import sentence
from terminal.errors import Kind, Refused

MEDIA_TYPE: Final = "application/problem+json"
PROGRAMS: Final = ("/api/", "/oauth/")
"""Where programs are answered, in JSON whatever happens."""

STATUS: Final[dict[Kind, int]] = {"content": 422, "state": 409, "absent": 404, "forbidden": 403}


def problem(status: int, code: str, title: str, detail: str, **members: Any) -> dict[str, Any]:
    """A problem document. ``code`` is what a program switches on; ``type`` names the page that explains it."""
    return {"type": f"/problems#{code}", "title": title, "status": status, "detail": detail, "code": code, **members}


def said(refusal: Refused) -> str:
    """The refusal's sentence in the reader's language."""
    return sentence(refusal.message, refusal.facts)


def refused(refusal: Refused) -> tuple[int, dict[str, Any]]:
    """The status and document of a refusal of the terminal."""
    status = STATUS[refusal.kind]
    title = type(refusal).__name__
    return status, problem(status, refusal.code(), title, said(refusal), **_members(refusal.facts))


def _members(facts: dict[str, Any]) -> dict[str, Any]:
    taken = {"type", "title", "status", "detail", "code"}
    return {(f"{name}_" if name in taken else name): value for name, value in facts.items()}


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler. ``None`` (a bug) becomes Django's 500."""
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if isinstance(error, Refused):
        set_rollback()
        status, document = refused(error)
        return _answer(status, document, {})
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
            "InvalidContent",
            _("Some of what was sent cannot be right."),
            errors=list(_located(error.get_full_details(), "")),
        )
        return 422, document, headers
    status = error.status_code
    code = str(error.default_code).replace("_", "-")
    return status, problem(status, code, HTTPStatus(status).phrase, str(error.detail)), headers


def _located(details: Any, at: str) -> Any:
    if isinstance(details, dict) and set(details) == {"message", "code"}:
        yield {"pointer": at or "/", "detail": str(details["message"]), "code": str(details["code"])}
    elif isinstance(details, dict):
        for name, inner in details.items():
            yield from _located(inner, at if name == "non_field_errors" else f"{at}/{name}")
    else:
        for position, inner in enumerate(details):
            leaf = isinstance(inner, dict) and set(inner) == {"message", "code"}
            yield from _located(inner, at if leaf else f"{at}/{position}")


def _answer(status: int, document: dict[str, Any], headers: dict[str, str]) -> Response:
    response = Response(document, status=status, headers=headers)
    response.content_type = MEDIA_TYPE
    return response


def plain_problem(request: HttpRequest, status: int, code: str, detail: str) -> HttpResponse:
    """A problem document outside DRF (unknown path, refused host)."""
    return HttpResponse(
        dumps(problem(status, code, HTTPStatus(status).phrase, detail)), status=status, content_type=MEDIA_TYPE
    )
