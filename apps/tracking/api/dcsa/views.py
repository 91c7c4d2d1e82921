"""Events in both versions."""

import re
from typing import Any, ClassVar, Final
from urllib.parse import urlencode
from uuid import UUID

from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.common import clock
from apps.parties.api.authentication import Caller, HasScope, caller_of
from apps.tracking.api.dcsa import cursors
from apps.tracking.api.dcsa.errors import HEADER, refusing
from apps.tracking.api.dcsa.parameters import asked_2_2, asked_3_0, only
from apps.tracking.dcsa import Asked, Page, event_of, page_of
from apps.tracking.selectors.event import as_list
from terminal.dcsa import Version
from terminal.dcsa.wanted import WrongParameter
from terminal.errors import gettext_noop

A_VERSION: Final = gettext_noop("%(major)s, or left out: this address answers in version %(full)s")
AN_ID: Final = gettext_noop("the eventID of an event, a UUID")


class Standard(APIView):
    """A view of one version of the standard: its headers, its error body. It is in the standard's own document."""

    schema = None
    version: ClassVar[Version]
    permission_classes = [HasScope]
    required_scope = "read"
    http_method_names = ["get", "head", "post", "put", "delete"]

    def get_exception_handler(self) -> Any:
        return refusing(self.version)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        _require_version(request.headers.get(HEADER), self.version)

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        final = super().finalize_response(request, response, *args, **kwargs)
        final[HEADER] = self.version.value
        return final


class Events22(Standard):
    """``GET /dcsa/tnt/v2/events``."""

    version = Version.TWO

    def get(self, request: Request) -> Response:
        """Events, as the filters, the order and the cursor ask."""
        page = _page(asked_2_2(request), caller_of(request))
        return Response(as_list(page.events), headers=paged(request, next_cursor(request, page)))


class Event22(Standard):
    """``GET /dcsa/tnt/v2/events/{eventID}``."""

    version = Version.TWO

    def get(self, request: Request, event: str) -> Response:
        """One event: the latest word on it."""
        only(request, ())
        caller = caller_of(request)
        found = event_of(_uuid(event), party=caller.party, terminal=caller.terminal, at=clock.now())
        if found is None:
            raise NotFound
        return Response(found)


class Events30(Standard):
    """``GET /dcsa/tnt/v3/events``."""

    version = Version.THREE

    def get(self, request: Request) -> Response:
        """Events, corrections and retractions among them."""
        page = _page(asked_3_0(request), caller_of(request))
        return Response({"events": as_list(page.events)}, headers=next_page(next_cursor(request, page)))


def _page(asked: Asked, caller: Caller) -> Page:
    return page_of(asked, party=caller.party, terminal=caller.terminal, at=clock.now())


def _require_version(asked: str | None, version: Version) -> None:
    major, minor, _ = version.value.split(".")
    if asked is not None and not re.fullmatch(rf"{major}(\.{minor}(\.\d+)?)?", asked):
        raise WrongParameter(HEADER, asked, A_VERSION % {"major": major, "full": version.value})


def _uuid(text: str) -> UUID:
    try:
        return UUID(text if len(text) == 36 else "")
    except ValueError as wrong:
        raise WrongParameter("eventID", text, AN_ID) from wrong


def next_cursor(request: Request, page: Page) -> str:
    """Where the walk goes on behind this page; nothing: it is the last."""
    if page.behind is None:
        return ""
    said = {name: str(value) for name, value in request.query_params.items()}
    return cursors.written(page.behind, caller_of(request), said, request.path)


def next_page(cursor: str) -> dict[str, str]:
    """The page header of 3.0."""
    return {"Next-Page-Cursor": cursor} if cursor else {}


def paged(request: Request, cursor: str) -> dict[str, str]:
    """The page headers of 2.2, where they can be given: a walk goes on and begins anew, it does not go back."""
    here = _link(request, request.query_params.get("cursor", ""))
    headers = {"Current-Page": here, "First-Page": _link(request, "")}
    if cursor:
        return headers | {"Next-Page": _link(request, cursor), "Next-Page-Cursor": cursor}
    return headers | {"Last-Page": here}


def _link(request: Request, cursor: str) -> str:
    said = {name: str(value) for name, value in request.query_params.items() if name != "cursor"}
    if cursor:
        said["cursor"] = cursor
    address = request.build_absolute_uri(request.path)
    return f"{address}?{urlencode(said, safe=':,')}" if said else address
