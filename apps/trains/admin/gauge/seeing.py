"""What a shift says of a box that is lifted across: its seals, a damage, and the note it goes on under."""

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.common.models import choices
from apps.trains import services
from apps.trains.admin.loading.showing import said
from apps.trains.models import GaugeTransfer
from apps.trains.services.gauge import NUMBER_LENGTH
from terminal.damages import Harm, Severity, Side
from terminal.errors import Refused
from terminal.seals import SealOwner, require_seal_number

NOTE_LACKS = {"kind": _("Say which kind of note it is."), "number": _("Say the number of the note.")}
DAMAGE_LACKS = {
    "side": _("Say where on the box the damage is."),
    "harm": _("Say what the damage is."),
    "severity": _("Say how bad the damage is."),
}


class SealsField(forms.CharField):
    """Numbers of seals, separated by blanks. What the reader was shown is sent along, to tell what was touched."""

    def __init__(self, **more: Any) -> None:
        looks = forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"})
        super().__init__(**more, required=False, max_length=200, show_hidden_initial=True, widget=looks)

    def clean(self, value: Any) -> Any:
        """Each number once, in the order told."""
        numbers = super().clean(value).replace(",", " ").split()
        try:
            return tuple(dict.fromkeys(require_seal_number(each) for each in numbers))
        except Refused as refusal:
            raise ValidationError(said(refusal)) from refusal


def _one_of(label: Any, kinds: list[tuple[str, Any]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[("", "—"), *kinds], required=False)


class PaperForm(forms.Form):
    """A consignment note, where there is one: the whole of it or nothing. ``today``: where the trains stand."""

    kind = _one_of(_("Consignment note"), GaugeTransfer.Note.choices)
    number = forms.CharField(label=_("Number of the note"), max_length=NUMBER_LENGTH, required=False)
    issued_on = forms.DateField(
        label=_("Issued on"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    lines: ClassVar[tuple[tuple[str, ...], ...]] = (("kind", "number", "issued_on"),)

    def __init__(self, *args: Any, today: date, **more: Any) -> None:
        super().__init__(*args, **more)
        self.today = today

    @property
    def groups(self) -> list[list[forms.BoundField]]:
        """The fields as the page shows them, those of one matter together."""
        return [[self[name] for name in line] for line in self.lines]

    def clean_issued_on(self) -> date | None:
        issued: date | None = self.cleaned_data["issued_on"]
        if issued and issued > self.today:
            told = gettext("That day is still to come: today is %(today)s.")
            raise ValidationError(told % {"today": date_format(self.today, "Y-m-d")})
        return issued

    def clean(self) -> dict[str, Any]:
        self._require_whole(NOTE_LACKS, "issued_on")
        return self.cleaned_data

    def _require_whole(self, lacks: Mapping[str, Any], besides: str) -> None:
        """Where any of these is told, all are, except for what may be told ``besides``."""
        if any(self.cleaned_data.get(name) or name in self.errors for name in (*lacks, besides)):
            for name, words in lacks.items():
                if not self.cleaned_data.get(name) and name not in self.errors:
                    self.add_error(name, words)

    @property
    def note(self) -> services.ConsignmentNote | None:
        """What was told; only of a form without errors."""
        told = self.cleaned_data
        if not told["kind"]:
            return None
        kind = GaugeTransfer.Note(told["kind"])
        return services.ConsignmentNote(kind=kind, number=told["number"], issued_on=told["issued_on"])


class SeenForm(PaperForm):
    """What was seen of one box. It begins with the seals that the books have."""

    found = SealsField(label=_("Seals found"))
    goes_on = SealsField(label=_("Seals it goes on with"))
    sealed_by = forms.ChoiceField(
        label=_("New seals are of"), choices=choices(SealOwner), initial=SealOwner.TERMINAL.value, required=False
    )
    side = _one_of(_("Damage: where"), choices(Side))
    harm = _one_of(_("Damage: what"), choices(Harm))
    severity = _one_of(_("Damage: how bad"), choices(Severity))
    remark = forms.CharField(label=_("Remark on the damage"), max_length=200, required=False)
    lines = (("found", "goes_on", "sealed_by"), ("side", "harm", "severity", "remark"), *PaperForm.lines)

    def clean(self) -> dict[str, Any]:
        self._require_whole(DAMAGE_LACKS, "remark")
        return super().clean()

    @property
    def seen(self) -> services.Seen:
        """What was told; only of a form without errors. Seals that were left as the books have them nobody read."""
        return services.Seen(**self._seals(), damage=self._damage(), note=self.note)

    def _seals(self) -> dict[str, Any]:
        told = self.cleaned_data
        if not {"found", "goes_on"} & set(self.changed_data):
            return {}
        by = SealOwner(told["sealed_by"] or SealOwner.TERMINAL)
        return {"seals_before": told["found"], "seals_after": told["goes_on"], "seals_by": by}

    def _damage(self) -> services.DamageSeen | None:
        told = self.cleaned_data
        if not told["side"]:
            return None
        kinds: dict[str, Any] = {"side": Side(told["side"]), "harm": Harm(told["harm"])}
        return services.DamageSeen(**kinds, severity=Severity(told["severity"]), remark=told["remark"])
