"""The warehouse: zones, their half-days, dock doors and bookings."""

from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.common.models import Row, choices, one_of
from apps.containers.models import Visit
from apps.network.models import Terminal
from apps.parties.models import Party
from terminal.lifecycle import HOLDING_SPACE, BookingStatus


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
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def capacity_m2(self) -> Decimal:
        """What may be booked in a half-day: the usable area and the stated overbooking rounded down to 0.01 m²."""
        share = (100 + Decimal(self.overbooking_percent)) / 100
        return (Decimal(self.usable_m2) * share).quantize(Decimal("0.01"), ROUND_DOWN)

    def takes_in_at(self, moment: datetime) -> bool:
        """Whether the moment lies in the opening hours; hours that end before they begin go past midnight."""
        if self.opens_at is None or self.closes_at is None or self.opens_at == self.closes_at:
            return True
        clock = moment.astimezone(self.terminal.zone).time()
        if self.opens_at < self.closes_at:
            return self.opens_at <= clock < self.closes_at
        return clock >= self.opens_at or clock < self.closes_at

    def next_opening(self, moment: datetime) -> datetime:
        """The moment itself while the zone is open, else when it opens next."""
        if self.takes_in_at(moment) or self.opens_at is None:
            return moment
        site = self.terminal.zone
        local = moment.astimezone(site)
        today = datetime.combine(local.date(), self.opens_at, site)
        tomorrow = datetime.combine(local.date() + timedelta(days=1), self.opens_at, site)
        return today if today > moment else tomorrow


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


class DockDoor(Row):
    """A door where a box or a truck stands to be unpacked or stuffed."""

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, verbose_name=_("terminal"))
    zone = models.ForeignKey(Zone, on_delete=models.PROTECT, related_name="doors", verbose_name=_("zone"))
    code = models.CharField(_("code"), max_length=10)

    class Meta:
        verbose_name = _("dock door")
        verbose_name_plural = _("dock doors")
        constraints = [models.UniqueConstraint(fields=["terminal", "code"], name="a_door_code_is_unique")]

    def __str__(self) -> str:
        return self.code


class BookingQuerySet(models.QuerySet["Booking"]):
    """Questions about bookings that chain."""

    def holding_space(self) -> Self:
        """Bookings whose area is taken."""
        return self.filter(status__in=sorted(HOLDING_SPACE))

    def overlapping(self, start: object, end: object) -> Self:
        """Bookings that share time with the half-open window."""
        return self.filter(start_at__lt=end, end_at__gt=start)


class Booking(Row):
    """A party's wish, then right, to an area of a zone for a time, or to have a box unpacked or stuffed.

    ``requested``, ``confirmed`` and ``checked_in`` hold their area in the half-days; any other status holds nothing. A
    request that nobody answers gives its area back at ``expires_at``.
    """

    class Work(models.TextChoices):
        STORAGE = "storage", _("storage")
        STRIP = "strip", _("unpacking")
        STUFF = "stuff", _("stuffing")

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, verbose_name=_("terminal"))
    number = models.CharField(_("number"), max_length=20, unique=True)
    zone = models.ForeignKey(Zone, on_delete=models.PROTECT, related_name="bookings", verbose_name=_("zone"))
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="bookings", verbose_name=_("party"))
    work = models.CharField(_("work"), max_length=8, choices=Work, default=Work.STORAGE)
    visit = models.ForeignKey(
        Visit, on_delete=models.PROTECT, null=True, blank=True, related_name="bookings", verbose_name=_("container")
    )
    area_m2 = models.DecimalField(_("area, m²"), max_digits=9, decimal_places=2)
    start_at = models.DateTimeField(_("from"))
    end_at = models.DateTimeField(_("to"))
    status = models.CharField(
        _("status"), max_length=10, choices=choices(BookingStatus), default=BookingStatus.REQUESTED.value
    )
    goods = models.CharField(_("goods"), max_length=200, blank=True)
    reference = models.CharField(_("party's reference"), max_length=60, blank=True)
    requested_at = models.DateTimeField(_("requested"))
    requested_by = models.CharField(_("requested by"), max_length=120)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    reason = models.CharField(_("reason of the refusal or cancellation"), max_length=200, blank=True)

    objects = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = _("warehouse booking")
        verbose_name_plural = _("warehouse bookings")
        constraints = [
            one_of("status", BookingStatus, "booking_status_is_known"),
            models.CheckConstraint(condition=Q(end_at__gt=F("start_at")), name="a_booking_has_duration"),
            models.CheckConstraint(condition=Q(area_m2__gt=0), name="a_booking_has_area"),
        ]
        indexes = [
            models.Index(fields=["zone", "start_at", "end_at"], name="bookings_by_zone_and_time"),
            models.Index(fields=["party", "-requested_at"], name="bookings_by_party"),
            models.Index(fields=["expires_at"], condition=Q(status="requested"), name="bookings_to_expire"),
        ]

    def __str__(self) -> str:
        return self.number


class BookedBox(Row):
    """A container a booking is for. ``made``: it was advised with the booking; else its party had advised it before."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="boxes", verbose_name=_("booking"))
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="booked", verbose_name=_("container"))
    made = models.BooleanField(_("advised with the booking"))

    class Meta:
        verbose_name = _("container of a booking")
        verbose_name_plural = _("containers of bookings")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["booking", "visit"], name="a_box_is_booked_once_a_booking")]

    def __str__(self) -> str:
        return str(self.visit)
