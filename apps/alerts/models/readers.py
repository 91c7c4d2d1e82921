"""Who hears of alerts: readers of mails, whoever is asked next, and the site's own programs."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.alerts.models.raised import Alert
from apps.alerts.models.rules import Rule
from apps.common.models import Row, one_of
from apps.network.models import Terminal
from terminal.addresses import LONGEST

NO_ADDRESS = _("%(user)s has no e-mail address.")


class OfOneOrAll(models.Model):
    """Of all rules of a terminal, or of one."""

    terminal = models.ForeignKey(Terminal, on_delete=models.CASCADE, verbose_name=_("terminal"))
    rule = models.ForeignKey(
        Rule, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("rule (empty: all)")
    )

    class Meta:
        abstract = True

    def clean(self) -> None:
        """Refuse a rule of another terminal, and a reader who cannot be written to."""
        if self.rule and self.rule.terminal_id != self.terminal_id:
            raise ValidationError({"rule": _("This rule is of another terminal.")})
        user: Any = getattr(self, "user", None) if getattr(self, "user_id", None) else None
        if user is not None and not user.email:
            raise ValidationError({"user": NO_ADDRESS % {"user": user}})


class Subscription(OfOneOrAll):
    """A reader who wants the alerts or the morning digest of a terminal. No row: no mail."""

    class What(models.TextChoices):
        ALERTS = "alerts", _("capacity alerts")
        DIGEST = "digest", _("morning digest")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="subscriptions", verbose_name=_("reader")
    )
    what = models.CharField(_("what"), max_length=8, choices=What)
    at = models.TimeField(_("digest at (site time)"), default="07:00")

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "terminal", "what", "rule"], name="a_reader_subscribes_once", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(what="alerts") | Q(rule__isnull=True), name="a_digest_is_of_no_rule"),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.get_what_display()}"

    def clean(self) -> None:
        """Refuse a digest of one rule, too: it tells of the whole site."""
        super().clean()
        if self.what == self.What.DIGEST and self.rule_id:
            raise ValidationError({"rule": _("The digest is of the whole site: leave the rule empty.")})


class Escalation(OfOneOrAll):
    """Who is asked when an alert was told and nobody has acknowledged it for so long. A rule's own go before all's."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("who is asked")
    )
    after_seconds = models.PositiveIntegerField(_("unacknowledged for, s"), default=1800)

    class Meta:
        verbose_name = _("escalation")
        verbose_name_plural = _("escalations")
        ordering = ["terminal_id", "rule_id", "after_seconds", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["terminal", "rule", "user"], name="each_is_asked_at_one_time", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.after_seconds} s"


class Hook(OfOneOrAll, Row):
    """An address of the site's choosing that is sent its alerts as JSON, signed after Standard Webhooks."""

    url = models.CharField(_("address"), max_length=LONGEST)
    secret = models.TextField(_("secret"))
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("alert webhook")
        verbose_name_plural = _("alert webhooks")

    def __str__(self) -> str:
        return self.url[:120]


class HookMessage(Row):
    """One message to an alert webhook. ``waiting`` rows are the queue; its ``webhook-id`` is ``public_id``."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        PARKED = "parked", _("parked")

    hook = models.ForeignKey(Hook, on_delete=models.CASCADE, related_name="messages", verbose_name=_("alert webhook"))
    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="+", verbose_name=_("alert"))
    body = models.JSONField(_("body"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    created_at = models.DateTimeField(_("written"))
    next_attempt_at = models.DateTimeField(_("next attempt"))
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    answer = models.CharField(_("last answer"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("message to an alert webhook")
        verbose_name_plural = _("messages to alert webhooks")
        constraints = [one_of("state", ["parked", "sent", "waiting"], "hook_message_state_is_known")]
        indexes = [models.Index(fields=["next_attempt_at"], condition=Q(state="waiting"), name="hook_messages_due")]

    def __str__(self) -> str:
        return f"{self.hook} {self.created_at:%Y-%m-%d %H:%M}"
