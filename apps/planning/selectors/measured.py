"""What the last weeks tell of figures that nobody rates: TEU a box, lifts and area it takes, how uneven days are."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db.models import Avg, F, Sum

from apps.calls.models import Call
from apps.containers.models import Visit
from apps.network.models import Terminal
from apps.reports.models import DailyThroughput
from apps.reports.selectors.swing import swing_from
from apps.warehouse.models import HalfDay
from terminal.lifecycle import VisitState
from terminal.throughput import Mode, day_bounds, site_day

LOOKED_BACK: Final = 90
"""Days before today that are measured."""

FEW: Final = 14
"""On fewer days than that with traffic nothing is told."""

LITTLE: Final = Decimal("0.25")
"""Days of less than that share of the rated volume say little of what the rated would take (ours)."""

DAY: Final = timedelta(days=1)
HOUR: Final = timedelta(hours=1)
WELL_FILLED: Final = Decimal("0.95")


@dataclass(frozen=True)
class Measured:
    """What ``days`` of traffic say, from the day ``first`` to ``last``. None: nothing of that kind was seen.

    ``left_out``: counted days of those looked at that lie before ``first``, when the site was only filling.
    ``busy_day``: TEU of the day that only one day in twenty exceeds ÷ TEU of the mean day.
    """

    days: int
    first: date
    last: date
    left_out: int
    teu_per_day: Decimal
    busy_day: Decimal
    teu_per_box: Decimal
    rail_lifts_per_box: Decimal
    train_stay_hours: Decimal | None
    dwell_days: Decimal | None
    teu_per_train: Decimal | None
    warehouse_m2_days_per_teu: Decimal | None


def measured(terminal: Terminal, at: datetime) -> Measured | None:
    """The last 90 finished site days in full swing (``apps.reports.selectors.swing``). Six queries.

    None where fewer than 14 had traffic, or they a quarter of the rated.
    """
    today = site_day(at, terminal.zone)
    looked = today - timedelta(days=LOOKED_BACK)
    first = max(looked, swing_from(terminal, today) or today)
    counted = list(DailyThroughput.objects.filter(terminal=terminal, on__gte=looked, on__lt=today).order_by("on"))
    rows = [row for row in counted if row.on >= first]
    teu = sum((row.throughput_teu for row in rows), Decimal(0))
    boxes = sum(_boxes(row) for row in rows)
    if len(rows) < FEW or not boxes or teu < len(rows) * terminal.rated_teu_per_day * LITTLE:
        return None
    since, until = day_bounds(first, terminal.zone)[0], day_bounds(today, terminal.zone)[0]
    return Measured(
        days=len(rows),
        first=rows[0].on,
        last=rows[-1].on,
        left_out=len(counted) - len(rows),
        teu_per_day=teu / len(rows),
        busy_day=_busy([row.throughput_teu for row in rows]),
        teu_per_box=teu * 2 / boxes,
        rail_lifts_per_box=Decimal(sum(row.in_rail + row.out_rail for row in rows)) * 2 / boxes,
        train_stay_hours=_stay(terminal, since, until),
        dwell_days=_dwell(terminal, since, until),
        teu_per_train=_teu_per_train(rows),
        warehouse_m2_days_per_teu=_area(terminal, first, today, teu),
    )


def _boxes(row: DailyThroughput) -> int:
    return sum(int(getattr(row, f"{way}_{mode}")) for way in ("in", "out") for mode in Mode)


def _busy(days: list[Decimal]) -> Decimal:
    ordered = sorted(days)
    place = int((len(ordered) - 1) * WELL_FILLED)
    return ordered[place] * len(ordered) / sum(ordered)


def _teu_per_train(rows: list[DailyThroughput]) -> Decimal | None:
    """Of both ways together: what came and went by rail is shared out by boxes, as days are counted."""
    trains = sum(row.trains_departed for row in rows)
    by_rail = sum((_rail_teu(row) for row in rows), Decimal(0))
    return by_rail / 2 / trains if trains else None


def _rail_teu(row: DailyThroughput) -> Decimal:
    came = sum(int(getattr(row, f"in_{mode}")) for mode in Mode)
    left = sum(int(getattr(row, f"out_{mode}")) for mode in Mode)
    teu_in = row.in_teu * row.in_rail / came if came else Decimal(0)
    return teu_in + (row.out_teu * row.out_rail / left if left else Decimal(0))


def _stay(terminal: Terminal, since: datetime, until: datetime) -> Decimal | None:
    gone = Call.objects.filter(terminal=terminal, mode=Mode.RAIL, departed_at__gte=since, departed_at__lt=until)
    mean: Any = gone.filter(arrived_at__isnull=False).aggregate(stay=Avg(F("departed_at") - F("arrived_at")))["stay"]
    return Decimal(mean / HOUR) if mean else None


def _dwell(terminal: Terminal, since: datetime, until: datetime) -> Decimal | None:
    gone = Visit.objects.filter(terminal=terminal, state=VisitState.DEPARTED.value, arrived_at__isnull=False)
    gone = gone.filter(departed_at__gte=since, departed_at__lt=until)
    mean: Any = gone.aggregate(dwell=Avg(F("departed_at") - F("arrived_at")))["dwell"]
    return Decimal(mean / DAY) if mean else None


def _area(terminal: Terminal, first: date, today: date, teu: Decimal) -> Decimal | None:
    halves = HalfDay.objects.filter(zone__terminal=terminal, on__gte=first, on__lt=today)
    held: Any = halves.aggregate(area=Sum("used_m2"))["area"]
    return held / 2 / teu if held else None
