"""The train board: the day's arrivals and departures, how far each train is, and which will be late."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from apps.network.models import Place
from apps.trains.models import LoadPlan, PlannedLoad, TrackStay, WagonLoad
from apps.trains.selectors.day_board import day_board
from apps.trains.services import arrive_train, plan_track
from terminal.throughput import day_bounds, site_day
from tests.factories.calls import CallFactory
from tests.factories.containers import VisitFactory
from tests.factories.network import TerminalFactory
from tests.factories.parties import staff
from tests.factories.trains import TrackFactory, TrainVisitFactory, WagonFactory
from tests.trains.loading import BY, service

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 5, 4, 4, 0, tzinfo=UTC)
"""12:00 at Lianyungang."""
DAY = NOON.date()
HOUR = timedelta(hours=1)
BOARD = "admin:train_board"


def train(lyg, number, arrives=None, departs=None, **more):
    """A train with planned times, in hours from noon."""
    times = {
        "call__scheduled_arrival_at": None if arrives is None else NOON + arrives * HOUR,
        "call__scheduled_departure_at": None if departs is None else NOON + departs * HOUR,
    }
    return TrainVisitFactory(call__terminal=lyg, call__number=number, **{**times, **more})


def stands(since, **more):
    return {"call__phase": "arrived", "call__arrived_at": NOON + since * HOUR, **more}


def left(since, until, **more):
    return {**stands(since, **more), "call__phase": "departed", "call__departed_at": NOON + until * HOUR}


def train_at(lyg, number, arrives, departs=None, **more):
    return TrainVisitFactory(
        call__terminal=lyg, call__number=number, call__scheduled_arrival_at=arrives,
        call__scheduled_departure_at=departs, **more,
    )  # fmt: skip


def stands_since(moment):
    return {"call__phase": "arrived", "call__arrived_at": moment}


def numbers(lines):
    return [line.train.call.number for line in lines]


def line(board, number):
    return next(each for each in (*board.arrivals, *board.departures) if each.train.call.number == number)


def test_trains_stand_in_the_order_of_their_times_on_the_days_of_the_site(lyg):
    train(lyg, "LATER", 6, 10)
    train(lyg, "NIGHT", -11, 14)
    train(lyg, "YESTERDAY", -13, -12.5, **left(-13, -12.5))
    train(lyg, "TOMORROW", 13, 20)
    train(lyg, "DELAYED", -2, 4, call__estimated_arrival_at=NOON + 8 * HOUR)
    train(TerminalFactory(khorgos=True), "THERE", 1, 2)
    CallFactory(number="SHIP", ship=True, scheduled_arrival_at=NOON)
    board = day_board(lyg, DAY, NOON)
    assert numbers(board.arrivals) == ["NIGHT", "LATER", "DELAYED"]
    assert numbers(board.departures) == ["DELAYED", "LATER"]


def test_what_came_or_left_on_another_day_than_planned_is_on_the_day_it_did(lyg):
    train(lyg, "X1", -13, 1, **left(-11, 13))
    assert numbers(day_board(lyg, DAY, NOON).arrivals) == ["X1"]
    assert day_board(lyg, DAY, NOON).departures == []
    assert day_board(lyg, DAY - timedelta(days=1), NOON).arrivals == []
    assert numbers(day_board(lyg, DAY + timedelta(days=1), NOON).departures) == ["X1"]


def test_today_knows_what_stands_since_an_earlier_day_and_what_should_have_come_or_gone(lyg):
    train(lyg, "STANDS", -40, 30, **stands(-40))
    train(lyg, "OVERDUE", -40, -20, **stands(-38))
    train(lyg, "AWAITED", -30, 30)
    train(lyg, "NEVER CAME", -30, 30, call__phase="cancelled")
    board = day_board(lyg, DAY, NOON)
    assert numbers(board.arrivals) == ["STANDS", "OVERDUE", "AWAITED"]
    assert numbers(board.departures) == ["OVERDUE"]
    assert [each.here_before for each in board.arrivals] == [True, True, False]
    assert line(board, "AWAITED").arrival.over
    assert board.departures[0].departure.over
    tomorrow = day_board(lyg, DAY + timedelta(days=1), NOON)
    assert tomorrow.arrivals == []
    assert numbers(tomorrow.departures) == ["STANDS", "AWAITED", "NEVER CAME"]


def test_trains_nobody_cancelled_never_hide_the_days_own(lyg, admin_client):
    now = timezone.now()
    start, _end = day_bounds(site_day(now, lyg.zone), lyg.zone)
    for n in range(23):
        train_at(lyg, f"OLD{n}", start - (n + 1) * HOUR)
    train_at(lyg, "LONG AGO", start - timedelta(days=3, hours=1))
    for n in range(3):
        train_at(lyg, f"OWN{n}", start + n * HOUR)
    train_at(lyg, "STAYS", start - 9.5 * HOUR, departs=start - HOUR, **stands_since(start - 9.5 * HOUR))
    train_at(lyg, "EVER", start - 99 * HOUR, departs=start - 98 * HOUR, **stands_since(start - 99 * HOUR))
    page = admin_client.get(reverse(BOARD))
    board = page.context["board"]
    assert numbers(board.arrivals) == [
        "EVER", *(f"OLD{n}" for n in range(19, 8, -1)), "STAYS", *(f"OLD{n}" for n in range(8, -1, -1)),
        "OWN0", "OWN1", "OWN2",
    ]  # fmt: skip
    assert (board.more_to_come, numbers(board.departures), board.more_to_go) == (4, ["STAYS"], 1)
    told = page.content.decode()
    assert "4 more should have come before" in told
    assert "1 more should have gone before" in told
    for link, rows in ((page.context["all_to_come"], 27), (page.context["all_to_go"], 2)):
        assert escape(link) in told
        assert admin_client.get(link).context["cl"].result_count == rows


def test_a_train_that_is_overdue_and_of_the_day_is_on_its_board_once(lyg):
    train(lyg, "X1", 1, 6, call__estimated_arrival_at=NOON - 20 * HOUR)
    board = day_board(lyg, DAY, NOON)
    assert (numbers(board.arrivals), board.more_to_come) == (["X1"], 0)


def test_how_far_a_train_is_counts_what_is_off_and_what_is_on_and_says_nothing_it_does_not_know(lyg):
    its, bare = train(lyg, "X1", -2, 6, **stands(-2)), train(lyg, "X2", 3, 6)
    wagon, out = WagonFactory(train=its, sequence=1), WagonFactory(train=its, sequence=2, set_out_at=NOON)
    came, off, stays, on, waits = (VisitFactory(terminal=lyg) for _ in range(5))
    for visit, of, leg, place, done in [
        (came, wagon, "arriving", 1, None), (off, wagon, "arriving", 2, NOON), (stays, out, "arriving", 1, None),
        (on, wagon, "departing", 1, NOON), (VisitFactory(terminal=lyg), out, "departing", 2, NOON),
    ]:  # fmt: skip
        WagonLoad.objects.create(wagon=of, visit=visit, leg=leg, place=place, done_at=done)
    plan = LoadPlan.objects.create(
        train=its, state="approved", drawn_up_at=NOON, drawn_up_by="x", approved_at=NOON, approved_by="x"
    )
    for of, place, visit in ((wagon, 1, on), (wagon, 2, waits), (out, 1, VisitFactory(terminal=lyg))):
        PlannedLoad.objects.create(plan=plan, wagon=of, visit=visit, place=place)
    board = day_board(lyg, DAY, NOON)
    far = line(board, "X1")
    assert (far.discharged.done, far.discharged.of, far.loaded.done, far.loaded.of, far.wagons) == (1, 2, 1, 2, 1)
    unknown = line(board, bare.call.number)
    assert (unknown.discharged.of, unknown.loaded.of, unknown.track, unknown.origin) == (None, None, "", None)


def test_a_track_is_the_real_one_else_the_planned_one(lyg):
    one, two = TrackFactory(terminal=lyg, code="T1"), TrackFactory(terminal=lyg, code="T2")
    here, coming = train(lyg, "X1", -2, 6), train(lyg, "X2", 3, 8)
    plan_track(here, by=BY, at=NOON, track=two)
    plan_track(coming, by=BY, at=NOON, track=two)
    arrive_train(here, by=BY, at=NOON, track=one)
    board = day_board(lyg, DAY, NOON)
    assert [(each.track, each.track_planned) for each in board.arrivals] == [("T1", False), ("T2", True)]


def test_the_days_trains_and_teu_are_counted_by_what_really_came_and_left_with_wagons_or_without(lyg):
    came, gone = train(lyg, "X1", -2, 6, **stands(-2)), train(lyg, "X2", -30, -1, **left(-30, -1))
    train(lyg, "X3", 3, 6)
    for its, leg, size in ((came, "arrival", "42G1"), (gone, "arrival", "22G1"), (gone, "departure", "22G1")):
        VisitFactory(terminal=lyg, departed=True, container__size_type=size, **{f"{leg}_call": its.call})
    VisitFactory(terminal=lyg, arrival_call=came.call)
    VisitFactory(terminal=lyg, departure_call=gone.call, in_yard=True)
    aboard = VisitFactory(terminal=lyg, arrival_call=came.call)
    WagonLoad.objects.create(wagon=WagonFactory(train=came), visit=aboard, leg="arriving")
    ship = CallFactory(terminal=lyg, ship=True, arrived_at=NOON)
    VisitFactory(terminal=lyg, in_yard=True, arrival_call=ship)
    track = TrackFactory(terminal=lyg)
    TrackStay.objects.create(track=track, train=came, from_m=0, to_m=800, since=NOON - HOUR)
    board = day_board(lyg, DAY, NOON)
    assert (board.trains_in, board.trains_out, board.teu_in, board.teu_out) == (1, 1, 3, 1)
    assert (board.use.places_taken, board.use.places) == (1, 1)
    assert day_board(lyg, DAY - timedelta(days=1), NOON).use is None


def test_a_train_that_will_be_late_says_so_with_the_cause_before_it_is(lyg, client):
    now = timezone.now()
    its = TrainVisitFactory(
        call__terminal=lyg, call__number="X1", call__phase="arrived", call__arrived_at=now - HOUR,
        call__scheduled_departure_at=now + timedelta(minutes=1), service=service(lyg),
    )  # fmt: skip
    wagons = [WagonFactory(train=its, sequence=n) for n in range(1, 11)]
    for wagon in wagons:
        WagonLoad.objects.create(wagon=wagon, visit=VisitFactory(terminal=lyg), leg="arriving")
    client.force_login(staff("trains.view_trainvisit", username="planner"))
    page = client.get(reverse(BOARD)).content.decode()
    assert "Too much is left to lift: 10 lifts at 90 an hour" in page
    assert page.count("<b>1</b> will leave late") == 1
    assert "departure expected" in page
    assert "+00:00" not in page


def test_the_page_tells_times_by_the_sites_clock_delays_in_words_and_a_dash_for_what_nobody_knows(lyg, client):
    at = timezone.now().astimezone(lyg.zone).replace(hour=10, minute=15)
    Place.objects.create(un_locode="UZTAS", name="Tashkent", country="UZ")
    TrainVisitFactory(
        call__terminal=lyg, call__number="X9014", call__phase="arrived", call__scheduled_arrival_at=at,
        call__arrived_at=at + timedelta(minutes=95), call__scheduled_departure_at=None, service=service(lyg),
    )  # fmt: skip
    TrainVisitFactory(
        call__terminal=lyg, call__number="X9016", call__phase="cancelled", call__scheduled_arrival_at=at,
        call__cancel_reason="snow",
    )  # fmt: skip
    client.force_login(staff("trains.view_trainvisit", username="planner"))
    page = " ".join(client.get(reverse(BOARD)).content.decode().split())
    assert 'planned 10:15 · actual 11:50 · delay <b class="lb-late">1 h 35 min late</b>' in page
    assert "→ Tashkent (UZTAS)" in page
    assert "cancelled: snow" in page
    assert 'http-equiv="refresh"' in page
    yesterday = {"day": site_day(at, lyg.zone) - timedelta(days=1)}
    assert 'http-equiv="refresh"' not in client.get(reverse(BOARD), yesterday).content.decode()


@pytest.mark.parametrize("day", ["", "yesterday", "2026-02-30", "0001-01-01", "9999-12-31", "1'"])
def test_a_day_that_is_none_is_today(lyg, admin_client, day):
    page = admin_client.get(reverse(BOARD), {"day": day})
    assert page.context["board"].day == page.context["today"]


def test_the_board_asks_as_often_for_twenty_trains_as_for_two(lyg, admin_client, django_assert_max_num_queries):
    def asked(count):
        for _ in range(count):
            its = TrainVisitFactory(
                call__terminal=lyg, call__phase="arrived", call__arrived_at=timezone.now(), service=service(lyg),
                call__scheduled_departure_at=timezone.now(),
            )  # fmt: skip
            WagonLoad.objects.create(wagon=WagonFactory(train=its), visit=VisitFactory(terminal=lyg), leg="arriving")
        with django_assert_max_num_queries(26) as queries:
            page = admin_client.get(reverse(BOARD))
        return len(queries), len(page.context["board"].arrivals)

    admin_client.get(reverse(BOARD))
    few, _two = asked(2)
    many, twenty = asked(18)
    assert (few, twenty) == (many, 20)


def test_only_who_serves_the_terminal_and_may_see_its_trains_sees_the_board(lyg, client):
    TrainVisitFactory(call__terminal=lyg, call__number="OURS", call__scheduled_arrival_at=timezone.now())
    client.force_login(staff("trains.view_trainvisit", username="there", terminal=TerminalFactory(khorgos=True)))
    assert "OURS" not in client.get(reverse(BOARD)).content.decode()
    assert client.get(reverse(BOARD), {"terminal": lyg.code}).status_code == 403
    client.force_login(staff("yard.view_block", username="nobody"))
    assert client.get(reverse(BOARD)).status_code == 403
    client.force_login(staff("trains.view_trainvisit", username="planner"))
    assert reverse(BOARD) in client.get(reverse("admin:trains_trainvisit_changelist")).content.decode()
