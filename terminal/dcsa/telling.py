"""What both versions write alike."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final

from terminal.dcsa.facts import Happened, Paper, PaperKind
from terminal.events import Classifier, EventKind
from terminal.throughput import Mode

CLASSIFIERS: Final = {Classifier.PLANNED: "PLN", Classifier.ESTIMATED: "EST", Classifier.ACTUAL: "ACT"}
MODES: Final = {Mode.SEA: "VESSEL", Mode.BARGE: "BARGE", Mode.RAIL: "RAIL", Mode.ROAD: "TRUCK"}

BECOMES: Final = {EventKind.CONTAINER_STRIPPED: False, EventKind.CONTAINER_STUFFED: True}
"""Whether the box is laden by what happened, whatever it was before."""

OWN_REFERENCE: Final = "SI"
"""The shipper's own reference."""


def here(moment: datetime) -> str:
    """A moment in the time of its place, to the millisecond: with a zone, 3.0 has no room for more."""
    return moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds")


def noted(moment: datetime) -> str:
    """A moment of our records in UTC, exact, so that it can be asked for again."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def load(fact: Happened) -> str:
    """LADEN or EMPTY; nothing where nobody knows."""
    laden = BECOMES.get(fact.kind, fact.laden)
    return "" if laden is None else "LADEN" if laden else "EMPTY"


def numbers(papers: Iterable[Paper], kind: PaperKind) -> list[str]:
    """The numbers of one kind, each once, in order."""
    return list(dict.fromkeys(paper.number for paper in papers if paper.kind is kind))


def short(text: str, most: int) -> str:
    """The text, or nothing where the standard has no room for all of it: a part of a name is another name."""
    return text if len(text) <= most else ""


def told(**members: Any) -> dict[str, Any]:
    """The members that say something."""
    return {name: value for name, value in members.items() if value not in ("", None, [], {})}
