"""What was agreed with a partner: dialects, code lists, the zone of local times, what is tolerated. Plain data."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from enum import StrEnum
from typing import Final, Self

from terminal.customs.word import MessageKind
from terminal.edifact.facts import Errand, Gate, MessageType, Order, ShipWork, Status
from terminal.edifact.oddities import TOLERATED, Oddity
from terminal.equipment import SizeType
from terminal.errors import Malformed, gettext_noop
from terminal.stowage import StowageList

AGREED_DIALECTS: Final = frozenset({"D.95B", "D.00B"})

CHARSETS: Final = frozenset(
    {"ascii", "utf-8", "iso8859-1", "iso8859-2", "iso8859-5", "cp1250", "cp1251", "cp1252", "koi8-r", "gb18030"}
)
"""What a partner may write in whatever UNB says."""

MEANINGS: Final[Mapping[str, type[StrEnum]]] = {
    MessageType.CODECO: Gate,
    MessageType.COARRI: ShipWork,
    MessageType.COPRAR: StowageList,
    MessageType.COPARN: Order,
    MessageType.COPINO: Errand,
}
"""What the document code of a message can mean."""


class MalformedProfile(Malformed):
    """Agreements that cannot be kept."""

    message = gettext_noop("The partner's profile says %(name)s %(found)s; possible: %(possible)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The agreements with one partner. Everything has a default: what the directories and this house know.

    ``charset``: how the partner's bytes are read whatever the syntax level says; empty: as the level says.
    ``dialects``: version and release, as ``D.95B``. ``zone``: of times that come without one; the house's own times are
    written in it. ``documents``: by type of message, BGM code to meaning. ``statuses``: status code to ``Status``.
    ``customs``: processing indicator to ``MessageKind``. ``size_types``: own code to ISO code. ``turn_reference``: the
    qualifier under which customs number their messages about a declaration. All codes are added to the common ones, or
    replace them. Refuses ``MalformedProfile``, and a size-type code that is none.
    """

    name: str = ""
    charset: str = ""
    dialects: frozenset[str] = AGREED_DIALECTS
    zone: tzinfo = UTC
    documents: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    statuses: Mapping[str, str] = field(default_factory=dict)
    customs: Mapping[str, str] = field(default_factory=dict)
    size_types: Mapping[str, str] = field(default_factory=dict)
    turn_reference: str = ""
    tolerates: frozenset[Oddity] = TOLERATED
    most_bytes: int = 10_000_000
    most_segments: int = 200_000

    def __post_init__(self) -> None:
        if self.charset and self.charset not in CHARSETS:
            raise MalformedProfile(name="charset", found=self.charset, possible=", ".join(sorted(CHARSETS)))
        _require(self.documents, MEANINGS, "documents")
        for kind, codes in self.documents.items():
            _require(codes.values(), [each.value for each in MEANINGS[kind]], "documents")
        _require(self.statuses.values(), [each.value for each in Status], "statuses")
        _require(self.customs.values(), [each.value for each in MessageKind], "customs")
        _require(self.tolerates, [each.value for each in Oddity], "tolerates")
        for code in self.size_types.values():
            SizeType.parse(code)

    @classmethod
    def of(cls, told: object, *, zone: tzinfo) -> Self:
        """A profile as its JSON says it, with lists for sets. Raises as the constructor, for another form too."""
        if not isinstance(told, Mapping):
            raise MalformedProfile(name="profile", found=str(told)[:40], possible="{…}")
        _require(map(str, told), PLAIN, "profile")
        for name, value in told.items():
            if not PLAIN[name](value):
                raise MalformedProfile(name=name, found=str(value)[:40], possible=FORMS[PLAIN[name]])
        sets = {name: frozenset(value) for name, value in told.items() if PLAIN[name] is _is_list}
        return cls(zone=zone, **{**told, **sets})


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_list(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _is_table(value: object) -> bool:
    return isinstance(value, Mapping) and all(isinstance(each, str) for pair in value.items() for each in pair)


def _is_tables(value: object) -> bool:
    return isinstance(value, Mapping) and all(_is_table(each) for each in value.values())


PLAIN: Final[Mapping[str, Callable[[object], bool]]] = {
    "name": _is_text,
    "charset": _is_text,
    "dialects": _is_list,
    "documents": _is_tables,
    "statuses": _is_table,
    "customs": _is_table,
    "size_types": _is_table,
    "turn_reference": _is_text,
    "tolerates": _is_list,
}
FORMS: Final[Mapping[Callable[[object], bool], str]] = {
    _is_text: '"…"',
    _is_list: '["…"]',
    _is_table: '{"…": "…"}',
    _is_tables: '{"…": {"…": "…"}}',
}
"""What a profile's JSON may say, and in which form."""


def _require(given: Iterable[str], possible: Iterable[str], name: str) -> None:
    known = list(possible)
    for each in given:
        if each not in known:
            raise MalformedProfile(name=name, found=each, possible=", ".join(known))


COMMON: Final = Profile()
"""With whom nothing was agreed."""

STRICT: Final = Profile(tolerates=frozenset())
"""Whatever is odd is refused."""
