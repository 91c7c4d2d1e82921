"""Inspections: what customs looks at, where, and what it found."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.common.models import Row, choices, one_of
from apps.containers.models import Visit
from apps.customs.models.declarations import Declaration
from apps.customs.models.offices import Office
from apps.network.models import Terminal
from apps.warehouse.models import Lot, Zone
from apps.yard.models import Block, WorkOrder
from terminal.customs.inspecting import InspectionKind, InspectionResult
from terminal.lifecycle import OPEN_INSPECTION, InspectionStatus


class InspectionQuerySet(models.QuerySet["Inspection"]):
    """Questions about inspections that chain."""

    def open(self) -> Self:
        """Those that are still to be finished."""
        return self.filter(status__in=sorted(OPEN_INSPECTION))


class Inspection(Row):
    """One look of customs at one box or one lot: ordered, brought to its place, done.

    While it is open, a hold of customs' stands on the box. ``block`` or ``zone``: where it is looked at. ``move``: the
    order to bring the box there. ``seals_before`` and ``seals_after``: those found on it and those put on it. Photos
    are kept as attachments of this row.
    """

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, verbose_name=_("terminal"))
    number = models.CharField(_("number"), max_length=20, unique=True)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="inspections", verbose_name=_("office"))
    declaration = models.ForeignKey(
        Declaration,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="inspections",
        verbose_name=_("declaration"),
    )
    visit = models.ForeignKey(
        Visit, on_delete=models.PROTECT, null=True, blank=True, related_name="inspections", verbose_name=_("container")
    )
    lot = models.ForeignKey(
        Lot, on_delete=models.PROTECT, null=True, blank=True, related_name="inspections", verbose_name=_("lot")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=choices(InspectionKind))
    status = models.CharField(
        _("status"), max_length=10, choices=choices(InspectionStatus), default=InspectionStatus.ORDERED.value
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    block = models.ForeignKey(
        Block, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("inspection block")
    )
    zone = models.ForeignKey(
        Zone, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("warehouse zone")
    )
    move = models.ForeignKey(
        WorkOrder, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("move order")
    )
    ordered_at = models.DateTimeField(_("ordered"))
    ordered_by = models.CharField(_("ordered by"), max_length=120)
    presented_at = models.DateTimeField(_("presented"), null=True, blank=True)
    begun_at = models.DateTimeField(_("begun"), null=True, blank=True)
    done_at = models.DateTimeField(_("done or called off"), null=True, blank=True)
    done_by = models.CharField(_("done by"), max_length=120, blank=True)
    result = models.CharField(_("result"), max_length=12, choices=choices(InspectionResult), blank=True)
    finding = models.CharField(_("what was found"), max_length=500, blank=True)
    seals_before = ArrayField(models.CharField(max_length=30), verbose_name=_("seals before"), default=list, blank=True)
    seals_after = ArrayField(models.CharField(max_length=30), verbose_name=_("seals after"), default=list, blank=True)

    objects = InspectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("customs inspection")
        verbose_name_plural = _("customs inspections")
        constraints = [
            one_of("status", InspectionStatus, "customs_inspection_status_is_known"),
            one_of("kind", InspectionKind, "customs_inspection_kind_is_known"),
            models.CheckConstraint(
                condition=Q(visit__isnull=False, lot__isnull=True) | Q(visit__isnull=True, lot__isnull=False),
                name="an_inspection_is_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(status="done", done_at__isnull=False) & ~Q(result="")
                | Q(status="called_off", done_at__isnull=False, result="")
                | Q(status__in=["in_work", "ordered", "presented"], done_at=None, result=""),
                name="a_finished_inspection_says_what_was_found",
            ),
            models.UniqueConstraint(
                fields=["visit"],
                condition=Q(status__in=["in_work", "ordered", "presented"]),
                name="a_box_has_one_open_inspection",
            ),
            models.UniqueConstraint(
                fields=["lot"],
                condition=Q(status__in=["in_work", "ordered", "presented"]),
                name="a_lot_has_one_open_inspection",
            ),
        ]
        indexes = [
            models.Index(fields=["office", "status", "ordered_at"], name="customs_inspections_by_office"),
            models.Index(fields=["visit", "ordered_at"], name="customs_inspections_by_visit"),
        ]

    def __str__(self) -> str:
        return self.number
