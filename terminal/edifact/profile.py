"""What was agreed with a partner: dialects, code lists, the zone of local times, what is tolerated. Plain data."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from enum import StrEnum
from typing import Final

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


def _require(given: Iterable[str], possible: Iterable[str], name: str) -> None:
    known = list(possible)
    for each in given:
        if each not in known:
            raise MalformedProfile(name=name, found=each, possible=", ".join(known))


COMMON: Final = Profile()
"""With whom nothing was agreed."""

STRICT: Final = Profile(tolerates=frozenset())
"""Whatever is odd is refused."""
