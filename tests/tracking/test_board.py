"""The call board: who is expected, here and gone, how late, and how far their work is."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.parties.actors import Actor
from apps.tracking.board import board
from apps.trains.models import TrackStay
from apps.yard import services as yard
from terminal.work import Work
from tests.factories.calls import CallFactory
from tests.factories.containers import VisitFactory
from tests.factories.network import TerminalFactory
from tests.factories.parties import staff
from tests.factories.trains import TrackFactory, TrainVisitFactory

BOARD = "/admin/board/"


@pytest.fixture
def clerk(client, lyg):
    client.force_login(staff("calls.view_call", username="clerk"))
    return client


def sections(terminal, mode=""):
    """The numbers on the board: here, expected, left."""
    return [[line.call.number for line in part.lines] for part in board(terminal, timezone.now(), mode)]


def test_carriers_stand_where_they_are(lyg):
    now = timezone.now()
    CallFactory(number="HERE", arrived=True, scheduled_arrival_at=now)
    CallFactory(number="SOON", scheduled_arrival_at=now + timedelta(hours=2))
    CallFactory(number="OVERDUE", scheduled_arrival_at=now - timedelta(hours=2))
    CallFactory(number="LATER", scheduled_arrival_at=now + timedelta(days=3))
    gone = {"phase": "departed", "arrived_at": now - timedelta(hours=9)}
    CallFactory(number="GONE", departed_at=now - timedelta(hours=1), **gone)
    CallFactory(number="LONG GONE", departed_at=now - timedelta(hours=8), **gone)
    CallFactory(number="TRUCK", truck=True, scheduled_arrival_at=now)
    assert sections(lyg) == [["HERE"], ["OVERDUE", "TRUCK", "SOON"], ["GONE"]]
    assert sections(lyg, "road") == [[], ["TRUCK"], []]


def test_lateness_is_against_the_plan_by_the_best_word(lyg):
    now = timezone.now()
    times = {"scheduled_arrival_at": now, "estimated_arrival_at": now + timedelta(minutes=95)}
    CallFactory(number="LATE", **times)
    CallFactory(number="EARLY", arrived=True, scheduled_arrival_at=now, arrived_at=now - timedelta(minutes=5))
    here, expected, _left = board(lyg, now)
    assert (expected.lines[0].arrival.said, expected.lines[0].arrival.is_late) == ("1 h 35 min late", True)
    assert (here.lines[0].arrival.said, here.lines[0].arrival.is_late) == ("5 min early", False)
    assert here.lines[0].departure.said == ""


def test_work_and_track_of_a_train_are_told(lyg):
    now, by = timezone.now(), Actor.itself("test")
    train = TrainVisitFactory(call__phase="in_processing", call__arrived_at=now)
    TrackStay.objects.create(track=TrackFactory(code="T7"), train=train, from_m=0, to_m=800, since=now)
    visits = [VisitFactory(arrival_call=train.call) for _ in range(3)]
    orders = yard.plan_orders(
        [yard.NewOrder(kind=Work.DISCHARGE, visit=visit, call=train.call) for visit in visits], by=by, at=now
    )
    yard.quarantine(orders[0], cause="not_found", by=by, at=now)
    yard.cancel_order(orders[1], reason="not wanted", by=by, at=now)
    line = board(lyg, now)[0].lines[0]
    assert (line.track, line.done, line.orders, line.aside) == ("T7", 0, 2, 1)


@pytest.mark.parametrize("n", [1, 5])
def test_the_board_asks_no_more_for_many(clerk, django_assert_max_num_queries, n):
    for _ in range(n):
        TrainVisitFactory(call__arrived=True, call__scheduled_arrival_at=timezone.now())
        CallFactory(scheduled_arrival_at=timezone.now())
    with django_assert_max_num_queries(16):
        page = clerk.get(BOARD)
    assert page.status_code == 200
    assert 'http-equiv="refresh"' in page.content.decode()


def test_the_board_is_of_the_readers_terminal(client, clerk, lyg):
    CallFactory(number="OURS", scheduled_arrival_at=timezone.now())
    assert "OURS" in clerk.get(BOARD).content.decode()
    client.force_login(staff("calls.view_call", username="there", terminal=TerminalFactory(khorgos=True)))
    assert "OURS" not in client.get(BOARD).content.decode()
    assert client.get(BOARD, {"terminal": "cnlyg"}).status_code == 403
    client.force_login(staff("yard.view_block", username="nobody"))
    assert client.get(BOARD).status_code == 403
