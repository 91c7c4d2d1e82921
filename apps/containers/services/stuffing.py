"""An empty box that was stuffed on the terminal's ground: the same stay, laden from now on.

# Note [What was said of the empty box]
What was allowed before the doors were closed was allowed to an empty box, and ends. What the box weighs now is its tare
(of the box, or as it was weighed empty) and the goods; where no tare is known, no figure at all. The regime holds only
where it was said of what leaves: else customs is asked. Goods that customs has not freed make no domestic box.

Who had a part in the empty box only because of what was unpacked from it has none in what is in it now.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import ROUND_UP, Decimal
from typing import Any, Final

from django.db import transaction
from django.db.models import F

from apps.containers.models import Permission, Visit, VisitRole
from apps.containers.selectors import situations
from apps.containers.selectors.noted import worn
from apps.containers.services.notes import NewNote, NewSeal, NewWeight
from apps.containers.services.notes.writing import write_notes
from apps.containers.services.permissions import permission_told
from apps.containers.services.roles import give_role
from apps.containers.services.rows import bring_up_to_date, lock_visits, of_visit, refreshed, require_right
from apps.journal.services import record, record_many
from apps.parties.actors import Actor
from apps.parties.models import Party
from terminal.errors import Refused, gettext_noop
from terminal.events import EventKind
from terminal.moments import require_zone
from terminal.readiness import NotReady, Step
from terminal.readiness.blockers import of_holds, of_the_visit
from terminal.regimes import Direction, Goods, Regime
from terminal.weights import Weighing

STUFFED: Final = "the box was stuffed since"


class NotEmpty(Refused):
    """Only a box that is known to be empty is stuffed."""

    message = gettext_noop("%(number)s is not known to be empty: unpack it first, or say that it is empty.")


class NotSealed(Refused):
    """A stuffed box leaves the dock with a seal on its doors."""

    message = gettext_noop("%(number)s wears no seal: note at least one when the stuffing is finished.")


def require_stuffable(visit: Visit, at: datetime) -> None:
    """Raise ``NotEmpty``, or ``NotReady`` unless the box is on the ground and nobody forbids to open it."""
    standing = situations([visit], at)[visit.pk]
    found = [*of_the_visit(standing, Step.STRIP), *of_holds(standing, Step.STRIP)]
    if found:
        codes = ", ".join(dict.fromkeys(each.code for each in found))
        told = [{**each.as_facts(), "container": visit.container.number} for each in found]
        raise NotReady(step="stuff", codes=codes, blockers=told)
    if visit.laden is not False:
        raise NotEmpty(number=visit.container.number)


@transaction.atomic
def stuff_visit(
    visit: Visit,
    *,
    net_kg: Decimal,
    party: Party,
    by: Actor,
    at: datetime,
    seals: Sequence[NewSeal] = (),
    goods: Goods = Goods.STANDARD,
    free: bool = True,
) -> Visit:
    """The box was stuffed with ``net_kg`` of the party's goods: laden, sealed, and its part the party's from now on.

    ``free``: customs has freed all of them. See Note [What was said of the empty box]. Raises ``NotReady``,
    ``NotEmpty``, ``NotSealed``, ``NotYours``, what a note refuses, and ``NaiveTime``.
    """
    require_zone(at)
    row = lock_visits([visit])[0]
    require_right(by, [row], "containers.change_visit")
    require_stuffable(row, at)
    tare = row.container.tare_kg or row.gross_kg
    _end_permissions(row, by=by, at=at)
    _load(row, goods, free=free)
    write_notes([*_weights(row, tare, net_kg), *seals], {row.pk: row}, by=by, at=at)
    if not worn([row])[row.pk]:
        raise NotSealed(number=row.container.number)
    _end_former_parts(row, party, at)
    give_role(row, party, VisitRole.Role.SHIPPER, by=by.entrusted(), at=at)
    payload = {"net_kg": str(net_kg), "gross_kg": row.gross_kg}
    record(of_visit(row, EventKind.CONTAINER_STUFFED, by=by, at=at, payload=payload))
    bring_up_to_date([visit], [row], "laden", "goods", "gross_kg", "claimed", "regime", "direction")
    return visit


def _end_permissions(row: Visit, *, by: Actor, at: datetime) -> None:
    given = list(Permission.objects.filter(visit=row, revoked_at=None).order_by("pk").select_for_update())
    Permission.objects.filter(pk__in=[each.pk for each in given]).update(revoked_at=at, version=F("version") + 1)
    why = {"reason": STUFFED}
    record_many(permission_told(each, row, EventKind.PERMISSION_REVOKED, why, by=by, at=at) for each in given)


def _load(row: Visit, goods: Goods, *, free: bool) -> None:
    values: dict[str, Any] = {
        "laden": True,
        "gross_kg": None,
        "goods": goods.value,
        "claimed": [name for name in row.claimed if name != "laden"],
    }
    if row.direction != Direction.OUTBOUND:
        values |= {"regime": Regime.UNKNOWN.value, "direction": Direction.UNKNOWN.value}
    elif row.regime == Regime.DOMESTIC and not free:
        values |= {"regime": Regime.UNKNOWN.value}
    Visit.objects.filter(pk=row.pk).update(**values, version=F("version") + 1)
    refreshed(row, **values)


def _end_former_parts(row: Visit, party: Party, at: datetime) -> None:
    """Parts that went over from the laden stay this one followed, save the line's and the party's own."""
    stays = Visit.objects.filter(container=row.container, terminal=row.terminal, departed_at=row.arrived_at)
    if not stays.exclude(pk=row.pk).exists():
        return
    former = VisitRole.objects.filter(visit=row, since=F("visit__arrived_at"), since__lt=at).in_force(at)
    former.exclude(party=party).exclude(role=VisitRole.Role.LINE.value).update(until=at)


def _weights(row: Visit, tare: int | None, net_kg: Decimal) -> Iterable[NewNote]:
    if not tare:
        return []
    gross = tare + int(net_kg.quantize(Decimal(1), ROUND_UP))
    return [NewWeight(visit=row, gross_kg=gross, how=Weighing.DECLARED, remark="tare and goods")]
