"""Trains on the screen: the board, each train with its wagons and what stands on them, the tracks."""

from apps.trains.admin.tables import TrackAdmin, TrackStayAdmin, TrainServiceAdmin, WagonAdmin
from apps.trains.admin.trains import TrainVisitAdmin

__all__ = ["TrackAdmin", "TrackStayAdmin", "TrainServiceAdmin", "TrainVisitAdmin", "WagonAdmin"]
