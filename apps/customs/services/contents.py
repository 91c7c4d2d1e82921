"""What a declaration is about: boxes, lots of goods, or a train; and its goods, line by line.

A party declares what is its own: boxes in which it has a part, lots that it owns. Whether something else is a
stranger's or not there at all is not said.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum

from apps.calls.models import Call
from apps.containers.models import Visit
from apps.customs.models import Declaration, DeclaredContainer, DeclaredGoods, DeclaredLot
from apps.customs.selectors import OPEN
from apps.network.models import Terminal
from apps.parties.models import Party
from apps.warehouse.models import Lot
from terminal.customs.goods import GoodsLine, require_lines
from terminal.errors import Malformed, Refused, gettext_noop
from terminal.lifecycle import VisitState
from terminal.regimes import Regime

NOT_OVER = [VisitState.ADVISED.value, VisitState.ACTIVE.value]


class NothingDeclared(Malformed):
    """A declaration of nothing of the declarant's; whether it is a stranger's is not said."""

    message = gettext_noop(
        "Name at least one container or lot of goods, all of them yours and here or announced; or a train."
    )


class LotDeclaredTwice(Malformed):
    """Two figures for one lot."""

    message = gettext_noop("%(lot)s is named twice: name each lot once, with all that is declared of it.")


class MoreThanCanBeDeclared(Refused):
    """Packages that are not there, or that another declaration has."""

    message = gettext_noop(
        "Of %(lot)s, %(there)s packages are there and %(declared)s are in open declarations: declare %(most)s at most, "
        "not %(wanted)s."
    )


class OnlyTransitByTrain(Malformed):
    """One document for a whole train is a transit document, and of nothing beside the train."""

    message = gettext_noop(
        "One document for a whole train is of the regime transit and names no container and no lot; this one is of "
        "the regime %(regime)s."
    )


@dataclass(frozen=True, kw_only=True)
class Part:
    """So many packages of a lot."""

    lot: Lot
    packages: int


def require_about(
    terminal: Terminal,
    declarant: Party,
    regime: Regime,
    *,
    visits: Sequence[Visit],
    parts: Sequence[Part],
    call: Call | None,
    at: datetime,
    but: Declaration | None = None,
) -> None:
    """Raise a refusal unless the party may declare all of this: ``NothingDeclared``, ``OnlyTransitByTrain``,
    ``LotDeclaredTwice``, ``MoreThanCanBeDeclared``. ``but``: the declaration that is being changed.
    """
    if call is not None:
        whole = not (visits or parts) or (but is not None and but.submitted_at is not None)
        if regime is not Regime.TRANSIT or not whole:
            raise OnlyTransitByTrain(regime=regime.value)
        if call.terminal_id != terminal.pk:
            raise NothingDeclared
    elif not (visits or parts):
        raise NothingDeclared
    require_boxes(visits, terminal, declarant, at)
    require_parts(parts, terminal, declarant, but)


def require_boxes(visits: Sequence[Visit], terminal: Terminal, declarant: Party, at: datetime) -> None:
    """Raise ``NothingDeclared`` unless the party has a part in each of the boxes, at the terminal; none twice."""
    named = {visit.pk for visit in visits}
    seen = Visit.objects.seen_by(declarant, at).filter(pk__in=named, terminal=terminal)
    if len(named) != len(visits) or seen.count() != len(named):
        raise NothingDeclared


def require_parts(parts: Iterable[Part], terminal: Terminal, declarant: Party, but: Declaration | None = None) -> None:
    """Raise ``NothingDeclared``, ``LotDeclaredTwice`` or ``MoreThanCanBeDeclared`` unless so much can be declared."""
    seen: set[int] = set()
    for part in parts:
        lot = part.lot
        if (lot.owner_id, lot.terminal_id) != (declarant.pk, terminal.pk):
            raise NothingDeclared
        if lot.pk in seen:
            raise LotDeclaredTwice(lot=lot.number)
        seen.add(lot.pk)
        _require_so_many(part, _in_open_declarations(lot, but))


def _require_so_many(part: Part, declared: int) -> None:
    most = max(part.lot.packages - declared, 0)
    if not 1 <= part.packages <= most:
        told = {"there": part.lot.packages, "declared": declared, "most": most, "wanted": part.packages}
        raise MoreThanCanBeDeclared(lot=part.lot.number, **told)


def _in_open_declarations(lot: Lot, but: Declaration | None) -> int:
    others = DeclaredLot.objects.filter(lot=lot, declaration__status__in=OPEN)
    others = others.exclude(declaration=but) if but is not None else others
    return others.aggregate(all=Sum("packages"))["all"] or 0


def of_train(call: Call, declarant: Party, at: datetime) -> list[Visit]:
    """The boxes of a train that the party may declare now: in which it has a part, that are not over."""
    own = Visit.objects.seen_by(declarant, at).filter(state__in=NOT_OVER, terminal_id=call.terminal_id)
    return list(own.filter(Q(arrival_call=call) | Q(departure_call=call)).order_by("pk"))


def write_visits(declaration: Declaration, visits: Iterable[Visit]) -> None:
    """The boxes are these from now on."""
    wanted = {visit.pk for visit in visits}
    declaration.containers.exclude(visit__in=wanted).delete()
    there = set(declaration.containers.values_list("visit_id", flat=True))
    DeclaredContainer.objects.bulk_create(
        DeclaredContainer(declaration=declaration, visit_id=pk) for pk in sorted(wanted - there)
    )


def write_parts(declaration: Declaration, parts: Iterable[Part]) -> None:
    """The lots, and how much of each, are these from now on."""
    declaration.declared_lots.all().delete()
    rows = [DeclaredLot(declaration=declaration, lot=each.lot, packages=each.packages) for each in parts]
    DeclaredLot.objects.bulk_create(rows)


def write_lines(declaration: Declaration, lines: Sequence[GoodsLine]) -> dict[str, Any]:
    """The goods are these from now on; what the declaration says by its first line. Raises as ``require_lines``."""
    read = require_lines(lines)
    declaration.lines.all().delete()
    rows = [DeclaredGoods(declaration=declaration, line=n, **asdict(each)) for n, each in enumerate(read, start=1)]
    DeclaredGoods.objects.bulk_create(rows)
    return {"hs_code": read[0].hs_code, "goods": read[0].goods} if read else {}


def visits_in(declaration: Declaration) -> list[Visit]:
    """The boxes it is about, in the order in which they are locked."""
    return list(declaration.visits.select_related("container", "terminal").order_by("pk"))


def parts_in(declaration: Declaration) -> list[Part]:
    """What it is about of which lots, in the order in which they are locked."""
    rows = declaration.declared_lots.select_related("lot__owner", "lot__zone").order_by("lot_id")
    return [Part(lot=each.lot, packages=each.packages) for each in rows]


def told_lines(lines: Iterable[Any]) -> list[dict[str, Any]]:
    """Lines, or rows of them, as plain JSON."""
    names = GoodsLine.__dataclass_fields__
    return [
        {name: str(value) if isinstance(value := getattr(each, name), Decimal) else value for name in names}
        for each in lines
    ]


def read_lines(told: Iterable[Mapping[str, Any]]) -> list[GoodsLine]:
    """Lines from plain JSON, as ``told_lines`` wrote them."""
    return [GoodsLine(**{**each, "gross_kg": Decimal(each["gross_kg"])}) for each in told]
