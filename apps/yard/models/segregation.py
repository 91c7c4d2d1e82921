"""Which dangerous goods are kept how far from each other, version by version."""

from datetime import date
from typing import Any, Final, Self

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.common.models import Row
from terminal.dangerous_goods import CLASSES
from terminal.segregation import Apart

DIVISIONS: Final = [(each, each) for each in CLASSES]
LIKE_THIS: Final[dict[str, Any]] = {"max_digits": 5, "decimal_places": 1, "validators": [MinValueValidator(0)]}


class SegregationTableQuerySet(models.QuerySet["SegregationTable"]):
    """Questions about tables that chain."""

    def in_force(self, on: date) -> Self:
        """Tables that hold on that day, the newest first: that one counts."""
        return self.filter(valid_from__lte=on).order_by("-valid_from", "-pk")


class SegregationTable(Row):
    """One version of the segregation table, with the metres its codes mean in the yard.

    It holds from ``valid_from`` until a newer one does. No table in force: every pair of classes is kept as far apart
    as can be asked.
    """

    name = models.CharField(_("name"), max_length=40, unique=True)
    valid_from = models.DateField(_("valid from"))
    away_from_m = models.DecimalField(_("1, away from (m)"), default=3, **LIKE_THIS)
    separated_from_m = models.DecimalField(_("2, separated from (m)"), default=6, **LIKE_THIS)
    by_a_compartment_m = models.DecimalField(_("3, separated by a compartment (m)"), default=12, **LIKE_THIS)
    lengthwise_m = models.DecimalField(_("4, separated lengthwise by a compartment (m)"), default=24, **LIKE_THIS)

    objects = SegregationTableQuerySet.as_manager()

    class Meta:
        verbose_name = _("segregation table")
        verbose_name_plural = _("segregation tables")
        constraints = [
            models.CheckConstraint(
                condition=Q(away_from_m__gte=0)
                & Q(separated_from_m__gte=models.F("away_from_m"))
                & Q(by_a_compartment_m__gte=models.F("separated_from_m"))
                & Q(lengthwise_m__gte=models.F("by_a_compartment_m")),
                name="a_stricter_code_is_no_nearer",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SegregationRule(models.Model):
    """The code between two divisions in one table. No row: the strictest the table says of either counts."""

    table = models.ForeignKey(SegregationTable, on_delete=models.CASCADE, related_name="rules", verbose_name=_("table"))
    one = models.CharField(_("division"), max_length=3, choices=DIVISIONS)
    other = models.CharField(_("other division"), max_length=3, choices=DIVISIONS)
    code = models.PositiveSmallIntegerField(_("code"))

    class Meta:
        verbose_name = _("segregation rule")
        verbose_name_plural = _("segregation rules")
        constraints = [
            models.UniqueConstraint(fields=["table", "one", "other"], name="a_pair_of_classes_has_one_code"),
            models.CheckConstraint(condition=Q(one__lte=models.F("other")), name="a_pair_of_classes_is_told_one_way"),
            models.CheckConstraint(condition=Q(code__lte=max(Apart).value), name="a_segregation_code_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.one} × {self.other}: {self.code or 'X'}"
