"""Boxes, and what travels in them under one set of papers."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.common.models import Row
from apps.network.models import Terminal


class Container(Row):
    """A box by its ISO 6346 number, wherever it is. Its visits are its times at our terminals."""

    number = models.CharField(_("container number"), max_length=11, unique=True)
    size_type = models.CharField(_("size-type"), max_length=4)
    teu = models.DecimalField("TEU", max_digits=4, decimal_places=2)
    tare_kg = models.PositiveIntegerField(_("tare, kg"), null=True, blank=True)

    class Meta:
        verbose_name = _("container")
        verbose_name_plural = _("containers")

    def __str__(self) -> str:
        return self.number


class Consignment(Row):
    """Goods that travel under one set of papers, in one or several boxes."""

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, verbose_name=_("terminal"))
    description = models.CharField(_("goods"), max_length=200, blank=True)
    hs_code = models.CharField(_("HS code"), max_length=10, blank=True)

    class Meta:
        verbose_name = _("consignment")
        verbose_name_plural = _("consignments")

    def __str__(self) -> str:
        return self.description or str(self.public_id)
