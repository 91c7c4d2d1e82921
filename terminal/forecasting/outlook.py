"""What is said of a stock: how it is expected to go, the band, and the ways in which it may go."""

from dataclasses import dataclass, field, replace

import numpy as np

from terminal.forecasting.causes import Cause
from terminal.forecasting.known import Floats
from terminal.forecasting.learning import Errors
from terminal.forecasting.parameters import EVERY_H, HORIZON, LEAST_PASTS
from terminal.forecasting.scoring import Band, Levels


@dataclass(frozen=True)
class Outlook:
    """A stock hour by hour from the first full hour after ``at`` on. ``low`` and ``high``: the band, between which four
    of five hours should lie; ``median``: as many should lie below as above.

    ``stock`` is what there is now. ``parts``: what each hour is made of, by name. ``paths[draw, hour]`` are ways in
    which it may go, ``NaN`` from where one is not known to its end; they rise and fall as the past did. ``tenth`` and
    ``ninetieth``: 10 and 90 %, where the band lies elsewhere.
    """

    stock: float
    low: Floats
    median: Floats
    high: Floats
    paths: Floats
    parts: dict[str, Floats] = field(default_factory=dict)
    causes: list[Cause] = field(default_factory=list)
    tenth: Floats | None = None
    ninetieth: Floats | None = None

    @property
    def reach(self) -> int:
        """How many hours are forecast: as far as there is experience of how wrong it may be."""
        return len(self.median)

    @property
    def band(self) -> Band:
        """What is shown, and judged by how much of what comes lies within."""
        return self.low, self.high

    @property
    def levels(self) -> Levels:
        """10, 50 and 90 %, judged by their pinball loss."""
        return (
            self.low if self.tenth is None else self.tenth,
            self.median,
            self.high if self.ninetieth is None else self.ninetieth,
        )

    def made_of(self, **parts: Floats) -> "Outlook":
        """The same, saying what each hour is made of."""
        return replace(self, parts={name: values[: self.reach] for name, values in parts.items()})

    def cut(self, reach: int) -> "Outlook | None":
        """The first hours of it. None: there is none."""
        if not reach:
            return None
        return replace(
            self,
            low=self.low[:reach],
            median=self.median[:reach],
            high=self.high[:reach],
            paths=self.paths[:, :reach],
            tenth=None if self.tenth is None else self.tenth[:reach],
            ninetieth=None if self.ninetieth is None else self.ninetieth[:reach],
        )


def outlook(stock: float, middle: Floats, wrong: Errors, *, most: float) -> Outlook | None:
    """The bands around a forecast by the errors of past ones, within what is possible."""
    reach = int((np.sum(~np.isnan(wrong.paths), axis=0) >= LEAST_PASTS).sum())
    low, median, high, paths = (
        np.clip(middle + each, 0, most) for each in (wrong.low, wrong.median, wrong.high, wrong.paths)
    )
    # Means over neighbouring hours are equal but for the last bit where all errors are.
    return Outlook(stock, np.minimum(low, median), median, np.maximum(high, median), paths).cut(reach)


def reach_of(many: int) -> int:
    """Hours ahead of which as many past forecasts as it takes are known to their end."""
    return int(np.clip((many - LEAST_PASTS) * EVERY_H, 0, HORIZON))
