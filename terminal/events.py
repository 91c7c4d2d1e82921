"""Every kind of thing that can happen at a terminal, and whether it was planned, estimated or actual.

The value of a kind is what stands in the journal and what programs switch on: it never changes. ``DCSA`` gives the
code under which Track & Trace (DCSA 2.2 and 3.0) knows the same thing, where it knows it.
"""

from enum import StrEnum
from typing import Final


class Classifier(StrEnum):
    """How firm a time is (DCSA eventClassifierCode PLN, EST, ACT)."""

    PLANNED = "planned"
    ESTIMATED = "estimated"
    ACTUAL = "actual"


class Audience(StrEnum):
    """Who may read a journal row: the visit's parties, terminal staff, or only the row's own office or party."""

    PUBLIC = "public"
    STAFF = "staff"
    OWNER = "owner"


class Authority(StrEnum):
    """Whether the terminal did it itself or took down what others reported."""

    OWN = "own"
    REPORTED = "reported"


class EventKind(StrEnum):
    """What happened."""

    CALL_ANNOUNCED = "call-announced"
    CALL_ARRIVED = "call-arrived"
    CALL_WORK_STARTED = "call-work-started"
    CALL_READY = "call-ready"
    CALL_DEPARTED = "call-departed"
    CALL_CLOSED = "call-closed"
    CALL_CANCELLED = "call-cancelled"
    CALL_TIME_CHANGED = "call-time-changed"
    CALL_MESSAGE_REFUSED = "call-message-refused"
    CONSIST_RECEIVED = "consist-received"
    CONSIST_CHANGED = "consist-changed"
    CONSIST_SENT = "consist-sent"
    BRAKES_TESTED = "brakes-tested"
    TRACK_TAKEN = "track-taken"
    TRACK_LEFT = "track-left"
    TRACK_PLANNED = "track-planned"
    WAGON_SET_OUT = "wagon-set-out"
    WAGON_MENDED = "wagon-mended"
    WAGON_TAKEN = "wagon-taken"
    LOAD_PLAN_DRAWN_UP = "load-plan-drawn-up"
    LOAD_PLAN_CHANGED = "load-plan-changed"
    LOAD_PLAN_APPROVED = "load-plan-approved"
    SLOTS_BOOKED = "slots-booked"
    SLOTS_WAITING = "slots-waiting"
    SLOTS_CONFIRMED = "slots-confirmed"
    SLOTS_CHANGED = "slots-changed"
    SLOTS_CANCELLED = "slots-cancelled"
    SLOTS_RELEASED = "slots-released"
    SLOTS_USED = "slots-used"

    VISIT_ADVISED = "visit-advised"
    VISIT_CHANGED = "visit-changed"
    VISIT_CANCELLED = "visit-cancelled"
    CONTAINER_DISCHARGED = "container-discharged"
    CONTAINER_LOADED = "container-loaded"
    CONTAINER_GATED_IN = "container-gated-in"
    CONTAINER_GATED_OUT = "container-gated-out"
    CONTAINER_MOVED = "container-moved"
    CONTAINER_STRIPPED = "container-stripped"
    CONTAINER_STUFFED = "container-stuffed"
    EMPTY_STAY_BEGAN = "empty-stay-began"
    CONTAINER_CHANGED_GAUGE = "container-changed-gauge"

    PROGRESS_REPORTED = "progress-reported"

    GOODS_STOPPED = "goods-stopped"
    GOODS_LET_GO = "goods-let-go"

    SEAL_AFFIXED = "seal-affixed"
    SEAL_REMOVED = "seal-removed"
    WEIGHT_NOTED = "weight-noted"
    HAZARD_NOTED = "hazard-noted"
    SET_POINT_NOTED = "set-point-noted"
    TEMPERATURE_NOTED = "temperature-noted"
    DAMAGE_NOTED = "damage-noted"
    DAMAGE_REPAIRED = "damage-repaired"
    NUMBER_ALLOWED = "number-allowed"
    NUMBER_JOINED = "number-joined"
    VISIT_JOINED = "visit-joined"

    HOLD_PLACED = "hold-placed"
    HOLD_LIFTED = "hold-lifted"
    HOLD_OVERRIDE_PROPOSED = "hold-override-proposed"
    HOLD_OVERRIDDEN = "hold-overridden"
    PERMISSION_GRANTED = "permission-granted"
    PERMISSION_REVOKED = "permission-revoked"
    RULE_NOT_UNDONE = "rule-not-undone"

    POSITION_CORRECTED = "position-corrected"

    WORK_ORDER_PLANNED = "work-order-planned"
    WORK_ORDER_DISPATCHED = "work-order-dispatched"
    WORK_ORDER_STARTED = "work-order-started"
    WORK_ORDER_DONE = "work-order-done"
    WORK_ORDER_HANDED_BACK = "work-order-handed-back"
    WORK_ORDER_QUARANTINED = "work-order-quarantined"
    WORK_ORDER_RESUMED = "work-order-resumed"
    WORK_ORDER_CANCELLED = "work-order-cancelled"

    APPOINTMENT_BOOKED = "appointment-booked"
    APPOINTMENT_CHANGED = "appointment-changed"
    APPOINTMENT_ARRIVED = "appointment-arrived"
    APPOINTMENT_IN_TROUBLE = "appointment-in-trouble"
    APPOINTMENT_COMPLETED = "appointment-completed"
    APPOINTMENT_TURNED_AWAY = "appointment-turned-away"
    APPOINTMENT_CANCELLED = "appointment-cancelled"
    APPOINTMENT_CLOSED = "appointment-closed"
    APPOINTMENT_NO_SHOW = "appointment-no-show"
    TRUCK_ADMITTED = "truck-admitted"
    TROUBLE_RESOLVED = "trouble-resolved"
    BOX_LEFT_BEHIND = "box-left-behind"
    CONTAINER_INSPECTED = "container-inspected"
    DELIVERY_ORDER_ISSUED = "delivery-order-issued"
    DELIVERY_ORDER_REVOKED = "delivery-order-revoked"
    PIN_ISSUED = "pin-issued"
    PIN_REVOKED = "pin-revoked"
    COLLECTION_REFUSED = "collection-refused"

    STOWAGE_LIST_RECEIVED = "stowage-list-received"
    STOWAGE_LINE_CANCELLED = "stowage-line-cancelled"
    STOWAGE_LINE_REINSTATED = "stowage-line-reinstated"
    TALLY_SEEN = "tally-seen"
    TALLY_SHORT = "tally-short"
    TALLY_OVER = "tally-over"

    BOOKING_REQUESTED = "booking-requested"
    BOOKING_WAITING = "booking-waiting"
    BOOKING_CONFIRMED = "booking-confirmed"
    BOOKING_CHECKED_IN = "booking-checked-in"
    BOOKING_COMPLETED = "booking-completed"
    BOOKING_CANCELLED = "booking-cancelled"
    BOOKING_REJECTED = "booking-rejected"
    BOOKING_EXPIRED = "booking-expired"
    BOOKING_NO_SHOW = "booking-no-show"
    BOOKING_CHANGED = "booking-changed"

    DOCK_BOOKED = "dock-booked"
    DOCK_CHANGED = "dock-changed"
    DOCK_ARRIVED = "dock-arrived"
    DOCK_IN_WORK = "dock-in-work"
    DOCK_DONE = "dock-done"
    DOCK_CANCELLED = "dock-cancelled"
    DOCK_NO_SHOW = "dock-no-show"

    CARGO_ORDER_REQUESTED = "cargo-order-requested"
    CARGO_ORDER_ACCEPTED = "cargo-order-accepted"
    CARGO_ORDER_IN_PROGRESS = "cargo-order-in-progress"
    CARGO_ORDER_DONE = "cargo-order-done"
    CARGO_ORDER_STOPPED = "cargo-order-stopped"
    CARGO_ORDER_REJECTED = "cargo-order-rejected"
    CARGO_ORDER_CANCELLED = "cargo-order-cancelled"
    GOODS_COUNTED = "goods-counted"
    GOODS_DIFFER = "goods-differ"
    LOT_RECEIVED = "lot-received"
    LOT_WITHDRAWN = "lot-withdrawn"
    LOT_STUFFED = "lot-stuffed"
    LOT_SPLIT = "lot-split"
    LOT_TRANSFERRED = "lot-transferred"
    LOT_RESERVED = "lot-reserved"
    LOT_RESERVATION_ENDED = "lot-reservation-ended"
    LOT_RELEASED = "lot-released"
    LOT_COUNTED = "lot-counted"
    STOCK_COUNTED = "stock-counted"

    BONDED_ENTRY_OPENED = "bonded-entry-opened"
    BONDED_GOODS_TAKEN_IN = "bonded-goods-taken-in"
    BONDED_GOODS_HANDLED = "bonded-goods-handled"
    BONDED_SAMPLE_TAKEN = "bonded-sample-taken"
    BONDED_GOODS_DESTROYED = "bonded-goods-destroyed"
    BONDED_ROW_AMENDED = "bonded-row-amended"
    BONDED_PERIOD_EXTENDED = "bonded-period-extended"
    BONDED_PROCESSING_DONE = "bonded-processing-done"
    BONDED_ENTRY_CLOSED = "bonded-entry-closed"

    DECLARATION_DRAFTED = "declaration-drafted"
    DECLARATION_SUBMITTED = "declaration-submitted"
    DECLARATION_REGISTERED = "declaration-registered"
    DECLARATION_CHANNELLED = "declaration-channelled"
    DECLARATION_ASSIGNED = "declaration-assigned"
    DECLARATION_MOVED = "declaration-moved"
    DECLARATION_QUERIED = "declaration-queried"
    DECLARATION_ANSWERED = "declaration-answered"
    DECLARATION_RELEASED = "declaration-released"
    DECLARATION_REJECTED = "declaration-rejected"
    DECLARATION_WITHDRAWN = "declaration-withdrawn"
    DECLARATION_CHANGED = "declaration-changed"
    AMENDMENT_ASKED = "amendment-asked"
    AMENDMENT_ACCEPTED = "amendment-accepted"
    AMENDMENT_REFUSED = "amendment-refused"
    AMENDMENT_DROPPED = "amendment-dropped"
    DECLARATION_DOCUMENT_ADDED = "declaration-document-added"
    BROKER_NAMED = "broker-named"
    BROKER_DISMISSED = "broker-dismissed"
    GUARANTEE_PUT_UP = "guarantee-put-up"
    GUARANTEE_CHANGED = "guarantee-changed"
    GUARANTEE_TAKEN = "guarantee-taken"
    GUARANTEE_FREED = "guarantee-freed"
    CUSTOMS_INSPECTION_ORDERED = "customs-inspection-ordered"
    CUSTOMS_INSPECTION_MOVED = "customs-inspection-moved"
    CUSTOMS_INSPECTION_DONE = "customs-inspection-done"
    DUTY_REPORT_MADE = "duty-report-made"
    DUTY_REPORT_SENT = "duty-report-sent"
    DUTY_REPORT_ACKNOWLEDGED = "duty-report-acknowledged"
    DUTY_REPORT_REFUSED = "duty-report-refused"

    PAYER_NAMED = "payer-named"
    LAST_FREE_DAY_SET = "last-free-day-set"
    LAST_FREE_DAY_OVERRIDDEN = "last-free-day-overridden"
    LAST_FREE_DAY_NOTICE = "last-free-day-notice"
    STORAGE_GUARANTEED = "storage-guaranteed"
    STORAGE_PAID = "storage-paid"
    STORAGE_PAUSED = "storage-paused"
    STORAGE_RESUMED = "storage-resumed"
    EXTRA_WORK_NOTED = "extra-work-noted"
    CHARGED = "charged"
    CHARGE_WITHDRAWN = "charge-withdrawn"
    INVOICE_ISSUED = "invoice-issued"
    PAYMENT_RECEIVED = "payment-received"
    CREDIT_GIVEN = "credit-given"
    STATEMENT_ISSUED = "statement-issued"
    DISPUTE_OPENED = "dispute-opened"
    DISPUTE_UPHELD = "dispute-upheld"
    DISPUTE_REJECTED = "dispute-rejected"

    ALERT_RAISED = "alert-raised"
    ALERT_CLEARED = "alert-cleared"
    ALERT_ACKNOWLEDGED = "alert-acknowledged"
    ALERT_COMMENTED = "alert-commented"
    ALERT_ESCALATED = "alert-escalated"
    ALERTS_SILENCED = "alerts-silenced"
    SILENCE_ENDED = "silence-ended"

    SUBSCRIPTION_MADE = "subscription-made"
    SUBSCRIPTION_CHANGED = "subscription-changed"
    SUBSCRIPTION_SECRET_CHANGED = "subscription-secret-changed"
    SUBSCRIPTION_ENDED = "subscription-ended"

    INTERCHANGE_SENT_AGAIN = "interchange-sent-again"

    RETRACTED = "retracted"


ARRIVALS: Final = frozenset({EventKind.CONTAINER_DISCHARGED, EventKind.CONTAINER_GATED_IN})
"""A box comes to stand on the terminal's ground: counted as *in*."""

DEPARTURES: Final = frozenset({EventKind.CONTAINER_LOADED, EventKind.CONTAINER_GATED_OUT})
"""A box leaves the terminal's ground: counted as *out*."""

DCSA: Final[dict[EventKind, str]] = {
    EventKind.CALL_ARRIVED: "ARRI",
    EventKind.CALL_DEPARTED: "DEPA",
    EventKind.CONTAINER_DISCHARGED: "DISC",
    EventKind.CONTAINER_LOADED: "LOAD",
    EventKind.CONTAINER_GATED_IN: "GTIN",
    EventKind.CONTAINER_GATED_OUT: "GTOT",
    EventKind.CONTAINER_STRIPPED: "STRP",
    EventKind.CONTAINER_STUFFED: "STUF",
}
