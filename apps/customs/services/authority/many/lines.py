"""A file of messages, one JSON object a line: what became of every line."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from apps.customs.models import Authority
from apps.customs.services.authority.hearing import LONGEST_KEPT, Receipt, keep_unreadable, read
from apps.customs.services.authority.many import hear_many
from terminal.customs.word import Message, UnreadableMessage
from terminal.errors import Refused, gettext_noop

AT_ONCE: Final = 5_000
"""So many lines are heard in one go."""


@dataclass(frozen=True, slots=True)
class HeardLine:
    """A line by its number, from 1, and what became of it: a receipt, or why it is refused."""

    number: int
    became: Receipt | Refused


def hear_lines(lines: Iterable[bytes], authority: Authority, at: datetime) -> Iterator[HeardLine]:
    """Hear a file that the authority gave, in its order; who gave it was asked. Empty lines are passed over.

    What cannot be read is kept as if it had come alone. Raises ``AuthorityIsOff``.
    """
    numbered = ((number, text) for number, raw in enumerate(lines, 1) if (text := raw.strip()))
    while some := list(islice(numbered, AT_ONCE)):
        yield from _hear(some, authority, at)


def _hear(lines: Iterable[tuple[int, bytes]], authority: Authority, at: datetime) -> list[HeardLine]:
    readable: dict[int, tuple[Message, str]] = {}
    heard: list[HeardLine] = []
    for number, raw in lines:
        try:
            readable[number] = (_read(raw, authority, at), raw.decode())
        except Refused as refusal:
            heard.append(HeardLine(number, refusal))
    became = hear_many(readable.values(), authority, at)
    heard += [HeardLine(number, each) for number, each in zip(readable, became, strict=True)]
    return sorted(heard, key=lambda each: each.number)


def _read(raw: bytes, authority: Authority, at: datetime) -> Message:
    try:
        if len(raw) > LONGEST_KEPT:
            raise UnreadableMessage(field="message", why=gettext_noop("it is longer than 64 KiB"))
        return read(raw)
    except Refused as refusal:
        keep_unreadable(raw, authority.terminal, authority, refusal, at)
        raise
