"""Container numbers outside ISO 6346: taken in only where somebody answered for them."""

from datetime import datetime

from django.db import transaction

from apps.containers.models import AllowedNumber, Container
from apps.journal.services import Happening, record
from apps.network.models import Terminal
from apps.parties.actors import Actor
from terminal.equipment import SizeType
from terminal.errors import Malformed, Refused, gettext_noop
from terminal.events import Audience, EventKind
from terminal.identifiers import explain, require_container_number
from terminal.identifiers.containers import LENGTH
from terminal.identifiers.text import compact, require_ascii, shown

RIGHT = "containers.allow_number"
SHORTEST = 4


class NothingToAllow(Refused):
    """The number is right, or was allowed already."""

    message = gettext_noop("%(number)s needs no override: it is taken as it is.")


class NoNumberAtAll(Malformed):
    """Even an overridden number can be written and read aloud."""

    message = gettext_noop("%(number)s cannot be a number even by override: %(least)s to %(most)s letters and digits.")


class ReasonMissing(Malformed):
    """An act that is audited says why."""

    message = gettext_noop("Say why: the reason stands in the journal.")


@transaction.atomic
def allow_number(number: str, size_type: str, *, terminal: Terminal, reason: str, by: Actor, at: datetime) -> Container:
    """Take in a box whose number is not one of ISO 6346, on one's own answer; journalled, and shown on its page.

    A right of its own: ``containers.allow_number``. Raises ``NotYours``, ``ReasonMissing``, ``NothingToAllow``,
    ``NoNumberAtAll``, ``ForeignLetter``, and the refusals of a size-type code.
    """
    by.require(RIGHT, terminal)
    size, said = SizeType.parse(size_type), require_ascii(compact(number))
    wrong = explain(said)
    require_reason(reason)
    if not (SHORTEST <= len(said) <= LENGTH and said.isalnum()):
        raise NoNumberAtAll(number=shown(said) or "—", least=SHORTEST, most=LENGTH)
    if wrong is None or is_allowed(said):
        raise NothingToAllow(number=said)
    box, _ = Container.objects.get_or_create(number=said, defaults={"size_type": size.code, "teu": size.teu})
    AllowedNumber.objects.create(
        container=box,
        terminal=terminal,
        wrong=wrong[:200],
        reason=reason[:200],
        allowed_at=at,
        allowed_by=by.label[:120],
    )
    payload = {"number": said, "wrong": wrong, "reason": reason}
    record(
        Happening(
            kind=EventKind.NUMBER_ALLOWED,
            terminal_id=terminal.pk,
            at=at,
            actor=by.label,
            container_number=said,
            audience=Audience.STAFF,
            payload=payload,
        )
    )
    return box


def is_allowed(number: str) -> bool:
    """Whether somebody answered for the number."""
    return AllowedNumber.objects.filter(container__number=number).exists()


def require_number(text: str, *, by: Actor) -> str:
    """As ``require_container_number``; from staff, too, a number outside ISO 6346 that was allowed."""
    try:
        return require_container_number(text)
    except Malformed:
        if by.party is None and is_allowed(compact(text)):
            return compact(text)
        raise


def require_reason(reason: str) -> None:
    """Raise ``ReasonMissing`` for an empty one."""
    if not reason.strip():
        raise ReasonMissing
