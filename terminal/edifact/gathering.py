"""Several segments about one thing: a message's head, a box, what happened."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from terminal.edifact import elements
from terminal.edifact.codes import BODY_TAGS, LADEN, STANDINGS
from terminal.edifact.elements import STOW, Reading, container_number, one_of, required, size_type
from terminal.edifact.facts import Box, Location, Means
from terminal.edifact.faults import InterchangeTooLarge, WrongElement
from terminal.edifact.oddities import Oddity
from terminal.edifact.segments import Segment
from terminal.errors import gettext_noop

READERS: Final = {
    "DTM": ("times", elements.time),
    "LOC": ("locations", elements.location),
    "RFF": ("references", elements.reference),
    "NAD": ("parties", elements.party),
    "TDT": ("means", elements.means),
    "FTX": ("remarks", elements.remark),
    "MEA": ("weights", elements.weight),
    "SEL": ("seals", elements.seal),
    "DGS": ("hazards", elements.hazard),
    "TMP": ("temperatures", elements.celsius),
    "DIM": ("overhangs", elements.overhang),
}
"""Which list of facts a segment belongs to, and what reads it."""

OF_MEANS: Final = frozenset({"DTM", "LOC", "RFF"})
"""What says more of a means of transport right behind it."""

MOST_OF_MEANS: Final = 2000
"""Segments about means of transport in one group: no journey has so many places."""

MOST_BOXES_ASKED: Final = 5000


class Gathering:
    """Facts of one thing, in the order they were told."""

    def __init__(self, reading: Reading, segments: Iterable[Segment] = ()) -> None:
        self.reading = reading
        self.lists: dict[str, list[Any]] = {name: [] for name, _ in READERS.values()}
        self.behind_means = False
        self.of_means = 0
        for segment in segments:
            self.take(segment)

    def take(self, segment: Segment) -> None:
        """Add what a segment says. What says nothing here is left out, what is in no directory is reported."""
        if segment.tag not in READERS:
            self.behind_means = False
            if segment.tag not in BODY_TAGS:
                self.reading.notes.warn(Oddity.FOREIGN_SEGMENT, segment.place(), segment.tag)
            return
        name, read = READERS[segment.tag]
        fact = read(segment, self.reading)
        if segment.tag == "TDT":
            self.behind_means = fact is not None
        elif self.behind_means and segment.tag in OF_MEANS:
            self.of_means += 1
            if self.of_means > MOST_OF_MEANS:
                raise InterchangeTooLarge.by(segment.place(), self.of_means, MOST_OF_MEANS, "segments")
            if fact is not None:
                self._add_to_means(name, fact)
            return
        else:
            self.behind_means = False
        if fact is not None:
            self._require_one(segment, name, fact)
            self.lists[name].append(fact)

    def _require_one(self, segment: Segment, name: str, fact: Any) -> None:
        """Two different weights of a kind, or places on board, are those of two boxes: an EQD between them is lost."""
        if name == "weights":
            other = any(each[0] == fact[0] and each != fact for each in self.lists[name])
        else:
            other = (
                name == "locations"
                and fact.role == STOW
                and any(each.role == STOW and each.code != fact.code for each in self.lists[name])
            )
        if other:
            value = segment.place(3, 2) if name == "weights" else segment.place(2)
            found = segment.get(value.element, value.component)
            raise WrongElement.at(value, found, gettext_noop("one of its kind for one container"))

    def _add_to_means(self, name: str, fact: Any) -> None:
        """A time behind a location belongs to that; whatever else to the means."""
        means: Means = self.lists["means"][-1]
        if name == "times" and means.locations:
            last = means.locations[-1]
            there: tuple[Location, ...] = (*means.locations[:-1], replace(last, times=(*last.times, fact)))
            self.lists["means"][-1] = replace(means, locations=there)
        else:
            more: dict[str, Any] = {name: (*getattr(means, name), fact)}
            self.lists["means"][-1] = replace(means, **more)

    def facts(self, *names: str) -> dict[str, Any]:
        """The lists of these names, as a fact's constructor takes them."""
        return {name: tuple(self.lists[name]) for name in names}


def read_box(
    segment: Segment, behind: Iterable[Segment], reading: Reading, *, number_needed: bool, size_needed: bool
) -> Box | None:
    """A container (EQD) with what is said behind it; None for equipment of another kind, which is reported."""
    if segment.get(1) != "CN":
        reading.notes.warn(Oddity.OTHER_EQUIPMENT, segment.place(1), segment.get(1), "CN")
        return None
    if number_needed:
        required(segment, 2, 1, gettext_noop("a container number"))
    gathering = Gathering(reading)
    count = 1
    for each in behind:
        count = _count(each) if each.tag == "EQN" else count
        gathering.take(each)
    return Box(
        number=container_number(segment, reading) if segment.get(2) else "",
        size_type=size_type(segment, reading, needed=size_needed),
        standing=one_of(STANDINGS, segment, 5) if segment.get(5) else None,
        laden=one_of(LADEN, segment, 6) if segment.get(6) else None,
        count=count,
        segment=segment.number,
        **_of_box(gathering),
    )


def _of_box(gathering: Gathering) -> dict[str, Any]:
    stows = [each for each in gathering.lists["locations"] if each.role == STOW]
    gathering.lists["locations"] = [each for each in gathering.lists["locations"] if each.role != STOW]
    degrees = gathering.lists["temperatures"]
    return {
        **gathering.facts(
            "references", "times", "locations", "parties", "means", "remarks", "seals", "hazards", "overhangs"
        ),
        **dict(gathering.lists["weights"]),
        "celsius": degrees[-1] if degrees else None,
        "stow": stows[-1].code if stows else "",
    }


def _count(segment: Segment) -> int:
    said = segment.get(1)
    if not (said.isascii() and said.isdecimal() and 0 < int(said[:9]) <= MOST_BOXES_ASKED and len(said) < 9):
        raise WrongElement.at(segment.place(1), said, f"1 … {MOST_BOXES_ASKED}")
    return int(said)
