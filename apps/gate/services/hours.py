"""Slots of the gate's hours: taken and given back in one order, so that nobody waits in a circle.

# Note [Counting trucks]
The rows of the hours concerned are made where they are missing, locked in time order, and counted. Whether a truck fits
is the database's own word: CHECK ``gate_hour_is_not_overbooked``. Whoever closes hours locks the same rows, so that a
booking made at that moment either sees the closure or is closed with the others.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Greatest

from apps.common.integrity import refusals
from apps.gate.models import GateHour, WeeklyQuota
from apps.gate.selectors import hour_of_week, in_a_week, next_hours, the_hour
from apps.gate.services.refusals import GateIsClosed, HourIsFull
from apps.network.models import Terminal
from apps.parties.actors import Actor
from terminal.gate import hour_at
from terminal.moments import utc

RIGHT = "gate.change_weeklyquota"


def take_slot(terminal: Terminal, starts_at: datetime, at: datetime, *, instead_of: datetime | None = None) -> None:
    """Take a slot, and give another one back in the same breath. Within a transaction.

    Raises ``HourIsFull`` or ``GateIsClosed``; both carry ``next_starts_at``, the next hours with room.
    """
    lock_hours(terminal, [starts_at, *([instead_of] if instead_of else [])])
    _require_open(terminal, starts_at, at)
    with refusals(gate_hour_is_not_overbooked=lambda: _full(terminal, starts_at, at)):
        _row(terminal, starts_at).update(booked=F("booked") + 1)
    if instead_of is not None:
        _row(terminal, instead_of).update(booked=F("booked") - 1)


def give_back(terminal: Terminal, starts_at: datetime) -> None:
    """Give a slot back."""
    _row(terminal, starts_at).update(booked=F("booked") - 1)


def lock_hours(terminal: Terminal, begins: Iterable[datetime]) -> None:
    """Lock the hours in time order, those that are missing made first. See Note [Counting trucks]."""
    wanted = sorted(set(begins))
    known = set(GateHour.objects.filter(terminal=terminal, starts_at__in=wanted).values_list("starts_at", flat=True))
    if missing := [each for each in wanted if each not in known]:
        _make(terminal, missing)
    rows = GateHour.objects.filter(terminal=terminal, starts_at__in=wanted).order_by("starts_at")
    list(rows.select_for_update(no_key=True).values_list("pk"))


def _make(terminal: Terminal, begins: list[datetime]) -> None:
    quotas = WeeklyQuota.objects.filter(terminal=terminal).order_by("pk").select_for_update(no_key=True)
    week = in_a_week(quotas)
    rows = [GateHour(terminal=terminal, starts_at=each, capacity=week[hour_of_week(terminal, each)]) for each in begins]
    GateHour.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def follow_quotas(terminal: Terminal, *, by: Actor, at: datetime) -> None:
    """Let the counters of this hour and the hours to come follow the week's quotas, never below what is booked.

    Called when quotas were edited. Raises ``NotYours``.
    """
    by.require(RIGHT, terminal)
    week = in_a_week(WeeklyQuota.objects.filter(terminal=terminal))
    ahead = GateHour.objects.filter(terminal=terminal, starts_at__gte=hour_at(at, terminal.zone))
    for row in ahead.order_by("starts_at").select_for_update(no_key=True):
        trucks = week[hour_of_week(terminal, row.starts_at)]
        GateHour.objects.filter(pk=row.pk).update(capacity=Greatest(Value(trucks), F("booked")))


def _row(terminal: Terminal, starts_at: datetime) -> QuerySet[GateHour]:
    return GateHour.objects.filter(terminal=terminal, starts_at=starts_at)


def _require_open(terminal: Terminal, starts_at: datetime, at: datetime) -> None:
    hour = the_hour(terminal, starts_at)
    if hour.closed is not None:
        raise GateIsClosed(starts_at=starts_at.isoformat(), reason=hour.closed, **_next(terminal, starts_at, at))


def _full(terminal: Terminal, starts_at: datetime, at: datetime) -> HourIsFull:
    hour = the_hour(terminal, starts_at)
    return HourIsFull(starts_at=starts_at.isoformat(), capacity=hour.capacity, **_next(terminal, starts_at, at))


def _next(terminal: Terminal, starts_at: datetime, at: datetime) -> dict[str, list[str]]:
    return {"next_starts_at": [told(each) for each in next_hours(terminal, starts_at, at)]}


def told(moment: datetime) -> str:
    """A moment as documents tell it: in UTC with a ``Z``."""
    return utc(moment).isoformat().replace("+00:00", "Z")
