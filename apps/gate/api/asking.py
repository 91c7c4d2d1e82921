"""What the gate's views share: who asks, what was sent, pages, and refusals that leave their mark."""

from collections.abc import Callable
from typing import Any, cast

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.api.problems import MEDIA_TYPE, refused
from apps.gate.services import NoRightToCollect
from apps.parties.api.authentication import Caller

TAGS = ["gate"]
ETAG = OpenApiParameter(
    "ETag", OpenApiTypes.STR, OpenApiParameter.HEADER, response=[200], description="The row's version."
)
LOCATION = OpenApiParameter(
    "Location", OpenApiTypes.URI, OpenApiParameter.HEADER, response=[201], description="Where it is."
)


def caller_of(request: Request) -> Caller:
    """The program that asks; ``HasScope`` lets nobody else in here."""
    return cast(Caller, request.user)


def checked(serializer: Any, data: Any) -> dict[str, Any]:
    """What was sent, or 422."""
    asked = serializer(data=data)
    asked.is_valid(raise_exception=True)
    values: dict[str, Any] = asked.validated_data
    return values


def page_of(rows: QuerySet[Any], asked: dict[str, Any], serializer: Any) -> Response:
    """The page asked for, the newest rows first."""
    rows = rows.order_by("-public_id")
    if "cursor" in asked:
        rows = rows.filter(public_id__lt=asked["cursor"])
    found = list(rows[: asked["limit"] + 1])
    shown = found[: asked["limit"]]
    following = shown[-1].public_id if len(found) > len(shown) else None
    return Response(serializer({"results": shown, "next": following}).data)


def answered(act: Callable[[], Response]) -> Response:
    """The answer; a refusal for want of a right is answered without undoing that it was counted.

    See Note [Every mistake is counted] in ``apps.gate.services.claims``.
    """
    try:
        return act()
    except NoRightToCollect as refusal:
        status, document = refused(refusal)
        response = Response(document, status=status)
        response.content_type = MEDIA_TYPE
        return response
