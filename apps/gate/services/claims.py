"""Proving the right to collect: by the delivery order that names the haulier, or by the PIN.

# Note [Every mistake is counted]
What does not prove a right is counted on the PINs it was tried on and journalled for staff, and that stands whatever
becomes of the request: it is written before the refusal is raised, outside the transaction that the refusal undoes. Who
asks over the API must not undo it either, so the views answer such a refusal without breaking off their transaction.
PINs are locked while they are compared, so that many guesses at once are counted one by one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils.crypto import constant_time_compare, salted_hmac

from apps.containers.models import Visit
from apps.containers.services.rows import lock_visits
from apps.gate.models import DeliveryOrder, ReleasePin, standing
from apps.gate.selectors import OPEN, rules_of
from apps.gate.services.refusals import NoRightToCollect, PinIsLocked, RightRanOut, WrongHaulier, WrongPin
from apps.journal.services import Happening, record
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.parties.models import Party
from terminal.events import Audience, EventKind


@dataclass(frozen=True, slots=True)
class Claim:
    """What gives the right to a box: an order or a PIN of the visit."""

    visit: Visit
    delivery_order: DeliveryOrder | None = None
    pin: ReleasePin | None = None


def digest_of(pin: ReleasePin, digits: str) -> str:
    """What is kept of a PIN. See Note [A PIN is kept as a keyed digest] in the models."""
    salted = salted_hmac(f"gate.pin.{pin.public_id}", digits, secret=settings.SECRET_KEY, algorithm="sha256")
    return salted.hexdigest()


def claims(
    wanted: Sequence[tuple[str, str]], *, terminal: Terminal, haulier: Party | None, by: Actor, at: datetime
) -> list[Claim]:
    """For each (container number, PIN or nothing) what gives the haulier the right to collect it.

    A program is refused with ``NoRightToCollect``, whatever is wrong; staff are told: ``WrongHaulier``, ``WrongPin``,
    ``PinIsLocked``, ``RightRanOut``. See Note [Every mistake is counted].
    """
    with transaction.atomic():
        by_pin = [number for number, digits in wanted if digits]
        lock_visits(Visit.objects.filter(terminal=terminal, container__number__in=by_pin, state__in=OPEN))
        found = [_claim(terminal, number, digits, haulier, at) for number, digits in wanted]
        refused = [each for each in found if isinstance(each, NoRightToCollect)]
        for each in refused:
            remember(each, terminal, haulier, by=by, at=at)
    if refused:
        raise NoRightToCollect(number=refused[0].facts["number"]) if by.party is not None else refused[0]
    return [each for each in found if isinstance(each, Claim)]


def _claim(
    terminal: Terminal, number: str, digits: str, haulier: Party | None, at: datetime
) -> Claim | NoRightToCollect:
    if digits:
        return _by_pin(terminal, number, digits, at)
    theirs = Q(visit__terminal=terminal, visit__container__number=number, visit__state__in=OPEN)
    orders = DeliveryOrder.objects.filter(theirs).select_related("visit__container", "visit__terminal", "haulier")
    in_force = list(orders.filter(standing(at)).order_by("visit__state", "-valid_until", "pk"))
    for order in in_force:
        if haulier is not None and order.haulier_id == haulier.pk:
            return Claim(order.visit, delivery_order=order)
    if in_force:
        return WrongHaulier(number=number, named=in_force[0].haulier.name)
    return RightRanOut(number=number) if orders.exists() else NoRightToCollect(number=number)


def _by_pin(terminal: Terminal, number: str, digits: str, at: datetime) -> Claim | NoRightToCollect:
    # Joined: the visits a PIN could go to or come from are locked already. See Note [Locked alone].
    theirs = Q(visit__terminal=terminal, visit__container__number=number, visit__state__in=OPEN)
    known = ReleasePin.objects.filter(theirs).select_related("visit__container", "visit__terminal")
    locked = known.filter(standing(at)).order_by("pk").select_for_update(of=("self",), no_key=True)
    pins = list(locked)
    fits = [each for each in pins if constant_time_compare(each.digest, digest_of(each, digits))]
    if not pins:
        digest_of(ReleasePin(), digits)  # as long as for a box that has a PIN
        return RightRanOut(number=number) if known.exists() else NoRightToCollect(number=number)
    usable = [each for each in fits if each.locked_at is None]
    if usable:
        return Claim(usable[0].visit, pin=usable[0])
    _count_mistake(terminal, [each for each in pins if each.locked_at is None], at)
    return PinIsLocked(number=number) if all(each.locked_at for each in pins) else WrongPin(number=number)


def _count_mistake(terminal: Terminal, pins: list[ReleasePin], at: datetime) -> None:
    rows = ReleasePin.objects.filter(pk__in=[each.pk for each in pins])
    rows.update(mistakes=F("mistakes") + 1, version=F("version") + 1)
    rows.filter(mistakes__gte=rules_of(terminal).pin_attempts).update(locked_at=at)


def remember(refusal: NoRightToCollect, terminal: Terminal, haulier: Party | None, *, by: Actor, at: datetime) -> None:
    """Journal a refusal for want of a right. For staff alone, and as of no visit: the box may be a stranger's."""
    record(
        Happening(
            kind=EventKind.COLLECTION_REFUSED,
            terminal_id=terminal.pk,
            at=at,
            actor=by.label,
            audience=Audience.STAFF,
            payload={
                "container": refusal.facts["number"],
                "why": refusal.code(),
                "haulier": haulier.code if haulier else "",
            },
        )
    )
