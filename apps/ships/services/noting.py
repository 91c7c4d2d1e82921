"""What a list says of its boxes becomes notes of their visits: seals, verified masses, dangerous goods, set-points."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime

from apps.containers import services as containers
from apps.containers.models import Hazard, Temperature, Visit, Weight
from apps.containers.selectors import worn
from apps.parties.actors import Actor
from apps.ships.models import StowageLine
from apps.ships.stowage import METHODS
from terminal.reefers import Reading
from terminal.seals import SealAct, SealOwner
from terminal.weights import Weighing


def note_what_is_listed(lines: Iterable[StowageLine], *, by: Actor, at: datetime) -> None:
    """Note of each line's visit what is not noted of it yet. A fixed number of questions, however many lines."""
    listed = [(line, line.visit) for line in lines if line.visit is not None]
    visits = [visit for _line, visit in listed]
    known = _Known(visits)
    new = [note for line, visit in listed for note in known.missing(line, visit)]
    if new:
        containers.note(new, by=by.entrusted(), at=at)


class _Known:
    """What is noted of visits."""

    def __init__(self, visits: list[Visit]) -> None:
        self.seals = worn(visits)
        self.masses: dict[int, tuple[int, str]] = {}
        for each in Weight.objects.standing().filter(visit__in=visits).order_by("noted_at", "pk"):
            self.masses[each.visit_id] = each.gross_kg, each.how
        self.hazards: dict[int, set[tuple[str, str]]] = defaultdict(set)
        for hazard in Hazard.objects.standing().filter(visit__in=visits):
            self.hazards[hazard.visit_id].add((hazard.un_number, hazard.imdg_class))
        set_points = Temperature.objects.standing().filter(visit__in=visits, reading=Reading.SET_POINT.value)
        self.set_points = {each.visit_id: each.celsius for each in set_points.order_by("noted_at", "pk")}

    def missing(self, line: StowageLine, visit: Visit) -> Iterator[containers.NewNote]:
        """What the line says and no note does."""
        yield from self._seals(line, visit)
        yield from self._mass(line, visit)
        if line.un_number and (line.un_number, line.imdg_class) not in self.hazards[visit.pk]:
            yield containers.NewHazard(visit=visit, un_number=line.un_number, imdg_class=line.imdg_class)
        if line.celsius is not None and self.set_points.get(visit.pk) != line.celsius:
            yield containers.NewTemperature(visit=visit, celsius=line.celsius, reading=Reading.SET_POINT)

    def _seals(self, line: StowageLine, visit: Visit) -> Iterator[containers.NewNote]:
        on = {seal.number for seal in self.seals[visit.pk]}
        for number in line.seals:
            if number not in on:
                yield containers.NewSeal(visit=visit, number=number, owner=SealOwner.CARRIER, act=SealAct.AFFIXED)

    def _mass(self, line: StowageLine, visit: Visit) -> Iterator[containers.NewNote]:
        if line.vgm_kg is not None and line.vgm_method is not None:
            how = METHODS[line.vgm_method]
            if self.masses.get(visit.pk) != (line.vgm_kg, how.value):
                yield containers.NewWeight(visit=visit, gross_kg=line.vgm_kg, how=how, verified_by=line.vgm_by)
        elif line.gross_kg is not None and visit.gross_kg is None and visit.pk not in self.masses:
            yield containers.NewWeight(visit=visit, gross_kg=line.gross_kg, how=Weighing.DECLARED)
