"""Draw the plots of docs/traffic.md and print its tables: ``python docs/traffic/draw.py`` from the project's root."""

import sys
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from matplotlib import font_manager, rcParams  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402

from terminal.traffic import SCENARIOS, Order, World, generate  # noqa: E402
from terminal.traffic.customs import GREEN, RED, YELLOW  # noqa: E402
from terminal.traffic.flows import TRAIN  # noqa: E402
from terminal.traffic.moments import DAY, HOUR, NEVER  # noqa: E402
from terminal.traffic.rail import EXPORT  # noqa: E402
from terminal.traffic.stocks import base_rates, looks, yard_teu  # noqa: E402
from terminal.traffic.world import throughput_teu_per_day  # noqa: E402

HERE = Path(__file__).resolve().parent
START, DAYS, SEED = date(2025, 1, 1), 365, 1
INK, PALE, BLUE, RED_INK, AMBER, GREEN_INK = "#334155", "#cbd5e1", "#2563eb", "#b91c1c", "#b45309", "#15803d"
font_manager.fontManager.addfont(ROOT / "apps" / "common" / "fonts" / "LandbridgeSans-Regular.ttf")
rcParams.update({"font.family": "Landbridge Sans", "font.size": 9, "axes.edgecolor": PALE, "axes.labelcolor": INK})
rcParams.update({"axes.spines.top": False, "axes.spines.right": False, "axes.unicode_minus": False})
rcParams.update(
    {"xtick.color": INK, "ytick.color": INK, "text.color": INK, "axes.titlesize": 10, "axes.titleweight": "bold"}
)


def main() -> None:
    """Four pictures and two tables."""
    world = generate(Order(start=START, days=DAYS, seed=SEED))
    year(world)
    trains(world)
    boxes(world)
    print(figures(world))
    print(scenarios())


def year(world: World) -> None:
    """TEU a day, and the yard in three scenarios."""
    picture = Figure(figsize=(9, 6), layout="constrained")
    top, bottom = picture.subplots(2, 1)
    came, went = (a_day(world, at, world.boxes.teu_100 / 100) for at in (world.boxes.in_at, world.boxes.out_at))
    days = np.arange(DAYS)
    throughput = (came + went) / 2
    top.plot(days, throughput, color=PALE, linewidth=1, label="a day")
    top.plot(
        days[3:-3], np.convolve(throughput, np.ones(7) / 7, "valid"), color=BLUE, linewidth=1.8, label="7-day mean"
    )
    top.axhline(410_000 / 365, color=INK, linewidth=1, linestyle="--", label="asked: 410,000 TEU a year")
    top.set(title="Throughput, TEU a day", ylim=(0, None), xlim=(0, DAYS))
    months(top)
    top.legend(loc="lower right", frameon=False, ncols=3)
    for name, colour in (("normal", BLUE), ("border-closed", AMBER), ("target550k", RED_INK)):
        other = world if name == "normal" else generate(Order(start=START, days=DAYS, seed=SEED, scenario=name))
        at = looks(other)
        bottom.plot((at - at[0]) / DAY, yard_teu(other, at), color=colour, linewidth=1, label=name)
    for share, colour in ((0.75, AMBER), (0.85, RED_INK)):
        bottom.axhline(share * 4936, color=colour, linewidth=0.8, linestyle=":")
    bottom.set(title="Yard, TEU standing (dotted: 75 % and 85 % of 4,936)", ylim=(0, None), xlim=(0, DAYS))
    months(bottom)
    bottom.legend(loc="lower right", frameon=False, ncols=3)
    picture.savefig(HERE / "year.png", dpi=110)


def trains(world: World) -> None:
    """Trains a day, their loads, the border, and the railway's estimates."""
    picture = Figure(figsize=(9, 6), layout="constrained")
    (a, b), (c, d) = picture.subplots(2, 2)
    stood, this = world.stood, world.trains
    left = a_day(world, stood.departed, np.ones(len(stood.departed)))
    a.hist(left, bins=np.arange(2.5, 20), color=BLUE, alpha=0.8)
    a.axvline(10.2, color=RED_INK, linestyle="--", label=f"rated 10.2; here {left.mean():.1f}")
    a.set(title="Trains departed a day", ylabel="days")
    a.legend(frameon=False)
    inside = (stood.departed >= world.start) & (stood.departed < world.end)
    for way, mask, colour, name in (("by", this.brings, BLUE, "brought"), ("on", this.takes, GREEN_INK, "taken")):
        mine = getattr(world.boxes, f"{way}_kind") == TRAIN
        loads = np.bincount(
            getattr(world.boxes, way)[mine], weights=world.boxes.teu_100[mine] / 100, minlength=len(this)
        )
        loads = loads[mask & inside]
        b.hist(loads, bins=np.arange(40, 115, 2.5), color=colour, alpha=0.6, label=f"{name}: mean {loads.mean():.0f}")
    b.axvspan(88, 110, color=PALE, alpha=0.4, label="2017/18: 88 to 110")
    b.set(title="TEU on a train", ylabel="trains")
    b.legend(frameon=False, loc="upper left")
    border = ((this.passed - this.border) / HOUR)[(this.kind != EXPORT) & inside]
    c.hist(border, bins=np.arange(0, 150, 4), color=BLUE, alpha=0.8)
    c.axvspan(20, 50, color=PALE, alpha=0.4, label="mean of recent years: 20 to 50 h")
    c.axvline(
        border.mean(),
        color=RED_INK,
        linestyle="--",
        label=f"mean {border.mean():.0f} h, p95 {np.percentile(border, 95):.0f} h",
    )
    c.set(title="Time at the border, h", ylabel="trains")
    c.legend(frameon=False)
    leads, parts = np.array([6, 12, 24, 48, 72, 96, 144]), errors(world)
    for (low, high), colour in (((0.1, 0.9), PALE), ((0.25, 0.75), "#93c5fd")):
        d.fill_between(
            leads, [np.quantile(each, low) for each in parts], [np.quantile(each, high) for each in parts], color=colour
        )
    d.plot(leads, [np.median(each) for each in parts], color=BLUE)
    d.axhline(0, color=INK, linewidth=0.8)
    d.set(title="Arrival less estimate by lead, h (10 to 90 %)", xlabel="hours before arrival")
    d.invert_xaxis()
    picture.savefig(HERE / "trains.png", dpi=110)


def errors(world: World) -> list[np.ndarray]:
    """Hours by which laden trains came later than was said, by the lead of the estimate."""
    said, stood = world.train_estimates, world.stood
    laden = (said.departure == 0) & (world.trains.kind[said.carrier] != EXPORT)
    lead = (stood.arrived[said.carrier] - said.told) / HOUR
    late = (stood.arrived[said.carrier] - said.says) / HOUR
    edges = [0, 9, 18, 36, 60, 84, 120, 170]
    return [late[laden & (lead >= low) & (lead < high)] for low, high in pairwise(edges)]


def boxes(world: World) -> None:
    """Dwell by flow, the free-time end, customs."""
    picture = Figure(figsize=(9, 6), layout="constrained")
    (a, b), (c, d) = picture.subplots(2, 2)
    this = world.boxes
    inside = (this.in_at >= world.start) & (this.in_at < world.end) & (this.out_at < NEVER)
    dwell = ((this.out_at - this.in_at) / DAY)[inside]
    a.hist(dwell, bins=np.arange(0, 15, 0.25), color=BLUE, alpha=0.8)
    a.axvline(3, color=RED_INK, linestyle="--", label=f"standard 3 days; mean {dwell.mean():.2f}")
    a.axvline(
        np.median(dwell),
        color=INK,
        linewidth=0.8,
        label=f"median {np.median(dwell):.1f}, p90 {np.percentile(dwell, 90):.1f}",
    )
    a.set(title="Dwell, days", ylabel="boxes")
    a.legend(frameon=False)
    fetched = np.flatnonzero(inside & (this.on_kind > 1))
    free = world.days.midnights[np.minimum(world.days.index(this.in_at[fetched]) + 6, len(world.days))]
    b.hist((this.out_at[fetched] - free) / DAY, bins=np.arange(-6, 8, 0.25), color=BLUE, alpha=0.8)
    b.axvline(0, color=RED_INK, linestyle="--", label="end of the free days")
    b.set(title="Fetched by truck, days from the end of free time", ylabel="boxes")
    b.legend(frameon=False)
    shares = np.bincount(world.declarations.channel, minlength=4)[:3] / len(world.declarations) * 100
    place = np.arange(3)
    c.bar(place - 0.2, (78.6, 20.2, 0.9), 0.4, color=PALE, label="a Kazakh post, 2025")
    c.bar(place + 0.2, shares, 0.4, color=[GREEN_INK, AMBER, RED_INK], label="generated")
    c.set(title="Channels, % of declarations", xticks=place, xticklabels=["green", "yellow", "red"])
    c.legend(frameon=False)
    for channel, colour, name in ((GREEN, GREEN_INK, "green"), (YELLOW, AMBER, "yellow"), (RED, RED_INK, "red")):
        mine = world.declarations.channel == channel
        took = np.sort((world.declarations.released - world.declarations.submitted)[mine] / HOUR)
        d.plot(took, np.linspace(0, 100, len(took)), color=colour, label=f"{name}: median {np.median(took):.1f} h")
    d.set(title="Submission to release, % released after so many hours", xscale="log", xlim=(0.1, 300))
    d.legend(frameon=False, loc="upper left")
    picture.savefig(HERE / "boxes.png", dpi=110)


def a_day(world: World, at: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Sums by the day of the window."""
    there = at < NEVER
    return np.bincount(world.days.index(at[there]), weights=weight[there], minlength=len(world.days))[world.window]


def months(axes: object) -> None:
    """Names of months under the axis."""
    firsts = [(date(START.year, month, 1) - START).days for month in range(1, 13)]
    axes.set_xticks(firsts, ["J", "F", "M", "A", "M", "J", "J", "A", "S", "O", "N", "D"])  # type: ignore[attr-defined]


def figures(world: World) -> str:
    """The comparison with the record, as a table."""
    this, stood, trains_ = world.boxes, world.stood, world.trains
    came = (this.in_at >= world.start) & (this.in_at < world.end)
    handled = (stood.departed >= world.start) & (stood.departed < world.end)
    laden = came & (this.kind > 0)
    border = ((trains_.passed - trains_.border) / HOUR)[(trains_.kind != EXPORT) & handled]
    arrivals = handled & trains_.brings
    by_rail = came & (this.by_kind == TRAIN)
    rows = {
        "TEU a year, (in + out) ÷ 2": f"{throughput_teu_per_day(world) * DAYS:,.0f}",
        "trains departed a day": f"{handled.sum() / DAYS:.2f}",
        "TEU brought by a laden train": f"{this.teu_100[by_rail].sum() / 100 / arrivals.sum():.0f}",
        "stays": f"{came.sum():,}",
        "TEU a box": f"{this.teu_100[came].mean() / 100:.2f}",
        "laden share": f"{laden.sum() / came.sum():.0%}",
        "tonnes a TEU, all boxes": f"{this.gross_kg[came].sum() / 10 / this.teu_100[came].sum():.1f}",
        "tonnes a TEU, laden": f"{this.gross_kg[laden].sum() / 10 / this.teu_100[laden].sum():.1f}",
        "tonnes a year, in + out": f"{2 * this.gross_kg[came].sum() / 1e9:.2f} Mt",
        "border time": "mean {:.0f} h, median {:.0f} h, p95 {:.0f} h".format(
            border.mean(), *np.percentile(border, [50, 95])
        ),
        "train stay": f"{(stood.departed - stood.arrived)[handled].mean() / HOUR:.1f} h",
        "boxes that came before": f"{1 - len(np.unique(world.number[came])) / came.sum():.0%}",
        "declarations": f"{len(world.declarations):,} in all days generated",
    }
    return "\n".join(f"| {name} | {value} |" for name, value in rows.items())


def scenarios() -> str:
    """Base rates of breaches, a year of each scenario."""
    lines = []
    for name in SCENARIOS:
        for stock in base_rates(generate(Order(start=START, days=DAYS, seed=SEED, scenario=name))):
            shares = f"{stock.mean:.0%} | {stock.peak:.0%} | {stock.over:.1%}"
            lines.append(f"| `{name}` | {stock.stock} | {shares} | {stock.alerts} | {stock.longest_h:.0f} h |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
