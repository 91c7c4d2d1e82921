"""Questions about visits that need more than one queryset method."""

from apps.containers.selectors.matching import match_arrival, match_arrivals
from apps.containers.selectors.readiness import requirements, situation, situations, what_stands_between

__all__ = [
    "match_arrival",
    "match_arrivals",
    "requirements",
    "situation",
    "situations",
    "what_stands_between",
]
