"""A count from its beginning to what it found out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from apps.common.integrity import refusals
from apps.containers.models import Visit
from apps.parties.actors import Actor
from apps.yard.models import Block, Count, Discrepancy, Sighting, Standing
from apps.yard.services.placing import RIGHT, lock_blocks
from terminal.errors import Malformed, Refused, gettext_noop
from terminal.identifiers import require_container_number
from terminal.lifecycle import VisitState
from terminal.stocktaking import Difference, Outcome, Spot, compare


class BeingCounted(Refused):
    """One count of a place at a time."""

    message = gettext_noop("%(place)s is being counted already, since %(since)s.")


class CountClosed(Refused):
    """What is closed takes no more sightings."""

    message = gettext_noop("This count of %(place)s was closed at %(at)s.")


class NothingSeen(Refused):
    """A count in which nobody looked at anything says nothing."""

    message = gettext_noop(
        "Nothing was looked at in this count of %(place)s; note what you see, or that a stack is empty."
    )


class OutsideTheCount(Malformed):
    """A cell that does not belong to what is being counted."""

    message = gettext_noop("%(cell)s does not belong to this count of %(place)s.")


@dataclass(frozen=True)
class Seen:
    """What was read in a cell (the lower bay of a long box). ``number`` empty: nothing stands there, nor above."""

    bay: int
    row: int
    tier: int
    number: str = ""


@transaction.atomic
def start_count(block: Block, row: int | None = None, *, by: Actor, at: datetime) -> Count:
    """Begin to count a block, or one of its rows. Raises ``NotYours``, ``BeingCounted``, ``OutsideTheCount``."""
    by.require(RIGHT, block.terminal)
    if row is not None and not 1 <= row <= block.rows:
        raise OutsideTheCount(cell=f"{block.code}-{row:02d}", place=block.code)
    with refusals(one_count_of_a_place_at_a_time=lambda: _under_way(block, row)):
        return Count.objects.create(
            terminal=block.terminal, block=block, row=row, started_at=at, started_by=by.label[:120]
        )


def _under_way(block: Block, row: int | None) -> BeingCounted:
    other = Count.objects.get(block=block, row=row, closed_at=None)
    return BeingCounted(place=str(other), since=other.started_at.isoformat())


@transaction.atomic
def note_seen(count: Count, seen: list[Seen], *, by: Actor, at: datetime) -> list[Sighting]:
    """Note what was read in cells, all or none; the latest word on a cell, and on a number, stands.

    Raises ``NotYours``, ``CountClosed``, ``OutsideTheCount``, and the refusals of a container number.
    """
    by.require(RIGHT, count.terminal)
    _lock_open(count)
    rows = [_sighting(count, each, by=by, at=at) for each in _latest(seen)]
    for row in rows:
        known = count.sightings.filter(bay=row.bay, row=row.row, tier=row.tier)
        (known | count.sightings.filter(number=row.number).exclude(number="")).delete()
    return Sighting.objects.bulk_create(rows, batch_size=1000)


def _latest(seen: Iterable[Seen]) -> list[Seen]:
    by_cell = {(each.bay, each.row, each.tier): each for each in seen}
    by_number = {each.number or cell: each for cell, each in by_cell.items()}
    return list(by_number.values())


def _sighting(count: Count, seen: Seen, *, by: Actor, at: datetime) -> Sighting:
    block = count.block
    within = 1 <= seen.bay <= block.bays and 1 <= seen.row <= block.rows and 1 <= seen.tier <= block.tiers
    if not within or (count.row is not None and seen.row != count.row):
        cell = f"{block.code}-{seen.bay:02d}-{seen.row:02d}-{seen.tier}"
        raise OutsideTheCount(cell=cell, place=str(count))
    number = require_container_number(seen.number) if seen.number else ""
    where = {"bay": seen.bay, "row": seen.row, "tier": seen.tier}
    return Sighting(count=count, **where, number=number, seen_at=at, seen_by=by.label[:120])


@transaction.atomic
def close_count(count: Count, *, by: Actor, at: datetime) -> list[Discrepancy]:
    """End a count: boxes seen where they are booked are verified, every difference becomes a case.

    Stacks nobody looked at are not judged. Raises ``NotYours``, ``CountClosed``, ``NothingSeen``.
    """
    by.require(RIGHT, count.terminal)
    _lock_open(count)
    lock_blocks([count.block_id])
    sightings = list(count.sightings.order_by("pk"))
    if not sightings:
        raise NothingSeen(place=str(count))
    standing = _booked(count, [each.number for each in sightings])
    outcome = _compared(count, sightings, standing)
    right = [standing[number].pk for number in outcome.right]
    Standing.objects.filter(pk__in=right).update(verified_at=at, version=F("version") + 1)
    Count.objects.filter(pk=count.pk).update(closed_at=at, version=F("version") + 1)
    count.closed_at = at
    return _open_cases(count, outcome, standing, at)


def _lock_open(count: Count) -> None:
    row = Count.objects.select_for_update(no_key=True).get(pk=count.pk)
    if row.closed_at is not None:
        raise CountClosed(place=str(count), at=row.closed_at.isoformat())


def _booked(count: Count, numbers: Iterable[str]) -> dict[str, Standing]:
    """What the books have in the place that is counted, and wherever else they have what was seen."""
    here = Standing.objects.filter(block=count.block_id)
    if count.row is not None:
        here = here.filter(row=count.row)
    seen = Standing.objects.filter(visit__container__number__in=set(numbers) - {""}, visit__terminal=count.terminal_id)
    rows = (here | seen).select_related("block", "visit__container").distinct()
    return {each.visit.container.number: each for each in rows}


def _compared(count: Count, sightings: list[Sighting], standing: dict[str, Standing]) -> Outcome:
    booked: dict[str, Spot] = {
        number: (each.block_id, each.bay, each.row, each.tier) for number, each in standing.items()
    }
    seen: dict[str, Spot] = {
        each.number: (count.block_id, each.bay, each.row, each.tier) for each in sightings if each.number
    }
    return compare(booked, seen, [(count.block_id, each.bay, each.row) for each in sightings])


def _open_cases(count: Count, outcome: Outcome, standing: dict[str, Standing], at: datetime) -> list[Discrepancy]:
    numbers = [each.number for each in outcome.differences]
    visits = Visit.objects.filter(
        terminal=count.terminal_id, container__number__in=numbers, state=VisitState.ACTIVE.value
    ).select_related("container")
    by_number = {visit.container.number: visit for visit in visits}
    rows = [
        _case(count, each, standing.get(each.number), by_number.get(each.number), at) for each in outcome.differences
    ]
    return Discrepancy.objects.bulk_create(rows)


def _case(count: Count, found: Difference, standing: Standing | None, visit: Visit | None, at: datetime) -> Discrepancy:
    bay, row, tier = found.seen[1:] if found.seen else (None, None, None)
    return Discrepancy(
        count=count,
        finding=found.finding.value,
        number=found.number,
        visit=visit,
        booked=str(standing) if standing else "",
        bay=bay,
        row=row,
        tier=tier,
        found_at=at,
    )
