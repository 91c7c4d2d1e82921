"""The journal as Track & Trace tells it: what a party may see of it, asked, paged and in the standard's words."""

from apps.tracking.dcsa.asked import Asked, Behind, Sorted
from apps.tracking.dcsa.pages import Page, event_of, events_of, page_at_once, page_of

__all__ = ["Asked", "Behind", "Page", "Sorted", "event_of", "events_of", "page_at_once", "page_of"]
