"""Everything that changes trains.

A person needs ``trains.change_trainvisit``, and ``calls.change_call`` for the call.
"""

from apps.trains.selectors import loads_to_discharge
from apps.trains.services.arriving import announce_train, arrive_train
from apps.trains.services.consists import receive_consist
from apps.trains.services.history import ReportedTrain, TakenTrains, take_in_trains
from apps.trains.services.lifting import plan_discharge, plan_load, ready_to_load
from apps.trains.services.refusals import (
    AlreadySetOut,
    ConsistContradicts,
    NoFreeTrack,
    NothingToDischarge,
    NotOnThisTrain,
    NotPlannedOnThisTrain,
    NoWagonPlace,
    OnItsWagon,
    StillLoaded,
    TrackClosed,
    TrackTaken,
    TrackTooShort,
)
from apps.trains.services.sheets import read_sheet, receive_sheet
from apps.trains.services.timetabling import Timetabled, run_timetable
from apps.trains.services.working import depart_train, discharge, leave_track, load, set_out

__all__ = [
    "AlreadySetOut",
    "ConsistContradicts",
    "NoFreeTrack",
    "NoWagonPlace",
    "NotOnThisTrain",
    "NotPlannedOnThisTrain",
    "NothingToDischarge",
    "OnItsWagon",
    "ReportedTrain",
    "StillLoaded",
    "TakenTrains",
    "Timetabled",
    "TrackClosed",
    "TrackTaken",
    "TrackTooShort",
    "announce_train",
    "arrive_train",
    "depart_train",
    "discharge",
    "leave_track",
    "load",
    "loads_to_discharge",
    "plan_discharge",
    "plan_load",
    "read_sheet",
    "ready_to_load",
    "receive_consist",
    "receive_sheet",
    "run_timetable",
    "set_out",
    "take_in_trains",
]
