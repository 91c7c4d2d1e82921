"""A message on its way into the terminal: who says it, where in it things stand, and what becomes of it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from apps.edi.models import Partner
from apps.edi.services.refusals import CannotBeDone
from apps.parties.actors import Actor
from apps.parties.models import Party
from terminal.edifact.envelope import Message
from terminal.edifact.exchange import LeftUndone, Unacted
from terminal.edifact.facts import Box
from terminal.edifact.faults import MalformedInterchange, Place
from terminal.errors import Refused


@dataclass
class Case:
    """One message of a partner, with what was done (``did``) and what was left (``left``) so far.

    ``key`` names the message among all of the partner's. ``prepared_at``: when the interchange says it was written.
    """

    partner: Partner
    message: Message
    at: datetime
    key: str
    prepared_at: datetime | None = None
    did: list[dict[str, Any]] = field(default_factory=list)
    left: list[LeftUndone] = field(default_factory=list)

    @property
    def party(self) -> Party:
        """The partner's party."""
        assert self.partner.party is not None
        return self.partner.party

    @property
    def by(self) -> Actor:
        """The partner's program: it may do what the party itself may."""
        if self.partner.party is None:
            return Actor.itself(f"edi {self.partner.code}")
        return Actor.program(self.partner.party, f"edi:{self.partner.code}")

    @property
    def begin(self) -> Place:
        """Where the message says what it is: element 1 of BGM."""
        return self.where("BGM", 1)

    def where(self, tag: str, element: int, component: int = 1, qualifier: str = "") -> Place:
        """The place in its first segment of a tag (with a qualifier in element 1); in UNH where there is none."""
        for segment in self.message.segments:
            if segment.tag == tag and (not qualifier or segment.get(1) == qualifier):
                return segment.place(element, component)
        return self.message.header.place(2)

    def done(self, what: str, **facts: Any) -> None:
        """Something was done; ``facts`` are plain JSON values."""
        self.did.append({"what": what, **facts})

    def leave(self, what: Unacted, place: Place, found: str, expected: str = "") -> None:
        """Something is left undone."""
        self.left.append(LeftUndone(what, place, found, expected))

    def leave_masses(self, boxes: Iterable[Box]) -> None:
        """A verified mass without its method and who answers for it, which no message says, counts as declared."""
        verified = [box.number for box in boxes if box.vgm_kg is not None]
        if verified:
            found = verified[0] if len(verified) == 1 else f"{verified[0]} … ({len(verified)})"
            self.leave(Unacted.NOT_VERIFIED, self.begin, found)

    @contextmanager
    def asking(self, boxes: Iterable[Box] = (), place: Place | None = None) -> Iterator[None]:
        """Run a service; its refusal is said where the box stands that it names, else at ``place``."""
        try:
            yield
        except MalformedInterchange:
            raise
        except Refused as refusal:
            raise CannotBeDone.because(*self._place_of(refusal, boxes, place), refusal) from refusal

    def _place_of(self, refusal: Refused, boxes: Iterable[Box], place: Place | None) -> tuple[Place, str]:
        named = {value for value in refusal.facts.values() if isinstance(value, str)}
        for box in boxes:
            if box.number and box.number in named:
                return box_at(box), box.number
        where = place or self.begin
        return where, self.message.reference


def box_at(box: Box, element: int = 2) -> Place:
    """Where a box stands in its interchange."""
    return Place(box.segment, "EQD", element, 1)
