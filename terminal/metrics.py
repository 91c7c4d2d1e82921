"""The stocks of a terminal that are watched and forecast, by the names they have everywhere."""

from enum import StrEnum
from typing import Final


class Stock(StrEnum):
    """Something of which there is so much at any moment: TEU on the ground, trains on the tracks, m² held, declarations
    that wait."""

    YARD_TEU = "yard_teu"
    TRAIN_PLACES = "train_places"
    WAREHOUSE_M2 = "warehouse_m2"
    CUSTOMS_QUEUE = "customs_queue"


BY_PLACE: Final = frozenset((Stock.WAREHOUSE_M2, Stock.CUSTOMS_QUEUE))
"""Stocks that are forecast of each place, too: of warehouse zones, of customs offices."""
