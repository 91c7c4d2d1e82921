"""Zones and offices that are forecast by themselves, by the codes people know them by."""

from apps.forecasts.selectors.known import parts_of
from apps.network.models import Terminal
from terminal.metrics import Stock

BY_PLACE = (Stock.WAREHOUSE_M2, Stock.CUSTOMS_QUEUE)


def has_places(metric: str | None) -> bool:
    """Whether a figure is forecast of zones or offices, too."""
    return metric in BY_PLACE


def places_of(terminal: Terminal, metric: str) -> dict[str, int]:
    """The number of each zone or office in which a figure is counted by itself, by its code."""
    if not has_places(metric):
        return {}
    return {place.code: place.pk for place in parts_of(terminal).of(Stock(metric))}
