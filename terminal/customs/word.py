"""The authority's word: messages about a declaration or a box, and what may be read from them."""

from enum import StrEnum


class MessageKind(StrEnum):
    """What an authority can tell us."""

    REGISTERED = "registered"
    CHANNEL = "channel"
    QUERY = "query"
    REFERRED = "referred"
    INSPECTION_ORDERED = "inspection_ordered"
    INSPECTED = "inspected"
    ASSESSED = "assessed"
    PAID = "paid"
    RELEASED = "released"
    RELEASE_REVOKED = "release_revoked"
    REJECTED = "rejected"
    HOLD = "hold"
    HOLD_LIFTED = "hold_lifted"
    SEIZURE = "seizure"
    REPORT_ACKNOWLEDGED = "report_acknowledged"
    REPORT_REFUSED = "report_refused"


class MessageState(StrEnum):
    """What became of a message. Waiting: an earlier one, or what it is about, is not here yet. None but applied acts.

    Superseded: it came too late to matter. Refused: it cannot be right (a lifecycle jump, a wrong office, a doubled
    number with another content). Unreadable: it is no message of ours, or nobody known signed it.
    """

    WAITING = "waiting"
    APPLIED = "applied"
    SUPERSEDED = "superseded"
    REFUSED = "refused"
    UNREADABLE = "unreadable"
