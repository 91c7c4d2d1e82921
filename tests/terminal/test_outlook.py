"""What the yard map says of a box: the worst that is in its way, and else when it leaves."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from terminal.lifecycle import Phase, Position, VisitState
from terminal.readiness import Grant, HoldFact, Owner, Requirement, Situation, Step
from terminal.readiness.outlook import Outlook, outlook
from terminal.throughput import Mode

AT = datetime(2026, 5, 4, 2, tzinfo=UTC)
FREE = Situation(
    state=VisitState.ACTIVE,
    position=Position.IN_YARD,
    laden=True,
    gross_kg=21_000,
    requirements=(),
    departure_call_phase=Phase.SCHEDULED,
    departure_call_mode=Mode.RAIL,
)
A_HOLD = HoldFact(Owner.TERMINAL, "damaged", "", AT)
CUSTOMS = Requirement(Owner.CUSTOMS, Step.LOAD)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, Outlook.READY),
        ({"departure_call_phase": None, "departure_call_mode": None}, Outlook.UNPLANNED),
        ({"departure_call_phase": Phase.CANCELLED}, Outlook.UNPLANNED),
        ({"gross_kg": None}, Outlook.OTHER_MISSING),
        ({"requirements": (CUSTOMS,)}, Outlook.CUSTOMS_MISSING),
        ({"requirements": None}, Outlook.CUSTOMS_MISSING),
        ({"requirements": (Requirement(Owner.CARRIER, Step.LOAD),)}, Outlook.OTHER_MISSING),
        ({"holds": (A_HOLD,)}, Outlook.HELD),
        ({"holds": (A_HOLD,), "requirements": None, "gross_kg": None}, Outlook.HELD),
        ({"departure_call_mode": Mode.ROAD, "gross_kg": None}, Outlook.READY),
    ],
)
def test_the_worst_is_told(facts, expected):
    assert outlook(replace(FREE, **facts), AT, leaves_today=False) is expected


def test_a_call_that_is_not_here_yet_is_in_nobodys_way():
    assert outlook(FREE, AT, leaves_today=True) is Outlook.LEAVES_TODAY


def test_a_permission_for_the_gate_does_not_let_a_box_onto_a_train():
    given = (Grant(Owner.CUSTOMS, Step.GATE_OUT, "CD-1", AT),)
    assert outlook(replace(FREE, requirements=(CUSTOMS,), grants=given), AT, leaves_today=False) is not Outlook.READY
