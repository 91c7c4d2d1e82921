"""What is asked before something is done with goods in bond."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from apps.common.admin import Question
from apps.common.models import choices
from apps.network.models import Terminal
from apps.parties.models import Party
from apps.warehouse.models import LedgerRow, Lot, Zone
from apps.warehouse.selectors.ledger import lots_to_take_in, rows_of
from terminal.bonded import BondedRegime


def weight(label: Any, **more: Any) -> forms.DecimalField:
    """Kilograms to the gram."""
    return forms.DecimalField(label=label, max_digits=12, decimal_places=3, localize=False, **more)


class OpenForm(forms.Form):
    """What customs' document says of an entry."""

    terminal = forms.ModelChoiceField(label=_("Terminal"), queryset=Terminal.objects.none(), empty_label=None)
    document = forms.CharField(label=_("Customs document"), max_length=40)
    owner = forms.ModelChoiceField(
        label=_("Owner of the goods"), queryset=Party.objects.filter(active=True).order_by("name")
    )
    regime = forms.ChoiceField(label=_("Regime"), choices=choices(BondedRegime))
    goods = forms.CharField(label=_("Goods"), max_length=200, required=False)
    ends_on = forms.DateField(label=_("Last day of the period"))
    least_yield_percent = forms.DecimalField(
        label=_("Approved yield from, %"), min_value=0, max_digits=6, decimal_places=2, required=False, localize=False
    )
    most_yield_percent = forms.DecimalField(
        label=_("Approved yield to, %"), min_value=0, max_digits=6, decimal_places=2, required=False, localize=False
    )


class TakeInForm(Question):
    """Which lots come under the entry."""

    lots = forms.ModelMultipleChoiceField(
        label=_("Lots"), queryset=Lot.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def about(self, rows: list[Any]) -> None:
        """Offer what could come under it."""
        offered: Any = self.fields["lots"]
        offered.queryset = lots_to_take_in(rows[0]) if len(rows) == 1 else Lot.objects.none()
        offered.label_from_instance = described


def described(lot: Lot) -> str:
    """A lot as one chooses it from a list."""
    return f"{lot.number} · {lot.goods} · {lot.packages} × {lot.package_kind} · {lot.gross_kg:,.3f} kg"


class LotQuestion(Question):
    """Something about one lot of the entry."""

    lot = forms.ModelChoiceField(label=_("Lot"), queryset=Lot.objects.none(), empty_label=None)

    def about(self, rows: list[Any]) -> None:
        """Offer what lies under it."""
        offered: Any = self.fields["lot"]
        offered.queryset = rows[0].lots.in_stock().order_by("pk") if len(rows) == 1 else Lot.objects.none()
        offered.label_from_instance = described


class HandlingForm(LotQuestion):
    """What was done."""

    note = forms.CharField(label=_("What was done"), max_length=200, widget=forms.TextInput(attrs={"size": 60}))


class RepackForm(LotQuestion):
    """In which packages the goods are now."""

    packages = forms.IntegerField(label=_("Packages now"), min_value=1)
    package_kind = forms.CharField(label=_("Kind of package"), max_length=20)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)


class SampleForm(LotQuestion):
    """A sample."""

    gross_kg = weight(_("Sample, kg"), min_value=Decimal("0.001"))
    packages = forms.IntegerField(label=_("Whole packages taken"), min_value=0, initial=0)
    document = forms.CharField(label=_("Customs document"), max_length=40)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)


class DestroyForm(LotQuestion):
    """What was destroyed."""

    packages = forms.IntegerField(label=_("Packages destroyed"), min_value=1)
    document = forms.CharField(label=_("Customs document"), max_length=40)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)


class ExtendForm(forms.Form):
    """Until when the goods may stay."""

    ends_on = forms.DateField(label=_("Last day of the period"))
    document = forms.CharField(label=_("Customs document"), max_length=40)


class AmendForm(Question):
    """Which row was wrong, and by how much."""

    wrong = forms.ModelChoiceField(
        label=pgettext_lazy("bonded ledger", "Row"), queryset=LedgerRow.objects.none(), empty_label=None
    )
    packages = forms.IntegerField(label=_("Packages more (less with a minus)"), initial=0)
    gross_kg = weight(_("kg more (less with a minus)"), initial=0)
    note = forms.CharField(label=_("Why"), max_length=200, widget=forms.TextInput(attrs={"size": 60}))

    def about(self, rows: list[Any]) -> None:
        """Offer the rows of the ledger."""
        offered: Any = self.fields["wrong"]
        offered.queryset = rows_of(rows[0]) if len(rows) == 1 else LedgerRow.objects.none()
        offered.label_from_instance = lambda row: (
            f"{row.number} · {row.get_kind_display()} · {row.packages:+d} · {row.gross_kg:+,.3f} kg · {row.lot or '–'}"
        )


class ProcessForm(Question):
    """One run: lots that went in whole, the product, what was waste and what was lost."""

    lots = forms.ModelMultipleChoiceField(
        label=_("Lots that went in"),
        queryset=Lot.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Each goes in whole: split off what does not."),
    )
    zone = forms.ModelChoiceField(
        label=_("Zone of the product"), queryset=Zone.objects.filter(kind=Zone.Kind.BONDED), empty_label=None
    )
    goods = forms.CharField(label=_("Product"), max_length=200)
    hs_code = forms.CharField(label=_("HS code"), max_length=14)
    packages = forms.IntegerField(label=_("Packages"), min_value=1)
    package_kind = forms.CharField(label=_("Kind of package"), max_length=20)
    output_kg = weight(_("Product, kg"), min_value=Decimal("0.001"))
    waste_goods = forms.CharField(label=_("Waste"), max_length=200, required=False)
    waste_hs_code = forms.CharField(label=_("HS code of the waste"), max_length=14, required=False)
    waste_packages = forms.IntegerField(label=_("Packages of waste"), min_value=1, required=False)
    waste_kg = weight(_("Waste, kg"), min_value=0, required=False)
    loss_kg = weight(_("Lost, kg"), min_value=0, initial=0)
    added_kg = weight(_("Free goods added, kg"), min_value=0, initial=0)
    note = forms.CharField(label=_("What was done"), max_length=200, required=False)

    def about(self, rows: list[Any]) -> None:
        """Offer what lies under the entry."""
        offered: Any = self.fields["lots"]
        offered.queryset = rows[0].lots.in_stock().order_by("pk") if len(rows) == 1 else Lot.objects.none()
        offered.label_from_instance = described

    def clean(self) -> dict[str, Any]:
        """Waste has all its words or none."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        words = [said.get(name) for name in ("waste_goods", "waste_hs_code", "waste_packages", "waste_kg")]
        if any(words) and not all(words):
            raise forms.ValidationError(gettext("Of waste, give the goods, the HS code, packages and kg, or nothing."))
        return said
