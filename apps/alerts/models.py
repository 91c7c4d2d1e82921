"""Capacity alerts: what is watched, how it stands, what was raised, and who wants to know."""

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.common.models import Row, choices, one_of
from apps.common.words import sentence
from apps.network.models import Terminal
from terminal.lifecycle import AlertState
from terminal.pressure import Thresholds, ThresholdsOutOfOrder


class Rule(Row):
    """A figure to be watched. A stock is watched by its pressure, a flow by the day's plan against rated."""

    class Metric(models.TextChoices):
        YARD_TEU = "yard_teu", _("yard, TEU")
        TRAIN_PLACES = "train_places", _("train places")
        TRACK_METRES = "track_metres", _("track metres")
        WAREHOUSE_M2 = "warehouse_m2", _("warehouse, m²")
        CUSTOMS_QUEUE = "customs_queue", _("customs queue")
        CUSTOMS_ANSWER = "customs_answer", _("oldest question to customs, h")
        TRAINS_PER_DAY = "trains_per_day", _("trains a day")
        TEU_PER_DAY = "teu_per_day", _("TEU a day")

    FLOWS = (Metric.TRAINS_PER_DAY, Metric.TEU_PER_DAY)

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, verbose_name=_("terminal"))
    metric = models.CharField(_("figure"), max_length=20, choices=Metric)
    warn_at = models.DecimalField(_("warn at (share)"), max_digits=5, decimal_places=3, default="0.75")
    raise_at = models.DecimalField(_("raise at (share)"), max_digits=5, decimal_places=3, default="0.85")
    clear_below = models.DecimalField(_("clear below (share)"), max_digits=5, decimal_places=3, default="0.80")
    pending_seconds = models.PositiveIntegerField(_("breached for, s"), default=900)
    recovery_seconds = models.PositiveIntegerField(_("recovered for, s"), default=1800)
    capacity = models.DecimalField(
        _("capacity (empty: as built)"), max_digits=10, decimal_places=2, null=True, blank=True
    )
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("alert rule")
        verbose_name_plural = _("alert rules")
        constraints = [
            models.UniqueConstraint(fields=["terminal", "metric"], name="a_figure_has_one_rule"),
            models.CheckConstraint(condition=Q(clear_below__lte=F("raise_at")), name="clear_is_not_above_raise"),
            models.CheckConstraint(condition=Q(warn_at__lte=F("raise_at")), name="warn_is_not_above_raise"),
        ]

    def __str__(self) -> str:
        return str(self.Metric(self.metric).label)

    @property
    def is_flow(self) -> bool:
        """Whether the figure is a flow of the site day rather than a stock of the moment."""
        return self.metric in self.FLOWS

    def clean(self) -> None:
        """Refuse lines between which no reading could come to rest, in words."""
        try:
            self.thresholds  # noqa: B018 - building them is the check
        except ThresholdsOutOfOrder as refusal:
            raise ValidationError(sentence(refusal.message, refusal.facts)) from refusal

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


class Alert(Row):
    """A rule's figure was too high from ``opened_at`` to ``closed_at``. No ``closed_at``: it still is.

    A flow's alert belongs to one site day (``on``): at most one a day.
    """

    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="alerts", verbose_name=_("rule"))
    on = models.DateField(_("site day"), null=True, blank=True)
    opened_at = models.DateTimeField(_("raised"))
    closed_at = models.DateTimeField(pgettext_lazy("alert", "over"), null=True, blank=True)
    reading = models.DecimalField(_("reading when raised"), max_digits=12, decimal_places=2)
    capacity = models.DecimalField(_("capacity"), max_digits=12, decimal_places=2)
    peak = models.DecimalField(_("highest reading"), max_digits=12, decimal_places=2)
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("acknowledged by"),
    )

    class Meta:
        verbose_name = _("capacity alert")
        verbose_name_plural = _("capacity alerts")
        ordering = ["-opened_at"]
        permissions = [("acknowledge_alert", "Acknowledge alerts")]
        constraints = [
            models.UniqueConstraint(
                fields=["rule"], condition=Q(closed_at__isnull=True, on__isnull=True), name="one_alert_is_open_a_rule"
            ),
            models.UniqueConstraint(fields=["rule", "on"], name="a_flow_is_alerted_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.opened_at:%Y-%m-%d %H:%M}"


class Subscription(models.Model):
    """A reader who wants the alerts or the morning digest of a terminal. No row: no mail."""

    class What(models.TextChoices):
        ALERTS = "alerts", _("capacity alerts")
        DIGEST = "digest", _("morning digest")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="subscriptions", verbose_name=_("reader")
    )
    terminal = models.ForeignKey(Terminal, on_delete=models.CASCADE, verbose_name=_("terminal"))
    what = models.CharField(_("what"), max_length=8, choices=What)
    at = models.TimeField(_("digest at (site time)"), default="07:00")

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        constraints = [models.UniqueConstraint(fields=["user", "terminal", "what"], name="a_reader_subscribes_once")]

    def __str__(self) -> str:
        return f"{self.user} – {self.get_what_display()}"
