"""What a forecast reads of the records: what was known at a moment, and nothing of later."""

from datetime import timedelta

import pytest

from apps.forecasts.selectors.known import known
from terminal.forecasting.known import NEVER, RAIL, ROAD
from tests.factories.calls import CallFactory
from tests.factories.containers import VisitFactory
from tests.factories.customs import submitted
from tests.factories.forecasts import NOON
from tests.factories.network import TerminalFactory
from tests.factories.trains import TrackFactory
from tests.factories.warehouse import ZoneFactory, book

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
SECOND = int(NOON.timestamp())


def train(lyg, hours, **more):
    return CallFactory(
        terminal=lyg, mode="rail", number="X9014", phase="announced", scheduled_arrival_at=NOON + hours * HOUR,
        scheduled_departure_at=NOON + (hours + 9) * HOUR, **more,
    )  # fmt: skip


def test_of_an_empty_terminal_nothing_is_known(lyg):
    found = known(lyg, NOON)
    assert (len(found.boxes.teu), len(found.calls), len(found.bookings.size), found.places) == (0, 0, 0, 0)
    assert found.start == found.now == SECOND


def test_what_stands_what_has_gone_and_what_is_on_a_train_to_come(lyg):
    call = train(lyg, 5)
    VisitFactory(terminal=lyg, state="active", position="in_yard", arrived_at=NOON - HOUR, advised_at=NOON - 2 * HOUR)
    VisitFactory(
        terminal=lyg, state="departed", position="gone", arrived_at=NOON - 9 * HOUR, departed_at=NOON - HOUR,
        advised_at=NOON - 10 * HOUR,
    )  # fmt: skip
    VisitFactory(terminal=lyg, arrival_call=call, advised_at=NOON - HOUR, destination="KZALA")
    VisitFactory(terminal=TerminalFactory(khorgos=True), arrival_call=call)
    boxes = known(lyg, NOON).boxes
    assert len(boxes.teu) == 3
    assert sorted((boxes.came < NEVER).tolist()) == [False, True, True]
    assert (boxes.went < NEVER).sum() == 1
    expected = boxes.came == NEVER
    assert (boxes.by[expected].tolist(), boxes.comes[expected].tolist()) == ([0], [RAIL])
    assert set(boxes.comes[~expected].tolist()) == {ROAD}


def test_as_of_an_hour_that_has_passed_a_box_that_has_come_since_was_still_to_come(lyg):
    call = train(lyg, -1)
    VisitFactory(
        terminal=lyg,
        state="active",
        position="in_yard",
        arrival_call=call,
        arrived_at=NOON,
        advised_at=NOON - 30 * HOUR,
    )
    before = known(lyg, NOON - 3 * HOUR).boxes
    assert (before.came.tolist(), before.by.tolist()) == ([NEVER], [0])
    assert known(lyg, NOON).boxes.came.tolist() == [SECOND]


def test_the_end_of_a_stay_is_not_known_before_it(lyg):
    VisitFactory(
        terminal=lyg, state="departed", position="gone", arrived_at=NOON - 9 * HOUR, departed_at=NOON + HOUR,
        advised_at=NOON - 10 * HOUR,
    )  # fmt: skip
    assert known(lyg, NOON).boxes.went.tolist() == [NEVER]


def test_a_call_is_a_train_of_its_line_with_the_times_that_had_come(lyg):
    train(lyg, -2, arrived_at=NOON - HOUR)
    train(lyg, 30)
    found = known(lyg, NOON).calls
    assert known(lyg, NOON).lines == ["X9014"]
    assert (found.arrived < NEVER).tolist() == [True, False]
    assert ((found.planned - SECOND) // 3600).tolist() == [-2, 30]


def test_open_tracks_give_places_and_closed_ones_none(lyg):
    TrackFactory(terminal=lyg)
    TrackFactory(terminal=lyg, closed=True)
    assert known(lyg, NOON).places == 1


def test_bookings_hold_their_half_days_and_declarations_wait_until_they_are_over(lyg):
    zone = ZoneFactory(terminal=lyg)
    book(zone, 400, NOON + HOUR, NOON + 2 * HOUR)
    declaration = submitted(terminal=lyg)
    found = known(lyg, NOON)
    assert found.bookings.size.tolist() == [400]
    assert (int(found.bookings.planned_until[0] - found.bookings.since[0])) == 12 * 3600
    assert found.zones == ["A"]
    assert found.declarations.until.tolist() == [NEVER]
    assert found.offices == [declaration.office.name]


def test_nine_questions_to_the_database_however_much_there_is(lyg, django_assert_max_num_queries):
    with django_assert_max_num_queries(9):
        known(lyg, NOON)
