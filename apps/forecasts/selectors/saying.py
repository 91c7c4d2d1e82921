"""What the last forecast says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from apps.forecasts.models import Course
from apps.network.models import Terminal
from terminal.forecasting.peaks import chance

LATELY: Final = timedelta(hours=3)
"""An older forecast is none: the worker that makes them has stopped."""
TENTH: Final = Decimal("0.1")
HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Hour:
    """What is expected at a full hour: between ``low`` and ``high`` in four hours of five, ``median`` in the middle."""

    at: datetime
    low: Decimal
    median: Decimal
    high: Decimal
    parts: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Forecast:
    """A stock's forecast as of the full hour ``at``: ``stock`` then, and the hours after it in order.

    ``causes``: ``why``, ``name``, ``amount``, ``usual``, ``at`` and ``planned_at`` (moments) of each.
    """

    at: datetime
    metric: str
    stock: Decimal
    hours: Sequence[Hour]
    causes: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Breach:
    """How likely a stock is to be at or over a level at some full hour of the time asked about.

    ``expected_at``: the first hour of it at which the median is. None: the median stays below.
    """

    probability: Decimal
    expected_at: datetime | None


def latest(terminal: Terminal, metric: str, at: datetime, scope: int | None = None) -> Forecast | None:
    """The last forecast of a stock made by ``at``. None: none lately, or too little is known to make one.

    ``scope``: of one zone or office (its number) instead of the whole site.
    """
    course = _last(terminal, metric, at, scope)
    return _forecast(course) if course else None


def latest_of_parts(terminal: Terminal, metric: str, at: datetime) -> dict[int, Forecast]:
    """The forecast of each zone or office of the last run, by its number. Empty: none was made of any."""
    made = Course.objects.filter(run__terminal=terminal, metric=metric, scope__isnull=False)
    made = made.filter(run__at__lte=at, run__at__gt=at - LATELY).select_related("run").order_by("run__at")
    return {course.scope: _forecast(course) for course in made if course.scope is not None}


def chance_of_breach(
    terminal: Terminal, metric: str, *, over: Decimal, within_hours: int, at: datetime, scope: int | None = None
) -> Breach | None:
    """How likely a stock is to reach ``over`` within so many hours of ``at``, by whole paths rather than hour by hour.

    ``scope``: of one zone or office instead of the whole site. None: no forecast made lately, none that reaches so far,
    or one is asked for of a block or track, of which none is made.
    """
    course = _last(terminal, metric, at, scope)
    if course is None:
        return None
    # The forecast is of the last full hour: what is asked about ends so much later in it.
    ends = min(within_hours + round((at - course.run.at) / HOUR), len(course.median))
    table = {int(hours): highest for hours, highest in course.peaks.items()}
    found = chance(table, float(over), ends) if within_hours > 0 else None
    if found is None:
        return None
    first = next((step for step, level in enumerate(course.median[:ends], 1) if level >= over), None)
    expected_at = course.run.at + first * HOUR if first else None
    return Breach(Decimal(found).quantize(Decimal("0.001")), expected_at)


def _last(terminal: Terminal, metric: str, at: datetime, scope: int | None) -> Course | None:
    made = Course.objects.filter(run__terminal=terminal, metric=metric, scope=scope)
    made = made.filter(run__at__lte=at, run__at__gt=at - LATELY)
    return made.select_related("run").order_by("-run__at").first()


def _forecast(course: Course) -> Forecast:
    hours = [
        Hour(
            at=course.run.at + (step + 1) * HOUR,
            low=_exact(course.low[step]),
            median=_exact(course.median[step]),
            high=_exact(course.high[step]),
            parts={name: _exact(values[step]) for name, values in course.parts.items()},
        )
        for step in range(len(course.median))
    ]
    return Forecast(course.run.at, course.metric, _exact(course.stock), hours, [_cause(each) for each in course.causes])


def _cause(told: Mapping[str, Any]) -> dict[str, Any]:
    usual = told["usual"]
    return {
        "why": told["why"],
        "name": told["name"],
        "amount": _exact(told["amount"]),
        "usual": None if usual is None else _exact(usual),
        "at": _moment(told["at"]),
        "planned_at": _moment(told.get("planned")),  # runs made before it was told are kept for weeks
    }


def _moment(when: int | None) -> datetime | None:
    return None if when is None else datetime.fromtimestamp(when, UTC)


def _exact(value: float) -> Decimal:
    return Decimal(str(value)).quantize(TENTH)
