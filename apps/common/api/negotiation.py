"""What the API answers with: JSON, whoever asks for JSON or for anything."""

from collections.abc import Iterable
from typing import Any, Final

from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from apps.common.api.sparse import MEDIA_TYPE, wanted_of

OURS: Final = frozenset({"*/*", "application/*", "application/json", "application/problem+json", MEDIA_TYPE})


class JsonOnly(BaseContentNegotiation):
    """Chooses the view's only renderer, or one that leaves out what ``fields`` does not name.

    Raises ``NotAcceptable`` for an ``Accept`` that excludes JSON, and ``UnknownField``.
    """

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        wanted = (request.content_type or "application/json").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == wanted), None)

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        accepted = request.META.get("HTTP_ACCEPT", "*/*")
        if accepted != "*/*" and not any(_allows(each) for each in accepted.split(",")):
            raise NotAcceptable
        chosen = wanted_of(request) or next(iter(renderers))
        return chosen, str(chosen.media_type)


def _allows(wanted: str) -> bool:
    name, _semicolon, rest = wanted.partition(";")
    return name.strip().lower() in OURS and _quality(rest) > 0


def _quality(parameters: str) -> float:
    found: Any = next((each for each in parameters.split(";") if each.strip().startswith("q=")), "q=1")
    try:
        return float(found.strip()[2:])
    except ValueError:
        return 1.0
