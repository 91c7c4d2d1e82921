"""Traffic by order: believable trains, ships, trucks, boxes, customs and bookings, the same for the same seed.

    >>> from datetime import date
    >>> from terminal.traffic import Order, generate
    >>> world = generate(Order(start=date(2026, 3, 2), days=7, seed=1))

``parameters`` holds every figure; ``docs/traffic.md`` compares them with the public record.
"""

from terminal.traffic.parameters import SCENARIOS, Scenario
from terminal.traffic.world import NotThatMuchTraffic, Order, UnknownScenario, World, generate

__all__ = ["SCENARIOS", "NotThatMuchTraffic", "Order", "Scenario", "UnknownScenario", "World", "generate"]
