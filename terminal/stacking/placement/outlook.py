"""When a box will leave, as far as anybody knows, and how likely one box leaves before others.

# Note [Pull]
What is known of a box's departure is written as its *pull*: for each of ``SPANS_H`` ahead, how hard it is drawn out of
the yard then (the cumulated hazard of leaving). Of several independent boxes one leaves as soon as the sum of their
pulls says, so the pulls of a stack add up, and the chance that a box goes before all that is below it is
``leaves_first``. Boxes of which the same is known are exchangeable: of n + 1 of them each is the first with 1/(n + 1).
A box on n such boxes must so be moved out of the way with n/(n + 1), and a stack of h costs h − H_h.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SPANS_H: Final = np.array([0.0, 3, 8, 16, 28, 44, 68, 108, 180])
"""Where each span ahead begins, in hours; the last one does not end."""
_EDGES: Final = np.append(SPANS_H, 720.0)
_FAINT: Final = 1e-9
STAY_H: Final = 60.0
STAY_SHAPE: Final = 2.2
"""How long a box stays of which nothing is known: median hours and shape of a log-logistic distribution (ours)."""
_SHARPNESS: Final = float(np.pi / np.sqrt(3))
_LOG_ODDS: Final = float(np.log(0.84 / 0.16))
TRUCK_SPREAD_H: Final = 2.5
HERE_SPREAD_H: Final = 4.0
PLANNED_SPREAD_H: Final = 12.0
"""Give or take, of a truck with an appointment, of a carrier that stands here, of one that is only planned (ours)."""
OVERDUE_H: Final = 1.0
"""A box that should have left is expected to leave so soon."""


class Known(NamedTuple):
    """What is known of when boxes leave, one element a box.

    ``age_h``: how long it has stood; ``median_h`` and ``shape``: how long such boxes stay (log-logistic); ``due_h``: in
    how many hours its carrier is planned to leave (NaN: no carrier is known), give or take ``spread_h``.
    """

    age_h: Floats
    median_h: Floats
    shape: Floats
    due_h: Floats
    spread_h: Floats


def pulls_of(known: Known) -> Floats:
    """The pulls of boxes: by the plan of their carrier where there is one, else by how long such boxes stay."""
    planned = ~np.isnan(known.due_h)
    pulls = np.empty((len(planned), len(SPANS_H)))
    pulls[planned] = pull_of_plans(np.maximum(known.due_h[planned], OVERDUE_H), known.spread_h[planned])
    pulls[~planned] = pull_of_stays(*(each[~planned] for each in (known.age_h, known.median_h, known.shape)))
    return pulls


def shape_of(low_h: float, high_h: float) -> float:
    """The shape of stays of which 16 % end before ``low_h`` and 84 % before ``high_h``, within reason."""
    spread = float(np.log(max(high_h, 1.0) / max(low_h, 0.5)))
    return float(np.clip(2 * _LOG_ODDS / max(spread, 0.1), 1.2, 5.0))


def pull_of_plans(due_h: Floats, spread_h: Floats) -> Floats:
    """Pulls of boxes planned to leave in ``due_h`` hours, give or take ``spread_h`` (logistic, standard deviation)."""
    steep = _SHARPNESS / np.maximum(spread_h, 0.1)
    return _steps(np.logaddexp(0.0, (_EDGES - np.asarray(due_h)[:, None]) * np.asarray(steep)[:, None]))


def pull_of_stays(age_h: Floats, median_h: Floats, shape: Floats) -> Floats:
    """Pulls of boxes that have stood for ``age_h`` hours and stay as such boxes use to (log-logistic)."""
    stood = (np.maximum(age_h, 0.0)[:, None] + _EDGES) / np.asarray(median_h)[:, None]
    return _steps(np.log1p(stood ** np.asarray(shape)[:, None]))


def leaves_first(own: Floats, below: Floats) -> Floats:
    """The chance that a box of pull ``own`` leaves before everything in stacks of pulls ``below`` (a row a stack)."""
    both = own + below
    gone = -np.expm1(-both)
    gone[:, -1] = 1.0
    untouched = np.exp(both - np.cumsum(both, axis=1))
    chance: Floats = np.minimum((untouched * (own / both) * gone).sum(axis=1), 1.0)
    return chance


def median_h(pull: Floats) -> float:
    """In how many hours a box of that pull is as likely gone as not: the end of the span in which that falls."""
    gone = np.cumsum(pull) >= np.log(2.0)
    return float(_EDGES[1:][gone][0]) if gone.any() else float(_EDGES[-1])


def _steps(cumulated: Floats) -> Floats:
    steps: Floats = np.maximum(np.diff(cumulated, axis=1), _FAINT)
    return steps
