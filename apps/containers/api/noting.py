"""What an advice says of seals, weights, dangerous goods and set-points, ready to be noted."""

from collections.abc import Callable
from functools import partial
from typing import Any

from apps.containers.models import Visit
from apps.containers.services import NewHazard, NewNote, NewSeal, NewTemperature, NewWeight
from terminal.reefers import Reading
from terminal.seals import SealOwner
from terminal.weights import Weighing

Note = Callable[[Visit], NewNote]


def notes_of(wanted: dict[str, Any]) -> list[Note]:
    """Each thing said, to be noted once the visit is there."""
    notes: list[Note] = [
        partial(_seal, number=each["number"], owner=SealOwner(each["owner"])) for each in wanted.get("seals", [])
    ]
    notes += [partial(_hazard, **each) for each in wanted.get("hazards", [])]
    if "vgm" in wanted:
        notes.append(partial(_vgm, said=wanted["vgm"]))
    if "set_point_celsius" in wanted:
        notes.append(partial(_set_point, celsius=wanted["set_point_celsius"]))
    return notes


def _seal(visit: Visit, **said: Any) -> NewNote:
    return NewSeal(visit=visit, **said)


def _hazard(visit: Visit, **said: Any) -> NewNote:
    return NewHazard(visit=visit, **said)


def _vgm(visit: Visit, *, said: dict[str, Any]) -> NewNote:
    others = {name: value for name, value in said.items() if name != "method"}
    return NewWeight(visit=visit, how=Weighing(said["method"]), **others)


def _set_point(visit: Visit, **said: Any) -> NewNote:
    return NewTemperature(visit=visit, reading=Reading.SET_POINT, **said)
