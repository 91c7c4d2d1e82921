"""What was told, and when, as columns of tables: calls, estimates, advice, movements, up to a moment."""

from collections.abc import Iterable, Sequence

import numpy as np

from terminal.traffic.faults import NEVER_HAPPENED, misread
from terminal.traffic.flows import SHIP, TRAIN
from terminal.traffic.moments import NEVER, Moments, Numbers
from terminal.traffic.records import Records, texts

Columns = dict[str, Sequence[object]]
"""The columns of a table by name, equally long."""


def cut(moments: Moments, until: int) -> Moments:
    """Moments that have come; ``NEVER`` for the others."""
    return np.where(moments <= until, moments, NEVER)


def calls(records: Records) -> Columns:
    """Plans of trains and ships, cancellations, and consists as they came in."""
    trains, ships = records.world.trains, records.world.ships
    parts = [
        _words(records, TRAIN, "planned", trains.announced, trains.planned_arrival, trains.planned_departure),
        _words(records, SHIP, "planned", ships.announced, ships.planned_arrival, ships.planned_departure),
        _words(records, TRAIN, "cancelled", trains.cancelled),
        _words(records, TRAIN, "consist received", records.world.consist),
    ]
    rows = sorted(row for part in parts for row in part)
    names = ("told_at", "what", "vehicle", "scheduled_arrival_at", "scheduled_departure_at")
    return {name: [row[at] for row in rows] for at, name in enumerate(names)}


def _words(records: Records, kind: int, what: str, told: Moments, *times: Moments) -> Iterable[tuple[str, ...]]:
    chosen = np.flatnonzero(told <= records.until)
    names = records.vehicles(np.full(len(chosen), kind), chosen)
    shown = [texts(each[chosen]) for each in times] or [[""] * len(chosen)] * 2
    return zip(texts(told[chosen]), [what] * len(chosen), names, *shown, strict=True)


def estimates(records: Records) -> Columns:
    """Every estimate of trains and ships, by carrier."""
    parts = []
    for kind, said in ((TRAIN, records.world.train_estimates), (SHIP, records.world.ship_estimates)):
        chosen = np.flatnonzero(said.told <= records.until)
        parts.append((kind, said.carrier[chosen], said.told[chosen], said.departure[chosen], said.says[chosen]))
    return {
        "vehicle": [name for kind, of, *_rest in parts for name in records.vehicles(np.full(len(of), kind), of)],
        "told_at": texts(np.concatenate([part[2] for part in parts])),
        "of": [("arrival", "departure")[each] for part in parts for each in part[3].tolist()],
        "says": texts(np.concatenate([part[4] for part in parts])),
    }


def advice(records: Records) -> Columns:
    """Boxes announced before they came, in the order they were."""
    boxes = records.world.boxes
    chosen = np.flatnonzero((boxes.advised <= records.until) & (boxes.advised < boxes.in_at))
    chosen = chosen[np.lexsort((chosen, boxes.advised[chosen]))]
    return {
        "told_at": texts(boxes.advised[chosen]),
        "container_number": records.boxes(chosen),
        "in_vehicle": records.vehicles(boxes.by_kind[chosen], boxes.by[chosen]),
        "destination": records.destinations(chosen),
    }


def movements(records: Records) -> Columns:
    """Reports of movements as they came in: right, wrong, late, twice, and taken back (``retracts`` names a report)."""
    world, boxes = records.world, records.world.boxes
    every = np.arange(len(boxes))
    names = records.boxes(every)
    rows: list[tuple[int, str, str, str, int, str]] = []
    for way, at, told in (("in", boxes.in_at, world.told.came), ("out", boxes.out_at, world.told.went)):
        twice = world.told.twice
        for stay in np.flatnonzero(told <= records.until).tolist():
            row = (int(told[stay]), f"{way}-{stay}", way, names[stay], int(at[stay]), "")
            rows.extend([row, (row[0] + 900, *row[1:])] if twice[stay] else [row])
    rows += _mistaken(records, names)
    rows = sorted(row for row in rows if row[0] <= records.until)
    return {
        "told_at": texts(_moments([row[0] for row in rows])),
        "report": [row[1] for row in rows],
        "what": [row[2] for row in rows],
        "container_number": [row[3] for row in rows],
        "at": texts(_moments([row[4] for row in rows])),
        "retracts": [row[5] for row in rows],
    }


def _mistaken(records: Records, names: list[str]) -> list[tuple[int, str, str, str, int, str]]:
    wrong = records.world.told.mistakes
    rows = []
    for at in range(len(wrong)):
        way = "in" if wrong.incoming[at] and wrong.fault[at] != NEVER_HAPPENED else "out"
        number = misread(names[wrong.stay[at]], int(wrong.fault[at]), int(wrong.shift[at]))
        said, back = int(wrong.says[at]), int(wrong.retracted[at])
        rows.append((int(wrong.told[at]), f"wrong-{at}", way, number, said, ""))
        rows.append((back, f"back-{at}", "retracted", number, said, f"wrong-{at}"))
    return rows


def _moments(values: list[int]) -> Numbers:
    return np.array(values, dtype=np.int64)
