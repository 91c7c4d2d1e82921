"""Refused: the base of every "no" the terminal says."""

import re
from typing import Any, ClassVar, Literal

Kind = Literal["content", "state", "absent", "forbidden", "stale"]
"""What is wrong: what was said, how things stand, that there is no such thing, who asks, or that it was said of an
earlier version."""


def gettext_noop(message: str) -> str:
    """Mark a message for the translation catalogues; the edge translates it for its reader."""
    return message


class Refused(Exception):
    """Something asked of the terminal cannot be done, and why.

    A subclass says what is the case (``NoRoom``, ``UnderCustomsHold``). Its ``message`` is a %-template over the
    keyword arguments, so that an edge can translate the sentence and still fill in the facts. ``facts`` are plain
    JSON values and reach programs as members of the problem document.

    ``kind`` tells an edge how to answer: content (HTTP 422), state (409), absent (404), forbidden (403), stale (412).
    """

    kind: ClassVar[Kind] = "state"
    message: ClassVar[str] = gettext_noop("This cannot be done now.")

    def __init__(self, **facts: Any) -> None:
        super().__init__(facts)
        self.facts = facts

    @classmethod
    def code(cls) -> str:
        """The refusal's name for a program: ``NoRoom`` → ``no-room``."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()

    def __str__(self) -> str:
        return self.message % self.facts


class Malformed(Refused):
    """What was said cannot be right, whatever the state of the terminal."""

    kind = "content"
