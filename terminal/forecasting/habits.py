"""What the records teach about the terminal's traffic: how late carriers are, what they bring and take, how long boxes
wait."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from terminal.forecasting.coming import Punctuality, punctuality
from terminal.forecasting.known import DAY, HOUR, NEVER, ROAD, WEEK_HOURS, Floats, Known
from terminal.forecasting.parameters import EVERY_H, LAGS, LEAST_CASES, WARM_DAYS
from terminal.forecasting.past import Past, waiting
from terminal.forecasting.season import follows

PULL_CASES: Final = 10
TRUCK_TEU: Final = 2.65
"""The most a truck carries: one box of 53 feet."""


@dataclass(frozen=True)
class Habits:
    """Learned from ``Known``.

    ``calls``: when calls come, and whether they bring and take. ``load[line]``: TEU of one that brings. ``off`` and
    ``onto[way, hour]``: when after arrival boxes come off and go on. ``mix[way, line]``: by which line (the last:
    trucks) boxes leave that came by a way. ``fresh_h``: mean hours until a box is ready to leave. ``takes_teu[line]``:
    what a carrier takes that takes anything, when ``usual[line]`` TEU stand ready for it; with so many per cent more
    ready it takes ``pull`` times as many more. ``road_in[hour of the week]``: TEU brought by truck; ``fetched``: the
    share of what stands for trucks that is fetched; ``known_ahead[hour]``: the share of trucks that have their
    appointment so long before. ``truck_teu``: TEU a truck brings, and fetches. ``unplanned[line, day]``: calls an hour
    that are announced later than so many days ahead. ``follows[way]``: see ``season``.
    """

    calls: Punctuality
    load: Floats
    off: Floats
    onto: Floats
    mix: Floats
    fresh_h: float
    takes_teu: Floats
    usual: Floats
    pull: Floats
    road_in: Floats
    fetched: Floats
    known_ahead: Floats
    truck_teu: Floats
    unplanned: Floats
    follows: Floats


def learn(past: Past) -> Habits:
    """The habits that the records show."""
    known = past.known
    moments = np.arange(known.start + WARM_DAYS * DAY, known.now, EVERY_H * HOUR)
    off, onto = _lags(past, incoming=True), _lags(past, incoming=False)
    fresh_h = 28.0
    takes_teu, usual, pull = _loading(past, fresh_h)
    return Habits(
        calls=punctuality(past, moments),
        load=_loads(past),
        off=off,
        onto=onto,
        mix=_mix(past),
        fresh_h=fresh_h,
        takes_teu=takes_teu,
        usual=usual,
        pull=pull,
        road_in=_by_hour(known, incoming=True),
        fetched=_fetched(past),
        known_ahead=_known_ahead(known),
        truck_teu=_truck_teu(known),
        unplanned=_unplanned(past),
        follows=follows(past),
    )


def _loads(past: Past) -> Floats:
    known, calls = past.known, past.known.calls
    mine = past.done & (past.brought > 0)
    many = np.bincount(calls.line[mine], minlength=len(known.lines))
    teu = np.bincount(calls.line[mine], past.brought[mine], len(known.lines))
    mean = teu.sum() / max(many.sum(), 1)
    loads: Floats = (teu + 2 * mean) / (many + 2)
    return loads


def _lags(past: Past, *, incoming: bool) -> Floats:
    """The share of a carrier's boxes that come off (go on) in each hour after its arrival."""
    boxes, calls = past.known.boxes, past.known.calls
    table = np.zeros((4, LAGS))
    call, at = (boxes.by, boxes.in_at) if incoming else (boxes.on, boxes.out_at)
    known = (call >= 0) & (at < NEVER)
    call, at, teu = call[known], at[known], boxes.teu[known]
    known = calls.arrived[call] < NEVER
    call, at, teu = call[known], at[known], teu[known]
    hour = np.clip((at - calls.arrived[call]) // HOUR, 0, LAGS - 1)
    for way in range(4):
        mine = calls.way[call] == way
        counted = np.bincount(hour[mine], teu[mine], LAGS)
        table[way] = counted / counted.sum() if counted.sum() else np.eye(LAGS)[2]
    return table


def _mix(past: Past) -> Floats:
    """By which line boxes leave that came by each way."""
    boxes = past.known.boxes
    went_on = past.goes_by[boxes.bound] * boxes.teu[:, None]
    table = np.array([went_on[(boxes.comes == way) & (boxes.came < NEVER)].sum(axis=0) for way in range(4)]) + 1e-6
    shares: Floats = table / table.sum(axis=1, keepdims=True)
    return shares


def _loading(past: Past, fresh_h: float) -> tuple[Floats, Floats, Floats]:
    """What a carrier of each line takes, what usually stands ready for it, and by how much more being ready it takes
    more (the elasticity), from what they took."""
    known, calls = past.known, past.known.calls
    lines = len(known.lines)
    load, pull = np.zeros(lines), np.zeros(lines)
    mine = np.flatnonzero(past.done & (past.taken > 0) & (calls.arrived > known.start + 10 * DAY))[-900:]
    _fresh, ready = waiting(past, calls.arrived[mine], fresh_h)
    moments = np.arange(known.start + 10 * DAY, known.now, 11 * HOUR)
    usual = waiting(past, moments, fresh_h)[1].mean(axis=0)[:-1] if len(moments) else np.ones(lines)
    for line in range(lines):
        chosen = calls.line[mine] == line
        took, stood = past.taken[mine[chosen]], ready[chosen, line]
        if not len(took):
            continue
        load[line] = took.mean()
        over = stood / max(stood.mean(), 1e-9) - 1
        slope = (over @ (took / took.mean() - 1) + 0.5 * PULL_CASES * 0.05) / (over @ over + PULL_CASES * 0.05)
        pull[line] = np.clip(slope, 0.0, 1.5)
    return load, np.maximum(usual, 1.0), pull


def _by_hour(known: Known, *, incoming: bool) -> Floats:
    """TEU by truck in each hour of the week, smoothed over the same hour of all days and the days of the week."""
    boxes = known.boxes
    at, way = (boxes.in_at, boxes.comes) if incoming else (boxes.out_at, boxes.goes)
    mine = (way == ROAD) & (at < NEVER) & (at >= known.start)
    span = max((known.now - known.start) / DAY, 1.0)
    clock = known.clock(at[mine] // HOUR * HOUR)
    table = np.bincount(clock, boxes.teu[mine], WEEK_HOURS).reshape(7, 24) / (span / 7)
    by_day, by_hour = table.sum(axis=1), table.sum(axis=0)
    flat: Floats = (np.outer(by_day, by_hour) / max(table.sum(), 1e-9)).ravel()
    return flat


def _fetched(past: Past) -> Floats:
    """The share of what stands for trucks that is fetched in each hour of the week."""
    known, a_week = past.known, _by_hour(past.known, incoming=False)
    at = np.arange(known.start + 10 * DAY, known.now, DAY)
    if not len(at):
        return np.zeros(WEEK_HOURS)
    fresh, ready = waiting(past, at, 28.0)
    stood = float((fresh + ready)[:, -1].mean())
    return a_week / max(stood, 1.0)


def _known_ahead(known: Known) -> Floats:
    """The share of trucks whose appointment is made so many hours before its slot."""
    trucks = known.trucks
    ahead = np.maximum(trucks.slot - trucks.announced, 0)[trucks.slot <= known.now] / HOUR
    if len(ahead) < LEAST_CASES:
        return np.zeros(LAGS + 24)
    shares: Floats = np.array([(ahead >= hour).mean() for hour in range(LAGS + 24)])
    return shares


def _truck_teu(known: Known) -> Floats:
    """TEU a truck with an appointment brings, and fetches, those that do not come included.

    What moved before there were appointments is none of theirs, nor is more than a truck can carry.
    """
    boxes, trucks = known.boxes, known.trucks
    means = np.zeros(2)
    for place, (at, way) in enumerate(((boxes.in_at, boxes.comes), (boxes.out_at, boxes.goes))):
        mine = (trucks.fetches == bool(place)) & (trucks.slot <= known.now) & (trucks.slot >= known.start)
        if mine.any():
            moved = boxes.teu[(way == ROAD) & (at < NEVER) & (at >= trucks.slot[mine].min())].sum()
            means[place] = min(moved / mine.sum(), TRUCK_TEU)
    return means


def _unplanned(past: Past) -> Floats:
    """Calls an hour of each line that are announced less than so many days ahead. ``[line, day]``."""
    known, calls = past.known, past.known.calls
    span = max((known.now - known.start) / HOUR, 1.0)
    mine = past.done & (calls.planned >= known.start)
    ahead = (calls.planned - calls.announced)[mine] / DAY
    table = np.zeros((len(known.lines), 16))
    for day in range(16):
        late = ahead < day
        table[:, day] = np.bincount(calls.line[mine][late], minlength=len(known.lines)) / span
    return table
