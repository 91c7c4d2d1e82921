"""The train board and the picture of a train on a tablet at the track."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.trains.models import WagonLoad
from tests.factories.containers import VisitFactory
from tests.factories.network import TerminalFactory
from tests.factories.parties import staff
from tests.factories.trains import TrainVisitFactory, WagonFactory
from tests.trains.loading import service

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TABLET = {"width": 820, "height": 1180}


def overflow(page):
    """Pixels by which the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def a_working_train(lyg, now):
    train = TrainVisitFactory(
        call__terminal=lyg, call__number="X9014", call__phase="in_processing", call__arrived_at=now,
        call__scheduled_arrival_at=now - timedelta(minutes=20), call__scheduled_departure_at=now,
        consist_received_at=now, service=service(lyg),
    )  # fmt: skip
    for n in range(1, 7):
        wagon = WagonFactory(train=train, sequence=n, number=f"527000{n}", wagon_type="X70")
        visit = VisitFactory(terminal=lyg, arrival_call=train.call)
        WagonLoad.objects.create(wagon=wagon, visit=visit, leg="arriving", done_at=now if n < 3 else None)
    return train


def test_a_planner_reads_the_board_and_looks_at_a_train_wagon_by_wagon_on_a_tablet(page, sign_in):
    said = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    lyg, now = TerminalFactory(), timezone.now()
    train = a_working_train(lyg, now)
    rights = ["trains.view_trainvisit", "trains.view_track", "trains.view_wagon", "containers.view_visit"]
    sign_in(staff(*rights, username="planner"))
    page.set_viewport_size(TABLET)
    page.goto("/admin/trains/trainvisit/board/")
    row = page.locator("#arrivals article")
    assert row.get_by_text("discharged 2 / 6").is_visible()
    assert row.get_by_text("20 min late").is_visible()
    assert page.locator("#departures .lb-tb-warn").is_visible()
    assert overflow(page) <= 0
    row.get_by_role("link", name="6 wagons").click()
    page.wait_for_url(f"**/{train.pk}/picture/")
    wagons = page.locator(".lb-wagon")
    assert [wagons.nth(n).locator("header a").inner_text() for n in range(6)] == [f"527000{n}" for n in range(1, 7)]
    assert (page.locator(".lb-bed .came").count(), page.locator(".lb-bed .off").count()) == (4, 2)
    assert overflow(page) <= 0
    page.goto("/admin/trains/track/occupation/")
    assert overflow(page) <= 0
    page.goto("/admin/trains/trainvisit/board/")
    page.locator("#arrivals").get_by_role("link", name="X9014").click()
    page.get_by_role("link", name="load list").wait_for()
    assert said == []
