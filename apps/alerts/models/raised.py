"""What was raised, who looks after it, and what was said about it."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.alerts.models.rules import Rule
from apps.common.models import Row, one_of
from terminal.lifecycle import AlertHandling


class Alert(Row):
    """A rule's figure was too high from ``opened_at`` to ``closed_at``. No ``closed_at``: it still is.

    A flow's alert belongs to one site day (``on``): at most one a day. With ``silent`` there was no data instead.
    ``since``: when it first was too high. ``told_at``: when its readers were first told; ``repeats``: how often again;
    ``escalated``: how many further persons were asked. ``ending``: the reading at its end; none: it ended unseen.
    ``over_told``: whoever heard of it has heard of its end, or need not.
    """

    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="alerts", verbose_name=_("rule"))
    silent = models.BooleanField(_("no data"), default=False)
    on = models.DateField(_("site day"), null=True, blank=True)
    since = models.DateTimeField(_("since"), null=True, blank=True)
    opened_at = models.DateTimeField(_("raised"))
    closed_at = models.DateTimeField(pgettext_lazy("alert", "over"), null=True, blank=True)
    reading = models.DecimalField(_("reading when raised"), max_digits=12, decimal_places=2)
    capacity = models.DecimalField(_("capacity"), max_digits=12, decimal_places=2)
    peak = models.DecimalField(_("highest reading"), max_digits=12, decimal_places=2)
    ending = models.DecimalField(_("reading at its end"), max_digits=12, decimal_places=2, null=True, blank=True)
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("acknowledged by"),
    )
    told_at = models.DateTimeField(_("first told"), null=True, blank=True)
    repeats = models.PositiveSmallIntegerField(_("said again"), default=0)
    escalated = models.PositiveSmallIntegerField(_("further persons asked"), default=0)
    over_told = models.BooleanField(_("end told"), default=False)

    class Meta:
        verbose_name = _("capacity alert")
        verbose_name_plural = _("capacity alerts")
        ordering = ["-opened_at"]
        permissions = [("acknowledge_alert", "Acknowledge alerts")]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "silent"],
                condition=Q(closed_at__isnull=True, on__isnull=True),
                name="one_alert_is_open_a_rule",
            ),
            models.UniqueConstraint(fields=["rule", "on"], name="a_flow_is_alerted_once_a_day"),
        ]
        indexes = [
            models.Index(fields=["rule"], condition=Q(closed_at__isnull=True), name="alerts_open"),
            models.Index(fields=["closed_at"], condition=Q(over_told=False), name="alerts_whose_end_is_untold"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {localtime(self.began_at):%Y-%m-%d %H:%M}"

    @property
    def began_at(self) -> datetime:
        """When the breach began: the one moment by which people know an alert, whichever mail or page they read."""
        return self.since or self.opened_at

    @property
    def handling(self) -> AlertHandling:
        """How far people are with it."""
        if self.closed_at:
            return AlertHandling.OVER
        return AlertHandling.ACKNOWLEDGED if self.acknowledged_at else AlertHandling.OPEN


class Comment(models.Model):
    """What somebody wrote about an alert."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="comments", verbose_name=_("alert"))
    at = models.DateTimeField(_("at"))
    by = models.CharField(_("by"), max_length=150)
    text = models.TextField(_("text"), max_length=2000)

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text[:60]


WHYS = ("acknowledged", "escalation", "over", "raised", "repeat", "silenced", "unsilenced")


class Telling(models.Model):
    """One person or address was told of an alert: why, when, and by which message. Many may share a message.

    ``message_id``: of the notice, or of the webhook's message. ``round``: which repeat it was, or which silence. What
    people did with an alert is told to programs alone.
    """

    class Why(models.TextChoices):
        RAISED = "raised", pgettext_lazy("step of an alert", "raised")
        REPEAT = "repeat", _("said again")
        ESCALATION = "escalation", _("nobody had acknowledged")
        OVER = "over", pgettext_lazy("step of an alert", "over")
        ACKNOWLEDGED = "acknowledged", pgettext_lazy("step of an alert", "acknowledged")
        SILENCED = "silenced", pgettext_lazy("step of an alert", "silenced")
        UNSILENCED = "unsilenced", pgettext_lazy("step of an alert", "silence ended")

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="tellings", verbose_name=_("alert"))
    at = models.DateTimeField(_("at"))
    why = models.CharField(_("why"), max_length=12, choices=Why)
    round = models.PositiveSmallIntegerField(default=0)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("reader"),
    )
    to = models.CharField(pgettext_lazy("mail", "to"), max_length=254)
    message_id = models.CharField("Message-ID", max_length=200, blank=True)

    class Meta:
        verbose_name = _("telling")
        verbose_name_plural = _("tellings")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["alert", "why", "round", "to"], name="each_is_told_once_a_round"),
            one_of("why", sorted(WHYS), "why_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.to}: {self.get_why_display()}"
