"""Questions about visits that need more than one queryset method."""

from apps.containers.selectors.asked import ask_of_offices
from apps.containers.selectors.matching import match_arrival, match_arrivals
from apps.containers.selectors.movements import latest_movement
from apps.containers.selectors.noted import Noted, NotesOf, Round, noted, worn
from apps.containers.selectors.reach import reached_by, standing_holds
from apps.containers.selectors.readiness import requirements, situation, situations, what_stands_between
from apps.containers.selectors.reported import join_reported_visits
from apps.containers.selectors.say import has_the_say

__all__ = [
    "Noted",
    "NotesOf",
    "Round",
    "ask_of_offices",
    "has_the_say",
    "join_reported_visits",
    "latest_movement",
    "match_arrival",
    "match_arrivals",
    "noted",
    "reached_by",
    "requirements",
    "situation",
    "situations",
    "standing_holds",
    "what_stands_between",
    "worn",
]
