"""What the operator of a supervised site reports to customs of a train or ship: what arrived, and what was tallied.

Both reports are plain JSON values. They name boxes, seals, weights and papers; who ships, pays or works is not in them.
The tally sets what was found against what the manifest (a consist, a discharge list, else the advice) lists.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from terminal.moments import utc
from terminal.stowage import WEIGHT_TOLERANCE

SCHEMA: Final = "1.0"
"""Version of both contents. A further field raises the second number, any other change the first."""


class Result(StrEnum):
    """What the tally says of a box."""

    AS_LISTED = "as_listed"
    SHORT = "short"
    REMAINS_ON_BOARD = "remains_on_board"
    OVER = "over"


class Discrepancy(StrEnum):
    """How the tally differs from the manifest."""

    NOT_FOUND = "not_found"
    NOT_DISCHARGED = "not_discharged"
    NOT_LISTED = "not_listed"
    OTHER_SEALS = "other_seals"
    OTHER_LOAD = "other_load"
    OTHER_WEIGHT = "other_weight"


ABSENT: Final = {
    Result.SHORT: Discrepancy.NOT_FOUND,
    Result.REMAINS_ON_BOARD: Discrepancy.NOT_DISCHARGED,
    Result.OVER: Discrepancy.NOT_LISTED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """A train, ship or barge that arrived. ``origin``: UN/LOCODE it comes from; empty where nobody said."""

    terminal: str
    mode: str
    number: str
    arrived_at: datetime
    name: str = ""
    imo: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A box as the manifest has it. ``laden`` and ``gross_kg`` None: the manifest does not say."""

    number: str
    size_type: str = ""
    laden: bool | None = None
    gross_kg: int | None = None
    seals: Sequence[str] = ()
    hs_code: str = ""
    references: Sequence[tuple[str, str]] = ()

    def content(self) -> dict[str, Any]:
        """As it stands in a report."""
        return {
            "number": self.number,
            "size_type": self.size_type,
            "laden": self.laden,
            "gross_kg": self.gross_kg,
            "seals": sorted(self.seals),
            "hs_code": self.hs_code,
            "references": [{"kind": kind, "value": value} for kind, value in sorted(self.references)],
        }

    @classmethod
    def again(cls, content: dict[str, Any]) -> "Listed":
        """A box as an earlier report has it."""
        papers = tuple((each["kind"], each["value"]) for each in content["references"])
        return cls(**{**content, "seals": tuple(content["seals"]), "references": papers})


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the tally saw of a box. Empty or None: nobody looked. ``damages``: side, harm, severity."""

    number: str
    at: datetime | None = None
    seals: Sequence[str] = ()
    laden: bool | None = None
    gross_kg: int | None = None
    damages: Sequence[tuple[str, str, str]] = ()
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """A manifest and what was found against it. ``retained``: listed boxes that stay on board, with the reason."""

    listed: Sequence[Listed]
    found: Sequence[Found]
    retained: dict[str, str] = field(default_factory=dict)


def arrival_report(carrier: Carrier, listed: Iterable[Listed]) -> dict[str, Any]:
    """The content of an arrival report: the carrier, and every box it brings by its manifest, by number."""
    boxes = [each.content() for each in sorted(listed, key=lambda box: box.number)]
    return {"schema": SCHEMA, "call": _call(carrier), "count": len(boxes), "boxes": boxes}


def tally_report(carrier: Carrier, tally: Tally) -> dict[str, Any]:
    """The content of a tally report: every box listed or found, how many of each, and all that differs."""
    listed = {box.number: box for box in tally.listed}
    found = {box.number: box for box in tally.found}
    boxes = [
        _box(number, listed.get(number), found.get(number), tally.retained) for number in sorted({*listed, *found})
    ]
    results = Counter(box["result"] for box in boxes)
    counts = {"listed": len(listed), "found": len(found), **{each.value: results[each.value] for each in Result}}
    differences = [difference for box in boxes for difference in box.pop("differences")]
    return {
        "schema": SCHEMA,
        "call": _call(carrier),
        "counts": counts,
        "differences": differences,
        "boxes": boxes,
    }


def _call(carrier: Carrier) -> dict[str, Any]:
    return {
        "terminal": carrier.terminal,
        "mode": carrier.mode,
        "number": carrier.number,
        "name": carrier.name,
        "imo": carrier.imo,
        "from": carrier.origin,
        "arrived_at": _moment(carrier.arrived_at),
    }


def _box(number: str, listed: Listed | None, found: Found | None, retained: dict[str, str]) -> dict[str, Any]:
    result = _result(number, listed, found, retained)
    return {
        "number": number,
        "result": result.value,
        "found_at": _moment(found.at) if found else None,
        "seals_seen": sorted(found.seals) if found else [],
        "laden_seen": found.laden if found else None,
        "gross_kg_seen": found.gross_kg if found else None,
        "damages": [dict(zip(("side", "harm", "severity"), each, strict=True)) for each in found.damages]
        if found
        else [],
        "remark": found.remark if found else retained.get(number, ""),
        "differences": _differences(number, result, listed, found),
    }


def _result(number: str, listed: Listed | None, found: Found | None, retained: dict[str, str]) -> Result:
    if listed is None:
        return Result.OVER
    if found is not None:
        return Result.AS_LISTED
    return Result.REMAINS_ON_BOARD if number in retained else Result.SHORT


def _differences(number: str, result: Result, listed: Listed | None, found: Found | None) -> list[dict[str, Any]]:
    if listed is None or found is None:
        return [{"number": number, "what": ABSENT[result].value, "listed": listed is not None, "found": bool(found)}]
    compared = [
        (Discrepancy.OTHER_SEALS, sorted(listed.seals), sorted(found.seals), other_seals(listed, found)),
        (Discrepancy.OTHER_LOAD, listed.laden, found.laden, None not in (listed.laden, found.laden)),
        (Discrepancy.OTHER_WEIGHT, listed.gross_kg, found.gross_kg, other_weight(listed, found)),
    ]
    return [
        {"number": number, "what": what.value, "listed": was, "found": seen}
        for what, was, seen, counts in compared
        if counts and was != seen
    ]


def other_seals(listed: Listed, found: Found) -> bool:
    """Whether the seals seen are not those listed. Nobody looked: no. A seal where none was listed: yes."""
    return bool(found.seals) and set(found.seals) != set(listed.seals)


def other_weight(listed: Listed, found: Found) -> bool:
    """Whether a weighing differs from the manifest by more than scales and papers may."""
    if listed.gross_kg is None or found.gross_kg is None:
        return False
    return abs(found.gross_kg - listed.gross_kg) > Decimal(listed.gross_kg) * WEIGHT_TOLERANCE


def _moment(at: datetime | None) -> str | None:
    return utc(at).isoformat() if at is not None else None
