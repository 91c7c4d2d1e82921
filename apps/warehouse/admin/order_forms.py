"""What is asked about a cargo order: its entry, its answer, the count of its goods, and its end."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.common.admin import Question
from apps.common.figures import figure
from apps.common.models import choices
from apps.network.models import Terminal
from apps.parties.models import Party
from apps.warehouse.models import CargoOrder, DeclaredLot, Reservation, Zone
from apps.warehouse.services.orders import LineCount, Loaded, Place, SealOn
from terminal.cargo import OrderKind
from terminal.seals import SealOwner

MOST_SEALS: Final = 3


def _when(label: Any) -> forms.DateTimeField:
    return forms.DateTimeField(label=label, required=False, widget=forms.DateTimeInput)


class OrderForm(forms.Form):
    """An order that was handed in on paper."""

    terminal = forms.ModelChoiceField(label=_("Terminal"), queryset=Terminal.objects.none(), empty_label=None)
    kind = forms.ChoiceField(label=_("Kind"), choices=choices(OrderKind))
    party = forms.ModelChoiceField(label=_("Party"), queryset=Party.objects.filter(active=True).order_by("name"))
    number = forms.CharField(
        label=_("Container number"), max_length=20, required=False, help_text=_("To unpack or to stuff.")
    )
    zone = forms.ModelChoiceField(
        label=_("Zone"),
        queryset=Zone.objects.filter(active=True).order_by("code"),
        required=False,
        help_text=_("Where unpacked goods go."),
    )
    sheet = forms.FileField(
        label=_("Packing list (CSV or XLSX)"), required=False, help_text=_("Of the container to unpack.")
    )
    stock = forms.CharField(
        label=_("Lots"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("To stuff or to hand out: a line a lot, its number, how many packages, and their kg if known."),
    )
    planned_at = _when(_("Planned for"))
    reference = forms.CharField(label=_("Party's reference"), max_length=60, required=False)
    remark = forms.CharField(label=_("Remark"), max_length=200, required=False)


class AcceptForm(forms.Form):
    """When it is to be done."""

    planned_at = _when(_("Planned for"))
    mixes_customs = forms.BooleanField(
        label=_("Goods of different customs status may share the container"), required=False
    )


class StartForm(forms.Form):
    """Who does it, and with what."""

    gang = forms.CharField(label=_("Gang"), max_length=60, required=False)
    gang_size = forms.IntegerField(label=_("People in the gang"), min_value=1, max_value=200, required=False)
    equipment = forms.CharField(label=_("Equipment"), max_length=120, required=False)


class CountForm(Question):
    """Every line on one page; what is left empty is not counted yet."""

    def about(self, rows: list[Any]) -> None:
        """Ask for each line: packages, kilograms where they were weighed, what was seen, a photo."""
        for line in _lines(rows):
            self._ask(line)

    def _ask(self, line: DeclaredLot) -> None:
        said = {"packages": figure(line.packages), "kg": figure(line.gross_kg, 3), "kind": line.package_kind}
        named = f"{line.line} · {line.goods}" + (f" · {line.marks}" if line.marks else "")
        self.fields[f"packages_{line.line}"] = forms.IntegerField(
            label=named,
            min_value=0,
            required=False,
            initial=line.counted_packages,
            help_text=_("Declared: %(packages)s %(kind)s, %(kg)s kg.") % said,
        )
        self.fields[f"kg_{line.line}"] = forms.DecimalField(
            label=_("kg, if weighed"),
            min_value=Decimal(0),
            max_digits=12,
            decimal_places=3,
            required=False,
            initial=line.counted_kg,
        )
        self.fields[f"seen_{line.line}"] = forms.CharField(
            label=_("What was seen"), max_length=200, required=False, initial=line.seen
        )
        self.fields[f"photo_{line.line}"] = forms.FileField(label=_("Photo"), required=False)


def counts_of(order: CargoOrder, said: dict[str, Any]) -> list[LineCount]:
    """What was entered, line by line; lines without a figure, or as they were, are left out."""
    return [_count(line, said) for line in order.lines.all() if _says_more(line, said)]


def _says_more(line: DeclaredLot, said: dict[str, Any]) -> bool:
    packages, kilograms, seen, photo = (said.get(f"{name}_{line.line}") for name in ("packages", "kg", "seen", "photo"))
    if packages is None:
        return False
    return bool(photo) or (packages, kilograms, seen or "") != (line.counted_packages, line.counted_kg, line.seen)


def _count(line: DeclaredLot, said: dict[str, Any]) -> LineCount:
    photo = said.get(f"photo_{line.line}")
    return LineCount(
        line=line,
        packages=said[f"packages_{line.line}"],
        gross_kg=_weighed(line, said),
        seen=said.get(f"seen_{line.line}") or "",
        photos=[photo] if photo else [],
    )


def _weighed(line: DeclaredLot, said: dict[str, Any]) -> Decimal | None:
    """The kilograms entered; those of the count before are not those of another number of packages."""
    kilograms: Decimal | None = said.get(f"kg_{line.line}")
    recounted = said[f"packages_{line.line}"] != line.counted_packages
    return None if recounted and kilograms == line.counted_kg else kilograms


class FinishForm(Question):
    """Where unpacked goods were put; what was loaded of others, and the seals."""

    def about(self, rows: list[Any]) -> None:
        """Ask what the kind of order needs."""
        order = rows[0] if len(rows) == 1 else None
        if order is None:
            return
        if order.kind == OrderKind.STRIP:
            self._ask_places(order)
        else:
            self._ask_loaded(Reservation.objects.filter(order=order).select_related("lot"))
        if order.kind == OrderKind.STUFF:
            self._ask_seals()

    def _ask_places(self, order: CargoOrder) -> None:
        zones = Zone.objects.filter(terminal=order.terminal, active=True).order_by("code")
        for line in order.lines.exclude(counted_packages=0):
            self.fields[f"zone_{line.line}"] = forms.ModelChoiceField(
                label=f"{line.line} · {line.goods}", queryset=zones, initial=order.zone_id, empty_label=None
            )
            self.fields[f"position_{line.line}"] = forms.CharField(label=_("Position"), max_length=40, required=False)

    def _ask_loaded(self, planned: Iterable[Reservation]) -> None:
        for each in planned:
            named = {"lot": each.lot.number, "goods": each.lot.goods}
            self.fields[f"packages_{each.pk}"] = forms.IntegerField(
                label=_("%(lot)s · %(goods)s: packages loaded") % named,
                min_value=0,
                max_value=each.packages,
                initial=each.packages,
            )
            self.fields[f"kg_{each.pk}"] = forms.DecimalField(
                label=_("kg, if weighed"),
                max_digits=12,
                decimal_places=3,
                required=False,
                initial=each.gross_kg,
            )

    def _ask_seals(self) -> None:
        for turn in range(1, MOST_SEALS + 1):
            self.fields[f"seal_{turn}"] = forms.CharField(label=_("Seal number"), max_length=20, required=turn == 1)
            self.fields[f"owner_{turn}"] = forms.ChoiceField(
                label=_("Owner of the seal"), choices=choices(SealOwner), initial=SealOwner.SHIPPER.value
            )


def places_of(said: dict[str, Any]) -> dict[int, Place]:
    """Where each line was put, by its number."""
    lines = [int(name.removeprefix("zone_")) for name in said if name.startswith("zone_")]
    return {line: Place(zone=said[f"zone_{line}"], position=said[f"position_{line}"]) for line in lines}


def loaded_of(said: dict[str, Any]) -> dict[int, Loaded]:
    """What went of each reservation, by its number."""
    numbers = [int(name.removeprefix("packages_")) for name in said if name.startswith("packages_")]
    return {each: Loaded(packages=said[f"packages_{each}"], gross_kg=said[f"kg_{each}"]) for each in numbers}


def seals_of(said: dict[str, Any]) -> list[SealOn]:
    """The seals that were entered."""
    turns = [turn for turn in range(1, MOST_SEALS + 1) if said.get(f"seal_{turn}")]
    return [SealOn(number=said[f"seal_{turn}"], owner=SealOwner(said[f"owner_{turn}"])) for turn in turns]


def _lines(rows: list[Any]) -> Iterable[DeclaredLot]:
    return rows[0].lines.all() if len(rows) == 1 else ()


class FoundForm(forms.Form):
    """Goods in the container that are on no list."""

    goods = forms.CharField(label=_("Goods"), max_length=200)
    packages = forms.IntegerField(label=_("Packages"), min_value=1)
    package_kind = forms.CharField(label=_("Kind of package"), max_length=20)
    gross_kg = forms.DecimalField(
        label=_("gross weight, kg"), min_value=Decimal("0.001"), max_digits=12, decimal_places=3
    )
    hs_code = forms.CharField(label=_("HS code"), max_length=20)
    marks = forms.CharField(label=_("Marks"), max_length=200, required=False)
    seen = forms.CharField(label=_("What was seen"), max_length=200, required=False)
