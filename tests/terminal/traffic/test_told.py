"""What was announced: no better than it could be known, worse than the truth, and apart from it."""

import csv
import hashlib
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from terminal.identifiers import explain
from terminal.traffic import NotThatMuchTraffic, Order, UnknownScenario, generate
from terminal.traffic.customs import BONDED, IMPORT
from terminal.traffic.faults import NEVER_HAPPENED, REFUSED_NUMBER, WRONG_TIME
from terminal.traffic.files import write
from terminal.traffic.flows import SHIP
from terminal.traffic.moments import DAY, HOUR, NEVER, Days, moment
from terminal.traffic.rail import EXPORT
from terminal.traffic.records import COLUMNS, Records
from terminal.traffic.warehouse import half_day
from tests.terminal.traffic.conftest import world_of

WEEK = Order(start=date(2026, 3, 2), days=7, seed=1)
DIGEST = "02652afd77eaea6eb7800f3b99803a1b57ea0dc84f1db7c6ac05063d48b1c59a"


class TestEstimates:
    def errors(self, world, low, high):
        said, stood = world.train_estimates, world.stood
        lead = (stood.arrived[said.carrier] - said.told) / HOUR
        laden = (said.departure == 0) & (world.trains.kind[said.carrier] != EXPORT)
        chosen = laden & (lead >= low) & (lead < high)
        assert chosen.sum() > 200
        return np.abs(said.says - stood.arrived[said.carrier])[chosen] / HOUR

    def test_they_improve_as_arrival_nears(self, world):
        errors = [self.errors(world, *leads).mean() for leads in ((0, 12), (12, 48), (48, 96), (96, 200))]
        assert errors == sorted(errors)
        assert errors[0] < 6
        assert errors[-1] > 12

    def test_they_are_never_told_after_arrival_nor_before_the_announcement(self, world):
        said, stood = world.train_estimates, world.stood
        arriving = said.departure == 0
        assert (said.told[arriving] < stood.arrived[said.carrier[arriving]]).all()
        said, ships = world.ship_estimates, world.ships
        assert (said.told < ships.arrived[said.carrier]).all()
        assert (said.told > ships.announced[said.carrier]).all()

    def test_what_they_say_lies_ahead(self, world):
        for said in (world.train_estimates, world.ship_estimates):
            assert (said.says > said.told).all()

    def test_before_a_long_border_the_railway_hopes(self, world):
        said, trains = world.train_estimates, world.trains
        long = (trains.passed - trains.border > 60 * HOUR) & (trains.kind != EXPORT) & trains.runs
        early = long[said.carrier] & (said.told < trains.border[said.carrier]) & (said.departure == 0)
        assert np.median((world.stood.arrived[said.carrier] - said.says)[early]) > 20 * HOUR

    def test_nothing_is_told_of_a_train_before_it_is_announced(self, world):
        trains, said = world.trains, world.train_estimates
        assert (said.told > trains.announced[said.carrier]).all()
        known = world.consist < NEVER
        assert (world.consist[known] > trains.announced[known]).all()
        assert (world.stood.arrived[trains.runs] > trains.announced[trains.runs]).all()

    def test_silence_does_not_give_away_that_a_train_will_be_cancelled(self, world):
        trains = world.trains
        dropped = np.flatnonzero(~trains.runs)
        assert len(dropped) > 10
        begins = np.where(trains.kind == EXPORT, trains.planned_arrival - 9 * HOUR, trains.origin)
        assert (trains.cancelled[dropped] <= np.maximum(begins, trains.announced + HOUR)[dropped]).mean() > 0.9

    def test_a_waiting_train_is_not_told_how_long_it_will_wait(self, world):
        said, stood, trains = world.train_estimates, world.stood, world.trains
        waits = (said.told > trains.station[said.carrier]) & (said.departure == 0)
        left, hoped = (stood.arrived[said.carrier] - said.told)[waits], (said.says - said.told)[waits]
        assert waits.sum() > 100
        assert abs(np.corrcoef(left, hoped)[0, 1]) < 0.25

    def test_before_the_border_opens_nobody_knows_when_a_rake_will_come(self):
        world = world_of("border-closed", 5, 60)
        said, trains = world.train_estimates, world.trains
        rakes = (trains.kind[said.carrier] == EXPORT) & (said.departure == 0)
        early = rakes & (said.told < trains.station[said.carrier] - 7 * HOUR)
        late = trains.station[said.carrier] - trains.planned_arrival[said.carrier] > 20 * HOUR
        assert (early & late).sum() > 20
        near = np.abs(said.says - trains.station[said.carrier]) < 2 * HOUR
        assert near[early & late].mean() < 0.2

    def test_a_train_of_which_nobody_speaks_has_no_estimate(self, world):
        silent = set(np.flatnonzero(world.trains.runs)) - set(world.train_estimates.carrier.tolist())
        assert 0 < len(silent) < 0.08 * len(world.trains)

    def test_a_train_has_many(self, world):
        laden = np.flatnonzero(world.trains.brings)
        many = np.bincount(world.train_estimates.carrier, minlength=len(world.trains))[laden]
        assert many[many > 0].mean() > 8


class TestReports:
    def test_nothing_is_told_before_it_happened(self, world):
        assert (world.told.came > world.boxes.in_at).all()
        gone = world.boxes.out_at < NEVER
        assert (world.told.went[gone] > world.boxes.out_at[gone]).all()
        assert (world.told.mistakes.told > world.told.mistakes.says).all()
        assert (world.moves.told >= world.moves.at).all()

    def test_some_are_late_and_some_overtake_others(self, world):
        late = world.told.came - world.boxes.in_at
        assert np.median(late) < 5 * 60
        assert 0.005 < (late > 2 * HOUR).mean() < 0.05
        assert (np.diff(world.told.came) < 0).any()

    def test_what_was_told_wrongly_is_told_rightly_when_it_is_noticed(self, world):
        wrong = world.told.mistakes
        mine = (wrong.incoming == 1) & (wrong.fault == WRONG_TIME) & (wrong.retracted < NEVER)
        assert mine.any()
        assert (world.told.came[wrong.stay[mine]] >= wrong.retracted[mine]).all()
        assert (wrong.says[mine] != world.boxes.in_at[wrong.stay[mine]]).all()

    def test_a_report_of_a_departure_that_was_none_lies_within_the_stay(self, world):
        wrong = world.told.mistakes
        mine = wrong.fault == NEVER_HAPPENED
        stays = wrong.stay[mine]
        assert mine.any()
        assert (wrong.says[mine] > world.boxes.in_at[stays]).all()
        assert (wrong.says[mine] < world.boxes.out_at[stays]).all()

    def test_appointments_to_fetch_are_made_when_the_box_may_go(self, world):
        boxes, trucks = world.boxes, world.fetching
        mine = boxes.on_kind > SHIP
        ready = np.zeros(len(trucks), dtype=np.int64)
        np.maximum.at(ready, boxes.on[mine], boxes.ready[mine])
        assert (trucks.announced >= np.minimum(ready, trucks.arrived - 300)).all()
        assert (ready > trucks.announced).mean() < 0.02

    def test_trucks_come_around_their_slot_and_not_always_in_it(self, world):
        for trucks in (world.bringing, world.fetching):
            late = trucks.arrived - trucks.slot
            inside = ((late >= 0) & (late < HOUR)).mean()
            assert 0.4 < inside < 0.95
            missed = trucks.missed < NEVER
            assert 0.005 < missed.mean() < 0.08
            assert (trucks.missed[missed] > trucks.announced[missed] - HOUR).all()
            assert (trucks.missed[missed] < trucks.slot[missed]).all()
            assert len(set((trucks.slot - trucks.missed)[missed].tolist())) > 10

    def test_a_box_is_booked_for_unpacking_when_it_is_here_and_released(self, world):
        bookings, boxes = world.bookings, world.boxes
        strips = np.flatnonzero(bookings.stay >= 0)
        assert len(strips) > 100
        assert (bookings.requested[strips] >= boxes.ready[bookings.stay[strips]]).all()
        assert (boxes.out_at[bookings.stay[strips]] > bookings.end[strips]).all()

    def test_who_is_refused_is_refused_at_once(self, world):
        """A request that nobody has answered holds room; one for which there is none never does."""
        refused = world.bookings.rejected < NEVER
        assert refused.any()
        assert (world.bookings.rejected[refused] == world.bookings.requested[refused]).all()

    def test_a_manifest_follows_the_plan_and_not_the_weather(self):
        world = world_of("typhoon", 5, 60)
        boxes, ships = world.boxes, world.ships
        mine = (boxes.by_kind == SHIP) & (boxes.advised < boxes.in_at)
        held = ships.arrived - ships.natural > 24 * HOUR
        told = boxes.advised[mine & held[np.where(boxes.by_kind == SHIP, boxes.by, 0)]]
        planned = ships.planned_arrival[boxes.by[mine & held[np.where(boxes.by_kind == SHIP, boxes.by, 0)]]]
        assert len(told) > 20
        assert (told <= planned).all()

    def test_nothing_is_declared_before_the_box_is_announced(self, world):
        boxes = world.boxes
        declared = boxes.declaration >= 0
        assert (world.declarations.submitted[boxes.declaration[declared]] > boxes.advised[declared]).all()

    def test_some_imports_are_entered_for_bond(self, world):
        regimes = np.bincount(world.declarations.regime, minlength=5)
        assert 0.08 < regimes[BONDED] / (regimes[BONDED] + regimes[IMPORT]) < 0.22

    def test_messy_data_is_messier(self):
        normal, messy = world_of("normal", 3, 60), world_of("messy-data", 3, 60)
        assert len(messy.told.mistakes) > 4 * len(normal.told.mistakes)
        assert (messy.told.came - messy.boxes.in_at > 2 * HOUR).mean() > 0.1

    def test_messy_data_is_the_same_world_told_otherwise(self):
        normal, messy = world_of("normal", 3, 60), world_of("messy-data", 3, 60)
        assert (normal.trains.station == messy.trains.station).all()
        assert (normal.ships.arrived == messy.ships.arrived).all()

    def test_some_consists_are_missing(self, world):
        missing = world.trains.brings & (world.consist == NEVER)
        assert 0.02 < missing.sum() / world.trains.brings.sum() < 0.12
        here = world.consist < NEVER
        assert (world.consist[here] < world.stood.arrived[here]).all()


class TestRecords:
    def test_they_hold_nothing_of_what_comes_later(self, world):
        until = world.start + 40 * DAY
        records = Records(world, until)
        rows = list(csv.DictReader(records.flow(records.stays)))
        limit = datetime.fromtimestamp(until).astimezone()
        assert rows
        assert any(not row["out_at"] for row in rows)
        for row in rows:
            for column in ("in_at", "out_at", "in_told_at", "out_told_at", "advised_at"):
                assert not row[column] or datetime.fromisoformat(row[column]) <= limit
        assert list(rows[0]) == list(COLUMNS)

    def test_a_box_that_stands_but_was_not_told_of_is_not_in_them(self, world):
        late = np.flatnonzero(world.told.came - world.boxes.in_at > 3 * HOUR)
        stay = late[world.boxes.in_at[late] > world.start + 10 * DAY][0]
        until = int(world.boxes.in_at[stay]) + HOUR
        assert stay not in Records(world, until).stays
        assert stay in Records(world, int(world.told.came[stay])).stays

    def test_announced_boxes_are_those_whose_consist_came_and_that_did_not(self, world):
        records = Records(world, world.start + 30 * DAY)
        boxes = world.boxes
        assert len(records.expected) > 100
        assert (boxes.advised[records.expected] <= records.until).all()
        assert (world.told.came[records.expected] > records.until).all()

    def test_every_vehicle_of_a_stay_is_among_the_calls(self, world):
        records = Records(world, world.end)
        calls = set(records.vehicles(np.zeros(len(records.trains), dtype=np.int64), records.trains))
        calls |= set(records.vehicles(np.ones(len(records.ships), dtype=np.int64), records.ships))
        for row in csv.DictReader(records.flow(records.stays)):
            for way in ("in", "out"):
                assert row[f"{way}_mode"] in ("road", "") or row[f"{way}_vehicle"] in calls


class TestOrders:
    def test_the_same_order_makes_the_same_bytes(self, tmp_path):
        for name in ("one", "two"):
            write(generate(WEEK), tmp_path / name)
        files = sorted(each.name for each in (tmp_path / "one").iterdir())
        assert len(files) == 13
        for name in files:
            assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()

    def test_the_bytes_are_those_of_every_machine_and_release(self, tmp_path):
        """A changed draw changes the figures of every back-test: let it be on purpose, and said in the changelog."""
        digest = hashlib.sha256()
        for name in sorted(write(generate(WEEK), tmp_path)):
            digest.update((tmp_path / name).read_bytes())
        assert digest.hexdigest() == DIGEST

    def test_told_files_tell_nothing_of_what_comes_later(self, tmp_path):
        world = generate(WEEK)
        until = datetime.fromtimestamp(world.start + 3 * DAY, UTC)
        write(world, tmp_path, until)
        for name in ("told_calls.csv", "told_estimates.csv", "told_advice.csv", "told_movements.csv"):
            rows = list(csv.DictReader((tmp_path / name).open()))
            assert len(rows) > 100
            assert all(datetime.fromisoformat(row["told_at"]) <= until for row in rows)
        for name in ("told_declarations.csv", "told_bookings.csv"):
            for row in csv.DictReader((tmp_path / name).open()):
                steps = [
                    value for key, value in row.items() if key.endswith("_at") and key not in ("start_at", "end_at")
                ]
                assert all(not at or datetime.fromisoformat(at) <= until for at in steps)

    def test_reports_come_twice_late_and_wrong_in_the_files(self, tmp_path):
        write(generate(WEEK), tmp_path)
        rows = list(csv.DictReader((tmp_path / "told_movements.csv").open()))
        reports = [row["report"] for row in rows]
        assert len(set(reports)) < len(reports)
        assert any(explain(row["container_number"]) for row in rows)
        retracted = {row["retracts"] for row in rows if row["what"] == "retracted"}
        assert retracted
        assert retracted <= set(reports)

    def test_another_seed_makes_another_world(self):
        one, two = world_of("normal", 3, 60), world_of("normal", 4, 60)
        assert len(one.boxes) != len(two.boxes) or (one.boxes.in_at != two.boxes.in_at).any()

    def test_another_zone_is_another_order(self):
        berlin = Order(start=WEEK.start, days=7, seed=1, zone=ZoneInfo("Europe/Berlin"))
        assert berlin.name != WEEK.name

    def test_days_of_changed_clocks_have_two_halves(self):
        days = Days.of(date(2026, 3, 28), 3, ZoneInfo("Europe/Berlin"))
        moments = np.array([moment(datetime(2026, 3, 29, 11, 59, tzinfo=days.zone)), int(days.noons[1])])
        assert half_day(moments, days).tolist() == [2, 3]

    @pytest.mark.parametrize(
        "wrong",
        [
            {"days": 0},
            {"days": 40_000},
            {"teu_per_year": 5},
            {"teu_per_year": -1},
            {"teu_per_year": 700_000},
            {"start": date(1969, 10, 1)},
            {"start": date(9999, 1, 1)},
            {"start": date(2080, 1, 1), "days": 9000},
        ],
    )
    def test_an_order_for_nothing_or_too_much_is_refused(self, wrong):
        with pytest.raises(NotThatMuchTraffic):
            Order(**{"start": date(2026, 1, 1), "days": 7, **wrong})

    def test_a_scenario_nobody_knows_is_refused_with_those_there_are(self):
        with pytest.raises(UnknownScenario) as refusal:
            Order(start=date(2026, 1, 1), days=7, scenario="strike")
        assert "border-closed" in refusal.value.facts["known"]

    def test_a_single_day_is_a_world_too(self):
        world = generate(Order(start=date(2026, 2, 17), days=1, seed=9))
        assert world.end - world.start == DAY

    def test_days_are_those_of_the_site(self):
        world = world_of("normal", 3, 60)
        assert datetime.fromtimestamp(world.start, world.order.zone).time().hour == 0
        assert timedelta(seconds=world.end - world.start) == timedelta(days=60)

    def test_garbled_numbers_are_refused_where_they_should_be(self, world):
        assert (world.told.mistakes.fault == REFUSED_NUMBER).any()
        assert explain("CRХU1234567"), "a Cyrillic letter is no letter of a number"
