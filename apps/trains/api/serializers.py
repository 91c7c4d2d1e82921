"""The timetable in JSON: what anybody who signs in may know of a train, and no box."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.calls.api.timetable import CallOut, CallQuery
from apps.common.api.asking import NextCursor
from terminal.throughput import Mode


class TrainOut(CallOut):
    """One train: its number, its service, its phase, and its planned, estimated and actual times."""

    service = serializers.CharField(
        source="train.service.code", default=None, allow_null=True, help_text=_("By which timetable it runs, if any.")
    )
    mode = serializers.ChoiceField(choices=[Mode.RAIL.value])


class TrainPage(serializers.Serializer[Any]):
    """Trains, the latest announced first. ``next`` is the cursor of the following page, null on the last."""

    results = TrainOut(many=True)
    next = NextCursor()


class TrainQuery(CallQuery):
    """Which trains, and which page of them."""

    number = serializers.RegexField(
        r"^[A-Za-z0-9 ._/-]{1,40}$", required=False, help_text=_("The train's whole number, e.g. X9014.")
    )
