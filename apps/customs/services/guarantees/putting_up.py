"""Guarantees are put up by declarants, raised and lowered."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from apps.common.integrity import refusals
from apps.customs.models import Guarantee
from apps.customs.services.guarantees.duty import is_currency
from apps.journal.services import Happening, record
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.parties.models import Party
from terminal.customs.goods import MOST_MINOR
from terminal.errors import Malformed, Refused, gettext_noop
from terminal.events import Audience, EventKind

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
    if not 0 < amount_minor <= MOST_MINOR or not is_currency(code) or not reference.strip() or not ordered:
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
