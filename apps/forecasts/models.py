"""Forecasts of stocks as they were made, kept to be judged by what came, and what they were worth."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.common.models import Row, one_of
from apps.network.models import Terminal
from terminal.forecasting.scoring import Lead
from terminal.metrics import Stock


class Figure(models.TextChoices):
    """What is forecast, as people call it."""

    YARD_TEU = Stock.YARD_TEU.value, _("yard, TEU")
    TRAIN_PLACES = Stock.TRAIN_PLACES.value, _("train places")
    WAREHOUSE_M2 = Stock.WAREHOUSE_M2.value, _("warehouse, m²")
    CUSTOMS_QUEUE = Stock.CUSTOMS_QUEUE.value, _("customs queue")


class Ahead(models.TextChoices):
    """How long before its hour a forecast was made."""

    HOURS_6 = Lead.HOURS_6.value, _("up to 6 h")
    HOURS_24 = Lead.HOURS_24.value, _("6 to 24 h")
    DAYS_3 = Lead.DAYS_3.value, _("1 to 3 days")
    DAYS_7 = Lead.DAYS_7.value, _("3 to 7 days")
    DAYS_14 = Lead.DAYS_14.value, _("7 to 14 days")


class Run(Row):
    """The forecast of a terminal as of one full hour. No row: none was made for that hour.

    ``seconds``: how long it took to make.
    """

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, related_name="+", verbose_name=_("terminal"))
    at = models.DateTimeField(_("as of"))
    made_at = models.DateTimeField(_("made"))
    seconds = models.DecimalField(_("took, s"), max_digits=7, decimal_places=2)

    class Meta:
        verbose_name = _("forecast")
        verbose_name_plural = _("forecasts")
        ordering = ["-at", "terminal_id"]
        constraints = [models.UniqueConstraint(fields=["terminal", "at"], name="an_hour_is_forecast_once")]

    def __str__(self) -> str:
        return f"{self.terminal.code} {self.at:%Y-%m-%d %H:%M}"


class Course(models.Model):
    """How a stock is expected to go, hour by hour from the first hour after the run's on. No row: too little was known.

    ``scope``: the number of the zone or office it is of; none: the whole site. ``low`` and ``high`` are the band that
    is shown and judged, ``median`` its middle; ``stock`` is what there was. ``tenth`` and ``ninetieth``: the 10 and 90
    per cent levels where they are not the band's edges. ``parts`` says what each hour is made of, by name; ``causes``
    what stands behind it. ``peaks``: quantiles of the highest level within so many hours, from which the chance of a
    breach is read (``terminal.forecasting.peaks``).
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="courses", verbose_name=_("forecast"))
    metric = models.CharField(_("figure"), max_length=20, choices=Figure)
    scope = models.BigIntegerField(_("zone or office"), null=True)
    stock = models.FloatField(_("now"))
    low = models.JSONField(_("lower edge"))
    median = models.JSONField(_("50 %"))
    high = models.JSONField(_("upper edge"))
    tenth = models.JSONField(_("10 %"), null=True)
    ninetieth = models.JSONField(_("90 %"), null=True)
    parts = models.JSONField(_("made of"))
    causes = models.JSONField(_("causes"))
    peaks = models.JSONField(_("highest levels"))

    class Meta:
        verbose_name = _("course of a stock")
        verbose_name_plural = _("courses of stocks")
        constraints = [
            one_of("metric", Stock, "forecast_figure_is_known"),
            models.UniqueConstraint(
                fields=["run", "metric", "scope"], name="a_stock_is_forecast_once_a_run", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run} {self.get_metric_display()}"


class Score(models.Model):
    """What the forecasts for the hours of one site day, made so long ahead, were worth. No row: none was judged yet.

    ``scope``: as of a ``Course``. ``inside``: hours in the band that was shown, which should be four of five. ``loss``:
    the sum of pinball losses of the three levels; beside it those of "as it is now" and of "as this hour a week ago".
    """

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, related_name="+", verbose_name=_("terminal"))
    metric = models.CharField(_("figure"), max_length=20, choices=Figure)
    scope = models.BigIntegerField(_("zone or office"), null=True)
    on = models.DateField(_("site day"))
    lead = models.CharField(_("made ahead"), max_length=8, choices=Ahead)
    hours = models.PositiveIntegerField(_("hours judged"))
    inside = models.PositiveIntegerField(_("inside the band"))
    loss = models.FloatField(_("loss"))
    loss_last = models.FloatField(_("loss of the last value"))
    loss_week = models.FloatField(_("loss of a week ago"))
    scored_at = models.DateTimeField(_("judged"))

    class Meta:
        verbose_name = _("score of forecasts")
        verbose_name_plural = _("scores of forecasts")
        constraints = [
            one_of("metric", Stock, "scored_figure_is_known"),
            one_of("lead", Lead, "lead_of_a_score_is_known"),
            models.UniqueConstraint(
                fields=["terminal", "metric", "scope", "on", "lead"],
                name="a_day_is_scored_once_a_lead",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=models.Q(hours__gt=0, inside__lte=models.F("hours")), name="a_score_counts_hours"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_metric_display()} {self.on} {self.get_lead_display()}"
