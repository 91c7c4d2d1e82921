"""The gate: hours and their quotas, trucks' turns, the right to collect, what is looked at and what goes wrong."""

from apps.gate.models.appointments import Appointment, AppointmentBox, AppointmentQuerySet
from apps.gate.models.desk import Inspection, TroubleCase
from apps.gate.models.hours import GateClosure, GateHour, GateRules, WeeklyQuota
from apps.gate.models.rights import DeliveryOrder, ReleasePin, standing

__all__ = [
    "Appointment",
    "AppointmentBox",
    "AppointmentQuerySet",
    "DeliveryOrder",
    "GateClosure",
    "GateHour",
    "GateRules",
    "Inspection",
    "ReleasePin",
    "TroubleCase",
    "WeeklyQuota",
    "standing",
]
