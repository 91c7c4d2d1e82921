"""Many messages at once, as from a file of a night: each is kept and done as if it had been heard alone.

# Note [Plain at once, the rest in its turn]
Most declarations are told about without an incident: registered, a channel, assessed, paid, released. Where a batch
holds every message about a declaration from the first on, and nothing stands beside it that hearing them one by one
would have to look at, the outcome is one whatever the order, and is written for hundreds of them in a statement a
table. Everything else is acted on message by message in the order in which it came, by what hears a single one. Holds
and seizures are heard before all this: nothing that is stopped in a batch is let go by it for a moment.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db import transaction

from apps.customs.models import Authority, AuthorityMessage
from apps.customs.services.authority.hearing import AuthorityIsOff, Receipt, hear_message
from apps.customs.services.authority.many.keeping import Said, first_of_each, keep, note_repeats
from apps.customs.services.authority.many.series import plain_series
from apps.customs.services.authority.many.taking import numbers_known, put_back, take_plain
from apps.customs.services.authority.retrying import retry
from terminal.customs.word import OF_DECLARATION, Message, MessageKind
from terminal.errors import Refused

__all__ = ["hear_many"]


def hear_many(messages: Iterable[tuple[Message, str]], authority: Authority, at: datetime) -> list[Receipt | Refused]:
    """Hear messages of the authority's that could be read, each with its text as it came; who sent them was asked.

    What becomes of them is what would have by ``hear_message``, one by one in this order, but that holds and seizures
    come first, and what is about boxes or reports besides last. In this order: the receipt of each, without declaration
    and boxes, or the refusal. A few thousand at a time; what is plain is done in one transaction, see Note [Plain at
    once, the rest in its turn]. Raises ``AuthorityIsOff``.
    """
    if not authority.active:
        raise AuthorityIsOff
    said = [Said(place, message, body) for place, (message, body) in enumerate(messages)]
    stops, steps = _of(STOPS_A_BOX, said), _of(OF_DECLARATION, said)
    known, refused = set[int](), dict[int, Refused]()
    for each in stops:
        _hear_alone(each, authority, at, known, refused)
    with transaction.atomic():
        new = _take_at_once(steps, authority, at, known, refused)
    for each in said:
        if each.place in new:
            retry(new[each.place], at)
    done = {each.place for each in (*stops, *steps)}
    for each in said:
        if each.place not in done:
            _hear_alone(each, authority, at, known, refused)
    return _answers(said, authority, known, refused)


STOPS_A_BOX: Final = frozenset({MessageKind.HOLD, MessageKind.SEIZURE})
"""What is heard before anything of the batch lets go."""


def _of(kinds: frozenset[MessageKind], said: list[Said]) -> list[Said]:
    """Those of these kinds whose reference was not used for another kind before, here."""
    first: dict[str, MessageKind] = {}
    for each in said:
        first.setdefault(each.message.reference, each.message.kind)
    return [each for each in said if {each.message.kind, first[each.message.reference]} <= kinds]


def _take_at_once(
    said: list[Said], authority: Authority, at: datetime, known: set[int], refused: dict[int, Refused]
) -> dict[int, int]:
    """Keep them and do what is plain; by place, the rows to be acted on. Notes the places of repeats, and refusals."""
    firsts, again, ahead = first_of_each(said, at)
    series = plain_series(each.message for each in firsts.values())
    led = numbers_known(series, authority)
    kept = keep(firsts, led, authority, at)
    repeats = sorted([*again, *(each for key, each in firsts.items() if key not in kept)], key=lambda each: each.place)
    refused.update(ahead | note_repeats(repeats, authority, at))
    known.update(each.place for each in repeats)
    plain = {led[number]: series[number] for number in led if all(each.reference in kept for each in series[number])}
    taken = take_plain(plain, authority, at)
    left = {led[number] for number in led} - taken
    put_back(left, kept.values())
    done = {each.reference for pk in taken for each in plain[pk]}
    return {each.place: kept[key] for key, each in firsts.items() if key in kept and key not in done}


def _hear_alone(each: Said, authority: Authority, at: datetime, known: set[int], refused: dict[int, Refused]) -> None:
    try:
        receipt = hear_message(each.message, each.body, authority, at)
    except Refused as refusal:
        refused[each.place] = refusal
    else:
        known.update({each.place} if receipt.known else ())


def _answers(
    said: list[Said], authority: Authority, known: set[int], refused: dict[int, Refused]
) -> list[Receipt | Refused]:
    wanted = {each.message.reference for each in said}
    rows = AuthorityMessage.objects.filter(authority=authority, reference__in=wanted)
    told = {row[0]: row for row in rows.values_list("reference", "state", "fault", "answer")}
    return [
        refused[each.place]
        if each.place in refused
        else Receipt(*told[each.message.reference], known=each.place in known)
        for each in said
    ]
