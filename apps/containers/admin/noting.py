"""What is noted of a box: forms, the tables on a visit's page, and the buttons that write them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.common.admin import row_action
from apps.common.models import choices
from apps.containers import services
from apps.containers.models import Damage, Hazard, Note, Seal, Temperature, Visit, Weight
from apps.parties.actors import Actor
from terminal.damages import Harm, Severity, Side
from terminal.dangerous_goods import CLASSES
from terminal.lifecycle import VISIT
from terminal.reefers import TOLERANCE, Reading
from terminal.seals import SealAct, SealOwner
from terminal.weights import Weighing

RIGHT: Final = "containers.note_visit"


class NoteForm(forms.Form):
    """What every note may say besides."""

    remark = forms.CharField(label=_("Remark"), max_length=200, required=False)


class SealForm(NoteForm):
    """A seal put on or taken off."""

    number = forms.CharField(label=_("Seal number"), max_length=20)
    owner = forms.ChoiceField(label=_("Owner"), choices=choices(SealOwner))
    act = forms.ChoiceField(label=_("What was done"), choices=choices(SealAct))


class WeightForm(NoteForm):
    """A weight, and how it is known."""

    gross_kg = forms.IntegerField(label=_("gross weight, kg"), min_value=1)
    how = forms.ChoiceField(label=_("How it is known"), choices=choices(Weighing))
    verified_by = forms.CharField(label=_("Verified by"), max_length=120, required=False)
    certificate = forms.CharField(label=_("Certificate"), max_length=60, required=False)


class HazardForm(NoteForm):
    """Dangerous goods by UN number and class."""

    un_number = forms.CharField(label=_("UN number"), max_length=6)
    imdg_class = forms.CharField(label=_("IMDG class"), max_length=4, help_text=", ".join(CLASSES))


class TemperatureForm(NoteForm):
    """A set-point, or what a round read."""

    reading = forms.ChoiceField(label=_("Set-point or measured"), choices=choices(Reading), initial=Reading.MEASURED)
    celsius = forms.DecimalField(label=_("°C"), max_digits=4, decimal_places=1)
    plugged = forms.BooleanField(label=_("plugged in"), required=False)
    tolerance = forms.DecimalField(
        label=_("Tolerance of a set-point, °C"), max_digits=3, decimal_places=1, min_value=0, initial=TOLERANCE
    )


class DamageForm(NoteForm):
    """A damage, with photos of it."""

    side = forms.ChoiceField(label=_("Where on the box"), choices=choices(Side))
    harm = forms.ChoiceField(label=_("What"), choices=choices(Harm))
    severity = forms.ChoiceField(label=_("How bad"), choices=choices(Severity))
    photo_1 = forms.FileField(label=_("Photo"), required=False)
    photo_2 = forms.FileField(label=_("Another photo"), required=False)
    photo_3 = forms.FileField(label=_("Another photo"), required=False)


Answers = dict[str, Any]


def new_seal(visit: Visit, said: Answers) -> services.NewNote:
    return services.NewSeal(visit=visit, **{**said, "owner": SealOwner(said["owner"]), "act": SealAct(said["act"])})


def new_weight(visit: Visit, said: Answers) -> services.NewNote:
    return services.NewWeight(visit=visit, **{**said, "how": Weighing(said["how"])})


def new_hazard(visit: Visit, said: Answers) -> services.NewNote:
    return services.NewHazard(visit=visit, **said)


def new_temperature(visit: Visit, said: Answers) -> services.NewNote:
    return services.NewTemperature(visit=visit, **{**said, "reading": Reading(said["reading"])})


def new_damage(visit: Visit, said: Answers) -> services.NewNote:
    photos = [said.get(name) for name in ("photo_1", "photo_2", "photo_3")]
    plain = {name: value for name, value in said.items() if not name.startswith("photo_")}
    kinds = {"side": Side(said["side"]), "harm": Harm(said["harm"]), "severity": Severity(said["severity"])}
    return services.NewDamage(visit=visit, **{**plain, **kinds}, photos=[each for each in photos if each])


FORMS: Final[dict[type[Note], tuple[type[forms.Form], Callable[[Visit, Answers], services.NewNote]]]] = {
    Seal: (SealForm, new_seal),
    Weight: (WeightForm, new_weight),
    Hazard: (HazardForm, new_hazard),
    Temperature: (TemperatureForm, new_temperature),
    Damage: (DamageForm, new_damage),
}
"""What is asked for each kind of note, and the note it becomes."""


def is_under_way(visit: Visit) -> bool:
    """Whether anything can be noted of it."""
    return not VISIT.is_final(visit.state)


class Noting:
    """Mixin for the visit's page: one button for each thing that can be noted."""

    @row_action(_("Note seal …"), right=RIGHT, form=SealForm, when=is_under_way)
    def note_seal(self, visit: Visit, *, by: Actor, at: datetime, **said: Any) -> None:
        services.note([new_seal(visit, said)], by=by, at=at)

    @row_action(_("Note weight …"), right=RIGHT, form=WeightForm, when=is_under_way)
    def note_weight(self, visit: Visit, *, by: Actor, at: datetime, **said: Any) -> None:
        services.note([new_weight(visit, said)], by=by, at=at)

    @row_action(_("Note dangerous goods …"), right=RIGHT, form=HazardForm, when=is_under_way)
    def note_hazard(self, visit: Visit, *, by: Actor, at: datetime, **said: Any) -> None:
        services.note([new_hazard(visit, said)], by=by, at=at)

    @row_action(_("Note temperature …"), right=RIGHT, form=TemperatureForm, when=is_under_way)
    def note_temperature(self, visit: Visit, *, by: Actor, at: datetime, **said: Any) -> None:
        services.note([new_temperature(visit, said)], by=by, at=at)

    @row_action(_("Note damage …"), right=RIGHT, form=DamageForm, when=is_under_way)
    def note_damage(self, visit: Visit, *, by: Actor, at: datetime, **said: Any) -> None:
        services.note([new_damage(visit, said)], by=by, at=at)
