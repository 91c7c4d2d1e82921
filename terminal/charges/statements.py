"""A statement: lines of one party, added up, with VAT by rates."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from zoneinfo import ZoneInfo

from terminal.charges.calendars import WorkingCalendar
from terminal.charges.lines import Line
from terminal.charges.money import half_up, times, total
from terminal.charges.storage import StorageLine
from terminal.charges.tariffs import CurrencyMix, TariffVersion, VersionTwice
from terminal.errors import Malformed, gettext_noop


class ZoneMix(Malformed):
    """Days of two sites in one statement."""

    message = gettext_noop("%(what)s was charged by days of %(zone)s; this statement is of days of %(expected)s.")


class CalendarTwice(Malformed):
    """Two calendars that nobody could tell apart."""

    message = gettext_noop("There are two calendars called %(calendar)s: each has a name of its own.")


@dataclass(frozen=True, kw_only=True, slots=True)
class VatShare:
    """The VAT of one rate: on which net amount, and how much, rounded half-up to the minor unit."""

    rate: Decimal
    net: Decimal
    vat: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class Totals:
    """What lines come to: their sum, the VAT of each rate (the lowest first), and both together."""

    net: Decimal
    vat: tuple[VatShare, ...]

    @property
    def gross(self) -> Decimal:
        """What is to be paid."""
        return total([self.net, *(share.vat for share in self.vat)])


def totals(amounts: Iterable[tuple[Decimal, Decimal]], minor_digits: int) -> Totals:
    """Add up amounts, each with its VAT rate before it. VAT is of the sum of a rate's amounts, rounded once."""
    by_rate: dict[Decimal, list[Decimal]] = {}
    for rate, amount in amounts:
        by_rate.setdefault(rate, []).append(amount)
    nets = {rate: total(by_rate[rate]) for rate in sorted(by_rate)}
    shares = (VatShare(rate=rate, net=net, vat=half_up(times(net, rate), minor_digits)) for rate, net in nets.items())
    return Totals(net=half_up(total(nets.values()), minor_digits), vat=tuple(shares))


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What one party owes. All of it in one currency, by days of one zone.

    Refuses ``CurrencyMix``, ``ZoneMix``, ``VersionTwice`` and ``CalendarTwice``.
    """

    number: str
    party: str
    issued_on: date
    zone: ZoneInfo
    currency: str
    minor_digits: int
    lines: tuple[Line, ...]

    def __post_init__(self) -> None:
        for line in self.lines:
            self._require_currency(line.version)
            if line.zone.key != self.zone.key:
                raise ZoneMix(what=line.what, zone=line.zone.key, expected=self.zone.key)
        self._require_names()

    def _require_currency(self, version: TariffVersion) -> None:
        if (version.currency, version.minor_digits) != (self.currency, self.minor_digits):
            raise CurrencyMix(currency=f"{version.currency} ({version.name})", other=f"{self.currency} ({self.number})")

    def _require_names(self) -> None:
        versions, calendars = self.versions, self.calendars
        for line in self.lines:
            if versions[line.version.name] != line.version:
                raise VersionTwice(version=line.version.name)
            calendar = calendar_of(line)
            if calendar is not None and calendars[calendar.name] != calendar:
                raise CalendarTwice(calendar=calendar.name)

    @property
    def versions(self) -> dict[str, TariffVersion]:
        """The versions of tariffs its lines were charged by, by name."""
        return {line.version.name: line.version for line in self.lines}

    @property
    def calendars(self) -> dict[str, WorkingCalendar]:
        """The calendars its lines counted working days by, by name."""
        used = (calendar_of(line) for line in self.lines)
        return {calendar.name: calendar for calendar in used if calendar is not None}

    @cached_property
    def totals(self) -> Totals:
        """What the lines come to."""
        return totals(((line.version.vat_rate, line.amount) for line in self.lines), self.minor_digits)

    @property
    def net(self) -> Decimal:
        """The sum of the lines."""
        return self.totals.net

    @property
    def vat(self) -> tuple[VatShare, ...]:
        """VAT by rates, the lowest first."""
        return self.totals.vat

    @property
    def gross(self) -> Decimal:
        """What is to be paid: the net amount and the VAT of all rates."""
        return self.totals.gross


def calendar_of(line: Line) -> WorkingCalendar | None:
    """By which calendar the line counted working days; None: it counted none."""
    return line.calendar if isinstance(line, StorageLine) else None
