"""Figures per site day, with the stock that stood at each day's end."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Sum

from apps.network.models import Terminal
from apps.reports.models import DailyThroughput
from terminal.errors import Malformed, gettext_noop
from terminal.throughput import site_day

MOST_DAYS = 400


class EndsBeforeItBegins(Malformed):
    """The last day asked for lies before the first."""

    message = gettext_noop("The last day, %(end)s, lies before the first, %(start)s.")


class TooManyDays(Malformed):
    """More days are asked for than one answer gives."""

    message = gettext_noop("From %(start)s to %(end)s are %(days)s days; one answer gives at most %(most)s.")


@dataclass(frozen=True)
class DayFigures:
    """One site day: what moved (``row``), and what stood on the ground at its end and at its fullest."""

    row: DailyThroughput
    yard_boxes: int
    yard_teu: Decimal
    peak_teu: Decimal

    @property
    def on(self) -> date:
        return self.row.on

    @property
    def throughput_teu(self) -> Decimal:
        """(TEU in + TEU out) ÷ 2."""
        return self.row.throughput_teu


@dataclass(frozen=True)
class AgainstRated:
    """A finished site day beside what the site was built for."""

    day: DayFigures
    rated_teu: int
    rated_trains: Decimal

    @property
    def teu_share(self) -> Decimal:
        """Throughput ÷ rated TEU a day: 1 is the rated figure."""
        return self.day.throughput_teu / self.rated_teu

    @property
    def train_share(self) -> Decimal:
        """Trains departed ÷ rated trains a day."""
        return self.day.row.trains_departed / self.rated_trains


def require_span(start: date, end: date) -> None:
    """Refuse a span of days that is upside down or too long: ``EndsBeforeItBegins``, ``TooManyDays``."""
    days = (end - start).days + 1
    facts = {"start": start.isoformat(), "end": end.isoformat()}
    if days < 1:
        raise EndsBeforeItBegins(**facts)
    if days > MOST_DAYS:
        raise TooManyDays(**facts, days=days, most=MOST_DAYS)


def daily(terminal: Terminal, start: date, end: date) -> list[DayFigures]:
    """Every site day from ``start`` to ``end``, both included, also the days on which nothing moved. Two queries."""
    boxes, teu = _standing_before(terminal, start)
    rows = {row.on: row for row in DailyThroughput.objects.filter(terminal=terminal, on__range=(start, end))}
    figures = []
    for ordinal in range(start.toordinal(), end.toordinal() + 1):
        day = date.fromordinal(ordinal)
        row = rows.get(day) or _nothing(terminal, day)
        peak = teu + row.peak_over_opening_teu
        boxes, teu = boxes + row.net_boxes, teu + row.net_teu
        figures.append(DayFigures(row, boxes, teu, peak))
    return figures


def yesterday_against_rated(terminal: Terminal, at: datetime) -> AgainstRated:
    """The last finished day of the site, as of ``at``, against its rated figures."""
    yesterday = site_day(at, terminal.zone) - timedelta(days=1)
    (day,) = daily(terminal, yesterday, yesterday)
    return AgainstRated(day, terminal.rated_teu_per_day, terminal.rated_trains_per_day)


def _standing_before(terminal: Terminal, start: date) -> tuple[int, Decimal]:
    earlier = DailyThroughput.objects.filter(terminal=terminal, on__lt=start)
    sums = earlier.aggregate(boxes=Sum("net_boxes"), teu=Sum("net_teu"))
    return sums["boxes"] or 0, sums["teu"] or Decimal("0.00")


def _nothing(terminal: Terminal, day: date) -> DailyThroughput:
    none = Decimal("0.00")
    return DailyThroughput(
        terminal=terminal, on=day, in_teu=none, out_teu=none, net_teu=none, peak_over_opening_teu=none
    )
