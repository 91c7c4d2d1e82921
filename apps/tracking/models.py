"""History taken in from other systems."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.common.models import Attachment, Row
from apps.network.models import Terminal


class FlowImport(Row):
    """One file of container flow that was taken in, whole. A refused file leaves no row: only its report, printed."""

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, verbose_name=_("terminal"))
    file = models.ForeignKey(Attachment, on_delete=models.PROTECT, verbose_name=_("file"))
    source = models.CharField(_("source"), max_length=60)
    stays = models.PositiveIntegerField(_("stays in the file"))
    added = models.PositiveIntegerField(_("stays added"))
    already_known = models.PositiveIntegerField(_("stays already known"))
    imported_at = models.DateTimeField(_("imported"))
    imported_by = models.CharField(_("imported by"), max_length=120)

    class Meta:
        verbose_name = _("flow import")
        verbose_name_plural = _("flow imports")

    def __str__(self) -> str:
        return f"{self.file.name} {self.imported_at:%Y-%m-%d %H:%M}"
