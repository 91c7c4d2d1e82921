"""What a terminal asks for: tariffs in versions, their rules, and the calendars of its working days."""

from decimal import Decimal
from typing import Any, Final

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeBoundary, RangeOperators
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.common.models import Row, choices, one_of
from apps.common.words import label
from apps.network.models import Terminal
from apps.parties.models import Party
from terminal.charges.rules import ClockStart, FreeDays, Unit
from terminal.charges.tariffs import MOST_MINOR_DIGITS
from terminal.events import ARRIVALS, EventKind
from terminal.regimes import Direction

CLOCK_EVENTS: Final = (*sorted(ARRIVALS), EventKind.EMPTY_STAY_BEGAN)
"""What can start a box's clock."""

SATURDAY_AND_SUNDAY: Final = [6, 7]


def weekend() -> list[int]:
    """Saturday and Sunday, unless a calendar says otherwise."""
    return list(SATURDAY_AND_SUNDAY)


def days(first: str, last: str) -> Func:
    """The days from one field to another, both included; no last day: for good."""
    return Func(first, last, RangeBoundary(inclusive_lower=True, inclusive_upper=True), function="DATERANGE",
                output_field=DateRangeField())  # fmt: skip


class CalendarYear(Row):
    """The working days of a calendar from its first to its last day, which need not be a year's.

    A stay that goes beyond the last day is counted on by the calendar of the same name that begins the day after. Each
    change raises ``version`` (by trigger), which stands in the name lines are charged under.
    """

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, related_name="+", verbose_name=_("terminal"))
    name = models.CharField(_("name"), max_length=60)
    first_on = models.DateField(_("first day"))
    last_on = models.DateField(_("last day"))
    weekend = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name=_("weekend (1 Monday … 7 Sunday)"), default=weekend, blank=True
    )
    holidays = ArrayField(models.DateField(), verbose_name=_("holidays"), default=list, blank=True)
    swapped = ArrayField(
        models.DateField(), verbose_name=_("days of a weekend that are worked"), default=list, blank=True
    )

    class Meta:
        verbose_name = _("holiday calendar")
        verbose_name_plural = _("holiday calendars")
        ordering = ["terminal_id", "name", "first_on"]
        constraints = [
            models.CheckConstraint(condition=Q(last_on__gte=F("first_on")), name="a_calendar_ends_after_it_began"),
            ExclusionConstraint(
                name="a_day_is_in_one_calendar_of_a_name",
                expressions=[
                    ("terminal", RangeOperators.EQUAL),
                    ("name", RangeOperators.EQUAL),
                    (days("first_on", "last_on"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.first_on} – {self.last_on}"


class Tariff(Row):
    """A terminal's price list in one currency, in versions. It charges by the one that is ``in_use``.

    ``calendar``: the name of the holiday calendar by which its working days are counted.
    """

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, related_name="tariffs", verbose_name=_("terminal"))
    code = models.CharField(_("name"), max_length=40)
    currency = models.CharField(_("currency"), max_length=3)
    minor_digits = models.PositiveSmallIntegerField(
        _("digits of the minor unit"), default=2, validators=[MaxValueValidator(MOST_MINOR_DIGITS)]
    )
    calendar = models.CharField(_("holiday calendar"), max_length=60, blank=True)
    in_use = models.BooleanField(_("in use"), default=False)
    payment_days = models.PositiveSmallIntegerField(_("to be paid within, days"), default=30)

    class Meta:
        verbose_name = _("tariff")
        verbose_name_plural = _("tariffs")
        constraints = [
            models.UniqueConstraint(fields=["terminal", "code"], name="a_tariff_has_a_name_of_its_own"),
            models.UniqueConstraint(
                fields=["terminal"], condition=Q(in_use=True), name="a_terminal_charges_by_one_tariff"
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$", minor_digits__lte=MOST_MINOR_DIGITS),
                name="a_tariff_is_in_a_currency",
                violation_error_message=_("A currency is three capital letters and 0 to 4 digits, such as CNY with 2."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} ({self.currency})"


class TariffVersion(Row):
    """A tariff's prices from ``valid_from`` to ``valid_until``, both included (empty: until further notice).

    Once something was charged by it, only its end can still be set, and not before a day it was charged for (trigger):
    other prices are another version.
    """

    tariff = models.ForeignKey(Tariff, on_delete=models.PROTECT, related_name="versions", verbose_name=_("tariff"))
    name = models.CharField(pgettext_lazy("tariff", "version"), max_length=20)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    vat_rate = models.DecimalField(_("VAT, as a share (0.06 is 6 %)"), max_digits=5, decimal_places=4)

    class Meta:
        verbose_name = _("tariff version")
        verbose_name_plural = _("tariff versions")
        ordering = ["tariff_id", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["tariff", "name"], name="a_version_has_a_name_of_its_own"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="a_version_ends_after_it_began",
            ),
            models.CheckConstraint(condition=Q(vat_rate__gte=0, vat_rate__lt=1), name="a_vat_rate_is_a_share"),
            ExclusionConstraint(
                name="a_day_has_one_version_of_a_tariff",
                expressions=[
                    ("tariff", RangeOperators.EQUAL),
                    (days("valid_from", "valid_until"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tariff.code} {self.name}"


class Rule(models.Model):
    """What boxes a rule of a version is for; empty: whatever it is."""

    version = models.ForeignKey(
        TariffVersion, on_delete=models.CASCADE, related_name="%(class)ss", verbose_name=_("tariff version")
    )
    customer = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("only for")
    )
    direction = models.CharField(_("direction"), max_length=10, choices=choices(Direction), blank=True)
    length_ft = models.DecimalField(_("length, feet"), max_digits=5, decimal_places=2, null=True, blank=True)
    laden = models.BooleanField(_("laden"), null=True, blank=True)

    class Meta:
        abstract = True


CONDITIONS: Final = ("version", "customer", "direction", "length_ft", "laden")


def once(name: str, *more: str) -> Any:
    """Two rules of a version for the same boxes cannot be: their order would decide."""
    return models.UniqueConstraint(fields=[*CONDITIONS, *more], name=name, nulls_distinct=False)


class FreeTimeRule(Rule):
    """So many days are free, counted from an event of the box."""

    days = models.PositiveSmallIntegerField(_("free days"))
    counted = models.CharField(
        pgettext_lazy("free days", "counted"), max_length=15, choices=choices(FreeDays), default=FreeDays.CALENDAR.value
    )
    clock_event = models.CharField(
        _("the clock starts with"),
        max_length=40,
        choices=[(kind.value, _(label(kind.value))) for kind in CLOCK_EVENTS],
    )
    starts = models.CharField(
        _("first day"), max_length=10, choices=choices(ClockStart), default=ClockStart.NEXT_DAY.value
    )

    class Meta:
        verbose_name = _("free time")
        verbose_name_plural = _("free times")
        constraints = [
            once("free_time_is_given_once"),
            one_of("counted", FreeDays, "free_days_are_counted_in_a_known_way"),
            one_of("starts", ClockStart, "the_clock_starts_on_a_known_day"),
        ]

    def __str__(self) -> str:
        return f"{self.days} {self.get_counted_display()}"


class TierRule(Rule):
    """From this chargeable day on, a TEU costs so much a day. Those for the same boxes are one table."""

    from_day = models.PositiveSmallIntegerField(_("from chargeable day"), default=1)
    rate = models.DecimalField(_("per TEU and day"), max_digits=12, decimal_places=4)

    class Meta:
        verbose_name = pgettext_lazy("tariff", "tier")
        verbose_name_plural = pgettext_lazy("tariff", "tiers")
        ordering = ["version_id", "customer_id", "direction", "length_ft", "laden", "from_day"]
        constraints = [
            once("a_tier_begins_once", "from_day"),
            models.CheckConstraint(condition=Q(from_day__gte=1), name="the_first_chargeable_day_is_day_one"),
            models.CheckConstraint(condition=Q(rate__gte=0), name="a_tier_costs_nothing_or_more"),
        ]

    def __str__(self) -> str:
        return f"{self.from_day}: {self.rate}"


class PieceRate(models.Model):
    """The price of one m²·day, package or lift; without a ``service``: of any that has no price of its own."""

    version = models.ForeignKey(
        TariffVersion, on_delete=models.CASCADE, related_name="rates", verbose_name=_("tariff version")
    )
    unit = models.CharField(
        _("unit"), max_length=10, choices=[each for each in choices(Unit) if each[0] != Unit.TEU_DAY.value]
    )
    service = models.CharField(_("kind of zone or work (empty: any other)"), max_length=40, blank=True)
    rate = models.DecimalField(_("rate"), max_digits=12, decimal_places=4)

    class Meta:
        verbose_name = _("rate")
        verbose_name_plural = _("rates")
        constraints = [
            models.UniqueConstraint(fields=["version", "unit", "service"], name="a_service_has_one_rate"),
            models.CheckConstraint(condition=Q(rate__gte=0), name="a_rate_is_nothing_or_more"),
        ]

    def __str__(self) -> str:
        return f"{self.get_unit_display()} {self.service}: {self.rate}".replace(" :", ":")


class CountedCalendar(models.Model):
    """A calendar as something was charged by it: never changed. Lines name it; statements carry it."""

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    document = models.JSONField()

    class Meta:
        verbose_name = _("calendar as counted")
        verbose_name_plural = _("calendars as counted")
        constraints = [models.UniqueConstraint(fields=["terminal", "name"], name="a_counted_calendar_is_kept_once")]

    def __str__(self) -> str:
        return self.name


def plain(number: Decimal) -> Decimal:
    """The number without the zeros its column gave it: 10.0000 → 10."""
    found = number.normalize()
    return found.quantize(Decimal(1)) if found == found.to_integral_value() else found
