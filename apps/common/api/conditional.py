"""A change that is meant for one version: the ``If-Match`` header (RFC 9110), with the ETag a row was read with."""

import re
from typing import Final

from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

HEADER: Final = "If-Match"
TAG: Final = re.compile(r'"(\d{1,9})"')

IF_MATCH: Final = OpenApiParameter(
    HEADER,
    {"type": "string", "pattern": r'^(\*|"[0-9]{1,9}")$'},
    OpenApiParameter.HEADER,
    description="The ETag with which you read it. It is changed only if it still is at that version.",
)


def versions_of(request: Request) -> frozenset[int] | None:
    """The versions the change is meant for; None: whatever version it has."""
    said = request.headers.get(HEADER, "*").strip()
    if said == "*":
        return None
    tags = [TAG.fullmatch(each.strip()) for each in said.split(",")]
    return frozenset(int(tag.group(1)) for tag in tags if tag)
