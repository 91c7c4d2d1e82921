"""The gate on the screen: the day's trucks, each truck with its boxes, receipts, the trouble desk, hours and rights."""

from apps.gate.admin.boxes import AppointmentBoxAdmin
from apps.gate.admin.desk import TroubleCaseAdmin
from apps.gate.admin.hours import GateClosureAdmin, GateHourAdmin, GateRulesAdmin, WeeklyQuotaAdmin
from apps.gate.admin.inspections import InspectionAdmin
from apps.gate.admin.rights import DeliveryOrderAdmin, ReleasePinAdmin
from apps.gate.admin.trucks import AppointmentAdmin

__all__ = [
    "AppointmentAdmin",
    "AppointmentBoxAdmin",
    "DeliveryOrderAdmin",
    "GateClosureAdmin",
    "GateHourAdmin",
    "GateRulesAdmin",
    "InspectionAdmin",
    "ReleasePinAdmin",
    "TroubleCaseAdmin",
    "WeeklyQuotaAdmin",
]
