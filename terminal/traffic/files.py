"""A world as CSV files: ``truth_*`` what happened, ``told_*`` what was told of it and when, up to a moment.

The same order, the same bytes. Moments are UTC, empty where a thing did not happen; areas are m², weights kg.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import numpy as np

from terminal.traffic import told
from terminal.traffic.boxes import FLOW_NAMES, KIND_NAMES, SIZES
from terminal.traffic.customs import CHANNELS, REGIMES
from terminal.traffic.flows import SHIP, TRAIN
from terminal.traffic.moments import NEVER
from terminal.traffic.parameters import SERVICES
from terminal.traffic.rail import EXPORT, IMPORT
from terminal.traffic.records import LINE_CODES, Records, texts
from terminal.traffic.told import Columns, cut
from terminal.traffic.world import World


def write(world: World, folder: Path, until: datetime | None = None) -> list[str]:
    """Write the files into a folder, which is made; their names. What was told is cut at ``until`` (None: the end)."""
    folder.mkdir(parents=True, exist_ok=True)
    records = Records(world, int(until.timestamp()) if until else world.end)
    tables = {
        "truth_trains.csv": _table(trains(records)),
        "truth_ships.csv": _table(ships(records)),
        "truth_stays.csv": _table(stays(records)),
        "truth_declarations.csv": _table(declarations(world, int(NEVER))),
        "truth_bookings.csv": _table(bookings(world, int(NEVER))),
        "truth_incidents.csv": _table(incidents(world)),
        "told_calls.csv": _table(told.calls(records)),
        "told_estimates.csv": _table(told.estimates(records)),
        "told_advice.csv": _table(told.advice(records)),
        "told_movements.csv": _table(told.movements(records)),
        "told_declarations.csv": _table(declarations(world, records.until)),
        "told_bookings.csv": _table(bookings(world, records.until)),
        "told_flow.csv": records.flow(records.stays),
    }
    for name, lines in tables.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            file.writelines(lines)
    return list(tables)


def trains(records: Records) -> Columns:
    """Every train, with its way over the border."""
    this, stood = records.world.trains, records.world.stood
    every = np.arange(len(this))
    kinds = np.where(this.kind == IMPORT, 0, np.where(this.kind == EXPORT, 1, 2)).tolist()
    return {
        "train": records.vehicles(np.full(len(this), TRAIN), every),
        "service": [SERVICES[each].code for each in this.service.tolist()],
        "kind": [("import", "export", "turn")[each] for each in kinds],
        "left_origin_at": texts(this.origin),
        "at_border_at": texts(this.border),
        "over_border_at": texts(this.passed),
        "at_station_at": texts(this.station),
        "arrived_at": texts(stood.arrived),
        "departed_at": texts(stood.departed),
        "track": [records.world.scenario.site.tracks[each] if each >= 0 else "" for each in stood.track.tolist()],
    }


def ships(records: Records) -> Columns:
    """Every ship and barge; ``natural_arrival_at`` is when it would have come had the port been open."""
    this = records.world.ships
    return {
        "ship": records.vehicles(np.full(len(this), SHIP), np.arange(len(this))),
        "line": [LINE_CODES[each] for each in this.line.tolist()],
        "natural_arrival_at": texts(this.natural),
        "arrived_at": texts(this.arrived),
        "departed_at": texts(this.departed),
    }


def stays(records: Records) -> Columns:
    """Every stay of a box."""
    this = records.world.boxes
    every = np.arange(len(this))
    here = (this.on_kind < 0).tolist()
    left_by = records.vehicles(np.maximum(this.on_kind, 0), np.maximum(this.on, 0))
    return {
        "container_number": records.boxes(every),
        "size_type": [SIZES[each] for each in this.size.tolist()],
        "flow": [FLOW_NAMES[each] for each in this.flow.tolist()],
        "goods": [KIND_NAMES[each] for each in this.kind.tolist()],
        "gross_kg": this.gross_kg.tolist(),
        "in_at": texts(this.in_at),
        "in_vehicle": records.vehicles(this.by_kind, this.by),
        "declaration": [each if each >= 0 else "" for each in this.declaration.tolist()],
        "released_at": texts(np.where(this.released > 0, this.released, NEVER)),
        "held_at": texts(this.held),
        "lifted_at": texts(this.lifted),
        "ready_at": texts(this.ready),
        "out_at": texts(this.out_at),
        "out_vehicle": ["" if stands else vehicle for stands, vehicle in zip(here, left_by, strict=True)],
        "destination": records.destinations(every),
    }


def declarations(world: World, until: int) -> Columns:
    """Declarations submitted until then, with the steps they had come to; the channel is told when it is given."""
    this = world.declarations
    chosen = np.flatnonzero(this.submitted <= until)
    channel = np.where(this.channelled <= until, this.channel, len(CHANNELS))[chosen]
    steps = (
        "drafted",
        "submitted",
        "registered",
        "channelled",
        "asked",
        "answered",
        "inspected",
        "assessed",
        "released",
    )
    return {
        "declaration": chosen.tolist(),
        "regime": [REGIMES[each] for each in this.regime[chosen].tolist()],
        "channel": [(*CHANNELS, "")[each] for each in channel.tolist()],
        **{f"{step}_at": texts(cut(getattr(this, step)[chosen], until)) for step in steps},
    }


def bookings(world: World, until: int) -> Columns:
    """Bookings asked for until then, granted or not, with what had become of them."""
    this = world.bookings
    chosen = np.flatnonzero(this.requested <= until)
    zones = [zone for zone, _area in world.scenario.site.zones]
    steps = ("confirmed", "checked_in", "completed", "cancelled", "rejected", "expired", "no_show")
    return {
        "booking": chosen.tolist(),
        "zone": [zones[each] for each in this.zone[chosen].tolist()],
        "area_m2": [f"{each / 100:.2f}" for each in this.area_dm2[chosen].tolist()],
        "waiting": ["yes" if each else "no" for each in this.waits[chosen].tolist()],
        "requested_at": texts(this.requested[chosen]),
        "start_at": texts(this.start[chosen]),
        "end_at": texts(this.end[chosen]),
        **{f"{step}_at": texts(cut(getattr(this, step)[chosen], until)) for step in steps},
    }


def incidents(world: World) -> Columns:
    """What was shut or broken, and when."""
    spans = {
        **{f"border {name}": span for name, span in world.incidents.border.items()},
        "port": world.incidents.port,
        "crane": world.incidents.cranes,
        "customs": world.incidents.customs,
    }
    return {
        "what": [name for name, span in spans.items() for _each in range(len(span))],
        "start_at": texts(np.concatenate([span.starts for span in spans.values()])),
        "end_at": texts(np.concatenate([span.ends for span in spans.values()])),
    }


def _table(columns: Columns) -> Iterator[str]:
    yield ",".join(columns) + "\n"
    for row in zip(*columns.values(), strict=True):
        yield ",".join(map(str, row)) + "\n"
