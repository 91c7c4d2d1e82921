"""What the train planner is asked before a step."""

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.common.admin import Question
from apps.containers.models import Visit
from apps.trains.consist import ConsistRefused, Fault, read_consist
from apps.trains.models import Track
from apps.trains.selectors import free_tracks

MOST_SHOWN: Final = 50
"""Faults of a sheet that are told at once."""


class ArriveForm(Question):
    """Which track the train stands on, and since when."""

    track = forms.ModelChoiceField(
        label=gettext_lazy("Track"),
        queryset=Track.objects.filter(closed=False),
        required=False,
        help_text=gettext_lazy("Suggested: the shortest free track that takes the train. Empty: whichever is free."),
    )
    happened_at = forms.DateTimeField(
        label=gettext_lazy("When"),
        required=False,
        help_text=gettext_lazy("In the site's time. Empty: now."),
        widget=forms.DateTimeInput,
    )

    def about(self, rows: list[Any]) -> None:
        """Suggest a free track for a single train; several each take what is free."""
        if len(rows) == 1:
            free = free_tracks(rows[0].call.terminal, rows[0].length_m, timezone.now())
            self.fields["track"].initial = free[0] if free else None


class WhenForm(forms.Form):
    """When it happened."""

    happened_at = forms.DateTimeField(
        label=gettext_lazy("When"),
        required=False,
        help_text=gettext_lazy("In the site's time. Empty: now."),
        widget=forms.DateTimeInput,
    )


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


class LoadForm(Question):
    """Which of the boxes that are planned on the train."""

    visits = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Boxes"),
        queryset=Visit.objects.in_yard(),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Boxes in the yard that are planned to leave by this train."),
    )

    def about(self, rows: list[Any]) -> None:
        """Only boxes planned on the train, all of them chosen at first."""
        planned = Visit.objects.in_yard().filter(departure_call__in=[row.call_id for row in rows])
        field: Any = self.fields["visits"]
        field.queryset = planned.select_related("container").order_by("container__number")
        field.initial = list(planned.values_list("pk", flat=True))


class ConsistForm(forms.Form):
    """The consist as a sheet. It is read before anything is asked of the train; every fault is told by its line."""

    sheet = forms.FileField(
        label=gettext_lazy("Consist (CSV)"),
        help_text=gettext_lazy(
            "One line a box, or one for an empty wagon, in the order of the wagons: wagon_sequence, wagon_scheme, "
            "wagon_number, wagon_type, tare_kg, length_m, position, container_number, size_type, laden, gross_kg, "
            "destination. Comma or semicolon, UTF-8."
        ),
    )

    def clean_sheet(self) -> "UploadedFile[Any]":
        """The file, when it is a consist."""
        sheet: UploadedFile[Any] = self.cleaned_data["sheet"]
        try:
            read_consist(sheet.read())
        except ConsistRefused as refused:
            raise ValidationError(_told(refused.faults)) from refused
        sheet.seek(0)
        return sheet


def _told(faults: list[Fault]) -> str:
    head = ngettext("%(count)d fault, nothing was taken in:", "%(count)d faults, nothing was taken in:", len(faults))
    lines = [head % {"count": len(faults)}, *map(_line, faults[:MOST_SHOWN])]
    if len(faults) > MOST_SHOWN:
        lines.append(_("… and %(more)d more.") % {"more": len(faults) - MOST_SHOWN})
    return "\n".join(lines)


def _line(fault: Fault) -> str:
    told = _("Line %(line)d, %(column)s, “%(value)s”: %(reason)s %(remedy)s")
    return told % {**vars(fault), "column": fault.column or "–"}
