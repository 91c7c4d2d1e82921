"""The moment at which the records stand: what is announced, what is to be loaded, and a cell for each box here."""

from collections import defaultdict
from datetime import datetime
from itertools import groupby
from typing import Final

import numpy as np

from apps.calls.models import Call
from apps.containers import services as containers
from apps.containers.models import Visit
from apps.containers.services.describing import Papers, describe
from apps.demo.services.papers import note_papers
from apps.demo.services.traffic.carriers import moment
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.parties.models import Party
from apps.yard import services as yard
from terminal.regimes import Direction, Goods, Regime
from terminal.traffic.boxes import GOODS, GOODS_OF_KIND, RAIL_OUT, SIZES
from terminal.traffic.departures import Carriers, Waiting, embark
from terminal.traffic.flows import TRAIN
from terminal.traffic.moments import DAY, Numbers
from terminal.traffic.rail import IMPORT
from terminal.traffic.records import Records

LOAD_LIST: Final = DAY
"""How long before its planned arrival it is known which boxes a train is to take."""
OPEN: Final = ("scheduled", "announced", "arrived", "in_processing")


def stand(records: Records, terminal: Terminal, source: str, *, by: Actor, at: datetime) -> int:
    """Advise what is announced, plan what is to be loaded, find cells; how many boxes are advised."""
    advised = _advise(records, terminal, source, by=by)
    _plan(records, terminal, source, by=by, at=at)
    note_papers(terminal, by=by, at=at)
    _ground(terminal, source, by=by)
    return advised


def _advise(records: Records, terminal: Terminal, source: str, *, by: Actor) -> int:
    """Boxes on trains and ships to come, told with the consist or manifest they stand on."""
    stays, boxes = records.expected, records.world.boxes
    stays = stays[np.lexsort((stays, boxes.advised[stays]))]
    calls = _calls(terminal, source, records.vehicles(boxes.by_kind[stays], boxes.by[stays]))
    parties = {party.code: party for party in Party.objects.all()}
    advice = [
        containers.Advice(
            terminal=terminal,
            number=number,
            size_type=SIZES[boxes.size[stay]],
            laden=bool(boxes.kind[stay]),
            goods=Goods(GOODS[GOODS_OF_KIND[boxes.kind[stay]]]),
            gross_kg=int(boxes.gross_kg[stay]),
            destination=destination,
            regime=Regime(regime),
            direction=Direction(direction),
            arrival_call=call,
            roles=[(parties[shipper], "shipper")],
        )
        for stay, number, destination, regime, direction, call, shipper in zip(
            stays.tolist(),
            records.boxes(stays),
            records.destinations(stays),
            *records.regimes(stays),
            calls,
            records.shippers(stays),
            strict=True,
        )
    ]
    told = boxes.advised[stays].tolist()
    for said, group in groupby(zip(told, advice, strict=True), key=lambda pair: pair[0]):
        containers.advise([each for _told, each in group], by=by, at=moment(said))
    return len(advice)


def _plan(records: Records, terminal: Terminal, source: str, *, by: Actor, at: datetime) -> None:
    """The load lists as a planner would make them now, whatever comes of them: what may go, on the next trains."""
    stays, train = load_lists(records)
    names = records.vehicles(np.full(len(train), TRAIN), train)
    calls = _calls(terminal, source, names)
    visits = _visits(terminal, source, records, stays)
    papers = [
        Papers(visit=visits[reference], departure_call=call)
        for reference, call in zip(records.references(stays), calls, strict=True)
        if reference in visits and call.phase in OPEN
    ]
    if papers:
        describe(papers, by=by, at=at)


def load_lists(records: Records) -> tuple[Numbers, Numbers]:
    """Boxes by the train each is to be loaded on, as the records have it: released, under no hold, first come first.

    Trains are those that stand here or are planned within a day, cancelled ones not known to be so included.
    """
    world, boxes, until = records.world, records.world.boxes, records.until
    stays = records.stays[world.told.went[records.stays] > until]
    held = (boxes.held[stays] <= until) & (boxes.lifted[stays] > until)
    stays = stays[(boxes.out[stays] == RAIL_OUT) & (boxes.released[stays] <= until) & ~held]
    trains, stood = world.trains, world.stood
    mine = records.trains
    here = (stood.arrived[mine] <= until) & (stood.departed[mine] > until)
    soon = (stood.arrived[mine] > until) & (trains.planned_arrival[mine] <= until + LOAD_LIST)
    recent = trains.planned_arrival[mine] > until - 3 * DAY
    mine = mine[(trains.kind[mine] != IMPORT) & (trains.cancelled[mine] > until) & (here | (soon & recent))]
    chosen, onto = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for service in np.unique(trains.service[mine]):
        number = mine[trains.service[mine] == service]
        number = number[np.lexsort((number, trains.planned_arrival[number]))]
        wait = stays[boxes.way[stays] == service]
        in_at = boxes.in_at[wait]
        order = np.arange(len(number))
        carriers = Carriers(
            order, until + order, until + order, until + order + 1, trains.wagons[number] * 200,
            np.full(len(number), int(world.scenario.rail.max_t * 1000)), np.zeros(len(number), dtype=np.int64),
        )  # fmt: skip
        taken, _at = embark(Waiting(in_at, in_at, boxes.teu_100[wait], boxes.gross_kg[wait]), carriers)
        chosen.append(wait[taken >= 0])
        onto.append(number[taken[taken >= 0]])
    return np.concatenate(chosen), np.concatenate(onto)


def _visits(terminal: Terminal, source: str, records: Records, stays: Numbers) -> dict[str, Visit]:
    known = Visit.objects.filter(terminal=terminal, source=source, source_ref__in=records.references(stays))
    return {str(visit.source_ref): visit for visit in known.select_related("container", "terminal")}


def _calls(terminal: Terminal, source: str, names: list[str]) -> list[Call]:
    known = Call.objects.filter(terminal=terminal, source=source, source_ref__in=set(names))
    by_name = {str(call.source_ref): call for call in known}
    return [by_name[name] for name in names]


def _ground(terminal: Terminal, source: str, *, by: Actor) -> None:
    """Cells for the boxes that stand in the yard, told on the day each came."""
    standing = Visit.objects.filter(terminal=terminal, source=source, standing=None).in_yard()
    days: dict[object, list[Visit]] = defaultdict(list)
    for visit in standing.select_related("terminal").order_by("arrived_at", "pk"):
        days[visit.arrived_at.astimezone(terminal.zone).date()].append(visit)  # type: ignore[union-attr]
    for visits in days.values():
        yard.ground(visits, by=by, at=max(visit.arrived_at for visit in visits if visit.arrived_at))
