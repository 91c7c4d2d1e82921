"""What every app's views do with a request: check what was sent, page what is asked for, say versions and places."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter


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


def page_of(rows: QuerySet[Any], asked: dict[str, Any]) -> dict[str, Any]:
    """The page asked for (``limit``, ``cursor``), the newest rows first: ``results``, and ``next``, the cursor of the
    following page.
    """
    rows = rows.order_by("-public_id")
    if "cursor" in asked:
        rows = rows.filter(public_id__lt=asked["cursor"])
    found = list(rows[: asked["limit"] + 1])
    shown = found[: asked["limit"]]
    return {"results": shown, "next": shown[-1].public_id if len(found) > len(shown) else None}
