"""What a call's tally says, row by row: for the ship, and for customs.

The rows are plain: names and values, ready to be written as CSV or sent on.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from apps.ships.models import ShipCall, StowageLine
from terminal.equipment import SizeType
from terminal.lifecycle import LineState
from terminal.stowage import Difference, StowageList, Tallied, deviations

TALLY_COLUMNS: Final = (
    "list",
    "container_number",
    "size_type",
    "state",
    "listed",
    "stow",
    "stow_seen",
    "seals",
    "seals_seen",
    "gross_kg",
    "gross_kg_seen",
    "done_at",
    "done_by",
    "deviations",
    "reason",
    "remark",
)
ARRIVAL_COLUMNS: Final = (
    "terminal",
    "mode",
    "ship",
    "imo",
    "voyage",
    "arrived_at",
    "container_number",
    "size_type",
    "teu",
    "laden",
    "gross_kg",
    "seals",
    "un_number",
    "imdg_class",
    "bill_of_lading",
    "discharged_at",
    "result",
)


def differing(ship: ShipCall) -> list[tuple[StowageLine, list[Difference]]]:
    """The lines that were worked otherwise than listed, each with how. One query."""
    found = [(line, deviations_of(line)) for line in _lines(ship)]
    return [(line, differs) for line, differs in found if differs]


def deviations_of(line: StowageLine) -> list[Difference]:
    """How one line was worked otherwise than listed."""
    return deviations(
        Tallied(
            state=LineState(line.state),
            unlisted=line.unlisted,
            seals=line.seals,
            seals_seen=line.seals_seen,
            gross_kg=line.vgm_kg or line.gross_kg,
            gross_kg_seen=line.gross_kg_seen,
            stow=line.stow,
            stow_seen=line.stow_seen,
            reason=line.reason,
            remark=line.remark,
        )
    )


def tally(ship: ShipCall) -> Iterator[dict[str, Any]]:
    """Every line of both lists as it was worked: the tally report."""
    for line in _lines(ship):
        yield {
            "list": line.listed_in,
            "container_number": line.number,
            "size_type": line.size_type,
            "state": line.state,
            "listed": not line.unlisted,
            "stow": line.stow,
            "stow_seen": line.stow_seen,
            "seals": " ".join(line.seals),
            "seals_seen": " ".join(line.seals_seen),
            "gross_kg": line.vgm_kg or line.gross_kg,
            "gross_kg_seen": line.gross_kg_seen,
            "done_at": line.done_at,
            "done_by": line.done_by,
            "deviations": " ".join(each.what.value for each in deviations_of(line)),
            "reason": line.reason,
            "remark": line.remark,
        }


def arrived(ship: ShipCall) -> Iterator[dict[str, Any]]:
    """What the ship brought, for customs: every box that came off, and every listed one that did not.

    ``result`` is landed, overlanded, shortlanded, remains_on_board, or not_yet.
    """
    call = ship.call
    head = {
        "terminal": call.terminal.un_locode,
        "mode": call.mode,
        "ship": ship.name,
        "imo": ship.imo,
        "voyage": ship.voyage_in or call.number,
        "arrived_at": call.arrived_at,
    }
    for line in _lines(ship).of_list(StowageList.DISCHARGE):
        yield {**head, **_box(line)}


def _box(line: StowageLine) -> dict[str, Any]:
    return {
        "container_number": line.number,
        "size_type": line.size_type,
        "teu": SizeType.parse(line.size_type).teu if line.size_type else None,
        "laden": line.laden,
        "gross_kg": line.gross_kg_seen or line.vgm_kg or line.gross_kg,
        "seals": " ".join(line.seals_seen or line.seals),
        "un_number": line.un_number,
        "imdg_class": line.imdg_class,
        "bill_of_lading": line.bill_of_lading,
        "discharged_at": line.done_at,
        "result": _result(line),
    }


RESULTS: Final = {
    LineState.LISTED: "not_yet",
    LineState.DONE: "landed",
    LineState.SHORT: "shortlanded",
    LineState.CANCELLED: "remains_on_board",
}


def _result(line: StowageLine) -> str:
    return "overlanded" if line.unlisted else RESULTS[LineState(line.state)]


def plain(value: object) -> str:
    """A value as a report writes it: moments in ISO 8601, yes and no, nothing for what is not known."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.isoformat()
    return "" if value is None else str(value)


def _lines(ship: ShipCall) -> Any:
    return StowageLine.objects.filter(ship=ship).order_by("listed_in", "number")
