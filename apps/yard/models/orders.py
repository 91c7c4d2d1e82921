"""Work orders: every physical move of a box is one."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.calls.models import Call
from apps.common.models import Row, choices, one_of
from apps.containers.models import Visit
from apps.network.models import Terminal
from apps.yard.models.blocks import Block
from apps.yard.models.machines import Equipment
from terminal.lifecycle import IN_HAND, OPEN_ORDER, OrderState
from terminal.work import Cause, Work


class WorkOrderQuerySet(models.QuerySet["WorkOrder"]):
    """Questions about orders that chain."""

    def open(self) -> Self:
        """Orders that are still to be carried out, whatever they wait for."""
        return self.filter(state__in=sorted(OPEN_ORDER))

    def in_hand(self) -> Self:
        """Orders somebody has been given and works on."""
        return self.filter(state__in=sorted(IN_HAND))


class WorkOrder(Row):
    """One move of one box, asked for, handed out, and confirmed by whoever made it.

    ``call`` is the carrier the box comes from or goes onto; ``onward_call`` the second one of a direct transfer. The
    target cell (``block`` … ``tier``, the lower bay of a long box) is where it is to be put, and is held for it until
    ``held_until``; empty: a place is looked for when it is handed out. ``came_from`` and ``went_to`` are what really
    happened, as people read cells. ``makes_way_for``: the order for whose sake this rehandle is. ``sequence`` is its
    turn within its work list.
    """

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, verbose_name=_("terminal"))
    kind = models.CharField(_("kind"), max_length=10, choices=choices(Work))
    state = models.CharField(_("state"), max_length=12, choices=choices(OrderState), default=OrderState.PLANNED.value)
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="orders", verbose_name=_("visit"))
    call = models.ForeignKey(
        Call, on_delete=models.PROTECT, null=True, blank=True, related_name="orders", verbose_name=_("carrier")
    )
    onward_call = models.ForeignKey(
        Call, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("onward carrier")
    )
    makes_way_for = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="digging", verbose_name=_("makes way for")
    )
    priority = models.PositiveSmallIntegerField(_("priority (1 is first)"), default=5)
    sequence = models.PositiveIntegerField(_("turn"), default=0)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    block = models.ForeignKey(Block, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("block"))
    bay = models.PositiveSmallIntegerField(_("bay"), null=True, blank=True)
    row = models.PositiveSmallIntegerField(_("row"), null=True, blank=True)
    tier = models.PositiveSmallIntegerField(_("tier"), null=True, blank=True)
    held_until = models.DateTimeField(_("place held until"), null=True, blank=True)
    reason = models.CharField(_("why"), max_length=200, blank=True)
    place_reason = models.CharField(_("why another place"), max_length=200, blank=True)
    equipment = models.ForeignKey(
        Equipment, on_delete=models.PROTECT, null=True, blank=True, related_name="orders", verbose_name=_("machine")
    )
    operator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("operator"),
    )
    came_from = models.CharField(_("came from"), max_length=60, blank=True)
    went_to = models.CharField(_("went to"), max_length=60, blank=True)
    cause = models.CharField(_("what went wrong"), max_length=16, choices=choices(Cause), blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    planned_at = models.DateTimeField(_("planned"))
    dispatched_at = models.DateTimeField(_("handed out"), null=True, blank=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    done_by = models.CharField(_("confirmed by"), max_length=120, blank=True)

    objects = WorkOrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("work order")
        verbose_name_plural = _("work orders")
        permissions = [("carry_out_workorder", "Take work orders and confirm them")]
        constraints = [
            one_of("kind", Work, "work_order_kind_is_known"),
            one_of("state", OrderState, "work_order_state_is_known"),
            models.CheckConstraint(
                condition=Q(state="done", done_at__isnull=False) | (~Q(state="done") & Q(done_at__isnull=True)),
                name="an_order_is_done_when_it_was_done",
            ),
            models.CheckConstraint(
                condition=Q(block=None, bay=None, row=None, tier=None)
                | Q(block__isnull=False, bay__isnull=False, row__isnull=False, tier__isnull=False),
                name="a_target_cell_is_whole",
            ),
            models.UniqueConstraint(
                fields=["visit"],
                condition=Q(state__in=["dispatched", "in_progress"]),
                name="a_box_is_moved_by_one_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["equipment"],
                condition=Q(state__in=["dispatched", "in_progress"]),
                name="a_machine_has_one_order_in_hand",
            ),
            models.UniqueConstraint(
                fields=["visit", "kind"],
                condition=Q(state__in=["dispatched", "in_progress", "planned", "quarantined"]),
                name="a_box_is_asked_for_the_same_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["terminal", "priority", "due_at", "sequence", "id"],
                condition=Q(state="planned"),
                name="orders_to_be_handed_out",
            ),
            models.Index(fields=["terminal", "done_at"], name="orders_by_when_done"),
            models.Index(fields=["call"], condition=Q(call__isnull=False), name="orders_by_call"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.visit.container.number}"

    @property
    def target(self) -> str:
        """The target cell as people read it; empty when none is set."""
        return f"{self.block.code}-{self.bay:02d}-{self.row:02d}-{self.tier}" if self.block else ""


class HeldCell(models.Model):
    """A free cell kept for the box of an order until ``until``. No row: anybody may have it."""

    order = models.ForeignKey(WorkOrder, on_delete=models.CASCADE, related_name="held_cells")
    block = models.ForeignKey(Block, on_delete=models.CASCADE, related_name="+")
    bay = models.PositiveSmallIntegerField()
    row = models.PositiveSmallIntegerField()
    tier = models.PositiveSmallIntegerField()
    until = models.DateTimeField(_("held until"))

    class Meta:
        verbose_name = _("held cell")
        verbose_name_plural = _("held cells")
        constraints = [
            models.UniqueConstraint(fields=["block", "bay", "row", "tier"], name="a_cell_is_held_for_one_box"),
        ]
