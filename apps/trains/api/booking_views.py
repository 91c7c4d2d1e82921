"""Booking places on trains: a party's program sees its own bookings and nobody else's."""

from typing import Any, Final
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.urls import reverse
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.common import clock
from apps.common.api.asking import asked_for, checked, etag, location, page_of
from apps.common.api.conditional import IF_MATCH, Tagged, versions_of
from apps.common.api.idempotency import Idempotent
from apps.parties.api.authentication import HasScope, caller_of
from apps.parties.api.terminals import TERMINAL, terminal_of
from apps.trains import services
from apps.trains.api import booking as documents
from apps.trains.api.views import RIGHT
from apps.trains.models import BookedSlot, SlotBooking, TrainVisit

TAGS: Final = ["trains"]
ETAG: Final = etag("The booking's version.")
LOCATION: Final = location("Where the booking is.")
A_WISH: Final = OpenApiExample(
    "Two 40′ boxes to Almaty, or wait for them",
    request_only=True,
    value={"destination": "KZALA", "teu": "4.00", "boxes": 2, "reference": "ALM-4711", "wait": True},
)
BOXES: Final = OpenApiExample("Two boxes", {"containers": ["CSQU3054383", "TCLU5088040"]}, request_only=True)


def own_bookings(request: Request) -> QuerySet[SlotBooking]:
    """All the caller may know of."""
    caller = caller_of(request)
    own = SlotBooking.objects.filter(party=caller.party, train__call__terminal=caller.terminal)
    slots = Prefetch("slots", BookedSlot.objects.select_related("visit__container"))
    return own.select_related("train__call__terminal", "train__service", "party").prefetch_related(slots)


def own_booking(request: Request, public_id: UUID) -> SlotBooking:
    """The caller's booking; a stranger's is not there."""
    found = own_bookings(request).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def shown(bookings: QuerySet[SlotBooking], request: Request) -> Response:
    """The page asked for, in the state asked for."""
    asked = asked_for(documents.PlacesBookingQuery, request)
    wanted = bookings.filter(state=asked["state"]) if "state" in asked else bookings
    return Response(documents.PlacesBookingPage(page_of(wanted, asked, request)).data)


def answered(request: Request, public_id: UUID) -> Response:
    """The booking as it is now, its version in the ETag."""
    booking = own_booking(request, public_id)
    return Response(documents.PlacesBookingOut(booking).data, headers={"ETag": f'"{booking.version}"'})


class TrainView(Tagged):
    """One train of the terminal."""

    permission_classes = [HasScope]
    required_scope = "read"
    required_right = RIGHT

    @extend_schema(operation_id="read_train", tags=TAGS, parameters=[TERMINAL], responses=documents.TrainWithPlacesOut)
    def get(self, request: Request, public_id: UUID) -> Response:
        """One train with its times and the places on it that can be booked now."""
        train = train_of(request, public_id)
        call: Any = train.call
        call.shown_places = services.places(train, clock.now())
        return Response(documents.TrainWithPlacesOut(call).data)


def train_of(request: Request, public_id: UUID) -> TrainVisit:
    """The train at the caller's terminal."""
    trains = TrainVisit.objects.filter(call__terminal=terminal_of(request, RIGHT), call__public_id=public_id)
    train = trains.select_related("call__terminal", "service").prefetch_related("quotas", "service__quotas").first()
    if train is None:
        raise Http404
    return train


class TrainBookingsView(Idempotent):
    """Your bookings on a train. Reading them takes the scope ``read``, making one ``book``."""

    permission_classes = [HasScope]

    @property
    def required_scope(self) -> str:
        """The scope this request takes."""
        return "book" if self.request.method == "POST" else "read"

    @extend_schema(
        operation_id="list_bookings_of_train",
        tags=TAGS,
        parameters=[documents.PlacesBookingQuery],
        responses=documents.PlacesBookingPage,
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        """Your bookings of places on one train, the newest first."""
        return shown(own_bookings(request).filter(train=train_of(request, public_id)), request)

    @extend_schema(
        operation_id="book_places",
        tags=TAGS,
        request=documents.BookPlaces,
        parameters=[LOCATION],
        responses={201: documents.PlacesBookingOut},
        examples=[A_WISH],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Book places on a train to a destination on its route.

        `confirmed` at once where they are free. Else 409 `no-places` with `free_teu` and `next_trains` that have them;
        or, with `wait`, `waiting`: served when places come free, the oldest first for which they suffice. 409
        `cut-off-passed` when the train takes no more.
        """
        wish = checked(documents.BookPlaces, request.data)
        caller, train = caller_of(request), train_of(request, public_id)
        made = services.book_slots(train=train, party=caller.party, by=caller.actor, at=clock.now(), **wish)
        where = reverse("train-booking", args=[made.public_id])
        return Response(documents.PlacesBookingOut(made).data, status=201, headers={"Location": where})


class BookingsView(APIView):
    """Your bookings on all trains."""

    permission_classes = [HasScope]
    required_scope = "read"

    @extend_schema(
        operation_id="list_places",
        tags=TAGS,
        parameters=[documents.PlacesBookingQuery],
        responses=documents.PlacesBookingPage,
    )
    def get(self, request: Request) -> Response:
        """Your bookings of places on all trains, the newest first."""
        return shown(own_bookings(request), request)


class BookingView(APIView):
    """One booking of yours. Reading it takes the scope ``read``, changing it ``book``."""

    permission_classes = [HasScope]
    conditional = True

    @property
    def required_scope(self) -> str:
        """The scope this request takes."""
        return "book" if self.request.method == "PATCH" else "read"

    @extend_schema(operation_id="read_places", tags=TAGS, parameters=[ETAG], responses=documents.PlacesBookingOut)
    def get(self, request: Request, public_id: UUID) -> Response:
        """One booking of yours; its version stands in the ETag."""
        return answered(request, public_id)

    @extend_schema(
        operation_id="change_places",
        tags=TAGS,
        request=documents.ChangePlaces,
        parameters=[ETAG, IF_MATCH],
        responses={200: documents.PlacesBookingOut},
        examples=[OpenApiExample("One box more", {"teu": "6.00", "boxes": 3}, request_only=True)],
    )
    def patch(self, request: Request, public_id: UUID) -> Response:
        """Ask for more or fewer TEU or boxes, until the cut-off.

        More is held only where it is free (409 `no-places`, and what you hold stays held). Who waits and asks for more
        waits anew. With `If-Match` it is changed only at that version, else 412 `changed-since`.
        """
        booking = own_booking(request, public_id)
        said = checked(documents.ChangePlaces, request.data)
        by, at = caller_of(request).actor, clock.now()
        services.change_slots(booking, by=by, at=at, versions=versions_of(request), **said)
        return answered(request, public_id)


class CancelView(Idempotent):
    """Giving a booking up."""

    permission_classes = [HasScope]
    required_scope = "book"

    @extend_schema(
        operation_id="cancel_places",
        tags=TAGS,
        request=documents.CancelPlaces,
        responses={200: documents.PlacesBookingOut},
        examples=[OpenApiExample("Why", {"reason": "the cotton is late"}, request_only=True)],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Give a booking up until the cut-off; its places go to those who wait. Cancelling twice is cancelling once."""
        booking = own_booking(request, public_id)
        said = checked(documents.CancelPlaces, request.data)
        services.cancel_slots(booking, by=caller_of(request).actor, at=clock.now(), **said)
        return answered(request, public_id)


class AssignView(Idempotent):
    """Containers into a booking."""

    permission_classes = [HasScope]
    required_scope = "book"

    @extend_schema(
        operation_id="assign_containers",
        tags=TAGS,
        request=documents.ContainersOfBooking,
        responses={200: documents.PlacesBookingOut},
        examples=[BOXES],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Let containers of yours use the booking, all or none: they are planned on its train.

        They are announced or here, go to the booking's destination or to none that is known, leave by no other carrier,
        and take no more than was booked.
        """
        booking, at = own_booking(request, public_id), clock.now()
        numbers = checked(documents.ContainersOfBooking, request.data)["containers"]
        visits = services.require_visits(booking, numbers, at)
        services.assign_containers(booking, visits, by=caller_of(request).actor, at=at)
        return answered(request, public_id)


class UnassignView(Idempotent):
    """Containers out of a booking."""

    permission_classes = [HasScope]
    required_scope = "book"

    @extend_schema(
        operation_id="unassign_containers",
        tags=TAGS,
        request=documents.ContainersOfBooking,
        responses={200: documents.PlacesBookingOut},
        examples=[BOXES],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Take containers out of the booking, until the cut-off: they are planned on its train no more."""
        booking = own_booking(request, public_id)
        numbers = checked(documents.ContainersOfBooking, request.data)["containers"]
        services.unassign_containers(booking, numbers, by=caller_of(request).actor, at=clock.now())
        return answered(request, public_id)
