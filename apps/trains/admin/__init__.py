"""Trains on the screen: the board, each train with its wagons and what stands on them, the tracks."""

from django.db.models import Q

from apps.containers.admin.finding import FINDERS
from apps.containers.admin.parts import JOURNEYS
from apps.trains.admin.bookings import SlotBookingAdmin, TrainQuotaAdmin
from apps.trains.admin.gauge import GaugeTransferAdmin
from apps.trains.admin.gauge.journeys import told
from apps.trains.admin.tables import TrackAdmin, TrackStayAdmin
from apps.trains.admin.timetable import LoadingRuleSetAdmin, TrainServiceAdmin
from apps.trains.admin.trains import TrainVisitAdmin
from apps.trains.admin.wagons import WagonAdmin
from apps.trains.models import WagonLoad
from terminal.identifiers.text import compact

__all__ = [
    "GaugeTransferAdmin",
    "LoadingRuleSetAdmin",
    "SlotBookingAdmin",
    "TrackAdmin",
    "TrackStayAdmin",
    "TrainQuotaAdmin",
    "TrainServiceAdmin",
    "TrainVisitAdmin",
    "WagonAdmin",
]


def _by_wagon(term: str) -> Q:
    """A visit by the wagon its box is or was on."""
    return Q(pk__in=WagonLoad.objects.filter(wagon__number__startswith=compact(term)).values("visit"))


FINDERS.append(_by_wagon)
JOURNEYS.append(told)
