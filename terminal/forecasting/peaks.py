"""How high a stock may go within so many hours: the highest point of each path, as a small table that can be kept."""

from typing import Final

import numpy as np

from terminal.forecasting.known import Floats

WITHIN_H: Final = (1, 2, 3, 6, 12, 18, 24, 36, 48, 60, 72, 96, 120, 144, 168, 216, 264, 336)
"""Hours ahead for which the highest point is kept; between them it is interpolated."""
SHARES: Final = np.linspace(0, 1, 41)


def peaks(paths: Floats) -> dict[int, list[float]]:
    """Quantiles of the highest point within each of ``WITHIN_H`` hours, over the paths known that far."""
    table = {}
    for hours in WITHIN_H:
        if hours > paths.shape[1]:
            break
        whole = paths[~np.isnan(paths[:, hours - 1])]
        if len(whole):
            highest = np.nanmax(whole[:, :hours], axis=1)
            table[hours] = [round(float(each), 1) for each in np.quantile(highest, SHARES)]
    return table


def chance(table: dict[int, list[float]], over: float, within_hours: int) -> float | None:
    """The chance that the stock is at or over ``over`` at some full hour within so many. None: not known so far."""
    hours = sorted(table)
    if not hours or within_hours < hours[0]:
        return None
    chances = [_over(table[each], over) for each in hours]
    return float(np.interp(within_hours, hours, chances))


def _over(highest: list[float], over: float) -> float:
    """The share of paths whose highest point is at or over a level."""
    if over <= highest[0]:
        return 1.0
    if over > highest[-1]:
        return 0.0
    above = int(np.searchsorted(highest, over, side="left"))
    low, high = highest[above - 1], highest[above]
    part = (over - low) / (high - low) if high > low else 0.0
    return float(1 - (SHARES[above - 1] + part * (SHARES[above] - SHARES[above - 1])))
