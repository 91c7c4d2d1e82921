"""Questions about the gate: which hours have room, who may collect, what stands in a truck's way."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from apps.containers.models import Visit
from apps.containers.selectors import situations
from apps.gate.models import (
    Appointment,
    AppointmentBox,
    DeliveryOrder,
    GateClosure,
    GateHour,
    GateRules,
    Inspection,
    ReleasePin,
    TroubleCase,
    WeeklyQuota,
    standing,
)
from apps.network.models import Terminal
from apps.parties.models import Party
from terminal.gate import HOUR, hour_at
from terminal.lifecycle import VisitState
from terminal.readiness import Blocker, Step, blockers

OFFERED: Final = 3
"""How many hours are named to somebody who cannot have the one asked for."""

OPEN: Final = [VisitState.ACTIVE.value, VisitState.ADVISED.value]


def rules_of(terminal: Terminal) -> GateRules:
    """How the terminal's gate works, by its own row or by the defaults."""
    return GateRules.objects.filter(terminal=terminal).first() or GateRules(terminal=terminal)


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour of the gate. ``closed`` says why it takes nobody, however empty: a reason, or ``shut`` without quota."""

    starts_at: datetime
    capacity: int
    booked: int
    closed: str | None

    @property
    def free(self) -> int:
        """Slots that can still be booked."""
        return 0 if self.closed is not None else max(0, self.capacity - self.booked)


def hours(terminal: Terminal, start: datetime, end: datetime) -> list[Hour]:
    """Every hour of the site that begins in the half-open window, in order. Three queries."""
    week = in_a_week(WeeklyQuota.objects.filter(terminal=terminal))
    counted = GateHour.objects.filter(terminal=terminal, starts_at__gte=start, starts_at__lt=end)
    known = {each.starts_at: each for each in counted}
    closures = list(closures_between(terminal, start, end + HOUR))
    return [_hour(terminal, each, week, known, closures) for each in hours_from(terminal, start, end)]


def in_a_week(quotas: Iterable[WeeklyQuota]) -> Counter[tuple[int, int]]:
    """Trucks let in, by weekday (0 is Monday) and hour of the site's clock."""
    added: Counter[tuple[int, int]] = Counter()
    for quota in quotas:
        added.update(dict.fromkeys(quota.hours, quota.trucks))
    return added


def hours_from(terminal: Terminal, start: datetime, end: datetime) -> Iterator[datetime]:
    """The beginnings of the site's hours in the half-open window, in UTC."""
    begins = hour_at(start, terminal.zone)
    while begins < end:
        if begins >= start:
            yield begins
        begins = hour_at(begins + HOUR, terminal.zone)


def closures_between(terminal: Terminal, start: datetime, end: datetime) -> Iterable[GateClosure]:
    """The closures that share time with the half-open window, the first first."""
    return GateClosure.objects.filter(terminal=terminal, start_at__lt=end, end_at__gt=start).order_by("start_at", "pk")


def _hour(
    terminal: Terminal,
    begins: datetime,
    week: Counter[tuple[int, int]],
    known: dict[datetime, GateHour],
    closures: list[GateClosure],
) -> Hour:
    row = known.get(begins)
    capacity = row.capacity if row else week[hour_of_week(terminal, begins)]
    why = next((each.reason for each in closures if each.start_at < begins + HOUR and each.end_at > begins), None)
    return Hour(begins, capacity, row.booked if row else 0, why or (None if capacity else "shut"))


def hour_of_week(terminal: Terminal, begins: datetime) -> tuple[int, int]:
    """Weekday (0 is Monday) and hour on the site's clock."""
    local = begins.astimezone(terminal.zone)
    return local.weekday(), local.hour


def the_hour(terminal: Terminal, begins: datetime) -> Hour:
    """One hour, by its beginning."""
    return hours(terminal, begins, begins + HOUR)[0]


def next_hours(terminal: Terminal, after: datetime, at: datetime, *, most: int = OFFERED) -> list[datetime]:
    """The first hours with room from ``after`` on, as far as can be booked at ``at``."""
    start = max(after, hour_at(at, terminal.zone))
    latest = at + timedelta(days=rules_of(terminal).horizon_days)
    found: list[datetime] = []
    while start <= latest and len(found) < most:
        end = min(start + timedelta(days=2), latest + HOUR)
        found += [each.starts_at for each in hours(terminal, start, end) if each.free and each.starts_at <= latest]
        start = end
    return found[:most]


def day_of_hours(terminal: Terminal, first: date, days: int) -> tuple[datetime, datetime]:
    """From the beginning of one day of the site to the end of another."""
    bounds = (datetime.combine(first + timedelta(days=n), time.min, terminal.zone) for n in (0, days))
    start, end = (each.astimezone(UTC) for each in bounds)
    return start, end


def visit_of(party: Party, terminal: Terminal, number: str, at: datetime) -> Visit | None:
    """The party's box of that number that is here, else the one that is announced."""
    theirs = Visit.objects.seen_by(party, at).filter(terminal=terminal, container__number=number, state__in=OPEN)
    return theirs.select_related("container", "terminal").order_by("state", "pk").first()


def is_counted_on(visit: Visit, at: datetime) -> bool:
    """Whether a truck is to bring or collect the box, or somebody may."""
    rights: tuple[type[DeliveryOrder] | type[ReleasePin], ...] = (DeliveryOrder, ReleasePin)
    return (
        AppointmentBox.objects.filter(visit=visit, ended_at=None).exists()
        or any(model._default_manager.filter(standing(at), visit=visit).exists() for model in rights)
    )  # fmt: skip


def standing_right(box: AppointmentBox, at: datetime) -> bool:
    """Whether the order or PIN under which the box is collected can be used at that moment by this truck's haulier."""
    order, pin = box.delivery_order, box.pin
    if order is not None:
        of_haulier = order.haulier_id == box.appointment.haulier_id
        return of_haulier and order.visit_id == box.visit_id and _stands(order, at)
    return pin is not None and pin.visit_id == box.visit_id and pin.locked_at is None and _stands(pin, at)


def _stands(right: DeliveryOrder | ReleasePin, at: datetime) -> bool:
    return right.revoked_at is None and right.used_at is None and right.issued_at <= at < right.valid_until


def in_the_way(visits: Iterable[Visit], at: datetime) -> dict[int, list[Blocker]]:
    """What stands between each visit and the gate, by visit; visits that are ready are not named."""
    rows = list(visits)
    stand = situations(rows, at)
    found = {row.pk: blockers(stand[row.pk], Step.GATE_OUT, at) for row in rows}
    return {number: stops for number, stops in found.items() if stops}


def open_troubles(appointment: Appointment) -> list[TroubleCase]:
    """The cases that hold the truck, the oldest first."""
    return list(appointment.troubles.filter(resolved_at=None).order_by("opened_at", "pk"))


def last_inspections(boxes: Iterable[AppointmentBox]) -> dict[int, Inspection]:
    """The latest inspection of each box of a truck, by the box's number. One query."""
    found = Inspection.objects.filter(box__in=list(boxes)).order_by("inspected_at", "pk")
    return {each.box_id: each for each in found}
