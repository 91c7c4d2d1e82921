"""Dock doors."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.common.models import Row
from apps.network.models import Terminal
from apps.warehouse.models.zones import Zone


class DockDoor(Row):
    """A door where a box or a truck stands to be unpacked or stuffed."""

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, verbose_name=_("terminal"))
    zone = models.ForeignKey(Zone, on_delete=models.PROTECT, related_name="doors", verbose_name=_("zone"))
    code = models.CharField(_("code"), max_length=10)

    class Meta:
        verbose_name = _("dock door")
        verbose_name_plural = _("dock doors")
        constraints = [models.UniqueConstraint(fields=["terminal", "code"], name="a_door_code_is_unique")]

    def __str__(self) -> str:
        return self.code
