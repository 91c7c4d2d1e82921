"""What moved, by the site day and by the hour."""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.network.models import Terminal


class Crossings(models.Model):
    """What is counted alike of a day and of an hour."""

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
    rehandles = models.PositiveIntegerField(_("unproductive lifts"), default=0)
    productive_lifts = models.PositiveIntegerField(_("productive lifts"), default=0)
    net_boxes = models.IntegerField(_("boxes, net"), default=0)
    net_teu = models.DecimalField(_("TEU, net"), max_digits=10, decimal_places=2, default=0)
    counted_at = models.DateTimeField(_("counted"))

    class Meta:
        abstract = True

    @property
    def throughput_teu(self) -> Decimal:
        """Counted once per box: (TEU in + TEU out) ÷ 2."""
        return (self.in_teu + self.out_teu) / 2


class DailyThroughput(Crossings):
    """One site day's movements, counted from the journal. No row: nothing moved that day, or it was not counted yet.

    A row holds only what happened on its day; stocks at day's end are the running sum of ``net_*`` over the days, so a
    late event re-opens its own day and no other. ``peak_over_opening_teu`` is the highest the stock rose over where it
    stood at midnight, ``teu_hours_over_opening`` how much it was over (or under) that, times the hours it was. Shares
    are kept as their parts and wholes: days can be summed, averages cannot.
    """

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, verbose_name=_("terminal"))
    on = models.DateField(_("day"))
    in_rail_teu = models.DecimalField(_("TEU in by rail"), max_digits=10, decimal_places=2, default=0)
    in_road_teu = models.DecimalField(_("TEU in by road"), max_digits=10, decimal_places=2, default=0)
    in_sea_teu = models.DecimalField(_("TEU in by sea"), max_digits=10, decimal_places=2, default=0)
    in_barge_teu = models.DecimalField(_("TEU in by barge"), max_digits=10, decimal_places=2, default=0)
    out_rail_teu = models.DecimalField(_("TEU out by rail"), max_digits=10, decimal_places=2, default=0)
    out_road_teu = models.DecimalField(_("TEU out by road"), max_digits=10, decimal_places=2, default=0)
    out_sea_teu = models.DecimalField(_("TEU out by sea"), max_digits=10, decimal_places=2, default=0)
    out_barge_teu = models.DecimalField(_("TEU out by barge"), max_digits=10, decimal_places=2, default=0)
    in_laden = models.PositiveIntegerField(_("laden in"), default=0)
    in_empty = models.PositiveIntegerField(_("empty in"), default=0)
    out_laden = models.PositiveIntegerField(_("laden out"), default=0)
    out_empty = models.PositiveIntegerField(_("empty out"), default=0)
    in_laden_teu = models.DecimalField(_("laden TEU in"), max_digits=10, decimal_places=2, default=0)
    in_empty_teu = models.DecimalField(_("empty TEU in"), max_digits=10, decimal_places=2, default=0)
    out_laden_teu = models.DecimalField(_("laden TEU out"), max_digits=10, decimal_places=2, default=0)
    out_empty_teu = models.DecimalField(_("empty TEU out"), max_digits=10, decimal_places=2, default=0)
    peak_over_opening_teu = models.DecimalField(_("peak over opening, TEU"), max_digits=10, decimal_places=2, default=0)
    teu_hours_over_opening = models.DecimalField(
        _("TEU-hours over opening"), max_digits=14, decimal_places=3, default=0
    )
    departure_delays = ArrayField(
        models.IntegerField(),
        verbose_name=_("minutes late of trains with a planned departure"),
        default=list,
        blank=True,
    )
    consists_in_time = models.PositiveIntegerField(_("trains whose consist came before them"), default=0)
    boxes_foretold = models.PositiveIntegerField(_("boxes off trains announced by number before"), default=0)

    class Meta:
        verbose_name = _("daily throughput")
        verbose_name_plural = _("daily throughput")
        ordering = ["-on"]
        constraints = [models.UniqueConstraint(fields=["terminal", "on"], name="a_day_is_counted_once")]

    def __str__(self) -> str:
        return f"{self.terminal} {self.on}"


class HourlyThroughput(Crossings):
    """One hour of a site day, from ``starts_at`` on. No row: nothing of its day was counted.

    Hours begin with the day's first moment, so that a day on which clocks change has 23 or 25 of them.
    """

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, verbose_name=_("terminal"))
    starts_at = models.DateTimeField(_("from"))

    class Meta:
        verbose_name = _("hourly throughput")
        verbose_name_plural = _("hourly throughput")
        ordering = ["-starts_at"]
        constraints = [models.UniqueConstraint(fields=["terminal", "starts_at"], name="an_hour_is_counted_once")]

    def __str__(self) -> str:
        return f"{self.terminal} {self.starts_at:%Y-%m-%d %H:%M}"


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
