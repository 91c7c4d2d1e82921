"""Partners are told what happened to their boxes: in commit order, each event once, nothing skipped."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, transaction

from apps.edi import services
from apps.edi.models import Interchange, Partner
from apps.journal.models import Entry
from apps.journal.services import correct, record, retract
from terminal.edifact.facts import Function, Gate, ShipWork, Status
from terminal.edifact.profile import STRICT
from terminal.edifact.reading import read
from terminal.events import Authority, EventKind
from terminal.throughput import Direction, Mode
from tests.factories.api import all_settled
from tests.factories.calls import CallFactory
from tests.factories.containers import ContainerFactory, ReferenceFactory, VisitFactory, VisitRoleFactory
from tests.factories.edi import PartnerFactory
from tests.factories.journal import crossing, may
from tests.factories.ships import ShipCallFactory

pytestmark = pytest.mark.django_db(transaction=True)

NOON = may(4)
BOX = "CSQU3054383"


def a_partner(*tells, **more):
    """A partner that was told all there was before: nothing."""
    partner = PartnerFactory(tells=list(tells), **more)
    all_settled()
    assert services.tell(partner, at=NOON) == []
    return partner


def a_stay(partner, number=BOX, **more):
    visit = VisitFactory(container=ContainerFactory(number=number), direction="inbound", **more)
    VisitRoleFactory(visit=visit, party=partner.party, role="line")
    return visit


def happened(visit, at=NOON, *, out=False, mode=Mode.ROAD, call=None, **more):
    said = {"direction": Direction.OUT if out else Direction.IN, "mode": mode, **more}
    payload = {"mode": mode.value, "call": call.number if call else "SUG12345"}
    of_box = {"visit_id": visit.pk, "container_number": visit.container.number, "call_id": call.pk if call else None}
    (entry,) = record(crossing(visit.terminal, at, payload=payload, **of_box, **said))
    return entry


def told(partner, at=NOON):
    """What the partner is told now, read back as strictly as can be."""
    all_settled()
    found = []
    for row in services.tell(partner, at=at):
        with row.original.file.open("rb") as file:
            received = read(file.read(), replace(STRICT, zone=partner.zone))
        assert received.warnings == ()
        found.extend(received.told)
    return found


def test_a_gate_in_and_a_gate_out_are_told_as_codeco(lyg):
    partner = a_partner("CODECO")
    visit = a_stay(partner)
    ReferenceFactory(visit=visit, value="BKG1")
    happened(visit)
    happened(visit, NOON + timedelta(hours=3), out=True)
    came, left = told(partner)
    assert (came.way, left.way, came.head.function) == (Gate.IN, Gate.OUT, Function.ORIGINAL)
    (move,) = came.moves
    assert (move.box.number, move.at, move.box.size_type, move.box.laden) == (BOX, NOON, "22G1", True)
    assert (move.box.reference("BN"), move.box.means[0].identity, move.box.location("165").code) == (
        "BKG1", "SUG12345", "CNLYG",
    )  # fmt: skip
    assert told(partner) == [], "each event once"


def test_what_a_ship_brings_is_coarri_and_what_a_train_takes_is_codeco(lyg):
    partner = a_partner("COARRI", "CODECO", dialect="D.00B")
    ship, train = ShipCallFactory(voyage_out="777E"), CallFactory(number="X9014")
    visit = a_stay(partner)
    happened(visit, mode=Mode.SEA, call=ship.call)
    happened(visit, NOON + timedelta(hours=1), out=True, mode=Mode.RAIL, call=train)
    by_sea, by_rail = told(partner)
    assert (by_sea.work, by_sea.head.dialect) == (ShipWork.DISCHARGED, "D.00B")
    assert (by_sea.means[0].journey, by_sea.means[0].identity, by_sea.means[0].name) == (
        ship.call.number, "9074729", "Haizhou Bay",
    )  # fmt: skip
    assert (by_rail.way, by_rail.moves[0].box.means[0].journey) == (Gate.OUT, "X9014")


def test_iftsta_tells_every_status(lyg):
    partner = a_partner("IFTSTA")
    visit = a_stay(partner)
    happened(visit)
    happened(visit, NOON + timedelta(hours=1), out=True, mode=Mode.RAIL, call=CallFactory(number="X9014"))
    stripped = crossing(lyg, NOON, visit_id=visit.pk, container_number=BOX)
    record(replace(stripped, kind=EventKind.CONTAINER_STRIPPED, payload={}))
    (report,) = told(partner)
    assert [(each.status, each.code) for each in report.statuses] == [
        (Status.GATED_IN, "I"), (Status.LOADED, "AL"), (Status.STRIPPED, "28"),
    ]  # fmt: skip
    assert [each.boxes[0].number for each in report.statuses] == [BOX] * 3
    assert {each.locations[0].code for each in report.statuses} == {"CNLYG"}


def test_boxes_of_one_train_are_one_message_in_the_order_they_were_written(lyg):
    partner = a_partner("CODECO")
    train = CallFactory(number="X9014")
    numbers = ["TCLU5088040", BOX, "UACU8175070"]
    for number in numbers:
        happened(a_stay(partner, number), mode=Mode.RAIL, call=train)
    (report,) = told(partner)
    assert [move.box.number for move in report.moves] == numbers


def test_what_was_taken_back_is_cancelled_and_what_was_corrected_is_changed(lyg):
    partner = a_partner("CODECO")
    entry = happened(a_stay(partner))
    told(partner)
    later = correct(entry, at=NOON + timedelta(minutes=5), actor="user:wang")
    (changed,) = told(partner)
    assert (changed.head.function, changed.moves[0].at) == (Function.CHANGE, NOON + timedelta(minutes=5))
    retract(later, actor="user:wang", reason="wrong box")
    (cancelled,) = told(partner)
    assert (cancelled.head.function, cancelled.way, cancelled.moves[0].box.number) == (
        Function.CANCELLATION, Gate.IN, BOX,
    )  # fmt: skip


def test_nobody_is_told_of_others_boxes_of_others_reports_or_of_what_was_before(lyg):
    partner = PartnerFactory(tells=["CODECO"])
    before = a_stay(partner)
    happened(before)
    assert told(partner) == [], "the feed begins now"
    other = PartnerFactory(code="other", party__code="other-line", sender_code="OTHER")
    happened(a_stay(other, "TCLU5088040"))
    visit = a_stay(partner, "UACU8175070")
    visit.roles.update(until=NOON)
    happened(visit, NOON + timedelta(hours=1))
    happened(before, authority=Authority.REPORTED, source="flow", source_ref="R1")
    assert told(partner) == []


def test_a_partner_that_is_told_nothing_for_a_while_is_not_told_of_it_later(lyg):
    partner = a_partner("CODECO")
    visit = a_stay(partner)
    Partner.objects.filter(pk=partner.pk).update(tells=[])
    partner.refresh_from_db()
    assert told(partner) == []
    happened(visit)
    partner.tells = ["CODECO"]
    partner.save()
    assert told(partner) == []
    happened(visit, NOON + timedelta(hours=1), out=True)
    assert [each.way for each in told(partner)] == [Gate.OUT]


def test_what_commits_late_is_told_late_and_not_skipped(lyg):
    partner = a_partner("CODECO")
    early, late = a_stay(partner), a_stay(partner, "TCLU5088040")
    written, go_on = threading.Event(), threading.Event()

    def write_slowly():
        with transaction.atomic():
            happened(late)
            written.set()
            go_on.wait(20)
        connection.close()

    slow = threading.Thread(target=write_slowly)
    slow.start()
    written.wait(20)
    happened(early)
    assert services.tell(partner, at=NOON) == [], "an older transaction still runs"
    go_on.set()
    slow.join()
    reports = told(partner)
    assert [move.box.number for each in reports for move in each.moves] == ["TCLU5088040", BOX]


def test_two_tellers_at_once_tell_each_event_once(lyg):
    partner = a_partner("CODECO")
    for number in (BOX, "TCLU5088040", "UACU8175070"):
        happened(a_stay(partner, number))
    all_settled()
    begin, counts = threading.Barrier(4), []

    def tell():
        begin.wait()
        counts.append(len(services.tell(Partner.objects.get(pk=partner.pk), at=NOON)))
        connection.close()

    threads = [threading.Thread(target=tell) for _ in range(4)]
    [each.start() for each in threads]
    [each.join() for each in threads]
    assert sorted(counts) == [0, 0, 0, 1]
    row = Interchange.objects.went().get()
    assert (row.reference, row.outcome["events"]) == ("1", 3)


def test_a_crash_before_the_commit_tells_it_again_and_leaves_no_gap(lyg):
    partner = a_partner("CODECO")
    happened(a_stay(partner))
    all_settled()
    with transaction.atomic():
        services.tell(partner, at=NOON)
        transaction.set_rollback(True)
    assert not Interchange.objects.exists()
    assert len(told(partner)) == 1
    assert Interchange.objects.went().get().reference == "1"


def test_more_than_one_run_holds_is_told_by_the_next(lyg, monkeypatch):
    monkeypatch.setattr("apps.edi.services.telling.AT_ONCE", 2)
    partner = a_partner("CODECO")
    train = CallFactory(number="X9014")
    for number in (BOX, "TCLU5088040", "UACU8175070"):
        happened(a_stay(partner, number), mode=Mode.RAIL, call=train)
    counts = [[len(each.moves) for each in told(partner)] for _ in range(3)]
    assert counts == [[2], [1], []]
    assert Entry.objects.filter(kind=EventKind.CONTAINER_DISCHARGED.value).count() == 3
