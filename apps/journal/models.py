"""The journal: everything that happened at the terminal, one row each, never changed."""

from typing import Any, Self

from django.db import models
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from apps.common.ids import uuid7
from apps.common.models import choices
from terminal.events import Audience, Authority, Classifier, EventKind


class TransactionId(models.Field):  # type: ignore[type-arg]
    """The 64-bit id of the transaction that wrote the row (PostgreSQL ``xid8``), which orders rows by commit safely."""

    def db_type(self, connection: object) -> str:
        return "xid8"


def kinds() -> list[tuple[str, Any]]:
    """Every kind of event, asked when it is needed: a new kind is no change of the table."""
    return choices(EventKind)


class EntryQuerySet(models.QuerySet["Entry"]):
    """Questions to the journal that chain."""

    def settled(self) -> Self:
        """Rows no running transaction can still slip in front of: the only ones a cursor may pass."""
        done = "journal_entry.xid < pg_snapshot_xmin(pg_current_snapshot())"
        return self.extra(where=[done])  # type: ignore[return-value]

    def after(self, xid: int, entry_id: int) -> Self:
        """Rows behind this place in commit order, in that order."""
        place = "(journal_entry.xid, journal_entry.id) > (%s::text::xid8, %s)"
        behind = self.extra(where=[place], params=[xid, entry_id])
        return behind.order_by("xid", "id")  # type: ignore[return-value]

    def standing(self) -> Self:
        """Rows that hold: neither corrected by a later revision nor retracted."""
        later = Entry.objects.filter(
            lineage=models.OuterRef("lineage"), revision__gt=models.OuterRef("revision")
        ).filter(revision__gt=1)  # says nothing new, but lets the small index of corrections answer
        return self.exclude(kind=EventKind.RETRACTED.value).filter(~models.Exists(later))


class Entry(models.Model):
    """One thing that happened, was planned or is expected: written once, never changed, never deleted.

    A correction is a further row of the same ``lineage`` with the next ``revision``; a retraction is such a row of kind
    ``retracted``. The numbers of visit, call, booking and so on are plain: the journal lies below the apps that have
    them. ``source`` and ``source_ref`` name a report from outside; the same report twice is one row. The journal is
    also the outbox: readers follow ``(xid, id)`` up to the oldest running transaction.
    """

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(_("public id"), default=uuid7, unique=True)
    lineage = models.UUIDField(_("lineage"), default=uuid7)
    revision = models.PositiveIntegerField(_("revision"), default=1)
    terminal_id = models.BigIntegerField(_("terminal"))
    kind = models.CharField(_("what happened"), max_length=40, choices=kinds)
    classifier = models.CharField(
        _("planned, estimated or actual"),
        max_length=10,
        choices=choices(Classifier),
        default=Classifier.ACTUAL.value,
    )
    happened_at = models.DateTimeField(_("happened"))
    recorded_at = models.DateTimeField(_("recorded"), db_default=Now())
    xid = TransactionId(db_default=RawSQL("pg_current_xact_id()", ()), editable=False)
    visit_id = models.BigIntegerField(_("visit"), null=True)
    container_number = models.CharField(_("container"), max_length=11, blank=True)
    call_id = models.BigIntegerField(_("call"), null=True)
    wagon_id = models.BigIntegerField(_("wagon"), null=True)
    lot_id = models.BigIntegerField(_("lot"), null=True)
    booking_id = models.BigIntegerField(_("booking"), null=True)
    declaration_id = models.BigIntegerField(_("declaration"), null=True)
    audience = models.CharField(
        _("who may read it"), max_length=10, choices=choices(Audience), default=Audience.PUBLIC.value
    )
    authority = models.CharField(
        _("own act or reported"), max_length=10, choices=choices(Authority), default=Authority.OWN.value
    )
    source = models.CharField(_("source"), max_length=60, null=True)  # noqa: DJ001 - absent, so that UNIQUE passes over it
    source_ref = models.CharField(_("reference at the source"), max_length=160, null=True)  # noqa: DJ001 - as above
    actor = models.CharField(_("by"), max_length=120)
    payload = models.JSONField(_("details"), default=dict)
    payload_version = models.PositiveSmallIntegerField(default=1)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("journal entry")
        verbose_name_plural = _("journal")
        constraints = [
            models.UniqueConstraint(fields=["source", "source_ref"], name="a_report_is_recorded_once"),
            models.UniqueConstraint(fields=["lineage", "revision"], name="a_revision_is_written_once"),
        ]
        indexes = [
            models.Index(fields=["visit_id", "happened_at"], name="journal_by_visit"),
            models.Index(
                fields=["container_number", "happened_at"],
                name="journal_by_container",
                condition=~models.Q(container_number=""),
            ),
            models.Index(
                fields=["call_id", "happened_at"], name="journal_by_call", condition=models.Q(call_id__isnull=False)
            ),
            models.Index(
                fields=["booking_id", "happened_at"],
                name="journal_by_booking",
                condition=models.Q(booking_id__isnull=False),
            ),
            models.Index(
                fields=["declaration_id", "happened_at"],
                name="journal_by_declaration",
                condition=models.Q(declaration_id__isnull=False),
            ),
            models.Index(fields=["xid", "id"], name="journal_in_commit_order"),
            models.Index(fields=["terminal_id", "happened_at"], name="journal_by_time"),
            models.Index(fields=["terminal_id", "recorded_at", "id"], name="journal_by_knowledge"),
            models.Index(
                fields=["lineage", "revision"], name="journal_corrections", condition=models.Q(revision__gt=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.happened_at:%Y-%m-%d %H:%M} {self.kind} {self.container_number}".strip()
