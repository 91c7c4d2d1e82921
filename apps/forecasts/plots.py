"""The plot of a forecast: what was, what is expected, how sure that is, and the lines of the rule."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from apps.forecasts.lines import Watched
from apps.forecasts.selectors import Forecast
from apps.reports.plots import BLUE, INK, Lines, canvas_of, mark_lines, place_of, png_of, time_axis
from terminal.metrics import Stock

ROOM = 1.06
HALF_A_LINE = 0.08


def forecast_plot(
    past: Sequence[tuple[datetime, Decimal]], said: Forecast, *, watched: Watched | None, unit: str, zone: ZoneInfo
) -> bytes:
    """A PNG: the last days as they were, then the band in which four of five hours should lie, its middle a line."""
    canvas, axes = canvas_of(2.6)
    came = [(place_of(at), float(value)) for at, value in past]
    ahead = [place_of(hour.at) for hour in said.hours]
    low, median, high = ([float(getattr(hour, name)) for hour in said.hours] for name in ("low", "median", "high"))
    axes.plot([place for place, _value in came], [value for _place, value in came], color=INK, linewidth=1.4, zorder=3)
    if said.metric == Stock.TRAIN_PLACES:  # whole trains: an edge goes from one to the next, and one alone is a line
        low, high = [each - HALF_A_LINE for each in low], [each + HALF_A_LINE for each in high]
    step: Literal["mid"] | None = "mid" if said.metric == Stock.TRAIN_PLACES else None
    axes.fill_between(ahead, low, high, step=step, color=BLUE, alpha=0.18, linewidth=0, zorder=2)
    axes.plot(ahead, median, color=BLUE, linewidth=1.5, zorder=3)
    axes.axvline(place_of(said.at), color=INK, linewidth=0.8, linestyle=":", zorder=2)
    shown = [value for _place, value in came] + low + high
    top = max(shown) if not watched else max([*shown, float(watched.capacity)])
    axes.set_ylim(max(0.0, min(shown) - 0.1 * (top - min(shown))), top * ROOM or 1)
    if watched:
        mark_lines(axes, float(watched.capacity), Lines(watched.warn_at, watched.raise_at, watched.clear_below))
    axes.set_ylabel(unit, color=INK, fontsize=8)
    time_axis(axes, [place for place, _value in came] + ahead, zone)
    return png_of(canvas)
