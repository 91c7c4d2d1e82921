"""Hours of the gate: how many trucks a week brings, when it is closed, and what is booked."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import product

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.common.models import Row
from apps.network.models import Terminal


class GateRules(models.Model):
    """How the gate of a terminal works. No row: as the defaults say."""

    terminal = models.OneToOneField(
        Terminal, on_delete=models.CASCADE, related_name="gate_rules", verbose_name=_("terminal")
    )
    early_minutes = models.PositiveSmallIntegerField(_("a truck may come so much before its hour, min"), default=30)
    late_minutes = models.PositiveSmallIntegerField(_("and so long after its hour began, min"), default=90)
    no_show_after_minutes = models.PositiveSmallIntegerField(_("no-show so long after its hour began, min"), default=90)
    horizon_days = models.PositiveSmallIntegerField(_("booked at most so far ahead, days"), default=14)
    pin_attempts = models.PositiveSmallIntegerField(_("a PIN may be mistaken so often"), default=5)
    inspects_in = models.BooleanField(_("what comes in is inspected"), default=True)
    inspects_out = models.BooleanField(_("what goes out is inspected"), default=True)

    class Meta:
        verbose_name = _("gate rules")
        verbose_name_plural = _("gate rules")
        constraints = [
            models.CheckConstraint(
                condition=Q(no_show_after_minutes__gte=F("late_minutes")),
                name="a_truck_that_may_still_come_is_no_no_show",
                violation_error_message=_("A truck cannot be a no-show while it may still come."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.terminal)

    @property
    def early(self) -> timedelta:
        """How much before its hour a truck may come."""
        return timedelta(minutes=self.early_minutes)

    @property
    def late(self) -> timedelta:
        """How long after its hour began a truck may come."""
        return timedelta(minutes=self.late_minutes)

    @property
    def grace(self) -> timedelta:
        """How long after its hour began a truck that has not come is a no-show."""
        return timedelta(minutes=self.no_show_after_minutes)


class WeeklyQuota(models.Model):
    """How many trucks are let in an hour, from one hour of the site's clock to another; no weekday: every day.

    Several that cover an hour add up. None covers it: the gate is shut.
    """

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")
        SATURDAY = 5, _("Saturday")
        SUNDAY = 6, _("Sunday")

    terminal = models.ForeignKey(Terminal, on_delete=models.CASCADE, verbose_name=_("terminal"))
    weekday = models.PositiveSmallIntegerField(_("weekday (empty: every day)"), choices=Weekday, null=True, blank=True)
    start_hour = models.PositiveSmallIntegerField(_("from hour (0–23)"), validators=[MaxValueValidator(23)])
    end_hour = models.PositiveSmallIntegerField(_("to hour (1–24)"), validators=[MaxValueValidator(24)])
    trucks = models.PositiveSmallIntegerField(_("trucks an hour"))

    class Meta:
        verbose_name = _("weekly quota")
        verbose_name_plural = _("weekly quotas")
        ordering = ["terminal_id", "weekday", "start_hour"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(weekday__isnull=True) | Q(weekday__lte=6))
                & Q(end_hour__lte=24, end_hour__gt=F("start_hour")),
                name="a_quota_covers_hours_of_a_week",
                violation_error_message=_("A quota ends after it begins, at 24 at the latest."),
            ),
        ]

    def __str__(self) -> str:
        day = _("every day") if self.weekday is None else self.get_weekday_display()
        return f"{day} {self.start_hour:02d}–{self.end_hour:02d}"

    @property
    def hours(self) -> Iterator[tuple[int, int]]:
        """Every hour it covers, as (weekday, hour)."""
        days = range(7) if self.weekday is None else [self.weekday]
        return product(days, range(self.start_hour, self.end_hour))


class GateClosure(Row):
    """A time in which no trucks are let in: holiday, storm, works."""

    terminal = models.ForeignKey(Terminal, on_delete=models.CASCADE, verbose_name=_("terminal"))
    start_at = models.DateTimeField(_("from"))
    end_at = models.DateTimeField(_("to"))
    reason = models.CharField(_("reason"), max_length=200)

    class Meta:
        verbose_name = _("closure of the gate")
        verbose_name_plural = _("closures of the gate")
        constraints = [
            models.CheckConstraint(condition=Q(end_at__gt=F("start_at")), name="a_gate_closure_has_duration")
        ]

    def __str__(self) -> str:
        return self.reason


class GateHour(models.Model):
    """Trucks booked for one hour of the site, which begins at ``starts_at``. No row: none is booked.

    ``capacity`` is the week's quota when the hour was first asked for, and follows the quota from then on, but never
    below what is booked. The database refuses more than there is; whoever books or frees a slot locks the row.
    """

    terminal = models.ForeignKey(
        Terminal, on_delete=models.CASCADE, related_name="gate_hours", verbose_name=_("terminal")
    )
    starts_at = models.DateTimeField(_("hour"))
    booked = models.PositiveSmallIntegerField(_("booked"), default=0)
    capacity = models.PositiveSmallIntegerField(_("capacity"))

    class Meta:
        verbose_name = _("gate hour")
        verbose_name_plural = _("gate hours")
        ordering = ["terminal_id", "starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["terminal", "starts_at"], name="a_gate_hour_is_counted_once"),
            models.CheckConstraint(condition=Q(booked__lte=F("capacity")), name="gate_hour_is_not_overbooked"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"
