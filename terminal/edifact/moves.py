"""What was moved: CODECO through the gate, COARRI between ship and quay."""

from dataclasses import replace
from typing import Final

from terminal.edifact.elements import Reading
from terminal.edifact.envelope import Message
from terminal.edifact.facts import Box, GateReport, Move, ShipReport, Time
from terminal.edifact.faults import MissingSegment, Place
from terminal.edifact.opening import Opened, begins, meaning, open_message, read_boxes

MOVED: Final = ("203", "7")
"""Kinds of time that say when a box was moved, the surest first: executed, effective."""


def read_gate_report(message: Message, reading: Reading) -> GateReport:
    """CODECO. Raises ``MissingSegment`` for a box without the time of its move."""
    opened = open_message(message, reading, begins("EQD", "GID"))
    return GateReport(head=opened.head, way=meaning(opened, reading), moves=_moves(opened, reading), means=opened.means)


def read_ship_report(message: Message, reading: Reading) -> ShipReport:
    """COARRI. Raises ``MissingSegment`` for a box without the time of its move."""
    opened = open_message(message, reading, begins("EQD"))
    return ShipReport(
        head=opened.head, work=meaning(opened, reading), moves=_moves(opened, reading), means=opened.means
    )


def _moves(opened: Opened, reading: Reading) -> tuple[Move, ...]:
    return tuple(_move(box, opened.head.times) for box in read_boxes(opened, reading))


def _move(box: Box, of_message: tuple[Time, ...]) -> Move:
    """The time is the box's own, or that of the whole message."""
    for times in (box.times, of_message):
        moved = [each for kind in MOVED for each in times if each.kind == kind and not each.whole_day]
        if moved:
            others = tuple(each for each in box.times if each is not moved[0])
            return Move(replace(box, times=others), moved[0].at)
    raise MissingSegment.at(Place(box.segment, "EQD"), "", "DTM 203, 7")
