"""The arithmetic under the traffic, on any input."""

from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.traffic import Order, generate
from terminal.traffic.customs import office_time
from terminal.traffic.departures import Carriers, Waiting, embark, spread
from terminal.traffic.incidents import Spans, held_back
from terminal.traffic.moments import HOUR, Days, ranks, running
from terminal.traffic.parameters import FLOWS, LINES, MIXES, SERVICES, Customs, Road
from terminal.traffic.road import shared
from terminal.traffic.streams import Stream, evenly
from terminal.traffic.world import throughput_teu_per_day

SHANGHAI = ZoneInfo("Asia/Shanghai")
small = st.integers(0, 60)


def ints(values):
    return np.array(values, dtype=np.int64)


@given(st.lists(st.integers(0, 5), max_size=40))
def test_ranks_count_within_each_group(groups):
    seen = {}
    expected = [seen.update({group: seen.get(group, -1) + 1}) or seen[group] for group in groups]
    assert ranks(ints(groups)).tolist() == expected


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 9)), max_size=40))
def test_running_sums_start_anew_with_each_group(pairs):
    pairs.sort(key=lambda pair: pair[0])
    total, expected = {}, []
    for group, value in pairs:
        total[group] = total.get(group, 0) + value
        expected.append(total[group])
    assert running(ints([value for _g, value in pairs]), ints([group for group, _v in pairs])).tolist() == expected


@given(st.lists(st.floats(0.05, 1), min_size=1, max_size=6), st.integers(0, 300), st.integers(0, 9))
def test_evenly_gives_each_its_share_to_within_two(weights, many, seed):
    dealt = evenly(weights, many, Stream(seed, "test"))
    assert len(dealt) == many
    counts = np.bincount(dealt, minlength=len(weights))
    assert (np.abs(counts - np.array(weights) / sum(weights) * many) <= 2.5).all()


@given(st.lists(st.integers(0, 1000), max_size=30), st.integers(0, 500), st.integers(1, 400), st.integers(1, 9))
def test_what_is_held_back_comes_after_the_end_in_order(moments, start, length, gap):
    spans = Spans(ints([start]), ints([start + length]))
    moved = held_back(ints(moments), spans, gap)
    for before, after in zip(moments, moved.tolist(), strict=True):
        inside = start <= before < start + length
        assert (after > start + length - 1) if inside else after == before
    waiting = sorted((before, place) for place, before in enumerate(moments) if start <= before < start + length)
    assert [moved[place] for _before, place in waiting] == [
        start + length + gap * n for n in range(1, len(waiting) + 1)
    ]


@given(
    st.lists(st.tuples(small, small, st.sampled_from([100, 200, 225]), st.integers(2, 25)), max_size=40),
    st.lists(st.tuples(small, st.integers(0, 12), st.integers(0, 200), st.integers(0, 4)), max_size=8),
)
def test_nothing_is_loaded_early_twice_or_beyond_the_room(boxes, trains):
    waiting = Waiting(
        ints([free for free, _w, _t, _k in boxes]),
        ints([free + wait for free, wait, _t, _k in boxes]),
        ints([teu for _f, _w, teu, _k in boxes]),
        ints([kg for _f, _w, _t, kg in boxes]),
    )
    cut_off = ints([at for at, _r, _k, _l in trains])
    carriers = Carriers(
        np.arange(len(trains)),
        cut_off,
        cut_off + 1,
        cut_off + 50,
        ints([room * 100 for _a, room, _k, _l in trains]),
        ints([kg for _a, _r, kg, _l in trains]),
        ints([least * 100 for _a, _r, _k, least in trains]),
    )
    taken, at = embark(waiting, carriers)
    for train in range(len(trains)):
        mine = taken == train
        assert waiting.teu_100[mine].sum() <= carriers.room_100[train]
        assert waiting.gross_kg[mine].sum() <= carriers.room_kg[train]
        assert (waiting.free[mine] <= cut_off[train]).all()
        early = mine & (waiting.ready > cut_off[train])
        if early.any():
            assert waiting.teu_100[mine].sum() <= max(carriers.least_100[train], 0)
        assert ((at[mine] > cut_off[train]) & (at[mine] < cut_off[train] + 51)).all()


def test_the_first_that_is_ready_goes_first():
    waiting = Waiting(ints([0, 0, 0]), ints([3, 1, 2]), ints([200, 200, 200]), ints([1, 1, 1]))
    one = ints([10])
    carriers = Carriers(ints([7]), one, one + 1, one + 9, ints([400]), ints([99]), ints([0]))
    assert embark(waiting, carriers)[0].tolist() == [-1, 7, 7]


@given(st.integers(0, 10**6), st.integers(1, 10**5), st.integers(0, 50))
def test_spread_moments_lie_between_and_in_order(start, length, many):
    at = spread(start, start + length, many)
    assert len(at) == many
    assert ((at >= start) & (at <= start + length)).all()
    assert (np.diff(at) >= 0).all()


@given(st.integers(0, 20 * 24 * 60), st.floats(0.1, 30))
def test_office_work_ends_in_office_hours_and_takes_its_time(minutes, hours):
    days, customs = Days.of(date(2026, 3, 2), 40, SHANGHAI), Customs()
    start = days.midnights[:1] + minutes * 60
    (end,) = office_time(start, np.array([hours]), days, customs)
    clock = (end - days.midnights[days.index(ints([end]))[0]]) / HOUR
    assert customs.opens_h <= clock <= customs.closes_h
    assert end >= start[0]
    assert end - start[0] >= hours * HOUR - 1


def test_two_small_boxes_share_a_truck_and_no_third():
    at = ints([HOUR, HOUR + 60, HOUR + 120, HOUR + 180, 9 * HOUR])
    truck, moments = shared(at, ints([0, 0, 0, 0, 0]), Road(twin=1.0), Stream(1, "test"))
    assert np.bincount(truck).max() == 2
    assert truck[4] not in truck[:4]
    for number in range(truck.max() + 1):
        assert np.ptp(moments[truck == number]) <= 120


def test_shares_add_up_to_one():
    assert sum(share for share, _laden, _mix in FLOWS.values()) == 1.0
    assert sum(each.share for each in SERVICES) == 1.0
    assert abs(sum(each.share for each in LINES) - 1) < 1e-9
    for mix in MIXES.values():
        assert abs(sum(mix.values()) - 1) < 1e-9


@pytest.mark.parametrize("days", [1, 2, 5])
def test_a_window_hardly_longer_than_a_swell_has_traffic_every_day(days):
    order = Order(start=date(2026, 9, 1), days=days, seed=1, scenario="peak", teu_per_year=20_000)
    assert throughput_teu_per_day(generate(order)) > 0
