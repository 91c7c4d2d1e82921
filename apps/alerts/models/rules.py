"""What is watched: rules, how each stands, and what it saw."""

from datetime import timedelta
from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from apps.alerts.models.scopes import Scoped, one_part_only
from apps.common.figures import percent
from apps.common.models import Row, choices, one_of
from terminal.lifecycle import AlertState
from terminal.metrics import BY_PLACE, Stock
from terminal.pressure import Thresholds
from terminal.telling import Hours

FORECAST: Final = frozenset(each.value for each in Stock)
"""Zones and offices are forecast by themselves; blocks and tracks are not."""


class Rule(Scoped, Row):
    """A figure to be watched. A stock is watched by its pressure, a flow by the day's plan against rated.

    Without a part the figure of the whole site. ``warns_of``: the share it warns of, by which it is judged.
    ``within_hours``: the lines are no shares of capacity but the likelihood, by the forecast, that the figure comes to
    what it warns of within so many hours.
    ``speaks_on``, ``speaks_from``, ``speaks_until``: the days (Monday 0) and hours of the site in which anybody is
    told; what is raised outside of them is told when they begin, if it still stands. ``no_data_to``: who hears, once an
    outage, that nothing could be read for ``no_data_after_seconds``.
    """

    class Metric(models.TextChoices):
        YARD_TEU = "yard_teu", _("yard, TEU")
        TRAIN_PLACES = "train_places", _("train places")
        TRACK_METRES = "track_metres", _("track metres")
        WAREHOUSE_M2 = "warehouse_m2", _("warehouse, m²")
        CUSTOMS_QUEUE = "customs_queue", _("customs queue")
        CUSTOMS_ANSWER = "customs_answer", _("oldest question to customs, h")
        TRAINS_PER_DAY = "trains_per_day", _("trains a day")
        TEU_PER_DAY = "teu_per_day", _("TEU a day")

    class Severity(models.TextChoices):
        NOTICE = "notice", pgettext_lazy("severity", "notice")
        WARNING = "warning", pgettext_lazy("severity", "warning")
        CRITICAL = "critical", pgettext_lazy("severity", "critical")

    class NoDataTo(models.TextChoices):
        NOBODY = "nobody", _("nobody")
        READERS = "readers", _("the alert's readers")
        ADMINISTRATORS = "administrators", _("administrators")

    FLOWS = (Metric.TRAINS_PER_DAY, Metric.TEU_PER_DAY)
    PART_OF: Final[dict[str, str]] = {
        Metric.YARD_TEU: "block",
        Metric.TRAIN_PLACES: "track",
        Metric.TRACK_METRES: "track",
        Metric.WAREHOUSE_M2: "zone",
        Metric.CUSTOMS_QUEUE: "office",
        Metric.CUSTOMS_ANSWER: "office",
    }

    metric = models.CharField(_("figure"), max_length=20, choices=Metric)
    severity = models.CharField(_("severity"), max_length=8, choices=Severity, default=Severity.WARNING)
    warn_at = models.DecimalField(_("warn at (share)"), max_digits=5, decimal_places=3, default="0.75")
    raise_at = models.DecimalField(_("raise at (share)"), max_digits=5, decimal_places=3, default="0.85")
    clear_below = models.DecimalField(_("clear below (share)"), max_digits=5, decimal_places=3, default="0.80")
    warns_of = models.DecimalField(_("warns of (share)"), max_digits=5, decimal_places=3, default="1.000")
    within_hours = models.PositiveSmallIntegerField(
        _("by forecast, within h (empty: as it is)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(336)],
    )
    pending_seconds = models.PositiveIntegerField(_("breached for, s"), default=900)
    recovery_seconds = models.PositiveIntegerField(_("recovered for, s"), default=1800)
    capacity = models.DecimalField(
        _("capacity (empty: as built)"), max_digits=10, decimal_places=2, null=True, blank=True
    )
    speaks_on = ArrayField(
        models.PositiveSmallIntegerField(validators=[MaxValueValidator(6)]),
        verbose_name=_("speaks on (0 Monday … 6 Sunday; empty: every day)"),
        default=list,
        blank=True,
    )
    speaks_from = models.TimeField(_("speaks from (site time)"), null=True, blank=True)
    speaks_until = models.TimeField(_("speaks until (site time)"), null=True, blank=True)
    no_data_to = models.CharField(
        _("who hears of no data"), max_length=14, choices=NoDataTo, default=NoDataTo.ADMINISTRATORS
    )
    no_data_after_seconds = models.PositiveIntegerField(_("no data for, s"), default=1800)
    repeat_seconds = models.PositiveIntegerField(_("said again after, s (0: never)"), default=4 * 3600)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("alert rule")
        verbose_name_plural = _("alert rules")
        constraints = [
            models.UniqueConstraint(
                fields=["terminal", "metric", "block", "track", "zone", "office", "within_hours"],
                name="a_figure_has_one_rule",
                nulls_distinct=False,
                violation_error_message=_("This figure of this part of the site has a rule already."),
            ),
            models.CheckConstraint(condition=Q(clear_below__lte=F("raise_at")), name="clear_is_not_above_raise"),
            models.CheckConstraint(condition=Q(warn_at__lte=F("raise_at")), name="warn_is_not_above_raise"),
            one_part_only("a_rule_is_of_one_part"),
        ]

    def __str__(self) -> str:
        figure = str(self.Metric(self.metric).label)
        named = f"{figure}, {self.part}" if self.part_id else figure
        if not self.within_hours:
            return named
        return gettext("%(figure)s, by forecast within %(hours)s h") % {"figure": named, "hours": self.within_hours}

    @property
    def is_flow(self) -> bool:
        """Whether the figure is a flow of the site day rather than a stock of the moment."""
        return self.metric in self.FLOWS

    @property
    def is_forecast(self) -> bool:
        """Whether forecasts are made of its figure: of stocks of the site, of a zone, of an office."""
        return self.metric in (BY_PLACE if self.part_id else FORECAST)

    def clean(self) -> None:
        """Refuse lines between which no reading could come to rest, and a part that has no such figure, in words."""
        super().clean()
        self._require_order()
        counted_by = self.PART_OF.get(self.metric)
        if self.part_id and (counted_by is None or getattr(self, f"{counted_by}_id") != self.part_id):
            raise ValidationError(_("“%(figure)s” is not counted there.") % {"figure": self.get_metric_display()})
        if self.within_hours and self.metric not in FORECAST:
            raise ValidationError({"within_hours": _("This figure is not forecast.")})
        if self.within_hours and self.part_id and self.metric not in BY_PLACE:
            raise ValidationError({"within_hours": _("Blocks and tracks have no forecast of their own.")})
        if self.speaks_from and self.speaks_from == self.speaks_until:
            raise ValidationError({"speaks_until": _("Hours that end when they begin are no hours.")})

    def _require_order(self) -> None:
        """Say at each line what is wrong with it, once: the database's own checks look at no field that was refused."""
        if None in (self.warn_at, self.raise_at, self.clear_below, self.pending_seconds, self.recovery_seconds):
            return
        said = {name: percent(getattr(self, name), 1) for name in ("raise_at", "clear_below", "warn_at")}
        wrong = {}
        if not 0 < self.clear_below <= self.raise_at:
            wrong["clear_below"] = (
                _("Clear below (%(clear_below)s) must lie above zero and not above raise (%(raise_at)s).") % said
            )
        if not 0 < self.warn_at <= self.raise_at:
            wrong["warn_at"] = _("Warn (%(warn_at)s) must lie above zero and not above raise (%(raise_at)s).") % said
        if wrong:
            raise ValidationError(wrong)
        self.thresholds  # noqa: B018 - what else the rule of the terminal would refuse

    @property
    def is_wait(self) -> bool:
        """Whether the figure is how long somebody waits: its capacity is the limit the site has set."""
        return self.metric == self.Metric.CUSTOMS_ANSWER

    @property
    def thresholds(self) -> Thresholds:
        """Its lines and waiting times. Raises ``ThresholdsOutOfOrder``."""
        return Thresholds(
            warn=self.warn_at,
            raise_at=self.raise_at,
            clear_below=self.clear_below,
            pending=timedelta(seconds=self.pending_seconds),
            recovery=timedelta(seconds=self.recovery_seconds),
        )

    @property
    def hours(self) -> Hours:
        """When it speaks."""
        return Hours(frozenset(self.speaks_on), self.speaks_from, self.speaks_until)


class Watch(models.Model):
    """How a stock rule stands now. No row: it was never looked at."""

    rule = models.OneToOneField(Rule, on_delete=models.CASCADE, related_name="watch", verbose_name=_("rule"))
    state = models.CharField(_("state"), max_length=10, choices=choices(AlertState), default=AlertState.NORMAL.value)
    since = models.DateTimeField(_("since"))
    reading = models.DecimalField(_("reading"), max_digits=12, decimal_places=2, null=True)
    share = models.DecimalField(_("share of capacity"), max_digits=7, decimal_places=4, null=True)
    observed_at = models.DateTimeField(_("observed"))

    class Meta:
        verbose_name = _("watch")
        verbose_name_plural = _("watches")
        constraints = [one_of("state", AlertState, "watch_state_is_known")]

    def __str__(self) -> str:
        return f"{self.rule}: {self.get_state_display()}"


class Reading(models.Model):
    """What a rule saw at one moment, for the plots. No value: there was no data."""

    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="readings", verbose_name=_("rule"))
    at = models.DateTimeField(_("at"))
    value = models.DecimalField(_("reading"), max_digits=12, decimal_places=2, null=True)
    capacity = models.DecimalField(_("capacity"), max_digits=12, decimal_places=2)

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        indexes = [models.Index(fields=["rule", "at"], name="readings_by_time")]

    def __str__(self) -> str:
        return f"{self.rule} {self.value}"
