"""Which version of Track & Trace knows what happened, and under which code.

# Note [Customs in Track & Trace]
Version 2.2 has no code for what customs does to a box and its schema refuses those of 3.0, so it is told nothing of it.
In 3.0 a box is *selected* by an ordered inspection (CUSS: its image, CUSI: any closer look) and *released* by customs'
permission (CUSR). A hold and its end are neither: they are told as what they are, a document of customs (CUC) on hold
(HOLD) and let go (RELS).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from terminal.customs.inspecting import InspectionKind
from terminal.dcsa.facts import Happened
from terminal.events import DCSA, EventKind
from terminal.readiness.facts import Owner


class Version(StrEnum):
    """The versions that are published."""

    TWO = "2.2.0"
    THREE = "3.0.0"


class EventType(StrEnum):
    """What an event is about."""

    SHIPMENT = "SHIPMENT"
    TRANSPORT = "TRANSPORT"
    EQUIPMENT = "EQUIPMENT"


@dataclass(frozen=True)
class Code:
    """How the standard calls it. ``in_two``: version 2.2 knows it, too."""

    type: EventType
    code: str
    in_two: bool = True


CALLS: Final = frozenset({EventKind.CALL_ARRIVED, EventKind.CALL_DEPARTED})
"""Kinds that are about the carrier itself and all that travels by it."""

OF_CUSTOMS: Final = frozenset({EventKind.HOLD_PLACED, EventKind.HOLD_LIFTED, EventKind.PERMISSION_GRANTED})
"""Kinds that are told only where they are customs'."""

WITH_RESULT: Final = frozenset({EventKind.CUSTOMS_INSPECTION_DONE})
"""Kinds that are told only where something came of it: an inspection that was called off inspected nothing."""

KNOWN: Final[dict[EventKind, Code]] = {
    **{kind: Code(EventType.TRANSPORT if kind in CALLS else EventType.EQUIPMENT, code) for kind, code in DCSA.items()},
    EventKind.CONTAINER_INSPECTED: Code(EventType.EQUIPMENT, "INSP"),
    EventKind.CUSTOMS_INSPECTION_DONE: Code(EventType.EQUIPMENT, "INSP"),
    EventKind.SEAL_REMOVED: Code(EventType.EQUIPMENT, "RMVD"),
    EventKind.CUSTOMS_INSPECTION_ORDERED: Code(EventType.EQUIPMENT, "CUSI", in_two=False),
    EventKind.PERMISSION_GRANTED: Code(EventType.EQUIPMENT, "CUSR", in_two=False),
    EventKind.HOLD_PLACED: Code(EventType.SHIPMENT, "HOLD", in_two=False),
    EventKind.HOLD_LIFTED: Code(EventType.SHIPMENT, "RELS", in_two=False),
}

SCAN: Final = Code(EventType.EQUIPMENT, "CUSS", in_two=False)


def code_of(fact: Happened, version: Version) -> Code | None:
    """The code the version has for it. None: it does not know such a thing."""
    code = KNOWN.get(fact.kind)
    if code is None or _is_untold(fact) or (version is Version.TWO and not code.in_two):
        return None
    selected = fact.kind is EventKind.CUSTOMS_INSPECTION_ORDERED
    return SCAN if selected and fact.look == InspectionKind.SCAN else code


def _is_untold(fact: Happened) -> bool:
    if fact.kind in OF_CUSTOMS:
        return fact.owner is not Owner.CUSTOMS
    return fact.kind in WITH_RESULT and not fact.result


def kinds_of(version: Version) -> dict[EventKind, Code]:
    """Every kind the version may know, with its code there (of an ordered inspection, the more frequent of two)."""
    return {kind: code for kind, code in KNOWN.items() if code.in_two or version is Version.THREE}
