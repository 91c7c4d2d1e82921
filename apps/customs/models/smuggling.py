"""Cases of the anti-smuggling branch: their file is for its officers, the block on the boxes for all."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.common.models import Row
from apps.containers.models import Visit
from apps.customs.models.offices import Office
from apps.network.models import Terminal


class Case(Row):
    """A case of an anti-smuggling office over boxes. ``title`` and the notes are seen by the branch's officers only.

    What everybody sees is the hold on each box, under the office's code and the case's ``number``.
    """

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, verbose_name=_("terminal"))
    number = models.CharField(_("number"), max_length=20, unique=True)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="cases", verbose_name=_("office"))
    title = models.CharField(_("title"), max_length=200)
    visits = models.ManyToManyField(Visit, related_name="+", verbose_name=_("containers"), blank=True)
    opened_at = models.DateTimeField(_("opened"))
    opened_by = models.CharField(_("opened by"), max_length=120)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=200, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("anti-smuggling", "case")
        verbose_name_plural = pgettext_lazy("anti-smuggling", "cases")
        ordering = ["-opened_at", "-pk"]

    def __str__(self) -> str:
        return self.number


class CaseNote(models.Model):
    """An entry of a case's file; written once. Files come as attachments of the case."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes")
    text = models.TextField(_("text"))
    written_at = models.DateTimeField(_("written"))
    written_by = models.CharField(_("by"), max_length=120)

    class Meta:
        verbose_name = _("note of a case")
        verbose_name_plural = _("notes of a case")
        ordering = ["written_at", "pk"]

    def __str__(self) -> str:
        return self.text[:60]
