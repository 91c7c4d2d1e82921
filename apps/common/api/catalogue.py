"""Every problem the API can answer with, read from the refusals themselves, so that none is forgotten."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.common.api.problems import STATUS
from apps.common.api.schema import SAID
from terminal.errors import Malformed, Refused

OURS: Final = ("apps.", "terminal.")
NOT_OVER_THE_API: Final = (
    "apps.tracking.services.flow",
    "apps.network.selectors",
    "apps.network.services",
    "apps.parties.selectors",
    "apps.customs.services.history",
    "apps.warehouse.services.history",
    "apps.yard.services.counting",
    "apps.demo",
    "apps.sandbox.services",
    "terminal.stacking.relocation",
    "terminal.traffic",
)
"""What only commands, files and the admin are answered: no program can meet it."""

OF_HTTP: Final = {
    "not-authenticated": 401,
    "authentication-failed": 401,
    "permission-denied": 403,
    "not-found": 404,
    "method-not-allowed": 405,
    "not-acceptable": 406,
    "too-large": 413,
    "unsupported-media-type": 415,
    "parse-error": 400,
    "bad-request": 400,
    "unknown-field": 400,
    "unknown-parameter": 400,
    "invalid-content": 422,
    "throttled": 429,
    "server-error": 500,
}
BEYOND: Final = {
    405: (gettext_lazy("This address does not know the method; Allow names those it knows."), ""),
    429: (gettext_lazy("Too many requests; Retry-After says when to ask again."), ""),
    500: (gettext_lazy("A fault of ours. It has been noted; the same request may be sent again with its key."), ""),
}
"""What every address can answer without the OpenAPI document saying so for each."""


@dataclass(frozen=True)
class Known:
    """One problem: its code, HTTP status, and what it means."""

    code: str
    status: int
    meaning: str


def problem_catalogue() -> list[Known]:
    """All problems by code: those of HTTP and every refusal of the parts of the terminal that are in use."""
    of_http = [Known(code, status, str((SAID | BEYOND)[status][0])) for code, status in OF_HTTP.items()]
    refusals = {each.code(): Known(each.code(), STATUS[each.kind], _meaning(each)) for each in _all(Refused)}
    return sorted({**{each.code: each for each in of_http}, **refusals}.values(), key=lambda each: each.code)


def _all(base: type[Refused]) -> Iterator[type[Refused]]:
    for each in base.__subclasses__():
        ours = each.__module__.startswith(OURS) and not each.__module__.startswith(NOT_OVER_THE_API)
        if each is not Malformed and ours:
            yield each
        yield from _all(each)


def _meaning(refusal: type[Refused]) -> str:
    return _(refusal.message)
