"""What is played, for whoever watches: the day's programme, and how far it has come."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from apps.sandbox.models import Stage
from apps.sandbox.script import BOXES, SCRIPT, Box, Cue
from terminal.sandbox import LOOP, shown


@dataclass(frozen=True)
class Scheduled:
    """A cue worth a line: when it comes, about which container, and whether it was played."""

    cue: Cue
    at: datetime
    container: str | None
    played: bool


@dataclass(frozen=True)
class Programme:
    """A sandbox's day. ``clock`` is what its clock shows; ``began_at`` and ``ends_at`` are on the wall."""

    stage: Stage
    began_at: datetime
    at: datetime

    @property
    def clock(self) -> datetime:
        """What its clock shows."""
        return shown(self.began_at, self.at)

    @property
    def ends_at(self) -> datetime:
        """When the day is over, on the wall."""
        return self.began_at + LOOP

    @property
    def minute(self) -> float:
        """The minute of the hour."""
        return round((self.at - self.began_at) / timedelta(minutes=1), 1)

    @property
    def cast(self) -> list[tuple[Box, str]]:
        """The boxes of the day, each with its number today."""
        return [(box, box.number(self.stage.day)) for box in BOXES.values()]

    @property
    def cues(self) -> list[Scheduled]:
        """What happens, the first first."""
        return list(self._scheduled())

    def _scheduled(self) -> Iterator[Scheduled]:
        for place, cue in enumerate(SCRIPT):
            if cue.told:
                box = BOXES.get(cue.about)
                number = box.number(self.stage.day) if box else None
                yield Scheduled(cue, cue.due_at(self.began_at), number, place < self.stage.played)


def programme(stage: Stage, at: datetime) -> Programme | None:
    """What is played in a sandbox at this moment on the wall; nothing where no day has begun."""
    began = stage.terminal.day_began_at
    return None if began is None else Programme(stage, began, at)
