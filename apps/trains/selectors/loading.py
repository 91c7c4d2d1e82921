"""A train as the planner of its loads wants it: its wagons, what stands on them, and what could go with it.

# Note [What could go with a train]
Boxes that are planned on the train; and those that nobody planned on any carrier, are booked on no other train, and go
to a place on the route of its service. A box that is not here yet counts from when its carrier is expected. One in
whose way anything else stands (a hold, a missing permission, an unknown weight) is left out, and shown with what that
is.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Q, QuerySet

from apps.containers.models import Visit
from apps.containers.selectors import situations
from apps.trains.models import BookedSlot, LoadPlan, PlannedLoad, TrackPlan, TrackStay, TrainVisit, Wagon, WagonLoad
from apps.trains.selectors import usable_m
from apps.yard.models import Cell
from terminal.equipment import SizeType
from terminal.lifecycle import LoadPlanState, Position, SlotBookingState, VisitState
from terminal.readiness import Blocker, Step, blockers
from terminal.regimes import Direction, Goods
from terminal.trainload import Candidate, Placement, Train, priority
from terminal.trainload import Wagon as WagonToLoad

TARE_KG: Final = 22_000
"""Taken for a wagon whose tare nobody told."""

UNDER_WAY: Final = (VisitState.ADVISED.value, VisitState.ACTIVE.value)
HERE: Final = (Position.IN_YARD, Position.IN_WAREHOUSE)

ONLY_TIME: Final = frozenset(
    {"not-arrived", "wrong-position", "departure-call-unknown", "departure-call-not-workable", "cut-off-passed"}
)
"""Blockers that time lifts, that the plan itself lifts, or that its rules weigh."""

A_DAY: Final = timedelta(days=1)
Stack = tuple[int, int, int]
"""Block, bay and row."""


@dataclass(frozen=True)
class Waiting:
    """A box that would go with the train, and what stands in its way."""

    visit: Visit
    stops: list[Blocker]


@dataclass
class CouldGo:
    """What could go with a train, by the visits' numbers. See Note [What could go with a train]."""

    boxes: dict[int, Candidate] = field(default_factory=dict)
    visits: dict[int, Visit] = field(default_factory=dict)
    waiting: list[Waiting] = field(default_factory=list)


def stations(train: TrainVisit) -> tuple[str, ...]:
    """Where boxes may go with the train, in the order of its route; none: nobody said where it goes."""
    route = tuple(train.service.route) if train.service else ()
    here = train.call.terminal.un_locode
    after = route[route.index(here) + 1 :] if here in route else route
    return after or tuple(each for each in route if each != here)


def could_go(train: TrainVisit, at: datetime) -> CouldGo:
    """What could go with the train, and what waits for something. About a dozen queries, however many boxes."""
    visits = list(_candidates(train).select_related("container", "terminal", "arrival_call").order_by("pk"))
    for each in visits:
        each.terminal = train.call.terminal
    found = CouldGo(visits={each.pk: each for each in visits})
    stand = situations(visits, at)
    ready: list[Visit] = []
    for visit in visits:
        stops = [each for each in blockers(stand[visit.pk], Step.LOAD, at) if each.code not in ONLY_TIME]
        if stops or _ready_at(visit, at) is None:
            every = stops or blockers(stand[visit.pk], Step.LOAD, at)
            found.waiting.append(Waiting(visit, every))
        else:
            ready.append(visit)
    found.boxes = as_candidates(train, ready, at)
    return found


def _candidates(train: TrainVisit) -> QuerySet[Visit]:
    confirmed = BookedSlot.objects.filter(booking__state=SlotBookingState.CONFIRMED.value)
    elsewhere = confirmed.exclude(booking__train=train).values("visit")
    bound = Q(destination__in=stations(train)) & ~Q(direction=Direction.INBOUND.value)
    booked = Q(pk__in=confirmed.filter(booking__train=train).values("visit"))
    free = Q(departure_call=None) & (bound | booked) & ~Q(pk__in=elsewhere)
    here = Visit.objects.filter(terminal=train.call.terminal_id, state__in=UNDER_WAY)
    aboard = WagonLoad.objects.filter(leg=WagonLoad.Leg.DEPARTING).values("visit")
    return here.filter(Q(departure_call=train.call_id) | free).exclude(pk__in=aboard)


def _ready_at(visit: Visit, at: datetime) -> datetime | None:
    """Since when the box is here, or from when it is expected; None: nobody knows."""
    if visit.state == VisitState.ACTIVE:
        return visit.arrived_at if visit.position in HERE and visit.arrived_at else at
    expected: Any = visit.arrival_call.expected_arrival_at if visit.arrival_call else None
    return max(expected, at) if expected is not None else None


def as_candidates(train: TrainVisit, visits: Iterable[Visit], at: datetime) -> dict[int, Candidate]:
    """Boxes as the planner weighs them for the train, by the visits' numbers. Three queries."""
    rows = list(visits)
    if not rows:
        return {}
    booked = _booked_on(train, rows)
    on_top = above(rows)
    return {row.pk: _candidate(train, row, at, row.pk in booked, on_top.get(row.pk, ())) for row in rows}


def _candidate(train: TrainVisit, visit: Visit, at: datetime, booked: bool, on_top: tuple[int, ...]) -> Candidate:
    planned = visit.departure_call_id == train.call_id
    stands = (at - visit.arrived_at) / A_DAY if visit.arrived_at else 0.0
    weight = priority(
        booked=booked,
        planned=planned,
        reefer=visit.goods == Goods.REEFER,
        days_too_long=stands - float(train.call.terminal.dwell_days),
    )
    return Candidate(
        key=visit.pk,
        number=visit.container.number,
        bays=SizeType.parse(visit.container.size_type).bays,
        teu=float(visit.container.teu),
        gross_kg=visit.gross_kg or 0,
        destination=visit.destination,
        priority=weight,
        ready_at=_ready_at(visit, at),
        above=on_top,
        only=train.pk if booked or planned else None,
    )


def _booked_on(train: TrainVisit, visits: list[Visit]) -> set[int]:
    slots = BookedSlot.objects.filter(booking__train=train, visit__in=visits)
    return set(slots.filter(booking__state=SlotBookingState.CONFIRMED.value).values_list("visit", flat=True))


def above(visits: Iterable[Visit]) -> dict[int, tuple[int, ...]]:
    """The boxes that have to be moved to reach each, by their visits' numbers: all that stands on it. Two queries."""
    stacks: dict[Stack, list[tuple[int, int]]] = defaultdict(list)
    cells: dict[int, list[tuple[Stack, int]]] = defaultdict(list)
    wanted = [each.pk for each in visits]
    blocks = set(Cell.objects.filter(standing__visit__in=wanted).values_list("block", flat=True))
    told = Cell.objects.filter(block__in=blocks).values_list("block", "bay", "row", "tier", "standing__visit")
    for block, bay, row, tier, visit in told if blocks else ():
        stacks[block, bay, row].append((tier, visit))
        cells[visit].append(((block, bay, row), tier))
    return {pk: tuple(sorted(_reached(pk, stacks, cells) - {pk})) for pk in wanted if pk in cells}


def _reached(
    visit: int, stacks: Mapping[Stack, list[tuple[int, int]]], cells: Mapping[int, list[tuple[Stack, int]]]
) -> set[int]:
    """The box and all that stands on it: a long one on top covers a neighbour, and what stands there comes off, too."""
    found, open_ones = {visit}, [visit]
    while open_ones:
        for stack, tier in cells[open_ones.pop()]:
            new = {other for other_tier, other in stacks[stack] if other_tier > tier} - found
            found |= new
            open_ones += new
    return found


def train_to_load(train: TrainVisit, *, settled: Iterable[Placement] = (), at_departure: bool = False) -> Train:
    """The train with the wagons that stand in it. ``settled``: boxes whose places stay as they are.

    ``at_departure``: only what its railway asks of what runs, without quotas, cut-off and track. Some four queries.
    """
    planned: dict[str, Any] = {} if at_departure else _while_planned(train)
    return Train(
        key=train.pk,
        number=train.call.number,
        wagons=tuple(_wagon(each) for each in standing_wagons(train)),
        destinations=stations(train),
        aboard=tuple(settled),
        **_rules(train),
        **planned,
    )


def _rules(train: TrainVisit) -> dict[str, Any]:
    return {"rules": train.service.loading_rules} if train.service else {}


def _while_planned(train: TrainVisit) -> dict[str, Any]:
    leaves: Any = train.call.expected_departure_at
    return {
        "departs_at": leaves,
        "cut_off_at": train.call.cut_off_at,
        "quotas": _quotas(train),
        "track_m": _track_m(train),
        "length_m": float(train.length_m),
    }


def _quotas(train: TrainVisit) -> dict[str, float]:
    """TEU of each destination: those of the train itself, else its service's. A part for the whole train is none."""
    own = dict(train.quotas.exclude(destination="").values_list("destination", "teu"))
    told = own or (dict(train.service.quotas.values_list("destination", "teu")) if train.service else {})
    return {destination: float(teu) for destination, teu in told.items()}


def _track_m(train: TrainVisit) -> float | None:
    stay = TrackStay.objects.filter(train=train, until=None).select_related("track").first()
    plan = None if stay else TrackPlan.objects.filter(train=train).select_related("track").first()
    track = stay.track if stay else plan.track if plan else None
    return float(usable_m(track)) if track else None


def standing_wagons(train: TrainVisit) -> list[Wagon]:
    """The wagons that stand in the train, in their order; those that were set out are not among them."""
    return list(Wagon.objects.filter(train=train, set_out_at=None).order_by("sequence"))


def _wagon(wagon: Wagon) -> WagonToLoad:
    return WagonToLoad(
        key=wagon.pk,
        number=wagon.number,
        sequence=wagon.sequence,
        tare_kg=TARE_KG if wagon.tare_kg is None else wagon.tare_kg,
        places=wagon.places,
        axles=wagon.axles,
        length_m=float(wagon.length_m or 0),
    )


def loaded(train: TrainVisit) -> list[WagonLoad]:
    """Boxes that were loaded onto wagons that stand in the train, in their order."""
    loads = WagonLoad.objects.filter(wagon__train=train, leg=WagonLoad.Leg.DEPARTING, wagon__set_out_at=None)
    rows = loads.select_related("visit__container", "visit__terminal", "visit__arrival_call", "wagon")
    return list(rows.order_by("wagon__sequence", "place"))


def placed(train: TrainVisit, rows: Iterable[WagonLoad | PlannedLoad]) -> list[Placement]:
    """Loads and planned loads as the planner knows them."""
    return [Placement(train=train.pk, wagon=row.wagon_id, place=row.place, box=row.visit_id) for row in rows]


def plan_of(train: TrainVisit, state: LoadPlanState) -> LoadPlan | None:
    """The train's plan that is approved, or the one that is being drawn up."""
    return LoadPlan.objects.filter(train=train, state=state.value).first()


def planned_loads(plan: LoadPlan) -> list[PlannedLoad]:
    """What a plan puts where, in the order of the wagons."""
    loads = PlannedLoad.objects.filter(plan=plan).select_related(
        "visit__container", "visit__terminal", "visit__arrival_call", "wagon"
    )
    return list(loads.order_by("wagon__sequence", "place"))
