"""A consist as it came: the sheet is kept, then what it says is taken in."""

from datetime import datetime
from typing import BinaryIO

from apps.common.attachments import keep
from apps.containers.models import Visit
from apps.parties.actors import Actor
from apps.trains.consist import read_consist
from apps.trains.models import TrainVisit
from apps.trains.services.arriving import RIGHT
from apps.trains.services.consists import receive_consist


def receive_sheet(train: TrainVisit, sheet: BinaryIO, *, by: Actor, at: datetime) -> list[Visit]:
    """Take in a consist from its CSV sheet; the sheet stays with the train even if what it says is refused.

    Raises ``NotYours``, ``FileTooLarge``, ``EmptyFile``, ``ConsistRefused`` with every fault, and as
    ``receive_consist``.
    """
    by.require(RIGHT, train.call.terminal)
    name = str(getattr(sheet, "name", "") or "consist.csv")
    kept = keep(sheet, name=name, by=by, terminal=train.call.terminal, subject=train)
    with kept.file.open("rb") as file:
        consist = read_consist(file.read())
    return receive_consist(train, consist, by=by, at=at)
