"""What became of an interchange, in sentences."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from apps.common.words import label, sentence
from apps.edi.models import Interchange
from terminal.edifact.exchange import Fate

HIDDEN = frozenset({"what", "visit", "id", "call"})
"""Of a deed: its name, and numbers that say nothing to a person."""

NAMED = frozenset({"container", "appointment", "list"})
"""Of a deed: what needs no word before it."""

SHOWN = 20
"""Lines of a summary; further ones are counted."""


def summary(row: Interchange) -> list[str]:
    """Its fate, then line by line what was put right, done and left."""
    lines = list(_lines(row))
    more = [_("… and %(count)d more") % {"count": len(lines) - SHOWN}] if len(lines) > SHOWN else []
    return [*lines[:SHOWN], *more]


def _lines(row: Interchange) -> Iterator[str]:
    if row.fate == Fate.REFUSED and row.fault:
        yield _("Refused: %(why)s") % {"why": said(row.fault)}
        return
    yield _("Taken.")
    for warning in row.warnings:
        yield _("Put right in segment %(segment)s: %(what)s") % {
            "segment": warning["segment"], "what": said(warning),
        }  # fmt: skip
    for message in row.messages:
        name = f"{message['type']} {message['document'] or message['reference']}"
        for deed in message["done"]:
            yield f"{name}: {deed_said(deed)}"
        for left in message["left"]:
            yield f"{name}: {said(left)}"


def said(told: dict[str, Any]) -> str:
    """A fault or warning in the reader's language."""
    return sentence(told["template"], told)


def deed_said(deed: dict[str, Any]) -> str:
    """What was done, with what it was done to."""
    told = ((name, value) for name, value in sorted(deed.items()) if name not in HIDDEN and value != "")
    facts = ", ".join(str(value) if name in NAMED else f"{label(name)} {value}" for name, value in told)
    return f"{label(deed['what'])} ({facts})" if facts else label(deed["what"])
