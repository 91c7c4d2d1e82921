"""What stood at each full hour, held against cases one can count on the fingers."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from apps.customs.models import Declaration
from apps.parties.actors import Actor
from apps.reports.selectors import NoSuchStock, hourly
from apps.trains.models import TrackStay
from apps.warehouse.models import Zone
from apps.yard import services as yard
from apps.yard.models import WorkOrder
from terminal.work import Work
from tests.factories.containers import VisitFactory
from tests.factories.customs import drafted, submitted
from tests.factories.network import TerminalFactory
from tests.factories.trains import TrackFactory, TrainVisitFactory
from tests.factories.warehouse import MAY_4, ZoneFactory, book
from tests.factories.yard import BlockFactory

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 5, 4, 4, tzinfo=UTC)


def at(hours, minutes=0):
    return NOON + timedelta(hours=hours, minutes=minutes)


def values(terminal, metric, first=0, end=4, scope=None):
    return [int(value) for _at, value in hourly(terminal, metric, at(first), at(end), scope)]


def stayed(lyg, since, until=None, **more):
    state = {"state": "departed", "position": "gone"} if until else {"state": "active", "position": "in_yard"}
    return VisitFactory(terminal=lyg, arrived_at=since, departed_at=until, **state, **more)


def test_a_box_counts_from_the_hour_it_came_by_until_the_hour_it_had_left_by(lyg):
    stayed(lyg, at(0, 1), at(2))
    stayed(lyg, at(1), at(1, 59), container__size_type="42G1")
    assert hourly(lyg, "yard_teu", at(0), at(3)) == [(at(0), Decimal(0)), (at(1), Decimal(3)), (at(2), Decimal(0))]


def test_what_stood_before_the_first_hour_stands_in_it_and_what_is_advised_does_not(lyg):
    stayed(lyg, at(-999))
    stayed(lyg, at(-5), at(-4, 59))
    VisitFactory(terminal=lyg)
    stayed(TerminalFactory(khorgos=True), at(-1))
    assert values(lyg, "yard_teu", end=2) == [1, 1]


def test_a_box_that_came_and_went_between_two_full_hours_is_in_none(lyg):
    stayed(lyg, at(0, 10), at(0, 50))
    assert values(lyg, "yard_teu") == [0, 0, 0, 0]


def test_a_loaded_box_whose_train_still_stands_is_on_the_ground_no_more(lyg):
    stayed(lyg, at(-1), None)
    VisitFactory(terminal=lyg, state="active", position="on_carrier", arrived_at=at(-1), departed_at=at(0, 30))
    assert values(lyg, "yard_teu", end=2) == [2, 1]


def test_hours_are_full_ones_whenever_one_asks(lyg):
    asked = hourly(lyg, "yard_teu", at(0, 20), at(2, 1))
    assert [moment for moment, _value in asked] == [at(1), at(2)]
    assert hourly(lyg, "yard_teu", at(2), at(1)) == []


def test_a_block_counts_what_orders_brought_and_took_and_what_was_placed_there(lyg):
    a, b = BlockFactory(terminal=lyg, code="A"), BlockFactory(terminal=lyg, code="B")
    moved = stayed(lyg, at(-1), at(3))
    for went_to, moment in (("A-01-01-1", at(-1)), ("B-01-01-1", at(1)), ("X9014", at(3))):
        WorkOrder.objects.create(
            terminal=lyg, visit=moved, kind=Work.REHANDLE, state="done", went_to=went_to, done_at=moment,
            planned_at=moment,
        )  # fmt: skip
    placed = stayed(lyg, at(0))
    yard.place(placed, b, 1, 1, 1, by=Actor.itself("test"), at=at(2))
    assert values(lyg, "yard_teu", scope=a.pk) == [1, 0, 0, 0]
    assert values(lyg, "yard_teu", scope=b.pk) == [0, 1, 2, 1]
    assert values(TerminalFactory(khorgos=True), "yard_teu", scope=b.pk) == [0, 0, 0, 0]


def test_trains_on_open_tracks_take_their_places(lyg):
    open_one, closed = TrackFactory(terminal=lyg), TrackFactory(terminal=lyg, closed=True)
    for track, since, until in ((open_one, at(-1), at(1)), (open_one, at(2), None), (closed, at(0), None)):
        train = TrainVisitFactory(call__terminal=lyg)
        TrackStay.objects.create(track=track, train=train, from_m=0, to_m=800, since=since, until=until)
    assert values(lyg, "train_places") == [1, 0, 1, 1]
    assert values(lyg, "train_places", scope=closed.pk) == [1, 1, 1, 1]


def test_area_is_held_by_the_half_day_of_the_site(lyg):
    zone, shut = ZoneFactory(terminal=lyg), ZoneFactory(terminal=lyg, code="old", active=True)
    book(zone, 400, MAY_4, MAY_4 + timedelta(hours=12))
    book(zone, 100, MAY_4 + timedelta(hours=12), MAY_4 + timedelta(hours=24))
    book(shut, 50, MAY_4, MAY_4 + timedelta(hours=24))
    assert values(lyg, "warehouse_m2", -1, 2) == [450, 150, 150]
    Zone.objects.filter(pk=shut.pk).update(active=False)
    assert values(lyg, "warehouse_m2", -1, 2) == [400, 100, 100]
    assert values(lyg, "warehouse_m2", -1, 2, scope=shut.pk) == [50, 50, 50]


def test_the_queue_at_customs_is_what_was_submitted_and_is_not_over(lyg):
    rows = [submitted(terminal=lyg) for _ in range(3)]
    drafted(terminal=lyg)
    waiting, released, rejected = rows
    for row, more in (
        (waiting, {}),
        (released, {"status": "released", "released_at": at(2)}),
        (rejected, {"status": "rejected", "status_since": at(1)}),
    ):
        Declaration.objects.filter(pk=row.pk).update(submitted_at=at(0), **more)
    assert values(lyg, "customs_queue", -1) == [0, 3, 2, 1, 1]
    assert values(lyg, "customs_queue", -1, scope=waiting.office_id) == [0, 3, 2, 1, 1]


def test_one_question_to_the_database_whatever_the_span(lyg, django_assert_num_queries):
    for metric in ("yard_teu", "train_places", "warehouse_m2", "customs_queue"):
        with django_assert_num_queries(1):
            assert len(hourly(lyg, metric, at(-24 * 90), at(0))) == 24 * 90


def test_a_flow_has_no_stock_by_the_hour(lyg):
    with pytest.raises(NoSuchStock):
        hourly(lyg, "trains_per_day", at(0), at(1))
