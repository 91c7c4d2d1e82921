"""``?fields=``: of each row of a list, or of one document, only the members that are asked for.

What there is to ask for is what the view's serializer describes: nothing has to be declared anywhere else.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import orjson
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from apps.common.api.renderers import OrjsonRenderer, dumps

PARAMETER: Final = "fields"
LISTS: Final = ("results", "events")
"""Where a page of a list has its rows. A document with none of these is one thing by itself."""

MEDIA_TYPE: Final = "application/vnd.landbridge.sparse+json"
"""What such an answer is: JSON, but not the whole document that the description promises."""

Shown = tuple[str, frozenset[str]]
"""Under which member the rows stand ("": the document itself), and the members each has."""


class UnknownField(APIException):
    """A member was asked for that is not there."""

    status_code = 400
    default_code = "unknown-field"

    def __init__(self, unknown: list[str], possible: list[str]) -> None:
        words = _("There is no “%(unknown)s” here. There are: %(possible)s.")
        super().__init__(words % {"unknown": ", ".join(unknown), "possible": ", ".join(possible)})
        self.members = {"unknown": unknown, "possible": possible}


class SparseRenderer(OrjsonRenderer):
    """JSON with only some members."""

    media_type = MEDIA_TYPE

    def __init__(self, member: str, kept: frozenset[str]) -> None:
        self.member = member
        self.kept = kept

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        """The answer, or a refusal as it is."""
        answer: Any = (renderer_context or {}).get("response")
        if isinstance(data, dict) and getattr(answer, "status_code", 200) == 200:
            data = self._picked(data)
        return super().render(data, accepted_media_type, renderer_context)

    def _picked(self, data: dict[str, Any]) -> dict[str, Any]:
        if not self.member:
            return self._of(data)
        rows = data.get(self.member) or []
        if isinstance(rows, orjson.Fragment):
            rows = orjson.loads(dumps(rows))
        return {**data, self.member: [self._of(row) for row in rows]}

    def _of(self, row: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in row.items() if name in self.kept}


def wanted_of(request: Request) -> SparseRenderer | None:
    """The renderer that leaves out what is not asked for. Raises ``UnknownField``; ``None``: all is."""
    asked = set(request.GET[PARAMETER].split(",")) if PARAMETER in request.GET else set()
    view: Any = (request.parser_context or {}).get("view")
    kind: Any = type(view)
    shown = shown_by(kind) if asked and request.method == "GET" else None
    if shown is None:
        return None
    member, names = shown
    if unknown := sorted(asked - names):
        raise UnknownField(unknown, sorted(names))
    return SparseRenderer(member, frozenset(asked))


def sparse_example(whole: Any, shown: Shown) -> Any:
    """An example of an answer, with only two of its members."""
    member, _names = shown
    if not isinstance(whole, dict):
        return {}
    if not member:
        return dict(list(whole.items())[:2])
    return {**whole, member: [dict(list(row.items())[:2]) for row in whole.get(member, [])]}


@cache
def shown_by(view: Any) -> Shown | None:
    """What a view's GET shows, by the serializer of its description; ``None``: something else than such a document."""
    declared = getattr(getattr(view, "get", None), "kwargs", {}).get("schema")
    if declared is None:
        return None
    schema, asked = declared(), view()
    asked.request, asked.kwargs = None, {}
    schema.view, schema.method, schema.path = asked, "GET", ""
    return shown_in(schema.get_response_serializers())


def shown_in(responses: Any) -> Shown | None:
    """The same of what ``extend_schema`` was given as responses."""
    if isinstance(responses, dict):
        responses = responses.get(200)
    document = (
        responses() if isinstance(responses, type) and issubclass(responses, serializers.Serializer) else responses
    )
    if not isinstance(document, serializers.Serializer):
        return None
    for member in LISTS:
        rows = document.fields.get(member)
        child = getattr(rows, "child", None)
        if isinstance(child, serializers.Serializer):
            return member, frozenset(child.fields)
    return "", frozenset(document.fields)
