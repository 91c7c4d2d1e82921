"""Everything that changes trains: announcing, papers, track, work, departure.

A person needs ``trains.change_trainvisit``, and for the boxes and the call what ``containers`` and ``calls`` ask.
"""

from apps.trains.consist import Consist, ConsistRefused, read_consist
from apps.trains.selectors import loads_to_discharge
from apps.trains.services.announcing import announce_train
from apps.trains.services.consists import receive_consist
from apps.trains.services.handling import discharge, load, set_out
from apps.trains.services.refusals import (
    AlreadyDischarged,
    ConsistContradicts,
    NoTrackFree,
    NotForThisTrain,
    NotOnThisTrain,
    StillLoaded,
    TrackClosed,
    TrackElsewhere,
    TrackTaken,
    TrackTooShort,
    TrainHasLeft,
    TrainIsNotWorked,
    WagonCarries,
)
from apps.trains.services.tracks import arrive_train, depart_train, leave_track

__all__ = [
    "AlreadyDischarged",
    "Consist",
    "ConsistContradicts",
    "ConsistRefused",
    "NoTrackFree",
    "NotForThisTrain",
    "NotOnThisTrain",
    "StillLoaded",
    "TrackClosed",
    "TrackElsewhere",
    "TrackTaken",
    "TrackTooShort",
    "TrainHasLeft",
    "TrainIsNotWorked",
    "WagonCarries",
    "announce_train",
    "arrive_train",
    "depart_train",
    "discharge",
    "leave_track",
    "load",
    "loads_to_discharge",
    "read_consist",
    "receive_consist",
    "set_out",
]
