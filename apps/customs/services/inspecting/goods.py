"""Goods in the warehouse that customs looks at, has seized, or was told to keep, stay.

# Note [What stops a box stops goods]
A box is stopped by holds, which every step of it asks for. Goods in the warehouse have no visit; so an office places a
stop on the lot (``GoodsStop``), and the warehouse asks before goods leave (``stock.stopping``), and a release before it
frees any. A stop is placed and goods are split, handed out and stuffed under the lot's lock: what is split off while a
stop stands gets one of its own, so that no part of a lot leaves what was asked of the whole. A stop ends by what it was
placed for (the look is over, the message's turn has come), or, as a seizure always does, by the word of the office.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet

from apps.customs.models import Declaration, GoodsStop, Inspection, Office
from apps.customs.services.rights import require_officer
from apps.parties.actors import Actor
from apps.warehouse.models import Lot
from apps.warehouse.services import stock
from terminal.errors import Refused, gettext_noop
from terminal.events import EventKind
from terminal.readiness.facts import HoldKind
from terminal.stock import LotMove


class GoodsAreInspected(Refused):
    """What customs is to look at is there when it comes."""

    message = gettext_noop(
        "Customs inspects %(lot)s (%(reference)s, %(office)s): its goods stay until the result is written down."
    )


class GoodsAreSeized(Refused):
    """Seized goods leave on no release."""

    message = gettext_noop(
        "Customs has seized %(lot)s (%(reference)s, %(office)s): its goods stay until that office lets them go."
    )


class GoodsAreStopped(Refused):
    """Customs said so, without a look and without a seizure."""

    message = gettext_noop(
        "Customs has stopped %(lot)s (%(reference)s, %(office)s): its goods stay until customs lets them go."
    )


class EndsWithTheLook(Refused):
    """A look is finished or called off; its stop ends with it."""

    message = gettext_noop("%(reference)s is open: finish the inspection or call it off, and its stop ends with it.")


class StopIsLifted(Refused):
    """Once is enough."""

    message = gettext_noop("The stop %(reference)s of %(lot)s is lifted already.")


SAID = {
    HoldKind.INSPECTION: GoodsAreInspected,
    HoldKind.SEIZURE: GoodsAreSeized,
    HoldKind.HOLD: GoodsAreStopped,
}


def stop_lots(
    lots: Iterable[Lot], *, office: Office, kind: HoldKind, reference: str, reason: str, by: Actor, at: datetime
) -> None:
    """Keep goods of the lots (locked) here, once under a reference. Whoever calls has asked whether ``by`` may."""
    known = set(GoodsStop.objects.filter(reference=reference).values_list("lot_id", flat=True))
    for lot in lots:
        if lot.pk not in known:
            _place(lot, office, kind, reference, reason, by, at)


def let_lots_go(*, reference: str, kind: HoldKind, by: Actor, at: datetime) -> None:
    """Lift the stops of that kind under the reference, those of split off parts too. As ``stop_lots``."""
    _lift(_standing(reference, kind), by, at)


def seize_lots(*, reference: str, reason: str) -> None:
    """What a look kept is seized from now on, split off parts too. Within the look's transaction."""
    standing = _standing(reference, HoldKind.INSPECTION)
    standing.update(kind=HoldKind.SEIZURE.value, reason=reason[:200], version=F("version") + 1)


@transaction.atomic
def lift_goods_stop(row: GoodsStop, *, by: Actor, at: datetime) -> GoodsStop:
    """An officer of the office that keeps the goods lets them go.

    Raises ``EndsWithTheLook``, ``StopIsLifted``, ``AnotherOffice``, ``OfficeIsClosed``, ``NotYours``.
    """
    found = GoodsStop.objects.select_for_update().get(pk=row.pk)
    require_officer(by, found.office)
    if found.kind == HoldKind.INSPECTION and Inspection.objects.open().filter(number=found.reference).exists():
        raise EndsWithTheLook(reference=found.reference)
    if found.lifted_at is not None:
        raise StopIsLifted(reference=found.reference, lot=found.lot.number)
    _lift(GoodsStop.objects.filter(pk=found.pk), by, at)
    row.refresh_from_db()
    return row


def hand_stops_over(declaration: Declaration, looks: Iterable[str], office: Office) -> None:
    """Stops of the declaration's looks and messages are the office's to which it was handed over."""
    standing = GoodsStop.objects.standing()
    theirs = standing.filter(reference__in=list(looks)) | standing.filter(
        reference__startswith=f"{declaration.number}/"
    )
    theirs.update(office=office, version=F("version") + 1)


def goods_of(declaration: Declaration) -> list[Lot]:
    """The lots the declaration covers, and those that were unpacked or freed under its number; locked."""
    freed = Lot.objects.in_stock().filter(terminal=declaration.terminal_id, customs_reference=declaration.number)
    numbers = {*declaration.lots.values_list("pk", flat=True), *freed.values_list("pk", flat=True)}
    return list(stock.lock_lots(numbers).values())


def stop_goods(*, lot: Lot, **_signal: Any) -> Refused | None:
    """Why customs keeps goods of the lot here; None where it does not."""
    standing = GoodsStop.objects.standing().filter(lot=lot).select_related("office")
    found = max(standing, key=lambda each: (each.kind == HoldKind.SEIZURE, -each.pk), default=None)
    if found is None:
        return None
    return SAID[HoldKind(found.kind)](lot=lot.number, reference=found.reference, office=found.office.name)


def stop_parts(*, lot: Lot, movement: Any, by: Actor, at: datetime, **_signal: Any) -> None:
    """What is split off a lot is stopped as the lot is. See Note [What stops a box stops goods]."""
    if movement.kind != LotMove.SPLIT_FROM or lot.parent_id is None:
        return
    for each in GoodsStop.objects.standing().filter(lot=lot.parent_id).select_related("office").order_by("pk"):
        _place(lot, each.office, HoldKind(each.kind), each.reference, each.reason, by, at)


def _place(lot: Lot, office: Office, kind: HoldKind, reference: str, reason: str, by: Actor, at: datetime) -> None:
    GoodsStop.objects.create(
        terminal_id=lot.terminal_id,
        lot=lot,
        office=office,
        kind=kind.value,
        reference=reference[:60],
        reason=reason[:200],
        placed_at=at,
        placed_by=by.label[:120],
    )
    stock.tell(lot, EventKind.GOODS_STOPPED, by=by, at=at, reference=reference, office=office.code)


def _standing(reference: str, kind: HoldKind) -> QuerySet[GoodsStop]:
    """The stops under the reference, their lots locked, with those of parts that were being split off meanwhile."""
    standing = GoodsStop.objects.standing().filter(reference=reference, kind=kind.value)
    locked: set[int] = set()
    while new := set(standing.values_list("lot_id", flat=True)) - locked:
        stock.lock_lots(new)
        locked |= new
    return standing


def _lift(stops: QuerySet[GoodsStop], by: Actor, at: datetime) -> None:
    rows = list(stops.select_related("lot__owner", "lot__zone", "lot__visit__container", "office").order_by("pk"))
    keys = [row.pk for row in rows]
    GoodsStop.objects.filter(pk__in=keys).update(lifted_at=at, lifted_by=by.label[:120], version=F("version") + 1)
    for row in rows:
        office = row.office.code
        stock.tell(row.lot, EventKind.GOODS_LET_GO, by=by, at=at, reference=row.reference, office=office)
