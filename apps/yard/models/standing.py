"""Which cell each box stands in."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.common.models import Row
from apps.containers.models import Visit
from apps.yard.models.blocks import Block


class Standing(Row):
    """Where one box stands: block, bay, row, tier. No row for a box in the yard: its cell is unknown.

    A 40′ or 45′ box covers two bays; ``bay`` is the lower one and ``bays`` is 2. The cells themselves are ``Cell``
    rows, which the database keeps apart.
    """

    visit = models.OneToOneField(Visit, on_delete=models.PROTECT, related_name="standing", verbose_name=_("visit"))
    block = models.ForeignKey(Block, on_delete=models.PROTECT, related_name="standings", verbose_name=_("block"))
    bay = models.PositiveSmallIntegerField(_("bay"))
    bays = models.PositiveSmallIntegerField(_("bays covered"), default=1)
    row = models.PositiveSmallIntegerField(_("row"))
    tier = models.PositiveSmallIntegerField(_("tier"))
    placed_at = models.DateTimeField(_("placed"))
    verified_at = models.DateTimeField(_("position last verified"), null=True, blank=True)

    class Meta:
        verbose_name = _("yard position")
        verbose_name_plural = _("yard positions")

    def __str__(self) -> str:
        return f"{self.block.code}-{self.bay:02d}-{self.row:02d}-{self.tier}"


class Cell(models.Model):
    """A 20′ cell that is taken. The database refuses a second box in it, air below it, and tiers the block has not."""

    standing = models.ForeignKey(Standing, on_delete=models.CASCADE, related_name="cells")
    block = models.ForeignKey(Block, on_delete=models.PROTECT, related_name="+")
    bay = models.PositiveSmallIntegerField()
    row = models.PositiveSmallIntegerField()
    tier = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("taken cell")
        verbose_name_plural = _("taken cells")
        constraints = [
            models.UniqueConstraint(
                fields=["block", "bay", "row", "tier"],
                deferrable=models.Deferrable.IMMEDIATE,
                name="cell_holds_one_container",
            ),
        ]
