"""The plots of alerts and of back-tests: what was read, the lines, and where it goes."""

import logging
from base64 import b64encode
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from apps.alerts import selectors, words
from apps.alerts.models import Alert, Rule
from apps.alerts.selectors import Ahead, Look, Trial
from apps.reports.selectors import stocks

logger = logging.getLogger(__name__)

SHOWN = timedelta(hours=48)


def of_alert(alert: Alert, value: Decimal, at: datetime, zone: ZoneInfo) -> bytes | None:
    """The last two days of the alert's figure and the next two, as a PNG in the active language. None: no figure."""
    if alert.rule.is_flow or alert.silent:
        return None
    try:
        with transaction.atomic():
            return _draw(alert, value, at, zone)
    except Exception:  # a mail without its picture is better than none
        logger.exception("The plot of %s could not be drawn.", alert.rule)
        return None


def where_it_goes(rule: Rule, alert: Alert, at: datetime) -> dict[str, Any]:
    """What the forecast says of the figure, for a mail: ``ahead``, and ``room``, the capacity it is measured by.

    ``not_yet``: it is forecast, and no forecast of it is at hand.
    """
    try:
        with transaction.atomic():
            room = _room(rule, alert, at)
            ahead = selectors.ahead(rule, at, room)
            return {"ahead": ahead, "room": room, "not_yet": ahead is None and rule.is_forecast}
    except Exception:
        logger.exception("Where %s goes could not be asked.", rule)
        return {}


def _room(rule: Rule, alert: Alert, at: datetime) -> Decimal:
    """The capacity of the figure itself: a likelihood is measured by a hundred, what it is about is not."""
    return Look(rule.terminal, at).measured(rule)[1] or Decimal(0) if rule.within_hours else alert.capacity


def _draw(alert: Alert, value: Decimal, at: datetime, zone: ZoneInfo) -> bytes:
    from apps.reports.plots import Lines, stock_plot  # a third of every start, and few processes ever draw

    rule, room = alert.rule, _room(alert.rule, alert, at)
    lines = Lines(rule.warn_at, rule.raise_at, rule.clear_below)
    if rule.within_hours:
        lines = Lines(rule.warns_of, rule.warns_of, rule.warns_of)
        before: list[Any] = list(stocks.hourly(rule.terminal, rule.metric, at - SHOWN, at, scope=rule.part_id))
    else:
        before = [*selectors.before(alert, at), (at, value)]
    unit = str(words.UNIT[Rule.Metric(rule.metric)])
    coming = None if alert.closed_at else selectors.ahead(rule, at, room)
    return stock_plot(before, capacity=room, lines=lines, unit=unit, zone=zone, ahead=_bands(coming))


def _bands(coming: Ahead | None) -> list[tuple[datetime, Decimal, Decimal, Decimal]]:
    return [(hour.at, hour.low, hour.median, hour.high) for hour in coming.hours] if coming else []


def plot_of(alert: Alert, at: datetime) -> str:
    """The plot for the alert's page, in the site's time: until now, or until it was over; Base64, or empty."""
    end, value = alert.closed_at or at, alert.ending
    if value is None:
        seen = [read for _moment, read in selectors.recent(alert.rule, end) if read is not None]
        value = seen[-1] if seen else alert.reading
    image = of_alert(alert, value, end, alert.rule.terminal.zone)
    return b64encode(image).decode() if image else ""


def plot_of_trial(trial: Trial) -> str:
    """What a rule would have said: the past with its lines, and every alert as a bar over the time it stood; Base64."""
    from apps.reports.plots import Lines, trial_plot

    rule, rated = trial.rule, Decimal(1)
    lines = Lines(rated, rated, rated) if rule.is_flow else Lines(rule.warn_at, rule.raise_at, rule.clear_below)
    spans = [(each.opened_at, each.closed_at or trial.until) for each in trial.episodes]
    image = trial_plot(
        trial.watched,
        level=trial.level if rule.within_hours or rule.is_flow else None,
        lines=lines,
        spans=spans,
        zone=rule.terminal.zone,
        warns_of=rule.warns_of,
    )
    return b64encode(image).decode()
