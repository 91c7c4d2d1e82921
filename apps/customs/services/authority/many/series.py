"""The plain case: all that was said of a declaration from its submission on, in one go and without a stop in it."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from terminal.customs.reading import steps_to
from terminal.customs.word import Message, MessageKind
from terminal.lifecycle import DeclarationStatus

_K = MessageKind
PLAIN: Final = frozenset({_K.REGISTERED, _K.CHANNEL, _K.ASSESSED, _K.PAID, _K.RELEASED})
"""Kinds that do nothing but take one step, or let go."""


def plain_series(messages: Iterable[Message]) -> dict[str, list[Message]]:
    """By its number, for each declaration of which nothing else is told here: its messages in the order of turns.

    They have every turn from 1 on once, come from one office, and each takes one step on from where the one before
    it led.
    """
    told: dict[str, list[Message]] = defaultdict(list)
    for each in messages:
        told[each.declaration].append(each)
    for series in told.values():
        series.sort(key=lambda message: message.turn or 0)
    return {number: series for number, series in told.items() if _is_plain(series)}


def _is_plain(series: list[Message]) -> bool:
    if any(each.turn != n for n, each in enumerate(series, 1)) or len({each.office for each in series}) > 1:
        return False
    status, has_channel = DeclarationStatus.SUBMITTED, False
    for each in series:
        steps = None if each.is_restrictive or each.kind not in PLAIN else _steps(status, each, has_channel)
        if steps is None:
            return False
        (status,) = steps
        has_channel |= each.kind is _K.CHANNEL
    return True


def _steps(status: DeclarationStatus, message: Message, has_channel: bool) -> list[DeclarationStatus] | None:
    steps = steps_to(status, message, has_channel=has_channel)
    return steps if steps and len(steps) == 1 else None
