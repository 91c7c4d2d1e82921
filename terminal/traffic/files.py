"""A world as CSV files: ``truth_*`` what happened, ``told_*`` what was announced of it and when. The same order, the
same bytes. Moments are UTC, empty where a thing did not happen; areas are m², weights kg.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import numpy as np

from terminal.traffic.boxes import FLOW_NAMES, KIND_NAMES, SIZES
from terminal.traffic.customs import CHANNELS, REGIMES
from terminal.traffic.faults import WHY
from terminal.traffic.flows import SHIP, TRAIN
from terminal.traffic.moments import NEVER
from terminal.traffic.parameters import SERVICES
from terminal.traffic.rail import EXPORT, IMPORT
from terminal.traffic.records import LINE_CODES, Records, texts
from terminal.traffic.world import World

Columns = dict[str, Sequence[object]]


def write(world: World, folder: Path, until: datetime | None = None) -> list[str]:
    """Write the files into a folder, which is made; their names. ``told_flow.csv`` is as known at ``until``."""
    folder.mkdir(parents=True, exist_ok=True)
    records = Records(world, int(until.timestamp()) if until else int(NEVER) - 1)
    tables = {
        "truth_trains.csv": _table(trains(records)),
        "truth_ships.csv": _table(ships(records)),
        "truth_stays.csv": _table(stays(records)),
        "truth_declarations.csv": _table(declarations(records)),
        "truth_bookings.csv": _table(bookings(records)),
        "truth_incidents.csv": _table(incidents(world)),
        "told_estimates.csv": _table(estimates(records)),
        "told_mistakes.csv": _table(mistakes(records)),
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
        "announced_at": texts(this.announced),
        "scheduled_arrival_at": texts(this.planned_arrival),
        "scheduled_departure_at": texts(this.planned_departure),
        "left_origin_at": texts(this.origin),
        "at_border_at": texts(this.border),
        "over_border_at": texts(this.passed),
        "at_station_at": texts(this.station),
        "arrived_at": texts(stood.arrived),
        "departed_at": texts(stood.departed),
        "cancelled_at": texts(this.cancelled),
        "consist_received_at": texts(records.world.consist),
        "track": [records.world.scenario.site.tracks[each] if each >= 0 else "" for each in stood.track.tolist()],
    }


def ships(records: Records) -> Columns:
    """Every ship and barge; ``natural_arrival_at`` is when it would have come had the port been open."""
    this = records.world.ships
    return {
        "ship": records.vehicles(np.full(len(this), SHIP), np.arange(len(this))),
        "line": [LINE_CODES[each] for each in this.line.tolist()],
        "announced_at": texts(this.announced),
        "scheduled_arrival_at": texts(this.planned_arrival),
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


def declarations(records: Records) -> Columns:
    """Every declaration with its steps."""
    this = records.world.declarations
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
        "declaration": range(len(this)),
        "regime": [REGIMES[each] for each in this.regime.tolist()],
        "channel": [CHANNELS[each] for each in this.channel.tolist()],
        **{f"{step}_at": texts(getattr(this, step)) for step in steps},
    }


def bookings(records: Records) -> Columns:
    """Every booking, granted or not."""
    this = records.world.bookings
    zones = [zone for zone, _area in records.world.scenario.site.zones]
    steps = (
        "requested",
        "start",
        "end",
        "confirmed",
        "checked_in",
        "completed",
        "cancelled",
        "rejected",
        "expired",
        "no_show",
    )
    return {
        "zone": [zones[each] for each in this.zone.tolist()],
        "area_m2": [f"{each / 100:.2f}" for each in this.area_dm2.tolist()],
        "waiting": ["yes" if each else "no" for each in this.waits.tolist()],
        **{f"{step}_at": texts(getattr(this, step)) for step in steps},
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


def estimates(records: Records) -> Columns:
    """What was announced of trains and ships, in the order of carriers."""
    told = [(TRAIN, records.world.train_estimates), (SHIP, records.world.ship_estimates)]
    return {
        "vehicle": [name for kind, each in told for name in records.vehicles(np.full(len(each), kind), each.carrier)],
        "told_at": texts(np.concatenate([each.told for _kind, each in told])),
        "of": [("arrival", "departure")[way] for _kind, each in told for way in each.departure.tolist()],
        "says": texts(np.concatenate([each.says for _kind, each in told])),
    }


def mistakes(records: Records) -> Columns:
    """What was told wrongly, of which stay."""
    this = records.world.told.mistakes
    return {
        "container_number": records.boxes(this.stay),
        "way": [("out", "in")[each] for each in this.incoming.tolist()],
        "wrong": [WHY[each] for each in this.fault.tolist()],
        "says": texts(this.says),
        "told_at": texts(this.told),
        "retracted_at": texts(this.retracted),
    }


def _table(columns: Columns) -> Iterator[str]:
    yield ",".join(columns) + "\n"
    for row in zip(*columns.values(), strict=True):
        yield ",".join(map(str, row)) + "\n"
