"""Work on an order: begun, counted line by line, and what was found beside the list.

# Note [A count is no correction]
The packing list says what its author declared, and stays. What was counted stands beside it; the difference is an
event of its own, with what was seen and photos, and nobody can say later that it was always so.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import BinaryIO

from django.db import transaction
from django.db.models import F, Max

from apps.common.attachments import keep
from apps.containers.services import require_ready, require_stuffable
from apps.containers.services.notes.photos import looked_at
from apps.parties.actors import Actor
from apps.warehouse.models import CargoOrder, DeclaredLot
from apps.warehouse.services.orders.rows import RIGHT, bring_up_to_date, figures, lock_order, require_kind, step, tell
from terminal.cargo import OrderKind, PackingLine
from terminal.errors import Malformed, Refused, gettext_noop
from terminal.events import EventKind
from terminal.lifecycle import CargoOrderStatus
from terminal.moments import require_zone
from terminal.readiness import Step
from terminal.stock import NOTHING, Amount, counted_as, require_holdable


class NotInWork(Refused):
    """Goods are counted while the box stands open."""

    message = gettext_noop("%(order)s is %(status)s: goods are counted while it is in progress.")


class NotOnTheList(Malformed):
    """A line of another order."""

    message = gettext_noop("%(order)s has no line %(line)s.")


class NoWeightFound(Malformed):
    """Packages that weigh nothing, or no packages that weigh something."""

    message = gettext_noop(
        "Line %(line)s: %(packages)s packages of %(gross_kg)s kg. What is there weighs more than nought, what is not "
        "there weighs nothing."
    )


class CountedNegative(Malformed):
    """Nobody counts less than nothing."""

    message = gettext_noop("Line %(line)s: count %(packages)s packages; the least is 0.")


@dataclass(frozen=True, kw_only=True)
class LineCount:
    """What was counted of a line: weight and volume where they were measured, else in proportion to the papers."""

    line: DeclaredLot
    packages: int
    gross_kg: Decimal | None = None
    volume_m3: Decimal | None = None
    seen: str = ""
    photos: Sequence[BinaryIO] = field(default=())


@transaction.atomic
def start_order(
    order: CargoOrder, *, by: Actor, at: datetime, gang: str = "", gang_size: int | None = None, equipment: str = ""
) -> CargoOrder:
    """Work begins. A box must be on the ground, and nobody may forbid that it is opened.

    Raises ``NotReady`` with every blocker, ``NotEmpty`` (stuffing), ``StepNotAllowed``, ``NotYours``, ``NaiveTime``.
    """
    require_zone(at)
    row = lock_order(order)
    by.require(RIGHT, row.terminal)
    require_may_open(row, at)
    crew = {"gang": gang[:60], "gang_size": gang_size, "equipment": equipment[:120]}
    step(row, CargoOrderStatus.IN_PROGRESS, by, at, started_at=at, **crew)
    bring_up_to_date(order, row)
    return order


def require_may_open(order: CargoOrder, at: datetime) -> None:
    """Raise ``NotReady`` or ``NotEmpty`` unless the order's box may be opened."""
    if order.visit is None:
        return
    if order.kind == OrderKind.STRIP:
        require_ready([order.visit], step=Step.STRIP, at=at)
    else:
        require_stuffable(order.visit, at)


@transaction.atomic
def count_lines(order: CargoOrder, counts: Sequence[LineCount], *, by: Actor, at: datetime) -> list[DeclaredLot]:
    """Enter what was counted, all or none; each difference from the papers is an event. Counting again is allowed.

    See Note [A count is no correction]. Raises ``NotInWork``, ``NotOnTheList``, ``CountedNegative``,
    ``NoWeightFound``, ``TooMuch``, what a photo refuses, ``NotYours``, ``NaiveTime``.
    """
    require_zone(at)
    photos = [looked_at(each.photos) for each in counts]
    row = _in_work(order, by)
    lines = {line.pk: line for line in row.lines.all()}
    counted = []
    for each, shown in zip(counts, photos, strict=True):
        line = lines.get(each.line.pk)
        if line is None:
            raise NotOnTheList(order=row.number, line=each.line.line)
        for name, content in shown:
            keep(BytesIO(content), name=name, by=by, terminal=row.terminal, subject=line)
        counted.append(_count(row, line, each, _found(line, each), len(shown), by, at))
    return counted


@transaction.atomic
def add_found(order: CargoOrder, goods: PackingLine, *, by: Actor, at: datetime, seen: str = "") -> DeclaredLot:
    """Note goods that are in the box and on no list: a further line, of nothing declared and all found.

    Raises ``NotInWork``, ``CountedNegative``, ``NoWeightFound``, ``TooMuch``, ``NotYours``, ``NaiveTime``.
    """
    require_zone(at)
    row = _in_work(order, by)
    last = row.lines.aggregate(last=Max("line"))["last"] or 0
    nothing = {"packages": 0, "gross_kg": 0, "volume_m3": 0}
    said = {name: getattr(goods, name) for name in goods.__dataclass_fields__} | nothing
    said |= {"line": last + 1, "customs_status": goods.customs_status.value}
    line = DeclaredLot.objects.create(order=row, found=True, **said)
    count = LineCount(line=line, packages=goods.packages, gross_kg=goods.gross_kg, volume_m3=goods.volume_m3, seen=seen)
    return _count(row, line, count, _found(line, count), 0, by, at)


def _in_work(order: CargoOrder, by: Actor) -> CargoOrder:
    row = lock_order(order)
    by.require(RIGHT, row.terminal)
    require_kind(row, OrderKind.STRIP)
    if row.status != CargoOrderStatus.IN_PROGRESS:
        raise NotInWork(order=row.number, status=row.status)
    return row


def _found(line: DeclaredLot, count: LineCount) -> Amount:
    if count.packages < 0:
        raise CountedNegative(line=line.line, packages=count.packages)
    declared = line.declared
    if declared.packages:
        declared += counted_as(declared, count.packages)
    kilograms = declared.gross_kg if count.gross_kg is None else count.gross_kg
    volume = declared.volume_m3 if count.volume_m3 is None else count.volume_m3
    if (kilograms > NOTHING) is not (count.packages > 0) or volume < NOTHING or (volume and not count.packages):
        raise NoWeightFound(line=line.line, packages=count.packages, gross_kg=str(kilograms))
    found = Amount(count.packages, kilograms, volume)
    require_holdable(found)
    return found


def _count(
    order: CargoOrder, line: DeclaredLot, count: LineCount, found: Amount, photos: int, by: Actor, at: datetime
) -> DeclaredLot:
    values = {"counted_packages": found.packages, "counted_kg": found.gross_kg, "counted_m3": found.volume_m3}
    values |= {"counted_at": at, "counted_by": by.label[:120], "seen": count.seen.strip()[:200]}
    DeclaredLot.objects.filter(pk=line.pk).update(**values, version=F("version") + 1)
    for name, value in values.items():
        setattr(line, name, value)
    line.version += 1
    tell(order, EventKind.GOODS_COUNTED, by=by, at=at, line=line.line, **figures(found))
    difference = found - line.declared
    if not difference.is_nothing:
        both = {"declared": line.packages, "counted": found.packages, **figures(difference)}
        more = {name: value for name, value in (("remark", line.seen), ("photos", photos)) if value}
        tell(order, EventKind.GOODS_DIFFER, by=by, at=at, line=line.line, **both, **more)
    return line
