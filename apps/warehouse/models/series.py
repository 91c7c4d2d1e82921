"""Bookings that come again: the same area on the same weekdays, at the same time on the site's clock."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.common.models import Row
from apps.network.models import Terminal
from apps.parties.models import Party
from apps.warehouse.models.work import BookingWork
from apps.warehouse.models.zones import Zone


class BookingSeries(Row):
    """A party's wish for room again and again. The bookings made of it point to it; each lives its own life.

    ``weekdays``: 1 Monday to 7 Sunday. Weeks are counted from that of ``first_on``; of them every ``every_weeks``th
    counts. Clock and duration are the site's wall clock: a series at 8:00 stays at 8:00 when clocks change.
    """

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, verbose_name=_("terminal"))
    number = models.CharField(_("number"), max_length=20, unique=True)
    zone = models.ForeignKey(Zone, on_delete=models.PROTECT, related_name="series", verbose_name=_("zone"))
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="series", verbose_name=_("party"))
    work = models.CharField(_("work"), max_length=8, choices=BookingWork, default=BookingWork.STORAGE)
    area_m2 = models.DecimalField(_("area, m²"), max_digits=9, decimal_places=2)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("weekdays, 1 Monday to 7 Sunday"))
    every_weeks = models.PositiveSmallIntegerField(_("every so many weeks"), default=1)
    from_clock = models.TimeField(_("from, site's clock"))
    duration_minutes = models.PositiveIntegerField(_("duration, min"))
    first_on = models.DateField(_("first day"))
    last_on = models.DateField(_("last day"))
    goods = models.CharField(_("goods"), max_length=200, blank=True)
    reference = models.CharField(_("party's reference"), max_length=60, blank=True)
    requested_at = models.DateTimeField(_("requested"))
    requested_by = models.CharField(_("requested by"), max_length=120)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)

    class Meta:
        verbose_name = _("series of bookings")
        verbose_name_plural = _("series of bookings")
        constraints = [
            models.CheckConstraint(condition=Q(last_on__gte=F("first_on")), name="a_series_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(area_m2__gt=0), name="a_series_has_area"),
            models.CheckConstraint(condition=Q(duration_minutes__gt=0), name="a_series_has_duration"),
            models.CheckConstraint(condition=Q(every_weeks__gt=0), name="a_series_comes_again"),
            models.CheckConstraint(
                condition=Q(weekdays__len__gt=0, weekdays__contained_by=[1, 2, 3, 4, 5, 6, 7]),
                name="a_series_has_weekdays",
            ),
        ]
        indexes = [models.Index(fields=["party", "-requested_at"], name="series_by_party")]

    def __str__(self) -> str:
        return self.number
