"""The authority's word: messages about a declaration, a box or a report, and their form."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from terminal.errors import Malformed, gettext_noop
from terminal.identifiers import require_container_number, require_hs_code
from terminal.lifecycle import Channel
from terminal.moments import utc


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


_K = MessageKind
OF_BOX: Final = frozenset({_K.HOLD, _K.HOLD_LIFTED, _K.SEIZURE})
"""About one container, under the authority's own reference of the hold; they have no turn."""

OF_REPORT: Final = frozenset({_K.REPORT_ACKNOWLEDGED, _K.REPORT_REFUSED})
"""About a report of ours, by its number."""

OF_DECLARATION: Final = frozenset(MessageKind) - OF_BOX - OF_REPORT
"""About a declaration, by its number; each has its turn among them, from 1."""

RESTRICTIVE: Final = frozenset({_K.INSPECTION_ORDERED, _K.RELEASE_REVOKED, _K.REJECTED})
"""What stops a declaration's boxes as soon as it is heard, whatever is missing before it."""

SAYS_WHY: Final = frozenset({_K.QUERY, _K.REJECTED, _K.RELEASE_REVOKED, _K.HOLD, _K.SEIZURE, _K.REPORT_REFUSED})
"""Kinds that say why."""

LONGEST: Final = {
    "reference": 80,
    "office": 20,
    "declaration": 40,
    "hold": 60,
    "report": 20,
    "reason": 200,
    "agency": 80,
}
"""How long each text may be."""

MOST_TURNS: Final = 999


class UnreadableMessage(Malformed):
    """It is not in the form that was agreed, so it says nothing: ``field`` is where, ``why`` what would be right."""

    message = gettext_noop("The message cannot be read (%(field)s): %(why)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What the authority said once, under its ``reference``. Refuses what says nothing clear.

    ``turn``: its number among the messages about its declaration. ``hold``: the authority's reference of a hold or
    seizure. ``duty_minor`` in minor units of ``currency``. Raises ``UnreadableMessage``, and what its numbers refuse.
    """

    reference: str
    kind: MessageKind
    issued_at: datetime
    office: str = ""
    declaration: str = ""
    turn: int | None = None
    container: str = ""
    hold: str = ""
    report: str = ""
    channel: Channel | None = None
    valid_until: datetime | None = None
    reason: str = ""
    agency: str = ""
    duty_minor: int | None = None
    currency: str = ""
    hs_codes: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        _require_text(self)
        for name in NEEDED[_about(self.kind)]:
            _require(getattr(self, name) not in ("", None), name, gettext_noop("it is missing"))
        for name in ("declaration", "turn", "container", "hold", "report"):
            allowed = name in NEEDED[_about(self.kind)] or getattr(self, name) in ("", None)
            _require(allowed, name, gettext_noop("a message of this kind has none"))
        if self.turn is not None:
            _require(0 < self.turn <= MOST_TURNS, "turn", gettext_noop("a number from 1 to 999"))
        if self.container:
            require_container_number(self.container)
        for code in self.hs_codes:
            require_hs_code(code)
        _require_fitting(self)

    @property
    def is_restrictive(self) -> bool:
        """Whether it stops boxes at once; a channel that orders an inspection does, too."""
        return self.kind in RESTRICTIVE or (self.kind is _K.CHANNEL and self.channel is Channel.RED)

    def facts(self) -> tuple[Any, ...]:
        """What it says, beside under which reference: two that say the same are one."""
        return tuple(getattr(self, name) for name in self.__dataclass_fields__ if name != "reference")


NEEDED: Final = {
    "box": ("office", "container", "hold"),
    "report": ("report",),
    "declaration": ("office", "declaration", "turn"),
}


def _about(kind: MessageKind) -> str:
    return "box" if kind in OF_BOX else "report" if kind in OF_REPORT else "declaration"


def _require(so: object, name: str, why: str) -> None:
    if not so:
        raise UnreadableMessage(field=name, why=why)


def _require_text(message: Message) -> None:
    for name, longest in LONGEST.items():
        text = getattr(message, name)
        _require(len(text) <= longest, name, gettext_noop("it is too long"))
        _require(
            text.isprintable() and text == text.strip(), name, gettext_noop("it has blanks or signs it must not have")
        )
    _require(message.reference and message.reference.isascii(), "reference", gettext_noop("visible ASCII characters"))
    for name in ("issued_at", "valid_until"):
        moment = getattr(message, name)
        _require(moment is None or moment.tzinfo is not None, name, gettext_noop("it has no zone"))


def _require_fitting(message: Message) -> None:
    kind = message.kind
    _require(
        (kind is _K.CHANNEL) == (message.channel is not None), "channel", gettext_noop("given with the channel, only")
    )
    _require(kind not in SAYS_WHY or message.reason, "reason", gettext_noop("it is missing"))
    _require((kind is _K.REFERRED) == bool(message.agency), "agency", gettext_noop("given when it is referred, only"))
    ends = message.valid_until
    _require(ends is None or kind is _K.RELEASED, "valid_until", gettext_noop("given with a release, only"))
    _require(
        ends is None or utc(ends) > utc(message.issued_at), "valid_until", gettext_noop("it ends before it begins")
    )
    due = message.duty_minor
    _require(due is None or kind is _K.ASSESSED, "duty", gettext_noop("given when it is assessed, only"))
    _require(
        due is None or (0 <= due < 10**15 and _is_currency(message.currency)),
        "duty",
        gettext_noop("an amount and its currency"),
    )


def _is_currency(text: str) -> bool:
    return len(text) == 3 and text.isascii() and text.isupper() and text.isalpha()


FIELDS: Final = {
    "reference", "kind", "issued_at", "office", "declaration", "turn", "container", "hold", "report", "channel",
    "valid_until", "reason", "agency", "duty", "hs_codes",
}  # fmt: skip


def parse(told: object) -> Message:
    """A message as its JSON says it. Raises ``UnreadableMessage``, and what its numbers refuse."""
    if not isinstance(told, Mapping):
        raise UnreadableMessage(field="message", why=gettext_noop("it is no JSON object"))
    for name in told:
        _require(name in FIELDS, str(name)[:40], gettext_noop("no field of that name is known"))
    duty = {} if told.get("duty") is None else told["duty"]
    _require(
        isinstance(duty, Mapping) and set(duty) <= {"amount", "currency"},
        "duty",
        gettext_noop("an amount and its currency"),
    )
    codes = [] if told.get("hs_codes") is None else told["hs_codes"]
    _require(isinstance(codes, list) and len(codes) <= 200, "hs_codes", gettext_noop("a list of HS codes"))
    texts = {
        name: _text(told, name)
        for name in ("reference", "office", "declaration", "container", "hold", "report", "reason", "agency")
    }
    return Message(
        **texts,
        kind=_one_of(MessageKind, told, "kind"),
        issued_at=_moment(told, "issued_at"),
        turn=_number(told, "turn"),
        channel=_one_of(Channel, told, "channel") if told.get("channel") is not None else None,
        valid_until=_moment(told, "valid_until") if told.get("valid_until") is not None else None,
        duty_minor=_number(duty, "amount"),
        currency=_text(duty, "currency"),
        hs_codes=tuple(_text({"hs_codes": each}, "hs_codes") for each in codes),
    )


def _text(told: Mapping[Any, Any], name: str) -> str:
    value = told.get(name)
    _require(value is None or isinstance(value, str), name, gettext_noop("it is no text"))
    return value or ""


def _number(told: Mapping[Any, Any], name: str) -> int | None:
    value = told.get(name)
    _require(value is None or type(value) is int, name, gettext_noop("it is no whole number"))
    return value


def _one_of(kinds: Any, told: Mapping[Any, Any], name: str) -> Any:
    value = told.get(name)
    _require(
        isinstance(value, str) and value in {each.value for each in kinds},
        name,
        gettext_noop("it is none of those agreed"),
    )
    return kinds(value)


def _moment(told: Mapping[Any, Any], name: str) -> datetime:
    value = told.get(name)
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or not 2000 < moment.year < 2100:
        raise UnreadableMessage(field=name, why=gettext_noop("a time with its zone, such as 2026-05-01T12:00:00+08:00"))
    return moment
