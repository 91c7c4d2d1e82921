"""What each message says."""

from dataclasses import dataclass
from datetime import datetime

from terminal.customs.word import MessageKind
from terminal.edifact.facts.kinds import Errand, Function, Gate, MessageType, Order, ShipWork, Status
from terminal.edifact.facts.parts import Box, Location, Means, Party, Reference, Time
from terminal.stowage import StowageList


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What every message says of itself. ``document`` is the sender's number of it, ``reference`` that in UNH."""

    type: MessageType
    dialect: str = "D.95B"
    association: str = ""
    reference: str = ""
    document: str = ""
    code: str = ""
    function: Function = Function.ORIGINAL
    issued_at: datetime | None = None
    references: tuple[Reference, ...] = ()
    times: tuple[Time, ...] = ()
    locations: tuple[Location, ...] = ()
    parties: tuple[Party, ...] = ()
    remarks: tuple[str, ...] = ()

    def reference_of(self, kind: str) -> str:
        """The first reference of a kind; empty if there is none."""
        return next((each.value for each in self.references if each.kind == kind), "")


@dataclass(frozen=True, slots=True)
class Move:
    """A box was moved, and when."""

    box: Box
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GateReport:
    """CODECO: boxes came or left by truck or train. ``means`` carry before or after."""

    head: Head
    way: Gate
    moves: tuple[Move, ...]
    means: tuple[Means, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipReport:
    """COARRI: boxes were discharged from a ship or loaded onto it."""

    head: Head
    work: ShipWork
    moves: tuple[Move, ...]
    means: tuple[Means, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipList:
    """COPRAR: boxes that are to be discharged from a ship, or loaded onto it."""

    head: Head
    which: StowageList
    boxes: tuple[Box, ...]
    means: tuple[Means, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """COPARN: boxes to be given out, to be taken in, or only to come."""

    head: Head
    order: Order
    boxes: tuple[Box, ...]
    means: tuple[Means, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TruckNotice:
    """COPINO: a truck is to come. ``errands`` tells for each box whether it is brought or fetched."""

    head: Head
    errands: tuple[tuple[Errand, Box], ...]
    means: tuple[Means, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusTold:
    """What happened to some boxes, when and where. ``said`` and ``code`` are the sender's; by which ``means``."""

    status: Status
    code: str
    at: datetime
    said: str = ""
    boxes: tuple[Box, ...] = ()
    references: tuple[Reference, ...] = ()
    times: tuple[Time, ...] = ()
    locations: tuple[Location, ...] = ()
    parties: tuple[Party, ...] = ()
    means: tuple[Means, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusReport:
    """IFTSTA: what happened on the way."""

    head: Head
    statuses: tuple[StatusTold, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomsAnswer:
    """CUSRES: what customs say of a declaration. ``turn``: their number of the message about it, if agreed.

    ``kinds`` in the order given: what was decided; ``codes`` their codes. ``office`` is the office that answers.
    """

    head: Head
    declaration: str
    kinds: tuple[MessageKind, ...]
    codes: tuple[str, ...]
    turn: int | None = None
    office: str = ""
    boxes: tuple[Box, ...] = ()
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BayPlan:
    """BAPLIE: the boxes aboard a ship, each with its place."""

    head: Head
    boxes: tuple[Box, ...]
    means: tuple[Means, ...] = ()


Told = GateReport | ShipReport | ShipList | Announcement | TruckNotice | StatusReport | CustomsAnswer | BayPlan
"""What a message can say."""
