"""What may be read from what was heard of one declaration: the same from the same messages, in any order.

# Note [Permission in turn, restriction at once]
The authority numbers its messages about a declaration. What lets go counts in turn only, from 1 on without a gap: the
one that is missing may be the one that says no. What stops (an inspection, a rejection, a release taken back) counts
as soon as it is heard. In its turn it becomes the step that it is, and its stop ends with what that step does; out of
turn, or where it is no step that could follow, it stands until an officer clears it up. Two different messages of one
turn are a contradiction: nothing after them counts, and the boxes are stopped.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from terminal.customs.word import Message, MessageKind
from terminal.lifecycle import DECLARATION, Channel, DeclarationStatus

_S, _K = DeclarationStatus, MessageKind

AFTER: Final = {Channel.GREEN: _S.ASSESSED, Channel.YELLOW: _S.DOCUMENTARY_CHECK, Channel.RED: _S.INSPECTION_ORDERED}
"""Where each channel leads."""

LEADS_TO: Final = {
    _K.REGISTERED: _S.REGISTERED,
    _K.QUERY: _S.QUERY,
    _K.REFERRED: _S.REFERRED,
    _K.INSPECTION_ORDERED: _S.INSPECTION_ORDERED,
    _K.INSPECTED: _S.INSPECTED,
    _K.ASSESSED: _S.ASSESSED,
    _K.PAID: _S.PAID,
    _K.RELEASED: _S.RELEASED,
    _K.REJECTED: _S.REJECTED,
}
"""The status that each kind brings; a channel's is in ``AFTER``, and a release taken back stays one."""

BACK_BY_ITSELF: Final = {_S.QUERY, _S.REFERRED}
"""From these the documentary check goes on when something else is said: the answer may have gone another way."""

TOLD_LATER: Final = frozenset({_K.REGISTERED, _K.CHANNEL, _K.INSPECTED, _K.ASSESSED, _K.PAID, _K.RELEASED})
"""What officers may have done before the authority tells it: then its number is heard, and nothing more happens."""


@dataclass(frozen=True, slots=True)
class Deed:
    """What officers did at the terminal and no message has told yet: a kind of step, and what they said with it."""

    kind: MessageKind
    channel: Channel | None = None
    valid_until: datetime | None = None
    duty_minor: int | None = None
    currency: str = ""

    def covers(self, message: Message) -> bool:
        """Whether the message tells this deed and says no more: not another end of a release, not another duty."""
        told = (message.kind, message.channel, message.valid_until)
        due = (message.duty_minor, message.currency)
        is_due = message.duty_minor is None or due == (self.duty_minor, self.currency)
        return told == (self.kind, self.channel, self.valid_until) and is_due


Done = frozenset[Deed]
"""All of that; what the authority itself has led to is none of it."""


def is_done(message: Message, done: Done) -> bool:
    """Whether it tells of what an officer did here already."""
    return any(deed.covers(message) for deed in done)


def led_to(message: Message) -> DeclarationStatus | None:
    """The status it brings where it is taken up; None: it brings none."""
    return AFTER[message.channel] if message.channel is not None else LEADS_TO.get(message.kind)


def steps_to(status: DeclarationStatus, message: Message, *, has_channel: bool) -> list[DeclarationStatus] | None:
    """The steps by which the message takes a declaration on from ``status``; None: it cannot follow.

    A release that is taken back takes no step: an empty list, where there is a release.
    """
    if message.kind is _K.RELEASE_REVOKED:
        return [] if status is _S.RELEASED else None
    if message.kind is _K.CHANNEL:
        fits = status is _S.REGISTERED and not has_channel and message.channel is not None
        return [AFTER[message.channel]] if fits and message.channel else None
    wanted = LEADS_TO[message.kind]
    if wanted is _S.ASSESSED and not has_channel:
        return None
    if DECLARATION.can_step(status, wanted):
        return [wanted]
    if status in BACK_BY_ITSELF and DECLARATION.can_step(_S.DOCUMENTARY_CHECK, wanted):
        return [_S.DOCUMENTARY_CHECK, wanted]
    return None


@dataclass(frozen=True, slots=True)
class Reading:
    """What counts of what was heard. ``in_turn``: the messages that count, in order.

    ``stops``: restrictive ones that are heard and not taken up in their turn. ``contested``: messages that contradict
    each other in the turn that is next. ``jumps``: those of the next turn that cannot follow. ``waiting``: the rest.
    """

    status: DeclarationStatus
    has_channel: bool
    revoked: bool
    in_turn: tuple[Message, ...] = ()
    stops: tuple[Message, ...] = ()
    contested: tuple[Message, ...] = ()
    jumps: tuple[Message, ...] = ()
    waiting: tuple[Message, ...] = ()

    @property
    def releases(self) -> bool:
        """Whether the boxes may go, as far as this declaration is concerned."""
        return self.status is _S.RELEASED and not (self.revoked or self.stops or self.contested)


@dataclass(slots=True)
class _Reader:
    status: DeclarationStatus
    has_channel: bool
    revoked: bool
    done: Done
    in_turn: list[Message] = field(default_factory=list)

    def can_follow(self, message: Message) -> bool:
        if self.revoked:
            return False
        steps = steps_to(self.status, message, has_channel=self.has_channel)
        return steps is not None or is_done(message, self.done)

    def take(self, message: Message) -> None:
        steps = steps_to(self.status, message, has_channel=self.has_channel) or []
        self.done = frozenset(each for each in self.done if each.kind is not message.kind)
        self.status = steps[-1] if steps else self.status
        self.has_channel |= message.kind is _K.CHANNEL
        self.revoked |= message.kind is _K.RELEASE_REVOKED
        self.in_turn.append(message)


def reading(
    messages: Iterable[Message],
    *,
    status: DeclarationStatus = _S.SUBMITTED,
    heard: int = 0,
    has_channel: bool = False,
    revoked: bool = False,
    done: Done = frozenset(),
) -> Reading:
    """What counts of the messages of one declaration that stands so, and whose turns up to ``heard`` are taken up.

    ``done``: what officers did at the terminal without the authority's word. See Note [Permission in turn, restriction
    at once].
    """
    by_turn = _by_turn(each for each in messages if (each.turn or 0) > heard)
    reader, turn = _Reader(status, has_channel, revoked, done), heard + 1
    contested: tuple[Message, ...] = ()
    jumps: list[Message] = []
    while by_turn.get(turn):
        able = [each for each in by_turn[turn] if reader.can_follow(each)]
        jumps += [each for each in by_turn[turn] if each not in able]
        if len(able) != 1:
            contested = tuple(able)
            break
        reader.take(able[0])
        turn += 1
    rest = [each for number in sorted(by_turn) for each in by_turn[number] if each not in reader.in_turn]
    left = [each for each in rest if each not in jumps and each not in contested]
    return Reading(
        status=reader.status,
        has_channel=reader.has_channel,
        revoked=reader.revoked,
        in_turn=tuple(reader.in_turn),
        stops=tuple(each for each in rest if each.is_restrictive),
        contested=contested,
        jumps=tuple(jumps),
        waiting=tuple(left),
    )


def _by_turn(messages: Iterable[Message]) -> dict[int, list[Message]]:
    """The messages of each turn, by their references; what says the same twice is there once."""
    found: dict[int, dict[tuple[object, ...], Message]] = defaultdict(dict)
    for each in sorted(messages, key=lambda message: (message.reference, repr(message))):
        found[each.turn or 0].setdefault(each.facts(), each)
    return {turn: list(_listed(told)) for turn, told in found.items()}


def _listed(told: dict[tuple[object, ...], Message]) -> Iterator[Message]:
    yield from told.values()
