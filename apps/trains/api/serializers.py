"""The timetable in JSON: what anybody who signs in may know of a train, and no box."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.calls.models import Call
from apps.common.api.fields import MomentField, OneOfField
from terminal.lifecycle import Phase
from terminal.throughput import Mode

PHASES = [each.value for each in Phase]


class TrainOut(serializers.Serializer[Call]):
    """One train: its number, its service, its phase, and its planned, estimated and actual times."""

    id = serializers.UUIDField(source="public_id")
    number = serializers.CharField()
    service = serializers.CharField(
        source="train.service.code", default=None, allow_null=True, help_text=_("By which timetable it runs, if any.")
    )
    mode = serializers.ChoiceField(choices=[Mode.RAIL.value])
    phase = serializers.ChoiceField(choices=PHASES)
    scheduled_arrival_at = serializers.DateTimeField(allow_null=True)
    estimated_arrival_at = serializers.DateTimeField(allow_null=True)
    arrived_at = serializers.DateTimeField(allow_null=True)
    scheduled_departure_at = serializers.DateTimeField(allow_null=True)
    estimated_departure_at = serializers.DateTimeField(allow_null=True)
    departed_at = serializers.DateTimeField(allow_null=True)
    cut_off_at = serializers.DateTimeField(
        allow_null=True, help_text=_("What is to leave with the train must be ready by then.")
    )


class TrainPage(serializers.Serializer[Any]):
    """Trains, the latest announced first. ``next`` is the cursor of the following page, null on the last."""

    results = TrainOut(many=True)
    next = serializers.UUIDField(allow_null=True)


class TrainQuery(serializers.Serializer[Any]):
    """Which trains, and which page of them."""

    phase = OneOfField(choices=PHASES, required=False)
    number = serializers.RegexField(
        r"^[A-Za-z0-9 ._/-]{1,40}$", required=False, help_text=_("The train's whole number, e.g. X9014.")
    )
    expected_from = MomentField(
        required=False,
        help_text=_("Came, or is to come, then or later; by the firmest arrival that is known."),
    )
    expected_before = MomentField(required=False, help_text=_("Came, or is to come, before then."))
    cursor = serializers.UUIDField(required=False)
    limit = serializers.IntegerField(min_value=1, max_value=200, default=50)
