"""Generated traffic, taken into a terminal as history that its sources report."""

from apps.demo.services.traffic.loading import AnotherTraffic, Loaded, NotTakenIn, load, source_of, steps
from apps.demo.services.traffic.told import Told

__all__ = ["AnotherTraffic", "Loaded", "NotTakenIn", "Told", "load", "source_of", "steps"]
