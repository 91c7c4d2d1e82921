"""Trains on the access railway: timetable, visits, tracks, wagons, plans of what they take, and booked places."""

from apps.trains.models.bookings import BookedSlot, SlotBooking, SlotBookingQuerySet, TrainQuota
from apps.trains.models.gauge import GaugeTransfer
from apps.trains.models.plans import LeftBehind, LoadPlan, PlannedLoad
from apps.trains.models.timetable import LoadingRuleSet, ServiceQuota, TimetableLine, TrainService
from apps.trains.models.tracks import Track, TrackPlan, TrackStay
from apps.trains.models.trains import TrainVisit
from apps.trains.models.wagons import Wagon, WagonLoad

__all__ = [
    "BookedSlot",
    "GaugeTransfer",
    "LeftBehind",
    "LoadPlan",
    "LoadingRuleSet",
    "PlannedLoad",
    "ServiceQuota",
    "SlotBooking",
    "SlotBookingQuerySet",
    "TimetableLine",
    "Track",
    "TrackPlan",
    "TrackStay",
    "TrainQuota",
    "TrainService",
    "TrainVisit",
    "Wagon",
    "WagonLoad",
]
