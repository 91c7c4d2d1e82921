"""A train's consist: as it stands, and against one that comes."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from apps.containers.models import Reference, Seal, Visit
from apps.containers.selectors import NotesOf, match_arrivals
from apps.trains.models import PlannedLoad, TrainVisit, Wagon, WagonLoad
from apps.trains.selectors.elsewhere import loads_elsewhere, never_came, rolled_over, standing_here
from terminal.consists import (
    Consist,
    ConsistDifference,
    KnownBox,
    Note,
    OnWagonSetOut,
    Spot,
    StandingBox,
    StandingWagon,
    WagonKey,
    difference,
    doubts,
)
from terminal.errors import Refused
from terminal.lifecycle import LoadPlanState, VisitState
from terminal.trainload import LoadingRules
from terminal.weights import VERIFIED

ARRIVING = WagonLoad.Leg.ARRIVING

NOTES: Final = (Reference.Kind.SMGS, Reference.Kind.CIM)


@dataclass(frozen=True, kw_only=True)
class ConsistComparison:
    """A consist against its train. ``found``: the visits of its boxes, by number, that were known before.

    ``unannounced``: boxes nobody spoke of; ``missing``: visits announced for the train that are not in the consist.
    ``wagons`` and ``loads`` are the train's rows as they stand, loads by the number of their box; ``elsewhere`` are
    those on other trains of boxes that are on none of this.
    """

    difference: ConsistDifference
    found: dict[str, Visit]
    known: dict[str, KnownBox]
    unannounced: tuple[str, ...]
    missing: tuple[Visit, ...]
    doubts: tuple[Refused, ...]
    wagons: dict[WagonKey, Wagon] = field(repr=False)
    loads: dict[str, WagonLoad] = field(repr=False)
    elsewhere: tuple[WagonLoad, ...] = field(repr=False)

    @property
    def rolled_over(self) -> list[WagonLoad]:
        """Loads on trains that have not come, off which these papers take them."""
        return [load for load in self.elsewhere if never_came(load)]

    @property
    def on_another_train(self) -> list[WagonLoad]:
        """Loads on trains that have come, whose own papers are to be corrected first."""
        return [load for load in self.elsewhere if not never_came(load)]


def compare_consist(train: TrainVisit, told: Consist, at: datetime) -> ConsistComparison:
    """What a consist changes of the train as it stands; nothing is written. A fixed number of queries."""
    standing = _Standing(train, told)
    found = standing.found(at)
    known = _known(found)
    changes = difference(standing.of_wagons, standing.of_boxes(known), told)
    numbers = [box.number for box in told.boxes]
    elsewhere = loads_elsewhere(train, [visit for number, visit in found.items() if number not in standing.loads])
    strange = doubts(train.call.number, told, _coming(known, changes), _rules(train))
    return ConsistComparison(
        difference=changes,
        found=found,
        known=known,
        unannounced=tuple(n for n in numbers if n not in found or found[n].unannounced),
        missing=tuple(
            _announced(train).exclude(container__number__in=[*numbers, *(b.number for b in changes.settled)])
        ),
        doubts=(*strange, *rolled_over(elsewhere), *standing.put_on_set_out(changes), *standing_here(train, told)),
        wagons=standing.wagons,
        loads=standing.loads,
        elsewhere=tuple(elsewhere),
    )


def announced_but_missing(train: TrainVisit) -> list[Visit]:
    """Visits announced to come with the train that its consist does not name; none before its consist came."""
    if train.consist_received_at is None:
        return []
    aboard = WagonLoad.objects.filter(wagon__train=train, leg=ARRIVING).values("visit__container")
    return list(_announced(train).exclude(container__in=aboard))


def consist_as_it_stands(train: TrainVisit) -> list[Any]:
    """The wagons in order, each with ``came``, its boxes (loads) with what is noted of them. Five queries."""
    loads = WagonLoad.objects.filter(leg=ARRIVING).select_related("visit__container").order_by("place")
    wagons = Wagon.objects.filter(train=train).order_by("sequence")
    rows: list[Any] = list(wagons.prefetch_related(Prefetch("loads", queryset=loads, to_attr="came")))
    boxes = [load for wagon in rows for load in wagon.came]
    noted = NotesOf(load.visit for load in boxes)
    for load in boxes:
        load.seals, load.hazards = noted.seals[load.visit_id], sorted(noted.hazards[load.visit_id])
    return rows


def _announced(train: TrainVisit) -> QuerySet[Visit]:
    announced = Visit.objects.filter(arrival_call=train.call_id, unannounced=False, state=VisitState.ADVISED.value)
    return announced.select_related("container").order_by("container__number")


def _coming(known: dict[str, KnownBox], changes: ConsistDifference) -> dict[str, KnownBox]:
    settled = {box.number for box in changes.settled}
    return {number: box for number, box in known.items() if number not in settled}


def _rules(train: TrainVisit) -> LoadingRules:
    return train.service.loading_rules if train.service else LoadingRules()


class _Standing:
    """A train's wagons and what came with it, as rows, and as papers are compared with them."""

    def __init__(self, train: TrainVisit, told: Consist) -> None:
        self.train = train
        self.named = {wagon.key for wagon in told.wagons}
        self.notes = {box.number: box.notes for box in told.boxes}

    @cached_property
    def wagons(self) -> dict[WagonKey, Wagon]:
        promised = PlannedLoad.objects.filter(wagon=OuterRef("pk"), plan__state=LoadPlanState.APPROVED.value)
        stood = Wagon.objects.filter(taken_as=OuterRef("pk"))
        worked = WagonLoad.objects.filter(wagon=OuterRef("pk")).exclude(leg=ARRIVING, done_at=None)
        rows = Wagon.objects.filter(train=self.train).order_by("sequence")
        known = rows.annotate(promised=Exists(promised), worked=Exists(worked), stood=Exists(stood))
        return {(row.scheme, row.number): row for row in known}

    @cached_property
    def loads(self) -> dict[str, WagonLoad]:
        came = WagonLoad.objects.filter(wagon__train=self.train, leg=ARRIVING).select_related(
            "visit__container", "wagon"
        )
        return {load.visit.container.number: load for load in came.order_by("wagon__sequence", "place")}

    def found(self, at: datetime) -> dict[str, Visit]:
        """The visits of boxes that are on the train already, or are announced."""
        call = self.train.call
        aboard = {number: load.visit for number, load in self.loads.items()}
        new = {number: notes for number, notes in self.notes.items() if number not in aboard}
        return aboard | match_arrivals(terminal=call.terminal, boxes=new, call=call, party=call.operator, at=at)

    def put_on_set_out(self, changes: ConsistDifference) -> Iterator[OnWagonSetOut]:
        for number, spot in changes.placed:
            row = self.wagons.get(spot.wagon)
            if row is not None and row.set_out_at is not None:
                yield OnWagonSetOut(number=number, wagon=row.number)

    @property
    def of_wagons(self) -> list[StandingWagon]:
        return [
            StandingWagon(
                key=key,
                sequence=row.sequence,
                wagon_type=row.wagon_type,
                tare_kg=row.tare_kg,
                length_m=row.length_m,
                stays=_stays(row),
            )
            for key, row in self.wagons.items()
        ]

    def of_boxes(self, known: dict[str, KnownBox]) -> list[StandingBox]:
        return [
            StandingBox(spot=_spot(load), known=known[number], settled=self._settled(load))
            for number, load in self.loads.items()
        ]

    def _settled(self, load: WagonLoad) -> bool:
        """Off, or on a wagon that was set out and that the papers do not name any more, or another train took."""
        wagon = load.wagon
        away = wagon.set_out_at is not None and (wagon.taken_at is not None or _spot(load).wagon not in self.named)
        return load.done_at is not None or away


def _stays(row: Any) -> bool:
    return row.worked or row.promised or row.stood or row.set_out_at is not None


def _spot(load: WagonLoad) -> Spot:
    return Spot((load.wagon.scheme, load.wagon.number), load.place)


def _known(found: dict[str, Visit]) -> dict[str, KnownBox]:
    noted, notes, sealed = NotesOf(found.values()), _notes_of(found.values()), _once_sealed(found.values())
    return {number: _known_box(visit, noted, notes[visit.pk], sealed[visit.pk]) for number, visit in found.items()}


def _notes_of(visits: Iterable[Visit]) -> dict[int, list[Note]]:
    notes: dict[int, list[Note]] = defaultdict(list)
    known = Reference.objects.filter(visit__in=list(visits), kind__in=NOTES).order_by("pk")
    for pk, kind, value in known.values_list("visit", "kind", "value"):
        notes[pk].append((kind, value))
    return notes


def _once_sealed(visits: Iterable[Visit]) -> dict[int, set[str]]:
    """Every seal that was ever noted of a visit: put on, taken off, corrected or withdrawn."""
    sealed: dict[int, set[str]] = defaultdict(set)
    for pk, number in Seal.objects.filter(visit__in=list(visits)).values_list("visit", "number"):
        sealed[pk].add(number)
    return sealed


def _known_box(visit: Visit, noted: NotesOf, notes: list[Note], sealed: set[str]) -> KnownBox:
    _kg, how = noted.masses.get(visit.pk, (0, ""))
    return KnownBox(
        number=visit.container.number,
        size_type=visit.size_type,
        laden=visit.laden,
        sure_laden=visit.knows("laden"),
        gross_kg=visit.gross_kg,
        weighed=how in VERIFIED,
        destination=visit.destination,
        seals=noted.seals[visit.pk],
        once_sealed=frozenset(sealed),
        hazards=noted.hazards[visit.pk],
        notes=tuple(notes),
        only_papers=visit.unannounced and not visit.knows("regime"),
    )
