"""Customs as a system: who signs for it, every message of its, and the reports we owe it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.calls.models import Call
from apps.common.models import Row, choices, one_of
from apps.customs.models.declarations import Declaration
from apps.customs.models.offices import Office
from apps.network.models import Terminal
from terminal.customs.word import MessageKind, MessageState
from terminal.lifecycle import ReportStatus


class Authority(Row):
    """A system that speaks for customs at a terminal. Its ``secret`` signs what it sends and what it is sent.

    ``previous_secret`` counts too until ``previous_until``, so that a secret is changed without a gap. ``inbox_url``
    empty: our reports are not sent but fetched. It speaks for every office of the house.
    """

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, related_name="+", verbose_name=_("terminal"))
    code = models.SlugField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=120)
    secret = models.CharField(_("secret"), max_length=100)
    previous_secret = models.CharField(_("previous secret"), max_length=100, blank=True)
    previous_until = models.DateTimeField(_("previous secret counts until"), null=True, blank=True)
    inbox_url = models.URLField(_("address for our reports"), blank=True)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = pgettext_lazy("customs", "authority's system")
        verbose_name_plural = pgettext_lazy("customs", "authority's systems")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class AuthorityMessage(Row):
    """A message as it came, and what became of it. Written once a reference; a repeat raises ``times``.

    ``body`` is the text as it came; ``sha256`` tells a repeat from another content under the same reference. ``turn``:
    its number among the messages about its declaration. ``issued_at``: when the authority decided. What is unreadable
    has no reference of its own and is kept by its checksum.
    """

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, related_name="+", verbose_name=_("terminal"))
    authority = models.ForeignKey(
        Authority, on_delete=models.PROTECT, null=True, blank=True, related_name="messages", verbose_name=_("sender")
    )
    reference = models.CharField(_("reference"), max_length=80)
    kind = models.CharField(_("kind"), max_length=20, choices=choices(MessageKind), blank=True)
    turn = models.PositiveIntegerField(_("turn"), null=True, blank=True)
    issued_at = models.DateTimeField(_("decided"), null=True, blank=True)
    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("office")
    )
    declaration_number = models.CharField(_("declaration"), max_length=40, blank=True)
    declaration = models.ForeignKey(
        Declaration, on_delete=models.PROTECT, null=True, blank=True, related_name="messages", verbose_name="+"
    )
    container_number = models.CharField(_("container"), max_length=11, blank=True)
    body = models.TextField(_("as it came"))
    sha256 = models.CharField("SHA-256", max_length=64)
    received_at = models.DateTimeField(_("received"))
    times = models.PositiveIntegerField(_("times received"), default=1)
    state = models.CharField(_("what became of it"), max_length=10, choices=choices(MessageState))
    state_since = models.DateTimeField(_("since"))
    fault = models.CharField(_("fault"), max_length=40, blank=True)
    answer = models.CharField(_("answer"), max_length=500, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("customs", "message")
        verbose_name_plural = pgettext_lazy("customs", "messages")
        ordering = ["-received_at", "-pk"]
        constraints = [
            one_of("state", MessageState, "a_customs_message_is_in_a_known_state"),
            models.UniqueConstraint(
                fields=["authority", "reference"], nulls_distinct=False, name="a_customs_message_is_kept_once"
            ),
        ]
        indexes = [
            models.Index(fields=["declaration", "turn"], name="customs_messages_by_turn"),
            models.Index(
                fields=["terminal", "received_at"], condition=Q(state="waiting"), name="customs_messages_that_wait"
            ),
            models.Index(
                fields=["declaration_number"],
                condition=Q(state="waiting", declaration__isnull=True),
                name="customs_messages_not_matched",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class DutyReport(Row):
    """A report the operator of a supervised site owes to customs about one call: what arrived, or what was tallied.

    ``content`` is fixed once written; what has changed since is told by a further ``revision``. ``differences``: how
    many boxes stand in the manifest and not in the tally, or the other way. The unsent row is the queue.
    """

    class Kind(models.TextChoices):
        ARRIVAL = "arrival", _("arrival report")
        TALLY = "tally", _("tally report")

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, related_name="+", verbose_name=_("terminal"))
    number = models.CharField(_("number"), max_length=20, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="duty_reports", verbose_name=_("call"))
    revision = models.PositiveSmallIntegerField(_("revision"), default=1)
    content = models.JSONField(_("content"))
    differences = models.PositiveIntegerField(_("differences"), default=0)
    made_at = models.DateTimeField(_("made"))
    made_by = models.CharField(_("made by"), max_length=120)
    status = models.CharField(
        _("status"), max_length=12, choices=choices(ReportStatus), default=ReportStatus.WAITING.value
    )
    next_attempt_at = models.DateTimeField(_("next attempt"), null=True, blank=True)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answer = models.CharField(_("customs' answer"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("report to customs")
        verbose_name_plural = _("reports to customs")
        ordering = ["-made_at", "-pk"]
        constraints = [
            one_of("status", ReportStatus, "a_duty_report_status_is_known"),
            models.UniqueConstraint(fields=["call", "kind", "revision"], name="a_duty_report_has_one_revision"),
        ]
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=Q(status="waiting"), name="duty_reports_to_send"),
        ]

    def __str__(self) -> str:
        return f"{self.number} ({self.get_kind_display()})"
