"""One look at every watched figure of a terminal: what is read, what it means, what is said."""

import logging
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import F

from apps.alerts.models import PARTS, Alert, Reading, Rule, Watch
from apps.alerts.selectors import Look
from apps.alerts.services.journalling import remember
from apps.alerts.services.telling import tell
from apps.network.models import Terminal
from terminal import pressure
from terminal.events import EventKind
from terminal.lifecycle import AlertState
from terminal.throughput import day_bounds, site_day

logger = logging.getLogger(__name__)

ME = "terminal:capacity watch"
KEPT = timedelta(days=90)
BETWEEN_READINGS = timedelta(minutes=5)

Measured = tuple[Decimal, Decimal] | None


def watch_capacity(terminal: Terminal, at: datetime) -> None:
    """Look at every figure once, then tell. Any number of looks may run at once; an alert is raised and told once."""
    look = Look(terminal, at)
    for rule in Rule.objects.filter(terminal=terminal).select_related("terminal", *PARTS).order_by("pk"):
        if not rule.active:
            stop_watching(rule, at)
        elif rule.is_flow:
            watch_flow(rule, look)
        else:
            watch_stock(rule, look)
    tell(terminal, at)


def _read(rule: Rule, look: Look) -> Measured:
    # A figure that cannot be read is silence, which is a state; it must not blind us to the other figures.
    try:
        with transaction.atomic():
            return look.reading(rule)
    except Exception:
        logger.exception("The figure %s of %s could not be read.", rule.metric, rule.terminal)
        return None


@transaction.atomic
def watch_stock(rule: Rule, look: Look) -> None:
    """Take one reading of a stock and go at most one step: raise, clear, or only remember."""
    measured, at = _read(rule, look), look.at
    seen, _created = Watch.objects.get_or_create(rule=rule, defaults={"since": at, "observed_at": at})
    standing = {each.silent: each for each in Alert.objects.filter(rule=rule, on=None, closed_at=None)}
    alert = standing.get(False)
    before = pressure.Watch(AlertState(seen.state), seen.since, raised=alert is not None)
    after = pressure.observe(before, rule.thresholds, _share(measured), at)
    if at < seen.observed_at or not _swap(seen, after, measured, at):
        return
    _note(rule, measured, at, changed=after is not before)
    _mind_silence(rule, after, standing.get(True), at)
    if after.is_alerting and alert is None and measured:
        _raise(rule, measured, at, since=_began(rule, measured, before.since, at))
    elif alert and not after.is_alerting:
        _clear(alert, measured, at)
    elif alert and measured:
        Alert.objects.filter(pk=alert.pk, peak__lt=measured[0]).update(peak=measured[0])


def _share(measured: Measured) -> Decimal | None:
    return measured[0] / measured[1] if measured else None


def _swap(seen: Watch, after: pressure.Watch, measured: Measured, at: datetime) -> bool:
    """Put the new look in place of the one we saw, unless another look was quicker."""
    as_seen = Watch.objects.filter(pk=seen.pk, state=seen.state, since=seen.since, observed_at=seen.observed_at)
    share = _share(measured)
    return bool(
        as_seen.update(
            state=after.state.value,
            since=after.since,
            reading=measured[0] if measured else None,
            share=None if share is None else min(share, Decimal(999)),
            observed_at=at,
        )
    )


def _note(rule: Rule, measured: Measured, at: datetime, *, changed: bool) -> None:
    readings = Reading.objects.filter(rule=rule)
    if not changed and readings.filter(at__gt=at - BETWEEN_READINGS).exists():
        return
    value, capacity = measured or (None, rule.capacity or 0)
    Reading.objects.create(rule=rule, at=at, value=value, capacity=capacity)
    readings.filter(at__lt=at - KEPT).delete()


def _mind_silence(rule: Rule, after: pressure.Watch, alert: Alert | None, at: datetime) -> None:
    """Raise once an outage that there is no data; end it when there is some again."""
    if after.state is not AlertState.NO_DATA:
        if alert:
            _clear(alert, None, at)
        return
    lasted = timedelta(seconds=rule.no_data_after_seconds)
    if alert is None and rule.no_data_to != Rule.NoDataTo.NOBODY and at - after.since >= lasted:
        nothing = (Decimal(0), rule.capacity or Decimal(0))
        _raise(rule, nothing, at, since=after.since, silent=True)


def _raise(rule: Rule, measured: tuple[Decimal, Decimal], at: datetime, **how: object) -> None:
    value, capacity = measured
    alert = Alert.objects.create(rule=rule, opened_at=at, reading=value, capacity=capacity, peak=value, **how)
    remember(alert, EventKind.ALERT_RAISED, by=ME, at=at)


def _began(rule: Rule, measured: tuple[Decimal, Decimal], seen_since: datetime, at: datetime) -> datetime:
    """When the breach began. Of a wait when it grew longer than its line, which may lie before our first look."""
    if not rule.is_wait:
        return seen_since
    hours, allowed = measured
    return min(seen_since, at - timedelta(hours=float(hours - rule.raise_at * allowed)))


def _clear(alert: Alert, measured: Measured, at: datetime) -> None:
    """End the alert, unless another look was quicker. With a reading, those who heard of it hear of its end."""
    still_open = Alert.objects.filter(pk=alert.pk, closed_at=None)
    ending = measured[0] if measured else None
    if still_open.update(closed_at=at, ending=ending, over_told=ending is None, version=F("version") + 1):
        alert.closed_at = at
        remember(alert, EventKind.ALERT_CLEARED, by=ME, at=at)


@transaction.atomic
def watch_flow(rule: Rule, look: Look) -> None:
    """Say once a site day that it will come to more than the rated figure. The alert ends with its day, silently."""
    measured, at = _read(rule, look), look.at
    _note(rule, measured, at, changed=False)
    day = site_day(at, rule.terminal.zone)
    for alert in Alert.objects.filter(rule=rule, on__lt=day, closed_at=None).select_related("rule__terminal"):
        _clear(alert, None, day_bounds(alert.on, rule.terminal.zone)[1])  # type: ignore[arg-type]
    if measured is None or measured[0] <= measured[1]:
        return
    value, capacity = measured
    facts = {"opened_at": at, "since": at, "reading": value, "capacity": capacity, "peak": value}
    alert, is_new = Alert.objects.get_or_create(rule=rule, on=day, defaults=facts)
    if is_new:
        remember(alert, EventKind.ALERT_RAISED, by=ME, at=at)
    else:
        Alert.objects.filter(pk=alert.pk, peak__lt=value).update(peak=value)


@transaction.atomic
def stop_watching(rule: Rule, at: datetime) -> None:
    """End what a rule that was switched off left open, without a mail: nobody knows whether it is over."""
    for alert in Alert.objects.filter(rule=rule, closed_at=None).select_related("rule"):
        _clear(alert, None, at)
    Watch.objects.filter(rule=rule).delete()
