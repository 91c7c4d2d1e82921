"""Dock doors, how long work at them takes, and who stands at which of them when."""

from datetime import datetime
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from apps.common.models import Row, choices, one_of
from apps.containers.models import Visit
from apps.network.models import Terminal
from apps.parties.models import Party
from apps.warehouse.models.bookings import Booking
from apps.warehouse.models.zones import Zone
from terminal.docks import DockWork, Handover
from terminal.lifecycle import HOLDING_DOOR, DockStatus


class DockDoor(Row):
    """A door where a box or a truck stands to be unpacked or stuffed. ``serves`` empty: every kind of work."""

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, verbose_name=_("terminal"))
    zone = models.ForeignKey(Zone, on_delete=models.PROTECT, related_name="doors", verbose_name=_("zone"))
    code = models.CharField(_("code"), max_length=10)
    active = models.BooleanField(_("in operation"), default=True)
    serves = ArrayField(
        models.CharField(max_length=8, choices=choices(DockWork)),
        verbose_name=_("work done at it"),
        default=list,
        blank=True,
        help_text=_("None chosen: every kind of work."),
    )

    class Meta:
        verbose_name = _("dock door")
        verbose_name_plural = _("dock doors")
        constraints = [models.UniqueConstraint(fields=["terminal", "code"], name="a_door_code_is_unique")]

    def __str__(self) -> str:
        return self.code

    def can_serve(self, work: str) -> bool:
        """Whether that kind of work is done at this door."""
        return self.active and (not self.serves or work in self.serves)


class DockDuration(Row):
    """How long one kind of work takes at a door, with the truck waiting or gone.

    ``length_ft`` empty: whatever the container's length; a row for the length itself goes before it. No row: nobody
    has said how long it takes, and no appointment can be made for it.
    """

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, verbose_name=_("terminal"))
    work = models.CharField(_("work"), max_length=8, choices=choices(DockWork))
    handover = models.CharField(_("truck waits or leaves"), max_length=4, choices=choices(Handover))
    length_ft = models.PositiveSmallIntegerField(_("container length, ft"), null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(_("duration, min"))

    class Meta:
        verbose_name = _("duration at a door")
        verbose_name_plural = _("durations at doors")
        ordering = ["terminal_id", "work", "handover", F("length_ft").asc(nulls_first=True)]
        constraints = [
            one_of("work", DockWork, "a_duration_is_of_known_work"),
            one_of("handover", Handover, "a_duration_is_live_or_drop"),
            models.UniqueConstraint(
                fields=["terminal", "work", "handover", "length_ft"], name="work_takes_one_time", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(minutes__gt=0), name="work_takes_time"),
        ]

    def __str__(self) -> str:
        length = f" {self.length_ft}′" if self.length_ft else ""
        return f"{self.get_work_display()}, {self.get_handover_display()}{length}: {self.minutes} min"


class DockAppointmentQuerySet(models.QuerySet["DockAppointment"]):
    """Questions about dock appointments that chain."""

    def holding_door(self) -> Self:
        """Appointments whose door is taken."""
        return self.filter(status__in=sorted(HOLDING_DOOR))

    def overlapping(self, start: datetime, end: datetime) -> Self:
        """Appointments that share time with the half-open window."""
        return self.filter(start_at__lt=end, end_at__gt=start)


class DockAppointment(Row):
    """One truck's or box's time at a door. While it is booked or at the door, nobody else has the door then.

    ``booking``: the room the goods go to or come from. ``visit``: the container that is worked. ``plate``: the truck
    that comes, where that is known. Planned and actual times are different columns.
    """

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, verbose_name=_("terminal"))
    number = models.CharField(_("number"), max_length=20, unique=True)
    door = models.ForeignKey(
        DockDoor, on_delete=models.PROTECT, related_name="appointments", verbose_name=_("dock door")
    )
    party = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="dock_appointments", verbose_name=_("party")
    )
    work = models.CharField(_("work"), max_length=8, choices=choices(DockWork))
    handover = models.CharField(
        _("truck waits or leaves"), max_length=4, choices=choices(Handover), default=Handover.LIVE.value
    )
    booking = models.ForeignKey(
        Booking,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="dock_appointments",
        verbose_name=_("booking"),
    )
    visit = models.ForeignKey(
        Visit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="dock_appointments",
        verbose_name=_("container"),
    )
    plate = models.CharField(_("plate"), max_length=20, blank=True)
    reference = models.CharField(_("party's reference"), max_length=60, blank=True)
    start_at = models.DateTimeField(_("from"))
    end_at = models.DateTimeField(_("to"))
    status = models.CharField(_("status"), max_length=10, choices=choices(DockStatus), default=DockStatus.BOOKED.value)
    booked_at = models.DateTimeField(_("booked"))
    booked_by = models.CharField(_("booked by"), max_length=120)
    arrived_at = models.DateTimeField(_("arrived"), null=True, blank=True)
    started_at = models.DateTimeField(_("work began"), null=True, blank=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    reason = models.CharField(_("why it ended so"), max_length=200, blank=True)
    ended_by = models.CharField(_("ended by"), max_length=120, blank=True)

    objects = DockAppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("dock appointment")
        verbose_name_plural = _("dock appointments")
        constraints = [
            one_of("status", DockStatus, "dock_appointment_status_is_known"),
            one_of("work", DockWork, "dock_work_is_known"),
            one_of("handover", Handover, "a_truck_waits_or_leaves"),
            models.CheckConstraint(condition=Q(end_at__gt=F("start_at")), name="a_dock_appointment_has_duration"),
            ExclusionConstraint(
                name="dock_serves_one_appointment",
                expressions=[
                    ("door", RangeOperators.EQUAL),
                    (
                        Func("start_at", "end_at", function="TSTZRANGE", output_field=DateTimeRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(status__in=["arrived", "booked", "in_work"]),
            ),
        ]
        indexes = [
            models.Index(fields=["door", "start_at"], name="dock_appointments_by_door"),
            models.Index(fields=["party", "-booked_at"], name="dock_appointments_by_party"),
            models.Index(fields=["start_at"], condition=Q(status="booked"), name="dock_appointments_to_come"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.door}"
