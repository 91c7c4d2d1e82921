"""Doors for a shipper's trucks and boxes: what is free, and appointments of its own."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.common import clock
from apps.common.api.asking import NextCursor, PageQuery, asked_for, checked, etag, location, page_of
from apps.common.api.conditional import IF_MATCH, versions_of
from apps.common.api.fields import ContainerNumberField, MomentField, OneOfField, StrictSerializer, TextField
from apps.common.api.idempotency import Idempotent
from apps.parties.api.authentication import Caller, HasScope, caller_of
from apps.warehouse import selectors, services
from apps.warehouse.api.serializers import CancelBooking
from apps.warehouse.models import Booking, DockAppointment
from terminal.docks import DockWork, Handover
from terminal.lifecycle import DockStatus

TAGS = ["warehouse"]
WORKS = [each.value for each in DockWork]
HANDOVERS = [each.value for each in Handover]
ETAG = etag("The appointment's version.")
A_DOOR = OpenApiExample(
    "A truck that waits while its container is unpacked",
    request_only=True,
    value={
        "work": "strip",
        "handover": "live",
        "zone": "cfs",
        "start_at": "2026-05-04T08:00:00+08:00",
        "container": "CSQU3054383",
        "plate": "苏G12345",
    },
)


class TimesQuery(serializers.Serializer[Any]):
    """What is to be done at a door, and when and where it may be."""

    work = OneOfField(choices=WORKS)
    handover = OneOfField(choices=HANDOVERS, default=Handover.LIVE.value)
    day = serializers.DateField()
    zone = TextField(max_length=20, required=False)
    door = TextField(max_length=10, required=False)
    length_ft = serializers.IntegerField(min_value=10, max_value=60, required=False)


class FreeTimeOut(serializers.Serializer[Any]):
    """A time in which a door is free. The work fits if it begins by ``latest_start_at``."""

    door = serializers.CharField(source="door.code")
    zone = serializers.CharField(source="door.zone.code")
    start_at = serializers.DateTimeField()
    end_at = serializers.DateTimeField()
    latest_start_at = serializers.DateTimeField()


class FreeTimes(serializers.Serializer[Any]):
    """The free times of a day, by door."""

    duration_minutes = serializers.IntegerField()
    results = FreeTimeOut(many=True)


class BookDoor(StrictSerializer):
    """A wish for a door. Without ``door`` the terminal chooses one of the ``zone``, else of the booking's, else any."""

    work = OneOfField(choices=WORKS)
    handover = OneOfField(choices=HANDOVERS, default=Handover.LIVE.value)
    start_at = MomentField()
    zone = TextField(max_length=20, required=False)
    door = TextField(max_length=10, required=False)
    booking = serializers.UUIDField(required=False, help_text=_("The id of your booking of area."))
    container = ContainerNumberField(required=False, max_length=11)
    plate = TextField(max_length=20, required=False, allow_blank=True, default="")
    reference = TextField(max_length=60, required=False, allow_blank=True, default="")


class ChangeDoor(StrictSerializer):
    """What is to become of an appointment; what is left out stays as it is."""

    start_at = MomentField(required=False)
    door = TextField(max_length=10, required=False)
    handover = OneOfField(choices=HANDOVERS, required=False)
    plate = TextField(max_length=20, required=False, allow_blank=True)
    reference = TextField(max_length=60, required=False, allow_blank=True)


class DoorOut(serializers.Serializer[DockAppointment]):
    """An appointment. ``booked``, ``arrived`` and ``in_work`` have their door for themselves."""

    id = serializers.UUIDField(source="public_id")
    number = serializers.CharField()
    status = serializers.ChoiceField(choices=[each.value for each in DockStatus])
    door = serializers.CharField(source="door.code")
    zone = serializers.CharField(source="door.zone.code")
    work = serializers.ChoiceField(choices=WORKS)
    handover = serializers.ChoiceField(choices=HANDOVERS)
    start_at = serializers.DateTimeField()
    end_at = serializers.DateTimeField()
    booking = serializers.UUIDField(source="booking.public_id", default=None, allow_null=True)
    container = serializers.CharField(source="visit.container.number", default=None, allow_null=True)
    plate = serializers.CharField()
    reference = serializers.CharField()
    arrived_at = serializers.DateTimeField(allow_null=True)
    started_at = serializers.DateTimeField(allow_null=True)
    done_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField()
    version = serializers.IntegerField(help_text=_("Rises with every change; also in the ETag."))


class DoorPage(serializers.Serializer[Any]):
    """The newest appointments first. ``next`` is the cursor of the following page, null on the last."""

    results = DoorOut(many=True)
    next = NextCursor()


class DoorQuery(PageQuery):
    """Which page of a list."""

    status = OneOfField(choices=[each.value for each in DockStatus], required=False)


def own_doors(request: Request) -> QuerySet[DockAppointment]:
    """All the caller may know of."""
    caller = caller_of(request)
    own = DockAppointment.objects.filter(party=caller.party, terminal=caller.terminal)
    return own.select_related("terminal", "party", "door__zone", "booking", "visit__container")


def own_door(request: Request, public_id: UUID) -> DockAppointment:
    """The caller's appointment; a stranger's is not there."""
    found = own_doors(request).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def answered(request: Request, public_id: UUID, **more: Any) -> Response:
    """The appointment as it is now, with its version in the ETag."""
    row = own_door(request, public_id)
    headers = {"ETag": f'"{row.version}"'} | more.pop("headers", {})
    return Response(DoorOut(row).data, headers=headers, **more)


class TimesView(APIView):
    """Asking before booking a door."""

    permission_classes = [HasScope]
    required_scope = "read"

    @extend_schema(operation_id="list_dock_times", tags=TAGS, parameters=[TimesQuery], responses=FreeTimes)
    def get(self, request: Request) -> Response:
        """The free times of a day of the site in which the work fits, from now on, by door. Holds nothing."""
        asked, terminal = asked_for(TimesQuery, request), caller_of(request).terminal
        zone = selectors.require_zone(terminal, asked["zone"]) if "zone" in asked else None
        doors = selectors.doors_for(terminal, asked["work"], zone=zone, door=asked.get("door"))
        duration = selectors.dock_duration(terminal, asked["work"], asked["handover"], asked.get("length_ft"))
        found = selectors.free_dock_times(doors, duration, asked["day"], at=clock.now())
        minutes = int(duration.total_seconds() // 60)
        return Response(FreeTimes({"duration_minutes": minutes, "results": found}).data)


class AppointmentsView(Idempotent):
    """Your appointments at the doors. Reading them takes the scope ``read``, making one ``book``."""

    permission_classes = [HasScope]

    @property
    def required_scope(self) -> str:
        """The scope this request takes."""
        return "book" if self.request.method == "POST" else "read"

    @extend_schema(operation_id="list_dock_appointments", tags=TAGS, parameters=[DoorQuery], responses=DoorPage)
    def get(self, request: Request) -> Response:
        """Your appointments, the newest first."""
        asked = asked_for(DoorQuery, request)
        own = own_doors(request)
        wanted = own.filter(status=asked["status"]) if "status" in asked else own
        return Response(DoorPage(page_of(wanted, asked, request)).data)

    @extend_schema(
        operation_id="book_dock",
        tags=TAGS,
        request=BookDoor,
        parameters=[location("Where the appointment is.")],
        responses={201: DoorOut},
        examples=[A_DOOR],
    )
    def post(self, request: Request) -> Response:
        """Have a door for as long as the work takes.

        409 `dock-taken` when no door is free for the whole time, or its zone is closed in it; `next_starts` are the
        next free times at the same doors, `other_doors` at others.
        """
        caller, wish = caller_of(request), checked(BookDoor, request.data)
        made = services.book_dock(party=caller.party, by=caller.actor, at=clock.now(), **_wish(caller, wish))
        where = reverse("warehouse-dock-appointment", args=[made.public_id])
        return answered(request, made.public_id, status=201, headers={"Location": where})


def _wish(caller: Caller, wish: dict[str, Any]) -> dict[str, Any]:
    """The names in it looked up, each among what the caller may know of."""
    wish["terminal"] = terminal = caller.terminal
    if "zone" in wish:
        wish["zone"] = selectors.require_zone(terminal, wish["zone"])
    if "booking" in wish:
        own = Booking.objects.filter(party=caller.party, terminal=terminal).select_related("zone__terminal")
        wish["booking"] = own.filter(public_id=wish["booking"]).first()
        if wish["booking"] is None:
            raise services.NoSuchBooking
    if number := wish.pop("container", None):
        theirs = selectors.visits_worth_a_booking(caller.party, terminal, clock.now())
        wish["visit"] = theirs.filter(container__number=number).first()
        if wish["visit"] is None:
            raise services.NoSuchContainer
    return wish


class AppointmentView(APIView):
    """One appointment of yours. Reading it takes the scope ``read``, changing it ``book``."""

    permission_classes = [HasScope]
    conditional = True

    @property
    def required_scope(self) -> str:
        """The scope this request takes."""
        return "book" if self.request.method == "PATCH" else "read"

    @extend_schema(operation_id="read_dock_appointment", tags=TAGS, parameters=[ETAG], responses=DoorOut)
    def get(self, request: Request, public_id: UUID) -> Response:
        """One appointment of yours; its version stands in the ETag."""
        return answered(request, public_id)

    @extend_schema(
        operation_id="change_dock_appointment",
        tags=TAGS,
        request=ChangeDoor,
        parameters=[ETAG, IF_MATCH],
        responses={200: DoorOut},
        examples=[OpenApiExample("Two hours later", {"start_at": "2026-05-04T10:00:00+08:00"}, request_only=True)],
    )
    def patch(self, request: Request, public_id: UUID) -> Response:
        """Another time, door or truck, until it comes; the old time is kept until the new one is had.

        409 `dock-taken` as when booking, and 409 `appointment-is-under-way`. With `If-Match` it is changed only at
        that version, else 412 `changed-since`.
        """
        row, said = own_door(request, public_id), checked(ChangeDoor, request.data)
        by, versions = caller_of(request).actor, versions_of(request)
        services.change_dock(row, by=by, at=clock.now(), versions=versions, **said)
        return answered(request, public_id)


class CancelView(Idempotent):
    """Giving an appointment up."""

    permission_classes = [HasScope]
    required_scope = "book"

    @extend_schema(
        operation_id="cancel_dock_appointment",
        tags=TAGS,
        request=CancelBooking,
        responses={200: DoorOut},
        examples=[OpenApiExample("Why", {"reason": "the truck broke down"}, request_only=True)],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Give an appointment up; the door is free again. Cancelling twice is cancelling once."""
        row, said = own_door(request, public_id), checked(CancelBooking, request.data)
        services.cancel_dock(row, by=caller_of(request).actor, at=clock.now(), **said)
        return answered(request, public_id)
