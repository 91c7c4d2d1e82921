"""What lifts boxes, and when it does not."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from apps.common.models import Row, choices, one_of
from apps.network.models import Terminal
from terminal.work import Machine


class Equipment(Row):
    """One machine that lifts boxes: what it is says what it can do (``terminal.work``)."""

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, verbose_name=_("terminal"))
    code = models.CharField(_("code"), max_length=20)
    kind = models.CharField(_("kind"), max_length=16, choices=choices(Machine))
    lifts_per_hour = models.PositiveSmallIntegerField(_("lifts per hour"))
    active = models.BooleanField(_("in service"), default=True)

    class Meta:
        verbose_name = _("machine")
        verbose_name_plural = _("equipment")
        ordering = ["terminal_id", "code"]
        constraints = [
            one_of("kind", Machine, "equipment_kind_is_known"),
            models.UniqueConstraint(fields=["terminal", "code"], name="an_equipment_code_is_unique"),
        ]

    def __str__(self) -> str:
        return self.code


class Downtime(Row):
    """A time in which a machine does not work: repair, inspection, wind. ``until`` empty: until further notice."""

    equipment = models.ForeignKey(
        Equipment, on_delete=models.CASCADE, related_name="downtimes", verbose_name=_("machine")
    )
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200)

    class Meta:
        verbose_name = _("downtime")
        verbose_name_plural = _("downtimes")
        ordering = ["equipment_id", "since"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")), name="a_downtime_ends_after_it_began"
            ),
            ExclusionConstraint(
                name="a_machine_is_down_once_at_a_time",
                expressions=[
                    ("equipment", RangeOperators.EQUAL),
                    (
                        Func("since", "until", function="TSTZRANGE", output_field=DateTimeRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.equipment.code}: {self.reason}"
