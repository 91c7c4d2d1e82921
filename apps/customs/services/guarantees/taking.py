"""What a release takes of its declarant's guarantees."""

from datetime import date, datetime

from django.db.models import F, QuerySet, Sum

from apps.common.integrity import refusals
from apps.customs.models import Declaration, DeclaredGoods, Guarantee, GuaranteeCharge, RegimeTerms
from apps.customs.services.memory import journal
from apps.parties.actors import Actor
from terminal.customs.guarantee import GuaranteeTooSmall, needed_minor
from terminal.events import EventKind
from terminal.regimes import Regime
from terminal.throughput import site_day


def charge(declaration: Declaration, *, by: Actor, at: datetime) -> GuaranteeCharge | None:
    """Take what a release needs of the declarant's guarantees, within its transaction; None: it needs nothing.

    Of several that have enough free it is the smallest that does. Raises ``GuaranteeTooSmall``.
    """
    needed, currency = _needed(declaration)
    if not needed:
        return None
    found = _with_room(declaration, needed, currency, at)
    with refusals(a_guarantee_is_not_overdrawn=_too_small(declaration, needed, currency, 0)):
        Guarantee.objects.filter(pk=found.pk).update(taken_minor=F("taken_minor") + needed, version=F("version") + 1)
    taken = GuaranteeCharge.objects.create(guarantee=found, declaration=declaration, amount_minor=needed, taken_at=at)
    told = {"reference": found.reference, "amount_minor": needed, "currency": currency}
    journal(declaration, EventKind.GUARANTEE_TAKEN, by, at, **told)
    return taken


def _needed(declaration: Declaration) -> tuple[int, str]:
    goods = DeclaredGoods.objects.filter(declaration=declaration)
    value = goods.aggregate(all=Sum("value_minor"))["all"] or 0
    line = goods.order_by("line").first()
    terms = RegimeTerms.objects.filter(terminal=declaration.terminal_id, regime=declaration.regime).first()
    needed = needed_minor(
        Regime(declaration.regime),
        duty_minor=declaration.duty_minor,
        value_minor=value,
        percent=terms.guarantee_percent if terms else None,
    )
    by_duty = declaration.duty_minor is not None
    return needed, declaration.currency if by_duty else line.currency if line else ""


def lock_guarantees(declaration: Declaration) -> list[Guarantee]:
    """The declarant's guarantees, locked in the order of their numbers, before anything is taken or freed of them.

    Whoever comes second waits here and sees what the first one did.
    """
    own = Guarantee.objects.filter(terminal=declaration.terminal_id, party=declaration.declarant_id)
    return list(own.order_by("pk").select_for_update(no_key=True))


def _with_room(declaration: Declaration, needed: int, currency: str, at: datetime) -> Guarantee:
    """The locked guarantee on which it stands."""
    today = site_day(at, declaration.terminal.zone)
    own = [row for row in lock_guarantees(declaration) if row.currency == currency and _counts(row, today)]
    free = {row: row.amount_minor - row.taken_minor for row in own}
    enough = [row for row in free if free[row] >= needed]
    if not enough:
        raise _too_small(declaration, needed, currency, max(free.values(), default=0))
    return min(enough, key=lambda row: (free[row], row.pk))


def _counts(row: Guarantee, on: date) -> bool:
    return row.valid_from <= on and (row.valid_until is None or row.valid_until >= on)


def _too_small(declaration: Declaration, needed: int, currency: str, free: int) -> GuaranteeTooSmall:
    told = {"needed_minor": needed, "free_minor": free, "currency": currency, "party": declaration.declarant.name}
    return GuaranteeTooSmall(declaration=declaration.number, **told)


def standing(declaration: Declaration) -> QuerySet[GuaranteeCharge]:
    """What it takes of a guarantee now."""
    return GuaranteeCharge.objects.filter(declaration=declaration, freed_at=None)
