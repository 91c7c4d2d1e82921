"""One line of the script."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from terminal.sandbox import PACE, opening


@dataclass(frozen=True)
class Cue:
    """At this minute of the hour something is done: ``deed`` names the function that does it, ``about`` what to.

    ``days``: what is done at minute 0 has happened so many days before the sandbox's day began. ``told`` is what an
    integrator sees, in one line; empty: nothing worth a line. ``said`` is what the deed is told beside.
    """

    minute: float
    deed: str
    about: str = ""
    told: str = ""
    days: float = 0
    said: Mapping[str, Any] = field(default_factory=dict)

    def due_at(self, began_at: datetime) -> datetime:
        """When it is to be done, on the wall."""
        return began_at + timedelta(minutes=self.minute)

    def happens_at(self, began_at: datetime) -> datetime:
        """When it happens, by the clock of the sandbox."""
        return opening(began_at) - timedelta(days=self.days) + timedelta(minutes=self.minute) * PACE


def cue(minute: float, deed: str, about: str = "", told: str = "", *, days: float = 0, **said: Any) -> Cue:
    """A cue, with what its deed is told as it reads in the script."""
    return Cue(minute, deed, about, told, days, said)
