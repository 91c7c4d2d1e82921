"""Bands of what is counted in whole numbers: about the median, the likelier neighbour first, until it is enough.

Four places of which all are taken three hours in four cannot be forecast as "8 in 10": four alone are too few, three
and four are too many. What can be done is to say four alone in the hours in which that is likely, and three and four in
the others, with the likelihood asked for chosen so that over many hours four of five lie within (``level_for``).
"""

import numpy as np

from terminal.forecasting.known import Floats
from terminal.forecasting.parameters import COVERS, LEAST_PASTS


def chances(played: Floats, most: int) -> Floats:
    """How often each number was played: ``[…, hour, number]`` from ``played[…, draw, hour]``, numbers 0 to ``most``."""
    counted: Floats = np.stack([(played == number).mean(axis=-2) for number in range(most + 1)], axis=-1)
    return counted


def held_before(chance: Floats) -> Floats:
    """How likely the numbers are that are taken into the band before each number: ``[…, number]``.

    Nought for the median, which is in every band. The others come in one by one beside those that are in, the likelier
    side first, so that a band asked to be likelier holds every band that was asked to be less.
    """
    many = chance.shape[-1]
    flat = chance.reshape(-1, many)
    rows = np.arange(len(flat))
    low = high = (np.cumsum(flat, axis=1) < 0.5 - 1e-9).sum(axis=1).clip(0, many - 1)
    held, before = flat[rows, low], np.zeros(flat.shape)
    walled = np.pad(flat, ((0, 0), (1, 1)), constant_values=-1.0)
    for _step in range(many - 1):
        below = walled[rows, low] > walled[rows, high + 2]
        low, high = np.where(below, low - 1, low), np.where(below, high, high + 1)
        new = np.where(below, low, high)
        before[rows, new] = held
        held = held + flat[rows, new]
    return before.reshape(chance.shape)


def band(chance: Floats, level: Floats) -> tuple[Floats, Floats]:
    """The lowest and the highest number by hour: of ``chance[hour, number]``, taken in while what is in is not likelier
    than ``level[hour]``."""
    inside = held_before(chance) <= level[:, None] + 1e-9
    many = inside.shape[1]
    return np.argmax(inside, axis=1).astype(float), (many - 1 - np.argmax(inside[:, ::-1], axis=1)).astype(float)


def level_for(before: Floats) -> Floats:
    """By hour ahead, the level of ``band`` at which as many past hours lay within as are to: ``[hour]``.

    ``before[past, hour]``: what was held before the number that came (``held_before``), ``NaN`` where none has come
    yet. Hours around each are taken together, the farther ahead, the wider.
    """
    hours = before.shape[1]
    found, last = np.ones(hours), 1.0
    for hour in range(hours):
        reach = 1 + hour // 8
        seen = before[:, max(hour - reach + 1, 0) : hour + reach]
        seen = seen[~np.isnan(seen)]
        if len(seen) >= LEAST_PASTS:
            last = float(np.quantile(seen, COVERS, method="inverted_cdf"))
        found[hour] = last
    return found
