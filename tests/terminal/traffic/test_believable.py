"""What makes generated traffic believable: nothing impossible happens, and its figures are those of the record."""

from datetime import date

import numpy as np
import pytest

from terminal.identifiers import require_container_number
from terminal.traffic import SCENARIOS, Order, generate
from terminal.traffic.boxes import IS_20
from terminal.traffic.customs import GREEN, RED, YELLOW
from terminal.traffic.flows import SHIP, TRAIN
from terminal.traffic.moments import DAY, HOUR, NEVER
from terminal.traffic.parameters import SERVICES
from terminal.traffic.rail import EXPORT
from terminal.traffic.season import rests
from terminal.traffic.stocks import base_rates, looks, train_places, warehouse_m2, yard_teu
from terminal.traffic.warehouse import half_day
from terminal.traffic.world import throughput_teu_per_day
from tests.terminal.traffic.conftest import world_of


class TestNothingImpossibleHappens:
    def test_no_box_is_in_two_places(self, world):
        boxes = world.boxes
        order = np.lexsort((boxes.in_at, world.number))
        same = world.number[order][1:] == world.number[order][:-1]
        assert same.any(), "some boxes must come twice"
        assert (boxes.in_at[order][1:][same] > boxes.out_at[order][:-1][same]).all()

    def test_a_box_keeps_its_size(self, world):
        sizes = {}
        for box, size in zip(world.number.tolist(), world.boxes.size.tolist(), strict=True):
            assert sizes.setdefault(box, size) == size

    def test_every_number_is_right_and_no_two_boxes_share_one(self, world):
        assert len(set(world.fleet)) == len(world.fleet)
        for number in world.fleet[::50]:
            assert require_container_number(number) == number

    def test_nothing_leaves_before_it_came(self, world):
        boxes, stood, ships = world.boxes, world.stood, world.ships
        assert (boxes.out_at > boxes.in_at).all()
        assert (stood.departed[world.trains.runs] > stood.arrived[world.trains.runs]).all()
        assert (ships.departed > ships.arrived).all()
        assert (world.fetching.departed > world.fetching.arrived).all()

    def test_boxes_come_and_go_while_their_carrier_is_here(self, world):
        boxes, stood, ships = world.boxes, world.stood, world.ships
        for kind, here in ((TRAIN, stood), (SHIP, ships)):
            came, went = boxes.by_kind == kind, boxes.on_kind == kind
            assert (boxes.in_at[came] > here.arrived[boxes.by[came]]).all()
            assert (boxes.in_at[came] < here.departed[boxes.by[came]]).all()
            assert (boxes.out_at[went] > here.arrived[boxes.on[went]]).all()
            assert (boxes.out_at[went] < here.departed[boxes.on[went]]).all()

    def test_no_box_leaves_before_customs_let_it_go_or_under_a_hold(self, world):
        boxes = world.boxes
        assert (boxes.out_at >= boxes.released).all()
        held = boxes.lifted < NEVER
        assert held.any()
        assert (boxes.out_at[held] >= boxes.lifted[held]).all()

    def test_a_cancelled_train_brings_and_takes_nothing(self, world):
        cancelled = np.flatnonzero(~world.trains.runs)
        assert len(cancelled)
        assert (world.stood.arrived[cancelled] == NEVER).all()
        assert not np.isin(world.boxes.by[world.boxes.by_kind == TRAIN], cancelled).any()
        assert not np.isin(world.boxes.on[world.boxes.on_kind == TRAIN], cancelled).any()

    def test_no_two_trains_stand_on_one_track(self, world):
        stood = world.stood
        for track in range(len(world.scenario.site.tracks)):
            mine = np.flatnonzero(stood.track == track)
            mine = mine[np.argsort(stood.arrived[mine])]
            assert (stood.arrived[mine][1:] > stood.departed[mine][:-1]).all()

    @pytest.mark.parametrize("way", ["by", "on"])
    def test_trains_keep_the_railways_rules(self, world, way):
        boxes, rail = world.boxes, world.scenario.rail
        mine = np.flatnonzero(getattr(boxes, f"{way}_kind") == TRAIN)
        train = getattr(boxes, way)[mine]
        assert np.bincount(train, weights=boxes.teu_100[mine]).max() <= rail.max_teu * 100
        assert np.bincount(train, weights=boxes.gross_kg[mine]).max() <= rail.max_t * 1000
        small = IS_20[boxes.size]
        assert boxes.gross_kg[small].max() <= 24_000
        assert boxes.gross_kg[~small].max() <= 25_000

    def test_a_train_takes_only_what_goes_its_way(self, world):
        boxes = world.boxes
        mine = boxes.on_kind == TRAIN
        assert (world.trains.service[boxes.on[mine]] == boxes.way[mine]).all()

    def test_the_warehouse_is_never_overbooked(self, world):
        bookings, days = world.bookings, world.days
        for zone, (_code, room) in enumerate(world.scenario.site.zones):
            mine = (bookings.zone == zone) & (bookings.rejected == NEVER) & (bookings.waits == 0)
            used = np.zeros(2 * len(days) + 2)
            first = half_day(bookings.start[mine], days)
            after = np.minimum(half_day(bookings.end[mine] - 1, days) + 1, half_day(bookings.over[mine], days))
            for start, end, area in zip(first, after, bookings.area_dm2[mine], strict=True):
                used[start:end] += area / 100
            assert 0 < used.max() <= room

    def test_nothing_goes_over_a_closed_border(self):
        world = world_of("border-closed", 5, 60)
        for crossing, spans in world.incidents.border.items():
            over = [number for number, each in enumerate(SERVICES) if each.crossing == crossing]
            laden = np.isin(world.trains.service, over) & (world.trains.kind != EXPORT)
            assert len(spans)
            assert (spans.cover(world.trains.passed[laden]) == -1).all()
            sent = np.flatnonzero(
                np.isin(world.trains.service, over) & (world.trains.kind == EXPORT) & world.trains.takes
            )
            planned = sent[spans.cover(world.trains.planned_arrival[sent]) >= 0]
            planned = planned[spans.cover(world.trains.planned_departure[planned]) >= 0]
            assert len(planned)
            assert (spans.cover(world.stood.departed[planned]) == -1).all()

    def test_no_ship_moves_while_the_port_is_shut(self):
        world = world_of("typhoon", 5, 60)
        assert (world.incidents.port.ends - world.incidents.port.starts).max() >= 2.5 * DAY
        assert (world.incidents.port.cover(world.ships.arrived) == -1).all()
        assert (world.incidents.port.cover(world.ships.departed) == -1).all()


class TestFiguresOfTheRecord:
    @pytest.mark.parametrize(
        ("scenario", "seed", "days", "start"),
        [
            ("normal", 1, 90, date(2026, 8, 28)),
            ("normal", 4, 7, date(2026, 5, 4)),
            *((scenario, 2, 30, date(2025, 1, 10)) for scenario in sorted(SCENARIOS)),
        ],
    )
    def test_the_mean_day_is_what_was_asked(self, scenario, seed, days, start):
        world = generate(Order(start=start, days=days, seed=seed, scenario=scenario))
        asked = world.order.teu_per_year / 365
        assert throughput_teu_per_day(world) == pytest.approx(asked, rel=0.05)
        boxes = world.boxes
        for at in (boxes.in_at, boxes.out_at):
            there = (at >= world.start) & (at < world.end)
            mean = boxes.teu_100[there].sum() / 100 / days
            assert mean == pytest.approx(asked, rel=0.1 if days > 7 else 0.3)

    def test_any_volume_can_be_asked_for(self):
        world = generate(Order(start=date(2026, 3, 1), days=60, teu_per_year=300_000))
        boxes = world.boxes
        came = (boxes.in_at >= world.start) & (boxes.in_at < world.end)
        assert boxes.teu_100[came].sum() / 100 / 60 == pytest.approx(300_000 / 365, rel=0.05)

    def test_trains_a_day_and_teu_a_train_are_the_rated_ones(self, world):
        stood = world.stood
        handled = (stood.departed >= world.start) & (stood.departed < world.end)
        assert handled.sum() / world.order.days == pytest.approx(10.2, rel=0.05)
        boxes = world.boxes
        for way, trains in (("by", world.trains.brings), ("on", world.trains.takes)):
            mine = getattr(boxes, f"{way}_kind") == TRAIN
            loads = np.bincount(getattr(boxes, way)[mine], weights=boxes.teu_100[mine] / 100, minlength=len(trains))
            assert 88 <= loads[trains & handled].mean() <= 110

    def test_a_train_stays_nine_hours_and_a_box_three_days(self, world, inside):
        stood = world.stood
        handled = (stood.departed >= world.start) & (stood.departed < world.end)
        assert (stood.departed - stood.arrived)[handled].mean() / HOUR == pytest.approx(9, rel=0.08)
        dwell = (world.boxes.out_at - world.boxes.in_at)[inside] / DAY
        assert dwell.mean() == pytest.approx(3, rel=0.1)
        assert 2.2 <= np.median(dwell) <= 2.9
        assert 4.6 <= np.percentile(dwell, 90) <= 6.4
        assert np.percentile(dwell, 99) >= 9, "the tail is long"

    def test_empties_stay_longer_than_laden_boxes_that_trucks_fetch(self, world, inside):
        boxes = world.boxes
        fetched = inside[boxes.on_kind[inside] > SHIP]
        dwell = (boxes.out_at - boxes.in_at)[fetched]
        laden = boxes.kind[fetched] > 0
        assert np.median(dwell[~laden]) > 1.15 * np.median(dwell[laden])

    def test_free_time_hurries(self, world, inside):
        boxes = world.boxes
        fetched = inside[boxes.on_kind[inside] > SHIP]
        free_until = world.days.midnights[world.days.index(boxes.in_at[fetched]) + world.scenario.dwell.free_days + 1]
        late = (boxes.out_at[fetched] - free_until) / DAY
        before, after = ((late > -1) & (late <= 0)).sum(), ((late > 0) & (late <= 1)).sum()
        assert before > 2.5 * after

    def test_border_time_is_long_and_has_a_tail(self):
        means = []
        for seed in (11, 12, 13):
            trains = world_of("normal", seed, 120).trains
            border = (trains.passed - trains.border)[trains.kind != EXPORT] / HOUR
            means.append(border.mean())
            assert np.percentile(border, 95) > 2.2 * np.median(border)
        assert 20 <= min(means) <= max(means) <= 50

    def test_channels_are_as_often_as_at_a_real_post(self, world):
        channels = np.bincount(world.declarations.channel, minlength=4) / len(world.declarations)
        assert channels[GREEN] == pytest.approx(0.786, abs=0.01)
        assert channels[YELLOW] == pytest.approx(0.202, abs=0.01)
        assert channels[RED] == pytest.approx(0.009, abs=0.003)
        assert channels.sum() == pytest.approx(1)
        assert channels[3] > 0, "sometimes the authority is silent"

    def test_yellow_is_read_within_hours_and_red_takes_days(self, world):
        said = world.declarations
        took = (said.assessed - said.channelled) / HOUR
        unasked = said.asked == NEVER
        assert np.median(took[said.channel == GREEN]) < 1
        assert np.median(took[(said.channel == YELLOW) & unasked]) < 8
        assert np.median(took[said.channel == RED]) > 24

    def test_the_weekend_is_quieter(self, world):
        boxes = world.boxes
        came = boxes.in_at[(boxes.in_at >= world.start) & (boxes.in_at < world.end) & (boxes.by_kind > SHIP)]
        a_day = np.bincount(world.days.weekdays[world.days.index(came)], minlength=7)
        assert a_day[6] < 0.85 * a_day[1:4].mean()

    def test_trucks_come_by_day(self, world):
        boxes = world.boxes
        came = boxes.in_at[boxes.by_kind > SHIP]
        clock = (came - world.days.midnights[world.days.index(came)]) // HOUR
        assert np.bincount(clock, minlength=24)[8:18].sum() > 0.7 * len(came)

    def test_ships_come_in_bunches(self, world):
        ships = world.ships
        a_day = np.bincount(world.days.index(ships.arrived), minlength=len(world.days))[world.window]
        planned = np.bincount(world.days.index(ships.planned_arrival), minlength=len(world.days))[world.window]
        assert a_day.var() > 1.3 * planned.var()

    def test_the_new_year_is_felt(self):
        world = world_of("normal", 4, 120, date(2026, 1, 1))
        boxes = world.boxes
        by_road = boxes.in_at[boxes.by_kind > SHIP]
        a_day = np.bincount(world.days.index(by_road), minlength=len(world.days))
        first = world.window.start + (date(2026, 2, 16) - world.order.start).days
        assert a_day[first : first + 7].mean() < 0.85 * a_day[world.window].mean()

    def test_trucks_rest_on_holidays_both_ways(self):
        world = world_of("normal", 4, 120, date(2026, 1, 1))
        boxes = world.boxes
        free = rests("CN", world.days)[world.window]
        for at, by in ((boxes.in_at, boxes.by_kind), (boxes.out_at, boxes.on_kind)):
            mine = (by > SHIP) & (at < NEVER)
            a_day = np.bincount(world.days.index(at[mine]), minlength=len(world.days))[world.window]
            assert a_day[free].mean() < 0.93 * a_day[~free].mean()

    def test_a_third_more_comes_in_the_busiest_weeks_of_a_peak(self):
        def busiest(scenario):
            world = world_of(scenario, 6, 84)
            boxes = world.boxes
            a_day = np.bincount(world.days.index(boxes.in_at), weights=boxes.teu_100, minlength=len(world.days))
            middle = (world.window.start + world.window.stop) // 2
            return a_day[middle - 7 : middle + 7].mean() / a_day[world.window].mean()

        assert busiest("peak") > busiest("normal") + 0.15


class TestStocks:
    def test_the_yard_is_what_came_less_what_went(self, world):
        at = np.array([world.start + 5 * DAY + 123, world.end - 7])
        boxes = world.boxes
        for moment, teu in zip(at, yard_teu(world, at), strict=True):
            standing = (boxes.in_at <= moment) & (boxes.out_at > moment)
            assert teu == boxes.teu_100[standing].sum() / 100

    def test_there_are_never_more_trains_than_tracks(self, world):
        places = train_places(world, looks(world))
        assert places.max() == 4
        assert places.min() >= 0

    def test_the_warehouse_holds_what_its_bookings_hold(self, world):
        assert 0 < warehouse_m2(world, looks(world)).max() <= 18_400

    def test_base_rates_are_those_of_the_alerts_own_rule(self, world):
        yard, tracks, _warehouse = base_rates(world)
        share = yard_teu(world, looks(world)) / 4936
        assert yard.over == pytest.approx((share >= 0.85).mean())
        assert tracks.over > 0.5, "at 96 % of the railway all four tracks are taken most of the time"

    def test_a_closed_border_fills_the_yard(self):
        def fullest(scenario):
            return max(base_rates(world_of(scenario, seed, 60))[0].peak for seed in (21, 22, 23))

        assert fullest("border-closed") > fullest("normal")

    def test_the_target_does_not_fit(self):
        normal, target = (base_rates(world_of(name, 8, 60)) for name in ("normal", "target550k"))
        assert target[0].mean > normal[0].mean + 0.1
        assert target[0].over > normal[0].over
