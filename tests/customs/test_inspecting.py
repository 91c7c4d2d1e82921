"""An inspection stops the box and its storage clock, brings the box to its place, and lets it go, or does not."""

from datetime import timedelta
from threading import Barrier, Thread
from time import sleep

import pytest
from django.db import connection, transaction

from apps.billing.selectors.pauses import pauses_of
from apps.common.models import Attachment
from apps.containers import services as containers
from apps.containers.models import Hold
from apps.containers.selectors import what_stands_between, worn
from apps.containers.services import HoldBelongsTo
from apps.customs import services
from apps.customs.models import ClockPeriod, Declaration, Inspection, Officer
from apps.journal.models import Entry
from apps.parties.actors import Actor
from apps.yard import services as yard
from apps.yard.models import Block, Standing, WorkOrder
from terminal.customs.inspecting import InspectionKind, InspectionResult
from terminal.lifecycle import Channel, DeclarationStatus, StepNotAllowed
from terminal.pictures import NotAPicture
from terminal.readiness import Step
from terminal.seals import SealOwner
from tests.factories.calls import MARCH_14
from tests.factories.containers import VisitFactory
from tests.factories.customs import OfficeFactory, officer_of, submitted
from tests.factories.pictures import photo, png
from tests.factories.yard import BlockFactory

pytestmark = pytest.mark.django_db
TERMINAL = Actor.itself("test")
K, R = InspectionKind, InspectionResult


def hour(n):
    return MARCH_14 + timedelta(hours=n)


@pytest.fixture
def office(lyg):
    return OfficeFactory(terminal=lyg)


@pytest.fixture
def officer(office):
    return officer_of(office)


@pytest.fixture
def quay(lyg):
    """The inspection block: two bays, one row."""
    return BlockFactory(terminal=lyg, code="Q", kind=Block.Kind.INSPECTION, bays=2, rows=1, tiers=2)


@pytest.fixture
def yard_block(lyg):
    return BlockFactory(terminal=lyg, code="A")


def standing(block, bay=1, **more):
    """A box in the yard, on the ground."""
    visit = VisitFactory(in_yard=True, terminal=block.terminal, **more)
    yard.place(visit, block, bay, 1, 1, by=TERMINAL, at=MARCH_14)
    return visit


def order(office, officer, visit, n=1, kind=K.PHYSICAL, **more):
    return services.order_inspections(office, kind, visits=[visit], by=officer, at=hour(n), **more)[0]


def brought(inspection, n=2):
    """The box's move is made."""
    inspection.refresh_from_db()
    yard.hand_out(inspection.move, equipment=None, by=TERMINAL, at=hour(n))
    yard.confirm(inspection.move, by=TERMINAL, at=hour(n))
    inspection.refresh_from_db()
    return inspection


def looked_at(inspection, officer, result=R.AS_DECLARED, n=4, **more):
    services.begin(inspection, by=officer, at=hour(3))
    return services.finish(inspection, result, by=officer, at=hour(n), **more)


def codes(visit, n=5):
    return [each.code for each in what_stands_between(visit, Step.STRIP, hour(n)) if each.code != "hold"]


def test_an_inspection_moves_the_box_to_the_inspection_block_and_lets_it_go_afterwards(
    office, officer, quay, yard_block
):
    visit = standing(yard_block)
    inspection = order(office, officer, visit)
    assert "inspection-open" in codes(visit)
    assert (inspection.move.reason, inspection.block) == (f"inspection {inspection.number}", quay)
    brought(inspection)
    assert inspection.status == "presented"
    assert Standing.objects.get(visit=visit).block == quay
    looked_at(inspection, officer)
    assert "inspection-open" not in codes(visit)
    assert not Hold.objects.filter(visit=visit, lifted_at=None).exists()
    told = Entry.objects.filter(visit_id=visit.pk, kind__startswith="customs-inspection").order_by("pk")
    assert [each.kind for each in told] == [
        "customs-inspection-ordered", "customs-inspection-moved", "customs-inspection-moved", "customs-inspection-done",
    ]  # fmt: skip


def test_a_box_that_stands_in_the_inspection_block_already_is_presented_at_once(office, officer, quay):
    assert order(office, officer, standing(quay)).status == "presented"


def test_without_room_at_the_inspection_block_the_box_is_held_and_moved_when_there_is(
    office, officer, quay, yard_block
):
    first, second = standing(quay, 1), standing(quay, 2)
    waiting = standing(yard_block)
    inspection = order(office, officer, waiting)
    assert (inspection.move, "inspection-open" in codes(waiting)) == (None, True)
    assert services.bring_to_inspection(at=hour(2)) == []
    yard.lift_off([first], by=TERMINAL, at=hour(2))
    assert services.bring_to_inspection(at=hour(3)) == [inspection]
    assert services.bring_to_inspection(at=hour(3)) == []
    assert second.pk


def test_two_boxes_are_not_sent_to_one_cell_and_a_long_one_needs_two(office, officer, quay, yard_block):
    inspections = [order(office, officer, standing(yard_block, bay)) for bay in (1, 2)]
    assert {each.move.bay for each in inspections} == {1, 2}
    long_one = standing(yard_block, 4, container__size_type="45G1")
    assert order(office, officer, long_one).move is None


def test_a_box_is_not_inspected_twice_at_once(office, officer, quay, yard_block):
    visit = standing(yard_block)
    first = order(office, officer, visit)
    with pytest.raises(services.BeingInspected) as refused:
        order(office, officer, visit, 2)
    assert refused.value.facts["inspection"] == first.number
    assert Inspection.objects.count() == 1


def test_nobody_inspects_what_has_left_nor_nothing(office, officer):
    with pytest.raises(services.NothingToInspect):
        order(office, officer, VisitFactory(terminal=office.terminal, departed=True))


def test_seals_are_noted_as_they_were_found_and_left(office, officer, quay):
    visit = standing(quay)
    containers.note(
        [containers.NewSeal(visit=visit, number=each, owner=SealOwner.CARRIER) for each in ("LINE1", "LINE2")],
        by=TERMINAL, at=MARCH_14,
    )  # fmt: skip
    inspection = order(office, officer, visit)
    looked_at(inspection, officer, seals_before=["line1"], seals_after=["cust9"], photos=[photo(png())])
    assert [(seal.number, seal.owner) for seal in worn([visit])[visit.pk]] == [("CUST9", "customs")]
    told = Entry.objects.get(kind="customs-inspection-done").payload
    assert (told["missing_seals"], told["seals_after"]) == (["LINE2"], ["CUST9"])
    kept = Attachment.objects.get(subject_kind="customs.inspection", subject_id=inspection.pk)
    assert kept.media_type == "image/png"


def test_a_scan_breaks_no_seal(office, officer, quay):
    visit = standing(quay)
    containers.note(
        [containers.NewSeal(visit=visit, number="LINE1", owner=SealOwner.CARRIER)], by=TERMINAL, at=MARCH_14
    )
    looked_at(order(office, officer, visit, kind=K.SCAN), officer)
    assert [seal.number for seal in worn([visit])[visit.pk]] == ["LINE1"]


def test_what_is_no_picture_changes_nothing(office, officer, quay):
    inspection = order(office, officer, standing(quay))
    with pytest.raises(NotAPicture):
        looked_at(inspection, officer, photos=[photo(b"MZ")])
    inspection.refresh_from_db()
    assert inspection.status == "in_work"


def test_seized_goods_stay_and_only_the_office_lets_them_go(office, officer, quay):
    visit = standing(quay)
    inspection = order(office, officer, visit)
    services.begin(inspection, by=officer, at=hour(2))
    with pytest.raises(services.SaysNothing):
        services.finish(inspection, R.SEIZED, by=officer, at=hour(3))
    services.finish(inspection, R.SEIZED, finding="another brand", by=officer, at=hour(3))
    assert codes(visit)[0] == "seized"
    hold = Hold.objects.get(visit=visit, lifted_at=None)
    assert (hold.kind, hold.kept_by, hold.reference) == ("seizure", office.code, inspection.number)
    other = officer_of(OfficeFactory(terminal=office.terminal, code="other"), "officer-wang")
    with pytest.raises(HoldBelongsTo):
        containers.lift_hold(hold, by=other, at=hour(4))


def test_steps_are_taken_in_their_order(office, officer, yard_block, quay):
    inspection = order(office, officer, standing(yard_block))
    with pytest.raises(StepNotAllowed):
        services.begin(inspection, by=officer, at=hour(2))
    services.present(inspection, by=officer, at=hour(2))
    with pytest.raises(StepNotAllowed):
        services.finish(inspection, R.AS_DECLARED, by=officer, at=hour(3))


def test_only_the_offices_people_inspect_and_an_inspector_decides_no_declaration(office, officer, quay):
    visit = standing(quay)
    other = officer_of(OfficeFactory(terminal=office.terminal, code="other"), "officer-wang")
    with pytest.raises(services.AnotherOffice):
        order(office, other, visit)
    inspector = officer_of(office, "inspector-zhou")
    Officer.objects.filter(user=inspector.user).update(role=Officer.Role.INSPECTOR)
    looked_at(order(office, inspector, visit), inspector)
    declaration = submitted(terminal=office.terminal)
    with pytest.raises(services.AnotherOffice):
        services.register(declaration, by=inspector, at=hour(5))


def test_a_box_that_is_looked_at_where_it_stands_is_not_moved_any_more(office, officer, quay, yard_block):
    visit = standing(yard_block)
    inspection = order(office, officer, visit)
    services.present(inspection, by=officer, at=hour(2))
    assert inspection.block is None
    assert not WorkOrder.objects.open().filter(visit=visit).exists()


def test_calling_off_lets_the_box_go_and_nobody_brings_it(office, officer, quay, yard_block):
    visit = standing(yard_block)
    inspection = order(office, officer, visit)
    services.call_off(inspection, by=officer, at=hour(2), reason="enough seen")
    assert not WorkOrder.objects.open().filter(visit=visit).exists()
    assert not Hold.objects.filter(visit=visit, lifted_at=None).exists()


def test_a_declaration_is_inspected_when_the_last_of_its_boxes_is(office, quay):
    declaration = submitted(boxes=2)
    officer = officer_of(declaration.office)
    services.register(declaration, channel=Channel.RED, by=officer, at=hour(1))
    first, second = Inspection.objects.filter(declaration=declaration).order_by("pk")
    for each, result, n in ((first, R.DISCREPANCY, 3), (second, R.AS_DECLARED, 5)):
        services.present(each, by=officer, at=hour(2))
        looked_at(each, officer, result, n, finding="two cartons short")
        declaration.refresh_from_db()
    assert declaration.status == DeclarationStatus.INSPECTED
    assert not Hold.objects.filter(lifted_at=None).exists()


def test_the_terminals_clock_runs_until_the_last_box_is_presented_and_then_customs(office, quay):
    declaration = submitted(boxes=2)
    officer = officer_of(declaration.office)
    services.register(declaration, channel=Channel.RED, by=officer, at=hour(1))
    first, second = Inspection.objects.filter(declaration=declaration).order_by("pk")
    services.present(first, by=officer, at=hour(2))
    assert ClockPeriod.objects.get(declaration=declaration, ended_at=None).clock == "terminal"
    services.present(second, by=officer, at=hour(3))
    running = ClockPeriod.objects.get(declaration=declaration, ended_at=None)
    assert (running.clock, running.began_at) == ("customs", hour(3))


def test_an_officers_word_that_all_was_inspected_ends_what_is_open(office, quay):
    declaration = submitted(boxes=2)
    officer = officer_of(declaration.office)
    services.register(declaration, channel=Channel.RED, by=officer, at=hour(1))
    services.move(declaration, DeclarationStatus.INSPECTED, by=officer, at=hour(2))
    assert set(Inspection.objects.values_list("status", "result")) == {("done", "as_declared")}
    assert not Hold.objects.filter(lifted_at=None).exists()


def test_a_look_that_is_open_already_is_taken_for_the_declarations(quay):
    declaration = submitted()
    officer, visit = officer_of(declaration.office), declaration.visits.get()
    alone = order(declaration.office, officer, visit, 0)
    services.register(declaration, channel=Channel.RED, by=officer, at=hour(1))
    alone.refresh_from_db()
    assert (alone.declaration, Inspection.objects.count()) == (declaration, 1)
    services.present(alone, by=officer, at=hour(2))
    looked_at(alone, officer)
    assert Declaration.objects.get().status == DeclarationStatus.INSPECTED
    assert not Hold.objects.filter(lifted_at=None).exists()


def test_the_storage_clock_stands_still_from_the_order_to_the_result(office, officer, quay):
    visit = standing(quay)
    inspection = order(office, officer, visit)
    looked_at(inspection, officer)
    pause = pauses_of([visit], hour(9))[visit.pk]
    assert [(each.starts_at, each.ends_at, each.reason) for each in pause] == [
        (hour(1), hour(4), f"customs inspection {inspection.number}")
    ]


def test_the_page_of_inspections_orders_and_finishes_them(client, office, officer, quay, yard_block):
    visit = standing(yard_block)
    client.force_login(officer.user)
    asked = {"terminal": office.terminal_id, "office": office.pk, "kind": "physical", "reason": "tip"}
    page = client.post("/admin/customs/inspection/add/", {**asked, "things": "CSQU0000000"})
    assert "There is no container or lot CSQU0000000 here." in page.content.decode()
    number = visit.container.number.lower()
    page = client.post("/admin/customs/inspection/add/", {**asked, "things": f" {number}, "}, follow=True)
    inspection = Inspection.objects.get()
    assert f"1 inspections ordered: {inspection.number}." in page.content.decode()
    for step, said in (("present", {}), ("begin", {}), ("finish", {"result": "as_declared", "seals_after": "C1; C2"})):
        chosen = {"action": step, "_selected_action": [inspection.pk], **said, **({"answered": "1"} if said else {})}
        client.post("/admin/customs/inspection/", chosen)
    inspection.refresh_from_db()
    assert (inspection.status, inspection.seals_after) == ("done", ["C1", "C2"])


def test_a_declaration_that_is_handed_over_takes_its_inspections_along(office, quay):
    declaration = submitted()
    officer = officer_of(declaration.office)
    services.register(declaration, channel=Channel.RED, by=officer, at=hour(1))
    other = OfficeFactory(terminal=office.terminal, code="rail")
    services.hand_over(declaration, other, by=officer, at=hour(2), reason="its train is here")
    inspection = Inspection.objects.get()
    with pytest.raises(services.AnotherOffice):
        services.present(inspection, by=officer, at=hour(3))
    assert Hold.objects.get(lifted_at=None).kept_by == "rail"
    theirs = officer_of(other, "officer-wang")
    services.present(inspection, by=theirs, at=hour(3))
    looked_at(inspection, theirs)
    assert not Hold.objects.filter(lifted_at=None).exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_finish_the_last_looks_at_one_moment_leave_the_declaration_inspected(office):
    declaration = submitted(boxes=2)
    officer = officer_of(declaration.office)
    services.register(declaration, channel=Channel.RED, by=officer, at=hour(1))
    open_ones = list(Inspection.objects.filter(declaration=declaration).order_by("pk"))
    for each in open_ones:
        services.present(each, by=officer, at=hour(2))
        services.begin(each, by=officer, at=hour(3))
    together = Barrier(2)

    def finish(inspection):
        try:
            with transaction.atomic():
                together.wait()
                services.finish(inspection, R.AS_DECLARED, by=officer, at=hour(4))
                sleep(0.3)
        finally:
            connection.close()

    crew = [Thread(target=finish, args=(each,)) for each in open_ones]
    for each in crew:
        each.start()
    for each in crew:
        each.join()
    declaration.refresh_from_db()
    assert declaration.status == DeclarationStatus.INSPECTED
