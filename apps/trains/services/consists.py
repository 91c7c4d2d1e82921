"""A train's papers: wagons in order, and a visit for every box on them. Only what differs is written."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db.models import F

from apps.calls import services as calls
from apps.calls.services.refusals import require_under_way
from apps.common.bulk import update_rows
from apps.common.integrity import refusals
from apps.common.steps import require_version
from apps.containers.models import Visit
from apps.journal.services import record
from apps.parties.actors import Actor
from apps.trains.consist import Consist, ConsistWagon
from apps.trains.models import LeftBehind, PlannedLoad, TrainVisit, Wagon, WagonLoad
from apps.trains.selectors.consists import ConsistComparison, compare_consist
from apps.trains.services.arriving import RIGHT, of_train
from apps.trains.services.papers import cancel_unnamed, say_what_is_new, visits_of
from apps.trains.services.refusals import ConsistContradicts, WagonWasTaken
from apps.trains.services.rolling_over import (
    came_between,
    lock_with_others,
    require_locked,
    require_on_no_other,
    tell_others,
)
from terminal.consists import ConsistBox, Spot, StandingWagon, WagonKey, wagon_news
from terminal.events import EventKind
from terminal.lifecycle import LoadPlanState, Phase, StepNotAllowed
from terminal.trainload import Reason

ASIDE: Final = 10_000
"""Added to places in the train or on a wagon while rows are put into a new order."""


def check_consist(
    train: TrainVisit, consist: Consist, *, at: datetime, versions: Iterable[int] | None = None
) -> ConsistComparison:
    """What the papers would change of the train now; nothing is written.

    Raises as ``receive_consist``, but for ``NotYours``; nothing is kept in the journal.
    """
    _require_takes_papers(train, versions)
    comparison = compare_consist(train, consist, at)
    _require_possible(train, comparison)
    return comparison


def receive_consist(
    train: TrainVisit, consist: Consist, *, by: Actor, at: datetime, versions: Iterable[int] | None = None
) -> ConsistComparison:
    """Write down what the train brings, wagon by wagon, all or nothing; what was changed.

    A box nobody announced becomes an advised visit that is marked so. Received again, the papers change only what
    differs and is not done yet: boxes that are off stay as they are, wagons that were worked, set out, taken or
    promised to boxes by an approved plan stay in the train, and a visit that only the former papers knew of is
    cancelled. A box that a train which has not come has by its papers is taken off it: it was rolled over to this one.
    ``versions``: those of the train to which the papers were meant. Raises ``NotYours``, ``CallIsOver`` (kept in the
    journal), ``StepNotAllowed`` (the train has left), ``ConsistContradicts``, ``WagonWasTaken``, ``OnAnotherTrain``,
    ``ChangedSince``, ``ChangedMeanwhile``.
    """
    by.require(RIGHT, train.call.terminal)
    with calls.messages_about(train.call, message="consist", by=by, at=at):
        locked = lock_with_others(train, consist)
        _require_takes_papers(train, versions)
        comparison = compare_consist(train, consist, at)
        _require_possible(train, comparison)
        require_locked(comparison, locked)
        _drop_loads(comparison)
        wagons = _write_wagons(train, consist, comparison)
        visits = visits_of(train.call, comparison, by=by, at=at)
        cancel_unnamed(train.call, comparison, by=by, at=at)
        with refusals(a_visit_has_one_wagon_a_leg=lambda: came_between(train, visits.values())):
            _write_loads(comparison, wagons, visits)
        _drop_wagons(comparison)
        say_what_is_new(train.call, visits, _coming(consist, comparison), comparison, by=by, at=at)
        tell_others(train, comparison, by=by, at=at)
        _note_consist(train, consist, comparison, by=by, at=at)
    return comparison


def _require_takes_papers(train: TrainVisit, versions: Iterable[int] | None) -> None:
    require_under_way(train.call)
    if train.call.phase == Phase.DEPARTED:
        raise StepNotAllowed(thing="train", present=train.call.phase, wanted="consist received", possible=Phase.CLOSED)
    train.refresh_from_db(fields=["version"])
    require_version(train, versions)


def _require_possible(train: TrainVisit, comparison: ConsistComparison) -> None:
    """Raise ``OnAnotherTrain``, ``WagonWasTaken`` or ``ConsistContradicts`` for boxes that cannot stand as told."""
    require_on_no_other(comparison)
    for number, spot in comparison.difference.placed:
        row = comparison.wagons.get(spot.wagon)
        if row is not None and row.taken_at is not None:
            raise WagonWasTaken(number=number, wagon=row.number, train=train.call.number)
    _require_free_places(comparison)


def _require_free_places(comparison: ConsistComparison) -> None:
    """Raise ``ConsistContradicts`` where a box is put on a place from which another came off."""
    emptied = {box.spot: box.number for box in comparison.difference.settled}
    for number, spot in comparison.difference.placed:
        if spot in emptied:
            raise ConsistContradicts(number=number, wagon=spot.wagon[1], place=spot.position, done=emptied[spot])


def _coming(consist: Consist, comparison: ConsistComparison) -> list[ConsistBox]:
    """The boxes of the papers that are not off yet."""
    settled = {box.number for box in comparison.difference.settled}
    return [box for box in consist.boxes if box.number not in settled]


def _drop_loads(comparison: ConsistComparison) -> None:
    removed = [comparison.loads[box.number].pk for box in comparison.difference.removed]
    removed += [load.pk for load in comparison.rolled_over]
    if removed:
        WagonLoad.objects.filter(pk__in=removed).delete()


def _write_wagons(train: TrainVisit, consist: Consist, comparison: ConsistComparison) -> dict[WagonKey, Wagon]:
    """The wagons of the papers in their order; those that stay although the papers leave them out follow at the end."""
    gone = {wagon.key for wagon in comparison.difference.wagons_removed}
    rows = {key: row for key, row in comparison.wagons.items() if key not in gone}
    told = {wagon.key: wagon for wagon in consist.wagons}
    places = _places(told, rows)
    leaving = [row.pk for key, row in comparison.wagons.items() if places.get(key) != row.sequence or key in gone]
    changed = [row for key, row in rows.items() if _settle(row, places[key], told.get(key))]
    if leaving:
        Wagon.objects.filter(pk__in=leaving).update(sequence=F("sequence") + ASIDE)
    update_rows(changed, "sequence", "wagon_type", "tare_kg", "length_m", "version")
    new = [_new(train, wagon) for wagon in comparison.difference.wagons_added]
    Wagon.objects.bulk_create(new)
    return rows | {(row.scheme, row.number): row for row in new}


def _drop_wagons(comparison: ConsistComparison) -> None:
    """At the end, when nothing stands on them any more; what a draft has on them stays behind by it."""
    gone = [comparison.wagons[wagon.key].pk for wagon in comparison.difference.wagons_removed]
    if not gone:
        return
    planned = PlannedLoad.objects.filter(wagon__in=gone, plan__state=LoadPlanState.DRAFT.value)
    left = [LeftBehind(plan_id=each.plan_id, visit_id=each.visit_id, reason=Reason.NO_WAGON.value) for each in planned]
    LeftBehind.objects.bulk_create(left, ignore_conflicts=True)
    Wagon.objects.filter(pk__in=gone).delete()


def _places(told: dict[WagonKey, ConsistWagon], rows: dict[WagonKey, Wagon]) -> dict[WagonKey, int]:
    places = {key: wagon.sequence for key, wagon in told.items()}
    left_out = [key for key in rows if key not in told]
    return places | dict(zip(left_out, range(max(places.values(), default=0) + 1, ASIDE), strict=False))


def _settle(row: Wagon, place: int, told: ConsistWagon | None) -> bool:
    """Give the wagon's row its place and what is said of it; whether that is anything new."""
    known = StandingWagon(
        key=(row.scheme, row.number),
        sequence=row.sequence,
        wagon_type=row.wagon_type,
        tare_kg=row.tare_kg,
        length_m=row.length_m,
    )
    new = wagon_news(known, told) if told else {}
    if not new and row.sequence == place:
        return False
    for name, (_before, said) in new.items():
        setattr(row, name, said)
    row.sequence, row.version = place, row.version + 1
    return True


def _new(train: TrainVisit, told: ConsistWagon) -> Wagon:
    return Wagon(
        train=train,
        sequence=told.sequence,
        scheme=told.scheme.value,
        number=told.number,
        wagon_type=told.wagon_type,
        tare_kg=told.tare_kg,
        length_m=told.length_m,
    )


def _write_loads(comparison: ConsistComparison, wagons: dict[WagonKey, Wagon], visits: dict[str, Visit]) -> None:
    """Boxes that moved change their place, new ones get one; the others' rows are left alone."""
    moved = [_moved(comparison.loads[each.number], each.after, wagons) for each in comparison.difference.moved]
    if moved:
        WagonLoad.objects.filter(pk__in=[load.pk for load in moved]).update(place=F("place") + ASIDE)
    update_rows(moved, "wagon", "place", "version")
    WagonLoad.objects.bulk_create(
        WagonLoad(wagon=wagons[spot.wagon], visit=visits[box.number], leg=WagonLoad.Leg.ARRIVING, place=spot.position)
        for spot, box in comparison.difference.added
    )


def _moved(load: WagonLoad, spot: Spot, wagons: dict[WagonKey, Wagon]) -> WagonLoad:
    load.wagon, load.place, load.version = wagons[spot.wagon], spot.position, load.version + 1
    return load


def _note_consist(
    train: TrainVisit, consist: Consist, comparison: ConsistComparison, *, by: Actor, at: datetime
) -> None:
    TrainVisit.objects.filter(pk=train.pk).update(consist_received_at=at, version=F("version") + 1)
    train.consist_received_at, train.version = at, train.version + 1
    counted = {
        "number": train.call.number,
        "wagons": len(consist.wagons),
        "boxes": len(consist.boxes),
        "unannounced": len(comparison.unannounced),
        "missing": len(comparison.missing),
        **comparison.difference.counts(),
        "same": comparison.difference.same,
    }
    record(of_train(train, EventKind.CONSIST_RECEIVED, by=by, at=at, payload=counted))
