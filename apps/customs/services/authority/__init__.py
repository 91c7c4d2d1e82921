"""Customs' own systems speak here: signed messages, kept as they came, and acted on in their turn.

# Note [Kept whatever becomes of it]
Every message is written down before anything is done, and what cannot be done is written with it: a refusal undoes the
deed and not the memory of it. The same message again is answered as the first time; another content under its reference
changes nothing.
"""

from apps.customs.services.authority.hearing import (
    LONGEST_KEPT,
    AuthorityIsOff,
    NoMoreUnreadable,
    OtherContent,
    Receipt,
    hear,
    hear_message,
    hear_signed,
    require_authority,
)
from apps.customs.services.authority.many import hear_many
from apps.customs.services.authority.many.lines import HeardLine, hear_lines
from apps.customs.services.authority.retrying import retry_waiting
from apps.customs.services.authority.secrets import NoSecret, change_secret, fresh_secret

__all__ = [
    "LONGEST_KEPT",
    "AuthorityIsOff",
    "HeardLine",
    "NoMoreUnreadable",
    "NoSecret",
    "OtherContent",
    "Receipt",
    "change_secret",
    "fresh_secret",
    "hear",
    "hear_lines",
    "hear_many",
    "hear_message",
    "hear_signed",
    "require_authority",
    "retry_waiting",
]
