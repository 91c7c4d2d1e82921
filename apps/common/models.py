"""What every row at the terminal has, and the two things every app may need: an attachment and a remembered answer."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.common.ids import uuid7
from apps.common.words import label


def choices(kinds: type[StrEnum], *, context: str = "") -> list[tuple[str, Any]]:
    """The members of a domain enum as Django choices, labelled in the reader's language (see ``apps.common.words``).

    With a ``context`` the words mean what they mean there: they stand in ``apps.common.words.IN_CONTEXT``.
    """
    labels = {kind.value: label(kind.value) for kind in kinds}
    return [(value, pgettext_lazy(context, said) if context else _(said)) for value, said in labels.items()]


def one_of(field: str, kinds: Iterable[str], name: str) -> models.CheckConstraint:
    """The database's own word that a status is one the lifecycle knows."""
    return models.CheckConstraint(condition=models.Q(**{f"{field}__in": sorted(str(k) for k in kinds)}), name=name)


class Row(models.Model):
    """A row with an inner number (``id``), a name for the outside (``public_id``) and a ``version`` that counts.

    ``version`` is the ETag: every service that changes a row raises it by one.
    """

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(_("public id"), default=uuid7, unique=True, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        abstract = True


class Attachment(Row):
    """A file somebody gave us, kept as it came. Private: served only through ``apps.common.views.attachment``.

    ``media_type`` is what the bytes say, never what the sender said. ``subject_kind`` and ``subject_id`` name what it
    belongs to; whoever may see the subject may see the file.
    """

    terminal_id = models.BigIntegerField(_("terminal"), null=True)
    subject_kind = models.CharField(_("belongs to"), max_length=40, blank=True)
    subject_id = models.BigIntegerField(_("belongs to number"), null=True)
    file = models.FileField(_("file"), upload_to="attachments/%Y/%m")
    name = models.CharField(_("name"), max_length=255)
    media_type = models.CharField(_("media type"), max_length=100)
    size_bytes = models.BigIntegerField(_("size"))
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    added_at = models.DateTimeField(_("added"), auto_now_add=True)
    added_by = models.CharField(_("added by"), max_length=120)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        indexes = [models.Index(fields=["subject_kind", "subject_id"], name="attachment_by_subject")]


class RememberedAnswer(models.Model):
    """What a caller was answered under an ``Idempotency-Key``. No row: the key was never used by this caller."""

    caller = models.CharField(max_length=120)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("remembered answer")
        verbose_name_plural = _("remembered answers")
        constraints = [models.UniqueConstraint(fields=["caller", "key"], name="idempotency_key_is_used_once")]
        indexes = [models.Index(fields=["created_at"], name="remembered_answer_by_age")]
