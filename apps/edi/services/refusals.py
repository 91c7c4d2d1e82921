"""What can be refused about interchanges as a whole; what is wrong within one is said with its place."""

from typing import Final

from terminal.edifact.faults import MalformedInterchange, Place
from terminal.errors import Malformed, Refused, gettext_noop


class InterchangeRefused(Malformed):
    """How the API answers an interchange that was refused: ``fault`` says where and why, 409 where it is the state."""

    message = gettext_noop("The interchange was refused as a whole; “fault” says where and why.")


class NotSentTo(Refused):
    """An interchange that came is not put into a partner's folder."""

    message = gettext_noop("%(reference)s came from the partner, or no folder was agreed on: it cannot be sent.")


class WrongParty(MalformedInterchange):
    """The envelope names others than those between whom the exchange was agreed on."""

    message = gettext_noop("Segment %(segment)s %(tag)s, element %(element)s: %(found)s, agreed was %(expected)s.")
    syntax_error = "23"


class ReferenceUsed(MalformedInterchange):
    """A control reference that stands for something else."""

    kind = "state"  # type: ignore[assignment]
    message = gettext_noop("The control reference %(found)s was used for other messages: %(expected)s.")
    syntax_error = "26"


class NotAgreedOn(MalformedInterchange):
    """A type of message that is not read from this partner."""

    message = gettext_noop("Segment %(segment)s %(tag)s: %(found)s is not read from you; agreed were %(expected)s.")
    syntax_error = "25"


class UnknownHere(MalformedInterchange):
    """What a message is about is not known here, or not as the partner's own."""

    message = gettext_noop(
        "Segment %(segment)s %(tag)s, element %(element)s: %(found)s is not known here as yours; "
        "expected was %(expected)s."
    )


class CannotBeDone(MalformedInterchange):
    """The terminal refuses what a message asks for: ``why`` is its sentence, ``cause`` its code."""

    kind = "state"  # type: ignore[assignment]
    message = gettext_noop("Segment %(segment)s %(tag)s, element %(element)s: %(why)s")

    @classmethod
    def because(cls, place: Place, found: str, refusal: Refused) -> "CannotBeDone":
        """The refusal at a place, with its reason."""
        located = cls.at(place, found, refusal.code())
        located.facts |= {"why": str(refusal), "cause": refusal.code()}
        return located


OF_STATE: Final = frozenset({ReferenceUsed.code(), CannotBeDone.code()})
"""Codes of what may be right another time."""
