"""Rows of tariffs and calendars as the rules of ``terminal.charges``, which refuse what cannot be."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TypeVar

from django.db.models import QuerySet

from apps.billing.models import CalendarYear, FreeTimeRule, Tariff, TariffVersion, TierRule, plain
from apps.network.models import Terminal
from terminal.charges import rules, tariffs
from terminal.charges.boxes import Conditions
from terminal.charges.calendars import DAY, DayNotInCalendar, WorkingCalendar
from terminal.errors import Refused, gettext_noop
from terminal.regimes import Direction

T = TypeVar("T")


class NoTariff(Refused):
    """The terminal charges nothing."""

    message = gettext_noop(
        "%(terminal)s has no tariff in use: enter one, with a version for the day, and put it in use."
    )


def conditions_of(rule: FreeTimeRule | TierRule) -> Conditions:
    """What boxes a rule is for."""
    return Conditions(
        customer=rule.customer.code if rule.customer else None,
        direction=Direction(rule.direction) if rule.direction else None,
        length_ft=None if rule.length_ft is None else plain(rule.length_ft),
        laden=rule.laden,
    )


def version_of(row: TariffVersion) -> tariffs.TariffVersion:
    """A version as a rule. Refuses what ``terminal.charges.tariffs.TariffVersion`` refuses."""
    return tariffs.TariffVersion(
        tariff=row.tariff.code,
        version=row.name,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        currency=row.tariff.currency,
        minor_digits=row.tariff.minor_digits,
        vat_rate=plain(Decimal(row.vat_rate)),
        free_times=tuple(_free_time(each) for each in row.freetimerules.all()),
        tier_tables=tuple(_tier_tables(row.tierrules.all())),
        rates=tuple(
            rules.Rate(unit=rules.Unit(each.unit), service=each.service, rate=plain(each.rate))
            for each in row.rates.all()
        ),
    )


def _free_time(row: FreeTimeRule) -> rules.FreeTime:
    return rules.FreeTime(
        days=row.days,
        clock_event=row.clock_event,
        counted=rules.FreeDays(row.counted),
        starts=rules.ClockStart(row.starts),
        conditions=conditions_of(row),
    )


def _tier_tables(rows: QuerySet[TierRule]) -> Iterator[rules.TierTable]:
    """Tiers with the same conditions are one table."""
    tables: dict[Conditions, list[rules.Tier]] = {}
    for row in sorted(rows, key=lambda each: each.from_day):
        tables.setdefault(conditions_of(row), []).append(rules.Tier(row.from_day, plain(row.rate)))
    for conditions, tiers in tables.items():
        yield rules.TierTable(tiers=tuple(tiers), conditions=conditions)


def versions_of(tariff: Tariff) -> list[TariffVersion]:
    """The versions of a tariff with all their rules, the first first, in a fixed number of queries."""
    rows = TariffVersion.objects.filter(tariff=tariff).order_by("valid_from").select_related("tariff")
    return list(rows.prefetch_related("freetimerules__customer", "tierrules__customer", "rates"))


def whole(versions: list[TariffVersion]) -> tariffs.Tariff:
    """The tariff of all its versions. Refuses a gap, an overlap, two of one name, and what a version refuses."""
    return tariffs.Tariff(tuple(version_of(row) for row in versions))


@dataclass(frozen=True)
class PriceBook:
    """The tariff a terminal charges by, and its calendars, read once. Refuses ``NoTariff`` when it is made."""

    terminal: Terminal
    tariff: Tariff

    @classmethod
    def of(cls, terminal: Terminal) -> "PriceBook":
        """The price book of the tariff in use."""
        tariff = Tariff.objects.filter(terminal=terminal, in_use=True).first()
        if tariff is None:
            raise NoTariff(terminal=terminal.name)
        return cls(terminal, tariff)

    @cached_property
    def rows(self) -> list[TariffVersion]:
        """The versions, the first first."""
        return versions_of(self.tariff)

    @cached_property
    def prices(self) -> tariffs.Tariff:
        """The versions as a rule."""
        return whole(self.rows)

    def on(self, day: date) -> tariffs.TariffVersion:
        """The version of that day. Refuses ``NotInForce``."""
        return self.prices.on(day)

    def row_of(self, version: tariffs.TariffVersion) -> TariffVersion:
        """The row a version was made of."""
        return next(row for row in self.rows if row.name == version.version)

    @property
    def first_on(self) -> date | None:
        """The first day of which it says anything; nothing that began before is charged."""
        return self.rows[0].valid_from if self.rows else None

    @cached_property
    def years(self) -> list[CalendarYear]:
        """The rows of the tariff's calendar, the first first."""
        return list(CalendarYear.objects.filter(terminal=self.terminal, name=self.tariff.calendar).order_by("first_on"))

    def calendars(self, day: date) -> Iterator[WorkingCalendar]:
        """The calendar of a day, then the same with the years that follow it without a gap, one more each time."""
        later = [year for year in self.years if year.last_on >= day]
        taken: list[CalendarYear] = []
        for year in later:
            begins = year.first_on <= day if not taken else year.first_on == taken[-1].last_on + DAY
            if not begins or (taken and sorted(year.weekend) != sorted(taken[0].weekend)):
                return
            taken.append(year)
            yield _joined(taken)


def _joined(years: list[CalendarYear]) -> WorkingCalendar:
    """Years of one name as one calendar. Its name tells which, and how often they were changed."""
    first, last = years[0], years[-1]
    changes = sum(year.version - 1 for year in years)
    name = f"{first.name} {first.first_on} – {last.last_on}" + (f" ({changes})" if changes else "")
    return WorkingCalendar(
        name=name,
        first_on=first.first_on,
        last_on=last.last_on,
        weekend=frozenset(first.weekend),
        holidays=frozenset(day for year in years for day in year.holidays),
        swapped=frozenset(day for year in years for day in year.swapped),
    )


__all__ = ["DayNotInCalendar", "NoTariff", "PriceBook", "conditions_of", "version_of", "versions_of", "whole"]
