"""The gate in JSON: hours by their beginning, moments with their zone."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.common.api.asking import NextCursor, PageQuery
from apps.common.api.fields import (
    ContainerNumberField,
    MomentField,
    OneOfField,
    SizeTypeField,
    StrictSerializer,
    TextField,
)
from apps.gate.models import Appointment, AppointmentBox, DeliveryOrder, ReleasePin
from terminal.lifecycle import AppointmentStatus
from terminal.throughput import Direction

STATUSES = [each.value for each in AppointmentStatus]
MOST_DAYS = 31


@extend_schema_field({"type": "string", "pattern": "^[0-9]{4,12}$", "examples": ["48151623"]})
class PinField(serializers.RegexField):
    """The digits of a PIN."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(r"^[0-9]{4,12}\Z", trim_whitespace=False, **kwargs)


class HoursQuery(serializers.Serializer[Any]):
    """Which days of the site."""

    day = serializers.DateField(required=False, help_text=_("The first day of the site; without it, today."))
    days = serializers.IntegerField(min_value=1, max_value=MOST_DAYS, default=2)

    def validate_day(self, value: date) -> date:
        """A day after which a month can be told in any zone."""
        if not date.min.year < value.year < date.max.year:
            raise serializers.ValidationError(_("This day lies outside what can be told."))
        return value


class HourOut(serializers.Serializer[Any]):
    """An hour of the gate. ``closed``: why it takes nobody (``shut``: the gate does not open then), else null."""

    starts_at = serializers.DateTimeField()
    capacity = serializers.IntegerField()
    free = serializers.IntegerField()
    closed = serializers.CharField(allow_null=True)


class HourList(serializers.Serializer[Any]):
    """Hours in their order."""

    results = HourOut(many=True)


class BoxIn(StrictSerializer):
    """A box the truck brings (``in``, with its size-type) or collects (``out``, by a delivery order or the PIN)."""

    direction = OneOfField(choices=[each.value for each in Direction])
    container = ContainerNumberField(max_length=11)
    size_type = SizeTypeField(max_length=4, required=False)
    laden = serializers.BooleanField(required=False, allow_null=True, default=None)
    reference = TextField(max_length=60, required=False, allow_blank=True, default="")
    pin = PinField(required=False)


class BookTruck(StrictSerializer):
    """A truck, the hour of the site in which ``starts_at`` lies, and what it brings and collects."""

    starts_at = MomentField()
    plate = TextField(max_length=20)
    driver_name = TextField(max_length=80, required=False, allow_blank=True, default="")
    driver_phone = TextField(max_length=30, required=False, allow_blank=True, default="")
    reference = TextField(max_length=60, required=False, allow_blank=True, default="")
    boxes = serializers.ListField(child=BoxIn(), min_length=1, max_length=4)


class ChangeTruck(StrictSerializer):
    """What becomes different; what is left out stays."""

    starts_at = MomentField(required=False)
    plate = TextField(max_length=20, required=False)
    driver_name = TextField(max_length=80, required=False, allow_blank=True)
    driver_phone = TextField(max_length=30, required=False, allow_blank=True)
    reference = TextField(max_length=60, required=False, allow_blank=True)


class CancelTruck(StrictSerializer):
    """Why, if you like to say."""

    reason = TextField(max_length=200, required=False, allow_blank=True, default="")


class BoxOut(serializers.Serializer[AppointmentBox]):
    """A box of the truck's. ``done_at``: it was taken off the truck, or went out on it."""

    direction = serializers.ChoiceField(choices=[each.value for each in Direction])
    container = serializers.CharField(source="number")
    size_type = serializers.CharField()
    laden = serializers.BooleanField(allow_null=True)
    reference = serializers.CharField()
    delivery_order = serializers.CharField(source="delivery_order.number", default=None, allow_null=True)
    done_at = serializers.DateTimeField(allow_null=True)
    left_behind = serializers.CharField(source="reason", help_text=_("Why it was left behind, if it was."))


class AppointmentOut(serializers.Serializer[Appointment]):
    """A truck's turn. ``cancelled``: by you; ``closed``: by the terminal, which offers other hours in ``offered``."""

    id = serializers.UUIDField(source="public_id")
    number = serializers.CharField()
    status = serializers.ChoiceField(choices=STATUSES)
    starts_at = serializers.DateTimeField(allow_null=True)
    plate = serializers.CharField()
    driver_name = serializers.CharField()
    driver_phone = serializers.CharField()
    reference = serializers.CharField()
    boxes = BoxOut(many=True)
    booked_at = serializers.DateTimeField()
    arrived_at = serializers.DateTimeField(allow_null=True)
    admitted_at = serializers.DateTimeField(allow_null=True)
    left_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField(help_text=_("Of the cancellation, the closing or the turning away."))
    offered = serializers.ListField(child=serializers.DateTimeField())
    version = serializers.IntegerField(help_text=_("Rises with every change; also in the ETag."))


class AppointmentPage(serializers.Serializer[Any]):
    """The newest appointments first. ``next`` is the cursor of the following page, null on the last."""

    results = AppointmentOut(many=True)
    next = NextCursor()


class AppointmentQuery(PageQuery):
    """Which page, and of which status."""

    status = OneOfField(choices=STATUSES, required=False)


class IssueOrder(StrictSerializer):
    """Which haulier may collect your container, and until when."""

    container = ContainerNumberField(max_length=11)
    haulier = TextField(max_length=30)
    valid_until = MomentField()
    reference = TextField(max_length=60, required=False, allow_blank=True, default="")


class OrderOut(serializers.Serializer[DeliveryOrder]):
    """A delivery order. It counts until ``valid_until``, unless it was revoked or used before."""

    id = serializers.UUIDField(source="public_id")
    number = serializers.CharField()
    container = serializers.CharField(source="visit.container.number")
    haulier = serializers.CharField(source="haulier.code")
    reference = serializers.CharField()
    issued_at = serializers.DateTimeField()
    valid_until = serializers.DateTimeField()
    revoked_at = serializers.DateTimeField(allow_null=True)
    used_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()


class OrderPage(serializers.Serializer[Any]):
    """The newest orders first."""

    results = OrderOut(many=True)
    next = NextCursor()


class IssuePin(StrictSerializer):
    """For which container of yours, and until when."""

    container = ContainerNumberField(max_length=11)
    valid_until = MomentField()


class PinOut(serializers.Serializer[ReleasePin]):
    """A PIN without its digits. ``locked_at``: it was mistaken too often and opens nothing any more."""

    id = serializers.UUIDField(source="public_id")
    container = serializers.CharField(source="visit.container.number")
    issued_at = serializers.DateTimeField()
    valid_until = serializers.DateTimeField()
    mistakes = serializers.IntegerField()
    locked_at = serializers.DateTimeField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)
    used_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()


class NewPinOut(PinOut):
    """A new PIN with its digits, which are told this once."""

    pin = serializers.CharField(help_text=_("Told this once; the terminal keeps no copy."))


class PinPage(serializers.Serializer[Any]):
    """The newest PINs first."""

    results = PinOut(many=True)
    next = NextCursor()
