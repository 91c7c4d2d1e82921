"""What a list says of its boxes becomes notes of their visits: seals, verified masses, dangerous goods, set-points."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from apps.containers import services as containers
from apps.containers.models import Visit
from apps.containers.selectors import NotesOf
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


class _Known(NotesOf):
    """What is noted of visits."""

    def missing(self, line: StowageLine, visit: Visit) -> Iterator[containers.NewNote]:
        """What the line says and no note does."""
        yield from self._new_seals(line, visit)
        yield from self._mass(line, visit)
        if line.un_number and (line.un_number, line.imdg_class) not in self.hazards[visit.pk]:
            yield containers.NewHazard(visit=visit, un_number=line.un_number, imdg_class=line.imdg_class)
        if line.celsius is not None and self.set_points.get(visit.pk) != line.celsius:
            yield containers.NewTemperature(visit=visit, celsius=line.celsius, reading=Reading.SET_POINT)

    def _new_seals(self, line: StowageLine, visit: Visit) -> Iterator[containers.NewNote]:
        for number in line.seals:
            if number not in self.seals[visit.pk]:
                yield containers.NewSeal(visit=visit, number=number, owner=SealOwner.CARRIER, act=SealAct.AFFIXED)

    def _mass(self, line: StowageLine, visit: Visit) -> Iterator[containers.NewNote]:
        if line.vgm_kg is not None and line.vgm_method is not None:
            how = METHODS[line.vgm_method]
            if self.masses.get(visit.pk) != (line.vgm_kg, how.value):
                yield containers.NewWeight(visit=visit, gross_kg=line.vgm_kg, how=how, verified_by=line.vgm_by)
        elif line.gross_kg is not None and visit.gross_kg is None and visit.pk not in self.masses:
            yield containers.NewWeight(visit=visit, gross_kg=line.gross_kg, how=Weighing.DECLARED)
