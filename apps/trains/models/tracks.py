"""Tracks: how long and how clear they are, which train stands on which metres, and which is to."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, IntegerRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from apps.common.models import Row
from apps.network.models import Terminal
from apps.trains.models.trains import TrainVisit


class Track(Row):
    """A working track of the terminal. No clear height or width: nobody measured, nothing is refused for it."""

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, verbose_name=_("terminal"))
    code = models.CharField(_("code"), max_length=10)
    usable_m = models.PositiveIntegerField(_("usable length, m"))
    place_m = models.PositiveIntegerField(_("length of a train place, m"), default=800)
    closed = models.BooleanField(_("closed"), default=False)
    gauge_mm = models.PositiveSmallIntegerField(_("gauge, mm"), default=1435)
    clear_height_mm = models.PositiveSmallIntegerField(_("clear height over the rails, mm"), null=True, blank=True)
    clear_width_mm = models.PositiveSmallIntegerField(_("clear width, mm"), null=True, blank=True)
    cranes = models.BooleanField(_("gantry cranes reach it"), default=True)

    class Meta:
        verbose_name = _("track")
        verbose_name_plural = _("tracks")
        ordering = ["terminal_id", "code"]
        constraints = [models.UniqueConstraint(fields=["terminal", "code"], name="a_track_code_is_unique")]

    def __str__(self) -> str:
        return self.code

    @property
    def places(self) -> int:
        """Whole trains of the standard length that fit: 950 m take one of 800 m."""
        return self.usable_m // self.place_m


class TrackStay(Row):
    """Metres of a track that a train really stands on, from when to when. Open end: it stands there now."""

    track = models.ForeignKey(Track, on_delete=models.PROTECT, related_name="stays", verbose_name=_("track"))
    train = models.ForeignKey(TrainVisit, on_delete=models.PROTECT, related_name="stays", verbose_name=_("train"))
    from_m = models.PositiveIntegerField(_("from metre"))
    to_m = models.PositiveIntegerField(_("to metre"))
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("track occupation")
        verbose_name_plural = _("track occupations")
        constraints = [
            models.CheckConstraint(condition=Q(to_m__gt=F("from_m")), name="a_train_has_length"),
            ExclusionConstraint(
                name="track_metres_hold_one_train",
                expressions=[
                    ("track", RangeOperators.EQUAL),
                    (
                        Func("from_m", "to_m", function="INT4RANGE", output_field=IntegerRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func("since", "until", function="TSTZRANGE", output_field=DateTimeRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.track} {self.from_m}–{self.to_m} m"


class TrackPlan(Row):
    """Metres of a track that a train is to stand on. Plans may clash: that is shown, not refused.

    ``by_hand``: staff chose the track; what is suggested anew leaves it alone.
    """

    track = models.ForeignKey(Track, on_delete=models.PROTECT, related_name="plans", verbose_name=_("track"))
    train = models.OneToOneField(
        TrainVisit, on_delete=models.CASCADE, related_name="track_plan", verbose_name=_("train")
    )
    from_m = models.PositiveIntegerField(_("from metre"), default=0)
    to_m = models.PositiveIntegerField(_("to metre"))
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    by_hand = models.BooleanField(_("chosen by staff"), default=False)

    class Meta:
        verbose_name = _("planned track")
        verbose_name_plural = _("planned tracks")
        constraints = [
            models.CheckConstraint(condition=Q(to_m__gt=F("from_m")), name="a_planned_train_has_length"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="a_planned_stay_has_duration"),
        ]
        indexes = [models.Index(fields=["track", "starts_at"], name="track_plans_by_time")]

    def __str__(self) -> str:
        return f"{self.track} {self.from_m}–{self.to_m} m"
