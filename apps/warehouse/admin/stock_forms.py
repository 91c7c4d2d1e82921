"""What is asked before something is done to a lot, and which past moment is looked at."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.common.admin import Question
from apps.common.models import choices
from apps.network.models import Terminal
from apps.parties.models import Party
from apps.warehouse.models import Zone
from terminal.stock import CustomsStatus


def _packages(**more: Any) -> forms.IntegerField:
    return forms.IntegerField(label=_("Packages"), min_value=1, **more)


def _kilograms() -> forms.DecimalField:
    return forms.DecimalField(
        label=_("kg, if weighed"), min_value=Decimal(0), max_digits=12, decimal_places=3, required=False
    )


class WithdrawForm(forms.Form):
    """How much is handed out."""

    packages = _packages()
    gross_kg = _kilograms()
    reference = forms.CharField(label=_("Reference"), max_length=60, required=False)


class SplitForm(forms.Form):
    """What becomes a lot of its own."""

    packages = _packages()
    gross_kg = _kilograms()
    position = forms.CharField(
        label=_("Position"), max_length=40, required=False, help_text=_("Empty: where the lot lies.")
    )


class TransferForm(Question):
    """Where to, and whose from now on; what is left as it is stays as it is."""

    zone = forms.ModelChoiceField(label=_("Zone"), queryset=Zone.objects.filter(active=True), empty_label=None)
    position = forms.CharField(label=_("Position"), max_length=40, required=False)
    owner = forms.ModelChoiceField(
        label=pgettext_lazy("goods", "Owner"),
        queryset=Party.objects.filter(active=True).order_by("name"),
        empty_label=None,
    )
    packages = _packages(required=False, help_text=_("Empty: the whole lot."))
    document = forms.CharField(
        label=_("Customs' document"),
        max_length=40,
        required=False,
        help_text=_("For goods in bond that get another owner: what allows it."),
    )

    def about(self, rows: list[Any]) -> None:
        """Begin with where and whose it is."""
        if rows:
            for name in self.fields.keys() - {"packages", "document"}:
                self.fields[name].initial = getattr(rows[0], name)


class ReserveForm(forms.Form):
    """What is kept back."""

    packages = _packages()
    reference = forms.CharField(label=_("Reference"), max_length=60, required=False)


class ReleaseForm(forms.Form):
    """Customs' word."""

    status = forms.ChoiceField(label=_("Customs status"), choices=choices(CustomsStatus, context="customs status"))
    reference = forms.CharField(label=_("Customs' reference"), max_length=60)


class MomentForm(forms.Form):
    """Which moment, whose goods, and where."""

    terminal = forms.ModelChoiceField(label=_("Terminal"), queryset=Terminal.objects.none(), empty_label=None)
    at = forms.DateTimeField(label=_("At"), widget=forms.DateTimeInput)
    owner = forms.ModelChoiceField(
        label=pgettext_lazy("goods", "Owner"), queryset=Party.objects.order_by("name"), required=False
    )
    zone = forms.ModelChoiceField(label=_("Zone"), queryset=Zone.objects.order_by("code"), required=False)
