"""When the offices of a house work."""

from datetime import date, datetime, timedelta

from django.db.models import Q

from apps.customs.models import Office, OfficeClosure
from apps.network.models import Terminal
from terminal.customs.opening import Opening
from terminal.throughput import site_day

A_YEAR = timedelta(days=366)


def openings(terminal: Terminal, since: datetime, until: datetime) -> dict[int, Opening]:
    """The hours of every office, by its number, with the days off that touch the time. Two questions."""
    first, last = site_day(since, terminal.zone), site_day(until, terminal.zone)
    off: dict[int | None, list[tuple[date, date]]] = {}
    closures = OfficeClosure.objects.filter(terminal=terminal, first_on__lte=last, last_on__gte=first)
    for office, begins, ends in closures.values_list("office_id", "first_on", "last_on"):
        off.setdefault(office, []).append((begins, ends))
    offices = Office.objects.filter(terminal=terminal)
    return {
        each.pk: Opening(
            zone=terminal.zone,
            opens_at=each.opens_at,
            closes_at=each.closes_at,
            closed_weekdays=frozenset(each.closed_weekdays),
            days_off=(*off.get(each.pk, ()), *off.get(None, ())),
        )
        for each in offices
    }


def opening_of(office: Office, at: datetime) -> Opening:
    """The hours of one office, with its days off within a year before and after."""
    return openings(office.terminal, at - A_YEAR, at + A_YEAR)[office.pk]


def opening_of_house(terminal: Terminal, at: datetime) -> Opening:
    """The days on which the house works that takes declarations: shut on a weekday when all its offices are."""
    offices = Office.objects.filter(terminal=terminal, clears=True, active=True)
    shut = [frozenset(each) for each in offices.values_list("closed_weekdays", flat=True)]
    year = Q(first_on__lte=site_day(at, terminal.zone), last_on__gte=site_day(at - A_YEAR, terminal.zone))
    off = OfficeClosure.objects.filter(year, terminal=terminal, office=None).values_list("first_on", "last_on")
    return Opening(
        zone=terminal.zone,
        closed_weekdays=frozenset.intersection(*shut) if shut else frozenset(),
        days_off=tuple(off),
    )
