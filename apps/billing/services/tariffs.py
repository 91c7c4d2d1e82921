"""Saving tariffs: every day from the first on has one version, and what was charged by one stays as it is."""

from collections.abc import Iterator
from contextlib import contextmanager

from apps.billing.models import CalendarYear, Tariff
from apps.billing.selectors.tariffs import versions_of, whole
from apps.common.integrity import refusals
from terminal.charges.calendars import WorkingCalendar
from terminal.errors import Refused, gettext_noop


class TariffWasCharged(Refused):
    """Prices that payers were charged by are not changed afterwards."""

    message = gettext_noop(
        "Something was charged by this tariff: end the version, not before a day it charged, and enter another one."
    )


class VersionsOverlap(Refused):
    """Two prices for one day."""

    message = gettext_noop("Another version is valid on some of these days: end the one before the other begins.")


@contextmanager
def saving_tariff() -> Iterator[None]:
    """Run a save; what the database keeps of charged tariffs and of days becomes a refusal."""
    with refusals(a_charged_tariff_stays=TariffWasCharged(), a_day_has_one_version_of_a_tariff=VersionsOverlap()):
        yield


def require_whole(tariff: Tariff) -> None:
    """Raise ``TariffGap``, ``RuleTwice``, ``TiersNotFromDayOne`` and the like unless the tariff can be charged by.

    A tariff without versions is one that is being entered.
    """
    versions = versions_of(tariff)
    if versions:
        whole(versions)


def require_calendar(year: CalendarYear) -> None:
    """Raise ``NoSuchWeekday``, ``HolidayAndWorkingDay`` or ``DayNotInCalendar`` for days that cannot be."""
    WorkingCalendar(
        name=year.name,
        first_on=year.first_on,
        last_on=year.last_on,
        weekend=frozenset(year.weekend),
        holidays=frozenset(year.holidays),
        swapped=frozenset(year.swapped),
    )
