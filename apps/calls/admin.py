"""Calls on the screen: what is here, what is to come, and the steps a person may take with it."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateTimeFilter
from unfold.decorators import display

from apps.calls import services
from apps.calls.models import Call
from apps.common.admin import Acting, Question, ServiceOwned, row_action, tones
from apps.journal.models import Entry
from apps.journal.timeline import SHOWN, Remembered
from apps.parties.actors import Actor
from terminal.identifiers.text import compact
from terminal.lifecycle import CALL, Phase
from terminal.throughput import Mode

RIGHT = "calls.change_call"
COMING = Coalesce("arrived_at", "estimated_arrival_at", "scheduled_arrival_at")
GOING = Coalesce("departed_at", "estimated_departure_at", "scheduled_departure_at")
PHASES = tones(Phase, arrived="info", in_processing="warning", ready="success", cancelled="danger")
"""Colours of the phases a person has to do something about."""

MODES = tones(Mode, rail="info", sea="success", road="warning")


class WhenForm(forms.Form):
    """When it happened."""

    happened_at = forms.DateTimeField(
        label=_("When"), required=False, help_text=_("In the site's time. Empty: now."), widget=forms.DateTimeInput
    )


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class TimesForm(Question):
    """The new estimates and plans; what is left as it is does not change, what is emptied is taken back."""

    estimated_arrival_at = forms.DateTimeField(label=_("Estimated arrival"), required=False, widget=forms.DateTimeInput)
    estimated_departure_at = forms.DateTimeField(
        label=_("Estimated departure"), required=False, widget=forms.DateTimeInput
    )
    scheduled_arrival_at = forms.DateTimeField(label=_("Planned arrival"), required=False, widget=forms.DateTimeInput)
    scheduled_departure_at = forms.DateTimeField(
        label=_("Planned departure"), required=False, widget=forms.DateTimeInput
    )

    def about(self, rows: list[Any]) -> None:
        """Begin with the times the first row has; with several rows, only what is filled in is changed."""
        self.several = len(rows) > 1
        for name, field in self.fields.items():
            field.initial = None if self.several else getattr(rows[0], name)
            if not self.several and rows[0].arrived_at and "arrival" in name:
                field.disabled = True

    def clean(self) -> dict[str, Any]:
        """Only what was changed, to the minute: the page shows no seconds."""
        told = super().clean() or self.cleaned_data
        return {name: time for name, time in told.items() if self._is_said(name, time)}

    def _is_said(self, name: str, time: datetime | None) -> bool:
        if self.several:
            return time is not None
        before = self.fields[name].initial
        return bool(time != (before and before.replace(second=0, microsecond=0)))


def leads_to(phase: Phase) -> Callable[[Any], bool]:
    """Whether a call's lifecycle has that step now."""
    return lambda call: CALL.can_step(call.phase, phase.value)


@admin.register(Call)
class CallAdmin(Remembered, Acting, ServiceOwned):
    """Trains, ships, barges and trucks, the next to come and the last that came first."""

    journal_by = "call_id"
    list_display = ("number", "shown_mode", "shown_phase", "carrier", "arrival", "departure", "cut_off_at")
    list_filter = ("phase", "mode", ("scheduled_arrival_at", RangeDateTimeFilter), "terminal")
    list_filter_submit = True
    list_select_related = ("terminal", "operator")
    search_fields = ("number",)
    search_help_text = _("the beginning of a train, voyage or plate number")
    actions = ("arrive", "start_work", "finish_work", "depart", "close", "change_times", "cancel")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        calls: QuerySet[Any] = super().get_queryset(request)
        ordered: QuerySet[Any] = calls.annotate(coming_at=COMING, going_at=GOING)
        return ordered

    def get_ordering(self, request: HttpRequest) -> tuple[Any, ...]:
        return (COMING.desc(), "-pk")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By the beginning of the number, as written or in capitals without spaces."""
        if not search_term:
            return queryset, False
        written = queryset.filter(number__startswith=search_term.strip())
        return written | queryset.filter(number__startswith=compact(search_term)), False

    def happenings(self, row: Any) -> Iterable[Entry]:
        """What happened to the carrier itself; what happened to its boxes stands with them."""
        about = Entry.objects.filter(call_id=row.pk, visit_id=None)
        return about.order_by("-happened_at", "-pk")[:SHOWN]

    @display(description=_("Mode"), ordering="mode", label=MODES)
    def shown_mode(self, call: Call) -> tuple[str, str]:
        return call.mode, call.get_mode_display()

    @display(description=_("Phase"), ordering="phase", label=PHASES)
    def shown_phase(self, call: Call) -> tuple[str, str]:
        return call.phase, call.get_phase_display()

    @display(description=_("Arrival"), ordering="coming_at")
    def arrival(self, call: Call) -> Any:
        return call.expected_arrival_at

    @display(description=_("Departure"), ordering="going_at")
    def departure(self, call: Call) -> Any:
        return call.expected_departure_at

    @row_action(_("Has arrived …"), right=RIGHT, form=WhenForm, when=leads_to(Phase.ARRIVED))
    def arrive(self, call: Call, *, by: Actor, at: datetime, happened_at: datetime | None) -> None:
        services.arrive(call, by=by, at=at, happened_at=happened_at)

    @row_action(_("Start work"), right=RIGHT, when=leads_to(Phase.IN_PROCESSING))
    def start_work(self, call: Call, *, by: Actor, at: datetime) -> None:
        services.start_work(call, by=by, at=at)

    @row_action(_("Ready to depart"), right=RIGHT, when=leads_to(Phase.READY))
    def finish_work(self, call: Call, *, by: Actor, at: datetime) -> None:
        services.finish_work(call, by=by, at=at)

    @row_action(_("Has departed …"), right=RIGHT, form=WhenForm, when=leads_to(Phase.DEPARTED))
    def depart(self, call: Call, *, by: Actor, at: datetime, happened_at: datetime | None) -> None:
        services.depart(call, by=by, at=at, happened_at=happened_at)

    @row_action(
        _("Close"), right=RIGHT, when=leads_to(Phase.CLOSED), sure=_("No further message about it will be accepted.")
    )
    def close(self, call: Call, *, by: Actor, at: datetime) -> None:
        services.close(call, by=by, at=at)

    @row_action(_("Change times …"), right=RIGHT, form=TimesForm, when=lambda call: not CALL.is_final(call.phase))
    def change_times(self, call: Call, *, by: Actor, at: datetime, **times: datetime | None) -> None:
        services.change_times(call, by=by, at=at, **times)

    @row_action(_("Cancel …"), right=RIGHT, form=ReasonForm, when=leads_to(Phase.CANCELLED))
    def cancel(self, call: Call, *, by: Actor, at: datetime, reason: str) -> None:
        services.cancel(call, by=by, at=at, reason=reason)
