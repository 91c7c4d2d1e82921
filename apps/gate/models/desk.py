"""What is looked at on the lane, and what is sorted out at the desk."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.common.models import Row, choices, one_of
from apps.containers.models import Damage, Visit
from apps.gate.models.appointments import Appointment, AppointmentBox
from terminal.gate import Condition, Trouble
from terminal.seals import LONGEST


class Inspection(Row):
    """An equipment interchange receipt (EIR): how a box looked when it passed from one hand into another.

    The damages and seals themselves are notes of the visit; here stands which of them were written down on this lane.
    ``seals`` are the numbers that were seen, in their order. Photos of the whole box are attachments whose subject it
    is. A second look is a further row: the latest one counts.
    """

    number = models.CharField(_("number"), max_length=20, unique=True)
    box = models.ForeignKey(
        AppointmentBox, on_delete=models.PROTECT, related_name="inspections", verbose_name=_("box of the truck")
    )
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="gate_inspections", verbose_name=_("visit"))
    condition = models.CharField(_("condition"), max_length=10, choices=choices(Condition))
    seals = ArrayField(models.CharField(max_length=LONGEST), verbose_name=_("seals seen"), default=list, blank=True)
    damages = models.ManyToManyField(Damage, verbose_name=_("damages"), blank=True)
    remark = models.CharField(_("remark"), max_length=200, blank=True)
    inspected_at = models.DateTimeField(_("inspected"))
    inspected_by = models.CharField(_("inspected by"), max_length=120)

    class Meta:
        verbose_name = _("inspection at the gate")
        verbose_name_plural = _("inspections at the gate")
        constraints = [one_of("condition", Condition, "condition_is_known")]
        indexes = [models.Index(fields=["visit", "inspected_at"], name="inspections_by_visit")]

    def __str__(self) -> str:
        return self.number


class TroubleCase(Row):
    """One thing that is wrong with a truck or one of its boxes. While one is open, the truck goes nowhere."""

    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, related_name="troubles", verbose_name=_("truck")
    )
    box = models.ForeignKey(
        AppointmentBox,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="troubles",
        verbose_name=_("box of the truck"),
    )
    kind = models.CharField(_("what is wrong"), max_length=15, choices=choices(Trouble))
    note = models.CharField(_("note"), max_length=200, blank=True)
    opened_at = models.DateTimeField(_("opened"))
    opened_by = models.CharField(_("opened by"), max_length=120)
    resolution = models.CharField(_("how it was resolved"), max_length=200, blank=True)
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True)
    resolved_by = models.CharField(_("resolved by"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("case at the trouble desk")
        verbose_name_plural = _("trouble desk")
        constraints = [
            one_of("kind", Trouble, "trouble_is_known"),
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True) | ~Q(resolution=""), name="a_resolved_case_says_how"
            ),
        ]
        indexes = [
            models.Index(fields=["appointment"], condition=Q(resolved_at__isnull=True), name="open_troubles"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.appointment})"
