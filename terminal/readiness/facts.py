"""How things stand with one visit: what stops it, what was allowed, what is needed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from terminal.lifecycle import Phase, Position, VisitState
from terminal.moments import require_zone, utc
from terminal.throughput import Mode


class Step(StrEnum):
    """What can be done next with a box: onto a carrier, out through the gate, unpacked, handed over."""

    LOAD = "load"
    GATE_OUT = "gate_out"
    STRIP = "strip"
    RELEASE = "release"


class Owner(StrEnum):
    """Who can stop a box or must allow its step; only the same owner takes it back."""

    CUSTOMS = "customs"
    TERMINAL = "terminal"
    CARRIER = "carrier"
    SHIPPER = "shipper"


class HoldKind(StrEnum):
    """Why it is stopped, as far as that changes what helps: an inspection is waited for, seized goods stay."""

    HOLD = "hold"
    INSPECTION = "inspection"
    SEIZURE = "seizure"


class AnswerState(StrEnum):
    """How it stands with what an owner was asked. Only an answer that says yes helps, and that is a permission.

    Out of service: the office it lies at is switched off. Unreadable: an answer came that nobody could read.
    """

    AWAITED = "awaited"
    UNREADABLE = "unreadable"
    OUT_OF_SERVICE = "out_of_service"
    REFUSED = "refused"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class HoldFact:
    """A hold that has not been lifted. ``step`` None stops every step; ``kind`` changes what helps.

    ``on`` is what was stopped when it was more than the visit itself (a call, a consignment, all boxes of a booking),
    and ``number`` by what name it is known; both empty: this visit.
    """

    owner: Owner
    reason: str
    reference: str
    placed_at: datetime
    step: Step | None = None
    on: str = ""
    number: str = ""
    kind: HoldKind = HoldKind.HOLD

    def __post_init__(self) -> None:
        require_zone(self.placed_at)

    def stops(self, step: Step) -> bool:
        return self.step is None or self.step is step


@dataclass(frozen=True, slots=True)
class Grant:
    """A permission given: in force from ``granted_at`` until just before ``valid_until`` or ``revoked_at``."""

    owner: Owner
    step: Step
    reference: str
    granted_at: datetime
    valid_until: datetime | None = None
    revoked_at: datetime | None = None

    def __post_init__(self) -> None:
        require_zone(self.granted_at, self.valid_until, self.revoked_at)

    def in_force(self, at: datetime) -> bool:
        return not (self.is_future(at) or self.is_expired(at) or self.is_revoked(at))

    def is_stale(self, at: datetime, max_age: timedelta | None) -> bool:
        """Whether it is as old as ``max_age`` or older: then it counts no more, whatever it says itself."""
        return max_age is not None and utc(at) - utc(self.granted_at) >= max_age

    def is_future(self, at: datetime) -> bool:
        return utc(at) < utc(self.granted_at)

    def is_expired(self, at: datetime) -> bool:
        return self.valid_until is not None and utc(at) >= utc(self.valid_until)

    def is_revoked(self, at: datetime) -> bool:
        return self.revoked_at is not None and utc(at) >= utc(self.revoked_at)


@dataclass(frozen=True, slots=True)
class Requirement:
    """The owner's permission is needed for the step, and a younger one than ``max_age`` where that is said."""

    owner: Owner
    step: Step
    max_age: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to an owner, and how it stands with the answer. It permits nothing; it says why nothing is permitted.

    ``reference`` is under which it was asked; ``office`` where it lies, if anybody knows.
    """

    owner: Owner
    reference: str
    asked_at: datetime
    state: AnswerState = AnswerState.AWAITED
    since: datetime | None = None
    office: str = ""

    def __post_init__(self) -> None:
        require_zone(self.asked_at, self.since)

    @property
    def is_open(self) -> bool:
        """Whether an answer is still wanted."""
        return self.state in UNANSWERED


UNANSWERED: Final = frozenset({AnswerState.AWAITED, AnswerState.OUT_OF_SERVICE, AnswerState.UNREADABLE})
"""States in which nobody has heard an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """How things stand with one visit. What is not known is None, and never counts as good news.

    ``requirements`` None means that no rule says what this visit needs: then customs' permission is required.
    ``departure_call_phase`` None means that no call to leave by is known; ``carrier_mode`` None that the box is on no
    carrier, or nobody knows on which. ``received_at`` is when the box came onto the terminal's ground, ``cut_off_at``
    until when the call it leaves by takes boxes. ``vgm_kg`` is the gross weight where somebody verified it. ``asked``:
    what owners were asked about it.
    """

    state: VisitState
    position: Position
    laden: bool | None = None
    holds: tuple[HoldFact, ...] = ()
    grants: tuple[Grant, ...] = ()
    asked: tuple[Asked, ...] = ()
    requirements: tuple[Requirement, ...] | None = None
    departure_call_phase: Phase | None = None
    departure_call_mode: Mode | None = None
    cut_off_at: datetime | None = None
    received_at: datetime | None = None
    carrier_mode: Mode | None = None
    gross_kg: int | None = None
    vgm_kg: int | None = None

    def __post_init__(self) -> None:
        require_zone(self.cut_off_at, self.received_at)

    def missed_the_cut_off(self, at: datetime) -> bool:
        """Whether the box came after its call had stopped taking boxes, or has not come by ``at`` and would."""
        come = at if self.received_at is None else self.received_at
        return self.cut_off_at is not None and utc(come) > utc(self.cut_off_at)
