"""Generated traffic at a terminal: what the world was told of, no more, through the services that take history in."""

import io
import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from threading import Barrier, Thread

import numpy as np
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Count, F, Max, Q, Sum

from apps.calls.models import Call
from apps.containers.models import Container, Hold, Permission, Visit, VisitRole
from apps.customs.models import Declaration
from apps.demo.services.traffic import AnotherTraffic, NotTakenIn, Told, load, source_of
from apps.demo.services.traffic.here import load_lists
from apps.journal.models import Entry
from apps.network.models import Terminal
from apps.parties.models import Party
from apps.reports.models import DailyThroughput
from apps.reports.selectors import daily
from apps.reports.services import recount_by_hand
from apps.trains.models import Track, TrackStay, TrainVisit
from apps.warehouse.models import Booking, HalfDay, Zone
from apps.yard.models import Standing
from apps.yard.selectors import utilisation
from terminal.events import EventKind
from terminal.identifiers import explain, require_container_number
from terminal.lifecycle import Phase, VisitState
from terminal.throughput import Mode
from terminal.traffic import Order, generate
from terminal.traffic.faults import REFUSED_NUMBER, WRONG_NUMBER, WRONG_TIME, misread
from terminal.traffic.moments import NEVER
from terminal.traffic.records import SHIPPERS, Records
from terminal.traffic.stocks import train_places

ORDER = Order(start=date(2026, 3, 2), days=12, seed=5, scenario="messy-data")
UNTIL = datetime(2026, 3, 12, 9, tzinfo=UTC)
LATER = datetime(2026, 3, 13, 9, tzinfo=UTC)


SMALL = ("--teu-per-year", "60000")


@lru_cache(maxsize=4)
def small_world(days=1, seed=7):
    """A day of a small terminal's traffic: enough to be taken in, soon made."""
    return generate(Order(start=date(2026, 3, 2), days=days, seed=seed, teu_per_year=60_000))


def run(*words):
    out = io.StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


@pytest.fixture(scope="module")
def world():
    return generate(ORDER)


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker, tmp_path_factory, world):
    """The site with ten and a half days of badly reported traffic, committed for this file and flushed afterwards."""
    media = settings.MEDIA_ROOT
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")
    with django_db_blocker.unblock():
        try:
            run("setup_site")
            terminal = Terminal.objects.get(code="cnlyg")
            yield load(world, terminal, until=UNTIL, at=UNTIL)
        finally:
            call_command("flush", interactive=False, verbosity=0)
            settings.MEDIA_ROOT = media


@pytest.fixture
def there(loaded, django_db_blocker):
    """The terminal as it was loaded; what a test changes is taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Terminal.objects.get(code="cnlyg")
        transaction.set_rollback(True)


def day_of(at, zone):
    return at.astimezone(zone).date()


class TestStays:
    def test_every_stay_that_was_told_of_is_a_visit_and_no_other(self, there, world):
        records = Records(world, int(UNTIL.timestamp()))
        known = set(Visit.objects.exclude(source=None).values_list("source_ref", flat=True))
        assert known == set(records.references(records.stays))

    def test_who_has_left_by_the_records_has_left(self, there, world):
        gone = world.told.went <= int(UNTIL.timestamp())
        records = Records(world, int(UNTIL.timestamp()))
        departed = Visit.objects.filter(state=VisitState.DEPARTED.value).count()
        assert departed == gone[records.stays].sum() > 1000

    def test_nothing_is_recorded_that_lies_ahead(self, there):
        reported = Entry.objects.exclude(source=None)
        newest = reported.aggregate(told=Max("recorded_at"), actual=Max("happened_at", filter=Q(classifier="actual")))
        assert newest["told"] <= UNTIL
        assert newest["actual"] <= UNTIL

    def test_what_was_told_late_was_recorded_late(self, there, world):
        records = Records(world, int(UNTIL.timestamp()))
        stay = max(records.stays, key=lambda each: world.told.came[each] - world.boxes.in_at[each])
        entry = Entry.objects.get(source_ref=f"{records.references(np.array([stay]))[0]}:in")
        assert entry.recorded_at - entry.happened_at > timedelta(hours=6)
        assert entry.recorded_at.timestamp() == world.told.came[stay]

    def test_every_visit_belongs_to_its_shipper(self, there):
        assert VisitRole.objects.count() == Visit.objects.count()
        assert set(VisitRole.objects.values_list("role", flat=True)) == {"shipper"}

    def test_announced_boxes_are_advised_on_their_calls(self, there, world, loaded):
        advised = Visit.objects.filter(state=VisitState.ADVISED.value)
        assert advised.count() == loaded.rows["expected"] == len(Records(world, int(UNTIL.timestamp())).expected)
        assert not advised.filter(arrival_call=None).exists()

    def test_boxes_that_stand_have_cells_and_the_next_trains_their_lists(self, there):
        standing = Visit.objects.in_yard()
        assert Standing.objects.count() > 0.97 * standing.count()
        assert standing.filter(departure_call__mode=Mode.RAIL.value).count() > 20

    def test_the_yard_holds_what_the_records_say(self, there, world):
        records = Records(world, int(UNTIL.timestamp()))
        here = world.told.went[records.stays] > int(UNTIL.timestamp())
        assert float(utilisation(there).teu) == world.boxes.teu_100[records.stays][here].sum() / 100


class TestThroughput:
    def test_it_is_the_truth_but_for_mistakes_that_nobody_noticed(self, there, world):
        """Day by day and mode by mode, from the journal: late, retracted and wrong reports all where they belong."""
        recount_by_hand(terminal=there, start=date(2026, 3, 2), end=date(2026, 3, 12), at=LATER)
        counted = {
            (row.on, way, mode.value): getattr(row, f"{way}_{mode.value}")
            for row in DailyThroughput.objects.all()
            for way in ("in", "out")
            for mode in Mode
        }
        assert sum(counted.values()) > 3000
        assert counted == {key: self.told(there, world)[key] for key in counted}

    def told(self, terminal, world):
        """What stood in the records: movements told of, and mistakes with a number that nobody had taken back."""
        until, zone = int(UNTIL.timestamp()), terminal.zone
        told = Counter()
        records = Records(world, until)
        boxes = world.boxes
        for way, at, known, kinds, numbers in (
            ("in", boxes.in_at, world.told.came, boxes.by_kind, boxes.by),
            ("out", boxes.out_at, world.told.went, boxes.on_kind, boxes.on),
        ):
            stays = records.stays[known[records.stays] <= until]
            for moment, mode in zip(at[stays], records.modes(kinds[stays], numbers[stays]), strict=True):
                told[datetime.fromtimestamp(moment, zone).date(), way, mode] += 1
        for mistake in Told(records).mistakes(records.stays):
            if mistake.retracted_at is None and not explain(mistake.container_number):
                way = "in" if mistake.kind.endswith(("discharged", "in")) else "out"
                told[day_of(mistake.happened_at, zone), way, mistake.payload["mode"]] += 1
        return told

    def test_trains_are_counted_as_they_left(self, there, world):
        recount_by_hand(terminal=there, start=date(2026, 3, 2), end=date(2026, 3, 11), at=LATER)
        rows = {each.on: each.row.trains_departed for each in daily(there, date(2026, 3, 2), date(2026, 3, 11))}
        left = [datetime.fromtimestamp(at, there.zone).date() for at in world.stood.departed if at < NEVER]
        assert rows == {day: left.count(day) for day in rows}
        assert 7 <= np.mean(list(rows.values())) <= 13


class TestCalls:
    def test_trains_stand_where_they_stood(self, there, world):
        now = np.array([int(UNTIL.timestamp())])
        assert TrackStay.objects.filter(until=None).count() == train_places(world, now)[0]
        assert Call.objects.filter(mode=Mode.RAIL.value).on_site().count() == train_places(world, now)[0]

    def test_no_two_calls_have_one_track_at_one_time(self, there):
        assert TrackStay.objects.count() > 80
        assert set(TrackStay.objects.values_list("track__code", flat=True)) == {"T1", "T2", "T3", "T4"}

    def test_every_estimate_that_says_something_new_is_kept_with_the_moment_it_was_told(self, there, world):
        said = world.train_estimates
        told = said.told <= int(UNTIL.timestamp())
        repeats = (said.carrier[1:] == said.carrier[:-1]) & (said.departure[1:] == said.departure[:-1])
        told[1:] &= ~(repeats & (said.says[1:] == said.says[:-1]))
        trains = Records(world, int(UNTIL.timestamp())).trains
        entries = Entry.objects.filter(kind=EventKind.CALL_TIME_CHANGED, payload__mode="rail")
        assert entries.count() == (told & np.isin(said.carrier, trains)).sum()
        latest = entries.filter(payload__has_key="estimated_arrival_at").order_by("-recorded_at").first()
        call = Call.objects.get(pk=latest.call_id)
        assert latest.payload["estimated_arrival_at"]["to"] == call.estimated_arrival_at.isoformat()

    def test_what_lies_ahead_is_planned_or_expected(self, there):
        ahead = Call.objects.filter(scheduled_arrival_at__gt=UNTIL + timedelta(days=3), mode=Mode.RAIL.value)
        assert ahead.count() > 50
        assert not ahead.exclude(phase__in=[Phase.SCHEDULED, Phase.ANNOUNCED, Phase.CANCELLED]).exists()
        assert not ahead.exclude(arrived_at=None).exists()

    def test_trains_know_their_service_and_most_their_consist(self, there):
        trains = TrainVisit.objects.filter(call__arrived_at__isnull=False)
        assert not trains.filter(service=None).exists()
        assert 0 < trains.exclude(consist_received_at=None).count() < trains.count()

    def test_trucks_that_did_not_come_are_cancelled(self, there):
        missed = Call.objects.filter(mode=Mode.ROAD.value, phase=Phase.CANCELLED)
        assert missed.exists()
        assert not missed.exclude(cancel_reason="did not come to its appointment").exists()


class TestPapers:
    def test_released_declarations_permit_their_boxes(self, there):
        released = Declaration.objects.filter(status="released")
        assert released.count() > 1000
        bare = released.annotate(
            many=Count("visits__permissions", filter=Q(visits__permissions__reference=F("number")))
        )
        gone_before = bare.filter(many=0)
        assert gone_before.count() < 0.01 * released.count()
        assert Permission.objects.filter(owner="customs").exists()

    def test_no_box_left_without_customs_word(self, there):
        gone = Visit.objects.filter(state=VisitState.DEPARTED.value, laden=True)
        assert gone.exclude(declarations__status="released").count() == 0

    def test_channels_are_as_drawn(self, there):
        channels = Counter(Declaration.objects.exclude(channel="").values_list("channel", flat=True))
        assert 0.74 < channels["green"] / sum(channels.values()) < 0.84

    def test_some_boxes_stand_under_a_hold(self, there):
        assert Hold.objects.filter(lifted_at=None).exists()
        assert Hold.objects.exclude(lifted_at=None).exists()

    def test_half_days_hold_what_bookings_hold(self, there):
        assert Booking.objects.count() > 150
        assert HalfDay.objects.aggregate(used=Sum("used_m2"))["used"] > Decimal(10_000)
        assert Booking.objects.filter(status="no_show").exists()


class TestFaults:
    def test_mistakes_that_were_noticed_are_taken_back(self, there):
        taken_back = Entry.objects.filter(kind=EventKind.RETRACTED)
        assert taken_back.count() > 20
        for entry in taken_back[:20]:
            wrong = Entry.objects.get(lineage=entry.lineage, revision=1)
            assert wrong.source_ref.startswith("mistake:")
            assert wrong.recorded_at <= entry.recorded_at

    def test_numbers_that_are_none_never_get_in(self, there, loaded):
        assert loaded.refused > 20
        for number in Container.objects.values_list("number", flat=True)[:2000]:
            require_container_number(number)

    def test_a_quarter_of_which_nothing_was_declared_has_no_declarations(self, world):
        told = Told(Records(world, int(UNTIL.timestamp())))
        assert not list(told.declarations(np.flatnonzero(world.boxes.declaration < 0)))
        assert not list(told.declarations(np.array([], dtype=np.int64)))

    def test_the_same_move_told_twice_is_one(self, there, world):
        moves = Entry.objects.filter(kind=EventKind.CONTAINER_MOVED, source__startswith="traffic:")
        told = [
            move.reference for move in Told(Records(world, int(UNTIL.timestamp()))).moves(np.arange(len(world.boxes)))
        ]
        assert len(set(told)) < len(told)
        assert moves.count() <= len(set(told))

    @pytest.mark.parametrize("shift", [9, 90, 900, 9000, 90_000])
    def test_a_misread_number_is_another_or_none(self, shift):
        assert misread("CRXU1234567", WRONG_TIME, shift) == "CRXU1234567"
        assert not explain(misread("CCLU1234565", WRONG_NUMBER, shift))
        assert misread("CCLU1234565", WRONG_NUMBER, shift) != "CCLU1234565"
        assert explain(misread("CCLU1234565", REFUSED_NUMBER, shift))


class TestAgain:
    def test_the_same_order_twice_changes_nothing(self, there, world):
        before = Entry.objects.count()
        assert load(world, there, until=LATER, at=LATER).known_already
        assert Entry.objects.count() == before

    def test_another_world_in_the_same_days_is_refused(self, there):
        other = generate(Order(start=date(2026, 3, 8), days=3, seed=6))
        with pytest.raises(AnotherTraffic):
            load(other, there, until=UNTIL, at=UNTIL)
        assert not Call.objects.filter(source=source_of(other.order, there)).exists()

    def test_load_lists_hold_what_the_records_let_go(self, there, world):
        records = Records(world, int(UNTIL.timestamp()))
        stays, trains = load_lists(records)
        assert len(stays) > 50
        assert (world.boxes.released[stays] <= records.until).all()
        assert (world.boxes.way[stays] == world.trains.service[trains]).all()
        listed = Visit.objects.filter(departure_call__mode=Mode.RAIL.value, state=VisitState.ACTIVE.value)
        assert listed.count() == len(stays)

    def test_mistakes_look_like_the_real_thing(self, there):
        real = Entry.objects.filter(kind=EventKind.CONTAINER_DISCHARGED, source_ref__endswith=":in").first()
        wrong = Entry.objects.filter(kind=EventKind.CONTAINER_DISCHARGED, source_ref__startswith="mistake:").first()
        assert real.payload.keys() == wrong.payload.keys()
        assert re.fullmatch(r"\d\.\d\d", wrong.payload["teu"])
        assert Call.objects.filter(number=wrong.payload["call"]).exists()


@pytest.mark.django_db
class TestElsewhere:
    @pytest.fixture
    def site(self, tmp_path, settings):
        settings.MEDIA_ROOT = tmp_path
        run("setup_site")
        return Terminal.objects.get(code="cnlyg")

    def test_documents_over_two_quarters_cover_all_their_boxes(self, site):
        world = generate(Order(start=date(2026, 3, 30), days=4, seed=1, teu_per_year=150_000))
        until = datetime.fromtimestamp(world.end, UTC)
        load(world, site, until=until, at=until)
        gone = Visit.objects.filter(state=VisitState.DEPARTED.value, laden=True)
        april = datetime(2026, 4, 1, tzinfo=UTC)
        across = Declaration.objects.filter(visits__arrived_at__lt=april).filter(visits__arrived_at__gte=april)
        assert across.exists()
        assert not gone.exclude(declarations__status="released").exists()

    @pytest.mark.parametrize("hours", [11])
    def test_it_can_be_taken_in_as_of_any_hour(self, site, hours):
        world = small_world(days=2, seed=2)
        until = datetime.fromtimestamp(world.start + hours * 3600 + 14 * 60 + 49, UTC)
        assert load(world, site, until=until, at=until).rows["stays"] > 50

    def test_a_stay_in_the_way_refuses_the_whole(self, site):
        world = small_world()
        records = Records(world, int(UNTIL.timestamp()))
        stay = records.stays[-1]
        box = Container.objects.create(number=records.boxes(np.array([stay]))[0], size_type="22G1", teu=1)
        came = datetime.fromtimestamp(int(world.boxes.in_at[stay]), UTC) - timedelta(days=1)
        Visit.objects.create(
            terminal=site, container=box, state="active", position="in_yard", arrived_at=came, advised_at=came
        )
        with pytest.raises(NotTakenIn):
            load(world, site, until=UNTIL, at=UNTIL)
        assert not Call.objects.exists()
        assert Visit.objects.count() == 1

    def test_a_train_of_somebody_elses_keeps_its_track(self, site):
        world = small_world()
        now = world.end - 6 * 3600
        came = np.flatnonzero((world.stood.arrived < now) & (world.stood.departed > world.start))[-1]
        since = datetime.fromtimestamp(int(world.stood.arrived[came]) - 3600, UTC)
        call = Call.objects.create(terminal=site, mode="rail", number="X1", phase="arrived", arrived_at=since)
        track = Track.objects.get(terminal=site, code=world.scenario.site.tracks[world.stood.track[came]])
        train = TrainVisit.objects.create(call=call)
        TrackStay.objects.create(track=track, train=train, from_m=0, to_m=800, since=since)
        until = datetime.fromtimestamp(now, UTC)
        loaded = load(world, site, until=until, at=until)
        assert loaded.without_track >= 1
        assert Call.objects.filter(mode="rail").on_site().count() == train_places(world, np.array([now]))[0] + 1

    def test_bookings_leave_others_their_room(self, site):
        world = small_world()
        until = datetime.fromtimestamp(world.end - 6 * 3600, UTC)
        zone = Zone.objects.get(code="gen")
        day = HalfDay.objects.create(zone=zone, on=date(2026, 3, 3), half=0, used_m2=8000, capacity_m2=9000)
        loaded = load(world, site, until=until, at=until)
        assert loaded.without_room > 0
        day.refresh_from_db()
        assert 8000 < day.used_m2 <= 9000

    def test_the_command_says_how_full_it_is_and_what_was_taken_in(self, site, tmp_path):
        said = run(
            "generate", "--from", "2026-03-02", "--days", "1", "--seed", "7", *SMALL, "--write", str(tmp_path / "files")
        )
        assert "normal-60000-seed7-2026-03-02-1d" in said
        assert "yard" in said
        assert "train places" in said
        assert "warehouse" in said
        assert "declarations" in said
        assert "No forecast: it takes 21 days" in said
        assert (tmp_path / "files" / "truth_stays.csv").exists()
        assert DailyThroughput.objects.get(on=date(2026, 3, 2)).in_teu > 20
        again = run("generate", "--from", "2026-03-02", "--days", "1", "--seed", "7", *SMALL)
        assert "there already" in again

    def test_a_dry_run_takes_nothing_in(self, site):
        assert "on average" in run("generate", "--days", "1", "--dry-run", *SMALL)
        assert not Call.objects.exists()

    def test_the_last_day_is_today_unless_said(self, site):
        run("generate", "--days", "1", "--seed", "7", *SMALL)
        today = datetime.now(site.zone).date()
        assert Call.objects.filter(scheduled_arrival_at__date=today).exists()
        assert not Call.objects.filter(arrived_at__gt=datetime.now(UTC)).exists()

    def test_a_scenario_nobody_knows_is_a_sentence(self, site):
        with pytest.raises(CommandError, match="border-closed"):
            run("generate", "--scenario", "strike")

    def test_only_a_demo_takes_generated_traffic_in(self, site, settings):
        settings.DEMO = False
        with pytest.raises(CommandError, match="LANDBRIDGE_DEMO"):
            run("generate", "--days", "1", *SMALL)

    def test_parties_of_the_generator_are_the_sites(self, site):
        assert set(SHIPPERS) <= set(Party.objects.values_list("code", flat=True))


@pytest.mark.django_db(transaction=True)
def test_of_two_loads_at_once_one_finds_it_there(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    run("setup_site")
    world, site = small_world(), Terminal.objects.get(code="cnlyg")
    both, came = Barrier(2), []

    def take_in():
        both.wait()
        came.append(load(world, site, until=UNTIL, at=UNTIL).known_already)
        connection.close()

    threads = [Thread(target=take_in) for _each in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(came) == [False, True]
    assert not Visit.objects.values("container").annotate(many=Count("pk")).filter(state="advised", many__gt=1).exists()
