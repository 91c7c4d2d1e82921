"""The train planner's pages."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from apps.common.models import Attachment
from apps.containers.models import PermissionRule
from apps.parties.actors import Actor
from apps.trains import services as trains
from apps.trains.consist import COLUMNS, read_consist
from apps.trains.models import TrackStay, Wagon, WagonLoad
from terminal.lifecycle import Position
from tests.factories.containers import HoldFactory, VisitFactory, container_number
from tests.factories.network import TerminalFactory
from tests.factories.parties import MembershipFactory, RoleFactory, staff
from tests.factories.trains import TrackFactory, TrainVisitFactory
from tests.factories.yard import BlockFactory

pytestmark = pytest.mark.django_db
BY = Actor.itself("test")
RIGHTS = [
    "trains.view_trainvisit", "trains.change_trainvisit", "trains.view_wagon", "trains.view_track",
    "calls.view_call", "calls.change_call", "containers.view_visit", "containers.change_visit",
]  # fmt: skip


@pytest.fixture
def planner(client, lyg):
    client.force_login(staff(*RIGHTS, username="planner"))
    return client


@pytest.fixture
def train(lyg):
    TrackFactory(terminal=lyg, code="T1")
    BlockFactory(terminal=lyg)
    return TrainVisitFactory(call__terminal=lyg, call__scheduled_arrival_at=timezone.now() - timedelta(hours=2))


def sheet(*boxes, **changed):
    lines = [",".join(COLUMNS[:12])]
    for place, number in enumerate(boxes, 1):
        row = dict(zip(COLUMNS[:12], (place, "CN7", 5200100 + place, "X70", 22000, "13.4", 1, number, "42G1", "yes",
                                 20000, "KZALA"), strict=True))  # fmt: skip
        lines.append(",".join(str(value) for value in (row | changed).values()))
    return "\n".join(lines).encode()


def do(client, train, action, **answers):
    to = reverse("admin:trains_trainvisit_do", args=[train.pk, action])
    return client.post(to, {"answered": "1", **answers}, follow=True).content.decode()


def page_of(client, train):
    return client.get(reverse("admin:trains_trainvisit_change", args=[train.pk])).content.decode()


def papers_of(train):
    return reverse("admin:trains_trainvisit_do", args=[train.pk, "receive_consist"])


def read(client, train, content):
    """The page that shows what a sheet says, or what is wrong with it."""
    return client.post(papers_of(train), {"sheet": SimpleUploadedFile("X9014.csv", content)})


def upload(client, train, content):
    kept = read(client, train, content).context["kept"]
    return do(client, train, "receive_consist", sheet=str(kept.public_id))


def test_the_board_shows_track_papers_and_how_far_the_work_is(planner, train):
    trains.receive_consist(train, read_consist(sheet(*map(container_number, (1, 2, 3)))), by=BY, at=timezone.now())
    trains.arrive_train(train, by=BY, at=timezone.now())
    trains.discharge(train, trains.loads_to_discharge(train)[:1], by=BY, at=timezone.now())
    page = planner.get(reverse("admin:trains_trainvisit_changelist")).content.decode()
    for shown in (train.call.number, "T1", "1 / 3", "in processing"):
        assert shown in page


def test_a_board_of_many_trains_needs_no_more_queries_than_one_of_few(planner, lyg, django_assert_max_num_queries):
    TrainVisitFactory.create_batch(20, call__terminal=lyg)
    with django_assert_max_num_queries(20):
        planner.get(reverse("admin:trains_trainvisit_changelist"))


def test_a_sheet_is_taken_in_kept_and_shown_wagon_by_wagon(planner, train):
    upload(planner, train, sheet(container_number(1), container_number(2)))
    assert WagonLoad.objects.count() == 2
    kept = Attachment.objects.get()
    assert (kept.subject_kind, kept.subject_id, kept.name) == ("trains.trainvisit", train.pk, "X9014.csv")
    page = page_of(planner, train)
    for shown in ("5200101", "5200102", container_number(1), "42G1"):
        assert shown in page


def test_a_sheet_is_shown_before_anything_is_taken_in(planner, train):
    page = read(planner, train, sheet(container_number(1), container_number(2)))
    for shown in (container_number(1), "5200102", "2 boxes", "4 TEU", "KZALA", "Take in"):
        assert shown in page.content.decode()
    assert not Wagon.objects.exists()
    train.refresh_from_db()
    assert train.consist_received_at is None


def test_a_sheet_with_faults_is_told_line_by_line_and_leaves_nothing(planner, train):
    page = read(planner, train, sheet("MSKU1234567", "CSQU3054383", tare_kg="heavy"))
    faults = [(fault.line, fault.column, fault.value) for fault in page.context["faults"]]
    assert faults == [(2, "tare_kg", "heavy"), (2, "container_number", "MSKU1234567"), (3, "tare_kg", "heavy")]
    told = page.content.decode()
    assert "give 5" in told
    assert "Write a whole number" in told
    assert "Take in" not in told
    assert not Wagon.objects.exists()
    assert Attachment.objects.get().subject_id == train.pk


def test_an_empty_file_is_refused_where_it_was_given(planner, train):
    assert "empty" in read(planner, train, b"").content.decode()


def test_a_sheet_kept_with_another_train_is_not_taken_in(planner, lyg, train):
    other = TrainVisitFactory(call__terminal=lyg)
    kept = read(planner, other, sheet(container_number(1))).context["kept"]
    page = do(planner, train, "receive_consist", sheet=str(kept.public_id))
    assert "There is no such file" in page
    assert not Wagon.objects.exists()


def test_a_sheet_that_was_shown_is_not_taken_in_when_the_train_has_changed_meanwhile(planner, train):
    shown = read(planner, train, sheet(container_number(1)))
    version = shown.context["version"]
    assert f'name="version" value="{version}"' in shown.content.decode()
    trains.receive_consist(train, read_consist(sheet(container_number(2))), by=BY, at=timezone.now())
    kept = str(shown.context["kept"].public_id)
    page = do(planner, train, "receive_consist", sheet=kept, version=str(version))
    assert "It was changed since you read it" in page
    assert WagonLoad.objects.get().visit.container.number == container_number(2)
    do(planner, train, "receive_consist", sheet=kept, version=str(version + 1))
    assert WagonLoad.objects.get().visit.container.number == container_number(1)


def test_a_sheet_for_a_train_that_comes_no_more_is_refused_when_it_is_read(planner, lyg):
    cancelled = TrainVisitFactory(call__terminal=lyg, call__phase="cancelled")
    page = read(planner, cancelled, sheet(container_number(1))).content.decode()
    assert "nothing more can be said about it" in page
    assert "Take in" not in page


def test_the_sheet_to_fill_in_is_itself_a_consist(planner):
    given = planner.get(reverse("admin:trains_consist_pattern"))
    assert "attachment" in given["Content-Disposition"]
    consist = read_consist(given.content)
    assert [len(wagon.boxes) for wagon in consist.wagons] == [2, 1, 0]


def test_papers_are_not_offered_for_many_trains_at_once(planner, train):
    page = planner.get(reverse("admin:trains_trainvisit_changelist")).content.decode()
    assert 'value="arrive"' in page
    assert 'value="receive_consist"' not in page


def test_the_form_of_arrival_suggests_a_free_track(planner, train):
    to = reverse("admin:trains_trainvisit_do", args=[train.pk, "arrive"])
    page = planner.get(to).content.decode()
    assert "selected>T1" in page
    do(planner, train, "arrive", track=TrackStay._meta.get_field("track").related_model.objects.get().pk)
    assert TrackStay.objects.get().train == train


def test_a_train_goes_its_whole_way_by_the_buttons(planner, lyg, train):
    PermissionRule.objects.create(
        terminal=lyg, regime="domestic", laden=True, direction="outbound", step="load", required=False
    )
    upload(planner, train, sheet(container_number(1), container_number(2)))
    do(planner, train, "arrive")
    do(planner, train, "discharge_all")
    assert WagonLoad.objects.filter(done_at=None).count() == 0
    box = VisitFactory(in_yard=True, regime="domestic", direction="outbound", departure_call=train.call)
    do(planner, train, "load", visits=[box.pk])
    box.refresh_from_db()
    assert box.position == Position.ON_CARRIER
    do(planner, train, "finish_work")
    do(planner, train, "depart")
    train.call.refresh_from_db()
    assert train.call.phase == "departed"
    assert TrackStay.objects.get().until is not None


def test_a_refusal_is_told_on_the_page(planner, train):
    upload(planner, train, sheet(container_number(1)))
    do(planner, train, "arrive")
    do(planner, train, "finish_work")
    page = do(planner, train, "depart")
    assert container_number(1) in page
    train.call.refresh_from_db()
    assert train.call.phase == "ready"


def test_another_terminals_train_is_not_there(planner):
    other = TrainVisitFactory(call__terminal=TerminalFactory(khorgos=True))
    assert other.call.number not in planner.get(reverse("admin:trains_trainvisit_changelist")).content.decode()
    assert planner.get(papers_of(other)).status_code == 404
    assert read(planner, other, sheet(container_number(1))).status_code == 404
    do(planner, other, "arrive")
    assert not TrackStay.objects.exists()
    assert not Attachment.objects.exists()


@pytest.mark.parametrize("action", ["receive_consist", "arrive", "discharge_all", "load", "depart", "change_times"])
def test_who_may_only_look_is_offered_nothing_and_can_do_nothing(client, train, action):
    client.force_login(staff("trains.view_trainvisit", "calls.view_call", username="visitor"))
    assert f"/do/{action}/" not in page_of(client, train)
    address = reverse("admin:trains_trainvisit_do", args=[train.pk, action])
    assert client.get(address).status_code == 403
    assert client.post(address, {"answered": "1"}).status_code == 403


def test_who_changes_trains_elsewhere_gives_no_papers_here(client, lyg, train):
    person = staff("trains.view_trainvisit", username="guest", terminal=lyg)
    away = RoleFactory(code="away", rights=["trains.view_trainvisit", "trains.change_trainvisit"])
    MembershipFactory(user=person, role=away, terminal=TerminalFactory(khorgos=True))
    client.force_login(person)
    assert client.get(papers_of(train)).status_code == 403
    assert read(client, train, sheet(container_number(1))).status_code == 403
    assert not Attachment.objects.exists()


def test_the_sheet_to_fill_in_is_for_those_who_may_give_papers(client, lyg):
    client.force_login(staff("trains.view_trainvisit", username="visitor"))
    assert client.get(reverse("admin:trains_consist_pattern")).status_code == 403


def test_the_board_shows_who_is_on_site_then_who_comes_then_who_left(planner, lyg):
    at = timezone.now()
    for number, phase, hours in [
        ("GONE-LONG", "departed", -30), ("COMES-LATER", "scheduled", 9), ("READY", "ready", -8),
        ("COMES-SOON", "announced", 2), ("GONE", "closed", -12), ("ARRIVED", "arrived", -1),
    ]:  # fmt: skip
        due = at + timedelta(hours=hours)
        TrainVisitFactory(
            call__terminal=lyg, call__number=number, call__phase=phase, call__scheduled_arrival_at=due,
            call__scheduled_departure_at=due + timedelta(hours=9), call__arrived_at=due if hours < 0 else None,
            call__departed_at=due + timedelta(hours=9) if number.startswith("GONE") else None,
        )  # fmt: skip
    rows = planner.get(reverse("admin:trains_trainvisit_changelist")).context["cl"].result_list
    board = [row.call.number for row in rows]
    assert board == ["READY", "ARRIVED", "COMES-SOON", "COMES-LATER", "GONE", "GONE-LONG"]


def test_a_new_estimate_is_entered_on_the_trains_page(planner, train):
    late = timezone.localtime(timezone.now() + timedelta(hours=5), train.call.terminal.zone)
    do(planner, train, "change_times", estimated_arrival_at=f"{late:%Y-%m-%dT%H:%M}")
    train.call.refresh_from_db()
    assert train.call.estimated_arrival_at == late.replace(second=0, microsecond=0)


def test_only_ready_boxes_are_offered_and_the_others_say_why_not(planner, lyg, train):
    PermissionRule.objects.create(
        terminal=lyg, regime="domestic", laden=True, direction="outbound", step="load", required=False
    )
    do(planner, train, "arrive")
    leaving = {"in_yard": True, "direction": "outbound", "departure_call": train.call}
    ready = VisitFactory(regime="domestic", **leaving)
    held = VisitFactory(regime="domestic", **leaving)
    HoldFactory(visit=held, reason="damaged corner post")
    address = reverse("admin:trains_trainvisit_do", args=[train.pk, "load"])
    field = planner.get(address).context["form"].fields["visits"]
    assert list(field.queryset) == [ready]
    assert field.initial == [ready.pk]
    assert held.container.number in field.help_text
    assert "damaged corner post" in field.help_text
    do(planner, train, "load", visits=[ready.pk, held.pk])
    assert not WagonLoad.objects.exists()


def test_a_defective_wagon_is_set_out_on_its_own_page(planner, train):
    upload(planner, train, sheet(container_number(1)))
    do(planner, train, "arrive")
    wagon = Wagon.objects.get()
    planner.post(reverse("admin:trains_wagon_do", args=[wagon.pk, "set_out"]), {"answered": "1", "reason": "defective"})
    wagon.refresh_from_db()
    assert wagon.set_out_at is not None


def test_papers_that_come_again_are_shown_by_what_differs(planner, train):
    upload(planner, train, sheet(container_number(1), container_number(2), container_number(3)))
    again = sheet(container_number(3), container_number(2), container_number(4), gross_kg=30_000)
    page = read(planner, train, again)
    told = page.content.decode()
    assert [box.number for box in page.context["difference"].moved] == [container_number(3)]
    for shown in (
        "Boxes: 1 added, 1 removed, 1 moved, 2 changed, 0 as before",
        "5200103/1 → 5200101/1",
        "gross weight, kg: 20000 → 30000",
        "announced by nobody",
        "Strange, and taken in as it was reported",
        f"{container_number(3)} weighs 30000 kg",
    ):
        assert shown in told
    assert WagonLoad.objects.get(wagon__number="5200101").visit.container.number == container_number(1)
    same = read(planner, train, sheet(container_number(1), container_number(2), container_number(3)))
    assert "Nothing differs from what is known" in same.content.decode()


def test_a_box_that_was_announced_and_is_not_in_the_papers_is_shown_before_and_after(planner, train):
    absent = VisitFactory(terminal=train.call.terminal, arrival_call=train.call).container.number
    assert absent not in page_of(planner, train)
    page = read(planner, train, sheet(container_number(1))).content.decode()
    assert "1 box was announced for this train and is not in the consist" in page
    assert absent in page
    upload(planner, train, sheet(container_number(1)))
    assert absent in page_of(planner, train)


def test_the_sheet_to_fill_in_is_there_as_a_workbook_too(planner, train):
    page = planner.get(papers_of(train)).content.decode()
    assert reverse("admin:trains_consist_pattern") in page
    assert reverse("admin:trains_consist_workbook") in page
    given = planner.get(reverse("admin:trains_consist_workbook"))
    assert 'filename="consist.xlsx"' in given["Content-Disposition"]
    assert read_consist(given.content) == read_consist(planner.get(reverse("admin:trains_consist_pattern")).content)
