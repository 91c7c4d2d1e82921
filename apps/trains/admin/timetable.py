"""The timetable: services with their running days and quotas, and what their trains may carry."""

from itertools import combinations
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from apps.common.admin import Configuration
from apps.trains import services
from apps.trains.models import LoadingRuleSet, ServiceQuota, TimetableLine, TrainService

WEEK = [(day, WEEKDAYS_ABBR[day - 1]) for day in range(1, 8)]
MOST_NAMED = 8
"""Trains a message names; of more it gives the number."""


class LineForm(forms.ModelForm[TimetableLine]):
    """A line of the timetable, its weekdays to tick."""

    weekdays = forms.TypedMultipleChoiceField(
        label=_("weekdays"), choices=WEEK, coerce=int, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = TimetableLine
        fields = ("weekdays", "arrives_at", "departs_at", "departs_days_later", "valid_from", "valid_until")


class LineFormSet(forms.BaseInlineFormSet[TimetableLine, TrainService, LineForm]):
    """The lines of one service: no two of them make two trains of one."""

    def clean(self) -> None:
        """Say it at the later of two lines that double each other."""
        super().clean()
        filled = [form for form in self.forms if form.is_valid() and form.cleaned_data and not self._gone(form)]
        for one, other in combinations(filled, 2):
            if services.running_days(one.instance).doubles(services.running_days(other.instance)):
                told = gettext("The line from %(time)s runs on some of these days already: two trains would be made.")
                other.add_error("arrives_at", told % {"time": f"{one.instance.arrives_at:%H:%M}"})

    def _gone(self, form: Any) -> bool:
        return bool(form.cleaned_data.get("DELETE"))


class LineInline(TabularInline):
    """When the service runs."""

    model = TimetableLine
    form = LineForm
    formset = LineFormSet
    extra = 0


class QuotaInline(TabularInline):
    """How many places each destination has."""

    model = ServiceQuota
    extra = 0
    fields = ("destination", "teu")


@admin.register(TrainService)
class TrainServiceAdmin(Configuration):
    """Trains that run by timetable. Saved, the trains to come follow, unless somebody has touched them."""

    list_display = ("code", "name", "way", "runs", "wagons", "length_m", "active")
    list_filter = ("active", "runs", "terminal")
    list_select_related = ("terminal",)
    search_fields = ("code__istartswith", "name__istartswith")
    inlines = (LineInline, QuotaInline)

    @admin.display(description=_("route"))
    def way(self, service: TrainService) -> str:
        return " → ".join(service.route)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The trains to come follow at once, and what was left alone is said."""
        super().save_related(request, form, formsets, change)
        by = request.actor.entrusted()  # type: ignore[attr-defined]
        done = services.run_timetable(form.instance.terminal, by=by, at=timezone.now())
        for trains, said in (
            (done.made, ngettext("%(count)d train was made.", "%(count)d trains were made.", len(done.made))),
            (done.moved, ngettext("%(count)d train was moved.", "%(count)d trains were moved.", len(done.moved))),
            (
                done.cancelled,
                ngettext("%(count)d train was cancelled.", "%(count)d trains were cancelled.", len(done.cancelled)),
            ),
        ):
            if trains:
                messages.success(request, said % {"count": len(trains)})
        if done.left_alone:
            self._say_left_alone(request, done.left_alone)

    def _say_left_alone(self, request: HttpRequest, trains: list[Any]) -> None:
        named = ", ".join(f"{train.call.number} ({train.runs_on})" for train in trains[:MOST_NAMED])
        said = gettext(
            "%(count)d trains do not follow the timetable, because somebody has changed, booked or planned them "
            "already: %(named)s. Change or cancel them by hand."
        )
        messages.warning(request, said % {"count": len(trains), "named": named})


@admin.register(LoadingRuleSet)
class LoadingRuleSetAdmin(Configuration):
    """What railways allow on one train."""

    list_display = ("name", "max_20_kg", "max_40_kg", "max_boxes_kg", "max_wagons")
    terminal_path = None
