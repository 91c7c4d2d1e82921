"""What machines poll, by the short way: the feed of a container, and events of Track & Trace."""

import re
from collections.abc import Callable
from typing import Any, Final

from django.core.handlers.wsgi import WSGIRequest
from django.utils import timezone
from rest_framework.request import Request

from apps.common.api.renderers import dumps
from apps.common.prepared import Prepared
from apps.parties.api.keys import STAMP
from apps.parties.api.short_way import Asking, Lane, Told
from apps.tracking.api.dcsa.errors import HEADER
from apps.tracking.api.dcsa.parameters import asked_2_2, asked_3_0
from apps.tracking.api.dcsa.views import next_cursor, next_page, paged
from apps.tracking.dcsa import Asked, Page, page_at_once
from apps.tracking.selectors import BEGINNING, PAGE, PARAMETERS, Place, asked_for, page_from, question_about
from apps.tracking.selectors.event import as_list
from terminal.identifiers import require_container_number

CURSOR: Final = re.compile(r"(?:cursor=([A-Za-z0-9_-]{1,100}))?")

PLAIN: Final = re.compile(r"[A-Za-z0-9=&._:,%~-]*")
"""A query that is noted as it came."""

PAGED: Final = frozenset({"current-page", "first-page", "next-page", "last-page", "next-page-cursor"})

PAGES: Final = Prepared(
    "tracking_events_by_key",
    (*PARAMETERS, "varchar"),
    f"SELECT ({STAMP.format(prefix='$9')}), page.* FROM ({PAGE}) AS page",
)


def _events(asking: Asking) -> Told:
    """The page; nothing where the number is not found, which may be known by another one."""
    asked, who = CURSOR.fullmatch(asking.query), asking.who
    if asked is None:
        return Told(who.stamp, None)
    number, caller = require_container_number(asking.address.group(1)), who.caller
    question = question_about(number, party=caller.party, terminal=caller.terminal)
    after = Place.read(asked.group(1), question) if asked.group(1) else BEGINNING
    values = asked_for(number, party=caller.party, terminal=caller.terminal, at=timezone.now(), after=after)
    ((stamp, *row),) = PAGES.rows(*values, who.prefix, before=asking.before)
    page = page_from(tuple(row), after, values[-1])
    return Told(stamp or None, None if page is None else dumps(page.document(question)))


def _events_2_2(asking: Asking) -> Told:
    request, page = _page(asking, asked_2_2)
    if page is None:
        return Told(asking.who.stamp, None)
    head = paged(request, next_cursor(request, page))
    return Told(page.stamp, dumps(as_list(page.events)), list(head.items()))


def _events_3_0(asking: Asking) -> Told:
    request, page = _page(asking, asked_3_0)
    if page is None:
        return Told(asking.who.stamp, None)
    head = next_page(next_cursor(request, page))
    return Told(page.stamp, dumps({"events": as_list(page.events)}), list(head.items()))


def _page(asking: Asking, read: Callable[[Request], Asked]) -> tuple[Request, Page | None]:
    """The request as the views see it, and its page; none where the question is not a plain one."""
    request, caller = Request(WSGIRequest(asking.environ)), asking.who.caller
    request.user = caller  # type: ignore[assignment]
    if HEADER in request.headers or not PLAIN.fullmatch(asking.query):
        return request, None
    who: Any = {"party": caller.party, "terminal": caller.terminal, "prefix": asking.who.prefix}
    return request, page_at_once(read(request), **who, at=timezone.now(), before=asking.before)


EVENTS: Final = Lane(re.compile(r"/api/v1/containers/([A-Z]{4}[0-9]{7})/events/"), "read", _events)

EVENTS_2_2: Final = Lane(re.compile("/dcsa/tnt/v2/events"), "read", _events_2_2, PAGED)
EVENTS_3_0: Final = Lane(re.compile("/dcsa/tnt/v3/events"), "read", _events_3_0, PAGED)
LANES: Final = (EVENTS, EVENTS_2_2, EVENTS_3_0)
