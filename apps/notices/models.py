"""What is to be said to people: a row each, its attempts, its fate. The unsent row is the queue."""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.common.models import Row, one_of
from apps.network.models import Terminal

PATIENCE = timedelta(days=3)
"""How long a notice is tried before it is parked."""


def three_days_on() -> datetime:
    """When patience with a notice written now ends."""
    return timezone.now() + PATIENCE


class NoticeQuerySet(models.QuerySet["Notice"]):
    def due(self, at: object) -> Self:
        """What the delivery desk should try now: the urgent first, then the longest waiting."""
        waiting = self.filter(state=Notice.State.WAITING, next_attempt_at__lte=at)
        return waiting.order_by("urgency", "next_attempt_at", "pk")


class Notice(Row):
    """One e-mail to one reader, rendered when it was decided. It is sent at least once under one ``message_id``.

    ``waiting`` rows are the queue, the urgent first: ten thousand digests hold up no alert. A crash between acceptance
    by the server and our stamp sends it again under the same Message-ID, so the reader's system can recognise the
    repeat. ``parked`` rows were tried long enough; staff look at them. ``about`` names what it is about, for grouping
    and for the log. ``claimed_at`` is set while the delivery desk has it in hand. ``doubts``: how often the line broke
    after it was handed over: the reader may have it already.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        PARKED = "parked", _("parked")

    class Urgency(models.IntegerChoices):
        URGENT = 0, _("urgent")
        NORMAL = 5, _("normal")
        BULK = 9, _("in its own time")

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, verbose_name=_("terminal"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("reader")
    )
    recipient = models.EmailField(pgettext_lazy("mail", "to"))
    language = models.CharField(_("language"), max_length=10)
    about = models.CharField(_("about"), max_length=80, db_index=True)
    once_key = models.CharField(_("said once as"), max_length=200, unique=True, null=True, blank=True)
    subject = models.CharField(_("subject"), max_length=200)
    text = models.TextField(_("text"))
    html = models.TextField(_("HTML"))
    image = models.BinaryField(_("plot"), null=True, blank=True)
    message_id = models.CharField("Message-ID", max_length=200, unique=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    urgency = models.PositiveSmallIntegerField(
        _("urgency"), choices=Urgency, default=Urgency.NORMAL, db_default=Urgency.NORMAL
    )
    created_at = models.DateTimeField(_("written"))
    next_attempt_at = models.DateTimeField(_("next attempt"))
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    doubts = models.PositiveSmallIntegerField(_("handed over without an answer"), default=0, db_default=0)
    claimed_at = models.DateTimeField(_("in hand since"), null=True, blank=True)
    give_up_at = models.DateTimeField(_("parked when not sent by"), default=three_days_on)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [one_of("state", ["waiting", "sent", "parked"], "notice_state_is_known")]
        indexes = [
            models.Index(
                fields=["urgency", "next_attempt_at", "id"], condition=models.Q(state="waiting"), name="notices_in_turn"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.recipient}"


class Enclosure(models.Model):
    """A file that goes out with a notice, made when the notice was written. No row: it goes without one."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="enclosures", verbose_name=_("notice"))
    name = models.CharField(_("file name"), max_length=120)
    media_type = models.CharField(_("media type"), max_length=100)
    content = models.BinaryField(_("content"))

    class Meta:
        verbose_name = _("enclosure")
        verbose_name_plural = _("enclosures")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Attempt(models.Model):
    """One try to send a notice, and what the mail server answered."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="log", verbose_name=_("notice"))
    at = models.DateTimeField(_("at"))
    succeeded = models.BooleanField(_("accepted"))
    answer = models.TextField(_("the server's answer"), blank=True)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {'✓' if self.succeeded else '✗'}"


class RefusedAddress(Row):
    """An address to which a server refused mail for good (5xx). No row: nobody said so, or it has taken mail since.

    ``told_at``: administrators were told. Mail to it is tried all the same: servers are wrong at times.
    """

    address = models.EmailField(_("address"), unique=True)
    since = models.DateTimeField(_("since"))
    last_at = models.DateTimeField(_("last refused"))
    times = models.PositiveIntegerField(_("times refused"), default=1)
    answer = models.CharField(_("the server's answer"), max_length=500, blank=True)
    told_at = models.DateTimeField(_("administrators told"), null=True, blank=True)

    class Meta:
        verbose_name = _("address that refuses mail")
        verbose_name_plural = _("addresses that refuse mail")
        ordering = ["-last_at"]

    def __str__(self) -> str:
        return self.address


class Heartbeat(models.Model):
    """When a process last said that it lives (worker, beat, delivery desk). No row: it never ran."""

    process = models.CharField(_("process"), max_length=40, primary_key=True)
    seen_at = models.DateTimeField(_("last seen"))

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return f"{self.process} {self.seen_at:%H:%M:%S}"


class TaskTally(models.Model):
    """How a task of the workers does, one row a task, counted as each run ends. No row: it never ran here.

    ``failing_since``: when the first of its failures in a row ended; None: the last run did not fail.
    """

    task = models.CharField(_("task"), max_length=120, primary_key=True)
    runs = models.PositiveBigIntegerField(_("runs"), default=0)
    failures = models.PositiveBigIntegerField(_("failures"), default=0)
    seconds = models.FloatField(_("seconds in all"), default=0)
    last_seconds = models.FloatField(_("last run, s"), default=0)
    last_ended_at = models.DateTimeField(_("last run ended"))
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True)
    last_failure = models.CharField(_("last failure"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("task of the workers")
        verbose_name_plural = _("tasks of the workers")
        ordering = ["task"]

    def __str__(self) -> str:
        return self.task
