"""Trains at the terminal: what a rail call has beyond a call."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.calls.models import Call
from apps.common.models import Row
from apps.trains.models.timetable import TimetableLine, TrainService


class TrainVisit(Row):
    """What a rail call has beyond a call: its service, its length, and when its consist came (a fact, not a phase).

    ``line`` and ``runs_on``: the line of the timetable, and the day of the site on which it arrives by that; the
    ``timetabled`` times are what the timetable last wrote, by which it is known whether anybody has touched the train.
    ``consist_sent_at``: the railway has the papers of what it takes.
    """

    call = models.OneToOneField(Call, on_delete=models.PROTECT, related_name="train", verbose_name=_("call"))
    service = models.ForeignKey(
        TrainService, on_delete=models.PROTECT, null=True, blank=True, related_name="visits", verbose_name=_("service")
    )
    length_m = models.PositiveSmallIntegerField(_("train length, m"), default=800)
    consist_received_at = models.DateTimeField(_("consist received"), null=True, blank=True)
    line = models.ForeignKey(
        TimetableLine,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="visits",
        verbose_name=_("line of the timetable"),
    )
    runs_on = models.DateField(_("runs on"), null=True, blank=True)
    timetabled_arrival_at = models.DateTimeField(_("arrival by timetable"), null=True, blank=True)
    timetabled_departure_at = models.DateTimeField(_("departure by timetable"), null=True, blank=True)
    consist_sent_at = models.DateTimeField(_("consist sent"), null=True, blank=True)
    brakes_tested_at = models.DateTimeField(_("brakes tested"), null=True, blank=True)
    brakes_tested_by = models.CharField(_("brakes tested by"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("train visit")
        verbose_name_plural = _("train visits")
        constraints = [
            models.UniqueConstraint(
                fields=["line", "runs_on"], condition=Q(line__isnull=False), name="a_timetable_runs_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(brakes_tested_at__isnull=True) | ~Q(brakes_tested_by=""),
                name="a_brake_test_says_whose",
            ),
        ]

    def __str__(self) -> str:
        return self.call.number
