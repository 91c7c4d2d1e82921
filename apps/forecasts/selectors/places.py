"""Zones and offices that are forecast by themselves, by the codes people know them by."""

from apps.forecasts.selectors.known import parts_of
from apps.network.models import Terminal
from terminal.metrics import BY_PLACE, Stock


def places_of(terminal: Terminal, metric: str) -> dict[str, int]:
    """The number of each zone or office in which a figure is counted by itself, by its code."""
    if metric not in BY_PLACE:
        return {}
    return {place.code: place.pk for place in parts_of(terminal).of(Stock(metric))}
