"""The feed of a container, which machines poll, by the short way."""

import re
from typing import Final

from django.utils import timezone

from apps.common.api.renderers import dumps
from apps.common.prepared import Prepared
from apps.parties.api.keys import STAMP
from apps.parties.api.short_way import Lane, SignedIn
from apps.tracking.selectors import BEGINNING, PAGE, PARAMETERS, Place, asked_for, page_from
from terminal.identifiers import require_container_number

CURSOR: Final = re.compile(r"(?:cursor=([A-Za-z0-9_-]{1,60}={0,2}))?")


PAGES: Final = Prepared(
    "tracking_events_by_key",
    (*PARAMETERS, "varchar"),
    f"SELECT ({STAMP.format(prefix='$9')}), page.* FROM ({PAGE}) AS page",
)


def _events(who: SignedIn, address: re.Match[str], query: str, before: str) -> tuple[str | None, bytes | None]:
    """The page; nothing where the number is not found, which may be known by another one."""
    asked = CURSOR.fullmatch(query)
    if asked is None:
        return who.stamp, None
    after = Place.read(asked.group(1)) if asked.group(1) else BEGINNING
    number, caller = require_container_number(address.group(1)), who.caller
    values = asked_for(number, party=caller.party, terminal=caller.terminal, at=timezone.now(), after=after)
    ((stamp, *row),) = PAGES.rows(*values, who.prefix, before=before)
    page = page_from(tuple(row), after, values[-1])
    return stamp or None, None if page is None else dumps(page.document())


EVENTS: Final = Lane(re.compile(r"/api/v1/containers/([A-Z]{4}[0-9]{7})/events/"), "read", _events)
