"""A sandbox as it is played: which day, how far it has come, and what of the script has become which row."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.common.models import Row
from apps.network.models import Terminal
from apps.parties.models import Party


class Stage(Row):
    """One sandbox: its terminal, and the party whose boxes the script is about. No row: the terminal is none.

    ``day`` counts the days that were begun, ``played`` the cues of the present one that were enacted. ``cast``: under
    which number the database has what the script names. ``missed``: cues that were refused, because a program had
    changed what they are about.
    """

    terminal = models.OneToOneField(
        Terminal, on_delete=models.PROTECT, related_name="stage", verbose_name=_("terminal")
    )
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+", verbose_name=_("party"))
    day = models.PositiveIntegerField(_("day"), default=0)
    played = models.PositiveSmallIntegerField(_("cues played"), default=0)
    cast = models.JSONField(default=dict, editable=False)
    missed = models.JSONField(_("cues missed"), default=list)

    class Meta:
        verbose_name = _("sandbox")
        verbose_name_plural = _("sandboxes")

    def __str__(self) -> str:
        return self.terminal.code
