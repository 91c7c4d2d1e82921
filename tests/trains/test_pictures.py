"""Tracks over time, and a train wagon by wagon, as staff see them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.parties.actors import Actor
from apps.trains.admin.pictures.occupation import occupation
from apps.trains.admin.pictures.train import count, draw
from apps.trains.models import LoadPlan, PlannedLoad, WagonLoad
from apps.trains.services import arrive_train, plan_track
from tests.factories.containers import VisitFactory
from tests.factories.network import TerminalFactory
from tests.factories.trains import TrackFactory, TrainVisitFactory, WagonFactory

BEAT = Actor.itself("test")

pytestmark = pytest.mark.django_db


@pytest.fixture
def lyg():
    return TerminalFactory()


def train(lyg, number, hours, stay=9):
    at = timezone.now() + timedelta(hours=hours)
    times = {"call__scheduled_arrival_at": at, "call__scheduled_departure_at": at + timedelta(hours=stay)}
    return TrainVisitFactory(call__terminal=lyg, call__number=number, **times)


def test_the_page_of_tracks_shows_who_stands_who_comes_and_what_clashes(lyg, admin_client):
    t1 = TrackFactory(terminal=lyg, code="T1")
    here, coming, later = train(lyg, "X1", -2), train(lyg, "X2", 4), train(lyg, "X3", 5)
    arrive_train(here, by=BEAT, at=timezone.now(), track=t1)
    for each in (coming, later):
        plan_track(each, by=BEAT, at=timezone.now(), track=t1)
    page = admin_client.get(reverse("admin:track_occupation")).content.decode()
    for number in ("X1", "X2", "X3"):
        assert f"<span>{number}</span>" in page
    assert 'class="here clash"' in page
    assert "Plans that clash" in page


def test_the_page_of_tracks_asks_the_database_as_often_for_many_trains_as_for_few(lyg, django_assert_max_num_queries):
    for number in range(6):
        TrackFactory(terminal=lyg, code=f"T{number}")
    for number in range(12):
        plan_track(train(lyg, f"X{number}", number), by=BEAT, at=timezone.now())
    with django_assert_max_num_queries(4):
        rows = occupation(lyg, timezone.now())
    assert sum(len(row.bars) for row in rows) == 12


def test_a_train_is_drawn_with_what_stands_on_each_wagon(lyg, admin_client, django_assert_num_queries):
    its = train(lyg, "X1", -2)
    one, two, three = (WagonFactory(train=its, sequence=n) for n in (1, 2, 3))
    came, off, on, waits = (VisitFactory(terminal=lyg, gross_kg=10_000 + n) for n in range(4))
    now = timezone.now()
    WagonLoad.objects.create(wagon=one, visit=came, leg="arriving", place=1)
    WagonLoad.objects.create(wagon=two, visit=off, leg="arriving", place=1, done_at=now)
    WagonLoad.objects.create(wagon=two, visit=on, leg="departing", place=1, done_at=now)
    plan = LoadPlan.objects.create(
        train=its, state="approved", drawn_up_at=now, drawn_up_by="x", approved_at=now, approved_by="x"
    )
    for wagon, visit in ((two, on), (three, waits)):
        PlannedLoad.objects.create(plan=plan, wagon=wagon, visit=visit)
    with django_assert_num_queries(3):
        wagons = draw(its)
    assert [[piece.css for piece in drawn.pieces if piece.visit] for drawn in wagons] == [["came"], ["on"], ["to-load"]]
    told = count(wagons)
    assert (told.came, told.on, told.to_load, told.kg) == (1, 1, 1, 20_002)
    assert (told.off, told.wagons) == (1, 3)
    page = admin_client.get(reverse("admin:train_picture", args=[its.pk])).content.decode()
    for visit in (came, on, waits):
        assert visit.container.number in page


def test_a_train_that_stands_beyond_its_time_has_not_left_the_track_on_the_page(lyg):
    late = train(lyg, "X1", -6, stay=3)
    arrive_train(late, by=BEAT, at=timezone.now() - timedelta(hours=6), track=TrackFactory(terminal=lyg))
    [row] = occupation(lyg, timezone.now())
    assert [(bar.stands, bar.was_there, bar.ends_at) for bar in row.bars] == [(True, False, None)]


def test_who_does_not_serve_the_terminal_sees_no_picture(lyg, client, django_user_model):
    its = train(lyg, "X1", -2)
    client.force_login(django_user_model.objects.create_user("stranger", password="x", is_staff=True))
    assert client.get(reverse("admin:train_picture", args=[its.pk])).status_code in (403, 404)
    assert client.get(reverse("admin:track_occupation")).status_code in (403, 404)
