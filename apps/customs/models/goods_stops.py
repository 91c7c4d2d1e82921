"""Stops of goods in the warehouse: what a hold is to a box."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.common.models import Row, choices, one_of
from apps.customs.models.offices import Office
from apps.network.models import Terminal
from apps.warehouse.models import Lot
from terminal.readiness.facts import HoldKind


class GoodsStopQuerySet(models.QuerySet["GoodsStop"]):
    """Questions about stops that chain."""

    def standing(self) -> Self:
        """Those that nobody has lifted."""
        return self.filter(lifted_at=None)


class GoodsStop(Row):
    """An office keeps goods of a lot here, whatever is released: it looks at them, has seized them, or was told to.

    ``reference``: the inspection's number, or that of the declaration and its message. What is split off the lot while
    a stop stands has one of its own. Not lifted: it stands.
    """

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, verbose_name=_("terminal"))
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="customs_stops", verbose_name=_("lot"))
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="goods_stops", verbose_name=_("office"))
    kind = models.CharField(_("kind"), max_length=10, choices=choices(HoldKind))
    reference = models.CharField(_("reference"), max_length=60)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    placed_at = models.DateTimeField(_("placed"))
    placed_by = models.CharField(_("placed by"), max_length=120)
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)
    lifted_by = models.CharField(_("lifted by"), max_length=120, blank=True)

    objects = GoodsStopQuerySet.as_manager()

    class Meta:
        verbose_name = _("stop of goods")
        verbose_name_plural = _("stops of goods")
        constraints = [
            one_of("kind", HoldKind, "goods_stop_kind_is_known"),
            models.UniqueConstraint(
                fields=["lot", "office", "reference"],
                condition=Q(lifted_at=None),
                name="goods_are_stopped_once_under_a_reference",
            ),
        ]
        indexes = [models.Index(fields=["reference"], name="goods_stops_by_reference")]

    def __str__(self) -> str:
        return f"{self.lot}: {self.reference}"
