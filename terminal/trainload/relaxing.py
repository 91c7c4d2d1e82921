"""What no plan can exceed, in a linear programme that forgets who rides with whom."""

from collections import defaultdict
from collections.abc import Sequence

from terminal.trainload.loads import Room, may_ride
from terminal.trainload.model import Programme, maximise
from terminal.trainload.rules import SECTION, Candidate, Key

SECONDS = 10.0


def relaxed(rooms: Sequence[Room], candidates: Sequence[Candidate]) -> float:
    """A bound on the priority-weighted TEU that some trains can take: boxes may be cut, pairs need not match."""
    programme, worth = Programme(), dict[int, float]()
    of_box: dict[Key, list[int]] = defaultdict(list)
    for left in rooms:
        taken = {each.box for each in left.train.aboard}
        riding = [box for box in candidates if box.key not in taken and may_ride(box, left.train)]
        mine = {programme.column(whole=False): box for box in riding}
        for number, box in mine.items():
            worth[number] = box.worth
            of_box[box.key].append(number)
        _write_train(programme, left, mine)
    for numbers in of_box.values():
        programme.row(dict.fromkeys(numbers, 1.0), at_most=1)
    found = maximise(programme.solver(), worth, SECONDS) if worth else None
    return found.value if found else float("inf")


def _write_train(programme: Programme, left: Room, mine: dict[int, Candidate]) -> None:
    places = SECTION * len(left.free) + len(left.halves)
    programme.row({n: float(box.bays) for n, box in mine.items()}, at_most=places)
    if left.kg < float("inf"):
        programme.row({n: box.gross_kg / 1000 for n, box in mine.items()}, at_most=left.kg / 1000)
    for destination, teu in left.teu.items():
        programme.row({n: box.teu for n, box in mine.items() if box.destination == destination}, at_most=max(0.0, teu))
