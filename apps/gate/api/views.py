"""Hours of the gate and trucks' appointments: a haulier's program sees its own and nobody else's."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.common import clock
from apps.common.api.asking import asked_for, checked, page_of
from apps.common.api.conditional import IF_MATCH, versions_of
from apps.common.api.idempotency import Idempotent
from apps.gate import selectors, services
from apps.gate.api import serializers
from apps.gate.api.asking import ETAG, LOCATION, TAGS, answered
from apps.gate.models import Appointment
from apps.parties.api.authentication import HasScope, caller_of
from terminal.throughput import Direction

A_TRUCK = OpenApiExample(
    "Bring one box, collect another",
    request_only=True,
    value={
        "starts_at": "2026-05-04T08:00:00+08:00",
        "plate": "苏G12345",
        "driver_name": "Wang Lei",
        "boxes": [
            {"direction": "in", "container": "TCLU5088040", "size_type": "22G1", "laden": True, "reference": "BK-4711"},
            {"direction": "out", "container": "CSQU3054383", "pin": "48151623"},
        ],
    },
)


def own_appointments(request: Request) -> QuerySet[Appointment]:
    """All the caller may know of."""
    caller = caller_of(request)
    own = Appointment.objects.filter(haulier=caller.party, terminal=caller.terminal)
    return own.select_related("terminal", "haulier").prefetch_related("boxes__delivery_order")


def own_appointment(request: Request, public_id: UUID) -> Appointment:
    """The caller's appointment; a stranger's is not there."""
    found = own_appointments(request).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def shown(appointment: Appointment, **more: Any) -> Response:
    """The appointment with its version in the ETag."""
    headers = {"ETag": f'"{appointment.version}"'}
    return Response(serializers.AppointmentOut(appointment).data, headers=headers, **more)


class HoursView(APIView):
    """The hours of the gate."""

    permission_classes = [HasScope]
    required_scope = "read"

    @extend_schema(
        operation_id="list_gate_hours",
        tags=TAGS,
        parameters=[serializers.HoursQuery],
        responses=serializers.HourList,
    )
    def get(self, request: Request) -> Response:
        """Every hour of some days of the site, with the slots that are free in it."""
        asked = asked_for(serializers.HoursQuery, request)
        terminal = caller_of(request).terminal
        first = asked.get("day") or clock.now().astimezone(terminal.zone).date()
        found = selectors.hours(terminal, *selectors.day_of_hours(terminal, first, asked["days"]))
        return Response(serializers.HourList({"results": found}).data)


class AppointmentsView(Idempotent):
    """Your trucks. Reading them takes the scope ``read``, booking one ``gate``."""

    permission_classes = [HasScope]

    @property
    def required_scope(self) -> str:
        """The scope this request takes."""
        return "gate" if self.request.method == "POST" else "read"

    @extend_schema(
        operation_id="list_appointments",
        tags=TAGS,
        parameters=[serializers.AppointmentQuery],
        responses=serializers.AppointmentPage,
    )
    def get(self, request: Request) -> Response:
        """Your trucks' appointments, the newest first."""
        asked = asked_for(serializers.AppointmentQuery, request)
        own = own_appointments(request)
        wanted = own.filter(status=asked["status"]) if "status" in asked else own
        return Response(serializers.AppointmentPage(page_of(wanted, asked, request)).data)

    @extend_schema(
        operation_id="book_appointment",
        tags=TAGS,
        request=serializers.BookTruck,
        parameters=[LOCATION],
        responses={201: serializers.AppointmentOut},
        examples=[A_TRUCK],
    )
    def post(self, request: Request) -> Response:
        """Book a slot of an hour for a truck.

        409 `hour-is-full` when every slot is taken and 409 `gate-is-closed` when the gate is closed; both carry
        `next_starts_at`, the next hours with room. 409 `no-right-to-collect` when neither a delivery order names you
        nor the PIN fits, whatever the reason.
        """
        wish = checked(serializers.BookTruck, request.data)
        return answered(lambda: self._book(request, wish))

    def _book(self, request: Request, wish: dict[str, Any]) -> Response:
        caller = caller_of(request)
        booked = services.book_appointment(
            terminal=caller.terminal,
            haulier=caller.party,
            boxes=[_box(each) for each in wish.pop("boxes")],
            by=caller.actor,
            at=clock.now(),
            **wish,
        )
        where = reverse("gate-appointment", args=[booked.public_id])
        return Response(serializers.AppointmentOut(booked).data, status=201, headers={"Location": where})


def _box(wanted: dict[str, Any]) -> services.WantedBox:
    said = {name: value for name, value in wanted.items() if name not in ("direction", "container")}
    return services.WantedBox(direction=Direction(wanted["direction"]), number=wanted["container"], **said)


class AppointmentView(APIView):
    """One truck of yours."""

    permission_classes = [HasScope]
    required_scope = "read"

    @extend_schema(operation_id="read_appointment", tags=TAGS, parameters=[ETAG], responses=serializers.AppointmentOut)
    def get(self, request: Request, public_id: UUID) -> Response:
        """One appointment of yours; its version stands in the ETag."""
        return shown(own_appointment(request, public_id))


class ChangeView(Idempotent):
    """Another hour or truck."""

    permission_classes = [HasScope]
    required_scope = "gate"
    conditional = True

    @extend_schema(
        operation_id="change_appointment",
        tags=TAGS,
        request=serializers.ChangeTruck,
        parameters=[IF_MATCH],
        responses={200: serializers.AppointmentOut},
        examples=[OpenApiExample("An hour later", {"starts_at": "2026-05-04T09:00:00+08:00"}, request_only=True)],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Change the hour, the truck or the driver while the truck has not come; the old slot is kept until then.

        With `If-Match` it is changed only at that version, else 412 `changed-since`.
        """
        appointment, versions = own_appointment(request, public_id), versions_of(request)
        said = checked(serializers.ChangeTruck, {} if request.data is None else request.data)
        by, at = caller_of(request).actor, clock.now()
        services.change_appointment(appointment, by=by, at=at, versions=versions, **said)
        return shown(appointment)


class CancelView(Idempotent):
    """Giving an appointment up."""

    permission_classes = [HasScope]
    required_scope = "gate"

    @extend_schema(
        operation_id="cancel_appointment",
        tags=TAGS,
        request=serializers.CancelTruck,
        responses={200: serializers.AppointmentOut},
        examples=[OpenApiExample("Why", {"reason": "no driver"}, request_only=True)],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Give an appointment up; its slot is free again. Cancelling twice is cancelling once."""
        appointment = own_appointment(request, public_id)
        said = checked(serializers.CancelTruck, {} if request.data is None else request.data)
        services.cancel_appointment(appointment, by=caller_of(request).actor, at=clock.now(), **said)
        return shown(appointment)
