"""The counters of a train's places: opened from its service, read, and counted.

# Note [Counting places]
One row a destination, and one with the destination "" for whatever has no row of its own. A booking draws on one row:
its destination's, else "". What is held is counted in one UPDATE, and whether it fits is the database's own word: CHECK
``train_places_are_not_oversold``. Who has to know what is free before writing (whoever waits, and whoever serves those
who wait) locks the row first; several rows of a train are locked in the order of their destinations. Everybody locks
calls before visits before counters before bookings. Rows are never added to a train that has some, or a booking could
be counted in one row and given back in another.
"""

from decimal import Decimal
from typing import Final

from django.db.models import F, QuerySet, prefetch_related_objects

from apps.trains.models import TrainQuota, TrainService, TrainVisit

TEU_A_WAGON: Final = 2
NOTHING: Final = Decimal(0)


def open_quotas(*trains: TrainVisit) -> None:
    """Give trains their places by destination, made from their services' quotas; those that have some keep them.

    A service without quotas gives its whole train, two TEU a wagon, to whoever comes first (destination ""). One with
    quotas leaves what they do not take to those destinations of its route that have none. No service, or one that only
    brings boxes: no places. Safe to repeat; the number of queries does not depend on the number of trains.
    """
    known = set(TrainQuota.objects.filter(train__in=trains).values_list("train", flat=True))
    new = [train for train in trains if train.pk not in known]
    prefetch_related_objects(new, "service__quotas", "call__terminal")
    TrainQuota.objects.bulk_create([row for train in new for row in planned_quotas(train)], ignore_conflicts=True)


def planned_quotas(train: TrainVisit) -> list[TrainQuota]:
    """The rows ``open_quotas`` makes, unsaved."""
    service = train.service
    if service is None or service.runs == TrainService.Runs.ARRIVING:
        return []
    own = {each.destination: each.teu for each in service.quotas.all()}
    rest = max(NOTHING, TEU_A_WAGON * service.wagons - sum(own.values(), NOTHING))
    shared = {"": rest} if not own or (rest and set(destinations(train)) - own.keys()) else {}
    return [TrainQuota(train=train, destination=name, teu=teu) for name, teu in sorted((shared | own).items())]


def destinations(train: TrainVisit) -> list[str]:
    """Where its service goes from here, in order; empty when no route is known."""
    route: list[str] = train.service.route if train.service else []
    here = train.call.terminal.un_locode
    return route[route.index(here) + 1 :] if here in route else route


def counter(train: TrainVisit, destination: str, *, lock: bool = False) -> TrainQuota:
    """The row on which a booking to the destination draws, with the train as it is now; an unsaved empty one where
    there is none. See Note [Counting places].
    """
    found = _counters(train, destination, lock).first()
    if found is None:
        open_quotas(train)
        found = _counters(train, destination, lock).first()
    if found is not None:
        return found
    now = TrainVisit.objects.select_related("call__terminal", "service").get(pk=train.pk)
    return TrainQuota(train=now, destination=destination, teu=NOTHING, held_teu=NOTHING)


def _counters(train: TrainVisit, destination: str, lock: bool) -> QuerySet[TrainQuota]:
    rows = TrainQuota.objects.filter(train=train.pk, destination__in=["", destination]).order_by("-destination")
    rows = rows.select_related("train__call__terminal", "train__service")
    # Joined: a counter keeps its train. See Note [Locked alone].
    return rows.select_for_update(of=("self",), no_key=True) if lock else rows


def lock_counters(train: TrainVisit) -> dict[str, TrainQuota]:
    """All rows of a train by destination, locked in their order."""
    rows = TrainQuota.objects.filter(train=train.pk).order_by("destination").select_for_update(no_key=True)
    return {row.destination: row for row in rows}


def hold(row: TrainQuota, teu: Decimal) -> None:
    """Count TEU in, or out when negative. Violates ``train_places_are_not_oversold`` when they are not there."""
    if not TrainQuota.objects.filter(pk=row.pk).update(held_teu=F("held_teu") + teu):
        raise RuntimeError(f"no places are counted for {row}")
    row.held_teu += teu


def free_teu(row: TrainQuota) -> Decimal:
    """What nobody holds."""
    return max(NOTHING, row.teu - row.held_teu)
