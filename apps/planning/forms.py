"""What the planning pages ask."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.calls.words import train_named
from apps.network.models import Terminal
from apps.planning.selectors.capacity import MOST_DAYS, MOST_TEU
from apps.planning.services import BlockClosed, Change, MoreBoxes, TrackClosed, TrainLate
from apps.planning.services.what_if.changes import MOST_BOXES, MOST_HOURS
from apps.planning.services.what_if.trains import coming_trains
from apps.trains.models import Track
from apps.yard.models import Block

SIZES: Final = (("22G1", "20′"), ("42G1", "40′"), ("L5G1", "45′"))
LITTLE: Final = Decimal("0.01")
SHORT: Final = {"teu": "teu_per_year", "stay": "train_stay_hours", "dwell": "dwell_days"}
"""How the command calls the same."""


def _number(label: Any, most: Decimal) -> forms.DecimalField:
    """A box that shows again whatever was typed into it, which a browser's own for numbers does not."""
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    return forms.DecimalField(
        label=label, min_value=LITTLE, max_value=most, decimal_places=2, required=False, widget=widget
    )


class CapacityForm(forms.Form):
    """A year's traffic; empty: as the site is rated."""

    teu_per_year = _number(_("TEU a year"), MOST_TEU)
    train_stay_hours = _number(_("stay of a train, h"), MOST_DAYS * 24)
    dwell_days = _number(_("dwell of a box, days"), MOST_DAYS)
    busy = forms.BooleanField(label=_("on a day that one in twenty exceeds"), required=False)

    @classmethod
    def asked(cls, said: QueryDict, terminal: Terminal) -> "CapacityForm":
        """What an address says, by the fields' names or the command's; the target where it says no volume."""
        told = {SHORT.get(name, name): value for name, value in said.items()}
        form = cls({"teu_per_year": terminal.target_teu_per_year} | told)
        form.unknown = sorted(set(told) - {"terminal", *form.fields})
        return form

    unknown: Sequence[str] = ()

    def clean(self) -> dict[str, Any]:
        """What nobody asks for here is not passed over in silence."""
        for name in self.unknown:
            self.add_error(None, gettext("“%(name)s” cannot be asked about here.") % {"name": name[:40]})
        return super().clean() or {}


class WhatIfForm(forms.Form):
    """Changes to be tried out together."""

    train = forms.ChoiceField(label=_("this train"), required=False)
    hours = forms.DecimalField(
        label=_("comes later by, h"),
        min_value=Decimal("0.25"),
        max_value=MOST_HOURS,
        decimal_places=2,
        required=False,
        initial=6,
    )
    blocks = forms.MultipleChoiceField(label=_("these blocks take nothing in"), required=False)
    tracks = forms.MultipleChoiceField(label=_("these tracks take no train"), required=False)
    boxes = forms.IntegerField(label=_("so many boxes more"), min_value=1, max_value=MOST_BOXES, required=False)
    size_type = forms.ChoiceField(label=_("of size"), choices=SIZES, initial="42G1", required=False)
    empty = forms.BooleanField(label=_("empty"), required=False)

    def __init__(self, terminal: Terminal, at: datetime, data: Any = None) -> None:
        super().__init__(data)
        trains = coming_trains(terminal, at)
        fields: Any = self.fields
        fields["train"].choices = [("", "—"), *((str(each.call.public_id), train_named(each.call)) for each in trains)]
        codes = Block.objects.filter(terminal=terminal).order_by("code").values_list("code", flat=True)
        fields["blocks"].choices = [(code, code) for code in codes]
        tracks = Track.objects.filter(terminal=terminal, closed=False).order_by("code")
        fields["tracks"].choices = [(code, code) for code in tracks.values_list("code", flat=True)]

    def clean(self) -> dict[str, Any]:
        """Something has to be tried, and a train is late by something."""
        said: dict[str, Any] = super().clean() or {}
        if said.get("train") and not said.get("hours"):
            self.add_error("hours", _("Say by how many hours it comes later."))
        if not self.errors and not list(_changes(said)):
            raise forms.ValidationError(_("Choose what is to come otherwise."))
        return said

    def changes(self) -> list[Change]:
        """What was asked, once it is valid."""
        return list(_changes(self.cleaned_data))


def _changes(said: dict[str, Any]) -> Iterator[Change]:
    if said.get("train"):
        yield TrainLate(train=said["train"], hours=said["hours"])
    yield from (BlockClosed(block=code) for code in said.get("blocks", ()))
    yield from (TrackClosed(track=code) for code in said.get("tracks", ()))
    if said.get("boxes"):
        yield MoreBoxes(count=said["boxes"], size_type=said.get("size_type") or "42G1", laden=not said.get("empty"))
