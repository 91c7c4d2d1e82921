"""The trains of one day of a site: which come and go, how far each is, and which will be late."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Sum

from apps.calls.lateness import Lateness
from apps.containers.models import Visit, VisitQuerySet
from apps.network.models import Place, Terminal
from apps.trains.models import TrackPlan, TrackStay, TrainVisit, Wagon, WagonLoad
from apps.trains.selectors import TrackUse, track_use
from apps.trains.selectors.day_trains import arriving, departing, within
from apps.trains.selectors.delays import TO_COME, LateTrain, late_trains, left_to_load
from apps.trains.selectors.journeys import NONE_OF_IT
from terminal.lifecycle import ON_SITE, Phase
from terminal.throughput import day_bounds, site_day


@dataclass(frozen=True)
class Times:
    """One end of a call. ``over``: it has not happened, and by the best word on it it should have by now."""

    planned: datetime | None
    estimated: datetime | None
    actual: datetime | None
    over: bool

    @property
    def best(self) -> datetime | None:
        """Actual, else estimated, else planned."""
        return self.actual or self.estimated or self.planned

    @property
    def lateness(self) -> Lateness:
        """Against plan, as far as somebody said more than the plan."""
        return Lateness.of(self.planned, self.actual or self.estimated)


@dataclass(frozen=True)
class Far:
    """How far the work at a train is, in boxes. None: nobody said how many there are."""

    done: int
    of: int | None

    @property
    def percent(self) -> int:
        """For a bar."""
        return min(100, 100 * self.done // self.of) if self.of else 0


@dataclass(frozen=True)
class Line:
    """A train on the board. ``track_planned``: it does not stand there yet. ``late``: it will leave late, or is to."""

    train: TrainVisit
    arrival: Times
    departure: Times
    origin: Place | None
    destination: Place | None
    track: str
    track_planned: bool
    wagons: int
    discharged: Far
    loaded: Far
    late: LateTrain | None
    here_before: bool
    """It stands here, and came before the day began."""

    @property
    def cancelled(self) -> bool:
        """It does not run."""
        return self.train.call.phase == Phase.CANCELLED


@dataclass(frozen=True)
class DayBoard:
    """A day's trains in the order of their times. TEU: of the boxes that came and went with trains of that day.

    ``more_to_come``, ``more_to_go``: so many others should have come, or gone, before; they are not on the board.
    """

    day: date
    arrivals: list[Line]
    departures: list[Line]
    more_to_come: int
    more_to_go: int
    trains_in: int
    trains_out: int
    teu_in: Decimal
    teu_out: Decimal
    use: TrackUse | None
    """Of the tracks now; None on another day's board."""

    @property
    def late(self) -> list[Line]:
        """Trains of the day that will leave late, each once."""
        lines = {line.train.pk: line for line in (*self.arrivals, *self.departures) if line.late}
        return list(lines.values())


def day_board(terminal: Terminal, day: date, at: datetime) -> DayBoard:
    """The trains that come or go on a day of the site, by actual times, else by estimate and by plan.

    On today's board also those that have stood here since an earlier day, and the latest of those that should have
    come, or gone, in the days before. A train that was planned for the day and is now estimated for another is on both
    days' boards. Some twenty queries, however many trains.
    """
    start, end = day_bounds(day, terminal.zone)
    today = day == site_day(at, terminal.zone)
    trains = TrainVisit.objects.filter(call__terminal=terminal).select_related("call", "service")
    coming = arriving(trains, start, end, today=today)
    going = departing(trains, start, end, today=today)
    lines = _lines({train.pk: train for train in (*coming.trains, *going.trains)}, terminal, start, at, today=today)
    counted = _counted(terminal, start, end)
    return DayBoard(
        day=day,
        arrivals=[lines[train.pk] for train in coming.trains],
        departures=[lines[train.pk] for train in going.trains],
        more_to_come=coming.more,
        more_to_go=going.more,
        trains_in=counted["came"],
        trains_out=counted["left"],
        **_teu(terminal, start, end),
        use=track_use(terminal, at) if today else None,
    )


def _counted(terminal: Terminal, start: datetime, end: datetime) -> dict[str, int]:
    """Trains that really came, and really left, between two moments."""
    came, left = within("arrived_at", start, end), within("departed_at", start, end)
    trains = TrainVisit.objects.filter(call__terminal=terminal)
    return trains.aggregate(came=Count("pk", filter=came), left=Count("pk", filter=left))


def _teu(terminal: Terminal, start: datetime, end: datetime) -> dict[str, Decimal]:
    """Of the boxes that came, and that left, with the trains that did between two moments.

    By their calls, as throughput counts them, not by wagons, which a reported train need not have. What still stands on
    the wagons of a train has come with it.
    """
    boxes = Visit.objects.filter(terminal=terminal).exclude(state__in=NONE_OF_IT)
    arriving = WagonLoad.objects.filter(visit=OuterRef("pk"), leg=WagonLoad.Leg.ARRIVING)
    aboard = Exists(arriving.filter(wagon__train__call=OuterRef("arrival_call")))
    came = boxes.filter(Q(arrived_at__isnull=False) | aboard, **_by_train("arrival_call__arrived_at", start, end))
    left = boxes.filter(departed_at__isnull=False, **_by_train("departure_call__departed_at", start, end))
    return {name: _sum(rows) for name, rows in (("teu_in", came), ("teu_out", left))}


def _by_train(time: str, start: datetime, end: datetime) -> dict[str, Any]:
    call, _moment = time.split("__")
    return {f"{call}__train__isnull": False, f"{time}__gte": start, f"{time}__lt": end}


def _sum(boxes: VisitQuerySet) -> Decimal:
    return boxes.aggregate(teu=Sum("container__teu"))["teu"] or Decimal(0)


def _lines(
    trains: dict[int, TrainVisit], terminal: Terminal, start: datetime, at: datetime, *, today: bool
) -> dict[int, Line]:
    rows = list(trains.values())
    loads, to_load, tracks, wagons = _loads(rows), left_to_load(rows), _tracks(rows), _wagons(rows)
    late = {each.train.pk: each for each in late_trains(terminal, at)}
    ends = {train.pk: _ends(train, terminal.un_locode) for train in rows}
    places = Place.objects.in_bulk({code for pair in ends.values() for code in pair if code})
    found = {}
    for train in rows:
        origin, destination = (places.get(code) or _unlisted(code) for code in ends[train.pk])
        track, track_planned = tracks.get(train.pk, ("", False))
        found[train.pk] = Line(
            train=train,
            arrival=_arrival(train, at),
            departure=_departure(train, at),
            origin=origin,
            destination=destination,
            track=track,
            track_planned=track_planned,
            wagons=wagons[train.pk],
            discharged=_discharged(loads[train.pk]),
            loaded=_loaded(loads[train.pk], to_load[train.pk]),
            late=late.get(train.pk),
            here_before=today and train.call.phase in ON_SITE and _came_before(train, start),
        )
    return found


def _came_before(train: TrainVisit, start: datetime) -> bool:
    arrived = train.call.arrived_at
    return arrived is not None and arrived < start


def _arrival(train: TrainVisit, at: datetime) -> Times:
    call = train.call
    best = call.estimated_arrival_at or call.scheduled_arrival_at
    over = call.phase in TO_COME and best is not None and best < at
    return Times(call.scheduled_arrival_at, call.estimated_arrival_at, call.arrived_at, over)


def _departure(train: TrainVisit, at: datetime) -> Times:
    call = train.call
    best = call.estimated_departure_at or call.scheduled_departure_at
    over = call.phase in ON_SITE and best is not None and best < at
    return Times(call.scheduled_departure_at, call.estimated_departure_at, call.departed_at, over)


def _ends(train: TrainVisit, here: str) -> tuple[str, str]:
    """Where its service's route begins and ends, each empty where that is here or unknown."""
    route = train.service.route if train.service else []
    first, last = (route[0], route[-1]) if route else ("", "")
    return "" if first == here else first, "" if last == here else last


def _unlisted(code: str) -> Place | None:
    return Place(un_locode=code, name=code) if code else None


Loads = Counter[tuple[str, bool]]


def _loads(trains: Iterable[TrainVisit]) -> dict[int, Loads]:
    """Boxes of each train by leg and whether they are done; what left the train on its wagon is not among them."""
    found: dict[int, Loads] = defaultdict(Counter)
    gone = Q(wagon__set_out_at__isnull=False) & (Q(done_at=None) | Q(leg=WagonLoad.Leg.DEPARTING))
    rows: Any = WagonLoad.objects.filter(wagon__train__in=trains).exclude(gone).order_by()
    counted = rows.values_list("wagon__train", "leg").annotate(Count("pk"), Count("done_at"))
    for train, leg, every, done in counted:
        found[train].update({(leg, True): done, (leg, False): every - done})
    return found


def _discharged(loads: Loads) -> Far:
    off, on = (loads[WagonLoad.Leg.ARRIVING.value, done] for done in (True, False))
    return Far(off, off + on or None)


def _loaded(loads: Loads, to_load: int) -> Far:
    """Loaded, of what is loaded and what is still to be."""
    loaded = sum(loads[WagonLoad.Leg.DEPARTING.value, done] for done in (True, False))
    return Far(loaded, loaded + to_load or None)


def _wagons(trains: Iterable[TrainVisit]) -> Counter[int]:
    rows: Any = Wagon.objects.filter(train__in=trains, set_out_at=None).order_by().values_list("train")
    return Counter(dict(rows.annotate(Count("pk"))))


def _tracks(trains: Iterable[TrainVisit]) -> dict[int, tuple[str, bool]]:
    """The track each stands or stood on last; else the one it is to stand on, with True."""
    plans = TrackPlan.objects.filter(train__in=trains, train__call__phase__in=TO_COME)
    found = {train: (code, True) for train, code in plans.values_list("train", "track__code")}
    stays = TrackStay.objects.filter(train__in=trains).order_by("since", "pk")
    found.update({train: (code, False) for train, code in stays.values_list("train", "track__code")})
    return found
