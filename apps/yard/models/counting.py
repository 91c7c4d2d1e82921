"""Counts of the yard: what somebody saw, and what is to be cleared up about it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.common.models import Row, choices, one_of
from apps.containers.models import Visit
from apps.network.models import Terminal
from apps.yard.models.blocks import Block
from terminal.lifecycle import CaseState
from terminal.stocktaking import Finding


class Count(Row):
    """A look at a block, or at one of its rows, box by box. ``closed_at`` empty: somebody is still counting."""

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, verbose_name=_("terminal"))
    block = models.ForeignKey(Block, on_delete=models.PROTECT, related_name="counts", verbose_name=_("block"))
    row = models.PositiveSmallIntegerField(_("row (empty: the whole block)"), null=True, blank=True)
    started_at = models.DateTimeField(_("begun"))
    started_by = models.CharField(_("begun by"), max_length=120)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta:
        verbose_name = _("count")
        verbose_name_plural = _("counts")
        constraints = [
            models.UniqueConstraint(
                fields=["block", "row"],
                condition=Q(closed_at=None),
                nulls_distinct=False,
                name="one_count_of_a_place_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.block.code}-{self.row:02d}" if self.row else self.block.code


class Sighting(models.Model):
    """A cell that was looked at: the number that was read there, or an empty one at the tier above a stack's top.

    No row for a stack: nobody looked. What is seen later in the same cell takes the place of what was seen before.
    """

    count = models.ForeignKey(Count, on_delete=models.CASCADE, related_name="sightings")
    bay = models.PositiveSmallIntegerField(_("bay"))
    row = models.PositiveSmallIntegerField(_("row"))
    tier = models.PositiveSmallIntegerField(_("tier"))
    number = models.CharField(_("container number"), max_length=11, blank=True)
    seen_at = models.DateTimeField(_("seen"))
    seen_by = models.CharField(_("seen by"), max_length=120)

    class Meta:
        verbose_name = _("sighting")
        verbose_name_plural = _("sightings")
        constraints = [
            models.UniqueConstraint(fields=["count", "bay", "row", "tier"], name="a_cell_is_seen_once_in_a_count"),
            models.UniqueConstraint(
                fields=["count", "number"], condition=~Q(number=""), name="a_box_is_seen_in_one_cell_of_a_count"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bay:02d}-{self.row:02d}-{self.tier}: {self.number or '–'}"


class Discrepancy(Row):
    """A case: what a count found about one box that the books say otherwise, until it is corrected or dismissed."""

    count = models.ForeignKey(Count, on_delete=models.PROTECT, related_name="discrepancies", verbose_name=_("count"))
    finding = models.CharField(_("finding"), max_length=12, choices=choices(Finding))
    state = models.CharField(_("state"), max_length=10, choices=choices(CaseState), default=CaseState.OPEN.value)
    number = models.CharField(_("container number"), max_length=11)
    visit = models.ForeignKey(
        Visit, on_delete=models.PROTECT, null=True, blank=True, related_name="discrepancies", verbose_name=_("visit")
    )
    booked = models.CharField(_("booked at"), max_length=24, blank=True)
    bay = models.PositiveSmallIntegerField(_("seen in bay"), null=True, blank=True)
    row = models.PositiveSmallIntegerField(_("row"), null=True, blank=True)
    tier = models.PositiveSmallIntegerField(_("tier"), null=True, blank=True)
    found_at = models.DateTimeField(_("found"))
    closed_at = models.DateTimeField(_("cleared up"), null=True, blank=True)
    closed_by = models.CharField(_("cleared up by"), max_length=120, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("discrepancy")
        verbose_name_plural = _("discrepancies")
        constraints = [
            one_of("finding", Finding, "finding_is_known"),
            one_of("state", CaseState, "discrepancy_state_is_known"),
        ]
        indexes = [models.Index(fields=["count"], condition=Q(state="open"), name="open_discrepancies")]

    def __str__(self) -> str:
        return f"{self.number}: {self.get_finding_display()}"

    @property
    def seen(self) -> str:
        """The cell it was seen in, as people read it; empty when nobody saw it."""
        if self.bay is None or self.row is None or self.tier is None:
            return ""
        return f"{self.count.block.code}-{self.bay:02d}-{self.row:02d}-{self.tier}"
