"""The lifecycles: every status can be reached, ends are ends, and the drawing is the table."""

from pathlib import Path

import pytest

from terminal.diagrams import diagram, page
from terminal.lifecycle import (
    ALERT,
    ALERT_HANDLING,
    AMENDMENT,
    APPOINTMENT,
    BOOKING,
    CALL,
    CARGO_ORDER,
    CASE,
    DECLARATION,
    DISPUTE,
    DOCK_APPOINTMENT,
    DUTY_REPORT,
    HOLDING_SPACE,
    INSPECTION,
    INVOICE,
    LIFECYCLES,
    LIST_LINE,
    LOAD_PLAN,
    ON_SITE,
    SLOT_BOOKING,
    VISIT,
    WORK_ORDER,
    WORKABLE,
    AlertHandling,
    AlertState,
    AmendmentStatus,
    AppointmentStatus,
    BookingStatus,
    CargoOrderStatus,
    CaseState,
    DeclarationStatus,
    DisputeStatus,
    DockStatus,
    InspectionStatus,
    InvoiceStatus,
    LineState,
    LoadPlanState,
    OrderState,
    Phase,
    ReportStatus,
    SlotBookingState,
    StepNotAllowed,
    VisitState,
)

DOCS = Path(__file__).parents[2] / "docs"

lifecycles = pytest.mark.parametrize("lifecycle", LIFECYCLES.values(), ids=LIFECYCLES)


def reachable(lifecycle, starts):
    seen, ahead = set(), list(starts)
    while ahead:
        status = ahead.pop()
        if status not in seen:
            seen.add(status)
            ahead.extend(lifecycle.steps[status])
    return seen


@lifecycles
def test_every_status_can_be_reached_from_a_start(lifecycle):
    assert reachable(lifecycle, lifecycle.starts) == set(lifecycle.steps)


@lifecycles
def test_every_step_leads_to_a_status_of_the_same_table(lifecycle):
    assert set().union(*lifecycle.steps.values()) <= set(lifecycle.steps)


@pytest.mark.parametrize(
    ("lifecycle", "finals"),
    [
        (VISIT, {"departed", "cancelled", "joined"}),
        (CALL, {"closed", "cancelled"}),
        (WORK_ORDER, {"done", "cancelled"}),
        (CASE, {"corrected", "dismissed"}),
        (APPOINTMENT, {"completed", "turned_away", "cancelled", "closed", "no_show"}),
        (BOOKING, {"completed", "cancelled", "rejected", "expired", "no_show"}),
        (DECLARATION, {"released", "rejected", "withdrawn"}),
        (ALERT, set()),
        (ALERT_HANDLING, {"over"}),
    ],
    ids=lambda each: getattr(each, "thing", ""),
)
def test_what_is_final_stays_so(lifecycle, finals):
    assert {status for status in lifecycle.steps if lifecycle.is_final(status)} == finals


@pytest.mark.parametrize(
    "lifecycle", [VISIT, CALL, WORK_ORDER, APPOINTMENT, BOOKING, DECLARATION], ids=lambda each: each.thing
)
def test_from_every_status_an_end_can_be_reached(lifecycle):
    for status in lifecycle.steps:
        assert any(lifecycle.is_final(each) for each in reachable(lifecycle, [status]))


@lifecycles
def test_the_sources_of_a_status_are_exactly_those_that_lead_to_it(lifecycle):
    for wanted in lifecycle.steps:
        for present in lifecycle.steps:
            assert (present in lifecycle.sources(wanted)) is lifecycle.can_step(present, wanted)


@lifecycles
def test_every_status_is_in_the_table(lifecycle):
    statuses = {VISIT.thing: VisitState, CALL.thing: Phase, BOOKING.thing: BookingStatus}
    statuses |= {
        DECLARATION.thing: DeclarationStatus,
        ALERT.thing: AlertState,
        ALERT_HANDLING.thing: AlertHandling,
        WORK_ORDER.thing: OrderState,
        CASE.thing: CaseState,
    }
    statuses |= {APPOINTMENT.thing: AppointmentStatus, LIST_LINE.thing: LineState}
    statuses |= {LOAD_PLAN.thing: LoadPlanState, SLOT_BOOKING.thing: SlotBookingState}
    statuses |= {CARGO_ORDER.thing: CargoOrderStatus, DOCK_APPOINTMENT.thing: DockStatus}
    statuses |= {INVOICE.thing: InvoiceStatus, DISPUTE.thing: DisputeStatus}
    statuses |= {AMENDMENT.thing: AmendmentStatus, INSPECTION.thing: InspectionStatus}
    statuses |= {DUTY_REPORT.thing: ReportStatus}
    assert list(lifecycle.steps) == [each.value for each in statuses[lifecycle.thing]]


def test_a_train_that_has_arrived_cannot_be_cancelled():
    with pytest.raises(StepNotAllowed) as refused:
        CALL.require_step(Phase.ARRIVED, Phase.CANCELLED)
    assert refused.value.kind == "state"
    assert str(refused.value) == (
        "A call that is arrived cannot become cancelled. It can become: in_processing, ready."
    )


def test_a_train_may_come_before_its_papers():
    CALL.require_step(Phase.SCHEDULED, Phase.ARRIVED)


def test_a_closed_train_refuses_everything_and_says_so():
    with pytest.raises(StepNotAllowed, match="It can become: —"):
        CALL.require_step(Phase.CLOSED, Phase.ARRIVED)


def test_a_ready_train_may_be_worked_again_but_not_while_it_is_ready():
    assert CALL.can_step(Phase.READY, Phase.IN_PROCESSING)
    assert Phase.READY in ON_SITE - WORKABLE


def test_a_declaration_is_released_only_after_it_is_paid():
    assert DECLARATION.sources(DeclarationStatus.RELEASED) == ["paid"]


def test_a_red_declaration_is_assessed_only_after_inspection():
    assert not DECLARATION.can_step(DeclarationStatus.INSPECTION_ORDERED, DeclarationStatus.ASSESSED)


def test_a_booking_that_is_over_holds_no_space():
    assert not any(BOOKING.is_final(status) for status in HOLDING_SPACE)
    assert BookingStatus.WAITING not in HOLDING_SPACE


def test_only_a_truck_that_has_not_come_is_cancelled_closed_or_missed():
    for end in (AppointmentStatus.CANCELLED, AppointmentStatus.CLOSED, AppointmentStatus.NO_SHOW):
        assert APPOINTMENT.sources(end) == ["booked"]


def test_a_truck_in_trouble_does_not_drive_out_as_if_nothing_were():
    assert APPOINTMENT.sources(AppointmentStatus.COMPLETED) == ["arrived"]


def test_an_alert_is_never_raised_without_having_lasted():
    assert not ALERT.can_step(AlertState.NORMAL, AlertState.ALERTING)
    assert not ALERT.can_step(AlertState.ALERTING, AlertState.NORMAL)


@lifecycles
def test_a_diagram_draws_every_step_once(lifecycle):
    arrows = diagram(lifecycle).splitlines()[1:]
    drawn = {tuple(arrow.split(" --> ")) for arrow in map(str.strip, arrows) if "[*]" not in arrow}
    assert drawn == {(present, wanted) for present, after in lifecycle.steps.items() for wanted in after}
    assert len(arrows) == len(set(arrows))


def test_the_drawn_page_is_the_one_the_tables_give():
    assert (DOCS / "lifecycles.md").read_text(encoding="utf-8") == page()
