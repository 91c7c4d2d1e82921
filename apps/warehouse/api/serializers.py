"""The warehouse in JSON: areas in m² as decimal strings, moments with their zone."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
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
from apps.warehouse.models import BookedBox, Booking, Zone
from terminal.lifecycle import BookingStatus, VisitState


def area_field(**kwargs: Any) -> serializers.DecimalField:
    """Square metres, to 0.01."""
    return serializers.DecimalField(max_digits=9, decimal_places=2, min_value=Decimal("0.01"), **kwargs)


def tenths(**kwargs: Any) -> serializers.DecimalField:
    """Metres or tonnes a square metre, to 0.1, where they are told."""
    return serializers.DecimalField(max_digits=4, decimal_places=1, min_value=Decimal("0.1"), required=False, **kwargs)


class BookedBoxIn(StrictSerializer):
    """A container the booking is for, advised with it unless you have advised it already."""

    container = ContainerNumberField(max_length=11)
    size_type = SizeTypeField()
    reference = TextField(max_length=60, required=False, allow_blank=True, default="", help_text=_("Your own."))
    laden = serializers.BooleanField(required=False, allow_null=True, default=None)
    arrival_call = serializers.UUIDField(
        required=False, help_text=_("The id of the train, ship or barge it comes by, where you know it.")
    )


class BookSpace(StrictSerializer):
    """A wish for area in a zone. ``strip`` and ``stuff`` need a container of yours, or one of ``containers``."""

    zone = TextField(max_length=20)
    area_m2 = area_field()
    start_at = MomentField()
    end_at = MomentField()
    work = OneOfField(choices=Booking.Work.choices, default=Booking.Work.STORAGE.value)
    container = ContainerNumberField(required=False, max_length=11)
    containers = BookedBoxIn(many=True, required=False, max_length=100)  # type: ignore[call-arg]
    goods = TextField(max_length=200, required=False, allow_blank=True, default="")
    reference = TextField(max_length=60, required=False, allow_blank=True, default="")
    height_m = tenths(help_text=_("Of the goods; refused where the zone is lower."))
    load_t_per_m2 = tenths(help_text=_("Of the goods, in t/m²; refused where the floor bears less."))
    wait = serializers.BooleanField(
        default=False, help_text=_("Where there is no room now: join the waiting list instead of being refused.")
    )


class ChangeBooking(StrictSerializer):
    """What is to become of a booking; what is left out stays as it is."""

    zone = TextField(max_length=20, required=False)
    area_m2 = area_field(required=False)
    start_at = MomentField(required=False)
    end_at = MomentField(required=False)
    goods = TextField(max_length=200, required=False, allow_blank=True)
    reference = TextField(max_length=60, required=False, allow_blank=True)
    height_m = tenths()
    load_t_per_m2 = tenths()


class CancelBooking(StrictSerializer):
    """Why, if you like to say."""

    reason = TextField(max_length=200, required=False, allow_blank=True, default="")


class BookedBoxOut(serializers.Serializer[BookedBox]):
    """A container of a booking. ``visit`` is the ``visit`` of the container's document."""

    container = serializers.CharField(source="visit.container.number")
    visit = serializers.UUIDField(source="visit.public_id")
    state = serializers.ChoiceField([each.value for each in VisitState], source="visit.state")
    advised_here = serializers.BooleanField(
        source="made", help_text=_("It was advised with this booking, and is given up with it before it comes.")
    )


class BookingOut(serializers.Serializer[Booking]):
    """A booking. ``requested``, ``confirmed`` and ``checked_in`` hold their area."""

    id = serializers.UUIDField(source="public_id")
    number = serializers.CharField()
    status = serializers.ChoiceField(choices=[each.value for each in BookingStatus])
    zone = serializers.CharField(source="zone.code")
    work = serializers.ChoiceField(choices=Booking.Work.values)
    container = serializers.CharField(source="visit.container.number", default=None, allow_null=True)
    containers = BookedBoxOut(source="boxes", many=True)
    area_m2 = serializers.DecimalField(max_digits=9, decimal_places=2)
    start_at = serializers.DateTimeField()
    end_at = serializers.DateTimeField()
    goods = serializers.CharField()
    reference = serializers.CharField()
    height_m = serializers.DecimalField(max_digits=4, decimal_places=1, allow_null=True)
    load_t_per_m2 = serializers.DecimalField(max_digits=4, decimal_places=1, allow_null=True)
    series = serializers.UUIDField(source="series.public_id", default=None, allow_null=True)
    requested_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(
        allow_null=True, help_text=_("Unanswered until then, its area is free again.")
    )
    reason = serializers.CharField(help_text=_("Of the refusal or cancellation."))
    version = serializers.IntegerField(help_text=_("Rises with every change; also in the ETag."))


class BookingPage(serializers.Serializer[Any]):
    """The newest bookings first. ``next`` is the cursor of the following page, null on the last."""

    results = BookingOut(many=True)
    next = NextCursor()


class BookingQuery(PageQuery):
    """Which page of a list."""

    status = OneOfField(choices=[each.value for each in BookingStatus], required=False)


class ZoneOut(serializers.Serializer[Any]):
    """A zone and what is free in it in the present half-day."""

    code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=Zone.Kind.values)
    usable_m2 = serializers.DecimalField(max_digits=9, decimal_places=2)
    free_m2 = serializers.DecimalField(max_digits=9, decimal_places=2)


class ZoneList(serializers.Serializer[Any]):
    """Every zone in operation."""

    results = ZoneOut(many=True)


class AvailabilityQuery(serializers.Serializer[Any]):
    """A stay somebody thinks of."""

    zone = TextField(max_length=20)
    area_m2 = area_field()
    start = MomentField()
    end = MomentField()


class AlternativeOut(serializers.Serializer[Any]):
    """Another zone of the same kind."""

    zone = serializers.CharField()
    name = serializers.CharField()
    fits = serializers.BooleanField(help_text=_("As asked, in area and time."))
    free_m2 = serializers.DecimalField(max_digits=9, decimal_places=2)
    next_start_at = serializers.DateTimeField(allow_null=True)


class AvailabilityOut(serializers.Serializer[Any]):
    """Whether the stay fits; if not, whether the zone is ``full`` or ``closed`` then, and when it would fit."""

    zone = serializers.CharField()
    area_m2 = serializers.DecimalField(max_digits=9, decimal_places=2)
    fits = serializers.BooleanField()
    free_m2 = serializers.DecimalField(max_digits=9, decimal_places=2)
    reason = serializers.ChoiceField(choices=["full", "closed"], allow_null=True)
    next_start_at = serializers.DateTimeField(allow_null=True)
    next_starts = serializers.ListField(
        child=serializers.DateTimeField(), help_text=_("Up to three starts at which it fits, each in another half-day.")
    )
    alternatives = AlternativeOut(many=True)
