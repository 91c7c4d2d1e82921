"""The forecast of an hour is made once, whoever asks how often."""

import time
from dataclasses import asdict, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import numpy as np
from django.db import transaction

from apps.forecasts.models import Course, Run
from apps.forecasts.selectors.known import Parts, known, parts_of
from apps.network.models import Terminal
from terminal.forecasting import Forecasts, Outlook, forecast_all
from terminal.forecasting.known import Floats
from terminal.forecasting.peaks import peaks
from terminal.metrics import Stock
from terminal.moments import require_zone

# Note [Computed before it is claimed]
# A forecast takes seconds to compute. Were its row written first, readers of the journal would wait for the transaction
# so long; so two who make the same hour at once both compute, and the database keeps the first.


def make_forecasts(terminal: Terminal, at: datetime, *, made_at: datetime | None = None) -> Run:
    """The forecast of everything as of the full hour of ``at``: the one that is there, or a new one.

    ``made_at``: now, where the hour has passed. A run without courses: too little is known at the terminal to say
    anything. Raises ``NaiveTime``.
    """
    require_zone(at)
    hour = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    if made := Run.objects.filter(terminal=terminal, at=hour).first():
        return made
    begun = time.perf_counter()
    parts = parts_of(terminal)
    found = forecast_all(known(terminal, hour, parts))
    seconds = Decimal(time.perf_counter() - begun).quantize(Decimal("0.01"))
    return _keep(terminal, hour, _courses(found, parts), made_at=made_at or at, seconds=seconds)


def _courses(found: Forecasts, parts: Parts) -> list[Course]:
    """The site's with all that is told of them; of parts what lines and chances need."""
    of_parts = (
        _course(stock, replace(each, parts={}), parts.number(stock, place))
        for (stock, place), each in found.parts.items()
    )
    return [*(_course(stock, each) for stock, each in found.site.items()), *of_parts]


@transaction.atomic
def _keep(terminal: Terminal, hour: datetime, found: list[Course], **made: Any) -> Run:
    """Write the run, unless somebody else has written it by now. See Note [Computed before it is claimed]."""
    run, new = Run.objects.get_or_create(terminal=terminal, at=hour, defaults=made)
    if new:
        for each in found:
            each.run = run
        Course.objects.bulk_create(found)
    return run


def _course(stock: Stock, outlook: Outlook, scope: int | None = None) -> Course:
    return Course(
        metric=stock.value,
        scope=scope,
        stock=round(outlook.stock, 2),
        low=_short(outlook.low),
        median=_short(outlook.median),
        high=_short(outlook.high),
        tenth=None if outlook.tenth is None else _short(outlook.tenth),
        ninetieth=None if outlook.ninetieth is None else _short(outlook.ninetieth),
        parts={name: _short(values) for name, values in outlook.parts.items()},
        causes=[asdict(each) | {"why": each.why.value} for each in outlook.causes],
        peaks=peaks(outlook.paths),
    )


def _short(values: Floats) -> list[float]:
    """To a tenth: a hundredth of a TEU says nothing, and a run is kept for weeks."""
    rounded: list[float] = np.round(values, 1).tolist()
    return rounded
