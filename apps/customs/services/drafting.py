"""A declaration is begun, and changed as its declarant likes until it is handed in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F

from apps.calls.models import Call
from apps.common.numbers import next_number
from apps.common.steps import require_version
from apps.containers.models import Visit
from apps.customs.models import Declaration
from apps.customs.services.assigning import office_for_now
from apps.customs.services.brokers import require_declares, require_may_declare
from apps.customs.services.clocks import turn_clock
from apps.customs.services.contents import (
    Part,
    parts_in,
    require_about,
    visits_in,
    write_lines,
    write_parts,
    write_visits,
)
from apps.customs.services.memory import journal
from apps.customs.services.rows import locked
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.parties.models import Party
from terminal.customs.goods import GoodsLine
from terminal.customs.guarantee import ENDS_A_STAY
from terminal.errors import Malformed, Refused, gettext_noop
from terminal.events import EventKind
from terminal.lifecycle import DeclarationStatus
from terminal.regimes import Direction, Regime

LONGEST_DAYS = 3_660
DECLARED_REGIMES = frozenset(Regime) - {Regime.UNKNOWN, Regime.DOMESTIC}


class NoDraft(Refused):
    """It was handed in: from then on it is amended, not changed."""

    message = gettext_noop("%(declaration)s was handed in and is %(status)s: ask for an amendment instead.")


class NotDeclared(Malformed):
    """A regime under which nothing is declared."""

    message = gettext_noop("Goods are not declared under the regime %(regime)s. Possible are: %(possible)s.")


class PeriodOutOfReason(Malformed):
    """A period of no days, or of longer than anything lies anywhere."""

    message = gettext_noop("A period of %(days)s days: name 1 to %(most)s days, or none for the regime's own.")


class YieldOutOfOrder(Malformed):
    """The approved yield ends before it begins."""

    message = gettext_noop("The approved yield goes from the lower percentage, %(least)s, to the higher, %(most)s.")


class NothingToReturn(Malformed):
    """A declaration that ends another one names one of the same declarant that was released and has not ended."""

    message = gettext_noop("%(earlier)s is no released declaration of yours for a temporary stay.")


class EndsNoStay(Malformed):
    """A declaration that ends a temporary stay is one by which goods leave the country."""

    message = gettext_noop(
        "Under the regime %(regime)s no temporary stay ends: name the earlier declaration with return or export."
    )


@dataclass(frozen=True, kw_only=True)
class DeclarationChange:
    """What a declaration is to say. None: as it does. ``parts``: of which lots, and how much."""

    regime: Regime | None = None
    direction: Direction | None = None
    visits: Sequence[Visit] | None = None
    parts: Sequence[Part] | None = None
    call: Call | None = None
    lines: Sequence[GoodsLine] | None = None
    period_days: int | None = None
    least_yield_percent: Decimal | None = None
    most_yield_percent: Decimal | None = None

    @property
    def plain(self) -> dict[str, Any]:
        """What it says that stands in the declaration's own columns."""
        names = ("regime", "direction", "call", "period_days", "least_yield_percent", "most_yield_percent")
        said = {name: getattr(self, name) for name in names}
        return {name: getattr(value, "value", value) for name, value in said.items() if value is not None}

    @property
    def says_nothing(self) -> bool:
        return all(getattr(self, each.name) is None for each in fields(self))


@transaction.atomic
def draft(
    *,
    terminal: Terminal,
    declarant: Party,
    regime: Regime,
    direction: Direction,
    by: Actor,
    at: datetime,
    visits: Sequence[Visit] = (),
    parts: Sequence[Part] = (),
    call: Call | None = None,
    lines: Sequence[GoodsLine] = (),
    broker: Party | None = None,
    hs_code: str = "",
    goods: str = "",
    period_days: int | None = None,
    least_yield_percent: Decimal | None = None,
    most_yield_percent: Decimal | None = None,
    earlier: Declaration | None = None,
) -> Declaration:
    """Begin a declaration over boxes and lots of the declarant's, or over a whole train.

    Of a train it covers, when it is handed in, every box of it that the declarant may declare then; a box that joins
    the train later is not covered and needs its own. With ``lines``, ``hs_code`` and ``goods`` are those of the first.
    Raises ``NothingDeclared``, ``OnlyTransitByTrain``, ``LotDeclaredTwice``, ``MoreThanCanBeDeclared``, what
    ``require_lines`` refuses, ``NotDeclared``, ``PeriodOutOfReason``, ``YieldOutOfOrder``, ``NothingToReturn``,
    ``EndsNoStay``, ``NoOfficeTakesDeclarations``, ``NotItsBroker``, ``NotYours``.
    """
    require_may_declare(by, terminal, declarant, broker, at)
    require_regime(regime)
    require_about(terminal, declarant, regime, visits=visits, parts=parts, call=call, at=at)
    require_terms(period_days, least_yield_percent, most_yield_percent)
    _require_earlier(earlier, declarant)
    _require_ends(regime, earlier)
    declaration = Declaration.objects.create(
        terminal=terminal,
        number=next_number("CD", at),
        office=office_for_now(terminal),
        regime=regime.value,
        direction=direction.value,
        declarant=declarant,
        broker=broker,
        call=call,
        hs_code=hs_code,
        goods=goods,
        period_days=period_days,
        least_yield_percent=least_yield_percent,
        most_yield_percent=most_yield_percent,
        earlier=earlier,
        drafted_at=at,
        status_since=at,
    )
    write_visits(declaration, visits)
    write_parts(declaration, parts)
    if lines:
        write(declaration, write_lines(declaration, lines))
    turn_clock(declaration, at)
    journal(declaration, EventKind.DECLARATION_DRAFTED, by, at)
    return declaration


@transaction.atomic
def update_draft(
    declaration: Declaration,
    change: DeclarationChange,
    *,
    by: Actor,
    at: datetime,
    versions: Iterable[int] | None = None,
) -> Declaration:
    """Let a draft say something else. ``versions``: only while it is at one of them.

    Raises ``NoDraft``, ``ChangedSince``, and as ``draft``.
    """
    require_declares(by, declaration, at)
    row = locked(declaration)
    require_version(row, versions)
    if row.status != DeclarationStatus.DRAFT:
        raise NoDraft(declaration=row.number, status=row.status)
    if not change.says_nothing:
        write_change(row, change, at)
        journal(row, EventKind.DECLARATION_CHANGED, by, at)
    declaration.refresh_from_db()
    return declaration


def write_change(row: Declaration, change: DeclarationChange, at: datetime) -> None:
    """Write what a locked declaration is to say, all of it or nothing. Raises as ``draft``."""
    plain = change.plain
    if change.regime is not None:
        require_regime(change.regime)
        _require_ends(change.regime, row.earlier)
    for name, value in plain.items():
        setattr(row, name, value)
    visits, parts = _about(row, change)
    if row.call is not None and row.submitted_at is None and change.call is None and (visits or parts):
        row.call = plain["call"] = None
    regime = Regime(row.regime)
    require_about(row.terminal, row.declarant, regime, visits=visits, parts=parts, call=row.call, at=at, but=row)
    require_terms(row.period_days, row.least_yield_percent, row.most_yield_percent)
    write_visits(row, visits)
    write_parts(row, parts)
    if change.lines is not None:
        plain |= write_lines(row, change.lines)
    write(row, plain)


def _about(row: Declaration, change: DeclarationChange) -> tuple[list[Visit], list[Part]]:
    """The boxes and lots it is to be about. A train takes the place of both, and either takes that of a train."""
    if change.call is not None:
        return list(change.visits or ()), list(change.parts or ())
    visits = visits_in(row) if change.visits is None else list(change.visits)
    return visits, parts_in(row) if change.parts is None else list(change.parts)


def write(row: Declaration, values: dict[str, Any]) -> None:
    """Write columns and bring the row in hand up to date; the version rises."""
    Declaration.objects.filter(pk=row.pk).update(**values, version=F("version") + 1)
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1


def require_regime(regime: Regime) -> None:
    """Raise ``NotDeclared`` for a regime under which nothing is declared."""
    if regime not in DECLARED_REGIMES:
        raise NotDeclared(regime=regime.value, possible=", ".join(sorted(DECLARED_REGIMES)))


def require_terms(days: int | None, least: Decimal | None, most: Decimal | None) -> None:
    """Raise ``PeriodOutOfReason`` or ``YieldOutOfOrder``; None says nothing."""
    if days is not None and not 1 <= days <= LONGEST_DAYS:
        raise PeriodOutOfReason(days=days, most=LONGEST_DAYS)
    if least is not None and most is not None and least > most:
        raise YieldOutOfOrder(least=str(least), most=str(most))


def _require_earlier(earlier: Declaration | None, declarant: Party) -> None:
    if earlier is None:
        return
    released = earlier.status == DeclarationStatus.RELEASED and earlier.release_revoked_at is None
    if not released or earlier.regime != Regime.TEMPORARY or earlier.declarant_id != declarant.pk:
        raise NothingToReturn(earlier=earlier.number)


def _require_ends(regime: Regime, earlier: Declaration | None) -> None:
    if earlier is not None and regime not in ENDS_A_STAY:
        raise EndsNoStay(regime=regime.value)
