"""Where the gauge changes: the register of changes, two trains side by side, and a box's journey."""

from apps.trains.admin.gauge.crossing import Crossing
from apps.trains.admin.gauge.register import GaugeTransferAdmin

__all__ = ["Crossing", "GaugeTransferAdmin"]
