"""What is counted, held against a count of everything anew."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import connection

from apps.common.bulk import ask
from apps.network.models import Terminal
from apps.reports.models import DailyDwell, DailyThroughput, HourlyThroughput
from apps.reports.sql import counting, touched
from terminal.throughput import site_day

Counted = dict[Any, dict[str, Any]]

DAY: Final = tuple(counting.FIGURES)
HOUR: Final = tuple(counting.CROSSINGS)


@dataclass(frozen=True, order=True)
class Difference:
    """A figure that is not what a recount comes to. ``figure``: its column, with the hour or the kind of stay."""

    day: date
    figure: str
    counted: str
    true: str


def days_known(terminal: Terminal) -> list[date]:
    """Every site day of which there is something to count or something counted."""
    with connection.cursor() as cursor:
        facts = {"terminal": terminal.pk, "zone": terminal.zone_name, **touched.KINDS}
        cursor.execute(touched.DAYS_KNOWN, facts)
        return [day for (day,) in cursor.fetchall()]


def differences(terminal: Terminal, bounds: list[tuple[date, datetime, datetime]]) -> list[Difference]:
    """Where the rows of these days (with their bounds) differ from a recount of the journal, figure by figure.

    Ask within one snapshot (``REPEATABLE READ``), or what is journalled meanwhile counts as a difference.
    """
    facts: dict[str, Any] = {"terminal": terminal.pk, **counting.columns_of(bounds)}
    zone, days, since, until = terminal.zone, [day for day, *_ in bounds], bounds[0][1], bounds[-1][2]
    rows = DailyThroughput.objects.filter(terminal=terminal, on__in=days).values("on", *DAY)
    hours = HourlyThroughput.objects.filter(terminal=terminal, starts_at__gte=since, starts_at__lt=until)
    stays = DailyDwell.objects.filter(terminal=terminal, on__in=days)
    wanted = set(days)
    found = [
        *_compared(_asked(counting.DAYS, DAY, facts), _by(rows, "on"), lambda key: (key[0], "")),
        *_compared(
            _asked(counting.HOURS, HOUR, facts),
            _by(hours.values("starts_at", *HOUR), "starts_at"),
            lambda key: (site_day(key[0], zone), f" {key[0].astimezone(zone):%H:%M}"),
        ),
        *_compared(
            _asked(counting.DWELL, ("minutes",), facts, keys=3),
            _by(stays.values("on", "direction", "load", "minutes"), "on", "direction", "load"),
            lambda key: (key[0], f" {key[1]} {key[2]}"),
        ),
    ]
    return sorted(each for each in found if each.day in wanted)


def _asked(select: str, names: Iterable[str], facts: Mapping[str, Any], keys: int = 1) -> Counted:
    rows = ask(counting.asking(select), dict(facts))
    return {tuple(row[:keys]): dict(zip(names, row[keys:], strict=True)) for row in rows}


def _by(rows: Iterable[Any], *names: str) -> Counted:
    return {tuple(row.pop(name) for name in names): row for row in rows}


def _compared(true: Counted, counted: Counted, place: Any) -> list[Difference]:
    """What nobody wrote a row for counts as nothing: zeros, or no stays."""
    found = []
    for key in true.keys() | counted.keys():
        there, here = true.get(key, {}), counted.get(key, {})
        day, more = place(key)
        for name in there.keys() | here.keys():
            one, other = here.get(name) or 0, there.get(name) or 0
            if one != other:
                found.append(Difference(day, f"{name}{more}", str(one), str(other)))
    return found
