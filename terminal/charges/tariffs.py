"""What a terminal asks for: versions of a tariff as data, each for some days, and one of them for every day.

A version is never edited once something was charged by it; a new price is a new version. The version of the day on
which the clock starts counts for the whole stay.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Final

from terminal.charges.boxes import Box, Conditions, NoRule, R, RuleTwice, most_specific
from terminal.charges.calendars import DAY
from terminal.charges.rules import FreeTime, Rate, TierTable, Unit, twice
from terminal.errors import Malformed, Refused, gettext_noop

MOST_MINOR_DIGITS: Final = 4


class NotAVatRate(Malformed):
    """A VAT rate in percent, or none at all."""

    message = gettext_noop("%(rate)s is not a VAT rate: a share from 0 to under 1, such as 0.06 for 6 %%.")


class NotACurrency(Malformed):
    """No currency code, or minor units that no currency has."""

    message = gettext_noop(
        "%(currency)s with %(minor_digits)s digits is not a currency: three capital letters and 0 to 4 digits of its "
        "minor unit, such as CNY with 2."
    )


class ValidBackwards(Malformed):
    """A version that is over before it begins."""

    message = gettext_noop("%(version)s is valid until %(valid_until)s, before %(valid_from)s from when it is valid.")


class VersionTwice(Malformed):
    """Two versions that nobody could tell apart."""

    message = gettext_noop("There are two versions called %(version)s: each has a name of its own.")


class TariffsOverlap(Malformed):
    """Two prices for one day."""

    message = gettext_noop(
        "%(version)s and %(other)s are both valid from %(first)s to %(last)s: end the one before the other begins."
    )


class TariffGap(Malformed):
    """Days between two versions have no price."""

    message = gettext_noop(
        "Between %(version)s and %(other)s no tariff is valid from %(first)s to %(last)s: close the gap."
    )


class NoVersions(Malformed):
    """A tariff of nothing."""

    message = gettext_noop("A tariff has at least one version.")


class CurrencyMix(Malformed):
    """Amounts that cannot be added up."""

    message = gettext_noop(
        "%(currency)s and %(other)s do not go together: one tariff and one statement have one currency."
    )


class NotInForce(Refused):
    """No version, or not this one, is valid on that day."""

    message = gettext_noop("%(tariff)s is not valid on %(day)s, the day whose tariff counts.")


class NoSuchRate(Malformed):
    """Something was done that has no price."""

    message = gettext_noop("%(tariff)s has no rate per %(unit)s for %(service)s: give it one, or one for any.")


@dataclass(frozen=True, kw_only=True)
class TariffVersion:
    """Prices from ``valid_from`` to ``valid_until``, both included (None: until further notice).

    ``minor_digits``: decimals of the currency's minor unit. ``vat_rate``: a share, 0.06 for 6 %.
    Refuses ``ValidBackwards``, ``NotACurrency``, ``NotAVatRate`` and ``RuleTwice``.
    """

    tariff: str
    version: str
    valid_from: date
    valid_until: date | None = None
    currency: str
    minor_digits: int = 2
    vat_rate: Decimal
    free_times: tuple[FreeTime, ...] = ()
    tier_tables: tuple[TierTable, ...] = ()
    rates: tuple[Rate, ...] = ()

    def __post_init__(self) -> None:
        self._require_days()
        self._require_money()
        for kind, rules in (("free time", self.free_times), ("tiers", self.tier_tables)):
            self._require_once(kind, [rule.conditions for rule in rules])
        self._require_once("rate", [f"{each.unit} {each.service}".strip() for each in self.rates])

    @property
    def name(self) -> str:
        """Tariff and version, as a line names it."""
        return f"{self.tariff} {self.version}"

    def _require_days(self) -> None:
        if self.valid_until is not None and self.valid_until < self.valid_from:
            raise ValidBackwards(version=self.name, valid_from=str(self.valid_from), valid_until=str(self.valid_until))

    def _require_money(self) -> None:
        code = len(self.currency) == 3 and self.currency.isascii() and self.currency.isalpha()
        if not (code and self.currency.isupper() and 0 <= self.minor_digits <= MOST_MINOR_DIGITS):
            raise NotACurrency(currency=self.currency or "—", minor_digits=self.minor_digits)
        if not (self.vat_rate.is_finite() and 0 <= self.vat_rate < 1):
            raise NotAVatRate(rate=str(self.vat_rate))

    def _require_once(self, kind: str, keys: Iterable[Conditions | str]) -> None:
        if (again := twice(keys)) is not None:
            raise RuleTwice(tariff=self.name, rule=kind, conditions=str(again))

    def in_force(self, day: date) -> bool:
        """Whether it is valid on that day."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    def require_in_force(self, day: date) -> None:
        """Raise ``NotInForce`` when it is not valid on that day."""
        if not self.in_force(day):
            raise NotInForce(tariff=self.name, day=str(day))

    def free_time_for(self, box: Box) -> FreeTime:
        """The free time of such a box; the most specific rule wins. Refuses ``NoRule``."""
        return self._for(box, self.free_times, "free time")

    def tiers_for(self, box: Box) -> TierTable:
        """What such a box costs; the most specific table wins. Refuses ``NoRule``."""
        return self._for(box, self.tier_tables, "tiers")

    def _for(self, box: Box, rules: Iterable[R], kind: str) -> R:
        rule = most_specific(rules, box)
        if rule is None:
            raise NoRule(tariff=self.name, rule=kind, number=box.number)
        return rule

    def rate_for(self, unit: Unit, service: str) -> Decimal:
        """The price of one; that of the service itself before that of any. Refuses ``NoSuchRate``."""
        rates = {each.service: each.rate for each in self.rates if each.unit is unit}
        for name in (service, ""):
            if name in rates:
                return rates[name]
        raise NoSuchRate(tariff=self.name, unit=str(unit), service=service or "—")

    def as_seen_by(self, customers: Collection[str]) -> "TariffVersion":
        """The version without what was agreed with others: nobody reads another's conditions in a statement."""
        return replace(
            self,
            free_times=tuple(each for each in self.free_times if _seen(each.conditions, customers)),
            tier_tables=tuple(each for each in self.tier_tables if _seen(each.conditions, customers)),
        )


def _seen(conditions: Conditions, customers: Collection[str]) -> bool:
    return conditions.customer is None or conditions.customer in customers


@dataclass(frozen=True)
class Tariff:
    """All versions of one tariff: one currency, one version for every day from the first on.

    Refuses ``NoVersions``, ``VersionTwice``, ``CurrencyMix``, ``TariffsOverlap`` and ``TariffGap``.
    """

    versions: tuple[TariffVersion, ...]

    def __post_init__(self) -> None:
        if not self.versions:
            raise NoVersions
        if (again := twice(each.name for each in self.versions)) is not None:
            raise VersionTwice(version=str(again))
        for one, other in pairwise(sorted(self.versions, key=lambda each: each.valid_from)):
            require_one_currency(one, other)
            _require_next(one, other)

    def on(self, day: date) -> TariffVersion:
        """The version of that day. Refuses ``NotInForce``."""
        for version in self.versions:
            if version.in_force(day):
                return version
        raise NotInForce(tariff=self.versions[0].tariff, day=str(day))


def require_one_currency(one: TariffVersion, other: TariffVersion) -> None:
    """Raise ``CurrencyMix`` unless both have one currency, counted in the same minor unit."""
    if (one.currency, one.minor_digits) != (other.currency, other.minor_digits):
        raise CurrencyMix(
            currency=f"{one.currency} ({one.name})",
            other=f"{other.currency} ({other.name})",
        )


def _require_next(one: TariffVersion, other: TariffVersion) -> None:
    if one.valid_until is None or one.valid_until >= other.valid_from:
        ends = [each.valid_until for each in (one, other) if each.valid_until is not None]
        last = str(min(ends)) if ends else "—"
        raise TariffsOverlap(version=one.name, other=other.name, first=str(other.valid_from), last=last)
    if one.valid_until + DAY < other.valid_from:
        first, last = str(one.valid_until + DAY), str(other.valid_from - DAY)
        raise TariffGap(version=one.name, other=other.name, first=first, last=last)
