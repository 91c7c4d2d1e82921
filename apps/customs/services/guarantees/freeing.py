"""What frees a guarantee, and what takes it again.

# Note [When a guarantee is free again]
What a bonded entry takes is free when nothing is left under it in the warehouse's ledger, every box of it was unpacked
here and no goods of them lie beside the entry; and taken again, should a row of the ledger be put right so that
something is. What a temporary stay takes is free when as many packages were brought back by released declarations that
name it, under a regime by which goods leave again; and taken again, should one of these be revoked. What a transit
takes, and what left in its box, is free when its office notes that the goods arrived. A release that is revoked frees
nothing: the goods are still here, and still without duty.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum

from apps.customs.models import Declaration, DeclaredGoods, Guarantee, GuaranteeCharge
from apps.customs.services.contents import NOT_OVER
from apps.customs.services.guarantees.taking import charge, lock_guarantees, standing
from apps.customs.services.memory import journal
from apps.customs.services.rights import require_decides
from apps.parties.actors import Actor
from apps.warehouse.models import BondedEntry, LedgerRow, Lot
from terminal.customs.guarantee import ENDS_A_STAY, GuaranteeTooSmall
from terminal.errors import Refused, gettext_noop
from terminal.events import EventKind
from terminal.lifecycle import DeclarationStatus


class NothingGuaranteed(Refused):
    """There is no charge to free."""

    message = gettext_noop("%(declaration)s takes nothing of a guarantee.")


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
    lock_guarantees(declaration)
    taken = standing(declaration).select_related("guarantee").first()
    if taken is None:
        return None
    taken.freed_at, taken.freed_by = max(at, taken.taken_at), by.label[:120]
    taken.save(update_fields=["freed_at", "freed_by"])
    left = {"taken_minor": F("taken_minor") - taken.amount_minor, "version": F("version") + 1}
    Guarantee.objects.filter(pk=taken.guarantee_id).update(**left)
    told = {"reference": taken.guarantee.reference, "amount_minor": taken.amount_minor, "by_reference": reference}
    journal(declaration, EventKind.GUARANTEE_FREED, by, at, **told)
    return taken


def free_what_came_back(declaration: Declaration, *, by: Actor, at: datetime) -> None:
    """A released declaration that ends a temporary stay frees its guarantee once as much came back as was here."""
    earlier = _stay_ended_by(declaration)
    if earlier is not None and _came_back(earlier):
        free(earlier, by=by, at=at, reference=declaration.number)


def take_again(declaration: Declaration, *, by: Actor, at: datetime) -> None:
    """Of a release that is revoked, the goods did not come back: their stay takes its guarantee again.

    Where none suffices any more the release is revoked all the same, and the journal says what is missing.
    """
    earlier = _stay_ended_by(declaration)
    if earlier is None or standing(earlier).exists() or not earlier.guaranteed.exists() or _came_back(earlier):
        return
    try:
        charge(earlier, by=by, at=at)
    except GuaranteeTooSmall as missing:
        told = {name: missing.facts[name] for name in ("needed_minor", "free_minor", "currency")}
        journal(earlier, EventKind.DECLARATION_CHANGED, by, at, act=missing.code(), **told)


def _stay_ended_by(declaration: Declaration) -> Declaration | None:
    """The temporary stay that it ends, the guarantees of its declarant locked: of two ends each counts the other."""
    if declaration.earlier is None or declaration.regime not in ENDS_A_STAY:
        return None
    lock_guarantees(declaration.earlier)
    return declaration.earlier


def _came_back(earlier: Declaration) -> bool:
    ends = earlier.later.filter(regime__in=ENDS_A_STAY, status=DeclarationStatus.RELEASED.value)
    return _packages(ends.filter(release_revoked_at=None)) >= _packages(Declaration.objects.filter(pk=earlier.pk))


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
        if _is_unpacked(declaration):
            free(declaration, by=by, at=at, reference=f"{entry.number} · {row.number}")
    elif declaration.guaranteed.exists() and not standing(declaration).exists():
        charge(declaration, by=by, at=at)


def _is_unpacked(declaration: Declaration) -> bool:
    """Whether all of its boxes were unpacked here, and no goods of them lie beside the entry."""
    came_out = Exists(Lot.objects.filter(visit=OuterRef("pk")))
    packed = declaration.visits.filter(Q(state__in=NOT_OVER) | ~came_out)
    beside = Lot.objects.in_stock().filter(customs_reference=declaration.number, entry=None)
    return not packed.exists() and not beside.filter(terminal=declaration.terminal_id).exists()
