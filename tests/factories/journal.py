"""What services journal, ready to be recorded; May 2026 at Lianyungang."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from apps.journal.services import Happening
from apps.network.models import Terminal
from terminal.events import EventKind
from terminal.throughput import Direction, Mode

SHANGHAI = ZoneInfo("Asia/Shanghai")

KINDS = {
    (Direction.IN, True): EventKind.CONTAINER_GATED_IN,
    (Direction.IN, False): EventKind.CONTAINER_DISCHARGED,
    (Direction.OUT, True): EventKind.CONTAINER_GATED_OUT,
    (Direction.OUT, False): EventKind.CONTAINER_LOADED,
}


def may(day: int, hour: int = 12, minute: int = 0) -> datetime:
    """A moment of May 2026 at the site."""
    return datetime(2026, 5, day, hour, minute, tzinfo=SHANGHAI)


def crossing(
    terminal: Terminal,
    at: datetime,
    *,
    direction: Direction = Direction.IN,
    mode: Mode = Mode.RAIL,
    teu: Any = "1.00",
    **said: Any,
) -> Happening:
    """A box crossing the terminal's edge: a 20′ box off a train unless said otherwise."""
    payload = {"mode": mode.value, "size_type": "22G1", "teu": str(teu), "laden": True, "call": "X9014"}
    said = {"payload": payload, "actor": "user:wang", **said}
    return Happening(kind=KINDS[direction, mode is Mode.ROAD], terminal_id=terminal.pk, at=at, **said)


def of_a_call(
    terminal: Terminal, at: datetime, kind: EventKind = EventKind.CALL_DEPARTED, mode: Mode = Mode.RAIL
) -> Happening:
    """Train X9014 departs, or another carrier does something else."""
    payload = {"mode": mode.value, "number": "X9014"}
    return Happening(kind=kind, terminal_id=terminal.pk, at=at, actor="user:wang", payload=payload)
