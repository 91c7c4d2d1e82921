"""The pages of booked places, and the tasks that release them."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from apps.trains import tasks
from apps.trains.models import SlotBooking
from tests.factories.network import TerminalFactory
from tests.factories.parties import staff
from tests.factories.places import book_places, bookable_train, train_service

pytestmark = pytest.mark.django_db
RIGHTS = [f"trains.{verb}_{model}" for verb in ("view", "change") for model in ("slotbooking", "trainquota")]


@pytest.fixture
def planner(client, lyg):
    client.force_login(staff(*RIGHTS, username="planner"))
    return client


@pytest.fixture
def train(lyg):
    return bookable_train(timezone.now() + timedelta(days=7), KZALA=4)


def book(train, teu, **more):
    return book_places(train, teu, at=timezone.now(), **more)


def do(client, row, action, **answers):
    to = reverse(f"admin:trains_{row._meta.model_name}_do", args=[row.pk, action])
    return client.post(to, {"answered": "1", **answers}, follow=True).content.decode()


def state(booking):
    return SlotBooking.objects.get(pk=booking.pk).state


def test_staff_cancel_with_a_reason_and_who_waits_is_served(planner, train):
    booking, waiting = book(train, 4), book(train, 2, wait=True)
    assert "are free" in do(planner, waiting, "confirm")
    assert "This field is required" in do(planner, booking, "cancel", reason="")
    do(planner, booking, "cancel", reason="no papers")
    assert (state(booking), state(waiting)) == ("cancelled", "confirmed")
    assert SlotBooking.objects.get(pk=booking.pk).reason == "no papers"


def test_staff_put_one_first(planner, train):
    book(train, 2)
    waiting = book(train, 3, boxes=2, wait=True)
    train.quotas.filter(destination="KZALA").update(teu=6)
    do(planner, waiting, "confirm")
    assert state(waiting) == "confirmed"


def test_a_quota_is_changed_through_its_service(planner, train):
    booking, quota = book(train, 4), train.quotas.get(destination="KZALA")
    assert booking.number in do(planner, quota, "change_places", teu="3")
    do(planner, quota, "change_places", teu="12.5")
    assert train.quotas.get(destination="KZALA").teu == Decimal("12.5")


def test_the_pages_show_the_terminals_own_in_as_many_queries_for_many(planner, train, django_assert_max_num_queries):
    abroad = train_service(code="X1", terminal=TerminalFactory(khorgos=True), route=["KZHOR", "KZALA"])
    strangers = book(bookable_train(timezone.now() + timedelta(days=7), abroad), 2)
    mine = [book(train, 1, boxes=1) for _ in range(4)]
    with django_assert_max_num_queries(12):
        page = planner.get(reverse("admin:trains_slotbooking_changelist")).content.decode()
    assert all(each.number in page for each in mine)
    assert strangers.number not in page
    with django_assert_max_num_queries(12):
        page = planner.get(reverse("admin:trains_trainquota_changelist")).content.decode()
    assert "KZALA" in page
    for row in (mine[0], train.quotas.get(destination="KZALA")):
        assert planner.get(reverse(f"admin:trains_{row._meta.model_name}_change", args=[row.pk])).status_code == 200
    assert planner.get(reverse("admin:trains_slotbooking_change", args=[strangers.pk]), follow=True).redirect_chain


def test_the_worker_releases_and_serves_every_few_minutes(train):
    scheduled = {each["task"] for each in settings.CELERY_BEAT_SCHEDULE.values()}
    assert {"apps.trains.tasks.release_places", "apps.trains.tasks.serve_waiting_for_places"} <= scheduled
    booking = book(train, 4)
    waiting = book(train, 2, wait=True)
    train.quotas.update(teu=6)
    assert (tasks.serve_waiting_for_places(), state(waiting)) == (1, "confirmed")
    type(train.call).objects.update(cut_off_at=timezone.now())
    assert (tasks.release_places(), state(booking), tasks.release_places()) == (2, "released", 0)
