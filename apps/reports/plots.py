"""Plots for mails and pages, drawn without a display. Texts come out in the language that is active."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from apps.common.figures import figure, percent

os.environ.setdefault("MPLCONFIGDIR", str(settings.VAR / "matplotlib"))  # before matplotlib looks for its folder

from matplotlib import dates, font_manager, rcParams
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

FONT: Final = Path(__file__).resolve().parents[1] / "common" / "fonts" / "LandbridgeSans-Regular.ttf"
font_manager.fontManager.addfont(FONT)
rcParams["font.family"] = "Landbridge Sans"
rcParams["axes.unicode_minus"] = False

INK, PALE, BLUE = "#334155", "#cbd5e1", "#2563eb"
RED, AMBER, GREEN = "#b91c1c", "#b45309", "#15803d"
VIOLET = "#7c3aed"
WIDTH_IN, DPI = 6.0, 200
HOUR = 1 / 24
SHORTEST = 2 * HOUR
"""So much time a picture shows at least: a figure that was just read once is no line, and its minutes no axis."""
LINE_OF_WORDS_IN, FILLED = 0.13, 0.76
"""How high a line of small words is, and how much of a picture's height its axes fill."""


@dataclass(frozen=True)
class Lines:
    """The lines of a watched stock, as shares of its capacity."""

    warn: Decimal
    raise_at: Decimal
    clear_below: Decimal


Point = tuple[datetime, Decimal | None]


Band = tuple[datetime, Decimal, Decimal, Decimal]
"""A moment to come, and the levels below which ten, fifty and ninety per cent of what may come lies."""


def stock_plot(
    points: Sequence[Point], *, capacity: Decimal, lines: Lines, unit: str, zone: ZoneInfo, ahead: Sequence[Band] = ()
) -> bytes:
    """A PNG of a stock over time in the reader's zone, with its lines and what is expected. No value: a gap."""
    canvas, axes = canvas_of(2.7)
    times = [place_of(at) for at, _value in points]
    values = [float("nan") if value is None else float(value) for _at, value in points]
    axes.plot(times, values, color=BLUE, linewidth=1.8, marker="o" if len(points) < 3 else "", zorder=3)
    axes.fill_between(times, values, color=BLUE, alpha=0.10, linewidth=0)
    known = [value for value in values if value == value]
    if ahead:
        known += _expect(axes, ahead, times[-1:], known[-1:])
        times += [place_of(band[0]) for band in ahead]
    axes.set_ylim(*_span(known, float(capacity), float(lines.warn)))
    mark_lines(axes, float(capacity), lines)
    axes.set_ylabel(unit, color=INK, fontsize=8)
    time_axis(axes, times, zone)
    return png_of(canvas)


def _expect(axes: Axes, ahead: Sequence[Band], now: list[float], last: list[float]) -> list[float]:
    """The forecast as a dashed line in its band, from the last reading on; the highest and lowest of what is drawn."""
    times = [*now, *(place_of(band[0]) for band in ahead)] if last else [place_of(band[0]) for band in ahead]
    low = [*last, *(float(band[1]) for band in ahead)]
    middle = [*last, *(float(band[2]) for band in ahead)]
    high = [*last, *(float(band[3]) for band in ahead)]
    axes.fill_between(times, low, high, color=VIOLET, alpha=0.13, linewidth=0, zorder=1)
    axes.plot(times, middle, color=VIOLET, linewidth=1.5, linestyle=(0, (4, 2)), zorder=3)
    if now:
        axes.axvline(now[0], color=PALE, linewidth=0.8, zorder=1)
    return [min(low), max(high)]


def trial_plot(
    points: Sequence[Point], *, level: Sequence[Point] | None, lines: Lines, spans: Sequence[tuple[datetime, datetime]],
    zone: ZoneInfo, warns_of: Decimal,
) -> bytes:  # fmt: skip
    """A PNG of shares over weeks, with a rule's lines and a bar over every time in which its alert would have stood.

    ``level``: the figure itself, where the rule watches something else (a likelihood): then drawn thin behind it.
    """
    canvas, axes = canvas_of(3.0)
    times, shares = _shares(points)
    for at, until in spans:
        axes.axvspan(place_of(at), place_of(until), color=RED, alpha=0.14, linewidth=0, zorder=0)
        axes.plot([place_of(at)], [float(lines.raise_at)], marker="v", color=RED, markersize=4, zorder=4, linestyle="")
    if level is not None:
        axes.plot(*_shares(level), color=INK, linewidth=0.7, alpha=0.6, zorder=2)
    axes.plot(times, shares, color=BLUE, linewidth=1.1, zorder=3)
    known = [share for share in shares if share == share]
    axes.set_ylim(0, max([1.0, float(warns_of), *known]) * 1.06)
    mark_lines(axes, 1.0, lines)
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _place: percent(Decimal(str(round(value, 2))))))
    time_axis(axes, times, zone)
    return png_of(canvas)


def _shares(points: Sequence[Point]) -> tuple[list[float], list[float]]:
    return [place_of(at) for at, _share in points], [
        float("nan") if share is None else float(share) for _at, share in points
    ]


def _span(known: Sequence[float], capacity: float, warn: float) -> tuple[float, float]:
    """From somewhat under the lowest of what is shown, so that the lines stand apart, to above the fullest."""
    lowest = min([capacity * warn, *known]) - capacity * 0.15
    return max(0.0, lowest), max([capacity, *known]) * 1.04


def mark_lines(axes: Axes, capacity: float, lines: Lines) -> None:
    """Draw the lines of a watched stock across a picture whose span is set, each named at its side."""
    marks = [
        (Decimal(1), _("full"), INK, "-"),
        (lines.raise_at, _("alert"), RED, "-"),
        (lines.clear_below, _("clear"), GREEN, "--"),
        (lines.warn, _("warning"), AMBER, ":"),
    ]
    drawn = {share: (word, colour, style) for share, word, colour, style in reversed(marks)}  # the first of the same
    shares = sorted(drawn)
    heights = [capacity * float(share) for share in shares]
    for share, height, place in zip(shares, heights, spread(heights, _letter_height(axes)), strict=True):
        word, colour, style = drawn[share]
        axes.axhline(height, color=colour, linewidth=1.0, linestyle=style, zorder=2)
        _beside(axes, height, place, f"{percent(share)} {word}", colour)


def spread(heights: Sequence[float], gap: float) -> list[float]:
    """Rising heights moved apart as little as need be, so that each lies at least ``gap`` over the one before."""
    groups: list[list[float]] = []
    for n, height in enumerate(heights):
        groups.append([height - n * gap])
        while len(groups) > 1 and _mean(groups[-2]) > _mean(groups[-1]):
            groups[-2:] = [groups[-2] + groups[-1]]
    level = [_mean(group) for group in groups for _height in group]
    return [place + n * gap for n, place in enumerate(level)]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _letter_height(axes: Axes) -> float:
    """The height of a line of small words, in the unit of the axis."""
    low, high = axes.get_ylim()
    canvas: Any = axes.figure
    return (high - low) * LINE_OF_WORDS_IN / (float(canvas.get_figheight()) * FILLED)


def _beside(axes: Axes, height: float, place: float, words: str, colour: str) -> None:
    """Name a line at the side of the picture; where its name had to move, a thin stroke leads from one to the other."""
    along: Any = axes.get_yaxis_transform()
    axes.plot([1.0, 1.02], [height, place], transform=along, color=colour, linewidth=0.6, clip_on=False)
    axes.text(1.025, place, words, transform=along, color=colour, fontsize=7, va="center", clip_on=False)


def _label(axes: Axes, height: float, words: str, colour: str) -> None:
    place: Any = axes.get_yaxis_transform()
    axes.text(1.01, height, words, transform=place, color=colour, fontsize=7, va="center", clip_on=False)


def place_of(at: datetime) -> float:
    """Where a moment stands on the axis of time: days since 1970."""
    return float(dates.date2num(at))  # type: ignore[no-untyped-call]


def time_axis(axes: Axes, places: Sequence[float], zone: ZoneInfo) -> None:
    """Hours and days of a zone below a picture, over the places given."""
    if places:
        axes.set_xlim(min(places[0], places[-1] - SHORTEST), places[-1])
    axes.xaxis.set_major_locator(dates.AutoDateLocator(tz=zone, minticks=4, maxticks=10))  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(FuncFormatter(lambda place, _order: _clock_word(place, zone)))


def _clock_word(place: float, zone: ZoneInfo) -> str:
    at: datetime = dates.num2date(place, tz=zone)  # type: ignore[no-untyped-call]
    return f"{at:%m-%d}" if (at.hour, at.minute) == (0, 0) else f"{at:%H:%M}"


@dataclass(frozen=True)
class Day:
    """What one bar of the plot of days shows."""

    on: date
    throughput_teu: Decimal
    trains: int


def days_plot(days: Sequence[Day], *, rated_teu: Decimal, rated_trains: Decimal) -> bytes:
    """A PNG of throughput and trains of consecutive days, each against its rated figure. The last day stands out."""
    canvas = Figure(figsize=(WIDTH_IN, 3.6), dpi=DPI, layout="constrained")
    above, below = canvas.subplots(2, 1, sharex=True)
    _bars(above, days, [float(day.throughput_teu) for day in days], float(rated_teu), _("TEU a day"))
    _bars(below, days, [float(day.trains) for day in days], float(rated_trains), _("trains a day"))
    below.set_xticks(range(len(days)), [f"{day.on:%m-%d}" for day in days], fontsize=7)
    return png_of(canvas)


def month_plot(days: Sequence[Day], *, rated_teu: Decimal, rated_trains: Decimal) -> bytes:
    """A PNG of throughput and trains of many days, each against its rated figure."""
    canvas = Figure(figsize=(WIDTH_IN, 3.6), dpi=DPI, layout="constrained")
    above, below = canvas.subplots(2, 1, sharex=True)
    _plain_bars(above, [float(day.throughput_teu) for day in days], float(rated_teu), _("TEU a day"))
    _plain_bars(below, [float(day.trains) for day in days], float(rated_trains), _("trains a day"))
    shown = range(0, len(days), max(1, len(days) // 10))
    below.set_xticks(shown, [f"{days[place].on:%m-%d}" for place in shown], fontsize=7)
    return png_of(canvas)


def _plain_bars(axes: Axes, heights: list[float], rated: float, unit: str) -> None:
    _dress(axes)
    axes.bar(range(len(heights)), heights, color=BLUE, width=0.72, zorder=2)
    _rated(axes, heights, rated, unit)


def _bars(axes: Axes, days: Sequence[Day], heights: list[float], rated: float, unit: str) -> None:
    _dress(axes)
    colours = [BLUE if day is days[-1] else "#93c5fd" for day in days]
    axes.bar(range(len(days)), heights, color=colours, width=0.72, zorder=2)
    for place, height in enumerate(heights):
        colour = "white" if place == len(heights) - 1 else INK
        axes.text(place, 0, figure(height), ha="center", va="bottom", fontsize=6, color=colour, zorder=4)
    _rated(axes, heights, rated, unit)


def _rated(axes: Axes, heights: list[float], rated: float, unit: str) -> None:
    axes.axhline(rated, color=RED, linewidth=1.0, zorder=3)
    _label(axes, rated, _("rated %(figure)s") % {"figure": figure(rated, 1)}, RED)
    axes.set_ylim(0, max([rated, *heights]) * 1.18)
    axes.set_ylabel(unit, color=INK, fontsize=8)


def canvas_of(height_in: float) -> tuple[Figure, Axes]:
    """An empty picture of the usual width, dressed as all plots are."""
    canvas = Figure(figsize=(WIDTH_IN, height_in), dpi=DPI, layout="constrained")
    axes = canvas.subplots()
    _dress(axes)
    return canvas, axes


def _dress(axes: Axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(PALE)
    axes.tick_params(colors=INK, labelsize=7, length=2)
    axes.grid(axis="y", color="#e2e8f0", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _place: figure(value)))


def png_of(canvas: Figure) -> bytes:
    """The picture as a PNG."""
    out = BytesIO()
    canvas.savefig(out, format="png", facecolor="white")
    return out.getvalue()
