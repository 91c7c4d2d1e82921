"""Interchanges on their way: by which door they come, what becomes of them, and what tells two apart."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from terminal.edifact.envelope import Interchange
from terminal.edifact.facts import MessageType
from terminal.edifact.faults import Place, readable
from terminal.errors import gettext_noop


class Door(StrEnum):
    """By which way an interchange came, or is to go."""

    API = "api"
    FOLDER = "folder"
    DESK = "desk"
    COMMAND = "command"


class Fate(StrEnum):
    """What became of an interchange: all of it was taken, none of it, or we wrote it."""

    TAKEN = "taken"
    REFUSED = "refused"
    WRITTEN = "written"


FROM_PARTIES: Final = tuple(
    each.value
    for each in (
        MessageType.BAPLIE,
        MessageType.CODECO,
        MessageType.COARRI,
        MessageType.COPARN,
        MessageType.COPINO,
        MessageType.COPRAR,
        MessageType.IFTSTA,
    )
)
FROM_CUSTOMS: Final = (MessageType.CUSRES.value,)
"""What may be agreed on with whom: only a system of customs' speaks for customs."""

TOLD_TO_PARTIES: Final = tuple(each.value for each in (MessageType.CODECO, MessageType.COARRI, MessageType.IFTSTA))
"""What we report unasked."""


class Unacted(StrEnum):
    """What a message said and the terminal did not act on."""

    NO_SUCH_STAY = "no-such-stay"
    SEVERAL_STAYS = "several-stays"
    SAID_BEFORE = "said-before"
    RELEASE_ORDER = "release-order"
    NOT_BY_TRUCK = "not-by-truck"
    LIST_IS_KNOWN = "list-is-known"
    NOT_FOR_HERE = "not-for-here"
    CANNOT_BE_LOADED = "cannot-be-loaded"
    NOT_VERIFIED = "not-verified"
    NOT_NOTED = "not-noted"
    CUSTOMS_WAIT = "customs-wait"
    CUSTOMS_REFUSED = "customs-refused"


UNACTED: Final = {
    Unacted.NO_SUCH_STAY: gettext_noop("No stay of %(found)s in which you have a part is known here; nothing noted."),
    Unacted.SEVERAL_STAYS: gettext_noop("Several stays of %(found)s are announced; which is meant is not said."),
    Unacted.SAID_BEFORE: gettext_noop("This was reported of %(found)s before; it stands once."),
    Unacted.RELEASE_ORDER: gettext_noop("A release of %(found)s is not carried out from a message; use the API."),
    Unacted.NOT_BY_TRUCK: gettext_noop("Only trucks are announced by this message; %(found)s was left."),
    Unacted.LIST_IS_KNOWN: gettext_noop("A discharge list of %(found)s is here; a bay plan does not change it."),
    Unacted.NOT_FOR_HERE: gettext_noop("%(found)s containers stay aboard: they are not discharged at %(expected)s."),
    Unacted.CANNOT_BE_LOADED: gettext_noop("%(found)s is listed and cannot be planned as things stand: %(expected)s."),
    Unacted.NOT_VERIFIED: gettext_noop("The verified mass of %(found)s names no method; it counts as declared."),
    Unacted.NOT_NOTED: gettext_noop("%(found)s was not noted: %(expected)s."),
    Unacted.CUSTOMS_WAIT: gettext_noop("The decision about %(found)s waits: %(expected)s."),
    Unacted.CUSTOMS_REFUSED: gettext_noop("The decision about %(found)s was not carried out: %(expected)s."),
}
"""What is said of each. Nothing of it undoes the rest of the message."""


@dataclass(frozen=True, slots=True)
class LeftUndone:
    """Something that was said and not acted on, and where it stands."""

    what: Unacted
    place: Place
    found: str = ""
    expected: str = ""

    @property
    def template(self) -> str:
        """The sentence as the catalogues have it, over ``facts``."""
        return UNACTED[self.what]

    @property
    def facts(self) -> dict[str, str | int]:
        """Plain JSON values, as those of what was put right."""
        where = self.place
        return {
            "code": self.what.value,
            "segment": where.segment,
            "tag": where.tag,
            "element": where.element,
            "component": where.component,
            "found": readable(self.found),
            "expected": self.expected,
        }


def digest(interchange: Interchange) -> str:
    """A checksum of what the messages say, whatever the envelope and the line breaks around them."""
    said = hashlib.sha256()
    for message in interchange.messages:
        for each in (message.header, *message.segments):
            said.update(repr((each.tag, each.elements)).encode())
    return said.hexdigest()
