"""A truck's turn at the gate, and the boxes it brings and collects."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.calls.models import Call
from apps.common.models import Row, choices, one_of
from apps.containers.models import Visit
from apps.gate.models.rights import DeliveryOrder, ReleasePin
from apps.network.models import Terminal
from apps.parties.models import Party
from terminal.lifecycle import TRUCK_IS_HERE, AppointmentStatus
from terminal.throughput import Direction


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    """Questions about appointments that chain."""

    def booked(self) -> Self:
        """Trucks that are to come: each of them takes a slot of its hour."""
        return self.filter(status=AppointmentStatus.BOOKED.value)

    def here(self) -> Self:
        """Trucks at the gate or inside."""
        return self.filter(status__in=sorted(TRUCK_IS_HERE))


class Appointment(Row):
    """A truck's turn at the gate: booked for an hour of the site, or (no ``starts_at``) it came without having booked.

    ``call`` is the truck's call, from its arrival on. ``admitted_at``: it was let in. A booked one takes a slot of its
    hour, and so does one that came in it; cancelled, closed and missed ones take none. ``offered`` are the hours the
    terminal offered when it closed this one.
    """

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, verbose_name=_("terminal"))
    number = models.CharField(_("number"), max_length=20, unique=True)
    haulier = models.ForeignKey(
        Party,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="appointments",
        verbose_name=_("haulier"),
    )
    starts_at = models.DateTimeField(_("hour"), null=True, blank=True)
    plate = models.CharField(_("plate"), max_length=20)
    driver_name = models.CharField(_("driver"), max_length=80, blank=True)
    driver_phone = models.CharField(_("driver's phone"), max_length=30, blank=True)
    reference = models.CharField(_("haulier's reference"), max_length=60, blank=True)
    status = models.CharField(
        _("status"), max_length=12, choices=choices(AppointmentStatus), default=AppointmentStatus.BOOKED.value
    )
    call = models.OneToOneField(
        Call, on_delete=models.PROTECT, null=True, blank=True, related_name="appointment", verbose_name=_("call")
    )
    booked_at = models.DateTimeField(_("booked"))
    booked_by = models.CharField(_("booked by"), max_length=120)
    arrived_at = models.DateTimeField(_("arrived"), null=True, blank=True)
    admitted_at = models.DateTimeField(_("let in"), null=True, blank=True)
    left_at = models.DateTimeField(_("has left"), null=True, blank=True)
    reason = models.CharField(_("why it ended so"), max_length=200, blank=True)
    offered = ArrayField(models.DateTimeField(), verbose_name=_("hours offered instead"), default=list, blank=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("truck appointment")
        verbose_name_plural = _("truck appointments")
        constraints = [
            one_of("status", AppointmentStatus, "appointment_status_is_known"),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=False) | Q(arrived_at__isnull=False),
                name="a_truck_has_an_hour_or_has_come",
            ),
            models.CheckConstraint(
                condition=Q(call__isnull=True, arrived_at__isnull=True)
                | Q(call__isnull=False, arrived_at__isnull=False),
                name="a_truck_that_came_is_a_call",
            ),
            models.UniqueConstraint(
                fields=["terminal", "plate"],
                condition=Q(status__in=["arrived", "in_trouble"]),
                name="a_truck_is_here_once",
            ),
        ]
        indexes = [
            models.Index(fields=["terminal", "starts_at"], name="appointments_by_hour"),
            models.Index(fields=["haulier", "-booked_at"], name="appointments_by_haulier"),
            models.Index(fields=["starts_at"], condition=Q(status="booked"), name="appointments_to_come"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.plate}"

    @property
    def is_here(self) -> bool:
        """Whether the truck stands at the gate or inside."""
        return self.status in TRUCK_IS_HERE


class AppointmentBox(Row):
    """A box a truck brings (``in``) or collects (``out``).

    What is brought gets its visit when the truck arrives; what is collected has one from the beginning, and the order
    or PIN that gives the right to it. ``done_at``: taken off the truck, or gone out with it. ``ended_at``: done, left
    behind, or the appointment is over; until then no other truck can collect it.
    """

    appointment = models.ForeignKey(
        Appointment, on_delete=models.CASCADE, related_name="boxes", verbose_name=_("appointment")
    )
    direction = models.CharField(_("in or out"), max_length=3, choices=choices(Direction))
    number = models.CharField(_("container number"), max_length=11)
    size_type = models.CharField(_("size-type"), max_length=4)
    reference = models.CharField(_("number in the papers"), max_length=60, blank=True)
    laden = models.BooleanField(_("laden"), null=True, blank=True)
    visit = models.ForeignKey(
        Visit, on_delete=models.PROTECT, null=True, blank=True, related_name="truck_turns", verbose_name=_("visit")
    )
    delivery_order = models.ForeignKey(
        DeliveryOrder,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="boxes",
        verbose_name=_("delivery order"),
    )
    pin = models.ForeignKey(
        ReleasePin, on_delete=models.PROTECT, null=True, blank=True, related_name="boxes", verbose_name="PIN"
    )
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    reason = models.CharField(_("why it was left behind"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("box of a truck")
        verbose_name_plural = _("boxes of trucks")
        ordering = ["pk"]
        constraints = [
            one_of("direction", Direction, "a_box_comes_or_goes"),
            models.CheckConstraint(
                condition=Q(direction="in") | Q(visit__isnull=False), name="what_is_collected_is_known"
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(ended_at__isnull=False), name="what_is_done_has_ended"
            ),
            models.UniqueConstraint(fields=["appointment", "direction", "number"], name="a_box_is_named_once_a_truck"),
            models.UniqueConstraint(
                fields=["visit"],
                condition=Q(direction="out", ended_at__isnull=True),
                name="a_box_is_collected_by_one_truck",
            ),
        ]
        indexes = [models.Index(fields=["number"], name="boxes_of_trucks_by_number")]

    def __str__(self) -> str:
        return f"{self.number} ({self.get_direction_display()})"

    @property
    def comes_in(self) -> bool:
        """Whether the truck brings it."""
        return self.direction == Direction.IN
