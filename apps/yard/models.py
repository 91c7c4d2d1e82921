"""The container yard: blocks, and which cell each box stands in."""

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from apps.common.models import Row
from apps.containers.models import Visit
from apps.network.models import Terminal


class Block(Row):
    """A block of the yard: bays along it (one bay = one 20′ place), rows across, tiers up; all counted from 1."""

    class Kind(models.TextChoices):
        GENERAL = "general", _("general")
        REEFER = "reefer", _("reefer")
        DANGEROUS_GOODS = "dangerous_goods", _("dangerous goods")
        EMPTIES = "empties", _("empties")
        BONDED = "bonded", _("bonded")
        INSPECTION = "inspection", _("inspection")

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, verbose_name=_("terminal"))
    code = models.CharField(_("code"), max_length=10)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind, default=Kind.GENERAL)
    bays = models.PositiveSmallIntegerField(_("bays"))
    rows = models.PositiveSmallIntegerField(_("rows"))
    tiers = models.PositiveSmallIntegerField(_("tiers"))
    closed = models.BooleanField(_("closed"), default=False)

    class Meta:
        verbose_name = _("block")
        verbose_name_plural = _("blocks")
        ordering = ["terminal_id", "code"]
        constraints = [models.UniqueConstraint(fields=["terminal", "code"], name="a_block_code_is_unique")]

    def __str__(self) -> str:
        return self.code

    @property
    def ground_slots(self) -> int:
        """20′ places on the ground."""
        return self.bays * self.rows


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
            models.UniqueConstraint(F("block"), F("bay"), F("row"), F("tier"), name="cell_holds_one_container"),
        ]
