"""A consist as it came: the sheet is kept, read, and what it says is taken in."""

from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from apps.common.attachments import NoSuchFile, keep
from apps.common.models import Attachment
from apps.containers.models import Visit
from apps.parties.actors import Actor
from apps.trains.consist import Consist, read_consist
from apps.trains.models import TrainVisit
from apps.trains.services.arriving import RIGHT
from apps.trains.services.consists import receive_consist


def keep_sheet(train: TrainVisit, sheet: BinaryIO, *, by: Actor) -> Attachment:
    """Keep a sheet with the train, whatever it says. Raises ``NotYours``, ``FileTooLarge``, ``EmptyFile``."""
    by.require(RIGHT, train.call.terminal)
    name = str(getattr(sheet, "name", "") or "consist.csv")
    return keep(sheet, name=name, by=by, terminal=train.call.terminal, subject=train)


def read_sheet(kept: Attachment) -> Consist:
    """What a kept sheet says. Raises ``ConsistRefused`` with every fault."""
    with kept.file.open("rb") as file:
        return read_consist(file.read())


def receive_sheet(train: TrainVisit, sheet: UUID, *, by: Actor, at: datetime) -> list[Visit]:
    """Take in what a sheet kept with the train says, by the sheet's public number.

    Raises ``NoSuchFile`` (none is kept with this train under that number), and as ``read_sheet``, ``receive_consist``.
    """
    kind = train._meta.label_lower
    kept = Attachment.objects.filter(public_id=sheet, subject_kind=kind, subject_id=train.pk).first()
    if kept is None:
        raise NoSuchFile
    return receive_consist(train, read_sheet(kept), by=by, at=at)
