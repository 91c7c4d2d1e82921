"""What the messages say of boxes and carriers: read once for all rows of a run."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from apps.calls.models import Call
from apps.containers.models import Reference, Visit
from apps.journal.models import Entry
from apps.ships.models import ShipCall
from terminal.edifact.facts import (
    BILL_OF_LADING,
    BOOKING,
    MEANS_NUMBER,
    Box,
    Location,
    Means,
    Stage,
    Standing,
)
from terminal.edifact.facts import Reference as Paper
from terminal.events import EventKind
from terminal.regimes import Direction
from terminal.throughput import Mode

PAPERS: Final = {Reference.Kind.BOOKING.value: BOOKING, Reference.Kind.BILL_OF_LADING.value: BILL_OF_LADING}
STANDINGS: Final = {
    Direction.INBOUND.value: Standing.IMPORT,
    Direction.OUTBOUND.value: Standing.EXPORT,
    Direction.THROUGH.value: Standing.TRANSHIPMENT,
}


class Facts:
    """The visits, papers and calls behind rows of the journal, and the row each retraction takes back."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        visits = {each.visit_id for each in entries if each.visit_id}
        self.visits = Visit.objects.filter(pk__in=visits).select_related("container").in_bulk()
        self.papers: dict[int, list[Paper]] = defaultdict(list)
        for paper in Reference.objects.filter(visit__in=visits, kind__in=PAPERS).order_by("pk"):
            self.papers[paper.visit_id].append(Paper(PAPERS[paper.kind], paper.value))
        self.originals = _originals(entries)
        calls = {call for each in entries if (call := self.original(each).call_id)}
        self.calls = Call.objects.filter(pk__in=calls).in_bulk()
        self.ships = {each.call_id: each for each in ShipCall.objects.filter(call__in=self.calls)}

    def original(self, entry: Entry) -> Entry:
        """The movement an entry is about: itself, or the one it takes back."""
        return self.originals.get(entry.pk, entry)

    def box(self, entry: Entry, *, locations: tuple[Location, ...] = (), means: tuple[Means, ...] = ()) -> Box:
        """The box, as the terminal knows it now."""
        visit = self.visits.get(entry.visit_id or 0)
        if visit is None:
            return Box(number=entry.container_number, locations=locations, means=means)
        return Box(
            number=entry.container_number,
            size_type=visit.container.size_type,
            laden=visit.laden,
            standing=STANDINGS.get(visit.direction),
            gross_kg=visit.gross_kg,
            references=tuple(self.papers[visit.pk]),
            locations=locations,
            means=means,
        )

    def ship(self, entry: Entry) -> tuple[Means, ...]:
        """The ship or barge it came or goes by."""
        call = self.calls.get(entry.call_id or 0)
        if call is None:
            return ()
        ship = self.ships.get(call.pk)
        comes = entry.kind == EventKind.CONTAINER_DISCHARGED
        voyage = call.number if ship is None or comes else ship.voyage_out or call.number
        imo = ship.imo if ship else ""
        means = Means(
            stage=Stage.MAIN,
            mode=Mode(call.mode),
            journey=voyage,
            identity=imo,
            scheme=MEANS_NUMBER if imo else "",
            name=ship.name if ship else "",
        )
        return (means,)

    def inland(self, entry: Entry) -> tuple[Means, ...]:
        """The train or truck it came or goes by; a truck is known by its plate."""
        mode = entry.payload.get("mode")
        number = str(entry.payload.get("call") or "")
        if mode == Mode.RAIL:
            return (Means(stage=Stage.INLAND, mode=Mode.RAIL, journey=number),)
        if mode == Mode.ROAD:
            scheme = MEANS_NUMBER if number else ""
            return (Means(stage=Stage.INLAND, mode=Mode.ROAD, identity=number, scheme=scheme),)
        return ()


def _originals(entries: Iterable[Entry]) -> dict[int, Entry]:
    """By a retraction's number, the latest word it takes back."""
    taken_back = {each.lineage: each for each in entries if each.kind == EventKind.RETRACTED}
    found: dict[int, Entry] = {}
    earlier = Entry.objects.filter(lineage__in=taken_back).exclude(kind=EventKind.RETRACTED.value)
    for row in earlier.order_by("revision"):
        found[taken_back[row.lineage].pk] = row
    return found
