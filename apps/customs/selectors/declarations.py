"""Questions about declarations: whose they are, and what a party may declare."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import NoReturn
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Sum

from apps.calls.models import Call
from apps.containers.models import Visit
from apps.customs.models import Declaration, DeclaredLot, Mandate
from apps.network.models import Terminal
from apps.parties.models import Party
from apps.warehouse.models import Lot
from terminal.customs.goods import weights_differ
from terminal.errors import Malformed, Refused, gettext_noop
from terminal.lifecycle import DeclarationStatus, VisitState


class NoSuchDeclaration(Refused):
    """To the one who asks there is none."""

    kind = "absent"
    message = gettext_noop("There is no declaration %(id)s of yours.")


class NotYoursToDeclare(Malformed):
    """A container or lot that is a stranger's, or not there at all: which of the two is not said."""

    message = gettext_noop(
        "%(what)s cannot be declared here by %(party)s: name containers in which it has a part and that are here or "
        "announced, and lots in its stock."
    )


class NoSuchTrain(Malformed):
    """No call of that number."""

    message = gettext_noop("There is no train %(id)s here.")


def declarations_of(party: Party, terminal: Terminal, at: datetime) -> QuerySet[Declaration]:
    """What the party declared here itself or had declared, and what it declares as a broker for who names it now.

    A broker that is named no longer sees nothing more of the party's, what it declared itself included: the papers
    are the party's. What both need afterwards, the broker has from the time when it was named.
    """
    named = Mandate.objects.in_force(at).filter(terminal=terminal, party=OuterRef("declarant"), broker=party)
    own = Q(declarant=party) | Q(broker=party) & Q(Exists(named))
    rows = Declaration.objects.filter(own, terminal=terminal).select_related("office", "declarant", "broker", "call")
    lots = Prefetch("declared_lots", DeclaredLot.objects.select_related("lot").order_by("pk"))
    return rows.prefetch_related("visits__container", lots)


def declaration_of(party: Party, terminal: Terminal, at: datetime, public_id: UUID) -> Declaration:
    """One of them, with all that belongs to it. Raises ``NoSuchDeclaration``."""
    more = ("lines", "documents__file", "amendments")
    own = declarations_of(party, terminal, at).select_related("terminal", "earlier").prefetch_related(*more)
    found = own.filter(public_id=public_id).first()
    if found is None:
        raise NoSuchDeclaration(id=str(public_id))
    return found


def boxes_to_declare(party: Party, terminal: Terminal, at: datetime, numbers: Sequence[str]) -> list[Visit]:
    """The party's boxes of these numbers, here before announced. Raises ``NotYoursToDeclare``."""
    states = [VisitState.ADVISED.value, VisitState.ACTIVE.value]
    own = Visit.objects.seen_by(party, at).filter(terminal=terminal, state__in=states, container__number__in=numbers)
    known: dict[str, Visit] = {}
    for visit in own.select_related("container").order_by("-state", "pk"):  # announced ones, then those that are here
        known[visit.container.number] = visit
    return [known[each] if each in known else _no(each, party) for each in dict.fromkeys(numbers)]


def lots_to_declare(party: Party, terminal: Terminal, ids: Sequence[UUID]) -> dict[UUID, Lot]:
    """The party's lots in stock by their ids. Raises ``NotYoursToDeclare``."""
    own = Lot.objects.in_stock().filter(owner=party, terminal=terminal).select_related("owner", "zone", "entry")
    known = own.in_bulk(ids, field_name="public_id")
    return {each: known[each] if each in known else _no(str(each), party) for each in ids}


def train_to_declare(terminal: Terminal, public_id: UUID) -> Call:
    """A train that comes, is here or went. Raises ``NoSuchTrain``."""
    found = Call.objects.filter(terminal=terminal, mode="rail", public_id=public_id).first()
    if found is None:
        raise NoSuchTrain(id=str(public_id))
    return found


def earlier_of(party: Party, terminal: Terminal, public_id: UUID) -> Declaration:
    """A declaration of the declarant's own that another one ends. Raises ``NoSuchDeclaration``."""
    found = Declaration.objects.filter(declarant=party, terminal=terminal, public_id=public_id).first()
    if found is None:
        raise NoSuchDeclaration(id=str(public_id))
    return found


def _no(what: str, party: Party) -> NoReturn:
    raise NotYoursToDeclare(what=what, party=party.code)


def weight_gap(declaration: Declaration) -> tuple[Decimal, Decimal] | None:
    """What its lines weigh and what is known of its boxes (without their tare) and lots, where the two differ.

    None: they agree, or of something it is not known. Nobody is refused for it; whoever looks should ask.
    """
    declared = declaration.lines.aggregate(all=Sum("gross_kg"))["all"]
    boxes = [(each.gross_kg, each.container.tare_kg) for each in declaration.visits.all()]
    if declared is None or any(None in box for box in boxes):
        return None
    known = sum((Decimal(gross or 0) - Decimal(tare or 0) for gross, tare in boxes), Decimal(0))
    known += sum((_share(each) for each in declaration.declared_lots.all()), Decimal(0))
    return (declared, known) if known > 0 and weights_differ(declared, known) else None


def _share(part: DeclaredLot) -> Decimal:
    return part.lot.gross_kg * part.packages / part.lot.packages if part.lot.packages else Decimal(0)


ASKED = {
    DeclarationStatus.DRAFT: gettext_noop("Hand it in."),
    DeclarationStatus.QUERY: gettext_noop("Answer customs' question."),
    DeclarationStatus.ASSESSED: gettext_noop("Pay what is due."),
    DeclarationStatus.INSPECTION_ORDERED: gettext_noop("Nothing; the containers are presented to customs."),
}
"""What a declaration that stands so asks of who declares; others: to wait."""
