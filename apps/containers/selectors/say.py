"""Who has the say over a box: where it goes, and who may collect it."""

from datetime import datetime
from typing import Final

from apps.containers.models import Visit, VisitRole
from apps.parties.models import Party

FIRST: Final = frozenset({VisitRole.Role.LINE.value, VisitRole.Role.FORWARDER.value})
"""Who has the say over a box; where neither has a part in it, its owner has."""

OWNERS: Final = frozenset({VisitRole.Role.SHIPPER.value, VisitRole.Role.CONSIGNEE.value})


def has_the_say(visit: Visit, party: Party, at: datetime) -> bool:
    """Whether the party has the say over the box: its line or forwarder, or its owner where there is neither."""
    roles = set(VisitRole.objects.filter(visit=visit).in_force(at).values_list("party_id", "role"))
    theirs = {role for party_id, role in roles if party_id == party.pk}
    first = {role for _, role in roles} & FIRST
    return bool(theirs & FIRST) or (not first and bool(theirs & OWNERS))
