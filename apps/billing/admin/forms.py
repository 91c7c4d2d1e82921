"""What the pages of charges ask before they act."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.billing.models import Invoice, Pause
from apps.common.admin import Question
from apps.parties.models import Party

WHY: Final = _("Why (the payer reads it)")


def why_field(label: Any = WHY) -> forms.CharField:
    """A reason that is told."""
    return forms.CharField(label=label, max_length=200, widget=forms.TextInput(attrs={"size": 60}))


def day_field(label: Any) -> forms.DateField:
    """A day of the site."""
    return forms.DateField(label=label, widget=forms.DateInput())


def amount_field(label: Any, **kwargs: Any) -> forms.DecimalField:
    """An amount of money in whole units."""
    return forms.DecimalField(label=label, min_value=0, max_digits=14, decimal_places=4, **kwargs)


class WhyForm(forms.Form):
    """Only why."""

    why = why_field()


class OverrideForm(forms.Form):
    """The last free day that holds instead of the calculated one."""

    last_free_on = day_field(_("Last free day"))
    why = why_field()


class GuaranteeForm(forms.Form):
    """Who stands for the days until when."""

    day = day_field(_("Guaranteed through"))
    guarantor = forms.ModelChoiceField(Party.objects.filter(active=True).order_by("name"), label=_("Guaranteed by"))


class PayerForm(forms.Form):
    """Whom storage is charged to."""

    payer = forms.ModelChoiceField(Party.objects.filter(active=True).order_by("name"), label=_("Charged to"))


class ChargeForm(forms.Form):
    """Through which day a box that stands is charged."""

    until = forms.DateField(
        label=_("Through (only for a box that has not gone)"), required=False, widget=forms.DateInput()
    )


class PauseForm(forms.Form):
    """For which time nobody pays, and why."""

    kind = forms.ChoiceField(choices=Pause.Kind, label=_("Cause"))
    reason = why_field()
    starts_at = forms.DateTimeField(label=_("From"), widget=forms.DateTimeInput())
    ends_at = forms.DateTimeField(label=_("To (empty: it goes on)"), required=False, widget=forms.DateTimeInput())


class EndForm(forms.Form):
    """When a pause ended."""

    ends_at = forms.DateTimeField(label=_("To"), widget=forms.DateTimeInput())


class WorkForm(forms.Form):
    """Extra work on a box."""

    unit = forms.ChoiceField(choices=[("lift", _("lift")), ("package", _("package"))], label=_("Unit"))
    service = forms.CharField(label=_("Kind of work"), max_length=40, required=False)
    count = forms.IntegerField(label=_("How many"), min_value=1, max_value=99_999, initial=1)
    party = forms.ModelChoiceField(Party.objects.filter(active=True).order_by("name"), label=_("Charged to"))


class CreditForm(forms.Form):
    """How much of a charge is taken back."""

    amount = amount_field(_("Net amount (empty: all that is left)"), required=False)
    reason = why_field()


class ReasonForm(forms.Form):
    """Why all of an invoice is taken back."""

    reason = why_field()


class AnswerForm(forms.Form):
    """The answer to an objection."""

    answer = why_field(_("Answer (the payer reads it)"))


class UpholdForm(AnswerForm):
    """The answer, and how much is credited."""

    amount = amount_field(_("Net amount (empty: all that is left)"), required=False)


class PayForm(forms.Form):
    """Money that came in for an invoice."""

    amount = amount_field(_("Amount"))
    received_on = day_field(_("Received"))
    reference = forms.CharField(label=_("Bank's reference"), max_length=60)


class ShareForm(Question):
    """For which invoice of its party a payment is."""

    invoice = forms.ModelChoiceField(Invoice.objects.none(), label=_("Invoice"))

    def about(self, rows: list[Any]) -> None:
        field: Any = self.fields["invoice"]
        field.queryset = Invoice.objects.owed().filter(
            party__in={row.party_id for row in rows}, terminal__in={row.terminal_id for row in rows}
        )
