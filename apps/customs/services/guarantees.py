"""Guarantees: put up by declarants, taken by goods whose duty is not paid, freed when those have come to their end.

# Note [When a guarantee is free again]
What a bonded entry takes is free when nothing is left under it in the warehouse's ledger; and taken again, should a
row of the ledger be put right so that something is. What a temporary stay takes is free when as many packages were
brought back by released declarations that name it. What a transit takes is free when its office notes that the goods
arrived. A release that is revoked frees nothing: the goods are still here, and still without duty.
"""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet, Sum

from apps.common.integrity import refusals
from apps.customs.models import Declaration, DeclaredGoods, Guarantee, GuaranteeCharge, RegimeTerms
from apps.customs.services.memory import journal
from apps.customs.services.rights import require_decides
from apps.journal.services import Happening, record
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.parties.models import Party
from apps.warehouse.models import BondedEntry, LedgerRow
from terminal.customs.goods import MOST_MINOR
from terminal.customs.guarantee import GuaranteeTooSmall, needed_minor
from terminal.errors import Malformed, Refused, gettext_noop
from terminal.events import Audience, EventKind
from terminal.lifecycle import DeclarationStatus
from terminal.regimes import Regime
from terminal.throughput import site_day

ADD, CHANGE = "customs.add_guarantee", "customs.change_guarantee"


class GuaranteeKnown(Refused):
    """Customs' reference names one guarantee."""

    message = gettext_noop("There is a guarantee %(reference)s already.")


class NotAGuarantee(Malformed):
    """A guarantee of nothing, or that ends before it begins."""

    message = gettext_noop(
        "A guarantee is of more than nought, in a currency of three letters, and ends after it begins."
    )


class TakenAlready(Refused):
    """A guarantee is not lowered below what stands on it."""

    message = gettext_noop(
        "%(taken_minor)s (minor units) of %(reference)s are taken: it is lowered to that at most, not to "
        "%(amount_minor)s."
    )


class NotADuty(Malformed):
    """A duty below nought, or in no currency."""

    message = gettext_noop(
        "A duty of %(duty_minor)s in %(currency)s: name nought or more, and three letters (ISO 4217)."
    )


class NothingGuaranteed(Refused):
    """There is no charge to free."""

    message = gettext_noop("%(declaration)s takes nothing of a guarantee.")


def state_duty(declaration: Declaration, duty_minor: int, currency: str, *, by: Actor, at: datetime) -> None:
    """Write down what is due, within a transaction; who says so is asked before. Raises ``NotADuty``."""
    code = currency.strip().upper()
    if not 0 <= duty_minor <= MOST_MINOR or not _is_currency(code):
        raise NotADuty(duty_minor=duty_minor, currency=currency[:20] or "—")
    due = {"duty_minor": duty_minor, "currency": code}
    Declaration.objects.filter(pk=declaration.pk).update(**due, version=F("version") + 1)
    declaration.duty_minor, declaration.currency, declaration.version = duty_minor, code, declaration.version + 1
    journal(declaration, EventKind.DECLARATION_CHANGED, by, at, amount_minor=duty_minor, currency=code)


def _is_currency(code: str) -> bool:
    return len(code) == 3 and code.isascii() and code.isalpha()


@transaction.atomic
def put_up_guarantee(
    *,
    terminal: Terminal,
    party: Party,
    reference: str,
    amount_minor: int,
    currency: str,
    valid_from: date,
    by: Actor,
    at: datetime,
    valid_until: date | None = None,
) -> Guarantee:
    """Note a guarantee that customs took from a declarant. People need ``customs.add_guarantee``.

    Raises ``GuaranteeKnown``, ``NotAGuarantee``, ``NotYours``.
    """
    by.require(ADD, terminal)
    code = currency.strip().upper()
    ordered = valid_until is None or valid_until >= valid_from
    if not 0 < amount_minor <= MOST_MINOR or not _is_currency(code) or not reference.strip() or not ordered:
        raise NotAGuarantee
    with refusals(a_guarantee_has_one_reference=GuaranteeKnown(reference=reference.strip())):
        row = Guarantee.objects.create(
            terminal=terminal,
            party=party,
            reference=reference.strip()[:60],
            amount_minor=amount_minor,
            currency=code,
            valid_from=valid_from,
            valid_until=valid_until,
        )
    _tell(row, EventKind.GUARANTEE_PUT_UP, by, at)
    return row


@transaction.atomic
def change_guarantee(
    guarantee: Guarantee, *, amount_minor: int, by: Actor, at: datetime, valid_until: date | None = None
) -> Guarantee:
    """Raise or lower a guarantee, or say when it ends; what stands on it stays.

    People need ``customs.change_guarantee``. Raises ``TakenAlready``, ``NotAGuarantee``, ``NotYours``.
    """
    by.require(CHANGE, guarantee.terminal)
    row = Guarantee.objects.select_for_update().get(pk=guarantee.pk)
    if not 0 < amount_minor <= MOST_MINOR or (valid_until is not None and valid_until < row.valid_from):
        raise NotAGuarantee
    too_low = TakenAlready(reference=row.reference, taken_minor=row.taken_minor, amount_minor=amount_minor)
    with refusals(a_guarantee_is_not_overdrawn=too_low):
        values = {"amount_minor": amount_minor, "valid_until": valid_until, "version": F("version") + 1}
        Guarantee.objects.filter(pk=row.pk).update(**values)
    guarantee.refresh_from_db()
    _tell(guarantee, EventKind.GUARANTEE_CHANGED, by, at)
    return guarantee


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


def _with_room(declaration: Declaration, needed: int, currency: str, at: datetime) -> Guarantee:
    """The locked guarantee on which it stands. Whoever comes second waits here and sees what the first one took."""
    today = site_day(at, declaration.terminal.zone)
    own = Guarantee.objects.filter(
        Q(valid_until=None) | Q(valid_until__gte=today),
        terminal=declaration.terminal_id,
        party=declaration.declarant_id,
        currency=currency,
        valid_from__lte=today,
    )
    free = {row: row.amount_minor - row.taken_minor for row in own.order_by("pk").select_for_update()}
    enough = [row for row in free if free[row] >= needed]
    if not enough:
        raise _too_small(declaration, needed, currency, max(free.values(), default=0))
    return min(enough, key=lambda row: (free[row], row.pk))


def _too_small(declaration: Declaration, needed: int, currency: str, free: int) -> GuaranteeTooSmall:
    told = {"needed_minor": needed, "free_minor": free, "currency": currency, "party": declaration.declarant.name}
    return GuaranteeTooSmall(declaration=declaration.number, **told)


@transaction.atomic
def discharge(declaration: Declaration, *, reference: str, by: Actor, at: datetime) -> GuaranteeCharge:
    """Note that the goods arrived, or came to their end elsewhere, by customs' ``reference``: its guarantee is free.

    Officers of the declaration's office alone. Raises ``NothingGuaranteed``, ``AnotherOffice``, ``OfficeIsClosed``.
    """
    require_decides(by, declaration)
    freed = free(declaration, by=by, at=at, reference=reference)
    if freed is None:
        raise NothingGuaranteed(declaration=declaration.number)
    return freed


def free(declaration: Declaration, *, by: Actor, at: datetime, reference: str) -> GuaranteeCharge | None:
    """Give back what a declaration takes of a guarantee, within a transaction; None: nothing."""
    taken = _standing(declaration).select_for_update().select_related("guarantee").first()
    if taken is None:
        return None
    taken.freed_at, taken.freed_by = max(at, taken.taken_at), by.label[:120]
    taken.save(update_fields=["freed_at", "freed_by"])
    left = {"taken_minor": F("taken_minor") - taken.amount_minor, "version": F("version") + 1}
    Guarantee.objects.filter(pk=taken.guarantee_id).update(**left)
    told = {"reference": taken.guarantee.reference, "amount_minor": taken.amount_minor, "by_reference": reference}
    journal(declaration, EventKind.GUARANTEE_FREED, by, at, **told)
    return taken


def _standing(declaration: Declaration) -> QuerySet[GuaranteeCharge]:
    return GuaranteeCharge.objects.filter(declaration=declaration, freed_at=None)


def free_what_came_back(declaration: Declaration, *, by: Actor, at: datetime) -> None:
    """A released declaration that ends a temporary stay frees its guarantee once as much came back as was here."""
    earlier = declaration.earlier
    if earlier is None:
        return
    later = earlier.later.filter(status=DeclarationStatus.RELEASED.value, release_revoked_at=None)
    if _packages(later) >= _packages(Declaration.objects.filter(pk=earlier.pk)):
        free(earlier, by=by, at=at, reference=declaration.number)


def _packages(declarations: QuerySet[Declaration]) -> int:
    goods = DeclaredGoods.objects.filter(declaration__in=declarations)
    return goods.aggregate(all=Sum("packages"))["all"] or 0


def follow_ledger(*, entry: BondedEntry, row: LedgerRow, by: Actor, at: datetime, **_signal: Any) -> None:
    """What an entry takes of a guarantee follows its ledger. See Note [When a guarantee is free again].

    Raises ``GuaranteeTooSmall`` where something comes back under an entry and nobody stands for it any more.
    """
    known = Declaration.objects.filter(terminal=entry.terminal_id, number=entry.document)
    declaration = known.select_related("declarant", "terminal", "office").first()
    if declaration is None:
        return
    if not row.packages_after and not row.gross_kg_after:
        free(declaration, by=by, at=at, reference=f"{entry.number} · {row.number}")
    elif declaration.guaranteed.exists() and not _standing(declaration).exists():
        charge(declaration, by=by, at=at)


def _tell(row: Guarantee, kind: EventKind, by: Actor, at: datetime) -> None:
    until = row.valid_until.isoformat() if row.valid_until else None
    told = {"amount_minor": row.amount_minor, "currency": row.currency, "valid_until": until}
    record(
        Happening(
            kind=kind,
            terminal_id=row.terminal_id,
            at=at,
            actor=by.label,
            audience=Audience.STAFF,
            payload={"party": row.party.code, "reference": row.reference, **told},
        )
    )
