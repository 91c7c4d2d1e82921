"""Days put together: sums of what was counted, and never an average of averages."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db.models import Sum

from apps.network.models import Terminal
from apps.reports.models import DailyDwell, DailyThroughput
from apps.reports.sql.counting import FIGURES
from terminal.kpis import Lengths, Ratio, Span, lengths_of, mean_level, months_in, punctual
from terminal.throughput import day_bounds

NOT_SUMMED: Final = ("peak_over_opening_teu", "departure_delays")
SUMMED: Final = tuple(name for name in FIGURES if name not in NOT_SUMMED)
COLUMNS: Final = ("on", *NOT_SUMMED, *SUMMED)
ZERO: Final = Decimal(0)
SECONDS_AN_HOUR: Final = 3600


@dataclass(frozen=True)
class Level:
    """TEU on the ground: on average, at the fullest, and at the end."""

    mean_teu: Decimal
    peak_teu: Decimal
    closing_teu: Decimal


@dataclass(frozen=True)
class Period:
    """Site days put together. ``sums``: by the columns of a day's row."""

    span: Span
    sums: Mapping[str, Any]
    on_time: Ratio
    level: Level

    def __getitem__(self, name: str) -> Any:
        return self.sums[name]

    @property
    def throughput_teu(self) -> Decimal:
        """(TEU in + TEU out) ÷ 2."""
        return Decimal(self["in_teu"] + self["out_teu"]) / 2

    @property
    def teu_per_day(self) -> Decimal:
        """Throughput ÷ days."""
        return self.throughput_teu / self.span.days

    @property
    def trains_per_day(self) -> Decimal:
        """Trains departed ÷ days."""
        return Decimal(self["trains_departed"]) / self.span.days

    @property
    def rehandles(self) -> Ratio:
        """Unproductive ÷ productive lifts."""
        return Ratio(self["rehandles"], self["productive_lifts"])

    @property
    def consists(self) -> Ratio:
        """Trains whose consist was here before them."""
        return Ratio(self["consists_in_time"], self["trains_arrived"])

    @property
    def numbers(self) -> Ratio:
        """Boxes found on trains whose number had been announced."""
        return Ratio(self["boxes_foretold"], self["in_rail"])


def periods(terminal: Terminal, spans: Sequence[Span]) -> list[Period]:
    """What was counted in each of the spans, which follow each other. Two queries, however many days."""
    if not spans:
        return []
    first, last = spans[0].first, spans[-1].last
    opening = _standing_before(terminal, first)
    days = list(
        DailyThroughput.objects.filter(terminal=terminal, on__range=(first, last)).order_by("on").values_list(*COLUMNS)
    )
    dates = [row[0] for row in days]
    found = []
    for span in spans:
        rows = days[bisect_left(dates, span.first) : bisect_right(dates, span.last)]
        period = _period(terminal, span, rows, opening)
        opening = period.level.closing_teu
        found.append(period)
    return found


def period(terminal: Terminal, span: Span) -> Period:
    """One span."""
    return periods(terminal, [span])[0]


def monthly(terminal: Terminal, span: Span) -> list[Period]:
    """Every month that has a day in the span, with those of its days that are."""
    return periods(terminal, list(months_in(span)))


def _period(terminal: Terminal, span: Span, rows: Sequence[tuple[Any, ...]], opening: Decimal) -> Period:
    columns = list(zip(*rows, strict=True)) or [()] * len(COLUMNS)
    sums = {name: sum(values) for name, values in zip(SUMMED, columns[len(NOT_SUMMED) + 1 :], strict=True)}
    late = [each for of_day in columns[2] for each in of_day]
    return Period(
        span=span,
        sums=sums,
        on_time=punctual(late, terminal.on_time_tolerance_minutes),
        level=_level(terminal, span, rows, opening),
    )


def _level(terminal: Terminal, span: Span, rows: Sequence[tuple[Any, ...]], opening: Decimal) -> Level:
    """The mean is what stood first, and what each day rose over its opening, times how long it was so."""
    net, over = COLUMNS.index("net_teu"), COLUMNS.index("teu_hours_over_opening")
    ends = day_bounds(span.last, terminal.zone)[1]
    hours = _hours(day_bounds(span.first, terminal.zone)[0], ends)
    stock, peak, raised = opening, opening, ZERO
    for row in rows:
        peak = max(peak, stock + row[1])
        raised += row[over] + row[net] * _hours(day_bounds(row[0], terminal.zone)[1], ends)
        stock += row[net]
    return Level(mean_level(opening, raised, hours), peak, stock)


def _hours(since: Any, until: Any) -> Decimal:
    return Decimal(int((until - since).total_seconds())) / SECONDS_AN_HOUR


def _standing_before(terminal: Terminal, first: date) -> Decimal:
    earlier = DailyThroughput.objects.filter(terminal=terminal, on__lt=first)
    return earlier.aggregate(teu=Sum("net_teu"))["teu"] or ZERO


def dwell(terminal: Terminal, span: Span) -> dict[tuple[str, str], Lengths]:
    """How long what left in the span had stood, by direction and load; all of it under ``("", "")``. One query."""
    rows = DailyDwell.objects.filter(terminal=terminal, on__range=(span.first, span.last))
    stays: dict[tuple[str, str], list[int]] = {}
    for direction, load, minutes in rows.values_list("direction", "load", "minutes"):
        stays.setdefault((direction, load), []).extend(minutes)
        stays.setdefault(("", ""), []).extend(minutes)
    return {key: lengths_of(minutes) for key, minutes in sorted(stays.items())}
