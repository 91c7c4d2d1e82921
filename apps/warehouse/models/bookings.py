"""Bookings of area, and the containers they are for."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.common.models import Row, choices, one_of
from apps.containers.models import Visit
from apps.network.models import Terminal
from apps.parties.models import Party
from apps.warehouse.models.series import BookingSeries
from apps.warehouse.models.work import BookingWork
from apps.warehouse.models.zones import Zone
from terminal.lifecycle import HOLDING_SPACE, BookingStatus


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
    request that nobody answers gives its area back at ``expires_at``. ``released_at``: it held its area, and gave back
    then what was left of it; the half-days before that one stay counted. The database itself counts what a booking
    holds (Note [The database counts]). Height and load are the goods', where the party told them.
    """

    Work = BookingWork

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, verbose_name=_("terminal"))
    number = models.CharField(_("number"), max_length=20, unique=True)
    zone = models.ForeignKey(Zone, on_delete=models.PROTECT, related_name="bookings", verbose_name=_("zone"))
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="bookings", verbose_name=_("party"))
    work = models.CharField(_("work"), max_length=8, choices=BookingWork, default=BookingWork.STORAGE)
    series = models.ForeignKey(
        BookingSeries,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="bookings",
        verbose_name=_("series"),
    )
    visit = models.ForeignKey(
        Visit, on_delete=models.PROTECT, null=True, blank=True, related_name="bookings", verbose_name=_("container")
    )
    area_m2 = models.DecimalField(_("area, m²"), max_digits=9, decimal_places=2)
    start_at = models.DateTimeField(_("from"))
    end_at = models.DateTimeField(_("to"))
    status = models.CharField(
        _("status"), max_length=10, choices=choices(BookingStatus), default=BookingStatus.REQUESTED.value
    )
    released_at = models.DateTimeField(_("area given back"), null=True, blank=True)
    goods = models.CharField(_("goods"), max_length=200, blank=True)
    height_m = models.DecimalField(_("height of the goods, m"), max_digits=4, decimal_places=1, null=True, blank=True)
    load_t_per_m2 = models.DecimalField(
        _("load of the goods, t/m²"), max_digits=4, decimal_places=1, null=True, blank=True
    )
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
            models.CheckConstraint(
                condition=Q(released_at__isnull=True)
                | ~Q(status__in=["checked_in", "confirmed", "requested", "waiting"]),
                name="what_holds_area_has_not_given_it_back",
            ),
        ]
        indexes = [
            models.Index(fields=["zone", "start_at", "end_at"], name="bookings_by_zone_and_time"),
            models.Index(fields=["party", "-requested_at"], name="bookings_by_party"),
            models.Index(
                fields=["expires_at"], condition=Q(status__in=["requested", "waiting"]), name="bookings_to_expire"
            ),
            models.Index(
                fields=["zone", "end_at"],
                condition=Q(status__in=["checked_in", "confirmed", "requested"]),
                name="bookings_holding_area",
            ),
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
