"""Cycle counts: what lies in a zone is counted without a look at what should lie there, and the difference booked.

# Note [A count is of one moment]
Who counts sees the lots and no figures. What moved after the count began may have been counted before or after its
move, so that nobody knows whether a difference is one: such a lot is refused, and counted again.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from apps.common.numbers import next_number
from apps.journal.services import Happening, record
from apps.parties.actors import Actor
from apps.warehouse.models import CountedLot, Lot, StockCount, Zone
from apps.warehouse.services.stock.rows import lock_lots, move, tell
from terminal.errors import Malformed, Refused, gettext_noop
from terminal.events import Audience, EventKind
from terminal.moments import require_zone
from terminal.stock import LotMove, counted_as

RIGHT = "warehouse.count_stock"


class NotInTheZone(Malformed):
    """A count is of one zone, or one position of it."""

    message = gettext_noop("These do not lie where it is counted: %(lots)s.")


class MovedDuringTheCount(Refused):
    """See Note [A count is of one moment]."""

    message = gettext_noop("These moved since the count began at %(began_at)s: count them again: %(lots)s.")


class DifferenceUnexplained(Malformed):
    """Goods do not vanish by themselves."""

    message = gettext_noop("Other than expected was counted of these; say why of each: %(lots)s.")


class PromisedToOrders(Refused):
    """Fewer were found than are reserved."""

    message = gettext_noop(
        "Of %(lot)s %(counted)s packages were found, and %(reserved)s are reserved: end reservations first."
    )


class CountedTwice(Malformed):
    """One figure a lot."""

    message = gettext_noop("Name each lot once; these stand twice: %(lots)s.")


class NothingCounted(Malformed):
    """A count without a figure."""

    message = gettext_noop("Name at least one lot and how many packages of it were counted.")


@dataclass(frozen=True, kw_only=True)
class Counted:
    """How many packages of a lot were counted, and why not as many as expected."""

    lot: Lot
    packages: int
    reason: str = ""


@transaction.atomic
def count_stock(
    zone: Zone, figures: Sequence[Counted], *, began_at: datetime, by: Actor, at: datetime, position: str = ""
) -> StockCount:
    """Enter a count of a zone, or of one position of it; each difference is a movement of its lot and a journal row.

    People need ``warehouse.count_stock``. All or none. Raises ``NothingCounted``, ``CountedTwice``, ``NotInTheZone``,
    ``MovedDuringTheCount``, ``DifferenceUnexplained``, ``PromisedToOrders``, ``NothingToMove``, ``TooMuch``,
    ``NotYours``, ``NaiveTime``.
    """
    require_zone(began_at, at)
    by.require(RIGHT, zone.terminal)
    _require_figures(figures)
    lots = lock_lots(each.lot.pk for each in figures)
    _require_there(lots.values(), zone, position)
    _require_still(lots.values(), began_at)
    _require_explained(figures, lots)
    count = StockCount.objects.create(
        terminal=zone.terminal,
        number=next_number("SC", at),
        zone=zone,
        position=position,
        began_at=began_at,
        ended_at=at,
        counted_by=by.label[:120],
    )
    differing = [each for each in figures if _book(count, each, lots[each.lot.pk], by, at)]
    _journal(count, len(figures), len(differing), by, at)
    return count


def _require_figures(figures: Sequence[Counted]) -> None:
    if not figures:
        raise NothingCounted
    numbers = [each.lot.number for each in figures]
    if twice := sorted({number for number in numbers if numbers.count(number) > 1}):
        raise CountedTwice(lots=", ".join(twice))


def _require_there(lots: Collection[Lot], zone: Zone, position: str) -> None:
    elsewhere = [
        lot.number
        for lot in lots
        if not lot.packages or lot.zone_id != zone.pk or (position and lot.position != position)
    ]
    if elsewhere:
        raise NotInTheZone(lots=", ".join(elsewhere))


def _require_still(lots: Collection[Lot], began_at: datetime) -> None:
    moved = [lot.number for lot in lots if lot.moved_at > began_at]
    if moved:
        raise MovedDuringTheCount(began_at=began_at.isoformat(), lots=", ".join(moved))


def _require_explained(figures: Sequence[Counted], lots: dict[int, Lot]) -> None:
    silent = [
        each.lot.number for each in figures if each.packages != lots[each.lot.pk].packages and not each.reason.strip()
    ]
    if silent:
        raise DifferenceUnexplained(lots=", ".join(silent))


def _book(count: StockCount, figure: Counted, lot: Lot, by: Actor, at: datetime) -> bool:
    expected, difference = lot.packages, counted_as(lot.amount, figure.packages)
    if figure.packages < lot.reserved_packages:
        raise PromisedToOrders(lot=lot.number, counted=figure.packages, reserved=lot.reserved_packages)
    CountedLot.objects.create(
        count=count, lot=lot, expected=expected, counted=figure.packages, reason=figure.reason.strip()[:200]
    )
    if difference.is_nothing:
        return False
    told: dict[str, Any] = {"reference": count.number, "reason": figure.reason.strip()}
    move(lot, LotMove.COUNTED, difference, by=by, at=at, **told)
    told |= {"expected": expected, "counted": figure.packages}
    tell(lot, EventKind.LOT_COUNTED, amount=difference, by=by, at=at, **told)
    return True


def _journal(count: StockCount, lots: int, differing: int, by: Actor, at: datetime) -> None:
    payload = {"number": count.number, "zone": count.zone.code, "position": count.position, "lots": lots}
    record(
        Happening(
            kind=EventKind.STOCK_COUNTED,
            terminal_id=count.terminal_id,
            at=at,
            actor=by.label,
            audience=Audience.STAFF,
            payload={**payload, "differing": differing},
        )
    )
