"""What each type of message does to the terminal: calls of services that are there for everybody."""

from collections.abc import Callable
from typing import Any, Final

from apps.edi.services.acting.announcing import take_announcement
from apps.edi.services.acting.customs import take_customs_answer
from apps.edi.services.acting.lists import take_bay_plan, take_ship_list
from apps.edi.services.acting.reporting import take_gate_report, take_ship_report, take_status_report
from apps.edi.services.acting.trucks import take_truck_notice
from apps.edi.services.cases import Case
from terminal.edifact.facts import (
    Announcement,
    BayPlan,
    CustomsAnswer,
    GateReport,
    ShipList,
    ShipReport,
    StatusReport,
    Told,
    TruckNotice,
)
from terminal.edifact.faults import InterchangeTooLarge

ACTS: Final[dict[type[Any], Callable[[Any, Case], None]]] = {
    Announcement: take_announcement,
    BayPlan: take_bay_plan,
    CustomsAnswer: take_customs_answer,
    GateReport: take_gate_report,
    ShipList: take_ship_list,
    ShipReport: take_ship_report,
    StatusReport: take_status_report,
    TruckNotice: take_truck_notice,
}


MOST_BOXES: Final = 5000
"""Containers of one message: more than any ship brings or takes here."""


def act(told: Told, case: Case) -> None:
    """Do what a message says. Raises a ``MalformedInterchange`` that says where it cannot be done, and why."""
    many = sum(len(getattr(told, each, ())) for each in ("boxes", "moves", "errands"))
    if many > MOST_BOXES:
        raise InterchangeTooLarge.by(case.begin, many, MOST_BOXES, "containers")
    ACTS[type(told)](told, case)
