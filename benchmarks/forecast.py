"""Forecasts judged on generated traffic of which nothing was fitted: bands, loss, and warnings of a full yard.

``python -m benchmarks.forecast [DAYS] [HOURS BETWEEN] [SEED …]``. Every forecast is made from the records as they stood
and judged by what really came. Figures of the method were chosen on seeds 101 to 106, which are not judged here.

``python -m benchmarks.forecast warnings [DAYS] [HOURS BETWEEN] [SEED …]`` makes the yard's forecast only, of the two
scenarios in which it fills, and judges the warnings.
"""

import json
import sys
import time
from dataclasses import dataclass, field
from datetime import date
from statistics import median
from typing import Any

import numpy as np

from benchmarks._known import known, truth
from terminal.forecasting import Outlook, forecast
from terminal.forecasting.known import DAY, HOUR
from terminal.forecasting.peaks import chance, peaks
from terminal.forecasting.scoring import UP_TO_H, Worth, by_lead, losses
from terminal.metrics import Stock
from terminal.traffic import Order, World, generate

SCENARIOS = ("normal", "peak", "border-closed")
FILLING = ("peak", "border-closed")
HISTORY_DAYS = 80
AFTER_DAYS = 15
SHARE = 0.85
CLEAR = 0.80
WITHIN_H = (48, 72)
CHANCES = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8)


@dataclass
class Judged:
    """What was found in one world: worth by stock and lead, chances of a full yard by moment, seconds of each run."""

    worth: dict[Stock, dict[str, Worth]] = field(default_factory=dict)
    dressed: dict[Stock, list[float]] = field(default_factory=dict)
    chances: list[tuple[int, dict[int, float]]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    begins: list[int] = field(default_factory=list)
    over: float = 0.0


def judge(order: Order, days: int, every_h: int) -> Judged:
    """Forecast a world every so many hours over ``days`` days, and judge each by what came."""
    world, found = generate(order), Judged()
    first = world.start + HISTORY_DAYS * DAY
    limit = SHARE * world.scenario.site.operating_teu
    found.begins, found.over = breaches(world, first, first + days * DAY)
    for now in range(first, first + days * DAY, every_h * HOUR):
        begun = time.process_time()
        made = forecast(known(world, now))
        found.seconds.append(time.process_time() - begun)
        for stock, outlook in made.items():
            _add(found, world, stock, outlook, now)
        table = peaks(made[Stock.YARD_TEU].paths)
        found.chances.append((now, {hours: chance(table, limit, hours) or 0.0 for hours in WITHIN_H}))
    return found


def judge_warnings(order: Order, days: int, every_h: int) -> Judged:
    """The same of the yard alone, and of nothing but its chances."""
    world, found = generate(order), Judged()
    first = world.start + HISTORY_DAYS * DAY
    limit = SHARE * world.scenario.site.operating_teu
    found.begins, found.over = breaches(world, first, first + days * DAY)
    for now in range(first, first + days * DAY, every_h * HOUR):
        table = peaks(forecast(known(world, now), frozenset((Stock.YARD_TEU,)))[Stock.YARD_TEU].paths)
        found.chances.append((now, {hours: chance(table, limit, hours) or 0.0 for hours in WITHIN_H}))
    return found


def _add(found: Judged, world: World, stock: Stock, outlook: Outlook, now: int) -> None:
    ahead = np.arange(1, outlook.reach + 1)
    came = truth(world, stock.value, now + ahead * HOUR)
    week = truth(world, stock.value, now + (ahead - 168 * (1 + (ahead - 1) // 168)) * HOUR)
    last = np.full(outlook.reach, truth(world, stock.value, np.array([now]))[0])
    levels = outlook.levels
    for lead, worth in by_lead(came, levels, last, week, ahead, outlook.band).items():
        kept = found.worth.setdefault(stock, {})
        kept[lead.value] = kept[lead.value] + worth if lead.value in kept else worth
    dressed = _dressed(world, stock, now, last)
    sums = found.dressed.setdefault(stock, [0.0, 0.0])
    sums[0] += float(losses(came, levels).sum())
    sums[1] += float(losses(came, tuple(each[: outlook.reach] for each in dressed)).sum())


def _dressed(world: World, stock: Stock, now: int, last: Any) -> tuple[Any, Any, Any]:
    """The last value with bands of its own: quantiles of how far the stock has moved in as many hours before."""
    before = now - np.arange(14 * 24, HISTORY_DAYS * 24, 7)[:, None] * HOUR
    hours = np.arange(1, 337) * HOUR
    begins = truth(world, stock.value, before.ravel())[:, None]
    moved = truth(world, stock.value, (before + hours).ravel()).reshape(len(begins), -1) - begins
    return tuple(last[0] + np.quantile(moved, share, axis=0) for share in (0.1, 0.5, 0.9))  # type: ignore[return-value]


def breaches(world: World, start: int, end: int) -> tuple[list[int], float]:
    """When the yard rose to 85 % of its operating capacity (having been under 80 % before), and the share of hours."""
    hours = np.arange(start - 14 * DAY, end + 4 * DAY, HOUR)
    share = truth(world, Stock.YARD_TEU.value, hours) / world.scenario.site.operating_teu
    begins, full = [], False
    for at, value in zip(hours.tolist(), share.tolist(), strict=True):
        if value >= SHARE and not full:
            full = True
            begins.append(at)
        elif value < CLEAR:
            full = False
    inside = (hours >= start) & (hours < end)
    return [at for at in begins if at >= start], float((share[inside] >= SHARE).mean())


def warnings(found: Judged, within_h: int, least: float) -> dict[str, Any]:
    """Warnings of a breach: a warning begins when the chance rises to ``least``, and ends under half of it.

    Right: a breach begins within the time it speaks of. Found: a breach before whose begin one was on. Its lead is no
    longer than that time, though a warning may last for weeks while one breach follows another.
    """
    spans: list[list[int]] = []
    on = False
    for at, chances in found.chances:
        if chances[within_h] >= least and not on:
            spans.append([at, at])
        on = chances[within_h] >= (least / 2 if on else least)
        if on:
            spans[-1][1] = at
    window = within_h * HOUR
    right = [span for span in spans if any(span[0] < at <= span[1] + window for at in found.begins)]
    last = found.chances[-1][0]
    wanted = [at for at in found.begins if at <= last]
    leads = []
    for at in wanted:
        before = [span[0] for span in spans if span[0] < at <= span[1] + window]
        if before:
            leads.append(min((at - before[0]) / HOUR, within_h))
    return {"spans": len(spans), "right": len(right), "breaches": len(wanted), "leads": leads}


def curve(judged: list[Judged]) -> list[dict[str, Any]]:
    """Precision, recall and lead of warnings by the chance they need and the time they speak of."""
    rows = []
    for within_h in WITHIN_H:
        for least in CHANCES:
            parts = [warnings(each, within_h, least) for each in judged]
            spans, right, many = (sum(part[name] for part in parts) for name in ("spans", "right", "breaches"))
            leads = [lead for part in parts for lead in part["leads"]]
            rows.append(
                {
                    "within_h": within_h,
                    "chance": least,
                    "warnings": spans,
                    "precision": round(right / spans, 2) if spans else None,
                    "recall": round(len(leads) / many, 2) if many else None,
                    "median_lead_h": median(leads) if leads else None,
                }
            )
    return rows


def told(judged: list[Judged]) -> dict[str, Any]:
    """The worth of each stock over all worlds, by lead and in all."""
    result: dict[str, Any] = {}
    for stock in Stock:
        by: dict[str, Any] = {}
        whole: Worth | None = None
        for lead in UP_TO_H:
            parts = [each.worth[stock][lead.value] for each in judged if lead.value in each.worth.get(stock, {})]
            for part in parts:
                by[lead.value] = by[lead.value] + part if lead.value in by else part
                whole = whole + part if whole else part
        shown = {lead: _row(each) for lead, each in by.items()}
        if whole:
            shown["all"] = _row(whole)
            sums = np.sum([each.dressed[stock] for each in judged], axis=0)
            shown["all"]["against_last_value_with_bands"] = round(float(sums[0] / sums[1]), 2)
        result[stock.value] = shown
    return result


def _row(worth: Worth) -> dict[str, Any]:
    return {"coverage": round(worth.coverage, 3), "loss_ratio": round(worth.ratio or 0, 2)}


def run(days: int = 60, every_h: int = 12, seeds: tuple[int, ...] = (11,)) -> dict[str, Any]:
    """Judge every scenario on every seed."""
    result: dict[str, Any] = {"days": days, "every_h": every_h, "seeds": seeds, "scenarios": {}}
    everything = []
    for name in SCENARIOS:
        worlds = []
        for seed in seeds:
            whole = HISTORY_DAYS + days + AFTER_DAYS
            worlds.append(judge(Order(start=date(2026, 3, 2), days=whole, seed=seed, scenario=name), days, every_h))
        everything += worlds
        result["scenarios"][name] = {
            "worth": told(worlds),
            "breaches": sum(len(each.begins) for each in worlds),
            "share_of_hours_over": round(float(np.mean([each.over for each in worlds])), 3),
        }
        print(json.dumps({name: result["scenarios"][name]}), file=sys.stderr, flush=True)
    result["warnings"] = curve(everything)
    seconds = [each for one in everything for each in one.seconds]
    result["cpu_s_median"], result["cpu_s_most"] = round(median(seconds), 2), round(max(seconds), 2)
    return result


def run_warnings(days: int = 60, every_h: int = 12, seeds: tuple[int, ...] = (11,)) -> dict[str, Any]:
    """Warnings of every seed in which the yard fills, by scenario and pooled, with how often it did."""
    result: dict[str, Any] = {"days": days, "every_h": every_h, "seeds": seeds, "scenarios": {}}
    everything = []
    for name in FILLING:
        worlds = []
        for seed in seeds:
            whole = HISTORY_DAYS + days + AFTER_DAYS
            order = Order(start=date(2026, 3, 2), days=whole, seed=seed, scenario=name)
            worlds.append(judge_warnings(order, days, every_h))
            print(name, seed, len(worlds[-1].begins), round(worlds[-1].over, 3), file=sys.stderr, flush=True)
        everything += worlds
        result["scenarios"][name] = {
            "breaches": [len(each.begins) for each in worlds],
            "share_of_hours_over": [round(each.over, 3) for each in worlds],
            "warnings": curve(worlds),
        }
        print(json.dumps({name: result["scenarios"][name]}), file=sys.stderr, flush=True)
    result["warnings"] = curve(everything)
    return result


if __name__ == "__main__":
    only = sys.argv[1:2] == ["warnings"]
    days, every, *seeds = [int(each) for each in sys.argv[2 if only else 1 :]] or [60, 12]
    json.dump((run_warnings if only else run)(days, every, tuple(seeds) or (11,)), sys.stdout, indent=1)
