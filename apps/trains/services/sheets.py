"""A consist as it came: the sheet is kept, read, and what it says is taken in."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from apps.common.attachments import kept_with
from apps.common.models import Attachment
from apps.parties.actors import Actor
from apps.trains.consist import Consist, read_consist
from apps.trains.models import TrainVisit
from apps.trains.selectors.consists import ConsistComparison
from apps.trains.services.consists import receive_consist


def read_sheet(kept: Attachment) -> Consist:
    """What a kept sheet says. Raises ``ConsistRefused`` with every fault."""
    with kept.file.open("rb") as file:
        return read_consist(file.read())


def receive_sheet(
    train: TrainVisit, sheet: UUID, *, by: Actor, at: datetime, versions: Iterable[int] | None = None
) -> ConsistComparison:
    """Take in what a sheet kept with the train says, by the sheet's public number; what was changed.

    Raises ``NoSuchFile`` (none is kept with this train under that number), and as ``read_sheet``, ``receive_consist``.
    """
    return receive_consist(train, read_sheet(kept_with(train, sheet)), by=by, at=at, versions=versions)
