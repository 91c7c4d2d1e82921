"""What forecasts say, how likely a breach is, and what forecasts have been worth."""

from apps.forecasts.selectors.places import places_of
from apps.forecasts.selectors.saying import Breach, Forecast, Hour, chance_of_breach, latest, latest_of_parts
from apps.forecasts.selectors.worth import TrackRecord, made_afterwards, track_record

__all__ = [
    "Breach",
    "Forecast",
    "Hour",
    "TrackRecord",
    "chance_of_breach",
    "latest",
    "latest_of_parts",
    "made_afterwards",
    "places_of",
    "track_record",
]
