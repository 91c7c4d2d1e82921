"""Guarantees: what a declarant has put up, and what of it is taken by goods whose duty is not paid."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.common.models import Row, choices
from apps.customs.models.declarations import Declaration
from apps.network.models import Terminal
from apps.parties.models import Party
from terminal.regimes import Regime


class RegimeTerms(Row):
    """How long goods may stay under a regime at a terminal, and how much of their value is to be guaranteed.

    ``period_days`` empty: no period. No row: what ``terminal.customs.guarantee`` says of the regime.
    """

    terminal = models.ForeignKey(Terminal, on_delete=models.CASCADE, verbose_name=_("terminal"))
    regime = models.CharField(_("regime"), max_length=20, choices=choices(Regime))
    period_days = models.PositiveIntegerField(_("period, days"), null=True, blank=True)
    guarantee_percent = models.DecimalField(
        _("guaranteed share of the value, %"),
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )

    class Meta:
        verbose_name = _("terms of a regime")
        verbose_name_plural = _("terms of regimes")
        ordering = ["terminal_id", "regime"]
        constraints = [
            models.UniqueConstraint(fields=["terminal", "regime"], name="a_regime_has_its_terms_once"),
            models.CheckConstraint(
                condition=Q(guarantee_percent__gte=0, guarantee_percent__lte=100), name="a_guarantee_is_a_share"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_regime_display()}: {self.guarantee_percent} %"


class Guarantee(Row):
    """Security a declarant has put up with customs, in minor units of ``currency``.

    ``taken_minor``: what open declarations take of it; kept with them, never above ``amount_minor``. ``valid_until``
    empty: it does not run out.
    """

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, verbose_name=_("terminal"))
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="guarantees", verbose_name=_("declarant"))
    reference = models.CharField(_("customs' reference"), max_length=60)
    amount_minor = models.BigIntegerField(_("amount (minor units)"))
    taken_minor = models.BigIntegerField(_("taken (minor units)"), default=0, editable=False)
    currency = models.CharField(_("currency"), max_length=3)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("last day"), null=True, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("customs", "guarantee")
        verbose_name_plural = pgettext_lazy("customs", "guarantees")
        ordering = ["terminal_id", "party_id", "reference"]
        constraints = [
            models.UniqueConstraint(fields=["terminal", "reference"], name="a_guarantee_has_one_reference"),
            models.CheckConstraint(
                condition=Q(taken_minor__gte=0, taken_minor__lte=F("amount_minor")),
                name="a_guarantee_is_not_overdrawn",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="a_guarantee_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} ({self.party})"


class GuaranteeCharge(models.Model):
    """What one declaration takes of a guarantee, from its release until its goods have left bond or come back."""

    guarantee = models.ForeignKey(Guarantee, on_delete=models.PROTECT, related_name="charges")
    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="guaranteed")
    amount_minor = models.BigIntegerField(_("amount (minor units)"))
    taken_at = models.DateTimeField(_("taken"))
    freed_at = models.DateTimeField(_("freed"), null=True, blank=True)
    freed_by = models.CharField(_("freed by"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("charge on a guarantee")
        verbose_name_plural = _("charges on guarantees")
        ordering = ["-taken_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["declaration"], condition=Q(freed_at=None), name="a_declaration_takes_one_guarantee"
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="a_charge_on_a_guarantee_is_something"),
        ]

    def __str__(self) -> str:
        return f"{self.declaration}: {self.amount_minor}"
