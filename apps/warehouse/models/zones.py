"""Zones, when they are closed, and the half-days their area is counted in."""

from datetime import date, datetime, time, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.common.models import Row
from apps.network.models import Terminal
from apps.parties.models import Party

DAYS_OF_WEEK: Final = 7


class Zone(Row):
    """A part of the warehouse that is booked by the square metre. No opening hours: open day and night.

    The opening hours say when goods are taken in: a stay begins in them, and may last through the night.
    """

    class Kind(models.TextChoices):
        GENERAL = "general", _("general")
        BONDED = "bonded", _("bonded")
        CHILLED = "chilled", _("chilled")
        DANGEROUS_GOODS = "dangerous_goods", _("dangerous goods")
        CONSOLIDATION = "consolidation", _("consolidation")

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, verbose_name=_("terminal"))
    code = models.SlugField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind, default=Kind.GENERAL)
    usable_m2 = models.DecimalField(_("usable area, m²"), max_digits=9, decimal_places=2)
    height_m = models.DecimalField(_("clear height, m"), max_digits=4, decimal_places=1, null=True, blank=True)
    floor_load_t_per_m2 = models.DecimalField(
        _("floor load, t/m²"), max_digits=4, decimal_places=1, null=True, blank=True
    )
    opens_at = models.TimeField(_("opens"), null=True, blank=True)
    closes_at = models.TimeField(_("closes"), null=True, blank=True)
    closed_weekdays = ArrayField(
        models.PositiveSmallIntegerField(),
        verbose_name=_("weekdays it takes nothing in"),
        default=list,
        blank=True,
        help_text=_("1 Monday to 7 Sunday, with commas between them."),
    )
    overbooking_percent = models.DecimalField(_("overbooking, %"), max_digits=4, decimal_places=1, default=0)
    confirms_at_once = models.BooleanField(_("the terminal confirms at once"), default=False)
    active = models.BooleanField(_("in operation"), default=True)
    request_holds_hours = models.PositiveSmallIntegerField(_("a request holds its area, h"), default=48)
    no_show_after_hours = models.PositiveSmallIntegerField(_("no-show after, h"), default=24)
    horizon_days = models.PositiveSmallIntegerField(_("booked at most so far ahead, days"), default=400)

    class Meta:
        verbose_name = _("warehouse zone")
        verbose_name_plural = _("warehouse zones")
        ordering = ["terminal_id", "code"]
        constraints = [
            models.UniqueConstraint(fields=["terminal", "code"], name="a_zone_code_is_unique"),
            models.CheckConstraint(condition=Q(usable_m2__gt=0), name="a_zone_has_area"),
            models.CheckConstraint(
                condition=Q(closed_weekdays__contained_by=[1, 2, 3, 4, 5, 6, 7]), name="a_zone_is_shut_on_weekdays"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def capacity_m2(self) -> Decimal:
        """What may be booked in a half-day: the usable area and the stated overbooking rounded down to 0.01 m²."""
        share = (100 + Decimal(self.overbooking_percent)) / 100
        return (Decimal(self.usable_m2) * share).quantize(Decimal("0.01"), ROUND_DOWN)

    def takes_in_at(self, moment: datetime) -> bool:
        """Whether goods are taken in then; hours that end before they begin go past midnight, and are one evening's."""
        day = self._day_of_hours(moment.astimezone(self.terminal.zone))
        return day is not None and day.isoweekday() not in self.closed_weekdays

    def _day_of_hours(self, local: datetime) -> date | None:
        """The day whose opening hours the moment lies in; None outside of all."""
        if self.opens_at is None or self.closes_at is None or self.opens_at == self.closes_at:
            return local.date()  # day and night
        clock = local.time()
        if self.opens_at < self.closes_at:
            return local.date() if self.opens_at <= clock < self.closes_at else None
        if clock >= self.opens_at:
            return local.date()
        return local.date() - timedelta(days=1) if clock < self.closes_at else None

    def next_opening(self, moment: datetime) -> datetime | None:
        """The moment itself while the zone is open, else when it opens next; None when it never does."""
        if self.takes_in_at(moment):
            return moment
        site = self.terminal.zone
        begins = time.min if self.opens_at is None or self.opens_at == self.closes_at else self.opens_at
        today = moment.astimezone(site).date()
        days = (today + timedelta(days=n) for n in range(DAYS_OF_WEEK + 1))
        openings = (datetime.combine(day, begins, site) for day in days if day.isoweekday() not in self.closed_weekdays)
        return next((opening for opening in openings if opening > moment), None)


class ZoneEquipment(Row):
    """One thing goods are moved with or stand on in a zone: a forklift, a scale, a plug."""

    class Kind(models.TextChoices):
        FORKLIFT = "forklift", _("forklift")
        REACH_TRUCK = "reach_truck", _("reach truck")
        PALLET_TRUCK = "pallet_truck", _("pallet truck")
        CRANE = "crane", _("overhead crane")
        CONVEYOR = "conveyor", _("conveyor")
        SCALE = "scale", _("scale")
        DOCK_LEVELLER = "dock_leveller", _("dock leveller")

    zone = models.ForeignKey(Zone, on_delete=models.PROTECT, related_name="equipment", verbose_name=_("zone"))
    code = models.CharField(_("code"), max_length=20)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    capacity_kg = models.PositiveIntegerField(_("lifts at most, kg"), null=True, blank=True)
    active = models.BooleanField(_("in service"), default=True)

    class Meta:
        verbose_name = _("equipment of a zone")
        verbose_name_plural = _("equipment of zones")
        ordering = ["zone_id", "code"]
        constraints = [models.UniqueConstraint(fields=["zone", "code"], name="a_zones_equipment_is_named_once")]

    def __str__(self) -> str:
        return f"{self.code} ({self.get_kind_display()})"


class PartyInZone(Row):
    """Whether one party is confirmed at once in a zone, or answered by staff. No row: as the zone does with all."""

    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="parties", verbose_name=_("zone"))
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="zones", verbose_name=_("party"))
    confirms_at_once = models.BooleanField(_("the terminal confirms at once"))

    class Meta:
        verbose_name = _("party in a zone")
        verbose_name_plural = _("parties in zones")
        ordering = ["zone_id", "party_id"]
        constraints = [models.UniqueConstraint(fields=["zone", "party"], name="a_party_has_one_word_in_a_zone")]

    def __str__(self) -> str:
        return f"{self.party}: {_('at once') if self.confirms_at_once else _('by staff')}"


class Closure(Row):
    """A time in which a zone takes nothing in and holds no new bookings: stocktaking, repair, holiday."""

    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="closures", verbose_name=_("zone"))
    start_at = models.DateTimeField(_("from"))
    end_at = models.DateTimeField(_("to"))
    reason = models.CharField(_("reason"), max_length=200)

    class Meta:
        verbose_name = _("closure")
        verbose_name_plural = _("closures")
        constraints = [models.CheckConstraint(condition=Q(end_at__gt=F("start_at")), name="a_closure_has_duration")]

    def __str__(self) -> str:
        return f"{self.zone}: {self.reason}"


class HalfDay(models.Model):
    """Area held in one zone in one half-day of the site (0: 00–12, 1: 12–24). No row: nothing held, all free.

    The database refuses more than there is; every booking service updates these rows in order.
    """

    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="half_days", verbose_name=_("zone"))
    on = models.DateField(_("day"))
    half = models.PositiveSmallIntegerField(_("half"))
    used_m2 = models.DecimalField(_("held, m²"), max_digits=9, decimal_places=2, default=0)
    capacity_m2 = models.DecimalField(_("capacity, m²"), max_digits=9, decimal_places=2)

    class Meta:
        verbose_name = _("half-day")
        verbose_name_plural = _("half-days")
        ordering = ["zone_id", "on", "half"]
        constraints = [
            models.UniqueConstraint(fields=["zone", "on", "half"], name="a_half_day_is_counted_once"),
            models.CheckConstraint(condition=Q(half__in=[0, 1]), name="a_day_has_two_halves"),
            models.CheckConstraint(condition=Q(used_m2__lte=F("capacity_m2")), name="half_day_is_not_overbooked"),
            models.CheckConstraint(condition=Q(used_m2__gte=0), name="half_day_holds_no_less_than_nothing"),
        ]

    def __str__(self) -> str:
        return f"{self.on} {'00–12' if self.half == 0 else '12–24'}"
