"""A train is only put, or planned, where it fits."""

from typing import Final

from apps.trains.models import Track, TrainVisit
from apps.trains.selectors import usable_m
from apps.trains.selectors.fitting import in_the_track, profile
from apps.trains.services.refusals import (
    TrackClosed,
    TrackElsewhere,
    TrackOfAnotherGauge,
    TrackTooLow,
    TrackTooNarrow,
    TrackTooShort,
)
from terminal.errors import Refused
from terminal.tracks import Misfit, TrainProfile

REFUSALS: Final[dict[Misfit, type[Refused]]] = {
    Misfit.CLOSED: TrackClosed,
    Misfit.LENGTH: TrackTooShort,
    Misfit.GAUGE: TrackOfAnotherGauge,
    Misfit.HEIGHT: TrackTooLow,
    Misfit.WIDTH: TrackTooNarrow,
}


def require_fits(track: Track, train: TrainVisit) -> None:
    """Raises ``TrackElsewhere``, ``TrackClosed``, ``TrackTooShort``, ``TrackOfAnotherGauge``, ``TrackTooLow`` or
    ``TrackTooNarrow``: the first that is so.
    """
    if track.terminal_id != train.call.terminal_id:
        raise TrackElsewhere(track=track.code, train=train.call.number)
    needs = profile(train)
    for each in in_the_track(track, needs):
        raise REFUSALS[each](**_facts(track, train, needs))


def _facts(track: Track, train: TrainVisit, needs: TrainProfile) -> dict[str, object]:
    return {
        "track": track.code,
        "train": train.call.number,
        "length_m": train.length_m,
        "usable_m": usable_m(track),
        "gauge_mm": needs.gauge_mm,
        "track_gauge_mm": track.gauge_mm,
        "height_mm": needs.height_mm,
        "clear_height_mm": track.clear_height_mm,
        "width_mm": needs.width_mm,
        "clear_width_mm": track.clear_width_mm,
    }
