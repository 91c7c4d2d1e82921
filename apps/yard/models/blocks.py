"""Blocks of the yard, and when they take nothing in."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.common.models import Row
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
    plugs = models.PositiveSmallIntegerField(
        _("plugs"),
        null=True,
        blank=True,
        help_text=_("For reefers. Empty: one for each place on the ground of a reefer block, none elsewhere."),
    )

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

    @property
    def reefer_plugs(self) -> int:
        """How many reefers can be plugged in there."""
        if self.plugs is not None:
            return self.plugs
        return self.ground_slots if self.kind == self.Kind.REEFER else 0


class BlockClosureQuerySet(models.QuerySet["BlockClosure"]):
    """Questions about closures that chain."""

    def in_force(self, at: object) -> Self:
        """Closures that are on at that moment."""
        return self.filter(since__lte=at).filter(Q(until__isnull=True) | Q(until__gt=at))


class BlockClosure(Row):
    """A block, or some of its bays, takes nothing in for a time; what stands there may leave. No row: it is open.

    ``first_bay`` and ``last_bay`` empty: the whole block. ``until`` empty: until further notice.
    """

    block = models.ForeignKey(Block, on_delete=models.CASCADE, related_name="closures", verbose_name=_("block"))
    first_bay = models.PositiveSmallIntegerField(_("from bay"), null=True, blank=True)
    last_bay = models.PositiveSmallIntegerField(_("to bay"), null=True, blank=True)
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200)

    objects = BlockClosureQuerySet.as_manager()

    class Meta:
        verbose_name = _("closure of a block")
        verbose_name_plural = _("closures of blocks")
        ordering = ["block_id", "since"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")), name="a_block_closes_before_it_opens"
            ),
            models.CheckConstraint(
                condition=Q(first_bay__isnull=True, last_bay__isnull=True)
                | Q(first_bay__isnull=False, last_bay__isnull=False, last_bay__gte=F("first_bay")),
                name="closed_bays_have_two_ends",
            ),
        ]

    def __str__(self) -> str:
        bays = f" {self.first_bay:02d}–{self.last_bay:02d}" if self.first_bay and self.last_bay else ""
        return f"{self.block.code}{bays}: {self.reason}"
