"""Booking warehouse space: a party's program sees its own bookings and nobody else's."""

from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.common import clock
from apps.common.api.asking import asked_for, checked, etag, location, page_of
from apps.common.api.conditional import IF_MATCH, versions_of
from apps.common.api.idempotency import Idempotent
from apps.parties.api.authentication import Caller, HasScope, caller_of
from apps.warehouse import selectors, services
from apps.warehouse.api import serializers
from apps.warehouse.models import BookedBox, Booking
from terminal.capacity import Stay

TAGS = ["warehouse"]
TOLD = ("fits", "free_m2", "reason", "next_start_at", "next_starts", "alternatives")
ADVISE = "advise"
A_WISH = OpenApiExample(
    "300 m² for cotton yarn",
    request_only=True,
    value={
        "zone": "gen",
        "area_m2": "300.00",
        "start_at": "2026-05-04T08:00:00+08:00",
        "end_at": "2026-05-07T18:00:00+08:00",
        "goods": "cotton yarn",
        "reference": "ALM-4711",
    },
)
AN_UNPACKING = OpenApiExample(
    "Unpack a container",
    request_only=True,
    value={
        "zone": "cfs",
        "area_m2": "60.00",
        "start_at": "2026-05-04T08:00:00+08:00",
        "end_at": "2026-05-05T12:00:00+08:00",
        "work": "strip",
        "container": "CSQU3054383",
    },
)
AN_ADVICE = OpenApiExample(
    "Room for what two containers bring",
    request_only=True,
    value={
        "zone": "gen",
        "area_m2": "120.00",
        "start_at": "2026-05-04T08:00:00+08:00",
        "end_at": "2026-05-07T18:00:00+08:00",
        "containers": [
            {"container": "CSQU3054383", "size_type": "22G1", "reference": "ALM-4711/1", "laden": True},
            {"container": "TCLU5088040", "size_type": "45G1", "reference": "ALM-4711/2", "laden": True},
        ],
    },
)
A_CHANGE = {"area_m2": "400.00", "end_at": "2026-05-09T18:00:00+08:00"}
ETAG = etag("The booking's version.")
LOCATION = location("Where the booking is.")


def own_bookings(request: Request) -> QuerySet[Booking]:
    """All the caller may know of."""
    caller = caller_of(request)
    own = Booking.objects.filter(party=caller.party, terminal=caller.terminal)
    boxes = Prefetch("boxes", BookedBox.objects.select_related("visit__container"))
    one = own.select_related("zone__terminal", "terminal", "party", "visit__container", "series")
    return one.prefetch_related(boxes)


def own_booking(request: Request, public_id: UUID) -> Booking:
    """The caller's booking; a stranger's is not there."""
    found = own_bookings(request).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


class BookingsView(Idempotent):
    """Your bookings. Reading them takes the scope ``read``, making one ``book``."""

    permission_classes = [HasScope]

    @property
    def required_scope(self) -> str:
        """The scope this request takes."""
        return "book" if self.request.method == "POST" else "read"

    @extend_schema(
        operation_id="list_bookings",
        tags=TAGS,
        parameters=[serializers.BookingQuery],
        responses=serializers.BookingPage,
    )
    def get(self, request: Request) -> Response:
        """Your bookings, the newest first."""
        asked = asked_for(serializers.BookingQuery, request)
        own = own_bookings(request)
        wanted = own.filter(status=asked["status"]) if "status" in asked else own
        return Response(serializers.BookingPage(page_of(wanted, asked, request)).data)

    @extend_schema(
        operation_id="book_space",
        tags=TAGS,
        request=serializers.BookSpace,
        parameters=[LOCATION],
        responses={201: serializers.BookingOut},
        examples=[A_WISH, AN_UNPACKING, AN_ADVICE],
    )
    def post(self, request: Request) -> Response:
        """Hold area in a zone for a time.

        409 `no-room` when it is full and 409 `zone-closed` when it is closed; both carry `next_starts`, the next
        times that fit, and `next_start_at`, the first of them. With `wait`, a full zone answers `waiting`: it holds
        nothing, and is served when room comes free, the oldest wish that fits first.

        `containers` are pre-advised in the same breath, or not at all; this takes the scope `advise` as well. One you
        have advised already is linked. When the booking is cancelled, what it advised and what has not come is given
        up, unless others count on it.
        """
        booking = _book(caller_of(request), checked(serializers.BookSpace, request.data))
        where = reverse("warehouse-booking", args=[booking.public_id])
        return Response(serializers.BookingOut(booking).data, status=201, headers={"Location": where})


def _book(caller: Caller, wish: dict[str, Any]) -> Booking:
    at, number = clock.now(), wish.pop("container", None)
    zone = selectors.require_zone(caller.terminal, wish.pop("zone"))
    boxes = [_box(caller, each) for each in wish.pop("containers", [])]
    theirs = selectors.visits_worth_a_booking(caller.party, caller.terminal, at)
    visit = theirs.filter(container__number=number).first() if number else None
    if number and visit is None:
        raise services.NoSuchContainer
    book = services.book_or_wait if wish.pop("wait") else services.book_space
    return book(zone=zone, party=caller.party, visit=visit, boxes=boxes, by=caller.actor, at=at, **wish)


def _box(caller: Caller, wish: dict[str, Any]) -> services.NewBox:
    """A container of a booking. Advising takes its own scope, here as everywhere."""
    if ADVISE not in caller.scopes:
        told = _("This takes the scope “%(scope)s”, which the credential does not have.") % {"scope": ADVISE}
        raise PermissionDenied(told)
    by, number = wish.pop("arrival_call", None), wish.pop("container")
    call = selectors.require_call(caller.terminal, by) if by else None
    return services.NewBox(number=number, arrival_call=call, **wish)


class BookingView(APIView):
    """One booking of yours. Reading it takes the scope ``read``, changing it ``book``."""

    permission_classes = [HasScope]
    conditional = True

    @property
    def required_scope(self) -> str:
        """The scope this request takes."""
        return "book" if self.request.method == "PATCH" else "read"

    @extend_schema(operation_id="read_booking", tags=TAGS, parameters=[ETAG], responses=serializers.BookingOut)
    def get(self, request: Request, public_id: UUID) -> Response:
        """One booking of yours; its version stands in the ETag."""
        booking = own_booking(request, public_id)
        return Response(serializers.BookingOut(booking).data, headers={"ETag": f'"{booking.version}"'})

    @extend_schema(
        operation_id="change_booking",
        tags=TAGS,
        request=serializers.ChangeBooking,
        parameters=[ETAG, IF_MATCH],
        responses={200: serializers.BookingOut},
        examples=[OpenApiExample("More room, two days longer", A_CHANGE, request_only=True)],
    )
    def patch(self, request: Request, public_id: UUID) -> Response:
        """Ask for another area, time or zone; what you hold stays held until the new one is had, or when it is refused.

        A confirmed booking that asks for more is `requested` again, unless the terminal confirms you at once. 409
        `no-room` and `zone-closed` as when booking; 409 `booking-is-over`; once the goods are in, only `end_at`,
        `goods` and `reference` are changed (409 `goods-are-in`, `staff-must-prolong`). With `If-Match` it is changed
        only at that version, else 412 `changed-since`.
        """
        booking, caller = own_booking(request, public_id), caller_of(request)
        said = checked(serializers.ChangeBooking, request.data)
        if "zone" in said:
            said["zone"] = selectors.require_zone(caller.terminal, said["zone"])
        change, versions = services.BookingChange(**said), versions_of(request)
        services.change_booking(booking, change, by=caller.actor, at=clock.now(), versions=versions)
        booking = own_booking(request, public_id)
        return Response(serializers.BookingOut(booking).data, headers={"ETag": f'"{booking.version}"'})


class CancelView(Idempotent):
    """Giving a booking up."""

    permission_classes = [HasScope]
    required_scope = "book"

    @extend_schema(
        operation_id="cancel_booking",
        tags=TAGS,
        request=serializers.CancelBooking,
        responses={200: serializers.BookingOut},
        examples=[OpenApiExample("Why", {"reason": "the train is late"}, request_only=True)],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Give a booking up; what is left of its area is free again. Cancelling twice is cancelling once."""
        booking = own_booking(request, public_id)
        said = checked(serializers.CancelBooking, request.data)
        services.cancel_booking(booking, by=caller_of(request).actor, at=clock.now(), **said)
        booking = own_booking(request, public_id)
        return Response(serializers.BookingOut(booking).data, headers={"ETag": f'"{booking.version}"'})


class ZonesView(APIView):
    """The warehouse's zones."""

    permission_classes = [HasScope]
    required_scope = "read"

    @extend_schema(operation_id="list_zones", tags=TAGS, responses=serializers.ZoneList)
    def get(self, request: Request) -> Response:
        """Every zone in operation, and what is free in it in the present half-day."""
        uses = selectors.utilisation(caller_of(request).terminal, clock.now())
        return Response(serializers.ZoneList({"results": uses}).data)


class AvailabilityView(APIView):
    """Asking before booking."""

    permission_classes = [HasScope]
    required_scope = "read"

    @extend_schema(
        operation_id="ask_availability",
        tags=TAGS,
        parameters=[serializers.AvailabilityQuery],
        responses=serializers.AvailabilityOut,
    )
    def get(self, request: Request) -> Response:
        """Whether a stay fits a zone; if not, why, when next, and in which other zones of its kind. Holds nothing."""
        asked = asked_for(serializers.AvailabilityQuery, request)
        zone = selectors.require_zone(caller_of(request).terminal, asked["zone"])
        stay = Stay(asked["start"], asked["end"], asked["area_m2"])
        found = selectors.availability(zone, stay, clock.now())
        answer = {name: getattr(found, name) for name in TOLD}
        return Response(serializers.AvailabilityOut({"zone": zone.code, "area_m2": stay.amount, **answer}).data)
