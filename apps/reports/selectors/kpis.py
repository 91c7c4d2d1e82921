"""Every figure managers read of some site days, and what each is compared with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db.models import Count, Q

from apps.common.bulk import ask
from apps.customs import selectors as customs
from apps.network.models import Terminal
from apps.reports.models import DailyThroughput
from apps.reports.selectors.periods import Period, dwell, period, periods
from apps.reports.selectors.swing import filled_until
from apps.reports.selectors.used import Held, TrackUse, Use, blocks_used, half_days, tracks_used, zones_used
from apps.yard.models import Discrepancy, Sighting, Standing
from terminal.kpis import Against, Lengths, Ratio, Span, days_of, running_mean
from terminal.lifecycle import Position, VisitState
from terminal.throughput import day_bounds, site_day

VERIFIED_WITHIN: Final = timedelta(days=30)
WEEK: Final = 7
A_MONTH: Final = 31
DAYS_A_YEAR: Final = 365


@dataclass(frozen=True)
class Compared:
    """A figure beside those of other times and what the site was built for and wants. ``per``: what it counts."""

    name: str
    value: Decimal
    against: Mapping[str, Against]


@dataclass(frozen=True)
class Quality:
    """How far the records can be trusted: consists here before their train, numbers known before, cells seen right.

    ``seen``: boxes that counts of the yard found where they were booked. ``verified``: positions of boxes that stand
    now, seen within 30 days.
    """

    consists: Ratio
    numbers: Ratio
    seen: Ratio
    verified: Ratio


@dataclass(frozen=True)
class Kpis:
    """All of it, of ``period``. ``ages``: what stands now, by direction and load; queues too are of now.

    ``filled_until``: the last day of the weeks in which the yard was only filling, where any of them is in the span or
    the time before it. ``half_days``: those of the warehouse that hold something, of spans of a month or less.
    """

    terminal: Terminal
    period: Period
    compared: list[Compared]
    seven_day_mean: Decimal | None
    blocks: list[Use]
    tracks: TrackUse
    zones: list[Use]
    half_days: list[Held]
    dwell: Mapping[tuple[str, str], Lengths]
    ages: Mapping[tuple[str, str], Lengths]
    releases: Any
    queues: list[customs.OfficeQueue]
    quality: Quality
    filled_until: date | None = None


def kpis(terminal: Terminal, span: Span, at: datetime) -> Kpis:
    """The figures of the span; what of it lies ahead of today's site day is left out."""
    today = site_day(at, terminal.zone)
    span = Span(span.first, max(span.first, min(span.last, today)))
    found = period(terminal, span)
    return Kpis(
        terminal=terminal,
        period=found,
        compared=compared(terminal, found),
        seven_day_mean=seven_day_mean(terminal, span),
        blocks=blocks_used(terminal, span, at),
        tracks=tracks_used(terminal, span, at),
        zones=zones_used(terminal, span),
        half_days=half_days(terminal, span) if span.days <= A_MONTH else [],
        dwell=dwell(terminal, span),
        ages=ages(terminal, at),
        releases=customs.release_statistics(terminal, span.first, span.last),
        queues=customs.queue(terminal, at),
        quality=quality(terminal, found, at),
        filled_until=filled_until(terminal, span, today),
    )


def seven_day_mean(terminal: Terminal, span: Span) -> Decimal | None:
    """Trains departed a day over the seven days that end with the span; None where fewer than seven were counted."""
    week = Span(span.last - timedelta(days=WEEK - 1), span.last)
    counted = DailyThroughput.objects.filter(terminal=terminal, on__lte=week.first)
    if not counted.exists():
        return None
    trains = [each["trains_departed"] for each in periods(terminal, list(days_of(week)))]
    return running_mean(trains)[-1]


FIGURES: Final[dict[str, Callable[[Period], Decimal]]] = {
    "trains_per_day": lambda each: each.trains_per_day,
    "trains_arrived_per_day": lambda each: Decimal(each["trains_arrived"]) / each.span.days,
    "teu_per_day": lambda each: each.teu_per_day,
    "teu_in_per_day": lambda each: Decimal(each["in_teu"]) / each.span.days,
    "teu_out_per_day": lambda each: Decimal(each["out_teu"]) / each.span.days,
}
"""What is compared: all a day, so that months of 28 and 31 days can be."""


def compared(terminal: Terminal, found: Period) -> list[Compared]:
    """Each figure beside last week's (for a week or less), that of the time before, of a year ago, rated and wanted."""
    others = {name: _counted(terminal, span) for name, span in _other_spans(found.span).items()}
    measures = _measures(terminal)
    return [
        Compared(
            name,
            of(found),
            {
                **{other: Against(of(found), of(then) if then else None) for other, then in others.items()},
                **{by: Against(of(found), rated) for by, rated in measures.get(name, {}).items()},
            },
        )
        for name, of in FIGURES.items()
    ]


def _other_spans(span: Span) -> dict[str, Span]:
    week = {"last_week": span.a_week_earlier()} if span.days <= WEEK else {}
    return {**week, "before": span.before(), "last_year": span.a_year_earlier()}


def _counted(terminal: Terminal, span: Span) -> Period | None:
    """The figures of a span of which something was counted; None: nobody knows them."""
    rows = DailyThroughput.objects.filter(terminal=terminal, on__range=(span.first, span.last))
    return period(terminal, span) if rows.exists() else None


def _measures(terminal: Terminal) -> dict[str, dict[str, Decimal]]:
    trains, teu = {"rated": terminal.rated_trains_per_day}, {"rated": Decimal(terminal.rated_teu_per_day)}
    if terminal.target_teu_per_year:
        wanted = Decimal(terminal.target_teu_per_year) / DAYS_A_YEAR
        teu["target"], trains["target"] = wanted, wanted / terminal.teu_per_train
    return {"trains_per_day": trains, "teu_per_day": teu}


AGES: Final = """
SELECT direction, load, count(*), percentile_disc(0.5) WITHIN GROUP (ORDER BY minutes),
       percentile_disc(0.9) WITHIN GROUP (ORDER BY minutes), max(minutes)
FROM (
    SELECT direction, CASE WHEN laden THEN 'laden' WHEN NOT laden THEN 'empty' ELSE 'unknown' END AS load,
           floor(extract(epoch FROM %(at)s - arrived_at) / 60)::int AS minutes
    FROM containers_visit
    WHERE terminal_id = %(terminal)s AND state = %(active)s AND position = ANY(%(standing)s) AND arrived_at <= %(at)s
) box
GROUP BY GROUPING SETS ((direction, load), ()) ORDER BY 1, 2
"""


def ages(terminal: Terminal, at: datetime) -> dict[tuple[str, str], Lengths]:
    """How long what stands here now has stood, by direction and load; all of it under ``("", "")``."""
    facts = {
        "terminal": terminal.pk,
        "at": at,
        "active": VisitState.ACTIVE.value,
        "standing": [Position.IN_YARD.value, Position.IN_WAREHOUSE.value],
    }
    rows = ask(AGES, facts)
    return {(row[0] or "", row[1] or ""): Lengths(*row[2:]) for row in rows}


def quality(terminal: Terminal, found: Period, at: datetime) -> Quality:
    """How far the records can be trusted."""
    span, zone = found.span, terminal.zone
    start, end = day_bounds(span.first, zone)[0], day_bounds(span.last, zone)[1]
    closed = {"count__terminal": terminal, "count__closed_at__gte": start, "count__closed_at__lt": end}
    seen = Sighting.objects.filter(**closed).exclude(number="").count()
    wrong = Discrepancy.objects.filter(**closed, bay__isnull=False).count()
    standing = Standing.objects.filter(visit__terminal=terminal).aggregate(
        all=Count("pk"), verified=Count("pk", filter=Q(verified_at__gt=at - VERIFIED_WITHIN))
    )
    return Quality(
        consists=found.consists,
        numbers=found.numbers,
        seen=Ratio(max(0, seen - wrong), seen),
        verified=Ratio(standing["verified"], standing["all"]),
    )
