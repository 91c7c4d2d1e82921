"""Figures counted from the journal."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.network.models import Terminal


class DailyThroughput(models.Model):
    """One site day's movements, counted from the journal. No row: nothing moved that day, or it was not counted yet.

    A row holds only what happened on its day; stocks at day's end are the running sum of ``net_*`` over the days, so a
    late event re-opens its own day and no other. ``peak_over_opening_teu`` is the highest the stock rose over where it
    stood at midnight.
    """

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, verbose_name=_("terminal"))
    on = models.DateField(_("day"))
    in_rail = models.PositiveIntegerField(_("in by rail"), default=0)
    in_road = models.PositiveIntegerField(_("in by road"), default=0)
    in_sea = models.PositiveIntegerField(_("in by sea"), default=0)
    in_barge = models.PositiveIntegerField(_("in by barge"), default=0)
    out_rail = models.PositiveIntegerField(_("out by rail"), default=0)
    out_road = models.PositiveIntegerField(_("out by road"), default=0)
    out_sea = models.PositiveIntegerField(_("out by sea"), default=0)
    out_barge = models.PositiveIntegerField(_("out by barge"), default=0)
    in_teu = models.DecimalField(_("TEU in"), max_digits=10, decimal_places=2, default=0)
    out_teu = models.DecimalField(_("TEU out"), max_digits=10, decimal_places=2, default=0)
    trains_arrived = models.PositiveIntegerField(_("trains arrived"), default=0)
    trains_departed = models.PositiveIntegerField(_("trains departed"), default=0)
    moves = models.PositiveIntegerField(_("moves"), default=0)
    net_boxes = models.IntegerField(_("boxes, net"), default=0)
    net_teu = models.DecimalField(_("TEU, net"), max_digits=10, decimal_places=2, default=0)
    peak_over_opening_teu = models.DecimalField(_("peak over opening, TEU"), max_digits=10, decimal_places=2, default=0)
    counted_at = models.DateTimeField(_("counted"))

    class Meta:
        verbose_name = _("daily throughput")
        verbose_name_plural = _("daily throughput")
        ordering = ["-on"]
        constraints = [models.UniqueConstraint(fields=["terminal", "on"], name="a_day_is_counted_once")]

    def __str__(self) -> str:
        return f"{self.terminal} {self.on}"

    @property
    def throughput_teu(self) -> Decimal:
        """Counted once per box: (TEU in + TEU out) ÷ 2."""
        return (self.in_teu + self.out_teu) / 2


class Bookmark(models.Model):
    """How far a reader of the journal has come, in commit order. No row: it has read nothing."""

    reader = models.CharField(_("reader"), max_length=40, primary_key=True)
    xid = models.BigIntegerField(_("transaction"), default=0)
    entry_id = models.BigIntegerField(_("entry"), default=0)

    class Meta:
        verbose_name = _("bookmark")
        verbose_name_plural = _("bookmarks")

    def __str__(self) -> str:
        return self.reader
