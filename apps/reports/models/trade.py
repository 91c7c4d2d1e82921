"""Foreign trade as it is published."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


def _thousands(name: object) -> models.DecimalField:  # type: ignore[type-arg]
    return models.DecimalField(name, max_digits=16, decimal_places=1, null=True, blank=True)  # type: ignore[arg-type]


def _percent(name: object) -> models.DecimalField:  # type: ignore[type-arg]
    return models.DecimalField(name, max_digits=7, decimal_places=1, null=True, blank=True)  # type: ignore[arg-type]


class TradeStatement(models.Model):
    """What one source says of the trade of two countries over some months: thousand US$, percent of the year before.

    Empty: the source does not say. What several sources say of the same months stands side by side, also where they
    contradict each other. ``rounded_to``: the source's last digit, in thousand US$.
    """

    reporter = models.CharField(_("country that reports"), max_length=2)
    partner = models.CharField(_("trades with"), max_length=2)
    first_on = models.DateField(_("from"))
    last_on = models.DateField(_("to"))
    source = models.CharField(_("source"), max_length=120)
    turnover = _thousands(_("turnover"))
    exports = _thousands(_("exports"))
    imports = _thousands(_("imports"))
    turnover_change = _percent(_("turnover, change in %"))
    exports_change = _percent(_("exports, change in %"))
    imports_change = _percent(_("imports, change in %"))
    exports_share = _percent(_("share of all exports, %"))
    imports_share = _percent(_("share of all imports, %"))
    rounded_to = models.DecimalField(_("rounded to"), max_digits=9, decimal_places=1, default="0.1")

    class Meta:
        verbose_name = _("trade statistics")
        verbose_name_plural = _("trade statistics")
        ordering = ["-last_on", "reporter", "partner", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["reporter", "partner", "first_on", "last_on", "source"], name="a_source_says_it_once"
            ),
            models.CheckConstraint(condition=Q(last_on__gte=F("first_on")), name="trade_ends_after_it_began"),
        ]

    def __str__(self) -> str:
        return f"{self.reporter}–{self.partner} {self.first_on:%Y-%m} – {self.last_on:%Y-%m}, {self.source}"
