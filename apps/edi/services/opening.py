"""An interchange is opened: can it be read, is it the partner's, and what tells it from others."""

import hashlib
from dataclasses import dataclass, field
from typing import Any, Final

from apps.edi.models import Partner
from apps.edi.services.refusals import NotAgreedOn, WrongParty
from terminal.edifact.acknowledging import Objection, Receipt, read_answers, who_wrote
from terminal.edifact.envelope import Address, Interchange, Message, read_interchange
from terminal.edifact.exchange import digest
from terminal.edifact.facts import MessageType
from terminal.edifact.faults import MalformedInterchange, Place, UnknownMessageType
from terminal.edifact.profile import Profile
from terminal.edifact.reading import Received, read

ANSWERS: Final = frozenset({MessageType.CONTRL.value, MessageType.APERAK.value})
Answers = tuple[Receipt | Objection, ...]


@dataclass(frozen=True)
class Opened:
    """What came. ``received`` None: it was refused by ``fault``; then ``head`` is what can be read of its header.

    ``answers``: it is about what we wrote, and tells nothing else.
    """

    data: bytes
    digest: str
    head: Interchange = field(default_factory=Interchange)
    received: Received | None = None
    fault: MalformedInterchange | None = None
    answers: Answers = ()

    @property
    def types(self) -> list[str]:
        """The types of its messages, in their order, each once."""
        return list(dict.fromkeys(message.type[:20] for message in self.head.messages))


def open_interchange(data: bytes, partner: Partner) -> Opened:
    """Read what came from a partner. Refuses nothing: what is wrong is in the answer."""
    profile = partner.profile
    head = who_wrote(data, profile) or Interchange()
    try:
        _require_between_us(head, partner)
        received, answers = _read(data, profile)
        if not answers:
            _require_agreed(received.interchange, partner)
    except MalformedInterchange as fault:
        return Opened(data, hashlib.sha256(data).hexdigest(), head, fault=fault)
    return Opened(data, digest(received.interchange), received.interchange, received, answers=answers)


def _read(data: bytes, profile: Profile) -> tuple[Received, Answers]:
    """What it says; answers to what we wrote say nothing but that."""
    try:
        return read(data, profile), ()
    except UnknownMessageType as strange:
        if strange.facts["found"] not in ANSWERS:
            raise
    interchange, answers = read_interchange(data, profile), read_answers(data, profile)
    return Received(interchange, (), interchange.warnings), answers


def _require_between_us(interchange: Interchange, partner: Partner) -> None:
    if not interchange.level:
        return
    for element, said, agreed in (
        (2, interchange.sender, partner.address),
        (3, interchange.recipient, partner.our_address),
    ):
        if not _is(said, agreed):
            raise WrongParty.at(Place(1, "UNB", element, 1), _shown(said), _shown(agreed))


def _is(said: Address, agreed: Address) -> bool:
    return said.code == agreed.code and (not agreed.qualifier or said.qualifier == agreed.qualifier)


def _shown(address: Address) -> str:
    return f"{address.code}:{address.qualifier}" if address.qualifier else address.code


def _require_agreed(interchange: Interchange, partner: Partner) -> None:
    for message in interchange.messages:
        if message.type not in partner.takes:
            agreed = ", ".join(sorted(partner.takes)) or "—"
            raise NotAgreedOn.at(message.header.place(2), message.type, agreed)


def named(message: Message) -> dict[str, Any]:
    """What a message is, as its outcome tells it."""
    begin = message.segments[0] if message.segments and message.segments[0].tag == "BGM" else None
    return {
        "reference": message.reference,
        "type": message.type,
        "dialect": message.dialect,
        "document": begin.get(2) if begin else "",
    }
