"""Who has a part in a visit, and so may see it."""

from datetime import datetime

from django.db import transaction

from apps.containers.models import Visit, VisitRole
from apps.containers.services.advising import UnknownKind
from apps.containers.services.rows import lock_visits
from apps.parties.actors import Actor
from apps.parties.models import Party
from terminal.errors import Malformed, Refused, gettext_noop
from terminal.moments import require_zone


class NoPartOfIt(Refused):
    """Only who has a part in a visit can give one."""

    kind = "forbidden"
    message = gettext_noop("Only a party that has a part in the visit can give one.")


class EndsBeforeItBegins(Malformed):
    """A role that would never be in force."""

    message = gettext_noop("A role that ends at %(until)s never begins.")


@transaction.atomic
def give_role(
    visit: Visit, party: Party, role: str, *, by: Actor, at: datetime, until: datetime | None = None
) -> VisitRole:
    """Give a party a part in a visit from ``at`` on, until just before ``until``; an ended one begins anew.

    Raises ``NotYours`` (people: ``containers.change_visit``), ``NoPartOfIt`` (programs), ``UnknownKind``,
    ``EndsBeforeItBegins``, ``NaiveTime``.
    """
    require_zone(at, until)
    if role not in VisitRole.Role.values:
        raise UnknownKind(kind=role, possible=", ".join(VisitRole.Role.values))
    if until is not None and until <= at:
        raise EndsBeforeItBegins(until=until.isoformat())
    row = lock_visits([visit])[0]
    _require_may_give(by, row, at)
    return _give(row, party, role, by=by, at=at, until=until)


def _give(visit: Visit, party: Party, role: str, *, by: Actor, at: datetime, until: datetime | None) -> VisitRole:
    held = VisitRole.objects.filter(visit=visit, party=party, role=role)
    since = held.in_force(at).values_list("since", flat=True).first() or at
    values = {"since": since, "until": until, "given_by": by.label[:120]}
    given, _ = VisitRole.objects.update_or_create(visit=visit, party=party, role=role, defaults=values)
    return given


def _require_may_give(by: Actor, visit: Visit, at: datetime) -> None:
    if by.party is None:
        by.require("containers.change_visit", visit.terminal)
    elif not VisitRole.objects.filter(visit=visit, party=by.party).in_force(at).exists():
        raise NoPartOfIt
