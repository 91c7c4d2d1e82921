"""Bookings that come again: made at once, told day by day, given up together."""

from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common import clock
from apps.common.api.asking import NextCursor, PageQuery, asked_for, checked, location, page_of
from apps.common.api.conditional import Tagged
from apps.common.api.fields import StrictSerializer, TextField
from apps.common.api.idempotency import Idempotent
from apps.parties.api.authentication import HasScope, caller_of
from apps.warehouse import selectors, services
from apps.warehouse.api.serializers import CancelBooking, area_field
from apps.warehouse.models import Booking, BookingSeries
from apps.warehouse.services import SeriesDay
from terminal.lifecycle import BookingStatus

TAGS = ["warehouse"]
MONDAYS = OpenApiExample(
    "Every Monday and Thursday from 8 to 18 h",
    request_only=True,
    value={
        "zone": "gen",
        "area_m2": "150.00",
        "weekdays": [1, 4],
        "from_clock": "08:00",
        "duration_minutes": 600,
        "first_on": "2026-05-04",
        "last_on": "2026-06-30",
        "all_or_none": False,
        "reference": "ALM-WEEKLY",
    },
)


class BookSeries(StrictSerializer):
    """The same area on the same weekdays. Clock and duration are the site's wall clock."""

    zone = TextField(max_length=20)
    area_m2 = area_field()
    weekdays = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=7),
        min_length=1,
        max_length=7,
        help_text=_("1 Monday to 7 Sunday."),
    )
    every_weeks = serializers.IntegerField(min_value=1, max_value=52, default=1)
    from_clock = serializers.TimeField()
    duration_minutes = serializers.IntegerField(min_value=1, max_value=60 * 24 * 60)
    first_on = serializers.DateField()
    last_on = serializers.DateField()
    all_or_none = serializers.BooleanField(default=True, help_text=_("False: those days that fit."))
    goods = TextField(max_length=200, required=False, allow_blank=True, default="")
    reference = TextField(max_length=60, required=False, allow_blank=True, default="")


class SeriesDayOut(serializers.Serializer[Any]):
    """One day of a series: its booking, or why there is none."""

    on = serializers.DateField()
    start_at = serializers.DateTimeField()
    end_at = serializers.DateTimeField()
    booking = serializers.UUIDField(source="booking.public_id", default=None, allow_null=True)
    number = serializers.CharField(source="booking.number", default=None, allow_null=True)
    refusal = serializers.SerializerMethodField(help_text=_("The code of the refusal, null where it was booked."))
    next_start_at = serializers.SerializerMethodField()

    def get_refusal(self, day: SeriesDay) -> str | None:
        """Its code."""
        return day.refusal.code() if day.refusal else None

    def get_next_start_at(self, day: SeriesDay) -> str | None:
        """When it would fit, if the refusal says so."""
        return day.refusal.facts.get("next_start_at") if day.refusal else None


class SeriesBookingOut(serializers.Serializer[Booking]):
    """A booking of a series."""

    id = serializers.UUIDField(source="public_id")
    number = serializers.CharField()
    status = serializers.ChoiceField(choices=[each.value for each in BookingStatus])
    start_at = serializers.DateTimeField()
    end_at = serializers.DateTimeField()


class SeriesOut(serializers.Serializer[BookingSeries]):
    """A series with its bookings, in time order."""

    id = serializers.UUIDField(source="public_id")
    number = serializers.CharField()
    zone = serializers.CharField(source="zone.code")
    area_m2 = serializers.DecimalField(max_digits=9, decimal_places=2)
    weekdays = serializers.ListField(child=serializers.IntegerField())
    every_weeks = serializers.IntegerField()
    from_clock = serializers.TimeField()
    duration_minutes = serializers.IntegerField()
    first_on = serializers.DateField()
    last_on = serializers.DateField()
    goods = serializers.CharField()
    reference = serializers.CharField()
    cancelled_at = serializers.DateTimeField(allow_null=True)
    bookings = SeriesBookingOut(many=True)


class MadeSeriesOut(serializers.Serializer[Any]):
    """A series that was made, and what became of each of its days."""

    id = serializers.UUIDField(source="series.public_id")
    number = serializers.CharField(source="series.number")
    days = SeriesDayOut(many=True)


class SeriesPage(serializers.Serializer[Any]):
    """The newest series first. ``next`` is the cursor of the following page, null on the last."""

    results = SeriesOut(many=True)
    next = NextCursor()


class SeriesQuery(PageQuery):
    """Which page of a list."""

    limit = serializers.IntegerField(min_value=1, max_value=50, default=20)


def own_series(request: Request) -> QuerySet[BookingSeries]:
    """All the caller may know of."""
    caller = caller_of(request)
    own = BookingSeries.objects.filter(party=caller.party, terminal=caller.terminal)
    bookings = Prefetch("bookings", Booking.objects.order_by("start_at", "pk"))
    return own.select_related("zone__terminal", "terminal", "party").prefetch_related(bookings)


def one_series(request: Request, public_id: UUID) -> BookingSeries:
    """The caller's series; a stranger's is not there."""
    found = own_series(request).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


class SeriesListView(Idempotent):
    """Your series. Reading them takes the scope ``read``, making one ``book``."""

    permission_classes = [HasScope]

    @property
    def required_scope(self) -> str:
        """The scope this request takes."""
        return "book" if self.request.method == "POST" else "read"

    @extend_schema(operation_id="list_series", tags=TAGS, parameters=[SeriesQuery], responses=SeriesPage)
    def get(self, request: Request) -> Response:
        """Your series of bookings, the newest first."""
        asked = asked_for(SeriesQuery, request)
        return Response(SeriesPage(page_of(own_series(request), asked, request)).data)

    @extend_schema(
        operation_id="book_series",
        tags=TAGS,
        request=BookSeries,
        parameters=[location("Where the series is.")],
        responses={201: MadeSeriesOut},
        examples=[MONDAYS],
    )
    def post(self, request: Request) -> Response:
        """Hold area on the same weekdays, up to 200 days: all of them or none, or those that fit.

        409 `series-does-not-fit` names in `refused` every day that cannot be booked, with the code of its refusal and
        the next times that fit; nothing is booked then. `all_or_none` false: the days that fit are booked, and the
        answer says of the others why not.
        """
        wish, caller = checked(BookSeries, request.data), caller_of(request)
        zone = selectors.require_zone(caller.terminal, wish.pop("zone"))
        made, days = services.book_series(zone=zone, party=caller.party, by=caller.actor, at=clock.now(), **wish)
        where = reverse("warehouse-series", args=[made.public_id])
        return Response(MadeSeriesOut({"series": made, "days": days}).data, status=201, headers={"Location": where})


class SeriesView(Tagged):
    """One series of yours."""

    permission_classes = [HasScope]
    required_scope = "read"

    @extend_schema(operation_id="read_series", tags=TAGS, responses=SeriesOut)
    def get(self, request: Request, public_id: UUID) -> Response:
        """One series of yours with its bookings."""
        return Response(SeriesOut(one_series(request, public_id)).data)


class CancelView(Idempotent):
    """Giving the rest of a series up."""

    permission_classes = [HasScope]
    required_scope = "book"

    @extend_schema(
        operation_id="cancel_series",
        tags=TAGS,
        request=CancelBooking,
        responses={200: SeriesOut},
        examples=[OpenApiExample("Why", {"reason": "the season is over"}, request_only=True)],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Give up every booking of the series whose goods have not come. Cancelling twice is cancelling once."""
        said = checked(CancelBooking, request.data)
        services.cancel_series(one_series(request, public_id), by=caller_of(request).actor, at=clock.now(), **said)
        return Response(SeriesOut(one_series(request, public_id)).data)
