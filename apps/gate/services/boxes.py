"""The boxes a truck brings and collects, as they are asked for and written down."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from apps.common.integrity import refusals
from apps.common.steps import ChangedMeanwhile
from apps.containers.services.numbers import require_number
from apps.containers.services.rows import lock_visits
from apps.gate.models import Appointment, AppointmentBox
from apps.gate.services.claims import Claim, claims
from apps.gate.services.refusals import CollectedByAnother, SizeTypeMissing
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.parties.models import Party
from terminal.equipment import SizeType
from terminal.gate import require_truckload
from terminal.lifecycle import VisitState
from terminal.throughput import Direction

SHORT: Final = "22G1"
"""What a box is taken for as long as nobody may know its size."""


@dataclass(frozen=True, kw_only=True)
class WantedBox:
    """A box a truck is to bring (its size-type is said) or to collect (by an order for the haulier, or the PIN)."""

    direction: Direction
    number: str
    size_type: str = ""
    reference: str = ""
    laden: bool | None = None
    pin: str = ""


def described(boxes: Sequence[WantedBox], *, by: Actor) -> list[WantedBox]:
    """The boxes with their numbers and size-types as the standards write them. Refuses what neither is."""
    return [_described(each, by) for each in boxes]


def _described(wanted: WantedBox, by: Actor) -> WantedBox:
    number = require_number(wanted.number, by=by)
    if wanted.direction is Direction.OUT:
        return replace(wanted, number=number)
    if not wanted.size_type:
        raise SizeTypeMissing(number=number)
    return replace(wanted, number=number, size_type=SizeType.parse(wanted.size_type).code)


def claim_boxes(
    boxes: Sequence[WantedBox], *, terminal: Terminal, haulier: Party | None, by: Actor, at: datetime
) -> dict[str, Claim]:
    """What gives the right to each box that is collected, by number; the truckload checked first."""
    wanted = [(each.number, each.pin) for each in boxes if each.direction is Direction.OUT]
    _require_load(boxes, {})
    found = claims(wanted, terminal=terminal, haulier=haulier, by=by, at=at)
    claimed = {number: claim for (number, _), claim in zip(wanted, found, strict=True)}
    _require_load(boxes, claimed)
    return claimed


def write_boxes(row: Appointment, boxes: Sequence[WantedBox], claimed: dict[str, Claim]) -> None:
    """The boxes of a truck, in a transaction. Raises ``CollectedByAnother``, ``ChangedMeanwhile`` (joined just now)."""
    if any(visit.state == VisitState.JOINED for visit in lock_visits(claim.visit for claim in claimed.values())):
        raise ChangedMeanwhile(thing="visit")
    with refusals(a_box_is_collected_by_one_truck=lambda: _taken(claimed)):
        AppointmentBox.objects.bulk_create([_box(row, each, claimed.get(each.number)) for each in boxes])


def _box(row: Appointment, wanted: WantedBox, claim: Claim | None) -> AppointmentBox:
    box = AppointmentBox(
        appointment=row, direction=wanted.direction.value, number=wanted.number, reference=wanted.reference
    )
    if wanted.direction is Direction.IN or claim is None:
        box.size_type, box.laden = wanted.size_type, wanted.laden
        return box
    box.visit, box.delivery_order, box.pin = claim.visit, claim.delivery_order, claim.pin
    box.size_type, box.laden = claim.visit.size_type, claim.visit.laden
    return box


def _require_load(boxes: Sequence[WantedBox], claimed: dict[str, Claim]) -> None:
    """Sizes of what is collected are known only when the right to it is: a first look takes them for short ones."""
    sizes = {number: claim.visit.size_type for number, claim in claimed.items()}
    require_truckload((each.direction, each.number, _size(each, sizes)) for each in boxes)


def _size(wanted: WantedBox, sizes: dict[str, str]) -> str:
    return wanted.size_type if wanted.direction is Direction.IN else sizes.get(wanted.number, SHORT)


def _taken(claimed: dict[str, Claim]) -> CollectedByAnother:
    visits = [claim.visit.pk for claim in claimed.values()]
    other = AppointmentBox.objects.filter(visit__in=visits, direction=Direction.OUT.value, ended_at=None).first()
    return CollectedByAnother(number=other.number if other else ", ".join(claimed))
