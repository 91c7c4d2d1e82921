"""One site day's movements counted.

A *day* is a day of the site: midnight to midnight on the wall clock of its zone, which is not always 24 hours long.
A box counts once for its whole stay: throughput is half of what came in plus what went out.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import accumulate
from typing import Final
from zoneinfo import ZoneInfo

from terminal.kpis import Load
from terminal.moments import require_zone, utc

ZERO: Final = Decimal(0)
MICROS_AN_HOUR: Final = 3_600_000_000


class Mode(StrEnum):
    """What carries a box to the terminal or away from it."""

    RAIL = "rail"
    ROAD = "road"
    SEA = "sea"
    BARGE = "barge"


class Direction(StrEnum):
    """Whether a box comes to stand on the terminal's ground or leaves it."""

    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class Movement:
    """Boxes crossing the terminal's edge at one moment, ``teu`` summed over all ``boxes``. No ``laden``: unknown."""

    at: datetime
    direction: Direction
    mode: Mode
    teu: Decimal
    boxes: int = 1
    laden: bool | None = None

    def __post_init__(self) -> None:
        require_zone(self.at)

    @property
    def net_teu(self) -> Decimal:
        """What the ground gains: positive for in, negative for out."""
        return self.teu if self.direction is Direction.IN else -self.teu


def _no_boxes() -> dict[Mode, int]:
    return dict.fromkeys(Mode, 0)


def _no_teu() -> dict[Mode, Decimal]:
    return dict.fromkeys(Mode, ZERO)


def _no_load() -> dict[Load, Decimal]:
    return dict.fromkeys(Load, ZERO)


@dataclass(frozen=True)
class DayCount:
    """What crossed the edge in one site day. Every mode is present in every table, if only with zero."""

    boxes_in_by_mode: dict[Mode, int] = field(default_factory=_no_boxes)
    boxes_out_by_mode: dict[Mode, int] = field(default_factory=_no_boxes)
    teu_in_by_mode: dict[Mode, Decimal] = field(default_factory=_no_teu)
    teu_out_by_mode: dict[Mode, Decimal] = field(default_factory=_no_teu)
    teu_in_by_load: dict[Load, Decimal] = field(default_factory=_no_load)
    teu_out_by_load: dict[Load, Decimal] = field(default_factory=_no_load)
    peak_over_opening_teu: Decimal = ZERO
    """The highest the running net stood above the opening stock within the day; never below zero."""

    @property
    def boxes_in(self) -> int:
        return sum(self.boxes_in_by_mode.values())

    @property
    def boxes_out(self) -> int:
        return sum(self.boxes_out_by_mode.values())

    @property
    def teu_in(self) -> Decimal:
        return sum(self.teu_in_by_mode.values(), ZERO)

    @property
    def teu_out(self) -> Decimal:
        return sum(self.teu_out_by_mode.values(), ZERO)

    @property
    def throughput_teu(self) -> Decimal:
        """Every box once for its whole stay: (TEU in + TEU out) ÷ 2."""
        return (self.teu_in + self.teu_out) / 2

    @property
    def net_boxes(self) -> int:
        return self.boxes_in - self.boxes_out

    @property
    def net_teu(self) -> Decimal:
        return self.teu_in - self.teu_out


def count_day(movements: Iterable[Movement]) -> DayCount:
    """Count movements that all belong to one site day, in whatever order they were reported."""
    crossed = list(movements)
    return DayCount(
        boxes_in_by_mode=_boxes_by_mode(crossed, Direction.IN),
        boxes_out_by_mode=_boxes_by_mode(crossed, Direction.OUT),
        teu_in_by_mode=_teu_by_mode(crossed, Direction.IN),
        teu_out_by_mode=_teu_by_mode(crossed, Direction.OUT),
        teu_in_by_load=_teu_by_load(crossed, Direction.IN),
        teu_out_by_load=_teu_by_load(crossed, Direction.OUT),
        peak_over_opening_teu=_peak_over_opening(crossed),
    )


def _boxes_by_mode(movements: Iterable[Movement], direction: Direction) -> dict[Mode, int]:
    boxes = _no_boxes()
    for each in movements:
        if each.direction is direction:
            boxes[each.mode] += each.boxes
    return boxes


def _teu_by_mode(movements: Iterable[Movement], direction: Direction) -> dict[Mode, Decimal]:
    teu = _no_teu()
    for each in movements:
        if each.direction is direction:
            teu[each.mode] += each.teu
    return teu


def _teu_by_load(movements: Iterable[Movement], direction: Direction) -> dict[Load, Decimal]:
    teu = _no_load()
    for each in movements:
        if each.direction is direction:
            teu[Load.of(each.laden)] += each.teu
    return teu


def teu_hours_over_opening(movements: Iterable[Movement], ends: datetime) -> Decimal:
    """How much the stock was over what it was when the day began, times the hours it was, until the day ``ends``.

    Below zero where more had left than come. Divided by the hours of the day it is the mean.
    """
    micro = timedelta(microseconds=1)
    return sum((each.net_teu * ((utc(ends) - utc(each.at)) // micro) for each in movements), ZERO) / MICROS_AN_HOUR


def _peak_over_opening(movements: Iterable[Movement]) -> Decimal:
    # What happened at the same moment is one step: the order of the report must not make a peak.
    steps: dict[datetime, Decimal] = {}
    for each in movements:
        moment = utc(each.at)
        steps[moment] = steps.get(moment, ZERO) + each.net_teu
    return max(accumulate((steps[moment] for moment in sorted(steps)), initial=ZERO))


@dataclass(frozen=True, slots=True)
class DayStock:
    """What stood on the ground around one site day, in TEU."""

    opening_teu: Decimal
    peak_teu: Decimal
    closing_teu: Decimal


def running_stock(days: Iterable[DayCount], opening: Decimal = ZERO) -> list[DayStock]:
    """The stock around each of consecutive ``days``: each day opens with what the day before left standing.

    Only the opening stock is carried over, so a late or corrected movement is counted again in its own day alone;
    the stocks after it follow by addition.
    """
    stocks = []
    for day in days:
        closing = opening + day.net_teu
        stocks.append(DayStock(opening, opening + day.peak_over_opening_teu, closing))
        opening = closing
    return stocks


def site_day(at: datetime, zone: ZoneInfo) -> date:
    """The day of the site in which ``at`` falls. Raises ``NaiveTime``."""
    return utc(at).astimezone(zone).date()


def day_bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """First moment of ``day`` at the site and first moment of the next, in UTC.

    They lie 23 or 25 hours apart where the clocks are changed that day, as in Almaty before 1 March 2024.
    """
    return _first_moment(day, zone), _first_moment(day + timedelta(days=1), zone)


def _first_moment(day: date, zone: ZoneInfo) -> datetime:
    return utc(datetime.combine(day, time.min, zone))
