"""What will be gone one day says so in every answer: ``Deprecation`` (RFC 9745), ``Sunset`` (RFC 8594), ``Link``."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar, Final

from django.utils.http import http_date
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

NOTES: Final = "/api/docs/"
"""Where it is told what to do instead, unless a deprecation names another page."""


@dataclass(frozen=True)
class Deprecation:
    """An operation that is not to be used any more: from when on, when it ends (None: not decided), and what follows
    it. The moments are aware. ``successor`` is an address.
    """

    since: datetime
    ends: datetime | None = None
    successor: str = ""
    notes: str = NOTES

    def headers(self) -> dict[str, str]:
        """What every answer says of it."""
        links = [f'<{self.notes}>; rel="deprecation"; type="text/html"']
        if self.successor:
            links.append(f'<{self.successor}>; rel="successor-version"')
        said = {"Deprecation": f"@{int(self.since.timestamp())}", "Link": ", ".join(links)}
        return said | ({"Sunset": http_date(self.ends.astimezone(UTC).timestamp())} if self.ends else {})


class Deprecated(APIView):
    """Mixin, before the view: its ``deprecations`` name the methods that will be gone. Refusals say so, too."""

    deprecations: ClassVar[dict[str, Deprecation]] = {}

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Response:
        """The answer with what is said of the operation."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        told = deprecation_of(self, request.method or "")
        for name, value in told.headers().items() if told else ():
            answer[name] = value
        return answer


def deprecation_of(view: Any, method: str) -> Deprecation | None:
    """What is said of a method of a view; ``None``: it stays."""
    known: Deprecation | None = getattr(view, "deprecations", {}).get(method)
    return known
