"""Every "no" in the standard's own words: the error body of 2.2, the feedback elements of 3.0."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.api.problems import DIALECTS, problem_response, title_of
from apps.common.api.renderers import told
from terminal.dcsa import Version

Said = list[tuple[str, str, str]]
"""What is wrong: in a few words, in a sentence, and where."""

HEADER: Final = "API-Version"
UNREADABLE: Final = 422
"""What /api/v1 calls unprocessable is a bad request here."""


def body_2_2(request: HttpRequest | Request, status: int, said: Said) -> dict[str, Any]:
    """The error body of 2.2."""
    return {
        "httpMethod": request.method,
        "requestUri": settings.SITE_URL + request.get_full_path(),
        "errors": [{"reason": reason, "message": message} for reason, message, _ in said],
        "statusCode": status,
        "statusCodeText": HTTPStatus(status).phrase,
        "errorDateTime": told(timezone.now()),
    }


def body_3_0(request: HttpRequest | Request, status: int, said: Said) -> dict[str, Any]:
    """The error body of 3.0."""
    return {
        "feedbackElements": [
            {"severity": "ERROR", "message": message, **({"propertyPath": where} if where else {})}
            for _, message, where in said
        ]
    }


BODIES: Final[dict[Version, Callable[[HttpRequest | Request, int, Said], dict[str, Any]]]] = {
    Version.TWO: body_2_2,
    Version.THREE: body_3_0,
}
ADDRESSES: Final = {"/dcsa/tnt/v2/": Version.TWO, "/dcsa/tnt/v3/": Version.THREE}


def refusing(version: Version) -> Callable[[Exception, dict[str, Any]], Response | None]:
    """The exception handler of a version's views: status and headers as everywhere, the body the standard's."""

    def handler(error: Exception, context: dict[str, Any]) -> Response | None:
        answer = problem_response(error, context)
        if answer is not None:
            status = HTTPStatus.BAD_REQUEST if answer.status_code == UNREADABLE else answer.status_code
            answer.status_code, answer.content_type = int(status), None
            answer.data = BODIES[version](context["request"], int(status), _said(answer.data))
        return answer

    return handler


def _said(problem: dict[str, Any]) -> Said:
    if "errors" in problem:
        return [(problem["title"], _sentence(each), _path(each["pointer"])) for each in problem["errors"]]
    parameter = problem.get("parameter", "")
    return [(problem["title"], problem["detail"], f"$.{parameter}" if parameter else "")]


def _sentence(error: dict[str, str]) -> str:
    return f"{error['pointer'].strip('/')}: {error['detail']}" if error["pointer"] else error["detail"]


def _path(pointer: str) -> str:
    return "$" + pointer.replace("/", ".") if pointer else ""


def speak_the_standard() -> None:
    """Have what is answered before any view is asked, or without one, in the standard's words, too."""
    for address, version in ADDRESSES.items():
        DIALECTS[address] = _plainly(version)


def _plainly(version: Version) -> Callable[[HttpRequest, int, str, str], tuple[dict[str, Any], dict[str, str]]]:
    def tell(request: HttpRequest, status: int, code: str, detail: str) -> tuple[dict[str, Any], dict[str, str]]:
        return BODIES[version](request, status, [(title_of(code), detail, "")]), {HEADER: version.value}

    return tell
