"""What the train planner is asked before a step."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.common.admin import Question
from apps.common.figures import figure
from apps.common.words import sentence
from apps.containers.models import Visit
from apps.containers.selectors import situations
from apps.trains.models import Track
from apps.trains.selectors.fitting import free_tracks
from apps.trains.selectors.occupation import Advised, advise_track
from terminal.readiness import Blocker, Step, blockers


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
            free = free_tracks(rows[0], timezone.now())
            self.fields["track"].initial = free[0] if free else None


class TrackForm(Question):
    """Where a train will stand, and what is advised."""

    track = forms.ModelChoiceField(
        label=gettext_lazy("Track"), queryset=Track.objects.filter(closed=False), required=False
    )

    def about(self, rows: list[Any]) -> None:
        """The track where the train has room the soonest, and since when."""
        field: Any = self.fields["track"]
        field.queryset = field.queryset.filter(terminal__in={row.call.terminal_id for row in rows}).order_by("code")
        advised = advise_track(rows[0], timezone.now()) if len(rows) == 1 else None
        field.help_text = gettext_lazy("Empty: where it has room the soonest.")
        if advised is not None:
            at = timezone.localtime(advised.fit.starts_at, rows[0].call.terminal.zone)
            field.help_text = _advice(advised) % {
                "track": advised.track.code,
                "usable_m": advised.track.usable_m,
                "length_m": rows[0].length_m,
                "time": f"{at:%Y-%m-%d %H:%M}",
            }


def _advice(advised: Advised) -> str:
    """Where and when, and why there."""
    if advised.waits:
        return _(
            "Advised: %(track)s, from %(time)s: no track that takes the train is free sooner, and it has to wait. "
            "Empty: just that."
        )
    return _(
        "Advised: %(track)s, from %(time)s: of the tracks that are free then, the shortest (%(usable_m)s m) that "
        "takes %(length_m)s m. Empty: just that."
    )


class Boxes(forms.ModelMultipleChoiceField[Visit]):
    """Boxes to choose from, each with its size-type and weight."""

    def label_from_instance(self, obj: Any) -> str:
        """Number, size-type, gross weight."""
        return " · ".join([obj.container.number, obj.size_type, *([f"{figure(obj.gross_kg)} kg"] * bool(obj.gross_kg))])


class LoadForm(Question):
    """Which of the boxes that are planned on the train and ready; for the others, what stands in their way."""

    visits = Boxes(
        label=gettext_lazy("Boxes that are planned on the train and ready"),
        queryset=Visit.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )

    def about(self, rows: list[Any]) -> None:
        """All that is ready is chosen at first."""
        calls = [row.call_id for row in rows]
        planned: QuerySet[Visit] = Visit.objects.in_yard().filter(departure_call__in=calls)
        waiting = _in_the_way(planned.select_related("container").order_by("container__number"))
        field: Any = self.fields["visits"]
        field.queryset = planned.exclude(pk__in=[visit.pk for visit in waiting]).select_related("container")
        field.queryset = field.queryset.order_by("container__number")
        field.initial = list(field.queryset.values_list("pk", flat=True))
        field.help_text = _waiting(waiting) if waiting else _("Every box planned on the train is ready.")


def _in_the_way(visits: Iterable[Visit]) -> dict[Visit, list[Blocker]]:
    """The visits that may not be loaded now, each with why."""
    chosen, now = list(visits), timezone.now()
    stand = situations(chosen, now)
    found = {visit: blockers(stand[visit.pk], Step.LOAD, now) for visit in chosen}
    return {visit: stops for visit, stops in found.items() if stops}


def _waiting(waiting: dict[Visit, list[Blocker]]) -> SafeString:
    lines = ((visit.container.number, "; ".join(map(_said, stops))) for visit, stops in waiting.items())
    head = _("%(count)d planned on the train and not ready:") % {"count": len(waiting)}
    return format_html("{}{}", head, format_html_join("", "<div><strong>{}</strong> {}</div>", lines))


def _said(blocker: Blocker) -> str:
    return f"{sentence(blocker.message, blocker.facts)} {sentence(blocker.remedy, blocker.facts)}"
