"""What happened to containers, for a party that has or had a part in them: one of them, or a thousand at once."""

from apps.tracking.selectors.feed import PAGE, PARAMETERS, Page, asked_for, events_of, page_from, question_about
from apps.tracking.selectors.many import Answer, Answers, answers_for, question_about_all
from apps.tracking.selectors.place import BEGINNING, Place

__all__ = [
    "BEGINNING",
    "PAGE",
    "PARAMETERS",
    "Answer",
    "Answers",
    "Page",
    "Place",
    "answers_for",
    "asked_for",
    "events_of",
    "page_from",
    "question_about",
    "question_about_all",
]
