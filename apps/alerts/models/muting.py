"""When nobody is told although an alert stands: a silence with an end, and a greater alert that says enough."""

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from apps.alerts.models.rules import Rule
from apps.alerts.models.scopes import PARTS, Scoped, one_part_only
from apps.common.models import Row
from apps.network.models import Terminal
from terminal.telling import circle

WHAT: list[tuple[Any, str]] = [
    (F("terminal"), RangeOperators.EQUAL),
    *((Coalesce(F(name), Value(0)), RangeOperators.EQUAL) for name in ("rule", *PARTS)),
]
"""What two silences have in common that may not overlap; a part that is not named is no wildcard."""


class Silence(Scoped, Row):
    """Nobody is told of alerts of a rule, of a part of the site, or of the whole site, until it ends.

    Alerts are raised all the same; what still stands at the end of the silence is told then.
    """

    rule = models.ForeignKey(
        Rule, on_delete=models.CASCADE, null=True, blank=True, related_name="silences", verbose_name=_("rule")
    )
    start_at = models.DateTimeField(_("from"))
    end_at = models.DateTimeField(_("until"))
    reason = models.CharField(_("reason"), max_length=200)
    made_by = models.CharField(_("made by"), max_length=150, editable=False)

    class Meta:
        verbose_name = _("silence")
        verbose_name_plural = _("silences")
        ordering = ["-start_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end_at__gt=F("start_at")),
                name="a_silence_ends_after_it_began",
                violation_error_message=_("A silence ends after it began."),
            ),
            one_part_only("a_silence_is_of_one_part"),
            ExclusionConstraint(
                name="silences_of_the_same_do_not_overlap",
                expressions=[
                    *WHAT,
                    (
                        Func("start_at", "end_at", function="TSTZRANGE", output_field=DateTimeRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_("There is a silence of the same in this time already: end that one first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule or self.part or self.terminal}: {self.reason}"

    def clean(self) -> None:
        """Refuse a rule of another terminal, a rule beside a part, and an end before its beginning."""
        super().clean()
        if self.start_at and self.end_at and self.end_at <= self.start_at:
            raise ValidationError({"end_at": _("A silence ends after it began.")})
        if self.rule and self.rule.terminal_id != self.terminal_id:
            raise ValidationError({"rule": _("This rule is of another terminal.")})
        if self.rule and self.part_id:
            raise ValidationError(_("Choose a rule or a part of the site, not both."))


class Inhibition(models.Model):
    """While an alert of ``by`` stands, nobody is told of alerts of ``rule``: a full site says enough of full blocks."""

    terminal = models.ForeignKey(Terminal, on_delete=models.CASCADE, verbose_name=_("terminal"))
    by = models.ForeignKey(
        Rule, on_delete=models.CASCADE, related_name="silencing", verbose_name=_("while this stands")
    )
    rule = models.ForeignKey(
        Rule, on_delete=models.CASCADE, related_name="silenced_by", verbose_name=_("nobody is told of")
    )

    class Meta:
        verbose_name = _("inhibition")
        verbose_name_plural = _("inhibitions")
        constraints = [
            models.UniqueConstraint(fields=["by", "rule"], name="an_inhibition_is_said_once"),
            models.CheckConstraint(condition=~Q(by=F("rule")), name="no_rule_silences_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.by} > {self.rule}"

    def clean(self) -> None:
        """Refuse rules of another terminal, and a ring of rules that would keep one another silent."""
        if not (self.by_id and self.rule_id):
            return
        if self.by.terminal_id != self.terminal_id or self.rule.terminal_id != self.terminal_id:
            raise ValidationError(_("This rule is of another terminal."))
        others = Inhibition.objects.filter(terminal=self.terminal_id).exclude(pk=self.pk)
        pairs = [*others.values_list("by_id", "rule_id"), (self.by_id, self.rule_id)]
        if circle(pairs):
            together = _("These rules would keep one another silent, and nobody would be told of any.")
            raise ValidationError({"rule": together})
