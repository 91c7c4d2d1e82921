"""Giving and taking back the right to collect a box."""

import secrets
from datetime import datetime
from typing import Any, Final, TypeVar

from django.db import transaction
from django.db.models import F

from apps.common.locks import lock_then_read
from apps.common.numbers import next_number
from apps.containers.models import Visit
from apps.containers.selectors import has_the_say
from apps.containers.services.holds import VisitIsOver
from apps.containers.services.rows import lock_visits
from apps.gate.models import DeliveryOrder, ReleasePin
from apps.gate.services.claims import digest_of
from apps.gate.services.refusals import EndsInThePast, MayNotRelease, NoSuchBox, NoSuchHaulier, RightIsOver
from apps.journal.services import Happening, record
from apps.parties.actors import Actor, NotYours
from apps.parties.models import Party
from terminal.events import Audience, EventKind
from terminal.lifecycle import VISIT
from terminal.moments import require_zone

RIGHT: Final = "gate.change_deliveryorder"
PIN_DIGITS: Final = 8
R = TypeVar("R", DeliveryOrder, ReleasePin)


@transaction.atomic
def issue_delivery_order(
    visit: Visit,
    *,
    issued_by: Party,
    haulier: Party,
    valid_until: datetime,
    by: Actor,
    at: datetime,
    reference: str = "",
) -> DeliveryOrder:
    """Let this haulier collect the box until ``valid_until``. Staff may write down an order of a party's.

    Raises ``NotYours``, ``MayNotRelease``, ``NoSuchHaulier``, ``VisitIsOver``, ``EndsInThePast``, ``NaiveTime``.
    """
    row = _require_may_give(visit, issued_by, valid_until, by, at)
    if haulier.kind != Party.Kind.HAULIER or not haulier.active:
        raise NoSuchHaulier(haulier=haulier.code)
    order = DeliveryOrder.objects.create(
        **_given(row, issued_by, valid_until, by, at),
        number=next_number("DO", at),
        reference=reference,
        haulier=haulier,
    )
    said = {"number": order.number, "haulier": haulier.name, "valid_until": valid_until.isoformat()}
    _journal(order, EventKind.DELIVERY_ORDER_ISSUED, by=by, at=at, **said)
    return order


@transaction.atomic
def issue_pin(
    visit: Visit, *, issued_by: Party, valid_until: datetime, by: Actor, at: datetime
) -> tuple[ReleasePin, str]:
    """A new PIN for the box, and its digits, which are never told again. An earlier one counts no longer.

    Raises as ``issue_delivery_order``.
    """
    row = _require_may_give(visit, issued_by, valid_until, by, at)
    for earlier in ReleasePin.objects.filter(visit=row, revoked_at=None, used_at=None).select_for_update():
        end_right(earlier, EventKind.PIN_REVOKED, by=by, at=at)
    digits = f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}}"
    pin = ReleasePin(**_given(row, issued_by, valid_until, by, at))
    pin.digest = digest_of(pin, digits)
    pin.save()
    _journal(pin, EventKind.PIN_ISSUED, by=by, at=at, valid_until=valid_until.isoformat())
    return pin, digits


@transaction.atomic
def revoke_delivery_order(order: DeliveryOrder, *, by: Actor, at: datetime) -> DeliveryOrder:
    """Take the order back: nobody can collect the box under it any more. Raises ``NotYours``, ``RightIsOver``."""
    return _take_back(order, EventKind.DELIVERY_ORDER_REVOKED, by=by, at=at)


@transaction.atomic
def revoke_pin(pin: ReleasePin, *, by: Actor, at: datetime) -> ReleasePin:
    """Take the PIN back. Raises ``NotYours``, ``RightIsOver``."""
    return _take_back(pin, EventKind.PIN_REVOKED, by=by, at=at)


def use_right(right: DeliveryOrder | ReleasePin, *, at: datetime) -> None:
    """The box has left under it: nobody collects anything under it again. Within a transaction."""
    type(right)._default_manager.filter(pk=right.pk).update(used_at=at, version=F("version") + 1)


def _require_may_give(visit: Visit, party: Party, valid_until: datetime, by: Actor, at: datetime) -> Visit:
    """The visit, locked."""
    require_zone(at, valid_until)
    row = lock_visits([visit])[0]
    if by.party is None:
        by.require(RIGHT, row.terminal)
    elif by.party.pk != party.pk or not Visit.objects.filter(pk=row.pk).seen_by(party, at).exists():
        raise NoSuchBox
    if not has_the_say(row, party, at):
        raise MayNotRelease
    if VISIT.is_final(row.state):
        raise VisitIsOver(number=row.container.number, state=row.state)
    if valid_until <= at:
        raise EndsInThePast(valid_until=valid_until.isoformat())
    return row


def _given(visit: Visit, party: Party, valid_until: datetime, by: Actor, at: datetime) -> dict[str, Any]:
    said = {"issued_by": party, "issued_at": at, "issued_label": by.label[:120]}
    return {"visit": visit, "valid_until": valid_until, **said}


def _take_back(right: R, kind: EventKind, *, by: Actor, at: datetime) -> R:
    row: R = lock_then_read(type(right)._default_manager.select_related("visit__terminal").filter(pk=right.pk)).get()
    if by.party is None:
        by.require(RIGHT, row.visit.terminal)
    elif by.party.pk != row.issued_by_id:
        raise NotYours(right=RIGHT, terminal=row.visit.terminal.name)
    if row.revoked_at is not None or row.used_at is not None:
        raise RightIsOver
    end_right(row, kind, by=by, at=at)
    right.revoked_at, right.version = row.revoked_at, row.version
    return right


def end_right(right: DeliveryOrder | ReleasePin, kind: EventKind, *, by: Actor, at: datetime, **said: Any) -> None:
    """Nobody collects the box under it from now on, and the journal says so. Within a transaction."""
    type(right)._default_manager.filter(pk=right.pk).update(revoked_at=at, version=F("version") + 1)
    right.revoked_at, right.version = at, right.version + 1
    number = {"number": right.number} if isinstance(right, DeliveryOrder) else {}
    _journal(right, kind, by=by, at=at, **number, **said)


def _journal(right: DeliveryOrder | ReleasePin, kind: EventKind, *, by: Actor, at: datetime, **said: Any) -> None:
    """For staff: which haulier collects it and that there is a PIN is nobody else's business."""
    record(
        Happening(
            kind=kind,
            terminal_id=right.visit.terminal_id,
            at=at,
            actor=by.label,
            visit_id=right.visit_id,
            container_number=right.visit.container.number,
            audience=Audience.STAFF,
            payload={"issued_by": right.issued_by.name, **said},
        )
    )
