"""What is known of visits when something happens to them, for the rules that ask."""

from collections import defaultdict
from collections.abc import Iterable

from apps.containers.models import Visit, VisitRole
from apps.journal.models import Entry
from terminal.readiness.rules import Traits
from terminal.regimes import Direction, Goods, Regime
from terminal.throughput import Mode


def parts_of(visits: Iterable[int]) -> dict[int, list[VisitRole]]:
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
