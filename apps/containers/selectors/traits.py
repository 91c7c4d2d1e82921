"""What is known of visits when something happens to them, for the rules that ask."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from apps.containers.models import StopRule, Visit, VisitRole
from apps.journal.models import Entry
from terminal.events import Classifier
from terminal.readiness.rules import Deed, Traits
from terminal.regimes import Direction, Goods, Regime
from terminal.throughput import Mode

MARK: Final = "by_rule"
"""The name in a journal entry's payload under which the rule stands that did it."""


def parts_of(visits: Iterable[int | None]) -> dict[int, list[VisitRole]]:
    """All roles in the visits, by the visit's number."""
    found: dict[int, list[VisitRole]] = defaultdict(list)
    for role in VisitRole.objects.filter(visit__in=list(visits)):
        found[role.visit_id].append(role)
    return found


def traits(visit: Visit, entry: Entry, roles: Iterable[VisitRole]) -> Traits:
    """What is known of the visit as things stand; what only a party's program claims is not known.

    The roles are those in force when the entry's event happened, and so is the carrier the one of the event.
    """
    at = entry.happened_at
    held = {
        (role.party_id, role.role) for role in roles if role.since <= at and (role.until is None or at < role.until)
    }
    return Traits(
        size_type=visit.size_type,
        regime=Regime(visit.regime) if visit.knows("regime") else Regime.UNKNOWN,
        direction=Direction(visit.direction) if visit.knows("direction") else Direction.UNKNOWN,
        laden=visit.laden if visit.knows("laden") else None,
        goods=Goods(visit.goods),
        mode=_mode(visit, entry),
        destination=visit.destination,
        parts=frozenset(held),
        details=entry.payload,
    )


def _mode(visit: Visit, entry: Entry) -> Mode | None:
    """By what the box crosses the terminal's edge; for other events by what it goes, else by what it came."""
    if entry.payload.get("mode") in list(Mode):
        return Mode(entry.payload["mode"])
    call = visit.departure_call or visit.arrival_call
    return Mode(call.mode) if call else None


MOST: Final = 1_000
"""The newest events a look back reads."""


def would_have_followed(rule: StopRule, *, since: datetime) -> tuple[int, int]:
    """On how many of the events since then the rule would have acted, and how many there were (up to ``MOST``).

    The boxes are taken as they are now; that a hold stood already, or that a visit is over, is not asked.
    """
    told = Entry.objects.filter(
        terminal_id=rule.terminal_id,
        kind=rule.event,
        happened_at__gte=since,
        classifier=Classifier.ACTUAL.value,
        revision=1,
        visit_id__isnull=False,
    )
    entries = list(told.exclude(payload__has_key=MARK).order_by("-happened_at")[:MOST])
    numbers = {each.visit_id for each in entries}
    visits = Visit.objects.select_related("container", "arrival_call", "departure_call").in_bulk(numbers)
    roles = parts_of(numbers) if rule.party_id or rule.role else {}
    deed, wanted = Deed(rule.deed), rule.filter
    fitting = sum(
        wanted.fits(traits(visit, each, roles.get(visit.pk, ())), deed=deed)
        for each in entries
        if (visit := visits.get(each.visit_id or 0)) is not None
    )
    return fitting, len(entries)
