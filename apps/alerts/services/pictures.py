"""The plots of alerts: what was read, the lines, and where it goes."""

import logging
from base64 import b64encode
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import transaction

from apps.alerts import selectors, words
from apps.alerts.models import Alert, Rule

logger = logging.getLogger(__name__)


def of_alert(alert: Alert, value: Decimal, at: datetime, zone: ZoneInfo) -> bytes | None:
    """The last two days of the alert's figure, as a PNG in the active language. None where there is nothing to draw."""
    if alert.rule.is_flow or alert.silent:
        return None
    try:
        with transaction.atomic():
            return _draw(alert, value, at, zone)
    except Exception:  # a mail without its picture is better than none
        logger.exception("The plot of %s could not be drawn.", alert.rule)
        return None


def _draw(alert: Alert, value: Decimal, at: datetime, zone: ZoneInfo) -> bytes:
    from apps.reports.plots import Lines, stock_plot  # a third of every start, and few processes ever draw

    rule = alert.rule
    lines = Lines(rule.warn_at, rule.raise_at, rule.clear_below)
    before = [point for point in selectors.recent(rule, at) if point[0] < at]
    unit = str(words.UNIT[Rule.Metric(rule.metric)])
    return stock_plot([*before, (at, value)], capacity=alert.capacity, lines=lines, unit=unit, zone=zone)


def plot_of(alert: Alert, at: datetime) -> str:
    """The plot for the alert's page, in the site's time: until now, or until it was over; Base64, or empty."""
    end = alert.closed_at or at
    value = alert.ending
    if value is None:
        seen = [read for moment, read in selectors.recent(alert.rule, end) if read is not None]
        value = seen[-1] if seen else alert.reading
    image = of_alert(alert, value, end, alert.rule.terminal.zone)
    return b64encode(image).decode() if image else ""
