"""What the gate clerk is asked."""

from collections.abc import Iterator
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.common.admin import Question
from apps.common.models import choices
from apps.gate.models import AppointmentBox
from apps.gate.services import Seen, SeenDamage, WantedBox
from apps.network.models import Terminal
from apps.parties.models import Party
from terminal.damages import Harm, Severity, Side
from terminal.gate import Condition, Trouble
from terminal.seals import SealOwner
from terminal.throughput import Direction

ACTIVE_PARTIES: Final = Party.objects.filter(active=True).order_by("name")
HAULIERS: Final = ACTIVE_PARTIES.filter(kind=Party.Kind.HAULIER)
PLACES: Final = (1, 2)
"""A truck brings and collects at most so many boxes each way."""


class ReasonForm(forms.Form):
    """Why; the haulier reads it."""

    reason = forms.CharField(label=_("Reason"), max_length=200, widget=forms.TextInput(attrs={"size": 60}))


class ResolveForm(forms.Form):
    """How a case was resolved."""

    resolution = forms.CharField(label=_("How it was resolved"), max_length=200)


class ArriveForm(Question):
    """The truck that has come."""

    plate = forms.CharField(
        label=_("Plate"), max_length=20, help_text=_("As it stands on the truck; another one than was booked is told.")
    )

    def about(self, rows: list[Any]) -> None:
        """Begin with the truck that was booked."""
        if len(rows) == 1:
            self.fields["plate"].initial = rows[0].plate


class HourForm(forms.Form):
    """Another hour."""

    starts_at = forms.DateTimeField(
        label=_("Hour"), help_text=_("In the site's time; the hour in which it lies."), widget=forms.DateTimeInput
    )


class TroubleForm(Question):
    """What is wrong, and with which box."""

    kind = forms.ChoiceField(label=_("What is wrong"), choices=choices(Trouble), initial=Trouble.OTHER.value)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)
    box = forms.ModelChoiceField(
        label=_("Box"), queryset=AppointmentBox.objects.none(), required=False, empty_label=_("the truck itself")
    )

    def about(self, rows: list[Any]) -> None:
        """Offer the boxes of the truck."""
        field: Any = self.fields["box"]
        field.queryset = AppointmentBox.objects.filter(appointment__in=rows, ended_at=None)


class PinForm(forms.Form):
    """What the driver says."""

    digits = forms.CharField(label="PIN", max_length=12, widget=forms.TextInput(attrs={"inputmode": "numeric"}))


class TruckForm(forms.Form):
    """A truck with its boxes: booked for an hour, or at the gate now."""

    terminal = forms.ModelChoiceField(label=_("Terminal"), queryset=Terminal.objects.none(), empty_label=None)
    starts_at = forms.DateTimeField(
        label=_("Hour"),
        required=False,
        help_text=_("In the site's time. Empty: the truck stands at the gate and has booked nothing."),
        widget=forms.DateTimeInput,
    )
    plate = forms.CharField(label=_("Plate"), max_length=20)
    haulier = forms.ModelChoiceField(label=_("Haulier"), queryset=HAULIERS, required=False)
    driver_name = forms.CharField(label=_("Driver"), max_length=80, required=False)
    driver_phone = forms.CharField(label=_("Driver's phone"), max_length=30, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place in PLACES:
            self.fields[f"brings_{place}"] = _text(_("Brings: container number"), 20)
            self.fields[f"size_{place}"] = _text(_("its size-type, e.g. 22G1"), 4)
            self.fields[f"reference_{place}"] = _text(_("its number in the papers"), 60)
        for place in PLACES:
            self.fields[f"collects_{place}"] = _text(_("Collects: container number"), 20)
            self.fields[f"pin_{place}"] = _text(_("its PIN, where there is no delivery order"), 12)

    def clean(self) -> dict[str, Any]:
        """An hour is booked by a haulier."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("starts_at") and not said.get("haulier"):
            self.add_error("haulier", _("Whose truck it is must be said when an hour is booked."))
        return said

    def boxes(self) -> list[WantedBox]:
        """What was filled in."""
        return [*self._brought(), *self._collected()]

    def _brought(self) -> Iterator[WantedBox]:
        said = self.cleaned_data
        for place in PLACES:
            if number := said[f"brings_{place}"]:
                more = {"size_type": said[f"size_{place}"], "reference": said[f"reference_{place}"]}
                yield WantedBox(direction=Direction.IN, number=number, **more)

    def _collected(self) -> Iterator[WantedBox]:
        said = self.cleaned_data
        for place in PLACES:
            if number := said[f"collects_{place}"]:
                yield WantedBox(direction=Direction.OUT, number=number, pin=said[f"pin_{place}"])


def _text(label: Any, most: int) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, required=False)


class InspectForm(Question):
    """What is seen of a box, on a tablet beside the truck."""

    condition = forms.ChoiceField(
        label=_("Condition"), choices=choices(Condition), widget=forms.RadioSelect, initial=Condition.SOUND.value
    )
    sealed = forms.ChoiceField(
        label=_("Seals"),
        choices=[("", _("nobody looked")), ("seen", _("looked at: these, and no others"))],
        required=False,
        widget=forms.RadioSelect,
    )
    seals = forms.CharField(
        label=_("Seal numbers"), required=False, max_length=200, help_text=_("Separated by commas or blanks.")
    )
    owner = forms.ChoiceField(label=_("Owner of seals nobody knew of"), choices=choices(SealOwner))
    remark = forms.CharField(label=_("Remark"), max_length=200, required=False)
    photo_1 = forms.FileField(label=_("Photo of the box"), required=False)
    photo_2 = forms.FileField(label=_("Another photo"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place in PLACES:
            self.fields[f"side_{place}"] = _one_of(_("Damage: where on the box"), choices(Side))
            self.fields[f"harm_{place}"] = _one_of(_("what"), choices(Harm))
            self.fields[f"severity_{place}"] = _one_of(_("how bad"), choices(Severity))
            self.fields[f"about_{place}"] = _text(_("remark on it"), 200)
            self.fields[f"damage_photo_{place}"] = forms.FileField(label=_("photo of it"), required=False)

    def clean(self) -> dict[str, Any]:
        """One answer, ``seen``: what the service is told."""
        said = super().clean() or self.cleaned_data
        damages = [damage for place in PLACES if (damage := self._damage(said, place)) is not None]
        numbers = str(said.get("seals") or "").replace(",", " ").replace("，", " ").split()
        owner = SealOwner(said.get("owner") or SealOwner.CARRIER)
        seen = Seen(
            condition=Condition(said.get("condition") or Condition.SOUND),
            seals=[(number, owner) for number in numbers] if numbers or said.get("sealed") else None,
            damages=damages,
            photos=[file for name in ("photo_1", "photo_2") if (file := said.get(name))],
            remark=said.get("remark") or "",
        )
        return {"seen": seen}

    def _damage(self, said: dict[str, Any], place: int) -> SeenDamage | None:
        side, harm, severity = (said.get(f"{name}_{place}") for name in ("side", "harm", "severity"))
        if not (side or harm):
            return None
        if not (side and harm):
            self.add_error(f"harm_{place}", _("Say where on the box, and what."))
            return None
        photo = said.get(f"damage_photo_{place}")
        return SeenDamage(
            side=Side(side),
            harm=Harm(harm),
            severity=Severity(severity or Severity.MINOR),
            remark=said.get(f"about_{place}") or "",
            photos=[photo] if photo else [],
        )


def _one_of(label: Any, kinds: list[tuple[str, Any]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[("", "—"), *kinds], required=False)


class OrderForm(forms.Form):
    """A delivery order a party has handed in on paper."""

    terminal = forms.ModelChoiceField(label=_("Terminal"), queryset=Terminal.objects.none(), empty_label=None)
    number = forms.CharField(label=_("Container number"), max_length=20)
    issued_by = forms.ModelChoiceField(label=_("Issued by"), queryset=ACTIVE_PARTIES)
    haulier = forms.ModelChoiceField(label=_("Haulier"), queryset=HAULIERS)
    valid_until = forms.DateTimeField(label=_("Valid until"), widget=forms.DateTimeInput)
    reference = forms.CharField(label=_("Issuer's reference"), max_length=60, required=False)


class CloseGateForm(forms.Form):
    """From when to when nobody is let in, and why."""

    terminal = forms.ModelChoiceField(label=_("Terminal"), queryset=Terminal.objects.none(), empty_label=None)
    start_at = forms.DateTimeField(label=_("From"), widget=forms.DateTimeInput)
    end_at = forms.DateTimeField(label=_("To"), widget=forms.DateTimeInput)
    reason = forms.CharField(label=_("Reason"), max_length=200)
