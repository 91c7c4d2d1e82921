"""What happened to containers, for a party that has or had a part in them: one of them, or a thousand at once."""

from apps.tracking.selectors.feed import PAGE, PARAMETERS, Page, asked_for, events_of, page_from
from apps.tracking.selectors.many import Answer, Answers, answers_for
from apps.tracking.selectors.place import BEGINNING, Place, UnknownCursor

__all__ = [
    "BEGINNING",
    "PAGE",
    "PARAMETERS",
    "Answer",
    "Answers",
    "Page",
    "Place",
    "UnknownCursor",
    "answers_for",
    "asked_for",
    "events_of",
    "page_from",
]
