"""What an event is made of, in plain terms."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from terminal.events import Classifier, EventKind
from terminal.readiness.facts import Owner
from terminal.seals import SealOwner
from terminal.throughput import Mode


class PaperKind(StrEnum):
    """What a number in the papers stands for."""

    BOOKING = "booking"
    TRANSPORT_DOCUMENT = "transport-document"
    SHIPPERS_OWN = "shippers-own"


@dataclass(frozen=True)
class Paper:
    """One number in the papers."""

    kind: PaperKind
    number: str


@dataclass(frozen=True)
class SealSeen:
    """A seal the event speaks of."""

    number: str
    owner: SealOwner


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where it happened. ``facility`` and its ``facility_list`` (SMDG, BIC) where the site has such a code."""

    name: str
    un_locode: str
    facility: str = ""
    facility_list: str = ""


@dataclass(frozen=True, kw_only=True)
class Carriage:
    """The carrier it is about: a ship, a barge, a train or a truck at the terminal once.

    ``call`` is the public id of its call; empty: a truck nobody announced. ``number``: of the train, or the plate.
    ``service``: the service it runs for; ``wagon``: the wagon the box is on.
    """

    mode: Mode
    call: str = ""
    number: str = ""
    vessel: str = ""
    imo: str = ""
    voyage_in: str = ""
    voyage_out: str = ""
    service: str = ""
    wagon: str = ""


@dataclass(frozen=True, kw_only=True)
class Happened:
    """One row of the journal. ``kind`` of a retraction is what did not happen after all.

    ``event`` is the public id of its lineage: the same for the first word, its corrections and its retraction.
    ``happened_at`` is in the zone of the place. ``laden`` None: nobody knows. ``owner``: whose hold or permission it
    is; ``look``: how closely customs looks; ``result``: what it found; ``reference``: the owner's own.
    ``terminal`` is the code of the terminal that says so.
    """

    kind: EventKind
    event: str
    terminal: str
    happened_at: datetime
    recorded_at: datetime
    place: Place
    classifier: Classifier = Classifier.ACTUAL
    revision: int = 1
    retracted: bool = False
    container: str = ""
    size_type: str = ""
    laden: bool | None = None
    carriage: Carriage | None = None
    papers: tuple[Paper, ...] = ()
    seals: tuple[SealSeen, ...] = ()
    owner: Owner | None = None
    look: str = ""
    result: str = ""
    reference: str = ""
