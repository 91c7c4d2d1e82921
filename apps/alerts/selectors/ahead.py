"""Where a rule's figure goes, by the latest forecast."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from apps.alerts.models import Rule
from apps.forecasts import selectors as forecasts
from apps.forecasts.selectors import Hour
from terminal.metrics import Stock

HORIZON: Final = timedelta(hours=48)


@dataclass(frozen=True)
class Ahead:
    """The next two days of a stock. None: not within these days.

    ``over_at``: when it is more likely than not at what the rule warns of; ``under_at``: when it is more likely than
    not below the line at which its alert ends.
    """

    hours: Sequence[Hour]
    over_at: datetime | None
    under_at: datetime | None

    @property
    def top(self) -> Hour:
        """The hour in which the most is expected."""
        return max(self.hours, key=lambda hour: hour.median)


def ahead(rule: Rule, at: datetime, capacity: Decimal) -> Ahead | None:
    """Where the figure goes. None: it is not forecast, as no block or track is, or was not lately."""
    if rule.metric not in {each.value for each in Stock} or not capacity:
        return None
    told = forecasts.latest(rule.terminal, rule.metric, at, rule.part_id)
    hours = [hour for hour in told.hours if at < hour.at <= at + HORIZON] if told else []
    if not hours:
        return None
    over, under = capacity * rule.warns_of, capacity * rule.clear_below
    return Ahead(
        hours=hours,
        over_at=next((hour.at for hour in hours if hour.median >= over), None),
        under_at=next((hour.at for hour in hours if hour.median < under), None),
    )
