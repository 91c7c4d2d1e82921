"""What would happen if: by the terminal's own rules, told in figures, and nothing kept of it."""

import threading
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.calls.models import Call
from apps.parties.actors import Actor, NotYours
from apps.planning.services import (
    AnotherIsAsked,
    BlockClosed,
    MoreBoxes,
    NoSuchTarget,
    NothingTried,
    SeveralTrains,
    SiteIsBusy,
    TrackClosed,
    TrainLate,
    what_if,
)
from apps.trains import services as trains
from apps.trains.models import TrackStay
from terminal.pressure import Level
from terminal.throughput import site_day
from tests.factories.alerts import RuleFactory
from tests.factories.api import program
from tests.factories.calls import CallFactory
from tests.factories.containers import VisitFactory
from tests.factories.parties import UserFactory, staff
from tests.factories.trains import TrackFactory, TrainVisitFactory
from tests.factories.yard import BlockFactory

pytestmark = pytest.mark.django_db

NOW = timezone.now()
BY = Actor.itself("test")
HOUR = timedelta(hours=1)


@pytest.fixture
def site(lyg):
    TrackFactory(terminal=lyg, code="T1")
    BlockFactory(terminal=lyg, code="A", bays=4, rows=5, tiers=4)
    RuleFactory(terminal=lyg, capacity=Decimal(50))
    return lyg


def coming(number, hours, stay=9):
    return coming_at(number, NOW + hours * HOUR, stay)


def coming_at(number, due, stay=9):
    call = CallFactory(
        mode="rail", number=number, phase="announced",
        scheduled_arrival_at=due, scheduled_departure_at=due + stay * HOUR,
    )  # fmt: skip
    return TrainVisitFactory(call=call)


def tried(site, *changes):
    found = what_if(site, changes, by=BY, at=NOW)
    figures, touched = found.effects.figures, found.effects.trains
    return {each.code: each for each in figures}, {each.call.number: each for each in touched}


def everything():
    """How many rows each table has."""
    return {model._meta.db_table: model._default_manager.count() for model in apps.get_models() if model._meta.managed}


def test_boxes_more_fill_the_yard_and_would_raise_the_alert(site):
    for _ in range(10):
        VisitFactory(in_yard=True, terminal=site, container__size_type="22G1")
    figures, _ = tried(site, MoreBoxes(count=20))
    yard = figures["yard_teu"]
    assert (yard.before.value, yard.after.value, yard.by) == (10, 50, 40)
    assert (yard.before.level, yard.after.level) == (Level.OK, Level.RAISE)


def test_a_block_that_a_rule_watches_is_told_by_itself(site):
    RuleFactory(terminal=site, block=site.block_set.get(code="A"))
    figures, _ = tried(site, MoreBoxes(count=20))
    block = figures["yard_teu:A"]
    assert (block.before.value, block.after.value, block.after.level) == (0, 40, Level.OK)


def test_boxes_that_find_no_cell_are_told(site):
    figures, _ = tried(site, MoreBoxes(count=50))
    assert figures["boxes_without_place"].after.value == 50 - 40
    assert figures["yard_teu"].by == 100


def test_a_closed_block_leaves_no_place_for_what_is_to_come(site):
    train = coming("X9014", 4)
    VisitFactory(terminal=site, container__size_type="22G1", arrival_call=train.call)
    figures, _ = tried(site, BlockClosed(block="A"))
    assert (figures["boxes_without_place"].before.value, figures["boxes_without_place"].after.value) == (0, 1)
    assert (figures["open_yard_capacity_teu"].before.value, figures["open_yard_capacity_teu"].after.value) == (56, 0)


def test_a_late_train_takes_the_track_of_the_next_one(site):
    coming("X9014", 2)
    coming("X9016", 14)
    trains.plan_tracks(site, by=BY, at=NOW)
    figures, touched = tried(site, TrainLate(train="X9014", hours=Decimal(6)))
    assert figures["track_clashes"].before.value == 0
    assert figures["trains_waiting"].after.value == 1
    assert touched["X9016"].before.waits_minutes == 0
    assert touched["X9016"].after.waits_minutes == 3 * 60


def test_boxes_of_a_late_train_miss_the_ship(site):
    train = coming("X9014", 2)
    ship = CallFactory(
        mode="sea", number="V1", phase="announced",
        scheduled_arrival_at=NOW, scheduled_departure_at=NOW + 20 * HOUR,
    )  # fmt: skip
    for _ in range(3):
        VisitFactory(terminal=site, container__size_type="22G1", arrival_call=train.call, departure_call=ship)
    assert tried(site, TrainLate(train="X9014", hours=Decimal(6)))[0]["connections_missed"].after.value == 0
    assert tried(site, TrainLate(train="X9014", hours=Decimal(24)))[0]["connections_missed"].after.value == 3


def test_a_closed_track_lets_its_trains_wait_for_another(site):
    TrackFactory(terminal=site, code="T2")
    coming("X9014", 2)
    coming("X9016", 3)
    trains.plan_tracks(site, by=BY, at=NOW)
    figures, touched = tried(site, TrackClosed(track="T1"))
    assert figures["trains_waiting"].by == 1
    assert touched["X9016"].after.waits_minutes == 8 * 60


def test_several_changes_are_tried_together(site):
    coming("X9014", 2)
    figures, _ = tried(site, BlockClosed(block="A"), MoreBoxes(count=5, size_type="22G1", laden=False))
    assert figures["yard_teu"].by == 5
    assert figures["boxes_without_place"].by == 5


def test_nothing_is_kept_of_it(site):
    coming("X9014", 2)
    before, closed = everything(), list(site.track_set.values_list("code", "closed"))
    tried(
        site,
        TrainLate(train="X9014", hours=Decimal(6)),
        BlockClosed(block="A"),
        TrackClosed(track="T1"),
        MoreBoxes(count=30),
    )
    assert everything() == before
    assert list(site.track_set.values_list("code", "closed")) == closed


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (TrainLate(train="X1", hours=Decimal(1)), "train"),
        (BlockClosed(block="Z"), "block"),
        (TrackClosed(track="T9"), "track"),
    ],
)
def test_what_is_not_there_is_refused_with_what_is(site, change, what):
    coming("X9014", 2)
    with pytest.raises(NoSuchTarget) as refusal:
        tried(site, change)
    assert refusal.value.facts["what"] == what
    assert refusal.value.facts["known"] in (f"X9014@{site_day(NOW + 2 * HOUR, site.zone)}", "A", "T1")


def test_a_number_that_repeats_is_asked_back_and_day_or_id_says_which(site):
    today, tomorrow = coming("X9014", 2), coming("X9014", 26)
    with pytest.raises(SeveralTrains) as refusal:
        tried(site, TrainLate(train="X9014", hours=Decimal(6)))
    days = [str(site_day(NOW + hours * HOUR, site.zone)) for hours in (2, 26)]
    assert refusal.value.facts == {
        "count": 2, "name": "X9014", "known": f"X9014@{days[0]}, X9014@{days[1]}",
    }  # fmt: skip
    for name in (f"X9014@{days[1]}", str(tomorrow.call.public_id)):
        assert moved(site, TrainLate(train=name, hours=Decimal(6))) == {tomorrow.call_id}
    assert moved(site, TrainLate(train=f"X9014@{days[0]}", hours=Decimal(6))) == {today.call_id}


def moved(site, change):
    found = what_if(site, [change], by=BY, at=NOW).effects.trains
    return {each.call.pk for each in found if each.after.late_minutes > each.before.late_minutes}


def test_trains_of_one_number_on_one_day_are_told_apart_by_the_minute_and_then_by_their_id(site):
    TrackFactory(terminal=site, code="T2")
    noon = datetime.combine(site_day(NOW, site.zone) + timedelta(days=1), time(12), tzinfo=site.zone)
    first, second = coming_at("X9014", noon), coming_at("X9014", noon + 2 * HOUR)
    day = f"{noon:%Y-%m-%d}"
    with pytest.raises(SeveralTrains) as refusal:
        tried(site, TrainLate(train=f"X9014@{day}", hours=Decimal(6)))
    assert refusal.value.facts["known"] == f"X9014@{day}T12:00, X9014@{day}T14:00"
    assert moved(site, TrainLate(train=f"X9014@{day}T14:00", hours=Decimal(6))) == {second.call_id}
    twin = coming_at("X9014", noon)
    with pytest.raises(SeveralTrains) as refusal:
        tried(site, TrainLate(train=f"X9014@{day}T12:00", hours=Decimal(6)))
    assert refusal.value.facts["known"] == f"{first.call.public_id}, {twin.call.public_id}"


@pytest.mark.parametrize("said", ["X9014@2026", "X9014@", "X9014@2026-11-28T1", "X9014@2026-11-28T11:40:00"])
def test_a_day_that_is_no_day_is_no_train(site, said):
    coming_at("X9014", datetime(2026, 11, 28, 3, 40, tzinfo=UTC))
    with pytest.raises(NoSuchTarget):
        tried(site, TrainLate(train=said, hours=Decimal(6)))


def test_a_train_that_waits_for_a_track_leaves_late(site):
    coming("X9014", 2)
    coming("X9016", 3)
    figures, _ = tried(site, MoreBoxes(count=1))
    assert figures["trains_waiting"].before.value == 1
    assert figures["trains_late"].before.value == 1


def test_a_train_that_stands_over_its_time_does_not_take_its_track_for_ever(site):
    stands = TrainVisitFactory(call=CallFactory(
        mode="rail", phase="ready", arrived_at=NOW - 12 * HOUR,
        scheduled_arrival_at=NOW - 12 * HOUR, scheduled_departure_at=NOW - 3 * HOUR,
    ))  # fmt: skip
    TrackStay.objects.create(train=stands, track=site.track_set.get(), from_m=0, to_m=800, since=NOW - 12 * HOUR)
    coming("X9014", 2)
    figures, _ = tried(site, MoreBoxes(count=1))
    assert (figures["trains_waiting"].before.value, figures["trains_without_track"].before.value) == (0, 0)


def test_trains_that_no_track_takes_are_told(site):
    coming("X9014", 2)
    figures, touched = tried(site, TrackClosed(track="T1"))
    assert (touched["X9014"].before.fits, touched["X9014"].after.fits) == (True, False)
    assert (figures["trains_without_track"].before.value, figures["trains_without_track"].after.value) == (0, 1)


def test_a_train_that_is_expected_a_day_early_stays_as_long_as_planned(site):
    early = coming("X9014", 30).call
    Call.objects.filter(pk=early.pk).update(estimated_arrival_at=NOW + 2 * HOUR)
    coming("X9016", 12)
    figures, _ = tried(site, MoreBoxes(count=1))
    assert figures["trains_waiting"].before.value == 0


def test_a_day_over_what_is_rated_is_over(site):
    RuleFactory(terminal=site, metric="trains_per_day", capacity=Decimal(1))
    for hours in (1, 2):
        due = NOW - hours * HOUR
        TrainVisitFactory(call=CallFactory(
            mode="rail", phase="arrived", arrived_at=due, scheduled_arrival_at=due, scheduled_departure_at=NOW,
        ))  # fmt: skip
    figures, _ = tried(site, MoreBoxes(count=1))
    assert figures["trains_per_day"].before.value == 2
    assert figures["trains_per_day"].before.level is Level.RAISE


def test_a_train_that_stands_here_cannot_come_late(site):
    TrainVisitFactory(call=CallFactory(mode="rail", number="X9014", phase="arrived", arrived_at=NOW - HOUR))
    with pytest.raises(NoSuchTarget):
        tried(site, TrainLate(train="X9014", hours=Decimal(1)))


def test_no_change_is_no_question(site):
    with pytest.raises(NothingTried):
        tried(site)


def test_only_who_reads_figures_may_ask(site):
    with pytest.raises(NotYours):
        what_if(site, [MoreBoxes(count=1)], by=Actor.person(UserFactory()), at=NOW)
    manager = staff("reports.view_dailythroughput", username="zhang")
    assert what_if(site, [MoreBoxes(count=1)], by=Actor.person(manager), at=NOW).effects.figures


@pytest.mark.django_db(transaction=True)
class TestBesideOthers:
    """Real transactions, as two people ask and work at the same time."""

    def test_one_question_at_a_time(self, site):
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT pg_advisory_xact_lock(7365111, %s)", [site.pk])
            try:
                assert self._asked_elsewhere(site, MoreBoxes(count=1)) == AnotherIsAsked
            finally:
                cursor.execute("ROLLBACK")
        assert self._asked_elsewhere(site, MoreBoxes(count=1)) is None

    def test_who_works_on_the_train_goes_first(self, site):
        train = coming("X9014", 2)
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT 1 FROM calls_call WHERE id = %s FOR UPDATE", [train.call_id])
            try:
                assert self._asked_elsewhere(site, TrainLate(train="X9014", hours=Decimal(1))) == SiteIsBusy
            finally:
                cursor.execute("ROLLBACK")

    def _asked_elsewhere(self, site, change):
        refused = []

        def ask():
            try:
                what_if(site, [change], by=BY, at=NOW)
            except Exception as refusal:
                refused.append(type(refusal))
            finally:
                connection.close()

        thread = threading.Thread(target=ask)
        thread.start()
        thread.join(30)
        return refused[0] if refused else None


def test_an_owner_s_program_asks_the_api_and_a_repeat_gets_the_first_answer(site):
    train = coming("X9014", 2)
    asked = {
        "trains_late": [{"train": "X9014", "hours": "6"}],
        "blocks_closed": ["A"],
        "more_boxes": [{"count": 3, "size_type": "22G1"}],
    }
    owner = program("ktz-express", "figures")
    before = everything()
    answer = owner.post("/api/v1/what-if/", asked)
    figures = {each["figure"]: each for each in answer.json()["figures"]}
    assert answer.status_code == 200
    assert (figures["yard_teu"]["by"], figures["yard_teu"]["level_after"]) == ("3.00", "ok")
    assert [each["number"] for each in answer.json()["trains"]] == ["X9014"]
    assert answer.json()["trains"][0]["id"] == str(train.call.public_id)
    assert everything() == before


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({}, 422),
        ({"more_boxes": [{"count": 0}]}, 422),
        ({"more_boxes": [{"count": 3, "size_type": "99Z9"}]}, 422),
        ({"blocks_closed": ["Z"]}, 422),
        ({"trains_late": [{"train": "X1", "hours": "999"}]}, 422),
    ],
)
def test_a_question_that_makes_no_sense_is_answered_in_words(site, asked, status):
    answer = program("ktz-express", "figures").post("/api/v1/what-if/", asked)
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith("application/problem+json")


def named_as(train):
    return f"X9014 · {train.call.scheduled_arrival_at.astimezone(train.call.terminal.zone):%Y-%m-%d %H:%M}"


def test_a_manager_tries_it_on_the_page(site):
    train, twin = coming("X9014", 2), coming("X9014", 26)
    trains.plan_tracks(site, by=BY, at=NOW)
    client = Client()
    client.force_login(staff("reports.view_dailythroughput", username="zhang"))
    page = reverse("what-if-page")
    assert "X9014" in client.get(page).content.decode()
    answer = client.post(
        page, {"train": str(twin.call.public_id), "hours": "6", "blocks": ["A"], "boxes": "3", "size_type": "42G1"}
    )
    said = answer.content.decode()
    assert 'id="figures"' in said
    assert "+6" in said
    touched = said.partition('id="trains"')[2]
    assert [label in touched for label in map(named_as, (train, twin))] == [False, True]
    assert "Choose what is to come otherwise." in client.post(page, {}).content.decode()
    nowhere = client.post(page, {"train": str(train.call.public_id), "hours": ""}).content.decode()
    assert "Say by how many hours it comes later." in nowhere


def test_the_command_tells_the_difference(site):
    coming("X9014", 2)
    out = StringIO()
    call_command("what_if", "--late", "X9014=6", "--close", "A", "--boxes", "3", stdout=out)
    assert "boxes here or to come within a day without a place" in out.getvalue()
    label = f"X9014 · {(NOW + 2 * HOUR).astimezone(site.zone):%Y-%m-%d %H:%M}"
    assert f"{label}: track –, waits 0 min, leaves 0 min late → track T1" in out.getvalue()


def test_the_command_tells_every_level_that_is_not_well_changed_or_not(site):
    for _ in range(45):
        VisitFactory(in_yard=True, terminal=site, container__size_type="22G1")
    BlockFactory(terminal=site, code="B")
    out = StringIO()
    call_command("what_if", "--close", "B", stdout=out)
    yard = next(line for line in out.getvalue().splitlines() if line.startswith("yard"))
    assert yard.rstrip().endswith("raise")


def test_the_command_names_the_day_of_a_number_that_repeats(site):
    coming("X9014", 2), coming("X9014", 26)
    with pytest.raises(CommandError, match=r"2 trains “X9014” are to come\. Say which: X9014@"):
        call_command("what_if", "--late", "X9014=6")
    call_command("what_if", "--late", f"X9014@{site_day(NOW + 26 * HOUR, site.zone)}=6", stdout=StringIO())


@pytest.mark.parametrize("said", [["--late", "X9014"], ["--late", "=6"], ["--boxes", "0"], ["--close", "Z"], []])
def test_the_command_refuses_in_words(site, said):
    with pytest.raises(CommandError):
        call_command("what_if", *said)
