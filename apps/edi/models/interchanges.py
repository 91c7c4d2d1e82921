"""Every interchange as it came or went, and how far each partner was told."""

from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.common.models import Attachment, Row, choices, one_of
from apps.edi.models.partners import Partner
from apps.network.models import Terminal
from terminal.edifact.exchange import Door, Fate
from terminal.throughput import Direction


class Feed(models.Model):
    """How far a partner was told of the journal, and how many interchanges it was sent. Changed by services only.

    ``xid`` and ``entry_id`` are the place in commit order; ``xid`` None: it is told nothing, and what happens while
    that is so is not told later. Whoever takes or sends an interchange holds this row.
    """

    partner = models.OneToOneField(Partner, on_delete=models.CASCADE, related_name="feed", primary_key=True)
    xid = models.BigIntegerField(null=True)
    entry_id = models.BigIntegerField(default=0)
    last_reference = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.partner_id}: {self.last_reference}"


class InterchangeQuerySet(models.QuerySet["Interchange"]):
    """Questions about interchanges that chain."""

    def came(self) -> Self:
        """From partners."""
        return self.filter(direction=Direction.IN.value)

    def went(self) -> Self:
        """To partners."""
        return self.filter(direction=Direction.OUT.value)


class Interchange(Row):
    """One interchange with a partner, as it came or as we wrote it, and what became of it.

    ``reference`` is the control reference of UNB; empty: there was none. ``digest`` tells the same messages from others
    under that reference. ``outcome``: ``fault`` (where and why all was refused), ``warnings`` (what was put right),
    ``messages`` (each: what it was, what was done, what was left). ``original`` is missing where it was too large to be
    kept. Of what we wrote: ``answer_to`` what it answers, ``to_folder`` whether it goes into the partner's folder, as
    was agreed on when it was written, ``put_at`` when it was put there, ``acknowledged`` what the partner's CONTRL or
    APERAK said of it. ``times``: how often it came, or was put there.
    """

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, related_name="+", verbose_name=_("terminal"))
    partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, related_name="interchanges", verbose_name=pgettext_lazy("EDIFACT", "partner")
    )
    direction = models.CharField(_("in or out"), max_length=3, choices=choices(Direction))
    door = models.CharField(pgettext_lazy("interchange", "came by"), max_length=8, choices=choices(Door), blank=True)
    fate = models.CharField(_("what became of it"), max_length=8, choices=choices(Fate, context="interchange"))
    reference = models.CharField(_("control reference"), max_length=35, blank=True)
    types = ArrayField(models.CharField(max_length=20), verbose_name=_("messages"), default=list, blank=True)
    digest = models.CharField(_("checksum of its messages"), max_length=64)
    is_test = models.BooleanField(_("test"), default=False)
    at = models.DateTimeField(_("received or written"))
    by = models.CharField(_("brought by"), max_length=120)
    original = models.ForeignKey(
        Attachment, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("file")
    )
    outcome = models.JSONField(_("outcome"), default=dict)
    answer_to = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="answers", verbose_name=_("answers")
    )
    to_folder = models.BooleanField(_("goes into the partner's folder"), default=False)
    put_at = models.DateTimeField(_("put into the partner's folder"), null=True, blank=True)
    acknowledged = models.BooleanField(pgettext_lazy("interchange", "acknowledged"), null=True, blank=True)
    acknowledged_at = models.DateTimeField(_("acknowledged on"), null=True, blank=True)
    objection = models.CharField(_("what the partner objected"), max_length=500, blank=True)
    times = models.PositiveIntegerField(_("times"), default=1)

    objects = InterchangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("interchange")
        verbose_name_plural = _("interchanges")
        permissions = [
            ("take_interchange", "Hand in an interchange in a partner's name"),
            ("send_interchange", "Send an interchange to a partner again"),
        ]
        ordering = ["-at", "-pk"]
        constraints = [
            one_of("direction", Direction, "an_interchange_comes_or_goes"),
            one_of("fate", Fate, "fate_of_an_interchange_is_known"),
            models.CheckConstraint(
                condition=Q(direction="out", fate="written") | (Q(direction="in") & ~Q(fate="written")),
                name="what_goes_was_written_here",
            ),
            models.UniqueConstraint(
                fields=["partner", "reference", "digest"],
                condition=Q(direction="in"),
                name="the_same_interchange_is_one",
            ),
            models.UniqueConstraint(
                fields=["partner", "reference"],
                condition=Q(direction="in", fate="taken", is_test=False) & ~Q(reference=""),
                name="a_reference_is_taken_once",
            ),
            models.UniqueConstraint(
                fields=["partner", "reference"],
                condition=Q(direction="out"),
                name="a_reference_of_ours_is_written_once",
            ),
        ]
        indexes = [
            models.Index(fields=["partner", "-public_id"], name="interchanges_by_partner"),
            models.Index(
                fields=["partner", "id"], condition=Q(to_folder=True, put_at__isnull=True), name="interchanges_to_put"
            ),
        ]

    def __str__(self) -> str:
        return self.reference or str(self.public_id)

    @property
    def fault(self) -> dict[str, Any] | None:
        """Why all of it was refused, and where; None: it was not."""
        found: dict[str, Any] | None = self.outcome.get("fault")
        return found

    @property
    def warnings(self) -> list[dict[str, Any]]:
        """What was put right, and where."""
        return list(self.outcome.get("warnings", []))

    @property
    def messages(self) -> list[dict[str, Any]]:
        """Each message: what it was, what was done, what was left."""
        return list(self.outcome.get("messages", []))
