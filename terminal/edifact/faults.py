"""What is wrong with an interchange: one located error. What can be put right instead is in ``oddities``."""

from dataclasses import dataclass
from typing import ClassVar, Final, Self

from terminal.errors import Malformed, gettext_noop
from terminal.identifiers.text import shown

NOTHING: Final = "—"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in an interchange: segment (from 1; 0 is the interchange as a whole), its tag, element and component.

    Elements and components count from 1, as in the directories: the number of a box is EQD element 2, component 1.
    Element 0 is the segment as a whole.
    """

    segment: int = 0
    tag: str = ""
    element: int = 0
    component: int = 0


WHOLE: Final = Place()


class MalformedInterchange(Malformed):
    """An interchange cannot be read: at one place, something else was found than was expected."""

    message = gettext_noop(
        "Segment %(segment)s %(tag)s, element %(element)s.%(component)s: found %(found)s, expected %(expected)s."
    )
    syntax_error: ClassVar[str] = "18"
    """How CONTRL calls it (data element 0085)."""

    @classmethod
    def at(cls, place: Place, found: str, expected: str) -> Self:
        """The refusal at a place."""
        return cls(
            segment=place.segment,
            tag=place.tag,
            element=place.element,
            component=place.component,
            found=readable(found),
            expected=expected,
        )

    @property
    def place(self) -> Place:
        """Where it is."""
        return Place(*(self.facts[name] for name in ("segment", "tag", "element", "component")))


class InterchangeTooLarge(MalformedInterchange):
    """More bytes or segments than anybody agreed to read."""

    message = gettext_noop("The interchange is too large: found %(found)s, at most %(expected)s are read.")
    OF: ClassVar[dict[str, str]] = {
        "bytes": gettext_noop("The interchange is too large: it has %(found)s bytes, at most %(expected)s are read."),
        "segments": gettext_noop(
            "The interchange is too large: it has %(found)s segments where at most %(expected)s are read."
        ),
        "containers": gettext_noop(
            "The interchange is too large: it names %(found)s containers where at most %(expected)s are read."
        ),
    }
    """The same as a whole sentence, by what there is too much of."""

    @classmethod
    def by(cls, place: Place, found: int, most: int, what: str) -> Self:
        """The refusal at a place, in figures."""
        refusal = cls.at(place, str(found), str(most))
        refusal.message = cls.OF[what]  # type: ignore[misc] # the sentence of this one refusal
        return refusal


class BrokenSyntax(MalformedInterchange):
    """Bytes or characters that make no segments."""

    message = gettext_noop("Segment %(segment)s %(tag)s cannot be read: found %(found)s, expected %(expected)s.")
    syntax_error = "21"


class BrokenEnvelope(MalformedInterchange):
    """A service segment where it cannot stand."""

    message = gettext_noop("Segment %(segment)s %(tag)s cannot stand here: found %(found)s, expected %(expected)s.")
    syntax_error = "15"


class InterchangeCutShort(MalformedInterchange):
    """It ends where nothing ends: a part of it is missing."""

    message = gettext_noop("The interchange ends in segment %(segment)s with %(found)s; expected was %(expected)s.")
    syntax_error = "13"


class ReferencesDiffer(MalformedInterchange):
    """A trailer does not belong to its header."""

    message = gettext_noop("Segment %(segment)s %(tag)s: reference %(found)s, expected %(expected)s.")
    syntax_error = "28"


class CountsDiffer(MalformedInterchange):
    """A control count says another number than there are."""

    message = gettext_noop("Segment %(segment)s %(tag)s: it says %(found)s, but %(expected)s are there.")
    syntax_error = "29"


class NotAgreed(MalformedInterchange):
    """Readable, but not as this partner was agreed to write."""

    message = gettext_noop(
        "Segment %(segment)s %(tag)s is not as agreed with this partner: found %(found)s, expected %(expected)s."
    )


class UnknownMessageType(MalformedInterchange):
    """A message of a type that is not read here."""

    message = gettext_noop("Segment %(segment)s %(tag)s: messages %(found)s are not read, but %(expected)s are.")
    syntax_error = "12"


class MissingElement(MalformedInterchange):
    """Something without which the message says nothing is not there."""

    message = gettext_noop("Segment %(segment)s %(tag)s, element %(element)s.%(component)s: %(expected)s is missing.")
    syntax_error = "13"


class MissingSegment(MissingElement):
    """What has to be said of a thing is said nowhere behind the segment that begins it."""

    message = gettext_noop("Segment %(segment)s %(tag)s: behind it, %(expected)s is missing.")


class WrongElement(MalformedInterchange):
    """An element that cannot be what it stands for: a container number, a time, a weight."""

    syntax_error = "12"


class RefusedElement(WrongElement):
    """What a check of the terminal does not take: ``why`` is its sentence, ``cause`` its code."""

    message = gettext_noop("Segment %(segment)s %(tag)s, element %(element)s.%(component)s: %(why)s")

    @classmethod
    def because(cls, place: Place, found: str, refusal: Malformed) -> Self:
        """The refusal at a place, with the reason of the check."""
        located = cls.at(place, found, refusal.code())
        located.facts |= {"why": str(refusal), "cause": refusal.code()}
        return located


class UnknownCode(WrongElement):
    """A code of no list that was agreed. Nothing is guessed."""

    message = gettext_noop(
        "Segment %(segment)s %(tag)s, element %(element)s.%(component)s: code %(found)s is not known. "
        "Known are: %(expected)s."
    )


def readable(text: str) -> str:
    """What was found, as a refusal repeats it: short, without signs nobody can see."""
    seen = "".join(each if each.isprintable() else f"\\x{ord(each):02x}" for each in text[:200])
    return shown(seen) or NOTHING
