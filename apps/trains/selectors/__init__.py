"""Questions about trains and tracks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from math import ceil
from typing import Final

from django.db.models import Count, DecimalField, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from apps.network.models import Terminal
from apps.trains.models import Track, TrackStay, TrainVisit, Wagon, WagonLoad

WINDOW: Final = timedelta(hours=24)


@dataclass(frozen=True)
class TrackUse:
    """Train places and metres taken now, and metre-hours used over the last 24 h, each with what there is."""

    places: int
    places_taken: int
    metres: int
    metres_taken: int
    metre_hours: Decimal
    metre_hours_used: Decimal

    @property
    def share(self) -> Decimal:
        """The tighter of the two ways to count: places taken now, metre-hours used over the day."""
        places = Decimal(self.places_taken) / self.places if self.places else Decimal(0)
        hours = self.metre_hours_used / self.metre_hours if self.metre_hours else Decimal(0)
        return max(places, hours)


def track_use(terminal: Terminal, at: datetime) -> TrackUse:
    """How full the open tracks are. Metre-hours count a stay only within the last 24 h."""
    tracks, usable, stays = _open_tracks(terminal, at)
    return _use(tracks, usable, stays, at)


def each_track(terminal: Terminal, at: datetime) -> dict[int, TrackUse]:
    """How full each open track is by itself, by its number."""
    tracks, usable, stays = _open_tracks(terminal, at)
    return {each.pk: _use([each], usable, [stay for stay in stays if stay.track_id == each.pk], at) for each in tracks}


def _open_tracks(terminal: Terminal, at: datetime) -> tuple[list[Track], dict[int, int], list[TrackStay]]:
    tracks = list(Track.objects.filter(terminal=terminal, closed=False))
    recent = TrackStay.objects.filter(track__terminal=terminal, track__closed=False, since__lt=at)
    return tracks, usable_metres(tracks), list(recent.filter(Q(until__isnull=True) | Q(until__gt=at - WINDOW)))


def _use(tracks: list[Track], usable: dict[int, int], stays: list[TrackStay], at: datetime) -> TrackUse:
    metres = sum(usable[track.pk] for track in tracks)
    now = [stay for stay in stays if stay.until is None]
    return TrackUse(
        places=sum(usable[track.pk] // track.place_m for track in tracks),
        places_taken=len(now),
        metres=metres,
        metres_taken=sum(stay.to_m - stay.from_m for stay in now),
        metre_hours=Decimal(metres) * 24,
        metre_hours_used=sum((_metre_hours(stay, at - WINDOW, at) for stay in stays), Decimal(0)),
    )


def _metre_hours(stay: TrackStay, since: datetime, at: datetime) -> Decimal:
    seconds = (min(stay.until or at, at) - max(stay.since, since)).total_seconds()
    return Decimal(stay.to_m - stay.from_m) * Decimal(int(seconds)) / 3600


def loads_to_discharge(train: TrainVisit) -> list[WagonLoad]:
    """Boxes that came with the train and still stand on it, in the order of its wagons."""
    waiting = WagonLoad.objects.filter(
        wagon__train=train, leg=WagonLoad.Leg.ARRIVING, done_at=None, wagon__set_out_at=None
    )
    return list(waiting.select_related("visit__container", "wagon").order_by("wagon__sequence", "place"))


def standing_stay(train: TrainVisit) -> TrackStay | None:
    """The metres the train stands on now."""
    return TrackStay.objects.filter(train=train, until=None).select_related("track").first()


def stays_in_the_way(track: Track, since: datetime) -> list[TrackStay]:
    """Stays on the track that have not ended by then, along its metres."""
    there = TrackStay.objects.filter(track=track).filter(Q(until=None) | Q(until__gt=since))
    return list(there.select_related("train__call").order_by("from_m", "pk"))


WAGON_M: Final = Decimal(14)
"""Over the couplings of a wagon of which nobody said how long it is."""


def usable_metres(tracks: Iterable[Track]) -> dict[int, int]:
    """The metres of each track that wagons standing on it without a train leave to trains; one query."""
    lengths = Coalesce("length_m", Value(WAGON_M), output_field=DecimalField())
    every = {track.pk: track for track in tracks}
    standing = Wagon.objects.filter(stands_on__in=every).order_by().values_list("stands_on")
    taken: dict[int, Decimal] = dict(standing.annotate(metres=Sum(lengths)))
    return {pk: max(0, track.usable_m - ceil(taken.get(pk, 0))) for pk, track in every.items()}


def usable_m(track: Track) -> int:
    """As ``usable_metres``, of one."""
    return usable_metres([track])[track.pk]


def free_from(track: Track, length_m: int, since: datetime) -> int | None:
    """The first metre from which ``length_m`` are free from then on; None when there is no such stretch."""
    start, end = 0, usable_m(track)
    for stay in stays_in_the_way(track, since):
        if min(stay.from_m, end) - start >= length_m:
            return start
        start = max(start, stay.to_m)
    return start if end - start >= length_m else None


def board(trains: QuerySet[TrainVisit]) -> QuerySet[TrainVisit]:
    """The trains with what a board shows: ``on_track``, boxes that ``came``, ``came_off``, and ``leaves``."""
    here = TrackStay.objects.filter(train=OuterRef("pk"), until=None).values("track__code")[:1]
    came = Q(wagons__loads__leg=WagonLoad.Leg.ARRIVING)
    return trains.annotate(
        on_track=Subquery(here),
        came=Count("wagons__loads", filter=came),
        came_off=Count("wagons__loads", filter=came & Q(wagons__loads__done_at__isnull=False)),
        leaves=Count("wagons__loads", filter=Q(wagons__loads__leg=WagonLoad.Leg.DEPARTING)),
    )
