"""What happened to a party's boxes, told unasked: CODECO, COARRI, IFTSTA out of the journal.

# Note [Told once, in commit order]
A partner's feed keeps its place in the journal. Rows are read up to the oldest transaction that still runs, so that
what commits late is read later and not skipped; the place is moved in the transaction that writes the interchanges, so
that a crash tells nothing twice. Where nothing more was found, the place moves to where everything is settled: a
partner with few boxes does not read the others' rows again and again. What a party may not read it is not told: its
visits, within the dates of its part, and only what the terminal did itself.
"""

import logging
from datetime import datetime
from typing import Final

from django.db import DatabaseError, transaction
from django.db.models import Exists, OuterRef, Q

from apps.containers.models import VisitRole
from apps.edi.models import Feed, Interchange, Partner
from apps.edi.services.feeds import hold
from apps.edi.services.sending import write_to
from apps.edi.services.telling.facts import Facts
from apps.edi.services.telling.messages import KINDS, messages_of
from apps.journal.models import Entry, EntryQuerySet
from apps.journal.selectors import Place, horizon, read_on
from terminal.errors import Refused
from terminal.events import Audience, Authority, EventKind

AT_ONCE: Final = 500
"""Rows of one run: of more, the next run tells."""

FAR_BEHIND: Final = 1000
"""Transactions that settled without anything for a partner before its place is moved: that is a write, too."""

LAST: Final = 2**63 - 1
log = logging.getLogger(__name__)


def tell_all(*, at: datetime) -> int:
    """Tell every partner what is new to it; how many interchanges were written.

    Where one cannot be told, the others are all the same; it is told of it the next time.
    """
    count = 0
    for partner in Partner.objects.in_use().order_by("pk"):
        try:
            count += len(tell(partner, at=at))
        except (DatabaseError, OSError, Refused):
            log.exception("%s could not be told what happened", partner.code)
    return count


@transaction.atomic
def tell(partner: Partner, *, at: datetime) -> list[Interchange]:
    """Write what happened since the partner was told last, one interchange a type. See the Note above."""
    feed = hold(partner)
    if not partner.tells or partner.party is None:
        _move(feed, None)
        return []
    settled = Place(horizon() - 1, LAST)
    if feed.xid is None:
        _move(feed, settled)
        return []
    entries, place = read_on(Place(feed.xid, feed.entry_id), limit=AT_ONCE, entries=_of(partner))
    if entries or settled.xid - feed.xid > FAR_BEHIND:
        _move(feed, place if len(entries) == AT_ONCE else max(place, settled))
    facts = Facts(entries)
    written = [_write(partner, kind, entries, facts, feed, at) for kind in sorted(partner.tells)]
    return [each for each in written if each is not None]


def _of(partner: Partner) -> EntryQuerySet:
    """What the partner's party may read of its boxes' moves."""
    parts = VisitRole.objects.filter(
        visit=OuterRef("visit_id"), party=partner.party_id, since__lte=OuterRef("happened_at")
    ).filter(Q(until=None) | Q(until__gt=OuterRef("happened_at")))
    return Entry.objects.filter(
        Q(kind__in=sorted(KINDS)) | Q(kind=EventKind.RETRACTED.value, payload__retracts__in=sorted(KINDS)),
        Exists(parts),
        terminal_id=partner.terminal_id,
        audience=Audience.PUBLIC.value,
        authority=Authority.OWN.value,
    )


def _write(
    partner: Partner, kind: str, entries: list[Entry], facts: Facts, feed: Feed, at: datetime
) -> Interchange | None:
    told = messages_of(partner, kind, entries, facts, at=at)
    if not told:
        return None
    outcome = {"documents": [each.head.document for each in told], "events": len(entries)}
    return write_to(partner, told, feed, at=at, outcome=outcome)


def _move(feed: Feed, place: Place | None) -> None:
    feed.xid, feed.entry_id = (place.xid, place.entry_id) if place else (None, 0)
    Feed.objects.filter(pk=feed.pk).update(xid=feed.xid, entry_id=feed.entry_id)
