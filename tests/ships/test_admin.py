"""The pages of ships and their lists."""

import csv
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from apps.common.models import Attachment
from apps.containers.models import Damage, PermissionRule, Visit
from apps.ships.models import ShipCall, StowageLine
from apps.ships.stowage import read_stowage_list
from apps.yard.models import WorkOrder
from tests.factories.containers import HoldFactory
from tests.factories.containers import container_number as box
from tests.factories.network import TerminalFactory
from tests.factories.parties import MembershipFactory, staff
from tests.factories.ships import ShipCallFactory, StowageLineFactory, stowage_sheet
from tests.factories.trains import TrainVisitFactory

pytestmark = pytest.mark.django_db
RIGHTS = [
    "ships.view_shipcall", "ships.change_shipcall", "ships.view_stowageline", "calls.view_call", "calls.change_call",
]  # fmt: skip


@pytest.fixture
def planner(client, lyg):
    client.force_login(staff(*RIGHTS, username="planner"))
    return client


@pytest.fixture
def ship(lyg):
    return ShipCallFactory(working=True, call__arrived_at=timezone.now() - timedelta(hours=2))


def address(row, action):
    return reverse(f"admin:ships_{row._meta.model_name}_do", args=[row.pk, action])


def do(client, row, action, **answers):
    return client.post(address(row, action), {"answered": "1", **answers}, follow=True).content.decode()


def page_of(client, row):
    return client.get(reverse(f"admin:ships_{row._meta.model_name}_change", args=[row.pk])).content.decode()


def read(client, ship, content, which="discharge"):
    return client.post(address(ship, f"receive_{which}_list"), {"sheet": SimpleUploadedFile("list.csv", content)})


def take_in(client, ship, content, which="discharge"):
    kept = read(client, ship, content, which).context["kept"]
    return do(client, ship, f"receive_{which}_list", sheet=str(kept.public_id))


def test_a_list_is_shown_against_what_is_known_before_it_is_taken_in(planner, ship):
    take_in(planner, ship, stowage_sheet(box(1), box(2)))
    page = read(planner, ship, stowage_sheet(box(1), box(3), gross_kg=21500)).content.decode()
    for shown in ("New: 1, changed: 1, dropped: 1", "gross_kg: 20000 → 21500", box(3), "Take in"):
        assert shown in page
    assert set(StowageLine.objects.values_list("number", flat=True)) == {box(1), box(2)}
    assert Attachment.objects.filter(subject_kind="ships.shipcall", subject_id=ship.pk).count() == 2


def test_a_list_with_faults_is_told_line_by_line_and_leaves_nothing(planner, ship):
    page = read(planner, ship, stowage_sheet("MSKU1234567", box(2), onward="X0000"))
    assert [(fault.line, fault.column) for fault in page.context["faults"]] == [(2, "container_number")]
    page = read(planner, ship, stowage_sheet(box(2), onward="X0000"))
    assert [(fault.line, fault.column) for fault in page.context["faults"]] == [(2, "onward")]
    assert "Take in" not in page.content.decode()
    assert not StowageLine.objects.exists()


@pytest.mark.parametrize("which", ["discharge", "load"])
def test_the_sheet_to_fill_in_is_itself_a_list(planner, which):
    given = planner.get(reverse(f"admin:ships_{which}-list_pattern"))
    assert len(read_stowage_list(given.content)) == 3
    workbook = planner.get(reverse(f"admin:ships_{which}-list_workbook"))
    assert read_stowage_list(workbook.content) == read_stowage_list(given.content)


def test_the_page_shows_how_far_the_work_is_and_what_is_in_the_way(planner, ship):
    now = timezone.now()
    for minutes in (90, 30):
        StowageLineFactory(ship=ship, state="done", done_at=now - timedelta(minutes=minutes))
    StowageLineFactory(ship=ship)
    held = StowageLineFactory(ship=ship, to_load=True)
    HoldFactory(visit=held.visit, reason="damaged corner post")
    page = page_of(planner, ship)
    for shown in ("2 / 3", "moves an hour", "damaged corner post", f"<strong>{held.number}</strong>"):
        assert shown in page


def test_work_is_asked_for_by_the_buttons(planner, ship, lyg):
    PermissionRule.objects.create(
        terminal=lyg, regime="domestic", laden=False, direction="outbound", step="load", required=False
    )
    StowageLineFactory(ship=ship)
    StowageLineFactory(ship=ship, to_load=True)
    train = TrainVisitFactory()
    onward = StowageLineFactory(ship=ship, onward_call=train.call)
    Visit.objects.filter(pk=onward.visit.pk).update(departure_call=train.call)
    do(planner, ship, "plan_discharge")
    do(planner, ship, "plan_load")
    do(planner, ship, "plan_transfer", train=train.pk)
    do(planner, ship, "expect_overlanded", number=box(77), size_type="22G1")
    assert sorted(WorkOrder.objects.values_list("kind", flat=True)) == ["discharge", "discharge", "load", "transfer"]


def test_a_line_is_tallied_on_its_own_page(planner, ship):
    line = StowageLineFactory(ship=ship, seals=["YSL1"])
    assert "A damage needs where" in do(planner, line, "note_seen", seals="YSL2", side="doors")
    assert "is not a seal number" in do(planner, line, "note_seen", seals="*")
    seen = {"seals": "YSL2", "gross_kg": "22100", "side": "doors", "harm": "dent", "severity": "minor"}
    page = do(planner, line, "note_seen", **seen)
    assert "YSL1 → YSL2" in page
    assert "other seal" in page
    assert Damage.objects.get().visit == line.visit


def test_a_line_is_reported_short_given_up_and_taken_up_again(planner, ship):
    line = StowageLineFactory(ship=ship)
    for action, state in [("report_short", "short"), ("take_up", "listed"), ("give_up", "cancelled")]:
        do(planner, line, action, reason="hatch stuck", remark="place empty")
        line.refresh_from_db()
        assert line.state == state


def test_a_ship_with_open_lines_stays_and_the_page_says_why(planner, ship):
    line = StowageLineFactory(ship=ship)
    do(planner, ship, "finish_work")
    assert line.number in do(planner, ship, "depart")
    ship.call.refresh_from_db()
    assert ship.call.phase == "ready"


@pytest.mark.parametrize(("report", "column", "value"), [("tally", "state", "done"), ("arrival", "result", "landed")])
def test_a_report_is_given_as_csv(planner, ship, report, column, value):
    line = StowageLineFactory(ship=ship, state="done", done_at=timezone.now())
    given = planner.get(reverse("admin:ships_report", args=[ship.pk, report]))
    [row] = csv.DictReader(given.content.decode().splitlines())
    assert (row["container_number"], row[column]) == (line.number, value)


def test_a_ship_is_announced_on_a_page_and_a_wrong_number_is_refused_there(planner, lyg):
    to = reverse("admin:ships_shipcall_add")
    said = {
        "terminal": lyg.pk, "mode": "sea", "name": "Haizhou Bay", "voyage_in": "041W",
        "scheduled_arrival_at": "2026-05-04T08:00", "scheduled_departure_at": "2026-05-05T04:00",
    }  # fmt: skip
    assert "check digit of 9074728" in planner.post(to, {**said, "imo": "9074728"}).content.decode()
    planner.post(to, {**said, "imo": "9074729"})
    ship = ShipCall.objects.get()
    assert (ship.imo, ship.call.number, f"{ship.call.scheduled_arrival_at:%H:%M}") == ("9074729", "041W", "00:00")


def test_of_two_terminals_the_sites_first_is_offered_first_and_a_ships_times_are_those_of_the_chosen(planner, lyg):
    khorgos = TerminalFactory(khorgos=True)
    MembershipFactory(user__username="planner", role__code="role-of-planner", terminal=khorgos)
    to = reverse("admin:ships_shipcall_add")
    assert list(planner.get(to).context["form"].fields["terminal"].queryset) == [lyg, khorgos]
    said = {
        "mode": "sea", "name": "Haizhou Bay", "imo": "9074729", "voyage_in": "041W",
        "scheduled_arrival_at": "2026-05-04T08:00", "scheduled_departure_at": "2026-05-05T04:00",
    }  # fmt: skip
    for terminal, hour in ((lyg, "00:00"), (khorgos, "03:00")):
        planner.post(to, {**said, "terminal": terminal.pk})
        ship = ShipCall.objects.get(call__terminal=terminal)
        assert f"{ship.call.scheduled_arrival_at:%H:%M}" == hour


def test_who_may_not_change_calls_announces_no_ship(client, lyg):
    client.force_login(staff("ships.view_shipcall", "ships.change_shipcall", username="tally"))
    assert client.get(reverse("admin:ships_shipcall_add")).status_code == 403


def test_another_terminals_ship_is_not_there(planner):
    other = ShipCallFactory(call__terminal=TerminalFactory(khorgos=True))
    board = planner.get(reverse("admin:ships_shipcall_changelist")).content.decode()
    assert other.call.number not in board
    assert read(planner, other, stowage_sheet(box(1))).status_code == 404
    assert planner.get(reverse("admin:ships_report", args=[other.pk, "tally"])).status_code in (302, 404)


@pytest.mark.parametrize("action", ["receive_discharge_list", "plan_discharge", "plan_transfer", "depart"])
def test_who_may_only_look_is_offered_nothing_and_can_do_nothing(client, ship, action):
    client.force_login(staff("ships.view_shipcall", "calls.view_call", username="visitor"))
    assert f"/do/{action}/" not in page_of(client, ship)
    assert client.get(address(ship, action)).status_code == 403
    assert client.post(address(ship, action), {"answered": "1"}).status_code == 403


def test_a_board_of_many_ships_needs_no_more_queries_than_one_of_few(planner, django_assert_max_num_queries):
    ShipCallFactory.create_batch(12)
    with django_assert_max_num_queries(20):
        planner.get(reverse("admin:ships_shipcall_changelist"))
