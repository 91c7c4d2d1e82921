"""The journal as Track & Trace tells it: what a party may see of it, asked, paged and in the standard's words."""

from apps.tracking.dcsa.pages import Page, event_of, page_of
from apps.tracking.dcsa.query import Asked, Behind, Sorted

__all__ = ["Asked", "Behind", "Page", "Sorted", "event_of", "page_of"]
