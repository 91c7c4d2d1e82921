"""Rows of the journal told in a version's words, and paged."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from apps.network.models import Terminal
from apps.parties.models import Party
from apps.tracking.dcsa.asked import Asked, Behind
from apps.tracking.dcsa.facts import fact_of, place_of
from apps.tracking.dcsa.forms import TELLS, texts_of
from apps.tracking.dcsa.rows import Found, rows_at_once, rows_of
from terminal.dcsa import Version
from terminal.dcsa.wanted import wanted_2_2


@dataclass(frozen=True)
class Page:
    """Events as JSON, in the order asked for, and where to go on; None: that was all.

    ``stamp``: of the key that asked, where it was read along (see ``apps.parties.api.keys.STAMP``).
    """

    events: list[str]
    behind: Behind | None = None
    stamp: str | None = None


def page_of(asked: Asked, *, party: Party, terminal: Terminal, at: datetime) -> Page:
    """What the party may see of what it asks for, in two queries at most."""
    return _told(asked, rows_of(asked, party=party, terminal=terminal, at=at), terminal)


def page_at_once(
    asked: Asked, *, party: Party, terminal: Terminal, at: datetime, prefix: str, before: str
) -> Page | None:
    """The same in one message, where it is a usual question; see ``rows_at_once``."""
    found = rows_at_once(asked, party=party, terminal=terminal, at=at, prefix=prefix, before=before)
    return None if found is None else _told(asked, found, terminal)


def events_of(asked: Asked, *, party: Party, terminal: Terminal, at: datetime) -> list[dict[str, Any]]:
    """The events of the page by themselves, to be put elsewhere."""
    place, tell = place_of(terminal), TELLS[asked.version]
    rows = rows_of(asked, party=party, terminal=terminal, at=at).rows
    return [event for row in rows if (event := tell(fact_of(row, terminal, place)))]


def event_of(event: UUID, *, party: Party, terminal: Terminal, at: datetime) -> dict[str, Any] | None:
    """One event of version 2.2; None: to this party there is no such event."""
    asked = Asked(version=Version.TWO, wanted=wanted_2_2({}), event=event)
    return next(iter(events_of(asked, party=party, terminal=terminal, at=at)), None)


def _told(asked: Asked, found: Found, terminal: Terminal) -> Page:
    return Page(texts_of(found.rows, asked.version, terminal), found.behind, found.stamp)
