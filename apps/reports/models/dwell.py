"""How long the boxes of a day stood."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.common.models import choices, one_of
from apps.network.models import Terminal
from terminal.kpis import Load
from terminal.regimes import Direction


class DailyDwell(models.Model):
    """The stays that ended on a site day, of one direction and load, in minutes, the shortest first.

    No row: no such box left that day. All of them are kept, because medians of days make no median of a month.
    """

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, verbose_name=_("terminal"))
    on = models.DateField(_("day"))
    direction = models.CharField(_("direction"), max_length=10, choices=choices(Direction))
    load = models.CharField(_("load"), max_length=8, choices=choices(Load))
    minutes = ArrayField(models.PositiveIntegerField(), verbose_name=_("minutes"))

    class Meta:
        verbose_name = _("dwell of a day")
        verbose_name_plural = _("dwell of days")
        ordering = ["-on"]
        constraints = [
            one_of("load", Load, "load_is_known"),
            models.UniqueConstraint(fields=["terminal", "on", "direction", "load"], name="dwell_is_counted_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.terminal} {self.on} {self.direction} {self.load}"
