"""Calls: a train, ship, barge or truck at the terminal."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.common.models import Row, choices, one_of
from apps.network.models import Terminal
from apps.parties.models import Party
from terminal.lifecycle import ON_SITE, Phase
from terminal.throughput import Mode


class CallQuerySet(models.QuerySet["Call"]):
    """Questions about calls that chain."""

    def on_site(self) -> Self:
        """Carriers that stand here now."""
        return self.filter(phase__in=sorted(ON_SITE))

    def expected(self) -> Self:
        """Carriers that are to come."""
        return self.filter(phase__in=[Phase.SCHEDULED.value, Phase.ANNOUNCED.value])


class Call(Row):
    """One carrier at the terminal once. Planned, estimated and actual times are separate; every change is journalled.

    Others are told of an estimate when it differs from the one they were ``told`` last by ``tell_from_minutes`` or
    more. An actual time is there if and only if it happened. ``source`` and ``source_ref`` name the report it was first
    known from; without them the terminal's own staff entered it.
    """

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, verbose_name=_("terminal"))
    mode = models.CharField(_("mode"), max_length=5, choices=choices(Mode))
    number = models.CharField(_("train, voyage or plate number"), max_length=40)
    carrier = models.CharField(_("carrier"), max_length=120, blank=True)
    operator = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, blank=True, related_name="calls", verbose_name=_("operator")
    )
    phase = models.CharField(_("phase"), max_length=14, choices=choices(Phase), default=Phase.SCHEDULED.value)
    scheduled_arrival_at = models.DateTimeField(_("planned arrival"), null=True, blank=True)
    estimated_arrival_at = models.DateTimeField(_("estimated arrival"), null=True, blank=True)
    arrived_at = models.DateTimeField(_("arrived"), null=True, blank=True)
    scheduled_departure_at = models.DateTimeField(_("planned departure"), null=True, blank=True)
    estimated_departure_at = models.DateTimeField(_("estimated departure"), null=True, blank=True)
    departed_at = models.DateTimeField(_("departed"), null=True, blank=True)
    told_arrival_at = models.DateTimeField(_("arrival last told"), null=True, blank=True)
    told_departure_at = models.DateTimeField(_("departure last told"), null=True, blank=True)
    tell_from_minutes = models.PositiveSmallIntegerField(_("estimates are told from a change of, min"), default=0)
    cut_off_at = models.DateTimeField(_("cut-off"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)
    cancel_reason = models.CharField(_("reason of cancellation"), max_length=200, blank=True)
    source = models.CharField(max_length=60, null=True, blank=True)  # noqa: DJ001 - absent, so that UNIQUE passes over it
    source_ref = models.CharField(max_length=160, null=True, blank=True)  # noqa: DJ001 - as above

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        constraints = [
            one_of("mode", Mode, "call_mode_is_known"),
            one_of("phase", Phase, "call_phase_is_known"),
            models.CheckConstraint(
                condition=Q(departed_at__isnull=True) | Q(arrived_at__isnull=False, departed_at__gte=F("arrived_at")),
                name="carrier_departs_after_it_arrived",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True) | Q(arrived_at__isnull=True),
                name="cancelled_only_before_arrival",
            ),
            models.UniqueConstraint(fields=["terminal", "source", "source_ref"], name="a_reported_call_is_one_call"),
        ]
        indexes = [
            models.Index(fields=["terminal", "phase"], name="calls_by_phase"),
            models.Index(fields=["terminal", "number"], name="calls_by_number"),
            models.Index(fields=["terminal", "departed_at"], name="calls_by_departure"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def expected_arrival_at(self) -> object:
        """The best word on its arrival: actual, else estimated, else planned."""
        return self.arrived_at or self.estimated_arrival_at or self.scheduled_arrival_at

    @property
    def expected_departure_at(self) -> object:
        """The best word on its departure: actual, else estimated, else planned."""
        return self.departed_at or self.estimated_departure_at or self.scheduled_departure_at
