"""Tracks, and who stands on them."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.common.admin import Configuration, ServiceOwned
from apps.trains.admin.pictures.occupation import Occupation
from apps.trains.models import Track, TrackStay


@admin.register(Track)
class TrackAdmin(Occupation, Configuration):
    """The working tracks, and which train stands on each."""

    list_display = ("code", "usable_m", "places", "taken_by", "wagons", "cranes", "gauge_mm", "closed")
    list_filter = ("closed", "terminal")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        here = TrackStay.objects.filter(track=OuterRef("pk"), until=None).values("train__call__number")[:1]
        tracks: QuerySet[Any] = super().get_queryset(request)
        shown: QuerySet[Any] = tracks.annotate(standing=Subquery(here), left_here=Count("standing_wagons"))
        return shown

    @admin.display(description=_("train places"))
    def places(self, track: Track) -> int:
        return track.places

    @admin.display(description=_("stands here now"), ordering="standing")
    def taken_by(self, track: Any) -> str:
        return track.standing or "–"

    @admin.display(description=_("wagons without a train"), ordering="left_here")
    def wagons(self, track: Any) -> str:
        return str(track.left_here or "–")


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
