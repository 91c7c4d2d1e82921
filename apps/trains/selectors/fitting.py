"""Which tracks take a train: its length, its gauge, how high and how wide it is, and whether cranes reach it there."""

from datetime import datetime

from apps.containers.models import Visit
from apps.trains.models import Track, TrainVisit, Wagon, WagonLoad
from apps.trains.selectors import free_from, usable_m, usable_metres
from terminal.equipment import SizeType
from terminal.identifiers import WagonScheme, gauge_of
from terminal.tracks import DECK_MM, Misfit, TrackRoom, TrainProfile, misfits


def profile(train: TrainVisit) -> TrainProfile:
    """What the train needs as far as its papers say: without wagons any gauge, without boxes any height and width."""
    wagons = Wagon.objects.filter(train=train, set_out_at=None)
    schemes = set(wagons.order_by().values_list("scheme", flat=True).distinct())
    boxes = [SizeType.parse(code).section for code in _size_types(train)]
    return TrainProfile(
        length_m=train.length_m,
        gauge_mm=min((gauge_of(WagonScheme(each)) for each in schemes), default=None),
        height_mm=max((DECK_MM + each.height_mm for each in boxes), default=None),
        width_mm=max((each.width_mm for each in boxes), default=None),
    )


def _size_types(train: TrainVisit) -> set[str]:
    """Of the boxes that stand on the train."""
    loads = WagonLoad.objects.filter(wagon__train=train, wagon__set_out_at=None)
    aboard = loads.exclude(leg=WagonLoad.Leg.ARRIVING, done_at__isnull=False)
    return set(aboard.order_by().values_list("visit__container__size_type", flat=True).distinct())


def in_the_track(track: Track, train: TrainProfile, usable: int | None = None) -> list[Misfit]:
    """Why the track does not take the train, whoever stands there; nothing: it does. ``usable``: metres, if known."""
    room = TrackRoom(
        usable_m=usable_m(track) if usable is None else usable,
        gauge_mm=track.gauge_mm,
        clear_height_mm=track.clear_height_mm,
        clear_width_mm=track.clear_width_mm,
        closed=track.closed,
    )
    return list(misfits(room, train))


def fitting_tracks(train: TrainVisit) -> list[Track]:
    """Tracks of its terminal that take the train, the shortest first.

    Only those that cranes reach, where there are any, unless it is an empty rake that takes nothing either.
    """
    needs = profile(train)
    tracks = list(Track.objects.filter(terminal=train.call.terminal_id).order_by("usable_m", "code"))
    usable = usable_metres(tracks)
    fit = [track for track in tracks if not in_the_track(track, needs, usable[track.pk])]
    reached = [track for track in fit if track.cranes]
    return reached if reached and _is_lifted(train) else fit


def _is_lifted(train: TrainVisit) -> bool:
    """Whether boxes come off it or go onto it, or nobody knows yet."""
    if train.consist_received_at is None:
        return True
    comes = WagonLoad.objects.filter(wagon__train=train, leg=WagonLoad.Leg.ARRIVING, done_at=None)
    return comes.exists() or Visit.objects.filter(departure_call=train.call_id).exists()


def free_tracks(train: TrainVisit, since: datetime) -> list[Track]:
    """Of the tracks that take the train, those that have room for it from then on, the shortest first."""
    return [track for track in fitting_tracks(train) if free_from(track, train.length_m, since) is not None]
