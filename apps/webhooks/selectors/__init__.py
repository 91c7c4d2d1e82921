"""Which events a webhook is told, and in which words."""

from apps.webhooks.selectors.bodies import Wanted, told_in_own_words, told_in_the_standards
from apps.webhooks.selectors.matching import Found, Range, matches, matches_of_standards, would_be_told

__all__ = [
    "Found",
    "Range",
    "Wanted",
    "matches",
    "matches_of_standards",
    "told_in_own_words",
    "told_in_the_standards",
    "would_be_told",
]
