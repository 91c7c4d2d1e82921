"""The register: which box went from which wagon onto which, its seals, and the note it goes on under."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.common.admin import Acting, ServiceOwned, linked, row_action
from apps.common.words import label
from apps.containers.admin.parts import ByNumber
from apps.parties.actors import Actor
from apps.trains import services
from apps.trains.admin.papers import RIGHT
from apps.trains.models import GaugeTransfer
from apps.trains.services.crossing import SEPARATOR


class NoteForm(forms.Form):
    """The consignment note."""

    kind = forms.ChoiceField(label=_("Consignment note"), choices=GaugeTransfer.Note.choices)
    number = forms.CharField(label=_("Number"), max_length=40)
    issued_on = forms.DateField(label=_("Issued on"), required=False)


@admin.register(GaugeTransfer)
class GaugeTransferAdmin(ByNumber, Acting, ServiceOwned):
    """Every change of gauge, the latest first."""

    terminal_path = "visit__terminal"
    list_display = ("box", "off", "onto", "transferred_at", "seals", "damage_seen", "note")
    list_filter = ("note_kind", ("damage", admin.EmptyFieldListFilter))
    list_select_related = ("visit__container", "visit__terminal", "wagon_out__train__call", "wagon_in__train__call")
    search_fields = ("visit__container__number",)
    ordering = ("-transferred_at", "-pk")
    actions = ("note_papers",)
    exclude = ("damage",)
    readonly_fields = ("damage_seen",)

    @display(description=_("Box"), ordering="visit__container__number")
    def box(self, row: GaugeTransfer) -> str:
        return linked(row.visit)

    @display(description=_("off wagon"), ordering="wagon_out__number")
    def off(self, row: GaugeTransfer) -> str:
        return _wagon(row.wagon_out)

    @display(description=_("onto wagon"), ordering="wagon_in__number")
    def onto(self, row: GaugeTransfer) -> str:
        return _wagon(row.wagon_in)

    @display(description=_("Seals"))
    def seals(self, row: GaugeTransfer) -> str:
        before, after = " ".join(row.seals_before), " ".join(row.seals_after)
        return (before or "–") if before == after else f"{before or '–'} → {after or '–'}"

    @display(description=_("Damage seen"), ordering="damage")
    def damage_seen(self, row: GaugeTransfer) -> str:
        *kinds, remark = [*row.damage.split(SEPARATOR, 3), "", "", "", ""][:4]
        said = [*(gettext(label(each)) for each in kinds if each), remark]
        return SEPARATOR.join(filter(None, said)) or "–"

    @display(description=_("Consignment note"), ordering="note_number")
    def note(self, row: GaugeTransfer) -> str:
        return f"{row.get_note_kind_display()} {row.note_number}" if row.note_number else "–"

    @row_action(_("Consignment note …"), right=RIGHT, form=NoteForm)
    def note_papers(
        self, row: GaugeTransfer, *, by: Actor, at: datetime, kind: str, number: str, issued_on: date | None
    ) -> None:
        note = GaugeTransfer.Note(kind)
        services.note_papers(row, kind=note, number=number, issued_on=issued_on, by=by, at=at)


def _wagon(wagon: Any) -> str:
    return linked(wagon, f"{wagon.scheme}\u00a0{wagon.number} ({wagon.train.call.number})")
