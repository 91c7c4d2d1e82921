"""What is odd about an interchange and can be put right: it is reported, or refused where that was agreed."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from terminal.edifact.faults import (
    BrokenEnvelope,
    BrokenSyntax,
    CountsDiffer,
    InterchangeCutShort,
    MalformedInterchange,
    NotAgreed,
    Place,
    ReferencesDiffer,
    UnknownCode,
    WrongElement,
    readable,
)
from terminal.errors import gettext_noop

# Note [Warning or refusal]
# An interchange that can mean one thing only is read, and what was odd about it is reported; one that can mean two, or
# that may not be whole, is refused at its first wrong place. So:
# - A wrong service string, a missing UNB or UNZ, a missing UNT before the next UNH, UNE or UNZ, another reference in
#   UNZ than in UNB, another number of segments in UNT or of boxes in CNT than there are: warned of. Each was found in
#   files that were otherwise right; whoever agreed with a partner on strict counting takes the oddity out of
#   ``Profile.tolerates``.
# - What ends nowhere, neither with UNT nor with the control total that closes its type of message, was cut: refused,
#   and so is a last segment without its terminator.
# - Another reference in UNT than in UNH, another number of messages in UNZ (or UNE) than there are, one message
#   reference used twice, one box listed twice with different facts: refused. There a message is missing, or two were
#   mixed.
# - A container number outside ISO 6346 is refused. A profile may let it pass as it stands, if it has the form of one.
# Every one of these is an ``Oddity``; which of them are tolerated is data of the partner.


class Oddity(StrEnum):
    """What is odd and can be put right."""

    BYTE_ORDER_MARK = "byte-order-mark"
    MALFORMED_UNA = "malformed-una"
    LINE_BREAK = "line-break-in-segment"
    NO_UNB = "no-unb"
    NO_UNT = "no-unt"
    NO_UNE = "no-une"
    NO_UNZ = "no-unz"
    OTHER_INTERCHANGE_REFERENCE = "other-interchange-reference"
    OTHER_MESSAGE_REFERENCE = "other-message-reference"
    OTHER_GROUP_REFERENCE = "other-group-reference"
    REFERENCE_TWICE = "reference-twice"
    SEGMENT_COUNT = "segment-count"
    MESSAGE_COUNT = "message-count"
    BOX_COUNT = "box-count"
    PREPARED_AT = "prepared-at"
    OTHER_DIALECT = "other-dialect"
    NO_FUNCTION = "no-function"
    UNKNOWN_CODE = "unknown-code"
    FOREIGN_SEGMENT = "foreign-segment"
    UNREADABLE_TIME = "unreadable-time"
    TIME_TWICE = "time-twice-a-year"
    UNREADABLE_SEAL = "unreadable-seal"
    OLD_SIZE_TYPE = "old-size-type"
    UNKNOWN_SIZE_TYPE = "unknown-size-type"
    NO_WEIGHT = "no-weight"
    OTHER_EQUIPMENT = "other-equipment"
    BOX_TWICE = "box-twice"
    NUMBER_OUTSIDE_STANDARD = "number-outside-standard"


WORDS: Final[Mapping[Oddity, str]] = {
    Oddity.BYTE_ORDER_MARK: gettext_noop("A byte order mark before the interchange was left out."),
    Oddity.MALFORMED_UNA: gettext_noop("The service string %(found)s was read as %(expected)s."),
    Oddity.LINE_BREAK: gettext_noop("Line breaks within the segment were left out."),
    Oddity.NO_UNB: gettext_noop("There is no interchange header (UNB)."),
    Oddity.NO_UNT: gettext_noop("The message has no trailer (UNT); it ends before %(found)s."),
    Oddity.NO_UNE: gettext_noop("The group has no trailer (UNE); it ends before %(found)s."),
    Oddity.NO_UNZ: gettext_noop("There is no interchange trailer (UNZ)."),
    Oddity.OTHER_INTERCHANGE_REFERENCE: gettext_noop("UNZ says reference %(found)s, UNB %(expected)s."),
    Oddity.OTHER_MESSAGE_REFERENCE: gettext_noop("UNT says reference %(found)s, UNH %(expected)s."),
    Oddity.OTHER_GROUP_REFERENCE: gettext_noop("UNE says reference %(found)s, UNG %(expected)s."),
    Oddity.REFERENCE_TWICE: gettext_noop("The message reference %(found)s is used twice."),
    Oddity.SEGMENT_COUNT: gettext_noop("UNT says %(found)s segments, but %(expected)s are there."),
    Oddity.MESSAGE_COUNT: gettext_noop("The trailer says %(found)s messages, but %(expected)s are there."),
    Oddity.BOX_COUNT: gettext_noop("CNT says %(found)s containers, but %(expected)s are there."),
    Oddity.PREPARED_AT: gettext_noop("The time of preparation %(found)s cannot be read; it was left out."),
    Oddity.OTHER_DIALECT: gettext_noop("The message is written in %(found)s; agreed are %(expected)s."),
    Oddity.NO_FUNCTION: gettext_noop("The message does not say its function; it was read as an original."),
    Oddity.UNKNOWN_CODE: gettext_noop("The code %(found)s is not known; what it marks was left out."),
    Oddity.FOREIGN_SEGMENT: gettext_noop("A segment %(found)s does not belong here; it was left out."),
    Oddity.UNREADABLE_TIME: gettext_noop("The time %(found)s cannot be read; it was left out."),
    Oddity.TIME_TWICE: gettext_noop("The local time %(found)s came twice that day; the first was taken."),
    Oddity.UNREADABLE_SEAL: gettext_noop("%(found)s is not a seal number; it was left out."),
    Oddity.OLD_SIZE_TYPE: gettext_noop("The old size-type code %(found)s was read as %(expected)s."),
    Oddity.UNKNOWN_SIZE_TYPE: gettext_noop("The size-type code %(found)s is not known; it was left out."),
    Oddity.NO_WEIGHT: gettext_noop("A weight of %(found)s says nothing; it was left out."),
    Oddity.OTHER_EQUIPMENT: gettext_noop("Equipment of kind %(found)s is no container; it was left out."),
    Oddity.BOX_TWICE: gettext_noop("The container %(found)s is listed twice with the same facts; it was read once."),
    Oddity.NUMBER_OUTSIDE_STANDARD: gettext_noop("The container number %(found)s is outside ISO 6346."),
}
"""What is said of each."""

REFUSED_AS: Final[Mapping[Oddity, type[MalformedInterchange]]] = {
    Oddity.OTHER_INTERCHANGE_REFERENCE: ReferencesDiffer,
    Oddity.OTHER_MESSAGE_REFERENCE: ReferencesDiffer,
    Oddity.OTHER_GROUP_REFERENCE: ReferencesDiffer,
    Oddity.REFERENCE_TWICE: ReferencesDiffer,
    Oddity.SEGMENT_COUNT: CountsDiffer,
    Oddity.MESSAGE_COUNT: CountsDiffer,
    Oddity.BOX_COUNT: CountsDiffer,
    Oddity.NO_UNB: BrokenEnvelope,
    Oddity.NO_UNT: InterchangeCutShort,
    Oddity.NO_UNE: InterchangeCutShort,
    Oddity.NO_UNZ: InterchangeCutShort,
    Oddity.BYTE_ORDER_MARK: BrokenSyntax,
    Oddity.MALFORMED_UNA: BrokenSyntax,
    Oddity.LINE_BREAK: BrokenSyntax,
    Oddity.UNKNOWN_CODE: UnknownCode,
    Oddity.UNREADABLE_TIME: WrongElement,
    Oddity.UNREADABLE_SEAL: WrongElement,
    Oddity.OLD_SIZE_TYPE: WrongElement,
    Oddity.UNKNOWN_SIZE_TYPE: WrongElement,
    Oddity.NUMBER_OUTSIDE_STANDARD: WrongElement,
}
"""Where it is not tolerated; whatever is not here is ``NotAgreed``."""

TOLERATED: Final = frozenset(Oddity) - {
    Oddity.OTHER_MESSAGE_REFERENCE,
    Oddity.OTHER_GROUP_REFERENCE,
    Oddity.REFERENCE_TWICE,
    Oddity.MESSAGE_COUNT,
    Oddity.NUMBER_OUTSIDE_STANDARD,
}
"""What is put right where nothing else was agreed: see Note [Warning or refusal]."""


@dataclass(frozen=True, slots=True)
class Warned:
    """What was put right, and where."""

    oddity: Oddity
    place: Place
    found: str = ""
    expected: str = ""

    @property
    def template(self) -> str:
        """The sentence as the catalogues have it, over ``facts``."""
        return WORDS[self.oddity]

    @property
    def facts(self) -> dict[str, str | int]:
        """Plain JSON values: code, segment, tag, element, component, found, expected."""
        where = self.place
        return {
            "code": self.oddity.value,
            "segment": where.segment,
            "tag": where.tag,
            "element": where.element,
            "component": where.component,
            "found": self.found,
            "expected": self.expected,
        }

    def __str__(self) -> str:
        return self.template % self.facts


class Notes:
    """What was put right on the way. Refuses what is not tolerated."""

    def __init__(self, tolerates: frozenset[Oddity]) -> None:
        self.tolerates = tolerates
        self.warnings: list[Warned] = []

    def warn(self, oddity: Oddity, place: Place, found: str = "", expected: str = "") -> None:
        """Report it, or raise what ``REFUSED_AS`` says."""
        if oddity not in self.tolerates:
            raise REFUSED_AS.get(oddity, NotAgreed).at(place, found, expected or oddity.value)
        self.warnings.append(Warned(oddity, place, readable(found), expected))
