"""Questions about visits that need more than one queryset method."""

from apps.containers.selectors.matching import match_arrival, match_arrivals
from apps.containers.selectors.reach import reached_by, standing_holds
from apps.containers.selectors.readiness import requirements, situation, situations, what_stands_between
from apps.containers.selectors.reported import join_reported_visits

__all__ = [
    "join_reported_visits",
    "match_arrival",
    "match_arrivals",
    "reached_by",
    "requirements",
    "situation",
    "situations",
    "standing_holds",
    "what_stands_between",
]
