"""What is asked or changed on a condition (RFC 9110): ``If-Match`` and ``If-None-Match``.

# Note [Two kinds of ETag]
What a program can change bears the version of its row: a change sent back with it as ``If-Match`` is meant for that
version. What several rows say together (a train with its places, an invoice with its lines) has no version of its own;
its ETag is made of the answer, and while it is the same, ``If-None-Match`` is answered by 304.
"""

import re
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any, Final

from django.http import HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.views import APIView

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


NONE_MATCH: Final = "If-None-Match"
IF_NONE_MATCH: Final = OpenApiParameter(
    NONE_MATCH,
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="The ETag of what you have. While it is the same, the answer is 304, without a body.",
)
OF_THE_ANSWER: Final = OpenApiParameter(
    "ETag",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    response=[200],
    description="Another one whenever anything in the answer is another.",
)


class Tagged(APIView):
    """Mixin, before the view: what is read bears an ETag made of the answer. See Note [Two kinds of ETag]."""

    tagged = True

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        final: Any = super().finalize_response(request, response, *args, **kwargs)
        if request.method not in ("GET", "HEAD") or final.status_code != 200:
            return final
        asked = request.headers.get(NONE_MATCH, "")
        if not hasattr(final, "add_post_render_callback"):
            return _with_tag(final, asked)
        final.add_post_render_callback(lambda rendered: _with_tag(rendered, asked))
        return final


def _with_tag(response: HttpResponse, asked: str) -> HttpResponse:
    digest = sha256(f"{response.headers['Content-Type']}\n".encode() + response.content).digest()[:18]
    response.headers["ETag"] = tag = f'"{urlsafe_b64encode(digest).decode()}"'
    known = {each.removeprefix("W/") for each in parse_etags(asked)}
    if tag in known or "*" in known:
        return HttpResponseNotModified(headers={"ETag": tag})
    return response
