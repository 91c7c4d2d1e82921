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
from tests.factories.containers import VisitFactory, container_number
from tests.factories.network import TerminalFactory
from tests.factories.parties import staff
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
    lines = [",".join(COLUMNS)]
    for place, number in enumerate(boxes, 1):
        row = dict(zip(COLUMNS, (place, "CN7", 5200100 + place, "X70", 22000, "13.4", 1, number, "42G1", "yes", 20000,
                                 "KZALA"), strict=True))  # fmt: skip
        lines.append(",".join(str(value) for value in (row | changed).values()))
    return "\n".join(lines).encode()


def do(client, train, action, **answers):
    to = reverse("admin:trains_trainvisit_do", args=[train.pk, action])
    return client.post(to, {"answered": "1", **answers}, follow=True).content.decode()


def page_of(client, train):
    return client.get(reverse("admin:trains_trainvisit_change", args=[train.pk])).content.decode()


def upload(client, train, content):
    return do(client, train, "receive_consist", sheet=SimpleUploadedFile("X9014.csv", content))


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


def test_a_sheet_with_faults_is_told_line_by_line_and_leaves_nothing(planner, train):
    page = upload(planner, train, sheet("MSKU1234567", "CSQU3054383", tare_kg="heavy"))
    assert "Line 2, container_number, “MSKU1234567”" in page
    assert "give 5" in page
    assert "Line 3, tare_kg, “heavy”" in page
    assert not Wagon.objects.exists()


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
    do(planner, other, "arrive")
    assert not TrackStay.objects.exists()


def test_a_defective_wagon_is_set_out_on_its_own_page(planner, train):
    upload(planner, train, sheet(container_number(1)))
    do(planner, train, "arrive")
    wagon = Wagon.objects.get()
    planner.post(reverse("admin:trains_wagon_do", args=[wagon.pk, "set_out"]), {"answered": "1"})
    wagon.refresh_from_db()
    assert wagon.set_out_at is not None
