"""Boxes lifted straight across, from a train of one gauge onto one of the other, and the papers they go on under."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, prefetch_related_objects

from apps.calls.services.refusals import require_past
from apps.containers import services as containers
from apps.containers.selectors import situations
from apps.containers.services.rows import lock_calls
from apps.journal.services import correct
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.trains.models import GaugeTransfer, TrainVisit, Wagon, WagonLoad
from apps.trains.selectors import loads_to_discharge
from apps.trains.selectors.loading import ONLY_TIME, stations
from apps.trains.services.arriving import RIGHT
from apps.trains.services.crossing import (
    ConsignmentNote,
    Seen,
    already,
    gauge,
    latest_word,
    note_crossings,
    papers,
)
from apps.trains.services.leaving import NotHere
from apps.trains.services.refusals import (
    CrossedBeforeItCame,
    NoteUnclear,
    NotOnItsWagon,
    NotPlannedOnThisTrain,
    SameGauge,
    TrainsApart,
)
from apps.trains.services.working import bays_of, begin, put_on_wagons, wagon_rooms
from apps.yard import services as yard
from terminal.events import EventKind
from terminal.gauges import BoxToCross, pair
from terminal.lifecycle import ON_SITE, Position, VisitState
from terminal.readiness import Blocker, Step, blockers
from terminal.work import Work


@dataclass(frozen=True, kw_only=True)
class Move:
    """A box that came on a wagon (its ``load``), and the wagon and place it goes onto, with what was ``seen`` of it."""

    load: WagonLoad
    onto: Wagon
    place: int = 1
    seen: Seen = field(default_factory=Seen)


@transaction.atomic
def change_gauge(
    moves: list[Move], *, by: Actor, at: datetime, happened_at: datetime | None = None
) -> list[GaugeTransfer]:
    """Boxes were lifted across at ``happened_at`` (now, unless said), all or none: one rail leg ends, one begins.

    A box that nobody planned on a train leaves by the one it is put on. Raises ``NotYours``, ``InTheFuture``,
    ``NotHere``, ``TrainsApart``, ``CrossedBeforeItCame``, ``SameGauge``, ``ChangedGaugeAlready``, ``NotOnItsWagon``,
    ``NotPlannedOnThisTrain``, ``NotReady`` with every blocker (customs fails closed), ``WagonCannotTake``,
    ``MalformedSealNumber``, ``NoteUnclear``, and as ``containers.arrive_visits``.
    """
    moment = happened_at or at
    require_past(moment, at)
    if not moves:
        return []
    moves = _locked(moves)
    _require_may_cross(moves, moment, by)
    for each in moves:
        if each.seen.note is not None:
            _require_clear(each.seen.note, each.onto.train.call.terminal, at)
    visits = [each.load.visit for each in moves]
    _leave_by(moves, by=by, at=moment)
    _take_off(moves, by=by, at=moment)
    yard.write_down([_made(each) for each in moves], by=by, at=moment)
    containers.leave_visits(visits, step=Step.LOAD, by=by, at=moment)
    loads = [load for train, onto in _by_train(moves).items() for load in _put_on(train, onto, moment)]
    seen = {each.load.visit_id: each.seen for each in moves}
    return note_crossings(loads, by=by, at=moment, seen=seen)


def _locked(moves: list[Move]) -> list[Move]:
    """The moves with their rows as they are now, the calls of all trains locked."""
    loads = WagonLoad.objects.filter(pk__in=[each.load.pk for each in moves])
    wagons = Wagon.objects.filter(pk__in=[each.onto.pk for each in moves])
    lock_calls([*loads.values_list("wagon__train__call", flat=True), *wagons.values_list("train__call", flat=True)])
    about = ("wagon__train__call__terminal", "visit__container", "visit__terminal", "visit__departure_call")
    now = loads.select_related(*about).in_bulk()
    onto = wagons.select_related("train__call__terminal").in_bulk()
    for each in moves:
        if each.load.pk not in now or each.onto.pk not in onto:
            raise NotOnItsWagon(number=each.load.visit.container.number, wagon=each.load.wagon.number)
    return [Move(load=now[each.load.pk], onto=onto[each.onto.pk], place=each.place, seen=each.seen) for each in moves]


def _require_may_cross(moves: list[Move], moment: datetime, by: Actor) -> None:
    trains = {train.pk: train for each in moves for train in (each.load.wagon.train, each.onto.train)}
    for train in trains.values():
        by.require(RIGHT, train.call.terminal)
        _require_here(train, moment)
    known = GaugeTransfer.objects.filter(visit__in=[each.load.visit for each in moves])
    before = {each.visit_id: each for each in known.select_related("visit__container", "wagon_out", "wagon_in")}
    for each in moves:
        if each.load.visit_id in before:
            raise already(before[each.load.visit_id])
        _require_possible(each)


def _require_here(train: TrainVisit, moment: datetime) -> None:
    if train.call.phase not in ON_SITE:
        raise NotHere(train=train.call.number, phase=train.call.phase)
    came = train.call.arrived_at
    if came is not None and moment < came:
        said = {"time": moment.isoformat(), "arrival": came.isoformat()}
        raise CrossedBeforeItCame(train=train.call.number, **said)


def _require_possible(move: Move) -> None:
    load, onto = move.load, move.onto
    visit, train = load.visit, onto.train
    if load.wagon.train.call.terminal_id != train.call.terminal_id:
        raise TrainsApart(train_out=load.wagon.train.call.number, train_in=train.call.number)
    if gauge(load.wagon) == gauge(onto):
        raise SameGauge(wagon_out=load.wagon.number, wagon_in=onto.number, gauge_mm=gauge(onto))
    if load.leg != WagonLoad.Leg.ARRIVING or load.done_at is not None or visit.state != VisitState.ADVISED:
        raise NotOnItsWagon(number=visit.container.number, wagon=load.wagon.number)
    if visit.departure_call_id not in (None, train.call_id):
        raise NotPlannedOnThisTrain(number=visit.container.number, train=train.call.number)


def _leave_by(moves: list[Move], *, by: Actor, at: datetime) -> None:
    unplanned = [
        containers.Papers(visit=each.load.visit, departure_call=each.onto.train.call)
        for each in moves
        if each.load.visit.departure_call_id is None
    ]
    if unplanned:
        containers.describe(unplanned, by=by, at=at)


def _take_off(moves: list[Move], *, by: Actor, at: datetime) -> None:
    """Work at both trains begins, and each box is off the wagon it came on: for this moment it touches the ground."""
    for train in {each.pk: each for move in moves for each in (move.load.wagon.train, move.onto.train)}.values():
        begin(train, by=by, at=at)
    arrived = [containers.Arrived(each.load.visit, Position.IN_YARD, each.load.wagon.train.call) for each in moves]
    containers.arrive_visits(arrived, by=by, at=at)
    WagonLoad.objects.filter(pk__in=[each.load.pk for each in moves]).update(done_at=at, version=F("version") + 1)


def _made(move: Move) -> yard.Made:
    """The one move a box made. Written down before it leaves, so that the yard does not write a second one."""
    off, onto = move.load.wagon.train.call, move.onto.train.call
    return yard.Made(
        kind=Work.TRANSFER,
        visit=move.load.visit,
        call=off,
        onward_call=onto,
        came_from=off.number,
        went_to=onto.number,
        reason=f"{move.load.wagon.number} → {move.onto.number}",
    )


def _by_train(moves: list[Move]) -> dict[TrainVisit, list[Move]]:
    found: dict[TrainVisit, list[Move]] = defaultdict(list)
    for each in moves:
        found[each.onto.train].append(each)
    return found


def _put_on(train: TrainVisit, moves: list[Move], at: datetime) -> list[WagonLoad]:
    named = {each.load.visit_id: (each.onto.pk, each.place) for each in moves}
    return put_on_wagons(train, [each.load.visit for each in moves], at=at, named=named)


@dataclass(frozen=True)
class Stays:
    """A box that is not lifted across, and what stands in its way; nothing: no wagon has room for it."""

    load: WagonLoad
    stops: list[Blocker]
    leaves_by: str = ""
    goes_to: str = ""


@dataclass
class Proposal:
    """Which box of a train goes where on the other, and those that stay."""

    moves: list[Move] = field(default_factory=list)
    stay: list[Stays] = field(default_factory=list)


def propose_gauge_change(off: TrainVisit, onto: TrainVisit, *, at: datetime) -> Proposal:
    """What ``change_gauge`` could do for two whole trains at ``at``, wagon by wagon (``terminal.gauges.pair``).

    Boxes in whose way something stands stay; so do those that leave by another train or go where this one does not.
    """
    found = Proposal()
    loads = loads_to_discharge(off)
    prefetch_related_objects([load.visit for load in loads], "terminal", "departure_call")
    stand = situations([load.visit for load in loads], at)
    going: dict[int, WagonLoad] = {}
    for load in loads:
        stays = _why_it_stays(load, onto, [b for b in blockers(stand[load.visit_id], Step.LOAD, at) if _lasts(b)])
        if stays is None:
            going[load.pk] = load
        else:
            found.stay.append(stays)
    _pair(found, going, onto)
    return found


def _lasts(blocker: Blocker) -> bool:
    return blocker.code not in ONLY_TIME


def _why_it_stays(load: WagonLoad, onto: TrainVisit, stops: list[Blocker]) -> Stays | None:
    visit, served = load.visit, stations(onto)
    if visit.departure_call_id not in (None, onto.call_id):
        return Stays(load, [], leaves_by=visit.departure_call.number if visit.departure_call else "")
    if visit.departure_call_id is None and visit.destination and served and visit.destination not in served:
        return Stays(load, [], goes_to=visit.destination)
    return Stays(load, stops) if stops else None


def _pair(found: Proposal, going: dict[int, WagonLoad], onto: TrainVisit) -> None:
    rooms = wagon_rooms(onto, locked=False)
    pairing = pair((_to_cross(load) for load in going.values()), [(key, room) for key, room in rooms.items()])
    for each in pairing.crossings:
        wagon = rooms[each.wagon].wagon  # type: ignore[index] # a wagon's number
        found.moves.append(Move(load=going[each.box], onto=wagon, place=each.place))  # type: ignore[index]
    found.stay += [Stays(going[key], []) for key in pairing.left]  # type: ignore[index]


def _to_cross(load: WagonLoad) -> BoxToCross:
    visit = load.visit
    return BoxToCross(
        key=load.pk,
        wagon=load.wagon_id,
        place=load.place,
        bays=bays_of(visit),
        gross_kg=visit.gross_kg or 0,
    )


@transaction.atomic
def note_papers(
    row: GaugeTransfer,
    *,
    kind: GaugeTransfer.Note,
    number: str,
    by: Actor,
    at: datetime,
    issued_on: date | None = None,
) -> GaugeTransfer:
    """Say under which consignment note the box goes on, or correct what was said: a further word in the journal.

    Raises ``NotYours``, ``NoteUnclear``.
    """
    # Joined: a change of gauge keeps its visit. See Note [Locked alone].
    locked = GaugeTransfer.objects.select_related("visit__terminal").select_for_update(of=("self",)).get(pk=row.pk)
    terminal = locked.visit.terminal
    by.require(RIGHT, terminal)
    told = number.strip()
    _require_clear(ConsignmentNote(kind=kind, number=told, issued_on=issued_on), terminal, at)
    locked.note_kind, locked.note_number, locked.note_issued_on = GaugeTransfer.Note(kind).value, told, issued_on
    locked.version += 1
    locked.save(update_fields=["note_kind", "note_number", "note_issued_on", "version"])
    word = latest_word(locked)
    if word is not None and word.kind == EventKind.CONTAINER_CHANGED_GAUGE:
        correct(word, at=word.happened_at, actor=by.label, payload={**word.payload, **papers(locked)})
    return locked


def _require_clear(note: ConsignmentNote, terminal: Terminal, at: datetime) -> None:
    """A day is a day of the terminal."""
    still_to_come = note.issued_on is not None and note.issued_on > at.astimezone(terminal.zone).date()
    if not 0 < len(note.number.strip()) <= NUMBER_LENGTH or still_to_come:
        raise NoteUnclear


NUMBER_LENGTH = GaugeTransfer._meta.get_field("note_number").max_length or 0
