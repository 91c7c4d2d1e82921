"""Stays, the peak they make, room or no room; the half-days area is booked in; and what saturates first."""

from terminal.capacity.finding import Fullness, Opening, Window, starts_that_fit
from terminal.capacity.half_days import HalfDay, half_day_at, half_day_bounds, half_days
from terminal.capacity.remedies import Lever, Remedy, remedies
from terminal.capacity.saturation import (
    DAYS_A_YEAR,
    ResourceUse,
    Site,
    fits,
    operating_capacity_teu,
    what_saturates_first,
)
from terminal.capacity.stays import EmptyStay, Stay, next_that_fits, peak, peak_within, room

__all__ = [
    "DAYS_A_YEAR",
    "EmptyStay",
    "Fullness",
    "HalfDay",
    "Lever",
    "Opening",
    "Remedy",
    "ResourceUse",
    "Site",
    "Stay",
    "Window",
    "fits",
    "half_day_at",
    "half_day_bounds",
    "half_days",
    "next_that_fits",
    "operating_capacity_teu",
    "peak",
    "peak_within",
    "remedies",
    "room",
    "starts_that_fit",
    "what_saturates_first",
]
