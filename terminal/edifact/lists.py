"""What is to come, and what is aboard: COPRAR, COPARN, COPINO, BAPLIE."""

from typing import Final

from terminal.edifact.elements import STOW, Reading
from terminal.edifact.envelope import Message
from terminal.edifact.facts import Announcement, BayPlan, Box, Errand, ShipList, Standing, TruckNotice
from terminal.edifact.faults import MissingSegment, Place, UnknownCode
from terminal.edifact.gathering import read_box
from terminal.edifact.opening import Group, begins, meaning, once, open_message, read_boxes
from terminal.edifact.segments import Segment

ERRANDS: Final = {Standing.EXPORT: Errand.DELIVERY, Standing.IMPORT: Errand.PICK_UP}
"""Where the document does not say it: exports are brought, imports fetched."""


def read_ship_list(message: Message, reading: Reading) -> ShipList:
    """COPRAR."""
    opened = open_message(message, reading, begins("EQD"))
    boxes = read_boxes(opened, reading, size_needed=True)
    return ShipList(head=opened.head, which=meaning(opened, reading), boxes=boxes, means=opened.means)


def read_announcement(message: Message, reading: Reading) -> Announcement:
    """COPARN. A release may ask for a kind and a number of boxes instead of numbers."""
    opened = open_message(message, reading, begins("EQD", "GID"))
    order = meaning(opened, reading)
    boxes = read_boxes(opened, reading, number_needed=False, size_needed=True)
    return Announcement(head=opened.head, order=order, boxes=boxes, means=opened.means)


def read_truck_notice(message: Message, reading: Reading) -> TruckNotice:
    """COPINO. A release may be told by kind, like an announcement."""
    opened = open_message(message, reading, begins("EQD", "GID"))
    errand = meaning(opened, reading)
    boxes = read_boxes(opened, reading, number_needed=False)
    return TruckNotice(
        head=opened.head, errands=tuple((errand or _errand(box), box) for box in boxes), means=opened.means
    )


def _errand(box: Box) -> Errand:
    if box.standing not in ERRANDS:
        raise UnknownCode.at(Place(box.segment, "EQD", 5, 1), box.standing or "", "2, 3")
    return ERRANDS[box.standing]


def read_bay_plan(message: Message, reading: Reading) -> BayPlan:
    """BAPLIE. Empty places are left out."""
    opened = open_message(message, reading, _begins_place)
    found = [_box(group, reading) for group in opened.groups]
    boxes = [box for box in found if box is not None]
    if not boxes:
        raise MissingSegment.at(opened.begin.place(), "", "EQD")
    return BayPlan(head=opened.head, boxes=once(boxes, reading), means=opened.means)


def _begins_place(segment: Segment) -> bool:
    return segment.tag == "LOC" and segment.get(1) == STOW


def _box(group: Group, reading: Reading) -> Box | None:
    box = next((each for each in group if each.tag == "EQD"), None)
    if box is None:
        return None
    behind = (each for each in group if each is not box)
    return read_box(box, behind, reading, number_needed=True, size_needed=True)
