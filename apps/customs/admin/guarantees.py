"""What declarants have put up with customs and what stands on it; and the terms of the regimes."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.common.admin import Acting, Configuration, Question, ServiceOwned, linked, row_action
from apps.customs import services
from apps.customs.admin.parts import PartOfIt
from apps.customs.models import Guarantee, GuaranteeCharge, RegimeTerms
from apps.network.entering import Entering
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.parties.models import Party
from terminal.money import digits_of, major, minor_of, money

ADD, CHANGE = "customs.add_guarantee", "customs.change_guarantee"


class GuaranteeForm(forms.Form):
    """What customs took from whom."""

    terminal = forms.ModelChoiceField(label=_("Terminal"), queryset=Terminal.objects.none(), empty_label=None)
    party = forms.ModelChoiceField(label=_("Declarant"), queryset=Party.objects.filter(active=True).order_by("name"))
    reference = forms.CharField(label=_("Customs' reference"), max_length=60)
    amount = forms.DecimalField(label=_("Amount"), min_value=Decimal("0.001"), max_digits=18)
    currency = forms.CharField(label=_("Currency"), min_length=3, max_length=3)
    valid_from = forms.DateField(label=_("Valid from"))
    valid_until = forms.DateField(label=_("Last day"), required=False)


class ChangeForm(Question):
    """How much it is now, and until when."""

    amount = forms.DecimalField(label=_("Amount"), min_value=Decimal("0.001"), max_digits=18)
    valid_until = forms.DateField(label=_("Last day"), required=False)

    def about(self, rows: list[Any]) -> None:
        """Begin with what it is."""
        if rows:
            row = rows[0]
            self.fields["amount"].initial = major(row.amount_minor, digits_of(row.currency))
            self.fields["amount"].help_text = row.currency
            self.fields["valid_until"].initial = row.valid_until


class StandingInline(PartOfIt):
    """What declarations take of it, the latest first."""

    model = GuaranteeCharge
    fields = ("document", "amount", "taken_at", "freed_at", "freed_by")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[GuaranteeCharge]:
        rows: QuerySet[GuaranteeCharge] = super().get_queryset(request)
        return rows.select_related("declaration", "guarantee")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may see the guarantee."""
        return request.user.has_perm("customs.view_guarantee")

    @admin.display(description=_("declaration"))
    def document(self, row: GuaranteeCharge) -> str:
        return linked(row.declaration)

    @admin.display(description=_("Amount"))
    def amount(self, row: GuaranteeCharge) -> str:
        return money(row.amount_minor, row.guarantee.currency)


@admin.register(Guarantee)
class GuaranteeAdmin(Entering, Acting, ServiceOwned):
    """What is put up, what of it is taken, and what is free."""

    entering = GuaranteeForm
    entering_right = ADD
    entering_title = _("Note a guarantee")
    list_display = ("reference", "party", "amount", "taken", "free", "valid_from", "valid_until")
    list_filter = ("currency", ("valid_until", admin.EmptyFieldListFilter))
    search_fields = ("reference__startswith", "party__name__istartswith")
    search_help_text = _("the beginning of customs' reference or of a declarant's name")
    list_select_related = ("terminal", "party")
    inlines = (StandingInline,)
    exclude = ("amount_minor", "taken_minor", "currency")
    readonly_fields = ("amount", "taken", "free")
    actions = ("change",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        found: QuerySet[Any] = rows.annotate(free_minor=F("amount_minor") - F("taken_minor"))
        return found

    @display(description=_("Amount"), ordering="amount_minor")
    def amount(self, row: Guarantee) -> str:
        return money(row.amount_minor, row.currency)

    @display(description=_("Taken"), ordering="taken_minor")
    def taken(self, row: Guarantee) -> str:
        return money(row.taken_minor, row.currency)

    @display(description=_("Free"), ordering="free_minor")
    def free(self, row: Guarantee) -> str:
        return money(row.amount_minor - row.taken_minor, row.currency)

    def enter(self, request: HttpRequest, form: Any) -> tuple[Guarantee, Any]:
        user: Any = request.user
        said = {**form.cleaned_data, "currency": form.cleaned_data["currency"].upper()}
        amount = minor_of(said.pop("amount"), said["currency"])
        made = services.put_up_guarantee(by=Actor.person(user), at=timezone.now(), amount_minor=amount, **said)
        return made, gettext("%(guarantee)s is noted.") % {"guarantee": made}

    @row_action(_("Change …"), right=CHANGE, form=ChangeForm)
    def change(self, row: Guarantee, *, by: Actor, at: datetime, amount: Decimal, valid_until: date | None) -> None:
        wanted = minor_of(amount, row.currency)
        services.change_guarantee(row, amount_minor=wanted, valid_until=valid_until, by=by, at=at)


@admin.register(RegimeTerms)
class RegimeTermsAdmin(Configuration):
    """Periods and shares, regime by regime."""

    list_display = ("regime", "terminal", "period_days", "guarantee_percent")
    list_filter = ("terminal", "regime")
    list_select_related = ("terminal",)
