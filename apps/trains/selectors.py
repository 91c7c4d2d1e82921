"""Questions about trains and tracks: what is still on a train, where there is room, how full the tracks are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from apps.network.models import Terminal
from apps.trains.models import Track, TrackStay, TrainVisit, WagonLoad

WINDOW = timedelta(hours=24)
NOTHING = Decimal(0)


def loads_to_discharge(train: TrainVisit) -> QuerySet[WagonLoad]:
    """The boxes that came with the train and are still on it, wagon by wagon."""
    left = WagonLoad.objects.filter(wagon__train=train, leg=WagonLoad.Leg.ARRIVING, done_at=None)
    return left.select_related("wagon", "visit__container").order_by("wagon__sequence", "place")


def board(trains: QuerySet[TrainVisit]) -> QuerySet[TrainVisit]:
    """The trains with what a train board shows: track, boxes that came and were discharged, boxes loaded."""
    here = TrackStay.objects.filter(train=OuterRef("pk"), until=None).values("track__code")[:1]
    came, leaves = Q(wagons__loads__leg=WagonLoad.Leg.ARRIVING), Q(wagons__loads__leg=WagonLoad.Leg.DEPARTING)
    return trains.annotate(
        on_track=Subquery(here),
        boxes=Count("wagons__loads", filter=came),
        discharged=Count("wagons__loads", filter=came & Q(wagons__loads__done_at__isnull=False)),
        loaded=Count("wagons__loads", filter=leaves),
    )


def stays_in_the_way(track: Track, since: datetime) -> list[TrackStay]:
    """Stays on the track that have not ended by then, along the track."""
    there = TrackStay.objects.filter(track=track).filter(Q(until=None) | Q(until__gt=since))
    return list(there.select_related("train__call").order_by("from_m"))


def free_stretch(track: Track, length_m: int, since: datetime) -> int | None:
    """The first metre from which ``length_m`` are free from then on; None when there is no such stretch."""
    start = 0
    for stay in stays_in_the_way(track, since):
        if stay.from_m - start >= length_m:
            return start
        start = max(start, stay.to_m)
    return start if track.usable_m - start >= length_m else None


def free_tracks(train: TrainVisit, since: datetime) -> list[Track]:
    """Open tracks of its terminal that have room for the train, the tightest fit first."""
    tracks = Track.objects.filter(terminal=train.call.terminal_id, closed=False).order_by("usable_m", "code")
    return [track for track in tracks if free_stretch(track, train.length_m, since) is not None]


@dataclass(frozen=True)
class TrackUse:
    """How full the open tracks are: train places and metres now, metre-hours over the 24 h before."""

    places_taken: int
    places: int
    metres_taken: int
    metres: int
    metre_hours_used: Decimal
    metre_hours_available: Decimal

    @property
    def share(self) -> Decimal:
        """The tighter of the two ways to count: metre-hours used, or train places taken."""
        return max(_share(self.metre_hours_used, self.metre_hours_available), _share(self.places_taken, self.places))


def track_use(terminal: Terminal, at: datetime) -> TrackUse:
    """How full the terminal's tracks are at ``at``. A track of 950 m has one place for a train of 800 m."""
    tracks = list(Track.objects.filter(terminal=terminal, closed=False))
    stays = _stays(terminal, at)
    now = [stay for stay in stays if stay.since <= at and (stay.until is None or stay.until > at)]
    metres = sum(track.usable_m for track in tracks)
    return TrackUse(
        places_taken=len({stay.train_id for stay in now}),
        places=sum(track.places for track in tracks),
        metres_taken=sum(stay.to_m - stay.from_m for stay in now),
        metres=metres,
        metre_hours_used=_metre_hours(stays, at),
        metre_hours_available=metres * _hours(WINDOW),
    )


def _stays(terminal: Terminal, at: datetime) -> list[TrackStay]:
    """Stays on open tracks that touch the 24 h before."""
    there = TrackStay.objects.filter(track__terminal=terminal, track__closed=False, since__lte=at)
    return list(there.filter(Q(until=None) | Q(until__gt=at - WINDOW)))


def _metre_hours(stays: Iterable[TrackStay], at: datetime) -> Decimal:
    return sum(
        (
            (stay.to_m - stay.from_m) * _hours(min(stay.until or at, at) - max(stay.since, at - WINDOW))
            for stay in stays
        ),
        NOTHING,
    )


def _hours(length: timedelta) -> Decimal:
    return Decimal(length.total_seconds()) / 3600


def _share(used: Decimal | int, available: Decimal | int) -> Decimal:
    return Decimal(used) / Decimal(available) if available else NOTHING
