"""Places on trains in JSON: TEU as decimal strings, moments with their zone."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.common.api.asking import NextCursor, PageQuery
from apps.common.api.fields import ContainerNumberField, OneOfField, StrictSerializer, TextField, UnLocodeField
from apps.trains.api.serializers import TrainOut
from apps.trains.models import BookedSlot, SlotBooking
from apps.trains.services.booking.rules import MOST_BOXES
from terminal.lifecycle import SlotBookingState, VisitState

STATES = [each.value for each in SlotBookingState]


def teu_field(**kwargs: Any) -> serializers.DecimalField:
    """TEU, to 0.01."""
    return serializers.DecimalField(max_digits=6, decimal_places=2, min_value=Decimal("0.01"), **kwargs)


class BookPlaces(StrictSerializer):
    """A wish for places on a train. ``wait``: wait for them where they are not free."""

    destination = UnLocodeField()
    teu = teu_field(help_text=_("A 20′ box takes 1 TEU, a 40′ box 2, a 45′ box 2.25."))
    boxes = serializers.IntegerField(min_value=1, max_value=MOST_BOXES)
    reference = TextField(max_length=60, required=False, allow_blank=True, default="")
    wait = serializers.BooleanField(required=False, default=False)


class ChangePlaces(StrictSerializer):
    """What is to be different; what is not named stays."""

    teu = teu_field(required=False)
    boxes = serializers.IntegerField(min_value=1, max_value=MOST_BOXES, required=False)
    reference = TextField(max_length=60, required=False, allow_blank=True)


class CancelPlaces(StrictSerializer):
    """Why, if you like to say."""

    reason = TextField(max_length=200, required=False, allow_blank=True, default="")


class ContainersOfBooking(StrictSerializer):
    """Containers of yours, all or none."""

    containers = serializers.ListField(child=ContainerNumberField(max_length=11), min_length=1, max_length=100)


class BookedContainerOut(serializers.Serializer[BookedSlot]):
    """A container that uses a booking. ``visit`` is the ``visit`` of the container's document."""

    container = serializers.CharField(source="visit.container.number")
    visit = serializers.UUIDField(source="visit.public_id")
    state = serializers.ChoiceField([each.value for each in VisitState], source="visit.state")


class PlacesBookingOut(serializers.Serializer[SlotBooking]):
    """A booking of places. ``confirmed`` holds its TEU; ``waiting`` holds nothing and is served in its turn."""

    id = serializers.UUIDField(source="public_id")
    number = serializers.CharField()
    state = serializers.ChoiceField(STATES)
    train = serializers.UUIDField(source="train.call.public_id")
    train_number = serializers.CharField(source="train.call.number")
    destination = serializers.CharField()
    teu = serializers.DecimalField(max_digits=6, decimal_places=2)
    boxes = serializers.IntegerField()
    containers = BookedContainerOut(source="slots", many=True)
    reference = serializers.CharField()
    booked_at = serializers.DateTimeField()
    reason = serializers.CharField(help_text=_("Why it was cancelled."))
    version = serializers.IntegerField(help_text=_("Rises with every change; also in the ETag."))


class PlacesBookingPage(serializers.Serializer[Any]):
    """The newest bookings first. ``next`` is the cursor of the following page, null on the last."""

    results = PlacesBookingOut(many=True)
    next = NextCursor()


class PlacesBookingQuery(PageQuery):
    """Which bookings, and which page of them."""

    state = OneOfField(choices=STATES, required=False)


class PlacesOut(serializers.Serializer[Any]):
    """TEU a destination has on the train, and what of it can be booked now."""

    destination = serializers.CharField(
        help_text=_("Empty: for every destination of the route that is not named here.")
    )
    teu = serializers.DecimalField(max_digits=6, decimal_places=2)
    free_teu = serializers.DecimalField(max_digits=6, decimal_places=2)


class TrainWithPlacesOut(TrainOut):
    """One train, with its places."""

    places = PlacesOut(many=True, source="shown_places")
