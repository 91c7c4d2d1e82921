"""An hour of the sandbox: every state, hold and delay is met, and nothing of it counts."""

import re
from collections import defaultdict
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from django.db import connection
from django.db.models import F

from apps.billing.models import Dispute, Invoice
from apps.calls.models import Call
from apps.containers.models import Hold, Question, Visit
from apps.containers.selectors import situations
from apps.customs.models import Declaration, DutyReport, Inspection
from apps.gate.models import Appointment, GateClosure
from apps.journal.models import Entry
from apps.network.models import Terminal
from apps.notices.models import Notice
from apps.parties.models import PartyKey
from apps.reports.models import DailyThroughput
from apps.reports.services import fold_journal
from apps.sandbox.models import Stage
from apps.sandbox.script import BOXES, SCRIPT
from apps.sandbox.services import begin_day, open_sandbox, play_one
from apps.sandbox.services.deeds import DEEDS
from apps.trains.models import SlotBooking, TrackStay
from apps.warehouse.models import Booking, CargoOrder, DockAppointment, HalfDay, Lot
from apps.yard.models import Standing
from terminal import readiness
from terminal.lifecycle import (
    APPOINTMENT,
    BOOKING,
    CALL,
    CARGO_ORDER,
    DECLARATION,
    DISPUTE,
    DOCK_APPOINTMENT,
    INSPECTION,
    INVOICE,
    SLOT_BOOKING,
    VISIT,
    Channel,
    Position,
)
from terminal.readiness import Owner, Step, blockers
from terminal.readiness.facts import AnswerState, HoldKind
from terminal.sandbox import LOOP
from tests.factories.api import key_for
from tests.factories.network import TerminalFactory
from tests.lasting import lasting
from tests.sandbox.conftest import BEGAN, play_until

pytestmark = pytest.mark.django_db

STATES: Final = {
    "visit": (Visit, "state", VISIT.steps),
    "position": (Visit, "position", Position),
    "call": (Call, "phase", CALL.steps),
    "declaration": (Declaration, "status", DECLARATION.steps),
    "channel": (Declaration, "channel", Channel),
    "inspection": (Inspection, "status", INSPECTION.steps),
    "answer": (Question, "state", AnswerState),
    "hold's owner": (Hold, "owner", Owner),
    "kind of hold": (Hold, "kind", HoldKind),
    "warehouse booking": (Booking, "status", BOOKING.steps),
    "cargo order": (CargoOrder, "status", CARGO_ORDER.steps),
    "dock": (DockAppointment, "status", DOCK_APPOINTMENT.steps),
    "places": (SlotBooking, "state", SLOT_BOOKING.steps),
    "truck": (Appointment, "status", APPOINTMENT.steps),
    "invoice": (Invoice, "status", INVOICE.steps),
    "dispute": (Dispute, "status", DISPUTE.steps),
}
"""What has a status an integrator meets, and every value of it."""

LEFT_OUT: Final = {"answer": {AnswerState.OUT_OF_SERVICE}}
"""What an hour of the sandbox does not show: no row ever says so, the office does; the blocker is met."""


def every_blocker() -> set[str]:
    """The codes of all that can be in the way of a box, as the rules are written."""
    rules = Path(readiness.__file__).parent
    text = (rules / "blockers.py").read_text() + (rules / "permissions.py").read_text()
    return set(re.findall(r'code="([a-z-]+)"', text)) | set(re.findall(r'"((?:[a-z]+-)+[a-z]+|hold|seized)"[:,]', text))


class Hour:
    """An hour that was played, what was met in it, and what there was before it and after it of all that counts."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.states: dict[str, set[str]] = defaultdict(set)
        self.blockers: set[str] = set()
        self.before = what_counts()
        play_until(stage, 60, self.look)
        fold_journal(at=BEGAN + LOOP)
        self.after = what_counts()

    def look(self, minute: float) -> None:
        for name, (model, field, _all) in STATES.items():
            self.states[name] |= set(model.objects.values_list(field, flat=True))
        visits = list(Visit.objects.filter(terminal=self.stage.terminal).select_related("container", "terminal"))
        at = self.stage.terminal.time_at(BEGAN + timedelta(minutes=minute))
        standing = situations(visits, at)
        for visit in visits:
            self.blockers |= {each.code for step in Step for each in blockers(standing[visit.pk], step, at)}


def what_counts() -> dict[str, object]:
    """Figures, mails, reports to customs, the series of documents, and all that is kept of the terminal in earnest."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value, is_called FROM document_number")
        last = cursor.fetchone()
    lyg = Terminal.objects.get(code="cnlyg")
    return {
        "days": list(DailyThroughput.objects.values_list("pk", flat=True)),
        "mails": Notice.objects.count(),
        "reports to customs": DutyReport.objects.count(),
        "documents": last,
        "rows in earnest": [model.objects.filter(**{path: lyg.pk}).count() for model, path in IN_EARNEST],
    }


IN_EARNEST: Final = (
    (Visit, "terminal"), (Call, "terminal"), (Booking, "terminal"), (Invoice, "terminal"), (Declaration, "terminal"),
    (Standing, "block__terminal"), (Entry, "terminal_id"),
)  # fmt: skip


class TestAnHour:
    @pytest.fixture(scope="class")
    def hour(self, django_db_setup, django_db_blocker):
        with lasting(django_db_blocker):
            TerminalFactory()
            yield Hour(begin_day(open_sandbox(), at=BEGAN))

    def test_no_cue_is_refused(self, hour, db):
        assert hour.stage.missed == [], "\n".join(map(str, hour.stage.missed))

    @pytest.mark.parametrize("name", STATES)
    def test_every_state_is_met(self, hour, db, name):
        assert set(STATES[name][2]) - hour.states[name] == LEFT_OUT.get(name, set())

    def test_everything_that_can_be_in_the_way_of_a_box_is_met(self, hour, db):
        assert len(every_blocker()) > 20
        assert every_blocker() - hour.blockers == set()

    def test_nothing_of_it_counts(self, hour, db):
        assert hour.before == hour.after
        assert not Entry.objects.filter(terminal_id=hour.stage.terminal_id, happened_at__gt=F("recorded_at")).exists()

    def test_nothing_of_it_is_here_in_the_evening(self, hour, db):
        here = Visit.objects.filter(terminal=hour.stage.terminal)
        assert not here.filter(state__in=["advised", "active"]).exists()
        assert not Standing.objects.filter(visit__terminal=hour.stage.terminal).exists()
        assert not HalfDay.objects.filter(zone__terminal=hour.stage.terminal, used_m2__gt=0).exists()
        assert not GateClosure.objects.filter(terminal=hour.stage.terminal).exists()
        assert not TrackStay.objects.filter(track__terminal=hour.stage.terminal).exists()
        assert not Lot.objects.in_stock().filter(zone__terminal=hour.stage.terminal).exists()

    def test_another_day_follows_with_other_boxes_when_somebody_asks(self, hour, db):
        over = BEGAN + LOOP
        assert play_one(hour.stage.pk, over) == 0
        key_for(hour.stage.party, terminal=hour.stage.terminal)
        PartyKey.objects.filter(terminal=hour.stage.terminal).update(last_used_at=over)
        assert play_one(hour.stage.pk, over, most=30) == 30
        next_day = Stage.objects.get(pk=hour.stage.pk)
        assert (next_day.day, next_day.missed, next_day.terminal.day_began_at) == (2, [], over)
        assert Visit.objects.filter(container__number=BOXES["demurrage"].number(2)).exists()


def test_every_deed_of_the_script_is_known_and_every_deed_is_played():
    assert {cue.deed for cue in SCRIPT} == set(DEEDS)


def test_every_box_of_the_cast_has_a_place_of_its_own():
    assert len({box.place for box in BOXES.values()}) == len(BOXES)
