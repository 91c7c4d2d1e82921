"""Tracks, train services, and single wagons."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.common.admin import Acting, Configuration, ServiceOwned, row_action
from apps.parties.actors import Actor
from apps.trains import services
from apps.trains.admin.pictures.occupation import Occupation
from apps.trains.models import Track, TrackStay, Wagon


@admin.register(Track)
class TrackAdmin(Occupation, Configuration):
    """The working tracks, and which train stands on each."""

    list_display = ("code", "usable_m", "places", "taken_by", "closed")
    list_filter = ("closed", "terminal")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        here = TrackStay.objects.filter(track=OuterRef("pk"), until=None).values("train__call__number")[:1]
        tracks: QuerySet[Any] = super().get_queryset(request)
        shown: QuerySet[Any] = tracks.annotate(standing=Subquery(here))
        return shown

    @admin.display(description=_("train places"))
    def places(self, track: Track) -> int:
        return track.places

    @admin.display(description=_("stands here now"), ordering="standing")
    def taken_by(self, track: Any) -> str:
        return track.standing or "–"


@admin.register(TrackStay)
class TrackStayAdmin(ServiceOwned):
    """Which train stood where, from when to when; those that stand there now first."""

    terminal_path = "track__terminal"
    list_display = ("track", "train", "from_m", "to_m", "since", "until")
    list_filter = (("until", admin.EmptyFieldListFilter), "track")
    list_select_related = ("track__terminal", "train__call")
    search_fields = ("train__call__number__istartswith",)
    search_help_text = _("the beginning of a train number")
    ordering = (F("until").desc(nulls_first=True), "-since")


@admin.register(Wagon)
class WagonAdmin(Acting, ServiceOwned):
    """Every wagon that was ever in a train here, the latest trains first."""

    terminal_path = "train__call__terminal"
    list_display = ("number", "scheme", "train", "sequence", "wagon_type", "tare_kg", "set_out_at")
    list_filter = ("scheme", ("set_out_at", admin.EmptyFieldListFilter))
    list_select_related = ("train__call__terminal",)
    search_fields = ("number__startswith",)
    search_help_text = _("the beginning of a wagon number")
    ordering = ("-train_id", "sequence")
    actions = ("set_out",)

    @row_action(
        _("Set out of the train"),
        right="trains.change_trainvisit",
        when=lambda wagon: wagon.set_out_at is None,
        sure=_("The wagon stays behind, and what is on it with it."),
    )
    def set_out(self, wagon: Wagon, *, by: Actor, at: datetime) -> None:
        services.set_out(wagon, by=by, at=at)
