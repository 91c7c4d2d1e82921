"""Where to move a box: the best places with what speaks for each, or another cell and why."""

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.common.admin.asking import Question
from apps.common.words import sentence
from apps.yard import services
from apps.yard.models import Block, Standing
from terminal.stacking.placement import Suggestion

ELSEWHERE: Final = "elsewhere"


class MoveForm(Question):
    """Where to: one of the suggested places, or another cell of the terminal and why that one."""

    to = forms.ChoiceField(label=_("Where to"), widget=forms.RadioSelect)
    block = forms.ModelChoiceField(label=_("Block"), queryset=Block.objects.all(), required=False)
    bay = forms.IntegerField(label=_("Bay"), min_value=1, required=False)
    row = forms.IntegerField(label=_("Row"), min_value=1, required=False)
    tier = forms.IntegerField(label=_("Tier"), min_value=1, required=False)
    reason = forms.CharField(label=_("Why another cell"), max_length=200, required=False)

    def about(self, rows: list[Any]) -> None:
        """Suggest places when it is one box; for several there is no cell that suits all."""
        found = services.suggest_places(rows[0].visit, at=timezone.now()) if len(rows) == 1 else []
        self.places = {_key(each): each.place for each in found}
        choices = [*((_key(each), _told(each)) for each in found), (ELSEWHERE, self._elsewhere(rows, found))]
        self.fields["to"].choices = choices  # type: ignore[attr-defined]
        self.fields["to"].initial = choices[0][0]

    def _elsewhere(self, rows: list[Standing], found: list[Suggestion]) -> str:
        if found or len(rows) != 1:
            return gettext("Another cell, as said below")
        why = [sentence(each.message, each.facts) for each in services.why_no_place(rows[0].visit, at=timezone.now())]
        return gettext("Another cell, as said below. No place is free: %(why)s") % {"why": " ".join(why)}

    def clean(self) -> dict[str, Any]:
        """The place as ``move`` wants it."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("to") == ELSEWHERE:
            self._require_all(data)
        elif (place := self.places.get(data.get("to", ""))) is not None:
            block = Block.objects.get(pk=place.block_id)
            data |= {"block": block, "bay": place.bay, "row": place.row, "tier": place.tier, "reason": ""}
        data.pop("to", None)
        return data

    def _require_all(self, data: dict[str, Any]) -> None:
        for name in ("block", "bay", "row", "tier"):
            if name not in self.errors and not data.get(name):
                self.add_error(name, gettext("Say which cell, or choose a suggested one."))
        if not str(data.get("reason", "")).strip():
            self.add_error("reason", ValidationError(gettext("Say why another cell than the suggested ones.")))


def _key(suggestion: Suggestion) -> str:
    place = suggestion.place
    return f"{place.block_id}-{place.bay}-{place.row}-{place.tier}"


def _told(suggestion: Suggestion) -> str:
    """A suggestion as people read it: the cell, its points, and every rule's sentence with its own."""
    reasons = [f"{sentence(each.message, each.facts)} ({each.points:+d})" for each in suggestion.reasons]
    told = gettext("%(cell)s – %(points)s points, %(rehandles)s rehandles expected. %(reasons)s")
    facts = {"cell": suggestion.cell, "points": suggestion.points, "reasons": " ".join(reasons)}
    return told % {**facts, "rehandles": f"{suggestion.rehandles:.2f}"}
