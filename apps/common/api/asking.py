"""What every app's views do with a request: check what was sent, page what is asked for, say versions and places."""

from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from apps.common.api.fields import CursorField
from apps.common.cursors import Question, UnknownCursor

OF_THE_PAGE: Final = frozenset({"cursor", "limit", "fields"})
"""What may change from page to page."""

OF_ANY_QUESTION: Final = frozenset({"fields", "terminal"})
""":mod:`apps.common.api.sparse`'s, and the terminal that people of several name."""


class PageQuery(serializers.Serializer[Any]):
    """Base of which rows of a list: where to read on, and how many."""

    cursor = CursorField(help_text=_("`next` of the page before, asked for in the same way."))
    limit = serializers.IntegerField(min_value=1, max_value=200, default=50)


class NextCursor(serializers.CharField):
    """Where the next page begins; null on the last."""

    def __init__(self) -> None:
        words = _("Ask with it as `cursor`, and otherwise in the same way, for the next page. null: this is the last.")
        super().__init__(allow_null=True, help_text=words)


def etag(description: str) -> OpenApiParameter:
    """The header that carries a row's version."""
    return OpenApiParameter("ETag", OpenApiTypes.STR, OpenApiParameter.HEADER, response=[200], description=description)


def location(description: str) -> OpenApiParameter:
    """The header that says where the new row is."""
    where = {"type": "string", "format": "uri-reference"}
    return OpenApiParameter("Location", where, OpenApiParameter.HEADER, response=[201], description=description)


def checked(serializer: Any, data: Any) -> dict[str, Any]:
    """What was sent, or 422. No body is an empty one."""
    asked = serializer(data={} if data is None else data)
    asked.is_valid(raise_exception=True)
    values: dict[str, Any] = asked.validated_data
    return values


class UnknownParameter(APIException):
    """The address asks for something by a name there is not: leaving it out would answer another question."""

    status_code = 400
    default_code = "unknown-parameter"

    def __init__(self, unknown: list[str], possible: list[str]) -> None:
        words = gettext("There is no parameter “%(unknown)s” here. There are: %(possible)s.")
        super().__init__(words % {"unknown": ", ".join(unknown), "possible": ", ".join(possible)})
        self.members = {"unknown": unknown, "possible": possible}


def asked_for(serializer: Any, request: Request) -> dict[str, Any]:
    """What the address asks, by this serializer: 400 for a parameter it has not, 422 for a value that cannot be."""
    possible = {*serializer().fields, *OF_ANY_QUESTION}
    if unknown := sorted(set(request.query_params) - possible):
        raise UnknownParameter(unknown, sorted(possible))
    return checked(serializer, request.query_params.dict())


def page_of(rows: QuerySet[Any], asked: dict[str, Any], request: Request) -> dict[str, Any]:
    """The page asked for (``limit``, ``cursor``), the newest rows first: ``results``, and ``next``, the cursor of the
    following page. Raises ``UnknownCursor`` for the cursor of another list, or of one filtered in another way.
    """
    rows, question = rows.order_by("-public_id"), _question(request)
    if "cursor" in asked:
        rows = rows.filter(public_id__lt=_last_row(question, asked["cursor"]))
    found = list(rows[: asked["limit"] + 1])
    shown = found[: asked["limit"]]
    return {"results": shown, "next": question.cursor(shown[-1].public_id.hex) if len(found) > len(shown) else None}


def _question(request: Request) -> Question:
    said, whose = request.query_params, getattr(request.user, "whose", "staff")
    filters = [f"{name}={said.getlist(name)}" for name in sorted(said) if name not in OF_THE_PAGE]
    return Question("\n".join([request.path, whose, *filters]))


def _last_row(question: Question, cursor: str) -> UUID:
    try:
        return UUID(hex=question.place(cursor))
    except ValueError as odd:
        raise UnknownCursor from odd
