"""What others report of a box on its way, before it comes to the terminal or after it has left.

A report is somebody's word: it is kept and told on as theirs, and moves no box. What the terminal does itself has its
own kinds of event (``terminal.events``).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, NamedTuple

from terminal.errors import Malformed, gettext_noop
from terminal.events import Classifier
from terminal.throughput import Mode

CLOCKS_DIFFER_BY: Final = timedelta(minutes=5)
"""How far ahead the clock of whoever reports may be."""


class Progress(StrEnum):
    """What was reported."""

    EMPTY_COLLECTED = "empty-collected"
    PACKED = "packed"
    GATED_IN = "gated-in"
    LOADED_ON = "loaded-on"
    SET_OFF = "set-off"
    PASSED = "passed"
    BORDER_REACHED = "border-reached"
    BORDER_CROSSED = "border-crossed"
    GAUGE_CHANGED = "gauge-changed"
    REACHED = "reached"
    DISCHARGED_FROM = "discharged-from"
    GATED_OUT = "gated-out"
    DELIVERED = "delivered"
    UNPACKED = "unpacked"
    EMPTY_RETURNED = "empty-returned"


class NotHappenedYet(Malformed):
    """It is said to have happened, and lies ahead."""

    message = gettext_noop("%(time)s has not come yet: say that it is planned or estimated.")


class Report(NamedTuple):
    """One report. ``reference`` is its name at whoever reports: the same one twice is one report. ``place`` is a
    UN/LOCODE, ``carrier`` what carries the box (train, ship, plate); "" where nobody said.
    """

    reference: str
    container: str
    what: Progress
    happened_at: datetime
    classifier: Classifier = Classifier.ACTUAL
    place: str = ""
    mode: Mode | None = None
    carrier: str = ""
    note: str = ""

    def details(self) -> Mapping[str, Any]:
        """What it says beyond when and of which box, without what nobody said."""
        said = {"what": self.what, "place": self.place, "mode": self.mode, "carrier": self.carrier, "note": self.note}
        return {name: value for name, value in said.items() if value}


def require_happened(report: Report, at: datetime) -> None:
    """Raise ``NotHappenedYet`` for an actual time that lies ahead."""
    if report.classifier is Classifier.ACTUAL and report.happened_at > at + CLOCKS_DIFFER_BY:
        raise NotHappenedYet(time=report.happened_at.isoformat())
