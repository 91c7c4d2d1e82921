"""A bar a day against the rated line, as the numbers of an inline SVG."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from apps.reports.models import DailyThroughput

WIDTH, HEIGHT, FOOT, HEAD, LEFT = 700, 200, 24, 18, 44
GAP = Decimal("0.25")
TALL = 24


@dataclass(frozen=True)
class Bar:
    """One day. No ``value``: that day was not counted, which is not nothing moved."""

    day: date
    value: Decimal | None
    x: Decimal
    y: Decimal
    width: Decimal
    height: Decimal
    over: bool

    @property
    def middle(self) -> Decimal:
        """Where its labels are centred."""
        return self.x + self.width / 2

    @property
    def is_tall(self) -> bool:
        """Whether its figure stands inside it, out of the rated line's way."""
        return self.height >= TALL

    @property
    def label_y(self) -> Decimal:
        """Where its figure stands: inside at the foot, or just above a low bar."""
        return Decimal(HEIGHT - FOOT - 6) if self.is_tall else self.y - 4


@dataclass(frozen=True)
class Chart:
    """The bars, the rated line, and the size of the drawing."""

    bars: list[Bar]
    rated: Decimal
    rated_y: Decimal
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    base: int = HEIGHT - FOOT
    foot_y: int = HEIGHT - 8
    rated_label_x: int = LEFT - 6

    @property
    def rated_label_y(self) -> Decimal:
        """Beside the rated line, in the middle of the letters."""
        return self.rated_y + 4

    @property
    def gap_height(self) -> Decimal:
        """Of the empty frame of a day without data."""
        return self.base - self.rated_y

    @property
    def has_data(self) -> bool:
        """Whether any of the days was counted."""
        return any(bar.value is not None for bar in self.bars)


def chart(days: Mapping[date, DailyThroughput | None], rated: Decimal) -> Chart:
    """Throughput TEU of each day, scaled so that the highest bar and the rated line fit."""
    values = {day: row.throughput_teu if row else None for day, row in days.items()}
    top = max([rated, *(value for value in values.values() if value is not None)]) or Decimal(1)
    scale = (HEIGHT - FOOT - HEAD) / top
    pitch = Decimal(WIDTH - LEFT) / len(values)
    bars = [_bar(n, day, value, rated, pitch, scale) for n, (day, value) in enumerate(values.items())]
    return Chart(bars, rated, _px(HEIGHT - FOOT - rated * scale))


def _bar(n: int, day: date, value: Decimal | None, rated: Decimal, pitch: Decimal, scale: Decimal) -> Bar:
    height = (value or Decimal(0)) * scale
    x, y = LEFT + pitch * (n + GAP / 2), HEIGHT - FOOT - height
    over = value is not None and value > rated
    return Bar(day, value, _px(x), _px(y), _px(pitch * (1 - GAP)), _px(height), over)


def _px(length: Decimal) -> Decimal:
    return length.quantize(Decimal("0.1"))
