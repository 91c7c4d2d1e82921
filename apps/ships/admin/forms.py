"""What is asked before a step with a ship or a line of its lists."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.calls.models import Call
from apps.common.admin import Question
from apps.common.models import choices
from apps.common.words import sentence
from apps.ships.services import Seen
from apps.trains.models import TrainVisit
from terminal.damages import Harm, Severity, Side
from terminal.errors import Refused

NOBODY_SAID = ("", "–")


class TransferForm(Question):
    """Which train boxes go straight to, or come straight from."""

    train = forms.ModelChoiceField(label=_("Train"), queryset=TrainVisit.objects.none())

    def about(self, rows: list[Any]) -> None:
        """The trains that stand here, or are to come, at the ships' terminals."""
        terminals = {row.call.terminal_id for row in rows}
        near = (Call.objects.on_site() | Call.objects.expected()).filter(terminal__in=terminals)
        field: Any = self.fields["train"]
        field.queryset = TrainVisit.objects.filter(call__in=near).select_related("call").order_by("call__number")


class OverlandedForm(forms.Form):
    """A box on board that stands in no list."""

    number = forms.CharField(label=_("Container number"), max_length=20)
    size_type = forms.CharField(label=_("Size-type"), max_length=4, help_text=_("As 22G1 or 45G1."))
    laden = forms.NullBooleanField(label=_("Laden"), required=False)


class RemarkForm(forms.Form):
    """A remark, if there is one."""

    remark = forms.CharField(label=_("Remark"), max_length=200, required=False)


class SeenForm(forms.Form):
    """What the tally clerk saw of a box."""

    seals = forms.CharField(label=_("Seals"), required=False, help_text=_("With a space between them."))
    gross_kg = forms.IntegerField(label=_("Weighed, kg"), required=False, min_value=1)
    stow = forms.CharField(label=_("Place on board"), required=False, help_text=_("Bay-row-tier, such as 012-04-82."))
    remark = forms.CharField(label=_("Remark"), required=False, max_length=200)
    side = forms.ChoiceField(label=_("Damage: where"), required=False, choices=[NOBODY_SAID, *choices(Side)])
    harm = forms.ChoiceField(label=_("Damage: what"), required=False, choices=[NOBODY_SAID, *choices(Harm)])
    severity = forms.ChoiceField(label=_("Damage: how bad"), required=False, choices=[NOBODY_SAID, *choices(Severity)])

    def clean(self) -> dict[str, Any]:
        """One thing seen, as the service takes it."""
        told = super().clean() or self.cleaned_data
        damage = [str(told.get(name) or "") for name in ("side", "harm", "severity")]
        if any(damage) and not all(damage):
            raise ValidationError(_("A damage needs where, what and how bad."))
        seen = Seen(
            seals=(told.get("seals") or "").split(),
            gross_kg=told.get("gross_kg"),
            stow=told.get("stow") or "",
            remark=told.get("remark") or "",
            damage=(Side(damage[0]), Harm(damage[1]), Severity(damage[2])) if all(damage) else None,
        )
        try:
            seen.values()
        except Refused as refusal:
            raise ValidationError(sentence(refusal.message, refusal.facts)) from refusal
        return {"seen": seen}
