"""Looking at a box on the lane: what is seen is noted of the box, and printed as a receipt (EIR)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import BinaryIO

from django.db import transaction

from apps.common.attachments import keep
from apps.common.numbers import next_number
from apps.containers import services as containers
from apps.containers.models import Damage, Visit
from apps.containers.selectors import worn
from apps.containers.services.notes.photos import looked_at
from apps.gate.models import AppointmentBox, Inspection
from apps.gate.services.desk import Wrong, hold
from apps.gate.services.refusals import NothingAboutThisBox
from apps.gate.services.rows import RIGHT, lock_appointment
from apps.journal.services import Happening, record
from apps.parties.actors import Actor
from terminal.damages import Harm, Severity, Side
from terminal.events import Audience, EventKind
from terminal.gate import Condition, Trouble
from terminal.seals import SealOwner, require_seal_number


@dataclass(frozen=True, kw_only=True)
class SeenDamage:
    """A damage found on the lane, with its photos as open files."""

    side: Side
    harm: Harm
    severity: Severity
    remark: str = ""
    photos: Sequence[BinaryIO] = ()


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What was seen of a box. ``seals`` are (number, owner); None: nobody looked for any. ``photos`` show the box."""

    condition: Condition
    seals: Sequence[tuple[str, SealOwner]] | None = None
    damages: Sequence[SeenDamage] = ()
    photos: Sequence[BinaryIO] = ()
    remark: str = ""


@transaction.atomic
def inspect(box: AppointmentBox, seen: Seen, *, by: Actor, at: datetime) -> Inspection:
    """Note what was seen of a box on the lane. A seal that nobody knew of is noted as on the box.

    A seal that should be there and was not seen, and a damage that makes the box unsafe, hold the truck. Raises
    ``NotYours``, ``TruckIsNotHere``, ``NothingAboutThisBox``, ``MalformedSealNumber``, ``NotAPicture``,
    ``FileTooLarge``, ``TooManyPhotos``.
    """
    row = lock_appointment(box.appointment)
    by.require(RIGHT, row.terminal)
    box.refresh_from_db(fields=["ended_at", "visit"])
    visit = box.visit
    if box.ended_at is not None or visit is None:
        raise NothingAboutThisBox(number=box.number)
    photos = looked_at(seen.photos)
    seals = None if seen.seals is None else [(require_seal_number(number), owner) for number, owner in seen.seals]
    missing = _note_seals(visit, seals, by=by, at=at)
    damages = _note_damages(visit, seen.damages, by=by, at=at)
    receipt = _write(box, visit, seen, [number for number, _ in seals or ()], by=by, at=at)
    receipt.damages.set(damages)
    for name, content in photos:
        keep(BytesIO(content), name=name, by=by, terminal=row.terminal, subject=receipt)
    hold(row, _wrong(box, missing, seen.damages), by=by, at=at)
    _journal(receipt, len(damages), by=by, at=at)
    return receipt


def _note_seals(visit: Visit, seals: Sequence[tuple[str, SealOwner]] | None, *, by: Actor, at: datetime) -> list[str]:
    """Note the seals that are new; the numbers of those that should be on the box and were not seen."""
    if seals is None:
        return []
    known = [seal.number for seal in worn([visit])[visit.pk]]
    new = [
        containers.NewSeal(visit=visit, number=number, owner=owner)
        for number, owner in dict(seals).items()
        if number not in known
    ]
    if new:
        containers.note(new, by=by.entrusted(), at=at)
    seen = {number for number, _ in seals}
    return [number for number in known if number not in seen]


def _note_damages(visit: Visit, damages: Sequence[SeenDamage], *, by: Actor, at: datetime) -> list[Damage]:
    new = [
        containers.NewDamage(
            visit=visit,
            side=each.side,
            harm=each.harm,
            severity=each.severity,
            remark=each.remark,
            photos=each.photos,
        )
        for each in damages
    ]
    noted = containers.note(new, by=by.entrusted(), at=at) if new else []
    return [each for each in noted if isinstance(each, Damage)]


def _wrong(box: AppointmentBox, missing: list[str], damages: Sequence[SeenDamage]) -> list[Wrong]:
    found = [Wrong(Trouble.SEAL, ", ".join(missing), box)] if missing else []
    if any(each.severity is Severity.UNSAFE for each in damages):
        found.append(Wrong(Trouble.DAMAGE, Severity.UNSAFE.value, box))
    return found


def _write(box: AppointmentBox, visit: Visit, seen: Seen, seals: list[str], *, by: Actor, at: datetime) -> Inspection:
    return Inspection.objects.create(
        number=next_number("EIR", at),
        box=box,
        visit=visit,
        condition=Condition(seen.condition).value,
        seals=seals,
        remark=seen.remark[:200],
        inspected_at=at,
        inspected_by=by.label[:120],
    )


def _journal(receipt: Inspection, damages: int, *, by: Actor, at: datetime) -> None:
    record(
        Happening(
            kind=EventKind.CONTAINER_INSPECTED,
            terminal_id=receipt.visit.terminal_id,
            at=at,
            actor=by.label,
            visit_id=receipt.visit_id,
            container_number=receipt.visit.container.number,
            audience=Audience.PUBLIC,
            payload={
                "number": receipt.number,
                "direction": receipt.box.direction,
                "condition": receipt.condition,
                "seals": ", ".join(receipt.seals),
                "damages": damages,
            },
        )
    )
