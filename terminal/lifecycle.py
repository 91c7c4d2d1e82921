"""Every status a thing at the terminal can have, and which may follow which.

A ``Lifecycle`` is a table. ``require_step`` is the rule; who was first is settled by the database, and the journal
remembers. `docs/lifecycles.md` draws these tables.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from terminal.errors import Refused, gettext_noop


class StepNotAllowed(Refused):
    """A status change the lifecycle does not know."""

    message = gettext_noop("A %(thing)s that is %(present)s cannot become %(wanted)s. It can become: %(possible)s.")


@dataclass(frozen=True)
class Lifecycle:
    """Which status may follow which. A status that leads nowhere is final."""

    thing: str
    steps: Mapping[str, frozenset[str]]
    starts: tuple[str, ...] = ()
    """The statuses in which it can begin; the first of the table where none is named."""

    def __post_init__(self) -> None:
        if not self.starts:
            object.__setattr__(self, "starts", (next(iter(self.steps)),))

    def can_step(self, present: str, wanted: str) -> bool:
        """Whether ``wanted`` may follow ``present``."""
        return wanted in self.steps[present]

    def require_step(self, present: str, wanted: str) -> None:
        """Raise ``StepNotAllowed`` unless ``wanted`` may follow ``present``."""
        if not self.can_step(present, wanted):
            possible = ", ".join(sorted(self.steps[present])) or "—"
            raise StepNotAllowed(thing=self.thing, present=str(present), wanted=str(wanted), possible=possible)

    def sources(self, wanted: str) -> list[str]:
        """Every status from which ``wanted`` can be reached in one step, sorted."""
        return sorted(present for present, after in self.steps.items() if wanted in after)

    def is_final(self, status: str) -> bool:
        """Whether nothing can follow."""
        return not self.steps[status]


def _table(statuses: Iterable[StrEnum], steps: Mapping[StrEnum, Iterable[StrEnum]]) -> dict[str, frozenset[str]]:
    return {s.value: frozenset(a.value for a in steps.get(s, ())) for s in statuses}


class VisitState(StrEnum):
    """Where a visit stands in its life; where the box stands is ``Position``. Joined: it goes on in another visit."""

    ADVISED = "advised"
    ACTIVE = "active"
    DEPARTED = "departed"
    CANCELLED = "cancelled"
    JOINED = "joined"


class Position(StrEnum):
    """What kind of place a box is in. In the yard, the cell may be unknown."""

    INBOUND = "inbound"
    ON_CARRIER = "on_carrier"
    IN_YARD = "in_yard"
    IN_WAREHOUSE = "in_warehouse"
    GONE = "gone"


VISIT: Final = Lifecycle(
    "visit",
    _table(
        VisitState,
        {
            VisitState.ADVISED: [VisitState.ACTIVE, VisitState.CANCELLED, VisitState.JOINED],
            VisitState.ACTIVE: [VisitState.DEPARTED],
        },
    ),
)


class Phase(StrEnum):
    """A call's phase: trains go through all of them, other carriers through those they need."""

    SCHEDULED = "scheduled"
    ANNOUNCED = "announced"
    ARRIVED = "arrived"
    IN_PROCESSING = "in_processing"
    READY = "ready"
    DEPARTED = "departed"
    CLOSED = "closed"
    CANCELLED = "cancelled"


WORKABLE: Final = frozenset({Phase.ARRIVED, Phase.IN_PROCESSING})
"""Loading and discharging happen only in these phases."""

ON_SITE: Final = frozenset({Phase.ARRIVED, Phase.IN_PROCESSING, Phase.READY})
"""The carrier stands at the terminal."""

CALL: Final = Lifecycle(
    "call",
    _table(
        Phase,
        {
            Phase.SCHEDULED: [Phase.ANNOUNCED, Phase.ARRIVED, Phase.CANCELLED],
            Phase.ANNOUNCED: [Phase.ARRIVED, Phase.CANCELLED],
            Phase.ARRIVED: [Phase.IN_PROCESSING, Phase.READY],
            Phase.IN_PROCESSING: [Phase.READY],
            Phase.READY: [Phase.IN_PROCESSING, Phase.DEPARTED],
            Phase.DEPARTED: [Phase.CLOSED],
        },
    ),
)


class OrderState(StrEnum):
    """A work order's state. Quarantined: it cannot be carried out as it stands, and says why."""

    PLANNED = "planned"
    DISPATCHED = "dispatched"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    QUARANTINED = "quarantined"
    CANCELLED = "cancelled"


IN_HAND: Final = frozenset({OrderState.DISPATCHED, OrderState.IN_PROGRESS})
"""Somebody was given the order."""

OPEN_ORDER: Final = IN_HAND | {OrderState.PLANNED, OrderState.QUARANTINED}
"""The order is still to be carried out."""

_O = OrderState
WORK_ORDER: Final = Lifecycle(
    "work order",
    _table(
        OrderState,
        {
            _O.PLANNED: [_O.DISPATCHED, _O.QUARANTINED, _O.CANCELLED],
            _O.DISPATCHED: [_O.IN_PROGRESS, _O.DONE, _O.PLANNED, _O.QUARANTINED],
            _O.IN_PROGRESS: [_O.DONE, _O.PLANNED, _O.QUARANTINED],
            _O.QUARANTINED: [_O.PLANNED, _O.CANCELLED],
        },
    ),
)


class LineState(StrEnum):
    """What became of a box on a ship's list. Short: listed, and not on board. Cancelled: given up, and said why."""

    LISTED = "listed"
    DONE = "done"
    SHORT = "short"
    CANCELLED = "cancelled"


_L = LineState
LIST_LINE: Final = Lifecycle(
    "list line",
    _table(
        LineState,
        {
            _L.LISTED: [_L.DONE, _L.SHORT, _L.CANCELLED],
            _L.DONE: [_L.LISTED],
            _L.SHORT: [_L.DONE, _L.LISTED],
            _L.CANCELLED: [_L.DONE, _L.LISTED],
        },
    ),
)


class CaseState(StrEnum):
    """Something to be cleared up: open, then corrected, or dismissed with a reason."""

    OPEN = "open"
    CORRECTED = "corrected"
    DISMISSED = "dismissed"


CASE: Final = Lifecycle("case", _table(CaseState, {CaseState.OPEN: [CaseState.CORRECTED, CaseState.DISMISSED]}))


class BookingStatus(StrEnum):
    """A warehouse booking's status."""

    REQUESTED = "requested"
    WAITING = "waiting"
    CONFIRMED = "confirmed"
    CHECKED_IN = "checked_in"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    REJECTED = "rejected"
    EXPIRED = "expired"
    NO_SHOW = "no_show"


HOLDING_SPACE: Final = frozenset({BookingStatus.REQUESTED, BookingStatus.CONFIRMED, BookingStatus.CHECKED_IN})
"""A booking in one of these holds its area; in any other it holds nothing."""

BOOKING: Final = Lifecycle(
    "booking",
    _table(
        BookingStatus,
        {
            BookingStatus.WAITING: [BookingStatus.REQUESTED, BookingStatus.CANCELLED, BookingStatus.EXPIRED],
            BookingStatus.REQUESTED: [
                BookingStatus.CONFIRMED,
                BookingStatus.REJECTED,
                BookingStatus.CANCELLED,
                BookingStatus.EXPIRED,
            ],
            BookingStatus.CONFIRMED: [
                BookingStatus.REQUESTED,
                BookingStatus.CHECKED_IN,
                BookingStatus.CANCELLED,
                BookingStatus.NO_SHOW,
            ],
            BookingStatus.CHECKED_IN: [BookingStatus.COMPLETED],
        },
    ),
    starts=(BookingStatus.REQUESTED.value, BookingStatus.WAITING.value),
)


class DeclarationStatus(StrEnum):
    """A customs declaration's status. Referred: another authority (quarantine, food safety) has it."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    REGISTERED = "registered"
    DOCUMENTARY_CHECK = "documentary_check"
    INSPECTION_ORDERED = "inspection_ordered"
    INSPECTED = "inspected"
    REFERRED = "referred"
    ASSESSED = "assessed"
    PAID = "paid"
    RELEASED = "released"
    QUERY = "query"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Channel(StrEnum):
    """How closely customs looks: green (released at once, audit later), yellow (documents), red (physical)."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


_D = DeclarationStatus
DECLARATION: Final = Lifecycle(
    "declaration",
    _table(
        DeclarationStatus,
        {
            _D.DRAFT: [_D.SUBMITTED, _D.WITHDRAWN],
            _D.SUBMITTED: [_D.REGISTERED, _D.REJECTED, _D.WITHDRAWN],
            _D.REGISTERED: [_D.DOCUMENTARY_CHECK, _D.INSPECTION_ORDERED, _D.ASSESSED, _D.WITHDRAWN],
            _D.DOCUMENTARY_CHECK: [
                _D.QUERY,
                _D.REFERRED,
                _D.INSPECTION_ORDERED,
                _D.ASSESSED,
                _D.REJECTED,
                _D.WITHDRAWN,
            ],
            _D.QUERY: [_D.DOCUMENTARY_CHECK, _D.REJECTED, _D.WITHDRAWN],
            _D.REFERRED: [_D.DOCUMENTARY_CHECK, _D.REJECTED],
            _D.INSPECTION_ORDERED: [_D.INSPECTED],
            _D.INSPECTED: [_D.ASSESSED, _D.QUERY, _D.REFERRED, _D.REJECTED],
            _D.ASSESSED: [_D.PAID],
            _D.PAID: [_D.RELEASED],
        },
    ),
)


class AmendmentStatus(StrEnum):
    """A change to a declaration that was taken up. Dropped: the declaration was decided before it was."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    DROPPED = "dropped"


_AM = AmendmentStatus
AMENDMENT: Final = Lifecycle(
    "amendment", _table(AmendmentStatus, {_AM.ASKED: [_AM.ACCEPTED, _AM.REFUSED, _AM.DROPPED]})
)


class InspectionStatus(StrEnum):
    """An inspection by customs: ordered, the box presented at its place, in work, done or called off."""

    ORDERED = "ordered"
    PRESENTED = "presented"
    IN_WORK = "in_work"
    DONE = "done"
    CALLED_OFF = "called_off"


OPEN_INSPECTION: Final = frozenset({InspectionStatus.ORDERED, InspectionStatus.PRESENTED, InspectionStatus.IN_WORK})
"""The box, or the lot, waits for customs' look or is being looked at."""

_IN = InspectionStatus
INSPECTION: Final = Lifecycle(
    "inspection",
    _table(
        InspectionStatus,
        {
            _IN.ORDERED: [_IN.PRESENTED, _IN.CALLED_OFF],
            _IN.PRESENTED: [_IN.IN_WORK, _IN.ORDERED, _IN.CALLED_OFF],
            _IN.IN_WORK: [_IN.DONE, _IN.PRESENTED, _IN.CALLED_OFF],
        },
    ),
)


class ReportStatus(StrEnum):
    """A report the terminal owes to customs. Refused: customs wants it corrected. Replaced: a later one stands."""

    WAITING = "waiting"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"
    REPLACED = "replaced"


_RS = ReportStatus
DUTY_REPORT: Final = Lifecycle(
    "report to customs",
    _table(
        ReportStatus,
        {
            _RS.WAITING: [_RS.SENT, _RS.ACKNOWLEDGED, _RS.REFUSED, _RS.REPLACED],
            _RS.SENT: [_RS.WAITING, _RS.ACKNOWLEDGED, _RS.REFUSED, _RS.REPLACED],
            _RS.ACKNOWLEDGED: [_RS.REPLACED],
            _RS.REFUSED: [_RS.REPLACED],
        },
    ),
)


class AppointmentStatus(StrEnum):
    """A truck's turn at the gate. Cancelled: by its haulier; closed: by the terminal, which offers other hours."""

    BOOKED = "booked"
    ARRIVED = "arrived"
    IN_TROUBLE = "in_trouble"
    COMPLETED = "completed"
    TURNED_AWAY = "turned_away"
    CANCELLED = "cancelled"
    CLOSED = "closed"
    NO_SHOW = "no_show"


TRUCK_IS_HERE: Final = frozenset({AppointmentStatus.ARRIVED, AppointmentStatus.IN_TROUBLE})
"""The truck stands at the gate or inside."""

_P = AppointmentStatus
APPOINTMENT: Final = Lifecycle(
    "truck appointment",
    _table(
        AppointmentStatus,
        {
            _P.BOOKED: [_P.ARRIVED, _P.IN_TROUBLE, _P.CANCELLED, _P.CLOSED, _P.NO_SHOW],
            _P.ARRIVED: [_P.IN_TROUBLE, _P.COMPLETED],
            _P.IN_TROUBLE: [_P.ARRIVED, _P.TURNED_AWAY],
        },
    ),
    starts=(_P.BOOKED.value, _P.IN_TROUBLE.value),
)


class DockStatus(StrEnum):
    """An appointment at a dock door. In work: the door is open and goods move."""

    BOOKED = "booked"
    ARRIVED = "arrived"
    IN_WORK = "in_work"
    DONE = "done"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


HOLDING_DOOR: Final = frozenset({DockStatus.BOOKED, DockStatus.ARRIVED, DockStatus.IN_WORK})
"""An appointment in one of these has its door for itself; in any other it holds nothing."""

_K = DockStatus
DOCK_APPOINTMENT: Final = Lifecycle(
    "dock appointment",
    _table(
        DockStatus,
        {
            _K.BOOKED: [_K.ARRIVED, _K.CANCELLED, _K.NO_SHOW],
            _K.ARRIVED: [_K.IN_WORK, _K.DONE, _K.CANCELLED],
            _K.IN_WORK: [_K.DONE],
        },
    ),
)


class CargoOrderStatus(StrEnum):
    """An order to unpack, stuff or hand out. Stopped: part of it was done, the rest stays where it is."""

    REQUESTED = "requested"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    STOPPED = "stopped"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


OPEN_CARGO_ORDER: Final = frozenset(
    {CargoOrderStatus.REQUESTED, CargoOrderStatus.ACCEPTED, CargoOrderStatus.IN_PROGRESS}
)
"""The order is still to be carried out, and keeps the goods it is for."""

_G = CargoOrderStatus
CARGO_ORDER: Final = Lifecycle(
    "cargo order",
    _table(
        CargoOrderStatus,
        {
            _G.REQUESTED: [_G.ACCEPTED, _G.REJECTED, _G.CANCELLED],
            _G.ACCEPTED: [_G.IN_PROGRESS, _G.CANCELLED],
            _G.IN_PROGRESS: [_G.DONE, _G.STOPPED],
        },
    ),
)


class LoadPlanState(StrEnum):
    """A load plan's state. Replaced: another was approved after it, or drawn up instead."""

    DRAFT = "draft"
    APPROVED = "approved"
    REPLACED = "replaced"


LOAD_PLAN: Final = Lifecycle(
    "load plan",
    _table(
        LoadPlanState,
        {
            LoadPlanState.DRAFT: [LoadPlanState.APPROVED, LoadPlanState.REPLACED],
            LoadPlanState.APPROVED: [LoadPlanState.REPLACED],
        },
    ),
)


class SlotBookingState(StrEnum):
    """A booking of train places. Released: the train's cut-off passed, or it went, without boxes for all of them."""

    CONFIRMED = "confirmed"
    WAITING = "waiting"
    USED = "used"
    CANCELLED = "cancelled"
    RELEASED = "released"


_S = SlotBookingState
SLOT_BOOKING: Final = Lifecycle(
    "booking of train places",
    _table(
        SlotBookingState,
        {
            _S.CONFIRMED: [_S.USED, _S.CANCELLED, _S.RELEASED],
            _S.WAITING: [_S.CONFIRMED, _S.CANCELLED, _S.RELEASED],
        },
    ),
    starts=(_S.CONFIRMED.value, _S.WAITING.value),
)


class InvoiceStatus(StrEnum):
    """What of an invoice is settled. Credited: all of it was taken back."""

    ISSUED = "issued"
    PART_PAID = "part_paid"
    PAID = "paid"
    CREDITED = "credited"


OWED: Final = frozenset({InvoiceStatus.ISSUED, InvoiceStatus.PART_PAID})
"""Something of the invoice is still to be paid."""

_I = InvoiceStatus
INVOICE: Final = Lifecycle(
    "invoice",
    _table(
        InvoiceStatus,
        {
            _I.ISSUED: [_I.PART_PAID, _I.PAID, _I.CREDITED],
            _I.PART_PAID: [_I.PAID, _I.CREDITED],
            _I.PAID: [_I.CREDITED],
        },
    ),
)


class DisputeStatus(StrEnum):
    """A payer's objection to a line of an invoice. Upheld: the terminal credits it."""

    OPEN = "open"
    UPHELD = "upheld"
    REJECTED = "rejected"


DISPUTE: Final = Lifecycle(
    "dispute", _table(DisputeStatus, {DisputeStatus.OPEN: [DisputeStatus.UPHELD, DisputeStatus.REJECTED]})
)


class AlertState(StrEnum):
    """What a watched figure is doing. No data is a state of its own: silence is not health."""

    NORMAL = "normal"
    PENDING = "pending"
    ALERTING = "alerting"
    RECOVERING = "recovering"
    NO_DATA = "no_data"


_A = AlertState
ALERT: Final = Lifecycle(
    "alert",
    _table(
        AlertState,
        {
            _A.NORMAL: [_A.PENDING, _A.NO_DATA],
            _A.PENDING: [_A.NORMAL, _A.ALERTING, _A.NO_DATA],
            _A.ALERTING: [_A.RECOVERING, _A.NO_DATA],
            _A.RECOVERING: [_A.ALERTING, _A.NORMAL, _A.NO_DATA],
            _A.NO_DATA: [_A.NORMAL, _A.PENDING, _A.ALERTING, _A.RECOVERING],
        },
    ),
    starts=(_A.NORMAL.value, _A.NO_DATA.value),
)


class AlertHandling(StrEnum):
    """How far people are with an alert. Acknowledged: somebody looks after it; it stands all the same."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    OVER = "over"


_N = AlertHandling
ALERT_HANDLING: Final = Lifecycle(
    "handling of an alert",
    _table(AlertHandling, {_N.OPEN: [_N.ACKNOWLEDGED, _N.OVER], _N.ACKNOWLEDGED: [_N.OVER]}),
)

LIFECYCLES: Final = {
    each.thing: each
    for each in (
        VISIT,
        CALL,
        WORK_ORDER,
        CASE,
        LIST_LINE,
        APPOINTMENT,
        BOOKING,
        DOCK_APPOINTMENT,
        CARGO_ORDER,
        LOAD_PLAN,
        SLOT_BOOKING,
        DECLARATION,
        AMENDMENT,
        INSPECTION,
        DUTY_REPORT,
        INVOICE,
        DISPUTE,
        ALERT,
        ALERT_HANDLING,
    )
}
